"""What few frames kept of a mark is read, by how a mark fades after a key frame and by what is half read of it."""

import numpy as np
import pytest

from bench.marks.codecs import Codec
from bench.marks.warps import resized
from greenroom.domain.base import clip_id
from ops.watermark import gleaning
from ops.watermark.carrier import CODED_BITS, MarkKey, Variant
from ops.watermark.combining import Frames, Received, combined
from ops.watermark.decoding import Decoded, Waves, decode
from ops.watermark.finding import find_in_pictures
from ops.watermark.gleaning import READINGS, gleaned
from ops.watermark.projection import Projection, as_drawn, folded
from ops.watermark.residual import Residual, residual_of
from tests.ops.watermark.films import CLIP, KEY, Film, film, fitted
from tests.ops.watermark.tiles import noise, waves_of

HARD = Codec("libx264", {"crf": "27", "preset": "medium", "x264-params": "mbtree=0"})  # the same bytes every time
VARIANT = KEY.layout(CLIP).variant


@pytest.fixture(scope="module")
def copy() -> Film:
    """A marked film with a moving camera, at a third of its size and a low rate."""
    plain = film("coffee", 854, 480, 36)
    mark = fitted(plain)
    return HARD.through(np.stack([resized(mark.drawn(frame), 282, 158) for frame in plain]))


def received(seen: Film) -> tuple[Residual, Projection, Frames]:
    residual = residual_of(seen)
    assert residual is not None
    projection = as_drawn(residual.height, residual.width, residual.factor)
    return residual, projection, np.stack([folded(part, projection) for part in residual.parts()])


def test_what_the_first_frames_kept_is_read_although_all_frames_weighed_say_nothing(copy: Film) -> None:
    residual, projection, frames = received(copy)
    assert decode(folded(residual.whole(), projection), VARIANT, KEY) is None
    for settled in (True, False):
        waves = combined(frames, VARIANT, settled=settled)
        assert decode(waves, VARIANT, KEY) is None
        assert decode(waves, VARIANT, KEY, faded=True) is None
    found = find_in_pictures(copy, KEY, anywhere=False)
    assert found.clip == clip_id(CLIP)
    assert found.margin > 0.5


def test_where_no_pilot_is_heard_no_message_is_tried(copy: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Decoded | None:
        raise AssertionError("a message was tried")

    monkeypatch.setattr(gleaning, "decode", refused)
    other = MarkKey(b"another installation's own key")
    residual, projection, frames = received(copy)
    assert gleaned(residual, projection, frames, other.variants, other) is None


def test_no_more_messages_are_tried_than_promised(copy: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def none(waves: Waves, variant: Variant, key: MarkKey, *, faded: bool) -> Decoded | None:
        tried.append(waves)
        return None

    monkeypatch.setattr(gleaning, "decode", none)
    assert gleaned(*received(copy), KEY.variants, KEY) is None
    assert READINGS / 2 < len(tried) <= READINGS


def test_frames_of_nothing_say_nothing() -> None:
    residual, projection, frames = received(np.zeros((4, 158, 282, 3), np.uint8))
    assert gleaned(residual, projection, frames, KEY.variants, KEY) is None


def test_a_part_of_several_frames_has_the_mean_of_what_they_have() -> None:
    each, pairs = gleaning._fading(8, 1, 2.0, 0.1), gleaning._fading(4, 2, 2.0, 0.1)
    assert each[0] == pytest.approx(1.1)
    assert each[2] == pytest.approx(np.exp(-1) + 0.1)
    assert pairs == pytest.approx(each.reshape(4, 2).mean(1))


def test_the_bits_tell_how_strongly_each_frame_has_the_mark() -> None:
    """As its pilot does, and with less noise, for they are many more waves."""
    shares = np.array([0.9, 0.6, 0.3, 0.0, 0.5])
    layout = KEY.layout(CLIP)
    frames = np.stack([share * waves_of(CLIP) + noise(seed, 2.0) for seed, share in enumerate(shares)])
    told = Received(frames)
    by_bits = told.coded(VARIANT, layout.code)
    assert np.corrcoef(by_bits, shares)[0, 1] > 0.97
    assert np.corrcoef(told.piloted(VARIANT) * layout.sign, shares)[0, 1] > 0.7
    assert np.abs(told.coded(VARIANT, np.zeros(CODED_BITS))).max() == 0
