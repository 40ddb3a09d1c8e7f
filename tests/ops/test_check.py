from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import SpokenLine, Take, Timing
from greenroom.domain.verdicts import Outcome
from models.roles import Picture, Samples
from moderation.policy import load_policy
from moderation.take import judge_take
from ops.check import take_evidence
from ops.media import write_master
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
