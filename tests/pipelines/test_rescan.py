"""The job `rescan` marks a day's clips of an older policy again; what gate 7 holds it says, and fails no run for it."""

from pathlib import Path

import dagster as dg
import pytest

from greenroom.domain.briefs import Lane
from ops.doctor import State, examine
from ops.rejudge import Stands
from ops.remark import Became
from ops.studio import Studio
from ops.trace import trace
from pipelines.definitions import build_defs
from pipelines.jobs import RESCAN
from tests.ops.older import DAY, Older, asking
from warehouse.validation import Validator

pytestmark = pytest.mark.timeout(300)
CHECK = "marks_of_this_policy"


def rescanned(
    studio: Studio,
    instance: dg.DagsterInstance,
    validator: Validator,
    lane: Lane,
    asset: str = "remarkings",
    named: str = CHECK,
) -> tuple[dict[str, object], dg.AssetCheckEvaluation]:
    """What a run for the day and lane shows of an asset: its metadata and its check."""
    resources = {"studio": dg.ResourceDefinition.hardcoded_resource(studio), "validator": validator}
    job = build_defs(resources).resolve_job_def(RESCAN)
    key = dg.MultiPartitionKey({"day": DAY.isoformat(), "lane": lane.value})
    done = job.execute_in_process(instance=instance, partition_key=key)
    assert done.success
    (made,) = done.asset_materializations_for_node(asset)
    (check,) = [one for one in done.get_asset_check_evaluations() if one.check_name == named]
    return {name: value.value for name, value in made.metadata.items()}, check


def test_a_day_is_marked_again_once_and_what_is_held_is_told(
    studio: Studio, instance: dg.DagsterInstance, validator: Validator, tmp_path: Path
) -> None:
    clip = Older(studio).published(tmp_path).clip

    def marks() -> tuple[State, str]:
        (found,) = [one for one in examine(studio.settings) if one.part == "marks"]
        return found.state, found.uses

    assert marks() == (State.FALLBACK, "1 clips of 1 days have marks of an older policy or code")
    # 1. Another lane than the clip's, and not the rescan's own: nothing to do.
    shown, _ = rescanned(studio, instance, validator, Lane.TREND)
    assert shown["clips"] == 0
    # 2. Gate 7 refuses: the clip keeps its file, and the check says why.
    shown, check = rescanned(asking(studio, picture_margin=60.0), instance, validator, Lane.BATCH)
    assert (shown[Became.HELD], check.passed, check.severity) == (1, False, dg.AssetCheckSeverity.WARN)
    table = check.metadata["held"]
    assert isinstance(table, dg.TableMetadataValue)
    (row,) = table.records
    assert row.data["clip"] == clip
    reasons = row.data["reasons"]
    assert isinstance(reasons, str)
    assert "60 dB is wanted" in reasons
    found = trace(studio, clip)
    assert found.marks is not None
    assert found.marks.invisible == "not_checked"


def test_the_lane_rescan_stands_for_every_lane_of_its_day(
    studio: Studio, instance: dg.DagsterInstance, validator: Validator, tmp_path: Path
) -> None:
    clip = Older(studio).published(tmp_path).clip
    shown, check = rescanned(studio, instance, validator, Lane.RESCAN)
    assert (shown["clips"], shown[Became.MARKED], check.passed) == (1, 1, True)
    found = trace(studio, clip)
    assert found.marks is not None
    assert found.marks.invisible == "found"
    (doctor,) = [one for one in examine(studio.settings) if one.part == "marks"]
    assert doctor.state is State.READY
    shown, check = rescanned(studio, instance, validator, Lane.RESCAN)
    assert (shown["clips"], shown[Became.CURRENT], check.passed) == (1, 1, True)


def test_a_clip_that_cannot_be_judged_again_is_told_and_fails_no_run(
    studio: Studio, instance: dg.DagsterInstance, validator: Validator, tmp_path: Path
) -> None:
    """This one's plan is no storyboard, so gate 3 crashes on it; the others are asked all the same."""
    clip = Older(studio).published(tmp_path).clip
    (doctor,) = [one for one in examine(studio.settings) if one.part == "judgements"]
    assert (doctor.state, doctor.uses) == (State.FALLBACK, "1 clips of 1 days were judged by an older policy or code")
    shown, check = rescanned(studio, instance, validator, Lane.RESCAN, "rejudgements", "allowed_by_this_policy")
    assert (shown["clips"], shown[Stands.REFUSED], shown["gates asked"]) == (1, 1, 4)
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    table = check.metadata["refused"]
    assert isinstance(table, dg.TableMetadataValue)
    (row,) = table.records
    assert row.data["clip"] == clip
    assert "evidence.crashed" in str(row.data["rules"])
    (doctor,) = [one for one in examine(studio.settings) if one.part == "judgements"]
    assert doctor.state is State.READY
