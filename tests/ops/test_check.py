from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import SpokenLine, Take, Timing
from greenroom.domain.storyboards import Actor, Delivery, Line, Shot, Storyboard
from greenroom.domain.verdicts import Outcome
from models.roles import Picture, Samples
from models.speech import EspeakSpeech
from models.voice_activity import HarmonicVoiceActivity
from moderation.dialogue import judge_dialogue
from moderation.policy import load_policy
from moderation.take import judge_take
from ops.check import correlation, dialogue_evidence, take_evidence
from ops.media import write_master, write_stem
from ops.sound_levels import normalise

POLICY = load_policy()
FPS = 12
SECONDS = 4.0
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "The quick brown fox jumps over the lazy dog today"


def brief(**changes: object) -> Brief:
    base = Brief(
        id="b", batch="ba", prompt="a fox", requester="a", seconds=SECONDS, width=320, height=240, seed=1,
        lane=Lane.INTERACTIVE, day=date(2026, 11, 1), recorded_at=NOW,
    )  # fmt: skip
    return base.model_copy(update=changes)


def moving(count: int = round(FPS * SECONDS)) -> list[Picture]:
    ramp = np.linspace(30, 220, 320).astype(np.uint8)
    return [np.repeat(np.roll(ramp, 6 * n)[None, :, None], 240, 0).repeat(3, 2) for n in range(count)]


def tone(seconds: float = SECONDS) -> Samples:
    times = np.arange(round(48_000 * seconds)) / 48_000
    wave = 0.2 * np.sin(2 * np.pi * 440 * times)
    return normalise(np.stack([wave, wave], 1).astype(np.float32))


def take(line: SpokenLine | None = None, construction: dict[str, object] | None = None) -> Take:
    ref = BlobRef(sha256="0" * 64, size=1, media_type="video/x-matroska")
    return Take.model_validate(
        {
            "generator": "previz", "model": "previz 1", "seed": 1, "master": ref, "stems": {},
            "timing": Timing(lines=(line,) if line else ()), "seconds": SECONDS, "width": 320, "height": 240,
            "frames_per_second": FPS, "frame_count": 48, "frames_sha256": "0" * 64,
            "construction": construction or {},
        }
    )  # fmt: skip


def rules(path: Path) -> set[str]:
    return {rule.id for rule in judge_take(take_evidence(path), brief(), POLICY).rules}


def test_a_good_take_is_allowed_and_what_was_measured_is_evidence(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, tone())
    judgement = judge_take(take_evidence(path), brief(), POLICY)
    assert judgement.outcome is Outcome.ALLOW
    assert {one.name: one.value for one in judgement.evidence}["frames decoded"] == 48


def test_black_frozen_silent_short_and_broken_takes_are_denied(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    black = [np.zeros((240, 320, 3), np.uint8)] * 48
    write_master(path, black, FPS, np.zeros((192_000, 2), np.float32))
    assert rules(path) == {"take.black", "take.frozen", "take.silent"}
    write_master(path, moving(40), FPS, tone())
    assert rules(path) == {"take.length"}
    path.write_bytes(path.read_bytes()[:2000])
    assert rules(path) == {"take.decodes"}


@pytest.fixture(scope="module")
def spoken() -> tuple[SpokenLine, Samples, int]:
    with EspeakSpeech() as speech:
        voice = speech.voices("en")[0]
        said = speech.speak(TEXT, "en", voice)
    seconds = len(said.samples) / said.sample_rate
    line = SpokenLine(
        actor="fox", speaker="Fox", text=TEXT, language="en", voice=voice, start=0.5, seconds=min(seconds, 3.4)
    )
    return line, said.samples, said.sample_rate


def stem_of(samples: Samples, rate: int, start: float) -> Samples:
    times = np.arange(round(len(samples) * 48_000 / rate)) / 48_000
    mono = np.interp(times, np.arange(len(samples)) / rate, samples[:, 0])
    stem = np.zeros((round(48_000 * SECONDS), 2), np.float32)
    first = round(start * 48_000)
    mono = mono[: len(stem) - first]
    stem[first : first + len(mono)] = np.stack([0.7 * mono, 0.3 * mono], 1)
    return stem


def plan() -> Storyboard:
    return Storyboard(
        title="fox",
        seconds=SECONDS,
        width=320,
        height=240,
        frames_per_second=FPS,
        seed=1,
        shots=(Shot(start=0, seconds=SECONDS),),
        actors=(Actor(id="fox", species="fox", name="Fox"),),
        lines=(Line(actor="fox", text=TEXT, start=0.5),),
    )


def test_a_scripted_line_is_heard_and_recognised_by_its_own_synthesis(
    tmp_path: Path, spoken: tuple[SpokenLine, Samples, int]
) -> None:
    line, samples, rate = spoken
    stem = normalise(stem_of(samples, rate, 0.5))
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, stem)
    evidence = dialogue_evidence(path, write_stem(stem), take(line), HarmonicVoiceActivity(), EspeakSpeech())
    judgement = judge_dialogue(evidence, plan(), "previz", POLICY)
    assert judgement.outcome is Outcome.ALLOW, judgement.rules
    assert evidence.lines[0].likeness is not None
    assert evidence.lines[0].likeness > 0.9
    # the same evidence does not settle it for a model that makes sound by diffusion
    assert {rule.id for rule in judge_dialogue(evidence, plan(), "ltx2", POLICY).rules} == {"dialogue.words"}


@pytest.mark.parametrize(("text", "voice", "how"), [("Where to?", "bass", "shouted"), (TEXT, "alto", "whispered")])
def test_a_short_or_whispered_line_is_heard_though_it_has_no_melody(
    tmp_path: Path, text: str, voice: str, how: str
) -> None:
    with EspeakSpeech() as speech:
        said = speech.speak(text, "en", voice, Delivery(how))
    seconds = min(len(said.samples) / said.sample_rate, 3.4)
    line = SpokenLine(
        actor="fox",
        speaker="Fox",
        text=text,
        language="en",
        voice=voice,
        start=0.5,
        seconds=seconds,
        delivery=Delivery(how),
    )
    stem = normalise(stem_of(said.samples, said.sample_rate, 0.5))
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, stem)
    board = plan().model_copy(update={"lines": (Line(actor="fox", text=text, start=0.5),)})
    for heard, rules in ((stem, set()), (stem * 0, {"dialogue.unvoiced", "dialogue.words"})):
        evidence = dialogue_evidence(path, write_stem(heard), take(line), HarmonicVoiceActivity(), EspeakSpeech())
        assert {rule.id for rule in judge_dialogue(evidence, board, "previz", POLICY).rules} == rules


def test_a_line_that_is_not_said_is_denied(tmp_path: Path, spoken: tuple[SpokenLine, Samples, int]) -> None:
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, tone())
    silent = write_stem(np.zeros((192_000, 2), np.float32))
    evidence = dialogue_evidence(path, silent, take(spoken[0]), HarmonicVoiceActivity(), EspeakSpeech())
    found = {rule.id for rule in judge_dialogue(evidence, plan(), "previz", POLICY).rules}
    assert {"dialogue.unvoiced", "dialogue.words"} <= found


def test_another_line_does_not_correlate(spoken: tuple[SpokenLine, Samples, int]) -> None:
    line, samples, rate = spoken
    with EspeakSpeech() as speech:
        other = speech.speak("A completely different sentence is spoken here instead", "en", line.voice)
    stem = stem_of(samples, rate, 0.5)
    assert correlation(stem, 48_000, samples, rate, 0.5) > 0.9
    assert correlation(stem, 48_000, other.samples, other.sample_rate, 0.5) < 0.5
