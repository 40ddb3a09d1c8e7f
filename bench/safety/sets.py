"""The sets: briefs written for this gate (`briefs/`), and public ones for development, as labelled words."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenroom.domain.words import BriefWords

BRIEFS = Path(__file__).parent / "briefs"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words and what is owed to them. `refuse`: a hold or a denial is right."""

    id: str
    words: BriefWords
    refuse: bool
    category: str
    language: str = "en"
    evasion: str | None = None
    writer: str = ""  # who wrote it, or the file it stands in; writers are left out one by one


def briefs(name: str) -> tuple[Labelled, ...]:
    """The briefs of one file of `briefs/`; one kept apart (`held_out_4`) once, when no rule changes."""
    rows = (json.loads(line) for line in (BRIEFS / f"{name}.jsonl").read_text("utf-8").splitlines())
    return tuple(
        Labelled(
            id=row["id"],
            words=BriefWords(
                prompt=row["prompt"],
                title=row.get("title"),
                lines=tuple(row.get("lines", ())),
                parents=(row["parent"],) if "parent" in row else (),
            ),
            refuse=row["expected"] == "refuse",
            category=row["category"],
            language=row["language"],
            evasion=row.get("evasion"),
            writer=row.get("writer", name),
        )
        for row in rows
    )


def public(folder: Path) -> Iterator[tuple[str, tuple[Labelled, ...]]]:
    """XSTest and SimpleSafetyTests from `folder`, where they are; questions to an assistant, in English."""
    xstest, simple = folder / "xstest_dev.csv", folder / "simple_safety_dev.csv"
    if xstest.exists():
        with xstest.open(encoding="utf-8", newline="") as file:
            rows = [
                Labelled(row["id"], BriefWords(prompt=row["prompt"]), row["label"] == "unsafe", row["type"])
                for row in csv.DictReader(file)
            ]
        yield "XSTest, development half", tuple(rows)
    if simple.exists():
        with simple.open(encoding="utf-8", newline="") as file:
            rows = [
                Labelled(row["id"], BriefWords(prompt=row["prompts_final"]), refuse=True, category=row["harm_area"])
                for row in csv.DictReader(file)
            ]
        yield "SimpleSafetyTests, development half", tuple(rows)
