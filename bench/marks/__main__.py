"""`python -m bench.marks`: how much of what happens to films the invisible marks survive, over a corpus of all kinds.

Measures what is still missing until every row has `--trials` trials, and prints a JSON line for each figure; with a
page named, its tables are written there, and what they rest on into the record beside this file. What was measured is
kept in the corpus's folder for the sources it was measured with, so a run that was stopped goes on. `--report` measures
nothing. `bench.marks.corpus` builds the corpus.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from bench.marks.clips import HOME, Corpus
from bench.marks.quality import has_vmaf
from bench.marks.removal import nobody
from bench.marks.report import Figures, write
from bench.marks.results import RECORD, Results, Sources
from bench.marks.rows import SOUND_ROWS, all_rows, picture_rows
from bench.marks.speeds import Speed, speeds
from bench.marks.tools import picture_tools
from bench.marks.trials import QUALITY, SOUND_ALARMS, UNMARKED, UNMARKED_SEARCHED, WRONG_KEYS
from bench.marks.work import TRIALS, SourcesChanged, lasting, units, work
from greenroom.domain.base import Frozen

_SPEEDS = "speeds"


class _Timed(Frozen):
    """Speeds, and the sources they were measured with."""

    sources: str
    speeds: tuple[Speed, ...]


def main(arguments: list[str]) -> None:
    """Measure, print, and write."""
    asked = _parser().parse_args(arguments)
    corpus = Corpus(asked.corpus)
    if not corpus.clips():
        sys.exit("there is no corpus yet: python -m bench.marks.corpus builds it, in half an hour")
    if not has_vmaf():
        sys.stderr.write("VMAF is left out: imageio-ffmpeg is not installed (it comes with the extra dev)\n")
    record = RECORD if asked.corpus == HOME else asked.corpus / RECORD.name
    results, sources = Results(asked.corpus / "results.jsonl", record), Sources.now(lasting())
    wanted = _wanted(asked.rows)
    if not asked.report:
        todo = units(corpus, results, wanted, asked.trials, sources, anew=asked.anew)
        started = time.monotonic()
        try:
            for number, unit in enumerate(work(asked.corpus, results.file, todo, asked.processes, sources), 1):
                left = (time.monotonic() - started) / number * (len(todo) - number) / 60
                sys.stderr.write(f"{number} of {len(todo)}: {unit.clip}, trial {unit.trial}; {left:.0f} min to go\n")
        except SourcesChanged as reason:
            sys.exit(str(reason))
    timed: tuple[Speed, ...] = ()
    if _SPEEDS in wanted and not asked.report:
        timed = tuple(speeds(corpus, picture_tools()))
        _keep(asked.corpus, timed, sources)
    else:
        timed = _kept(asked.corpus, sources)
    figures = Figures(results.of(sources), timed)
    for line in figures.lines():
        values = {name: _rounded(value) for name, value in line.values.items()}
        told = {"name": f"marks, {line.name}", "ratio": _rounded(line.ratio), **values}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    if asked.page is not None:
        write(asked.page, figures)
        results.keep(record, sources)


def _parser() -> argparse.ArgumentParser:
    codes = ", ".join(_codes())
    parser = argparse.ArgumentParser(prog="python -m bench.marks", description=f"Rows: {codes}.")
    parser.add_argument("page", nargs="?", type=Path, help="a page of the docs to write the tables into")
    parser.add_argument("--rows", default="", help="only these, separated by commas; also: picture, sound")
    parser.add_argument(
        "--trials", type=int, default=TRIALS, help=f"of each row ({TRIALS}); false alarms in proportion"
    )
    parser.add_argument("--anew", action="store_true", help="measure again what counts still of earlier sources")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--corpus", type=Path, default=HOME)
    parser.add_argument("--report", action="store_true", help="measure nothing, tell what was measured")
    return parser


def _codes() -> dict[str, str]:
    """Every row's key by the code it is asked for with."""
    rows = {row.code: row.key for row in all_rows()}
    return (
        rows
        | {key.partition(".")[0]: key for key in (QUALITY, UNMARKED, UNMARKED_SEARCHED, WRONG_KEYS, SOUND_ALARMS)}
        | {_SPEEDS: _SPEEDS}
    )


def _wanted(rows: str) -> frozenset[str]:
    codes = _codes()
    groups = {
        "picture": [row.key for row in picture_rows(nobody)],
        "sound": [*(row.key for row in SOUND_ROWS), SOUND_ALARMS],
    }
    names = [name for name in rows.split(",") if name]
    unknown = [name for name in names if name not in codes and name not in groups]
    if unknown:
        sys.exit(f"no row is called {', '.join(unknown)}; there are {', '.join([*groups, *codes])}")
    if not names:
        return frozenset(codes.values())
    return frozenset(key for name in names for key in groups.get(name, [codes.get(name, name)]))


def _keep(folder: Path, timed: tuple[Speed, ...], sources: Sources) -> None:
    kept = _Timed(sources=sources.picture, speeds=timed)
    (folder / "speeds.json").write_text(kept.model_dump_json(), encoding="utf-8")


def _kept(folder: Path, sources: Sources) -> tuple[Speed, ...]:
    """The speeds of the last run with these sources."""
    file = folder / "speeds.json"
    if not file.is_file():
        return ()
    kept = _Timed.model_validate_json(file.read_bytes())
    return kept.speeds if kept.sources == sources.picture else ()


def _rounded(value: float | int | None) -> float | int | None:
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main(sys.argv[1:])
