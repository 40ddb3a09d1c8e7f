"""The asset graph is what `graph.txt` says: a change of it is meant, or it is a mistake."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg

from greenroom.settings import Settings
from pipelines.definitions import build_defs
from pipelines.instance import ROOT

DRAWN = Path(__file__).with_name("graph.txt")
RENEW = f"""The graph is not what {DRAWN.name} says. If that is meant, renew the file and read its diff:

    python {Path(__file__).relative_to(ROOT)} > {DRAWN.relative_to(ROOT)}
"""


def dimensions(partitions: dg.PartitionsDefinition | None) -> list[str]:
    if isinstance(partitions, dg.MultiPartitionsDefinition):
        return partitions.partition_dimension_names
    return [] if partitions is None else ["day"]


def drawn() -> str:
    """Every asset, job, sensor, schedule and resource, in a fixed order, as text to read."""
    defs = build_defs()
    graph = defs.resolve_asset_graph()
    lines = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda key: key.to_user_string()):
        node, definition = graph.get(key), defs.resolve_assets_def(key)
        partitions = dimensions(node.partitions_def)
        lines += [
            f"asset {key.to_user_string()}",
            f"  after       {' '.join(sorted(one.to_user_string() for one in node.parent_keys)) or 'nothing'}",
            f"  group       {node.group_name}",
            f"  owners      {' '.join(node.owners)}",
            f"  kinds       {' '.join(sorted(node.kinds))}",
            f"  pools       {' '.join(sorted(node.pools or ())) or 'none'}",
            f"  partitions  {' '.join(partitions)}",
            f"  checks      {' '.join(sorted(one.name for one in node.check_keys)) or 'none'}",
            f"  resources   {' '.join(sorted(definition.required_resource_keys))}",
        ]
    for job in sorted(defs.jobs or [], key=lambda job: job.name):
        resolved = defs.resolve_job_def(job.name)
        steps = " ".join(sorted(node.name for node in resolved.nodes))
        lines += [f"job {job.name}", f"  assets      {steps}", f"  executor    {resolved.executor_def.name}"]
    for sensor in sorted(defs.sensors or [], key=lambda sensor: sensor.name):
        lines += [
            f"sensor {sensor.name}",
            f"  job         {sensor.job_name}",
            f"  every       {sensor.minimum_interval_seconds} s, {sensor.default_status.value.lower()}",
        ]
    for schedule in sorted(defs.schedules or [], key=lambda schedule: schedule.name):
        assert isinstance(schedule, dg.ScheduleDefinition)
        lines += [
            f"schedule {schedule.name}",
            f"  job         {schedule.job_name}",
            f"  at          {schedule.cron_schedule}, {schedule.default_status.value.lower()}",
        ]
    lines += [f"resource {name}" for name in sorted(defs.resources or {})]
    return "\n".join(lines) + "\n"


def test_the_graph_is_as_drawn() -> None:
    assert drawn() == DRAWN.read_text("utf-8"), RENEW


def test_dagster_accepts_the_definitions(settings: Settings) -> None:
    environment = os.environ | {"GREENROOM_HOME": str(settings.home), "DAGSTER_HOME": str(ROOT)}
    command = [str(Path(sys.executable).with_name("dagster")), "definitions", "validate"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


HEAVY = ("torch", "great_expectations", "numba", "mujoco", "dlib", "nudenet", "scipy", "onnxruntime", "duckdb", "c2pa")


def test_loading_the_definitions_loads_nothing_heavy() -> None:
    script = f"import pipelines.launch, sys; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


if __name__ == "__main__":
    sys.stdout.write(drawn())
