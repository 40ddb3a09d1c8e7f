"""Broken files at the verifier's front door: thousands of mutations of signed films, pictures and sounds.

`python -m bench.verify_fuzz --cases 20000` goes through `verify_file` as the command line and the page do, each file in
its own confined child. A case is a function of its number and of the seeds, whose signatures differ from run to run;
`--keep FOLDER` keeps the files that were found to do harm. It fails when a file brings the door itself down, is
verified though it was changed, takes a child down with a signal, or goes over a bound.
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.verify_records import Records
from bench.verify_seeds import planted
from greenroom.errors import GreenroomError
from ops.verify import verify_file
from ops.verifying.bounds import Bounds
from ops.verifying.found import Ended, Found, Why
from ops.verifying.readers import Reader, Readers
from ops.verifying.worker import Question

LARGE_EVERY = 25  # one case in so many is of a file large enough for the whole search, which takes seconds
_BOUNDS = Bounds(seconds=120.0, processor_seconds=30.0)
_NUMBERS = (0, 1, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


@dataclass
class Tally:
    """What came of the cases."""

    cases: int = 0
    verified: int = 0
    by_seed: Counter[str] = field(default_factory=Counter)
    asked: int = 0  # questions to the process that reads: up to three a case
    looked_up: int = 0  # cases that nothing named, so that they were looked up by what they show and sound like,
    alike: int = 0  # and of how many that led to a clip
    ended: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_case: int = 0
    memory: int = 0
    processor: float = 0.0  # seconds, of the question that took most
    faults: list[str] = field(default_factory=list)

    def note(self, number: int, how: Ended) -> None:
        """How one question ended."""
        self.asked += 1
        self.ended[how.why.value] += 1
        self.memory = max(self.memory, how.memory)
        self.processor = max(self.processor, how.processor_seconds)
        if how.why is Why.CRASHED and how.detail.startswith("SIG"):
            self.faults.append(f"case {number}: {how.detail}")
        if how.why in (Why.TIME, Why.ANSWER):
            self.faults.append(f"case {number}: over its bound of {how.why.value}, {how.processor_seconds} s used")

    def document(self) -> dict[str, object]:
        return {
            "cases": self.cases,
            "verified": self.verified,
            "by_seed": dict(sorted(self.by_seed.items())),
            "questions": self.asked,
            "looked_up": self.looked_up,
            "alike": self.alike,
            "ended": dict(self.ended),
            "slowest_seconds": round(self.slowest, 2),
            "slowest_case": self.slowest_case,
            "most_processor_seconds": self.processor,
            "peak_megabytes": self.memory // 1_000_000,
            "faults": self.faults[:50],
        }


class Watched(Reader):
    """A reader that tells how each question ended."""

    def __init__(self, told: Callable[[Ended], None]) -> None:
        super().__init__()
        self._told = told

    def ask(self, question: Question) -> Found:
        found = super().ask(question)
        self._told(found.ended)
        return found


def run(cases: int, first: int, progress: Callable[[Tally], None], keep: Path | None = None) -> Tally:
    """Verify so many broken files, from case `first` on; `keep` takes those that do harm."""
    tally, number = Tally(), 0
    readers = Readers(at_once=1, reader=lambda: Watched(lambda how: tally.note(number, how)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeds, records = planted(folder)
        for number in range(first, first + cases):
            seed, data = case(number, seeds)
            path, work = folder / "file", folder / "work"
            path.write_bytes(data)
            work.mkdir(exist_ok=True)
            started, before = time.monotonic(), len(tally.faults)
            try:
                report = verify_file(path, records, work, bounds=_BOUNDS, readers=readers)
            except GreenroomError as error:
                tally.faults.append(f"case {number}: {type(error).__name__}: {error.fact}")
                continue
            finally:
                taken = time.monotonic() - started
                tally.looked_up, tally.alike = records.looked_up, records.alike_found
                if taken > tally.slowest:
                    tally.slowest, tally.slowest_case = taken, number
                if keep is not None and len(tally.faults) > before:
                    (keep / f"{number}").write_bytes(data)
            tally.cases += 1
            tally.by_seed[seed] += 1
            if not report.answer:
                tally.faults.append(f"case {number}: no answer in words")
            if report.verified:
                tally.verified += 1
                if not _still_says_so(report.resolved_by is not None and report.edited is True, data, records):
                    tally.faults.append(f"case {number}: a changed {seed} is verified as published")
            if number % 500 == 499:
                progress(tally)
    readers.close()
    return tally


def _still_says_so(copy: bool, data: bytes, records: Records) -> bool:
    """A changed file may be verified as a copy that its mark leads from, and as published only if it is not changed."""
    return copy or records.published_as(hashlib.sha256(data).hexdigest()) is not None


# the mutations


def case(number: int, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    """The seed and the bytes of a case."""
    dice = random.Random(number)
    large = number % LARGE_EVERY == LARGE_EVERY - 1
    name = dice.choice([one for one in seeds if one.startswith("large") == large])
    data = bytearray(seeds[name])
    start, end = _manifest(data) if name.startswith("manifest in") else (0, len(data))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        start, end = min(start, len(data)), min(end, len(data))
        dice.choice(_MUTATIONS)(data, dice, start, end)
    if dice.random() < 0.02:
        other = seeds[dice.choice(list(seeds))]
        data[dice.randrange(len(data) + 1) :] = other[dice.randrange(len(other)) :]
    return name, bytes(data)


def _manifest(data: bytearray) -> tuple[int, int]:
    """Where the manifest lies in an MP4: its box of the type `uuid`."""
    at = data.find(b"uuid\xd8\xfe\xc3\xd6")
    return at + 4, at - 4 + int.from_bytes(data[at - 4 : at], "big")


def _flip(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    for _ in range(dice.choice((1, 1, 4, 32))):
        if start < end:
            data[dice.randrange(start, end)] ^= 1 << dice.randrange(8)


def _number(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    width = dice.choice((1, 2, 4, 8))
    if end - start > width:
        at = dice.randrange(start, end - width)
        value = dice.choice(_NUMBERS) & ((1 << 8 * width) - 1)
        data[at : at + width] = value.to_bytes(width, dice.choice(("big", "little")))


def _remove(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    if start < end:
        at = dice.randrange(start, end)
        del data[at : min(end, at + dice.choice((1, 4, 64, 1024)))]


def _repeat(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    if start < end:
        at = dice.randrange(start, end)
        piece = data[at : min(end, at + dice.choice((1, 8, 256, 4096)))]
        data[at:at] = piece * dice.choice((1, 2, 16))


def _noise(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    if start < end:
        at = dice.randrange(start, end)
        length = min(end - at, dice.choice((4, 64, 1024)))
        data[at : at + length] = dice.randbytes(length)


def _cut(data: bytearray, dice: random.Random, start: int, end: int) -> None:
    if dice.random() < 0.3 and start < end:
        del data[dice.randrange(start, end) :]
    else:
        _flip(data, dice, start, end)


_MUTATIONS = (_flip, _number, _remove, _repeat, _noise, _cut)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()

    def progress(tally: Tally) -> None:
        print(f"{tally.cases} cases, {len(tally.faults)} faults, {dict(tally.ended)}", file=sys.stderr, flush=True)

    started = time.monotonic()
    tally = run(asked.cases, asked.first, progress, asked.keep)
    print(json.dumps(tally.document() | {"minutes": round((time.monotonic() - started) / 60, 1)}, indent=2))
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
