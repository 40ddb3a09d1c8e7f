"""The figures of a run: shares with their 95 % intervals, as JSON lines and as the tables of `docs/marks.md`."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from bench.marks.removal import nobody
from bench.marks.results import Outcome
from bench.marks.rows import SOUND_ROWS, all_rows, picture_rows
from bench.marks.speeds import Speed
from bench.marks.trials import QUALITY, SOUND_ALARMS, UNMARKED, UNMARKED_SEARCHED, WRONG_KEYS
from ops.watermark.carrier import TAG_BYTES
from ops.watermark.decoding import LIKELIEST
from ops.watermark.gleaning import READINGS
from ops.watermark.searching import DECODINGS

BEGIN, END = "<!-- measured: python -m bench.marks docs/marks.md -->", "<!-- end of measured -->"
TAG_BITS = 8 * TAG_BYTES
# Readings beside the search's: as drawn, where its frames are weighed against each other, and what is gleaned.
_READ_BESIDE = 68 + READINGS
_Z = 1.959964  # standard deviations of a 95 % interval
_LEAST = {"psnr": 43.0, "ssim": 0.988}
_MOST = {"vmaf-drop": 1.0, "vmaf-drop-published": 1.0}
_QUALITIES = {
    "psnr": "PSNR of the mark, dB",
    "ssim": "SSIM of the mark",
    "vmaf-drop": "VMAF drop by the mark",
    "vmaf-drop-published": "VMAF drop in what is published",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `ratio` above 1 misses its goal; None: it has none."""

    name: str
    ratio: float | None
    values: Mapping[str, float | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's interval (1927), all in per cent."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 100.0
        share, n, z = self.hits / self.of, self.of, _Z
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach)


class Figures:
    """All that was measured with one state of the sources."""

    def __init__(self, outcomes: Iterable[Outcome], speeds: Sequence[Speed] = ()) -> None:
        self._by_row: dict[str, list[Outcome]] = defaultdict(list)
        for one in outcomes:
            self._by_row[one.row].append(one)
        self._speeds = speeds

    def share(self, row: str) -> Share:
        """How many trials of a row gave the right clip."""
        found = self._by_row[row]
        return Share(sum(one.right for one in found), len(found))

    def wrong(self, rows: Iterable[str]) -> tuple[int, int]:
        """Readings that gave a clip which was not there, and all readings, of these rows."""
        found = [one for row in rows for one in self._by_row[row]]
        return sum(one.wrong for one in found), sum(one.readings for one in found)

    def mean(self, row: str, value: str) -> float | None:
        found = [one.values[value] for one in self._by_row[row] if value in one.values]
        return fmean(found) if found else None

    def worst(self, row: str, value: str) -> float | None:
        """The least of what shall be high, the most of what shall be low."""
        found = [one.values[value] for one in self._by_row[row] if value in one.values]
        return (max(found) if value in _MOST else min(found)) if found else None

    def lines(self) -> list[Line]:
        """Everything that was measured, in the order of the tables."""
        return [*self._recovered(), *self._alarms(), *self._qualities(), *self._timed()]

    def tables(self) -> str:
        """Markdown."""
        parts = [self._recovery_table(), self._removal_table(), self._sound_table(), self._rest_table()]
        return "\n\n".join(part for part in parts if part)

    def _recovered(self) -> list[Line]:
        found = []
        for row in all_rows():
            share = self.share(row.key)
            if not share.of:
                continue
            low, high = share.interval
            values: dict[str, float | int | None] = {"recovered": share.percent, "low": low, "high": high}
            values |= {"goal": row.goal, "trials": share.of, "seconds": self.mean(row.key, "seconds")}
            if row.costs:
                values |= {"psnr": self.mean(row.key, "psnr"), "ssim": self.mean(row.key, "ssim")}
            ratio = None if row.goal is None else row.goal / max(share.percent, 0.1)
            found.append(Line(row.title, ratio, values))
        return found

    def _alarms(self) -> list[Line]:
        """How often a clip was read that was not there: a ratio of 1 is one reading."""
        found = []
        rows = [row.key for row in all_rows()]
        for name, keys in (
            ("false alarms, unmarked film read as drawn", [UNMARKED]),
            ("false alarms, unmarked film searched", [UNMARKED_SEARCHED]),
            ("false alarms, wrong keys", [WRONG_KEYS]),
            ("false alarms, sound unmarked or of wrong keys", [SOUND_ALARMS]),
            ("another clip's id read", rows),
        ):
            wrong, readings = self.wrong(keys)
            if readings:
                values: dict[str, float | int | None] = {"alarms": wrong, "readings": readings}
                frames = sum(one.values.get("frames", 0.0) for key in keys for one in self._by_row[key])
                if frames:
                    values["frames"] = round(frames)
                found.append(Line(name, float(wrong), values))
        return found

    def _qualities(self) -> list[Line]:
        found = []
        for value, name in _QUALITIES.items():
            mean, worst = self.mean(QUALITY, value), self.worst(QUALITY, value)
            if mean is None or worst is None:
                continue
            ratio = _LEAST[value] / mean if value in _LEAST else mean / _MOST[value]
            found.append(Line(name, ratio, {"mean": mean, "worst": worst, "clips": len(self._by_row[QUALITY])}))
        return found

    def _timed(self) -> list[Line]:
        return [Line(one.name, one.ratio, {"measured": one.measured}) for one in self._speeds]

    def _recovery_table(self) -> str:
        rows = [row for row in picture_rows(nobody) if not row.costs and self.share(row.key).of]
        lines = ["| what was done to the film | goal | read | 95 % interval | trials |", "|---|---|---|---|---|"]
        lines += [f"| {row.title} | {_goal(row.goal)} | {_figures(self.share(row.key))} |" for row in rows]
        return "\n".join(lines) if rows else ""

    def _removal_table(self) -> str:
        rows = [row for row in picture_rows(nobody) if row.costs and self.share(row.key).of]
        head = "| what an adversary does | still read | 95 % interval | trials | PSNR left, dB | SSIM left |"
        lines = [head, "|---|---|---|---|---|---|"]
        for row in rows:
            psnr, ssim = self.mean(row.key, "psnr") or 0.0, self.mean(row.key, "ssim") or 0.0
            lines.append(f"| {row.title} | {_figures(self.share(row.key))} | {psnr:.1f} | {ssim:.3f} |")
        return "\n".join(lines) if rows else ""

    def _sound_table(self) -> str:
        rows = [row for row in SOUND_ROWS if self.share(row.key).of]
        lines = ["| what was done to the sound | read | 95 % interval | trials |", "|---|---|---|---|"]
        lines += [f"| {row.title} | {_figures(self.share(row.key))} |" for row in rows]
        return "\n".join(lines) if rows else ""

    def _rest_table(self) -> str:
        lines = []
        for line in self._alarms():
            wrong, readings = line.values["alarms"], line.values["readings"] or 0
            over = f"{readings:,} readings"
            if "frames" in line.values:
                over += f" of {line.values['frames']:,} frames"
            at_most = f"; at 95 %, under {300 / readings:.2g} % of readings" if not wrong else ""
            if "frames" in line.values:
                messages = (DECODINGS + _READ_BESIDE) * LIKELIEST
                at_most += f"; by the tag's length, {messages:,} in 2^{TAG_BITS} of films at most"
            lines.append(f"| {line.name} | none | {wrong} in {over}{at_most} |")
        for value, name in _QUALITIES.items():
            mean, worst = self.mean(QUALITY, value), self.worst(QUALITY, value)
            if mean is not None and worst is not None:
                digits = 3 if value == "ssim" else 2
                goal = f"{_LEAST[value]} or more" if value in _LEAST else f"under {_MOST[value]:.0f}"
                count = len(self._by_row[QUALITY])
                figures = f"{mean:.{digits}f} in the mean of {count} clips; worst {worst:.{digits}f}"
                lines.append(f"| {name} | {goal} | {figures} |")
        lines += [f"| {one.name} | {one.goal or '–'} | {one.measured:.1f} {one.unit} |" for one in self._speeds]
        return "\n".join(["| figure | goal | measured |", "|---|---|---|", *lines]) if lines else ""


def written(page: str, figures: Figures) -> str:
    """The page with its tables replaced. Raises ValueError where it has no place for them."""
    start, end = page.index(BEGIN), page.index(END)
    return f"{page[:start]}{BEGIN}\n{figures.tables()}\n{page[end:]}"


def write(page: Path, figures: Figures) -> None:
    page.write_text(written(page.read_text(encoding="utf-8"), figures), encoding="utf-8")


def _goal(goal: float | None) -> str:
    return "–" if goal is None else f"{goal:g} %"


def _figures(share: Share) -> str:
    low, high = share.interval
    return f"{share.percent:.1f} % | {low:.1f} to {high:.1f} % | {share.of}"
