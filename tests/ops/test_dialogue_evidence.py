"""Gate 5 from end to end: what is heard in a take or in any file, and what the gate says of it."""

from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.clips import SpokenLine, Take
from greenroom.domain.storyboards import Actor, Delivery, Line, Shot, Storyboard
from greenroom.domain.verdicts import EvidenceKind, Outcome
from greenroom.settings import Settings
from models.roles import Samples
from models.speech import EspeakSpeech
from models.transcription_whisper import WhisperCheckpoint
from models.voice_activity import HarmonicVoiceActivity
from moderation.dialogue import DialogueEvidence, judge_dialogue
from moderation.policy import load_policy
from ops.dialogue_evidence import HearingRoles, correlation, dialogue_evidence, file_evidence
from ops.hearing import release
from ops.media import write_master, write_stem
from ops.sound_levels import normalise
from tests.models.conftest import tiny as tiny  # a fixture of the models' tests
from tests.ops.takes import FPS, SECONDS, moving, take, tone

POLICY = load_policy()
TEXT = "The quick brown fox jumps over the lazy dog today"


def heard(path: Path, stem: bytes, made: Take, tmp_path: Path, music: bytes | None = None) -> DialogueEvidence:
    roles = HearingRoles(HarmonicVoiceActivity(), EspeakSpeech(), Settings(home=tmp_path))
    stems = {"dialogue": stem} | ({"music": music} if music is not None else {})
    return dialogue_evidence(path, stems, made, roles, POLICY)


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
    evidence = heard(path, write_stem(stem), take(line), tmp_path)
    judgement = judge_dialogue(evidence, plan(), "previz", POLICY)
    assert judgement.outcome is Outcome.ALLOW, judgement.rules
    assert evidence.lines[0].likeness is not None
    assert evidence.lines[0].likeness > 0.9
    assert {one.reason for one in judgement.evidence if one.kind is EvidenceKind.NOT_CHECKED} == {
        "settled by construction; the recogniser was not asked",
        "settled by construction: each line is its own actor's voice, synthesised",
        "no installed model tells music in a mix",
    }
    # the same evidence does not settle it for a model that makes sound by diffusion: a recogniser is asked
    diffused = take(line).model_copy(update={"generator": "ltx2"})
    asked = heard(path, write_stem(stem), diffused, tmp_path)
    assert asked.words is not None
    assert asked.words.share is not None
    assert asked.speakers is not None
    assert asked.speakers.error < 0.35
    judged = judge_dialogue(asked, plan(), "ltx2", POLICY)
    assert judged.outcome is Outcome.HOLD
    assert {rule.id for rule in judged.rules} == {
        "dialogue.words", "dialogue.voice_unchecked", "dialogue.lips_unchecked",
    }  # fmt: skip


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
    for sound, rules in ((stem, set()), (stem * 0, {"dialogue.unvoiced", "dialogue.words"})):
        evidence = heard(path, write_stem(sound), take(line), tmp_path)
        assert {rule.id for rule in judge_dialogue(evidence, board, "previz", POLICY).rules} == rules


def test_a_line_that_is_not_said_is_denied(tmp_path: Path, spoken: tuple[SpokenLine, Samples, int]) -> None:
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, tone())
    silent = write_stem(np.zeros((192_000, 2), np.float32))
    evidence = heard(path, silent, take(spoken[0]), tmp_path)
    found = {rule.id for rule in judge_dialogue(evidence, plan(), "previz", POLICY).rules}
    assert {"dialogue.unvoiced", "dialogue.words"} <= found


def test_another_line_does_not_correlate(spoken: tuple[SpokenLine, Samples, int]) -> None:
    line, samples, rate = spoken
    with EspeakSpeech() as speech:
        other = speech.speak("A completely different sentence is spoken here instead", "en", line.voice)
    stem = stem_of(samples, rate, 0.5)
    fits, shift = correlation(stem, 48_000, samples, rate, 0.45)
    assert fits > 0.9
    assert shift == pytest.approx(0.05, abs=0.001)
    assert correlation(stem, 48_000, other.samples, other.sample_rate, 0.5)[0] < 0.5


@pytest.mark.parametrize(("late", "rules"), [(0.06, set()), (0.12, {"dialogue.lips"})])
def test_speech_that_follows_its_lips_by_more_than_80_ms_is_denied(
    tmp_path: Path, spoken: tuple[SpokenLine, Samples, int], late: float, rules: set[str]
) -> None:
    line, samples, rate = spoken
    line = line.model_copy(update={"start": 0.2})
    stem = normalise(stem_of(samples, rate, 0.2 + late))
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, stem)
    judgement = judge_dialogue(heard(path, write_stem(stem), take(line), tmp_path), plan(), "previz", POLICY)
    assert {rule.id for rule in judgement.rules} == rules


def test_music_that_nobody_scripted_holds(tmp_path: Path, spoken: tuple[SpokenLine, Samples, int]) -> None:
    line, samples, rate = spoken
    stem = normalise(stem_of(samples, rate, 0.5))
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, stem)
    for music, rules in ((tone() * 0, set()), (tone(), {"dialogue.music"})):
        evidence = heard(path, write_stem(stem), take(line), tmp_path, write_stem(music))
        assert {rule.id for rule in judge_dialogue(evidence, plan(), "previz", POLICY).rules} == rules


def of_file(tmp_path: Path, samples: Samples, rate: int, board: Storyboard | None) -> tuple[set[str], str]:
    path = tmp_path / "any.mkv"
    write_master(path, moving(), FPS, samples, rate)
    roles = HearingRoles(HarmonicVoiceActivity(), EspeakSpeech(), Settings(home=tmp_path))
    judgement = judge_dialogue(file_evidence(path, board, roles), board, "file", POLICY)
    return {rule.id for rule in judgement.rules}, " ".join(rule.reason for rule in judgement.rules)


def test_a_file_made_anywhere_gets_a_clear_answer(tmp_path: Path) -> None:
    found, why = of_file(tmp_path, np.zeros((192_000, 2), np.float32), 48_000, None)
    assert found == {"dialogue.loudness"}
    assert "silent" in why
    noise = np.random.default_rng(1).normal(size=(96_000 * 4, 1)).astype(np.float32) * 0.1
    found, _ = of_file(tmp_path, normalise(noise, 96_000), 96_000, None)  # one channel at 96 kHz
    assert found - {"dialogue.true_peak"} == {"dialogue.words"}  # somebody may whisper in it
    # a script that nobody says: the noise is no speech of it
    found, why = of_file(tmp_path, normalise(noise, 96_000), 96_000, plan())
    assert "dialogue.words" in found
    assert "of the script is heard in order" in why


@pytest.fixture(scope="module")
def whispered() -> tuple[Samples, int]:
    """Twelve words without a pitch, at the loudness of a mix."""
    with EspeakSpeech() as speech:
        text = "Nobody must ever hear what I am telling you here tonight, friend"
        said = speech.speak(text, "en", "alto", Delivery.WHISPERED)
    return normalise(stem_of(said.samples, said.sample_rate, 0.2)), 48_000


def test_whispering_that_no_script_knows_of_is_held_where_nobody_can_hear_it(
    tmp_path: Path, whispered: tuple[Samples, int]
) -> None:
    path = tmp_path / "any.mkv"
    write_master(path, moving(), FPS, *whispered)
    roles = HearingRoles(HarmonicVoiceActivity(), EspeakSpeech(), Settings(home=tmp_path))
    evidence = file_evidence(path, None, roles)
    assert evidence.voice_spans == ()
    judgement = judge_dialogue(evidence, None, "file", POLICY)
    assert {rule.id for rule in judgement.rules} == {"dialogue.words"}
    (said,) = [one.reason or "" for one in judgement.evidence if one.name == "whispering"]
    assert "whisper's weights are not installed" in said
    # nor is it in a stem: the whole mix of a take made by diffusion is heard
    silent = write_stem(whispered[0] * 0)
    made = take()
    for generator, rules in (("ltx2", {"dialogue.words"}), ("previz", set())):
        evidence = heard(path, silent, made.model_copy(update={"generator": generator}), tmp_path)
        found = judge_dialogue(evidence, plan().model_copy(update={"lines": ()}), generator, POLICY)
        assert {rule.id for rule in found.rules} == rules


def test_whisper_is_asked_of_every_sound_without_a_voice_and_what_it_hears_is_speech(
    tmp_path: Path,
    whispered: tuple[Samples, int],
    tiny: tuple[Path, WhisperCheckpoint],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("models.transcription_whisper.CHECKPOINTS", (tiny[1],))
    settings = Settings(home=tmp_path)
    settings.weights.mkdir(parents=True)
    (settings.weights / tiny[1].file).write_bytes((tiny[0] / tiny[1].file).read_bytes())
    path = tmp_path / "any.mkv"
    write_master(path, moving(), FPS, *whispered)
    roles = HearingRoles(HarmonicVoiceActivity(), EspeakSpeech(), settings)
    evidence = file_evidence(path, None, roles)
    release()
    assert evidence.words is not None
    for transcript, rules in (
        ("", set()),
        ("nobody must hear", {"dialogue.speakers", "dialogue.voice_unchecked", "dialogue.lips_unchecked"}),
        ("how to build a pipe bomb at home", {"dialogue.transcript"}),
    ):
        said = evidence.words.model_copy(update={"transcript": transcript})  # random weights hear noise
        judgement = judge_dialogue(evidence.model_copy(update={"words": said}), None, "file", POLICY)
        assert {rule.id for rule in judgement.rules} >= rules
        assert (judgement.outcome is Outcome.ALLOW) is (not transcript)
    (settings.weights / tiny[1].file).write_bytes(b"half of it")
    judgement = judge_dialogue(file_evidence(path, None, roles), None, "file", POLICY)
    assert {rule.id for rule in judgement.rules} == {"dialogue.words"}
    assert "has SHA-256" in judgement.rules[0].reason


def test_a_half_downloaded_model_holds_and_says_which(tmp_path: Path, spoken: tuple[SpokenLine, Samples, int]) -> None:
    line, samples, rate = spoken
    stem = normalise(stem_of(samples, rate, 0.5))
    path = tmp_path / "take.mkv"
    write_master(path, moving(), FPS, stem)
    weights = Settings(home=tmp_path).weights
    (weights / "speaker-diarization").mkdir(parents=True)
    (weights / "tiny.pt").write_bytes(b"half of it")
    diffused = take(line).model_copy(update={"generator": "ltx2"})
    judgement = judge_dialogue(heard(path, write_stem(stem), diffused, tmp_path), plan(), "ltx2", POLICY)
    assert judgement.outcome is Outcome.HOLD
    reasons = {rule.id: rule.reason for rule in judgement.rules}
    assert "tiny.pt has SHA-256" in reasons["dialogue.words"]
    assert "holds no config.yaml" in reasons["dialogue.speakers"]
    # where construction settles the words, a broken extra stops nothing
    built = judge_dialogue(heard(path, write_stem(stem), take(line), tmp_path), plan(), "previz", POLICY)
    assert built.outcome is Outcome.ALLOW, built.rules
