"""The jobs operators run, and how one is asked to carry a batch."""

import dagster as dg

from assets.consents import consents
from assets.dialogue import dialogue
from assets.handling import GROUP
from assets.marks import marks
from assets.prompts import prompts
from assets.publications import publications
from assets.rejudgements import rejudgements
from assets.remarkings import remarkings
from assets.safety import safety
from assets.snapshots import snapshots
from assets.storyboards import storyboards
from assets.takes import takes
from greenroom.domain.briefs import Batch

STAGES = (consents, prompts, storyboards, takes, dialogue, safety, marks, publications)
CLIPS = "clips"
SNAPSHOT = "snapshot"
RESCAN = "rescan"
BATCH_TAG = "greenroom/batch"  # of a run: the batch it carries

clips_job = dg.define_asset_job(
    name=CLIPS,
    selection=dg.AssetSelection.groups(GROUP),
    executor_def=dg.in_process_executor,  # a process for each step costs 5 s a step (facts: 56 s against 0.94 s)
    description="All stages, from consent to feed, for a batch (run configuration) or for a day and lane.",
)

rescan_job = dg.define_asset_job(
    name=RESCAN,
    selection=dg.AssetSelection.assets(rejudgements, remarkings, snapshots),
    executor_def=dg.in_process_executor,
    description="Judges and marks published clips of an older policy again: of a day, in the lane rescan or another.",
)

snapshot_job = dg.define_asset_job(
    name=SNAPSHOT,
    selection=dg.AssetSelection.assets(snapshots),
    executor_def=dg.in_process_executor,
    description="What the ledger recorded since the last snapshot, validated and put before readers.",
)


def partition(batch: Batch) -> dg.MultiPartitionKey:
    """The day and lane that a batch belongs to."""
    return dg.MultiPartitionKey({"day": batch.day.isoformat(), "lane": batch.lane.value})


def run_config(batch: str) -> dict[str, object]:
    """The configuration by which every stage handles the briefs of this batch, and no others."""
    return {"ops": {stage.node_def.name: {"config": {"batch": batch}} for stage in STAGES}}
