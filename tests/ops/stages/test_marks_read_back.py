"""Gate 7 on real files: no mark, another clip's, a faint one and one that shows hold the clip; its own lets it pass."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import JsonValue

import ops.mark
from greenroom.domain.base import new_clip_id
from greenroom.domain.clips import InvisibleMarks, LaidMark
from greenroom.domain.verdicts import EvidenceKind, Judgement, Outcome, Rule
from greenroom.settings import Settings
from ops.invisible import Film, Wanted, lay
from ops.media import write_delivery
from ops.media_reading import read_frames, read_sound
from ops.stages.handling import Stage, Work, read_work
from ops.stages.marks import judge, produce
from ops.studio import Studio, open_studio
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import PictureMark
from tests.ops.older import Older, asking

Lay = Callable[[Film, Path, MarkKey, Wanted], InvisibleMarks]
OTHER = new_clip_id()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=tmp_path_factory.mktemp("studio") / "home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def work(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """A brief whose take waits for its marks."""
    brief = Older(studio).filed(tmp_path_factory.mktemp("film"), (), None)
    with studio.ledger.read() as tx:
        found = read_work(tx, brief, "run-1")
    assert Stage.TAKE in found.products
    return found


def judged(studio: Studio, work: Work, laying: Lay = lay) -> Judgement:
    return judge(studio, work, marked(studio, work, laying))


def marked(studio: Studio, work: Work, laying: Lay) -> JsonValue:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ops.mark, "lay", laying)
        return produce(studio, work).document


def plainly(film: Film, delivery: Path, key: MarkKey, asked: Wanted) -> InvisibleMarks:
    """Encoded without the marks, though it says that they are in."""
    write_delivery(delivery, film.drawn(read_frames(film.master)), film.frames_per_second, *read_sound(film.master))
    return InvisibleMarks(picture=LaidMark(version="1", strength=1.0, decibels=43.0), sound=LaidMark(version="1"))


def another(film: Film, delivery: Path, key: MarkKey, asked: Wanted) -> InvisibleMarks:
    return lay(replace(film, clip=OTHER), delivery, key, asked)


def test_its_own_marks_let_it_pass_and_are_told_with_their_margins(studio: Studio, work: Work) -> None:
    judgement = judged(studio, work)
    assert (judgement.outcome, judgement.rules) == (Outcome.ALLOW, ())
    assert work.clip is not None
    seen = {one.name: one for one in judgement.evidence}
    assert {one.kind for one in judgement.evidence} == {EvidenceKind.MEASURED}
    for part in ("picture", "sound"):
        assert seen[f"{part} mark"].value == seen[f"{part} mark"].threshold == work.clip.id
        margin = seen[f"{part} mark margin"]
        assert isinstance(margin.value, float)
        assert margin.value > 2
    psnr = seen["picture mark PSNR"]
    assert isinstance(psnr.value, float)
    assert psnr.value > 41


def test_a_file_without_marks_is_held_whatever_it_says(studio: Studio, work: Work) -> None:
    document = marked(studio, work, plainly)
    said = [rule.reason for rule in held(judge(studio, work, document))]
    assert ["picture's invisible mark cannot be read back" in said[0], "sound's invisible" in said[1]] == [True] * 2
    assert isinstance(document, dict)
    said = [rule.reason for rule in held(judge(studio, work, {**document, "invisible": None}))]
    assert ["The picture carries no invisible mark" in said[0], "The sound carries no" in said[1]] == [True] * 2


def test_another_clips_marks_are_held_and_named(studio: Studio, work: Work) -> None:
    said = [rule.reason for rule in held(judged(studio, work, another))]
    assert [OTHER in one for one in said] == [True, True]


def test_a_mark_below_the_margin_is_held_with_what_was_tried(studio: Studio, work: Work) -> None:
    strict = asking(studio, picture_margin=60.0)
    (rule,) = held(judged(strict, work))
    assert "60 dB is wanted (after 3 encodings, at strength" in rule.reason


def test_a_mark_that_shows_is_held(studio: Studio, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(mark: PictureMark, samples: object) -> float:
        mark.strength = 4.0
        return mark.strength

    monkeypatch.setattr(PictureMark, "fit", loud)
    (rule,) = held(judged(studio, work))
    assert "may be seen: PSNR" in rule.reason


def held(judgement: Judgement) -> tuple[Rule, ...]:
    assert judgement.outcome is Outcome.HOLD
    assert {rule.id for rule in judgement.rules} == {"marks.invisible"}
    return judgement.rules
