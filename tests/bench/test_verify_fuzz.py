"""The fuzzing of the verifier's front door, in small: three hundred cases of the thousands."""

from pathlib import Path

import pytest

from bench.verify_fuzz import case, run
from bench.verify_records import Records
from bench.verify_seeds import CLIP, REMIX, SPOKEN, planted
from ops.verify import verify_file
from ops.verifying.report import Source, VerifyReport

Planted = tuple[dict[str, bytes], Records]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return planted(tmp_path_factory.mktemp("seeds"))


def verified(planted: Planted, seed: str, tmp_path: Path) -> VerifyReport:
    seeds, records = planted
    file, work = tmp_path / "file", tmp_path / "work"
    file.write_bytes(seeds[seed])
    work.mkdir()
    return verify_file(file, records, work)


@pytest.mark.slow
def test_no_broken_file_does_harm() -> None:
    tally = run(300, 0, lambda so_far: None)
    assert tally.faults == []
    assert tally.cases == 300
    assert len(tally.by_seed) >= 25
    assert 0 < tally.alike < tally.looked_up
    assert set(tally.ended) == {"done"}


def test_a_case_is_a_function_of_its_number_and_the_seeds(kept: Planted) -> None:
    seeds, _ = kept
    assert case(7, seeds) == case(7, seeds)
    assert case(7, seeds) != case(8, seeds)


@pytest.mark.parametrize(("seed", "clip"), [("signed film", CLIP), ("signed remix", REMIX)])
def test_unbroken_it_is_what_it_says(kept: Planted, tmp_path: Path, seed: str, clip: str) -> None:
    report = verified(kept, seed, tmp_path)
    assert (report.verified, report.clip, report.resolved_by) == (True, clip, Source.BYTES)


@pytest.mark.parametrize("seed", ["film .mov", "film .avi", "film .m4v", "film .gif", "still JPEG"])
def test_a_film_that_nothing_names_is_looked_up_by_what_it_shows(kept: Planted, tmp_path: Path, seed: str) -> None:
    report = verified(kept, seed, tmp_path)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.LOOKS)


def test_a_sound_leads_by_its_mark_and_without_it_by_what_is_heard(kept: Planted, tmp_path: Path) -> None:
    for seed, by in (("marked sound", Source.SOUND), ("large sound without its mark", Source.LOOKS)):
        (tmp_path / seed).mkdir()
        report = verified(kept, seed, tmp_path / seed)
        assert (report.verified, report.clip, report.resolved_by) == (by is Source.SOUND, SPOKEN, by)
