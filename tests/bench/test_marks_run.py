"""A run of the robustness benchmark: what is measured is kept, counted once, and told with its interval.

The marks under test are stand-ins here, since it is the counting that is tested: one that every film carries and none
loses, and one that is lost as soon as a film is changed.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.marks import __main__ as command
from bench.marks import work
from bench.marks.attacks import Film
from bench.marks.clips import Corpus
from bench.marks.removal import nobody
from bench.marks.report import BEGIN, END, Figures, Share, written
from bench.marks.results import EARLIER, Outcome, Results, Sources, digest
from bench.marks.rows import SOUND_ROWS, picture_rows
from bench.marks.sounds import Heard
from bench.marks.speeds import speeds
from bench.marks.tools import KEY, PictureTools, SoundTools, trial_clip
from bench.marks.trials import (
    SOUND_ALARMS,
    UNMARKED,
    UNMARKED_SEARCHED,
    WRONG_KEYS,
    picture_trial,
    sound_trial,
    unmarked_trial,
)
from bench.marks.work import Unit, units
from greenroom.domain.base import clip_id
from ops.watermark.carrier import MarkKey
from ops.watermark.reading import Reading

ALL = frozenset(command._codes().values())
SOURCES = Sources.now()


class Remembered:
    """A mark that is in what was marked last, whatever becomes of it."""

    def __init__(self) -> None:
        self.clip: bytes | None = None

    def mark(self, film: Film, clip: bytes) -> Film:
        self.clip = clip
        return film

    def mark_sound(self, heard: Heard, clip: bytes) -> Heard:
        self.clip = clip
        return heard

    def find(self, seen: Film | Heard, key: MarkKey, anywhere: bool) -> Reading:
        if self.clip is None or key is not KEY:
            return Reading()
        return Reading(clip=clip_id(self.clip), margin=6.0, geometry="moved" if anywhere else None)

    @property
    def pictures(self) -> PictureTools:
        return PictureTools(self.mark, self.find)

    @property
    def sounds(self) -> SoundTools:
        return SoundTools(self.mark_sound, self.find)


class Mistaken(Remembered):
    """A mark that reads as another clip's once it has been searched for, and as nobody's where it was drawn."""

    def find(self, seen: Film | Heard, key: MarkKey, anywhere: bool) -> Reading:
        return Reading(clip=clip_id(bytes(8))) if anywhere else Reading()


def film(frames: int = 48) -> Film:
    return np.random.default_rng(1).integers(0, 256, (frames, 64, 96, 3), np.uint8)


@pytest.fixture(autouse=True)
def sources_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sources, "now", lambda lasting=(): replace(SOURCES, lasting=frozenset(lasting)))


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path)
    sound = np.random.default_rng(2).uniform(-0.3, 0.3, (48_000 * 3, 2)).astype(np.float32)
    made.add("one", "rendered", "a test", "CC0", film(72), sound)
    made.add("two", "film", "a test", "CC0", film(72))
    return made


def outcome(row: str, trial: int = 0, right: int = 1, sources: str = "abc", wrong: int = 0) -> Outcome:
    return Outcome(row=row, clip="one", trial=trial, sources=sources, readings=1, right=right, wrong=wrong)


def test_a_trial_measures_every_row_it_is_asked_for() -> None:
    rows = [row for row in picture_rows(nobody) if row.code in ("gate", "h264-23", "mirror", "rerender")]
    asked = {*(row.key for row in rows), WRONG_KEYS} - {"mirror.1"}
    found = list(picture_trial(film(), "one", 4, rows, asked.__contains__, Remembered().pictures, "abc"))
    assert [one.row for one in found] == ["gate.1", "h264-23.1", "rerender.1", WRONG_KEYS]
    assert all((one.right, one.readings, one.trial) == (1, 1, 4) for one in found[:3])
    assert found[0].geometry is None
    assert found[1].geometry == "moved"
    assert {"psnr", "ssim"} <= set(found[2].values)
    assert (found[3].readings, found[3].right, found[3].wrong) == (50, 0, 0)


def test_the_mark_of_another_clip_counts_as_wrong() -> None:
    rows = [row for row in picture_rows(nobody) if row.code in ("gate", "h264-23")]
    found = list(picture_trial(film(), "one", 0, rows, lambda _: True, Mistaken().pictures, "abc"))
    by_row = {one.row: one for one in found}
    assert (by_row["gate.1"].right, by_row["gate.1"].wrong) == (0, 0)
    assert (by_row["h264-23.1"].right, by_row["h264-23.1"].wrong) == (0, 1)
    read, searched = unmarked_trial(film(), "one", 0, lambda _: True, Mistaken().pictures, "abc")
    assert (read.row, read.readings, read.values["frames"]) == (UNMARKED, 5, 5.0 * len(film()))
    assert (searched.row, searched.readings, searched.wrong) == (UNMARKED_SEARCHED, 1, 1)


def test_a_sound_is_marked_once_and_attacked_by_every_row() -> None:
    wave = np.random.default_rng(2).uniform(-0.3, 0.3, (48_000 * 6, 2)).astype(np.float32)
    found = list(sound_trial(Heard(wave, 48_000), "one", 0, SOUND_ROWS, lambda _: True, Remembered().sounds, "abc"))
    assert [one.row for one in found] == [*(row.key for row in SOUND_ROWS), SOUND_ALARMS]
    assert all(one.right == 1 for one in found[:-1])
    assert (found[-1].readings, found[-1].wrong) == (10, 0)


def test_every_trial_has_an_id_of_its_own() -> None:
    assert len({trial_clip(name, trial) for name in ("one", "two") for trial in range(50)}) == 100


def test_outcomes_are_kept_and_counted_once(tmp_path: Path) -> None:
    results = Results(tmp_path / "kept" / "results.jsonl")
    results.add(outcome("a.1"))
    results.add(outcome("a.1", right=0))
    results.add(outcome("a.1", sources="old"))
    with results.file.open("a") as file:
        file.write('{"row": "a.1", "cl')
    assert [one.right for one in results.of(Sources("abc", "def"))] == [1]
    assert len(list(results)) == 2


def test_what_earlier_sources_measured_counts_where_more_tries_cannot_lose(tmp_path: Path) -> None:
    """A row is of one of them as a whole: of that which measured most of it, or else of the present."""
    results = Results(tmp_path / "results.jsonl")
    now = Sources("now", "sound", frozenset({"a.1", "b.1", "c.1"}))
    for row, trials, sources in (
        ("a.1", 3, EARLIER[-1]),
        ("a.1", 2, "now"),
        ("b.1", 2, EARLIER[-1]),
        ("b.1", 2, "now"),
        ("c.1", 2, EARLIER[-1]),
        ("alarms.1", 3, EARLIER[-1]),
        ("alarms.1", 1, "now"),
        ("c.1", 3, "forgotten"),
    ):
        for trial in range(trials):
            results.add(outcome(row, trial, sources=sources))
    counted = Counter((one.row, one.sources) for one in results.of(now))
    assert counted == {("a.1", EARLIER[-1]): 3, ("b.1", "now"): 2, ("c.1", EARLIER[-1]): 2, ("alarms.1", "now"): 1}


def test_what_counts_still_is_measured_again_only_when_asked(corpus: Corpus, tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    now = replace(SOURCES, lasting=work.lasting())
    for unit in units(corpus, results, frozenset({"mirror.1", WRONG_KEYS}), 2, now):
        for row in unit.rows:
            results.add(Outcome(row=row, clip=unit.clip, trial=unit.trial, sources=EARLIER[-1]))
    left = units(corpus, results, frozenset({"mirror.1", WRONG_KEYS}), 2, now)
    assert {row for unit in left for row in unit.rows} == {WRONG_KEYS}
    assert len(units(corpus, results, frozenset({"mirror.1"}), 2, now, anew=True)) == 2


def test_words_change_no_digest_and_code_does(tmp_path: Path) -> None:
    package = tmp_path / "marks"
    package.mkdir()
    (package / "drawing.py").write_text('"""One."""\nfrom marks.code import bit\n')
    (package / "code.py").write_text("bit = 1\n")
    (package / "apart.py").write_text("bit = 1\n")
    before = digest(["marks.drawing"], tmp_path)
    (package / "drawing.py").write_text('"""Other words."""\nfrom marks.code import bit  # why\n')
    (package / "apart.py").write_text("bit = 3\n")
    assert digest(["marks.drawing"], tmp_path) == before
    (package / "code.py").write_text("bit = 2\n")
    assert digest(["marks.drawing"], tmp_path) != before


def test_a_run_measures_what_is_missing_over_all_clips(corpus: Corpus, tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    wanted = frozenset({"mirror.1", "caption.1", UNMARKED, UNMARKED_SEARCHED, "aac-64.1"})
    todo = units(corpus, results, wanted, 3, SOURCES)
    pictures = [unit for unit in todo if unit.medium == "picture"]
    assert {unit.clip for unit in pictures[:2]} == {"one", "two"}
    assert sum("mirror.1" in unit.rows for unit in pictures) == 3
    assert {unit.clip for unit in todo if unit.medium == "sound"} == {"one", "speech"}
    unmarked = [unit for unit in todo if unit.medium == "unmarked"]
    assert len(unmarked) == 4, "3 of 300 trials are a hundredth, of 100,000 frames 1,000: 4 films of 60 with 5 keys"
    assert sum(UNMARKED_SEARCHED in unit.rows for unit in unmarked) == 2
    for unit in todo:
        sources = SOURCES.sound if unit.medium == "sound" else SOURCES.picture
        for row in unit.rows:
            if row != "caption.1":
                results.add(Outcome(row=row, clip=unit.clip, trial=unit.trial, sources=sources))
    left = units(corpus, results, wanted, 3, SOURCES)
    assert len(left) == 3
    assert {row for unit in left for row in unit.rows} == {"caption.1"}


def test_a_run_that_is_stopped_goes_on(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = Remembered()
    monkeypatch.setattr(work, "picture_tools", lambda: stand_in.pictures)
    monkeypatch.setattr(work, "sound_tools", lambda: stand_in.sounds)
    monkeypatch.setattr(work, "_bench", work._Bench)
    file = tmp_path / "results.jsonl"
    wanted = frozenset({"mirror.1", "aac-64.1", UNMARKED})
    todo = units(corpus, Results(file), wanted, 2, SOURCES)
    next(work.work(tmp_path, file, todo, 1, SOURCES))
    rest = units(corpus, Results(file), wanted, 2, SOURCES)
    assert len(rest) == len(todo) - 1
    assert [unit.clip for unit in work.work(tmp_path, file, rest, 1, SOURCES)] == [unit.clip for unit in rest]
    assert units(corpus, Results(file), wanted, 2, SOURCES) == []
    figures = Figures(Results(file).of(SOURCES))
    assert figures.share("mirror.1") == Share(2, 2)
    assert figures.share("aac-64.1") == Share(2, 2)


def test_marks_edited_during_a_run_are_not_measured(corpus: Corpus, tmp_path: Path) -> None:
    todo = [Unit("picture", "one", 0, ("mirror.1",))]
    with pytest.raises(work.SourcesChanged, match="start it again"):
        next(work.work(tmp_path, tmp_path / "results.jsonl", todo, 1, Sources("older", "older")))


def test_a_killed_unit_leaves_the_rows_it_measured(corpus: Corpus, tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    unit = next(one for one in units(corpus, results, frozenset({"mirror.1", "blur.1"}), 1, SOURCES))
    results.add(Outcome(row="mirror.1", clip=unit.clip, trial=unit.trial, sources=SOURCES.picture))
    again = units(corpus, results, frozenset({"mirror.1", "blur.1"}), 1, SOURCES)
    assert again == [Unit("picture", unit.clip, unit.trial, ("blur.1",))]


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(300, 300, 98.7, 100.0), (297, 300, 97.1, 99.7), (150, 300, 44.4, 55.6), (0, 20, 0.0, 16.1), (0, 0, 0.0, 100.0)],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=0.05)


def measured(rows: Sequence[Outcome]) -> Figures:
    return Figures(rows)


def test_a_ratio_above_one_misses_its_goal() -> None:
    good = [outcome("h264-33.1", trial) for trial in range(99)] + [outcome("h264-33.1", 99, right=0)]
    line = next(one for one in measured(good).lines() if one.name == "H.264 CRF 33")
    assert line.ratio == pytest.approx(1.0)
    worse = measured([*good, outcome("h264-33.1", 100, right=0)])
    assert next(one.ratio or 0 for one in worse.lines() if one.name == "H.264 CRF 33") > 1


def test_readings_of_another_clip_are_told() -> None:
    lines = measured([outcome("mirror.1", right=0, wrong=1), outcome("mirror.1", 1)]).lines()
    wrong = next(one for one in lines if one.name == "another clip's id read")
    assert (wrong.ratio, wrong.values["alarms"], wrong.values["readings"]) == (1.0, 1, 2)


def test_the_page_gets_its_tables_and_keeps_its_words() -> None:
    costly = Outcome(
        row="denoise.1", clip="one", trial=0, sources="abc", readings=1, values={"psnr": 31.24, "ssim": 0.912}
    )
    alarms = Outcome(
        row=UNMARKED, clip="one", trial=0, sources="abc", readings=1, values={"frames": 48.0, "seconds": 1.0}
    )
    figures = measured([outcome("mirror.1"), costly, alarms, outcome("aac-64.1")])
    page = written(f"# Marks\n\n{BEGIN}\nold\n{END}\n\nMore.\n", figures)
    assert page.startswith("# Marks\n\n")
    assert page.endswith(f"{END}\n\nMore.\n")
    assert "old" not in page
    assert "| mirrored | 95 % | 100.0 % | 20.7 to 100.0 % | 1 |" in page
    assert "| smoothed (bilateral) and grained again | 0.0 % | 0.0 to 79.3 % | 1 | 31.2 | 0.912 |" in page
    assert "| AAC 64 kbit/s | 100.0 % | 20.7 to 100.0 % | 1 |" in page
    assert "| false alarms, unmarked film read as drawn | none | 0 in 1 readings of 48 frames" in page


def test_rows_are_asked_for_by_name() -> None:
    assert command._wanted("mirror,quality") == {"mirror.1", "quality.1"}
    assert command._wanted("sound") == {*(row.key for row in SOUND_ROWS), SOUND_ALARMS}
    assert command._wanted("") == ALL
    with pytest.raises(SystemExit, match="no row is called moon"):
        command._wanted("moon")


def test_a_report_measures_nothing(corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = Results(tmp_path / "results.jsonl")
    results.add(outcome("mirror.1", sources=SOURCES.picture))
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    command.main([str(page), "--report", "--corpus", str(tmp_path)])
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["name"], line["recovered"], line["trials"]) == ("marks, mirrored", 100.0, 1)
    assert "mirrored" in page.read_text()


def test_without_a_corpus_it_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"bench\.marks\.corpus builds it"):
        command.main(["--corpus", str(tmp_path)])


def test_speeds_need_film_of_both_kinds(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="no rendered clip of 854x480"):
        list(speeds(corpus, Remembered().pictures))


def test_a_run_elsewhere_goes_on_from_the_record(corpus: Corpus, tmp_path: Path) -> None:
    here, record = Results(tmp_path / "here.jsonl"), tmp_path / "measured.jsonl.gz"
    here.add(outcome("mirror.1", 1, sources=SOURCES.picture))
    here.add(outcome("mirror.1", 0, sources=SOURCES.picture))
    here.add(outcome("mirror.1", 2, sources="older"))
    here.keep(record, SOURCES)
    once = record.read_bytes()
    there = Results(tmp_path / "there.jsonl", record)
    assert [one.trial for one in there] == [0, 1]
    there.add(outcome("mirror.1", 1, right=0, sources=SOURCES.picture))
    there.add(outcome("blur.1", 0, sources=SOURCES.picture))
    assert [(one.row, one.right) for one in there] == [("mirror.1", 1), ("mirror.1", 1), ("blur.1", 1)]
    there.keep(record, SOURCES)
    assert len(list(Results(tmp_path / "none.jsonl", record))) == 3
    here.keep(record, SOURCES)
    assert record.read_bytes() == once
    assert len(units(corpus, there, frozenset({"mirror.1"}), 3, SOURCES)) == 1
