"""`make bench`: how fast this is, as ratios to goals and shares within one run, one JSON line each.

Machines differ and are shared: compare lines of one run with each other, not with another day's. A ratio above 1 misses
its goal; the goals are those of a machine with 4 cores and 2 GB of memory.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

IMPORT_CPU_SECONDS = 2.5
DEMO_SECONDS = 90.0
MEMORY_BYTES = 2 * 2**30
BOOKKEEPING_SHARE = 0.05
WORK = (
    "storyboard",
    "take",
    "dialogue",
    "safety",
    "marks",
)  # stages whose time is model, rendering, evidence, encoding
BATCH = (
    "a red ball bounces past a dog in a park",
    'a robot walks along a beach and says "It is a good day"',
    "two cats chase a ball in a kitchen",
    "a woman in a blue coat dances on a street at dusk",
)


@dataclass(frozen=True, slots=True)
class Ran:
    """One finished process with its children: wall and CPU seconds, the most memory all held at once, its answer."""

    wall: float
    cpu: float
    memory: int  # bytes
    answer: dict[str, object]


def main() -> None:
    """Run every measurement in an installation of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        imported = _run(["-c", "import pipelines.definitions"], home)
        _line("import pipelines, CPU", imported.cpu / IMPORT_CPU_SECONDS, seconds=imported.cpu)
        first = _greenroom(["demo", "--json"], home)
        _line("demo clip, first", first.wall / DEMO_SECONDS, seconds=first.wall, cpu=first.cpu)
        _line("demo clip, memory", first.memory / MEMORY_BYTES, bytes=first.memory)
        _shares("demo clip", (cast("dict[str, object]", first.answer["made"]),))
        again = _greenroom(["demo", "--json"], home)
        _line("demo clip, again against first", again.wall / first.wall, seconds=again.wall)
        requests = home / "batch.jsonl"
        requests.write_text("".join(json.dumps({"prompt": prompt, "seed": 7}) + "\n" for prompt in BATCH))
        batch = _greenroom(["batch", str(requests), "--json"], home)
        clips = cast("list[dict[str, object]]", batch.answer["clips"])
        worked = _shares("batch of four", clips)
        share = 1 - worked / batch.wall
        _line("batch of four, bookkeeping", share / BOOKKEEPING_SHARE, share=share, seconds=batch.wall)
    subprocess.run([sys.executable, "-m", "bench.previz"], check=True)
    subprocess.run([sys.executable, "-m", "bench.physics"], check=True)
    subprocess.run([sys.executable, "-m", "bench.withdrawal"], check=True)
    subprocess.run([sys.executable, "-m", "bench.log"], check=True)
    subprocess.run([sys.executable, "-m", "bench.credentials"], check=True)
    subprocess.run([sys.executable, "-m", "bench.phrases"], check=True)
    subprocess.run([sys.executable, "-m", "bench.safety"], check=True)
    subprocess.run([sys.executable, "-m", "bench.judging"], check=True)
    subprocess.run([sys.executable, "-m", "bench.dialogue"], stderr=subprocess.DEVNULL, check=True)
    trials = os.environ.get("TRIALS", "10")  # of 300, which take hours: `python -m bench.marks` goes on where this ends
    subprocess.run([sys.executable, "-m", "bench.marks.corpus"], stdout=subprocess.DEVNULL, check=True)
    subprocess.run([sys.executable, "-m", "bench.marks", "--trials", trials], stderr=subprocess.DEVNULL, check=True)
    subprocess.run([sys.executable, "-m", "bench.fingerprints", "--every", "6"], stderr=subprocess.DEVNULL, check=True)
    subprocess.run([sys.executable, "-m", "bench.verify_fuzz", "--cases", "500"], stderr=subprocess.DEVNULL, check=True)
    # Last, for it takes most of an hour: RECORDINGS=10 make bench looks at fewer of each kind.
    recordings = os.environ.get("RECORDINGS", "100")
    subprocess.run([sys.executable, "-m", "bench.presentation", recordings], stderr=subprocess.DEVNULL, check=True)


def _shares(name: str, clips: Sequence[Mapping[str, object]]) -> float:
    """Print where the time of these clips went, by stage; the seconds of the stages that do the work."""
    spent: Counter[str] = Counter()
    for clip in clips:
        spent.update(cast("dict[str, float]", clip["timings"]))
    total = sum(spent.values()) or 1.0
    for stage, seconds in spent.items():
        _line(f"{name}, {stage} of all stages", seconds / total, seconds=seconds)
    return sum(spent[stage] for stage in WORK)


def _greenroom(arguments: list[str], home: Path) -> Ran:
    return _run(["-c", "from greenroom.cli.main import main; main()", *arguments], home)


def _run(arguments: list[str], home: Path) -> Ran:
    started = time.perf_counter()
    environment = {**os.environ, "GREENROOM_HOME": str(home / "greenroom")}
    with subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE) as process:
        watch = _Watch(process.pid)
        watch.start()
        output = process.stdout.read() if process.stdout is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.done.set()
        watch.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(arguments)} exited with {process.returncode}: {output.decode()}")
    wall = time.perf_counter() - started
    return Ran(wall, used.ru_utime + used.ru_stime, watch.most, json.loads(output or b"{}"))


class _Watch(threading.Thread):
    """Adds up the memory of a process and all below it, every fifth of a second; shared pages count once (Linux)."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.done = threading.Event()
        self.most = 0  # bytes

    def run(self) -> None:
        while not self.done.wait(0.2):
            self.most = max(self.most, sum(_memory(one) for one in _tree(self._process)))


def _tree(process: int) -> Iterator[int]:
    yield process
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it ended meanwhile
        return
    for child in children:
        yield from _tree(child)


def _memory(process: int) -> int:
    """Proportional set size, bytes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _line(name: str, ratio: float, **measured: float) -> None:
    rounded = {key: round(value, 3) for key, value in measured.items()}
    sys.stdout.write(json.dumps({"name": name, "ratio": round(ratio, 3), **rounded}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
