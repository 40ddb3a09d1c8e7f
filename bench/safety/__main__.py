"""`python -m bench.safety [DOCUMENT] [--public FOLDER] [--held-out]`: what the embedded text judgement stops.

One JSON line for each part of each set: recall (of what should be refused, what was held or denied) and over-refusal
(of what should pass, what was), with N and 95 % Wilson intervals. With a document, the tables go between its markers.
`--held-out` judges the part of the briefs kept apart too: once, when no rule changes any more.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.safety.sets import Labelled, briefs, public
from bench.safety.tables import Row, rows, table
from greenroom.domain.verdicts import Outcome
from moderation.policy import load_policy
from moderation.prompt import judge_prompt
from ops.embedding import EMBEDDING

RATE = 200  # lines a second that `greenroom judge text` is to reach
MEASURED = re.compile(
    r"(<!-- measured: python -m bench\.safety docs/safety\.md -->\n).*?(<!-- end of measured -->)", re.S
)


def main() -> None:
    """Judge the sets, print the rows, and write the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("document", nargs="?", type=Path, help="where the tables go, between its markers")
    asked.add_argument("--public", type=Path, default=Path("../shared/evaluation"), help="folder of the public sets")
    asked.add_argument("--held-out", action="store_true", help="judge the briefs kept apart; once, at the end")
    options = asked.parse_args()
    sets: list[tuple[str, tuple[Labelled, ...]]] = [
        ("Video briefs, development", briefs("development")),
        ("Video briefs, held out until 29 November 2026", briefs("held_out")),
        ("Video briefs of a blind writer, held out until 29 November 2026", briefs("held_out_2")),
        ("Video briefs of a second blind writer, held out until 29 November 2026", briefs("held_out_3")),
    ]
    if options.held_out:
        sets.append(("Video briefs, held out", briefs("held_out_4")))
    sets += public(options.public)
    tables = []
    for name, labelled in sets:
        started = time.process_time()
        judged = stopped(labelled)
        seconds = time.process_time() - started
        found = rows(judged)
        _print(name, found, len(labelled) / seconds)
        tables.append(table(f"{name} ({len(labelled)})", found))
    if options.document is not None:
        options.document.write_text(placed("\n".join(tables), options.document.read_text("utf-8")), "utf-8")


def stopped(labelled: Sequence[Labelled]) -> list[tuple[Labelled, bool]]:
    """Each with whether gate 2 held or denied it; a hold counts as stopped in both figures."""
    policy = load_policy()
    judged = (judge_prompt(one.words.prompt, policy, beside=one.words, embedding=EMBEDDING) for one in labelled)
    return [(one, found.outcome is not Outcome.ALLOW) for one, found in zip(labelled, judged, strict=True)]


def placed(tables: str, document: str) -> str:
    """The document with the tables between its markers; ValueError when it has none."""
    if not MEASURED.search(document):
        raise ValueError("the document has no markers for what python -m bench.safety measures")
    return MEASURED.sub(lambda match: f"{match[1]}{tables}{match[2]}", document)


def _print(name: str, found: Iterable[Row], rate: float) -> None:
    for row in found:
        sys.stdout.write(json.dumps({"set": name, **row.document()}, ensure_ascii=False) + "\n")
    sys.stdout.write(json.dumps({"set": name, "lines_a_second": round(rate), "goal": RATE}) + "\n")


if __name__ == "__main__":
    main()
