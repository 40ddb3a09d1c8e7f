"""What was measured, one JSON line each, kept so that an interrupted run goes on and nothing is measured twice.

A run takes more hours than a machine is at hand: what stands in the docs is kept in the repository too (`RECORD`), and
a run elsewhere goes on from there. Trials are functions of clip and number, so any machine may measure any of them; but
x264's usual settings (its macroblock tree) do not give the same bytes every time: a film that is barely read may come
out otherwise when it is tried again. A row is therefore measured anew as a whole, never its failures alone.

A line counts for the sources it was measured with: the digest is of the code under `ops/watermark` that a detector
and an embedder lead to, without comments and docstrings, so that other words change no figure. Where a change only
made reading try more where nothing had been read, what `EARLIER` sources measured counts still, false alarms aside:
more tries make more of those.
"""

import ast
import gzip
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from greenroom.domain.base import Frozen

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("measured.jsonl.gz")
PICTURE_SOURCES = ("ops.watermark.picture", "ops.watermark.finding")
EARLIER = ("b8b7f2b70a54",)  # of pictures: they mark alike, and whatever they read is read now; the newest last
SOUND_SOURCES = ("ops.watermark.sound", "ops.watermark.finding_sound")


class Outcome(Frozen):
    """One trial of a row. Of `readings` so many gave the `right` clip and so many a `wrong` one; the others none."""

    row: str  # with its version
    clip: str
    trial: int
    sources: str
    readings: int = 0
    right: int = 0
    wrong: int = 0
    values: dict[str, float] = Field(default_factory=dict)  # "margin", "psnr", "seconds", whatever the row measures
    geometry: str | None = None

    @property
    def key(self) -> tuple[str, str, int, str]:
        return (self.row, self.clip, self.trial, self.sources)


class Results:
    """A file of outcomes, and before them those of a record. Several processes may add: a line is written at once."""

    def __init__(self, file: Path, record: Path | None = None) -> None:
        self.file = file
        self._record = record

    def __iter__(self) -> Iterator[Outcome]:
        """What was measured, each once; a line cut short by a killed run is passed over."""
        seen = set()
        for line in self._lines():
            if not line.endswith(b"}"):
                continue
            outcome = Outcome.model_validate_json(line)
            if outcome.key not in seen:
                seen.add(outcome.key)
                yield outcome

    def _lines(self) -> Iterator[bytes]:
        if self._record is not None and self._record.is_file():
            yield from gzip.decompress(self._record.read_bytes()).splitlines()
        if self.file.is_file():
            yield from self.file.read_bytes().splitlines()

    def keep(self, record: Path, sources: "Sources") -> None:
        """Write what counts for these sources into a record, sorted; the same outcomes give the same bytes."""
        kept = sorted(self.of(sources), key=lambda one: (one.row, one.clip, one.trial))
        lines = b"".join(one.model_dump_json(exclude_defaults=True).encode() + b"\n" for one in kept)
        record.write_bytes(gzip.compress(lines, mtime=0))

    def of(self, sources: "Sources") -> list[Outcome]:
        """Those that count for these sources: a row is of one of them as a whole, that which measured most of it."""
        kept = [one for one in self if sources.counts(one)]
        counts = Counter((one.row, one.sources) for one in kept)
        order = (*EARLIER, sources.picture, sources.sound)
        chosen = dict(sorted(counts, key=lambda key: (counts[key], order.index(key[1]))))
        return [one for one in kept if chosen[one.row] == one.sources]

    def add(self, outcome: Outcome) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        line = outcome.model_dump_json().encode() + b"\n"
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Sources:
    """The digests of the code that pictures and sounds are marked and read with."""

    picture: str
    sound: str
    lasting: frozenset[str] = frozenset()  # keys of rows of which what earlier sources measured counts too

    def counts(self, outcome: Outcome) -> bool:
        """Whether an outcome counts for these sources."""
        now = outcome.sources in (self.picture, self.sound)
        return now or (outcome.sources in EARLIER and outcome.row in self.lasting)

    @classmethod
    def now(cls, lasting: Iterable[str] = ()) -> "Sources":
        """As the files are at this moment."""
        return cls(digest(PICTURE_SOURCES), digest(SOUND_SOURCES), frozenset(lasting))


def digest(modules: Iterable[str], root: Path = ROOT) -> str:
    """Twelve hexadecimal digits of the code of these modules and of all in their package that they import."""
    sha = hashlib.sha256()
    for module, code in sorted(_reached(modules, root).items()):
        sha.update(f"{module}\n{code}\n".encode())
    return sha.hexdigest()[:12]


def _reached(modules: Iterable[str], root: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        file = root / f"{module.replace('.', '/')}.py"
        if module in found or not file.is_file():
            continue
        tree = ast.parse(file.read_bytes())
        package = module.rpartition(".")[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith(package):
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and _is_docstring(body[0]):
                body[0] = ast.Pass()
        found[module] = ast.unparse(tree)
    return found


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
