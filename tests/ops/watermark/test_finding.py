"""A marked film is found whatever became of it, and nothing is found where there is no mark of this key."""

import re
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from bench.marks.codecs import h264
from bench.marks.warps import resized, rotation, warped
from greenroom.domain.base import clip_id
from models.roles import Picture
from ops.watermark.carrier import MarkKey
from ops.watermark.decoding import decode
from ops.watermark.finding import find_in_pictures
from ops.watermark.projection import as_drawn, folded
from ops.watermark.reading import Reading
from ops.watermark.residual import residual_of
from tests.ops.watermark.films import CLIP, KEY, KINDS, Film, film, fitted, marked_film, still

OTHER = bytes(range(100, 108))
NOTHING = Reading()

Change = Callable[[Film], Iterable[Picture]]


def turned(degrees: float) -> Change:
    return lambda film: [warped(one, rotation(degrees, 854, 480), 854, 480) for one in film]


CHANGES: dict[str, tuple[Change, str | None]] = {
    "as drawn": (lambda film: film, None),
    "one frame alone": (lambda film: film[5:6], None),
    "H.264 CRF 28": (lambda film: h264(28).through(film), None),
    "half its size": (lambda film: [resized(one, 428, 240) for one in film], None),
    "cut to a square": (lambda film: film[:, :, 187:667], None),
    "mirrored": (lambda film: film[:, :, ::-1], r"mirrored"),
    "cropped off centre": (lambda film: film[:, 20:380, 150:790], r"cut to 75%"),
    "turned to the left": (turned(3), r"turned by [23]\.\d degrees"),
    "turned to the right": (turned(-3), r"turned by [23]\.\d degrees"),
    "squeezed": (lambda film: [resized(one, 480, 480) for one in film], r"squeezed to 0\.5[5-7] of its width"),
    "padded": (lambda film: np.pad(film, ((0, 0), (60, 60), (0, 0), (0, 0))), r"shrunk to 80% of its frame"),
    "turned and cropped": (
        lambda film: [one[40:440, 60:700] for one in turned(2)(film)],
        r"cut to 8\d%, turned by [12]\.\d degrees",
    ),
}


@pytest.mark.parametrize("kind", ["chelsea", "coffee"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_marked_film_is_found(kind: str, change: str) -> None:
    changed, words = CHANGES[change]
    found = find_in_pictures(changed(marked_film(kind)), KEY)
    assert found.clip == clip_id(CLIP)
    assert found.margin > 1
    if words is None:
        assert found.geometry is None
    else:
        assert found.geometry is not None
        assert re.fullmatch(words, found.geometry), found.geometry


def test_more_frames_are_surer_and_an_encoder_makes_them_less_so() -> None:
    seen = marked_film("coffee")
    margins = [find_in_pictures(seen[:count], KEY, anywhere=False).margin for count in (1, 4, len(seen))]
    assert margins[0] + 1 < margins[1] < margins[2] - 1
    assert find_in_pictures(h264(28).through(seen), KEY, anywhere=False).margin < margins[2] - 1


def test_a_mark_that_few_frames_kept_is_read_although_their_sum_says_nothing() -> None:
    """A low rate keeps it in a frame now and then; here the others are the plain film's."""
    seen = np.concatenate([marked_film("chelsea")[:3], *[film("chelsea")] * 4])
    found = find_in_pictures(seen, KEY, anywhere=False)
    assert found.clip == clip_id(CLIP)
    assert find_in_pictures(film("chelsea"), KEY, anywhere=False) == NOTHING
    residual = residual_of(seen)
    assert residual is not None
    waves = folded(residual.whole(), as_drawn(480, 854, residual.factor))
    assert all(decode(waves, variant, KEY) is None for variant in KEY.variants)


def test_frames_may_come_one_by_one_and_the_answer_is_the_same_every_time() -> None:
    seen = marked_film("astronaut")
    once = find_in_pictures(iter(seen), KEY)
    assert once == find_in_pictures(list(seen), KEY, anywhere=False)
    assert once.clip == clip_id(CLIP)


def test_as_it_was_drawn_alone_means_so() -> None:
    mirrored = marked_film("coffee")[:, :, ::-1]
    assert find_in_pictures(mirrored, KEY, anywhere=False) == NOTHING


def test_nothing_is_found_in_a_film_that_was_never_marked() -> None:
    assert find_in_pictures(film("coffee"), KEY) == NOTHING
    assert all(find_in_pictures(film(kind), KEY, anywhere=False) == NOTHING for kind in KINDS)


def test_another_key_finds_nothing() -> None:
    seen = marked_film("coffee")
    assert all(find_in_pictures(seen, MarkKey(bytes([one])), anywhere=False) == NOTHING for one in range(10))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("louder", [0.5, 1.0, 2.0])
def test_two_marks_over_each_other_never_read_as_a_third(kind: str, louder: float) -> None:
    """Who marks a film of ours with another clip's mark gets one of the two, or none."""
    seen = marked_film(kind)
    over = fitted(seen, OTHER)
    over.strength *= louder
    found = find_in_pictures([over.drawn(frame) for frame in seen], KEY, anywhere=False)
    assert found.clip in {clip_id(CLIP), clip_id(OTHER), None}


def test_one_film_under_two_ids_reads_as_each() -> None:
    for clip in (CLIP, OTHER):
        assert find_in_pictures(marked_film("chelsea", clip=clip), KEY, anywhere=False).clip == clip_id(clip)


@pytest.mark.parametrize(
    ("width", "height"), [(480, 854), (480, 480), (1280, 720), (333, 251), (64, 64), (64, 300), (1200, 64)]
)
def test_pictures_of_every_size_are_read(width: int, height: int) -> None:
    plain = film("coffee", width, height, 6)
    mark = fitted(plain)
    found = find_in_pictures([mark.drawn(frame) for frame in plain], KEY, anywhere=False)
    assert found.clip == clip_id(CLIP)


def noise(width: int, height: int) -> Picture:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8)


def test_a_black_frame_says_nothing_wherever_one_looks() -> None:
    assert find_in_pictures([still(0, 150, 64)], KEY) == NOTHING


@pytest.mark.parametrize(
    "frames",
    [
        [],
        iter([]),
        [still(0, 854, 480)],
        [still(255, 854, 480)] * 2,
        [still((0, 255, 0), 64, 64)],
        [noise(4000, 64)],
        [noise(64, 4000)],
    ],
    ids=["none", "an empty iterator", "black", "white", "small and green", "a banner", "a column"],
)
def test_what_says_nothing_is_answered_so(frames: Iterable[Picture]) -> None:
    assert find_in_pictures(frames, KEY, anywhere=False) == NOTHING


@pytest.mark.parametrize(("width", "height"), [(1, 1), (32, 32), (63, 2000), (5000, 1)])
def test_a_picture_too_small_for_the_mark_is_not_searched(width: int, height: int) -> None:
    assert find_in_pictures([noise(width, height)], KEY) == NOTHING


def test_frames_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="among frames of"):
        find_in_pictures([still(0, 320, 240), still(0, 240, 320)], KEY)
