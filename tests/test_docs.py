"""The docs say what the code says: tables are made from it, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from greenroom.cli.reference import BLOCKS, renewed

DOCS = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_tables_in_the_docs_are_the_codes(path: Path) -> None:
    text = path.read_text("utf-8")
    assert renewed(text) == text, "run make docs"


def test_every_table_stands_somewhere() -> None:
    written = {name for path in DOCS for name in re.findall(r"<!-- (\w+) -->", path.read_text("utf-8"))}
    assert set(BLOCKS) <= written


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
