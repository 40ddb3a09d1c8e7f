"""The fuzzing of the verifier's front door, in small: three hundred cases of the thousands."""

from pathlib import Path

import pytest

from bench.verify_fuzz import case, run
from bench.verify_seeds import planted
from ops.verify import verify_file


@pytest.mark.slow
def test_no_broken_file_does_harm() -> None:
    tally = run(300, 0, lambda so_far: None)
    assert tally.faults == []
    assert tally.cases == 300
    assert len(tally.by_seed) >= 15
    assert set(tally.ended) == {"done"}


def test_a_case_is_a_function_of_its_number_and_the_seeds(tmp_path: Path) -> None:
    seeds, records = planted(tmp_path)
    assert case(7, seeds) == case(7, seeds)
    assert case(7, seeds) != case(8, seeds)
    film = tmp_path / "film.mp4"
    film.write_bytes(seeds["signed film"])
    (tmp_path / "work").mkdir()
    assert verify_file(film, records, tmp_path / "work").verified, "unbroken, it is what it says"
