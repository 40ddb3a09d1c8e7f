"""A clip put together with something else: how much of the file is the clip's is told, and much else is no copy."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.roles import Samples
from ops.verifying.following import followed
from ops.verifying.report import Source
from tests.ops.verifying.conftest import CLIP, RATE, House, Picture, read, scene, speech, tone, write
from tests.ops.verifying.test_sounds import write_sound

WIDE, HIGH = 640, 360
SECONDS = 3


def cards(seconds: float, words: str) -> list[Picture]:
    """A title that is faded in."""
    picture = Image.new("RGB", (WIDE, HIGH), (12, 12, 16))
    ImageDraw.Draw(picture).text((60, 120), words, (240, 240, 240), font_size=44)
    count = round(seconds * RATE)
    return [(np.asarray(picture, np.float64) * min(1, number / 8)).astype(np.uint8) for number in range(count)]


def fading(pictures: list[Picture]) -> list[Picture]:
    """With the last second faded to black."""
    left = (min(1.0, (len(pictures) - 1 - number) / RATE) for number in range(len(pictures)))
    return [(one * share).astype(np.uint8) for one, share in zip(pictures, left, strict=True)]


@pytest.fixture
def original(house: House) -> Path:
    """Three seconds that were published with their marks, and speak."""
    pictures = scene(SECONDS * RATE, WIDE, HIGH)
    return house.published(house.film(pictures=pictures, samples=speech(SECONDS), marked=True))


@pytest.fixture
def pictures(original: Path) -> list[Picture]:
    return read(original)[0]


def test_a_film_that_is_two_thirds_somebody_elses_is_no_copy(house: House, pictures: list[Picture]) -> None:
    joined = house.folder / "joined.mp4"
    write(joined, [*pictures[:RATE], *scene(2 * RATE, WIDE, HIGH, seed=44)], tone(SECONDS, 220))
    report = house.verify(joined)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.PICTURE)
    assert report.disagreements == ("part: about 2 of 3 seconds of it show something else",)
    assert report.answer.startswith(
        f"A part of this is from clip {CLIP}, but it is no copy of it: about 2 of 3 seconds of it show something else."
    )


def test_so_is_one_that_is_mirrored_and_cropped_besides(house: House, pictures: list[Picture]) -> None:
    film = [*scene(RATE, WIDE, HIGH, seed=44), *pictures]
    joined = house.folder / "joined.mp4"
    write(joined, [np.ascontiguousarray(one[16:344, 24:608][:, ::-1]) for one in film])
    report = house.verify(joined)
    assert (report.verified, report.clip) == (False, CLIP)
    assert [one.split(" of ")[0] for one in report.disagreements] == ["part: about 1"]


def honest(pictures: list[Picture]) -> dict[str, list[Picture]]:
    return {
        "a title before and after it": [*cards(0.8, "Chelsea's day"), *pictures, *cards(0.8, "with thanks")],
        "black before and after it": [*cards(0.5, ""), *pictures, *cards(0.5, "")],
        "faded to black": fading(pictures),
        "a second cut out": [*pictures[:RATE], *pictures[2 * RATE :]],
        "faster, looped": [*pictures[::2], *pictures[::2]],
        "a flash of something else": [*pictures[:30], *scene(4, WIDE, HIGH, seed=44), *pictures[30:]],
    }


@pytest.mark.parametrize("edit", honest([]))
def test_an_edit_of_the_whole_is_a_copy(house: House, pictures: list[Picture], edit: str) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, honest(pictures)[edit], crf="26")
    report = house.verify(copy)
    assert report.disagreements == ()
    assert (report.verified, report.clip, report.edited) == (True, CLIP, True)
    titled = "a title or another plain picture stands before or after it" in report.edits
    assert titled == ("title" in edit)


def test_a_little_of_something_else_is_told(house: House, pictures: list[Picture]) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, [*pictures, *scene(RATE // 2, WIDE, HIGH, seed=44)])
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, CLIP)
    assert any(one.endswith("of 3.5 seconds of it show something else") for one in report.edits)
    assert "show something else" in report.answer


def test_titles_alone_are_not_most_of_a_copy(house: House, pictures: list[Picture]) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, [*cards(3.2, "what you must know"), *pictures[: 2 * RATE]])
    report = house.verify(copy)
    assert (report.verified, report.clip) == (False, CLIP)


def test_pictures_without_light_or_structure_tell_nothing() -> None:
    """They are neither the clip's nor something else."""
    clip = scene(8, WIDE, HIGH)
    dark = [(one * 0.1).astype(np.uint8) for one in scene(8, WIDE, HIGH, seed=44)]
    flat = [np.full_like(clip[0], 140)] * 4
    found = followed([*dark, *clip, *flat], clip)
    assert (found.other, found.cards) == (0.0, 0.0)
    assert found.alike is not None
    assert followed([*dark, *flat], clip).alike is None


def half(samples: Samples) -> Samples:
    """The second half of a sound is another's."""
    middle = len(samples) // 2
    return np.ascontiguousarray(np.concatenate([samples[:middle], tone(SECONDS * 2, 220)[: len(samples) - middle]]))


@pytest.fixture
def spoken(house: House) -> Path:
    """Eight seconds that stand nearly still, and speak."""
    pictures = scene(8 * RATE, 320, 180)
    return house.published(house.film(pictures=pictures, samples=speech(8), marked=True))


def test_a_sound_of_which_half_is_anothers_is_no_copy(house: House, spoken: Path) -> None:
    sound = house.folder / "sound.flac"
    write_sound(sound, half(read(spoken)[1]), "flac")
    report = house.verify(sound)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.SOUND)
    (disagrees,) = report.disagreements
    assert "% of what is heard in it is something else" in disagrees
    assert 40 <= int(disagrees.split()[2]) <= 65


def test_a_copy_of_whose_sound_half_is_anothers_says_so(house: House, spoken: Path) -> None:
    copy = house.folder / "copy.mkv"
    pictures, samples = read(spoken)
    write(copy, pictures, half(samples))
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, CLIP)
    assert any("% of what is heard in it is not the clip's" in one for one in report.edits)
    whole = house.folder / "whole.mkv"
    write(whole, pictures, samples)
    assert not any("heard" in one or "sound" in one for one in house.verify(whole).edits)
