"""Simulated bodies agree with mechanics, and the page says what was measured."""

import re
from functools import cache
from pathlib import Path

import pytest

from bench.physics import Compared, comparisons

PAGE = Path(__file__).parents[2] / "docs" / "physics.md"


@cache
def compared() -> tuple[Compared, ...]:
    return comparisons()


@pytest.mark.parametrize("number", range(9))
def test_a_body_does_what_the_closed_form_says(number: int) -> None:
    one = compared()[number]
    assert one.error <= one.passes, f"{one.name}: {one.measured} {one.unit}, expected {one.expected}"


def test_the_page_has_these_figures() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([\d.]+) [^|]+ \| ([\d.]+) [^|]+ \|", PAGE.read_text("utf-8"), re.M)
    assert [name for name, _, _ in rows] == [one.name for one in compared()]
    for (_, expected, measured), one in zip(rows, compared(), strict=True):
        assert float(expected) == pytest.approx(one.expected, abs=0.002)
        assert float(measured) == pytest.approx(one.measured, rel=0.03, abs=0.002)
