from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.verdicts import Outcome
from moderation.policy import load_policy
from moderation.take import judge_take
from ops.check import take_evidence
from ops.media import write_master
from tests.ops.takes import FPS, SECONDS, moving, tone

POLICY = load_policy()
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "The quick brown fox jumps over the lazy dog today"


def brief(**changes: object) -> Brief:
    base = Brief(
        id="b", batch="ba", prompt="a fox", requester="a", seconds=SECONDS, width=320, height=240, seed=1,
        lane=Lane.INTERACTIVE, day=date(2026, 11, 1), recorded_at=NOW,
    )  # fmt: skip
    return base.model_copy(update=changes)


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
