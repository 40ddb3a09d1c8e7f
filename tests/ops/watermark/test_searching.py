"""A mark is searched from the likely geometry to the rare one, and what became of the picture is said in words."""

import math
import re

import numpy as np
import pytest

from ops.watermark import searching
from ops.watermark.carrier import Floats, MarkKey, Variant
from ops.watermark.climbing import Place, between
from ops.watermark.decoding import Decoded, Waves, decode
from ops.watermark.projection import Projection, as_drawn
from ops.watermark.residual import Floats as Pixels
from ops.watermark.searching import DECODINGS, _apart, _words, search
from ops.watermark.spectrum import Spectrum
from tests.ops.watermark.films import CLIP, KEY
from tests.ops.watermark.tiles import laid

HEIGHT, WIDTH = 240, 427
DRAWN = as_drawn(2 * HEIGHT, 2 * WIDTH, 2)
MIDDLE = np.array([[1.0, 0.0, WIDTH / 2], [0.0, 1.0, HEIGHT / 2], [0.0, 0.0, 1.0]])


def changed(across: float, down: float, degrees: float = 0.0, sideways: float = 0.0) -> Projection:
    """The picture scaled and turned about its middle, and its columns leaning."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    scaled = np.array([[across, sideways, 0], [0, down, 0], [0, 0, 1]])
    return np.asarray(MIDDLE @ turn @ scaled @ np.linalg.inv(MIDDLE) @ DRAWN)


def slanted(plain: Projection, across: float, down: float) -> Projection:
    """Seen with its right and its lower edge farther away than its middle, by these shares."""
    lean = np.array([[1, 0, 0], [0, 1, 0], [across / WIDTH, down / HEIGHT, 1]])
    found = MIDDLE @ lean @ np.linalg.inv(MIDDLE) @ plain
    return np.asarray(found / found[2, 2])


def residual(projection: Projection, loud: float = 1.0, pilot: float = 1.0) -> Pixels:
    noise = np.random.default_rng(1).normal(size=(HEIGHT, WIDTH))
    return np.asarray(loud * laid(projection, HEIGHT, WIDTH, pilot=pilot) + noise, np.float32)


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[bytes | None]:
    """What each message said that was tried since; the decoder is the real one."""
    tried: list[bytes | None] = []

    def counted(waves: Waves, variant: Variant, key: MarkKey) -> Decoded | None:
        found = decode(waves, variant, key)
        tried.append(found.clip if found is not None else None)
        return found

    monkeypatch.setattr(searching, "decode", counted)
    return tried


@pytest.mark.parametrize(
    ("projection", "words"),
    [
        (changed(1.25, 1.25), r"cut to 80%"),
        (changed(0.75, 0.75), r"shrunk to 75% of its frame"),
        (changed(-1.0, 1.0), r"mirrored"),
        (changed(-1.3, 1.3), r"mirrored, cut to 77%"),
        (changed(1.0, 1.0, 2.0), r"turned by [12]\.\d degrees"),
        (changed(1.1, 1.1, -3.0), r"cut to 91%, turned by [23]\.\d degrees"),
        (changed(0.6, 1.0), r"squeezed to 0\.(59|60|61) of its width"),
        (changed(1.0, 0.62), r"stretched to 1\.\d\d of its width"),
        (changed(1.05, 0.97, 2.5), r"stretched to 1\.\d\d of its width, cut to 9\d%, turned by 2\.\d degrees"),
    ],
)
def test_the_mark_is_found_wherever_it_lies(projection: Projection, words: str, decodings: list[bytes | None]) -> None:
    found = search(residual(projection, 0.4), DRAWN, KEY)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert found.decoded.margin > 0.5
    assert re.fullmatch(words, found.words), found.words
    assert decodings == [None] * (len(decodings) - 1) + [CLIP]


@pytest.mark.parametrize(("across", "down"), [(0.6, 1.0), (1.5, 1.0), (-0.56, 1.0)])
def test_a_whole_picture_in_another_shape_is_read_at_once_where_the_pilot_is_faint(
    across: float, down: float, decodings: list[bytes | None]
) -> None:
    found = search(residual(changed(across, down), 0.09, pilot=0.4), DRAWN, KEY)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert 24 < len(decodings) <= 24 + 16


def test_of_what_is_cut_places_farther_down_are_read_where_the_pilot_is_faint(decodings: list[bytes | None]) -> None:
    cut = changed(1.2, 1.2)
    cut[:2, 2] += 12.0, 9.0
    found = search(residual(cut, 0.07, pilot=0.4), DRAWN, KEY)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert 24 + 16 < len(decodings) <= 24 + 16 + 64


def test_a_mark_off_a_slanted_screen_is_found_on_planes_that_lean(decodings: list[bytes | None]) -> None:
    seen = slanted(changed(0.9, 0.873, sideways=0.05), 0.3, 0.15)
    found = search(residual(seen, 0.5), DRAWN, KEY)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert found.decoded.margin > 1
    assert found.words.endswith("seen at a slant")
    assert 90 < len(decodings) <= DECODINGS


@pytest.mark.parametrize("shape", [16 / 9, 4 / 3, 1.0])
def test_on_a_screen_whose_edges_are_seen_it_is_read_at_once(shape: float, decodings: list[bytes | None]) -> None:
    """Whatever the picture's own shape was: it is that of the photograph or a usual one."""
    across, down = (240 * max(1.0, one) for one in (shape, 1 / shape))
    corners = np.array([[60.0, 370.0, 400.0, 10.0], [44.0, 12.0, 228.0, 204.0]])
    plane = np.array([[-across, across, across, -across], [-down, -down, down, down]])
    seen = between(plane, corners)
    found = search(residual(seen / seen[2, 2], 0.5), DRAWN, KEY, corners)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert "seen at a slant" in found.words
    assert len(decodings) <= 76


def test_a_mark_of_another_key_is_none_and_no_more_messages_are_tried_than_promised(
    decodings: list[bytes | None],
) -> None:
    corners = np.array([[60.0, 370.0, 400.0, 10.0], [44.0, 12.0, 228.0, 204.0]])
    assert search(residual(changed(1.25, 1.25)), DRAWN, MarkKey(b"another installation's own key"), corners) is None
    assert 90 < len(decodings) <= DECODINGS
    assert set(decodings) == {None}


def test_the_surest_places_are_read_again_in_the_slower_way() -> None:
    asked: list[Place] = []

    def again(place: Place) -> Decoded | None:
        asked.append(place)
        return Decoded(CLIP, 1.0) if len(asked) == 6 else None

    other = MarkKey(b"another installation's own key")
    found = search(residual(changed(1.25, 1.25)), DRAWN, other, again=again)
    assert found is not None
    assert found.decoded == Decoded(CLIP, 1.0)
    assert [one.score for one in asked[:4]] == sorted((one.score for one in asked[:4]), reverse=True)
    assert len(asked) == 6  # the four that were climbed upon, and two on slanted planes


def test_of_neighbours_the_surest_alone_is_tried() -> None:
    one, other = KEY.variants[:2]
    asked: list[tuple[float, Floats, Variant]] = [
        (9.0, np.eye(2), one),
        (8.0, np.eye(2) * 1.01, one),
        (7.0, np.eye(2), other),
        (6.0, np.eye(2) * 1.1, one),
        (5.0, np.eye(2) * 1.2, one),
    ]
    kept = list(_apart(asked, 0.05, 3))
    assert [(geometry[0, 0], variant is one) for geometry, variant in kept] == [(1.0, True), (1.0, False), (1.1, True)]
    assert len(list(_apart(asked, 0.05, 60))) == 4
    assert not list(_apart([], 0.05, 3))


def test_neighbours_are_told_by_the_share_of_each_unit_that_they_differ_by() -> None:
    """In a squeezed picture a few hundredths of a pixel are many waves."""
    variant = KEY.variants[0]
    asked = [(9.0, np.diag([0.25, 0.5]), variant), (8.0, np.diag([0.26, 0.5]), variant)]
    assert [len(list(_apart(asked, share, 60))) for share in (0.03, 0.05)] == [2, 1]


def test_a_squeezed_picture_is_found_where_the_long_waves_of_the_pilot_are_faint(decodings: list[bytes | None]) -> None:
    """At half its width, under noise three times as loud as the mark."""
    found = search(residual(changed(0.56, 1.0), 0.33), DRAWN, KEY)
    assert found is not None
    assert found.decoded.clip == CLIP
    assert found.decoded.margin > 2


def test_geometries_are_heard_in_order_of_how_surely() -> None:
    spectrum = Spectrum(residual(DRAWN))
    geometries = np.stack([np.diag([scale, scale]) for scale in (0.4, 0.45, 0.5, 0.55)])
    heard = searching._heard(spectrum, geometries, KEY, 0.0)
    scores = [score for score, _, _ in heard]
    assert scores == sorted(scores, reverse=True)
    assert len(heard) == 4 * len(KEY.variants)
    assert np.array_equal(heard[0][1], geometries[2])
    assert heard[0][2] is KEY.layout(CLIP).variant


@pytest.mark.parametrize(
    ("projection", "words"),
    [
        (DRAWN, "moved"),
        (changed(1.01, 1.01), "moved"),
        (changed(2.0, 2.0), "cut to 50%"),
        (changed(0.8, 0.8), "shrunk to 80% of its frame"),
        (changed(-1.0, 1.0), "mirrored"),
        (changed(-1.0, 1.0, 2.0), "mirrored, turned by 2.0 degrees"),
        (changed(0.5, 1.0), "squeezed to 0.50 of its width"),
        (changed(1.5, 1.0), "stretched to 1.50 of its width, cut to 67%"),
        (changed(1.0, 1.0, -3.0), "turned by 3.0 degrees"),
    ],
)
def test_what_became_of_the_picture_is_said_in_words(projection: Projection, words: str) -> None:
    assert _words(projection, DRAWN, (HEIGHT, WIDTH)) == words


def test_a_slant_is_said() -> None:
    for across, down in ((0.1, 0.0), (0.0, -0.1)):
        assert "seen at a slant" in _words(slanted(DRAWN, across, down), DRAWN, (HEIGHT, WIDTH))
    assert "slant" not in _words(slanted(DRAWN, 0.005, 0.005), DRAWN, (HEIGHT, WIDTH))
