"""Hashes of parts of pictures: PDQ's for the whole, the same for a part wherever it lies; what is kept of a film."""

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models import lookalikes
from models.fingerprints_picture import (
    KEPT,
    MIDDLE,
    ROW,
    SIDE,
    THUMBNAIL,
    WHOLE,
    differing,
    fingerprint,
    hashed,
    mirrored,
    of_pdq,
    opened,
    rows,
    thumbnails,
    waves,
)

Pictures = list[NDArray[np.uint8]]
_DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def photographs() -> Pictures:
    """A cat and a person, 640x360."""
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea:
        return [
            np.asarray(Image.open(path).convert("RGB").resize((640, 360), Image.Resampling.LANCZOS))
            for path in (chelsea, _DATA / "astronaut.png")
        ]


def _hashes(picture: NDArray[np.uint8], *windows: tuple[float, ...]) -> NDArray[np.uint64]:
    return hashed(waves(opened(thumbnails([picture])), np.array(windows)))[0]


def test_the_whole_has_the_hash_that_pdq_gives_it(photographs: Pictures) -> None:
    one, other = (_hashes(picture, WHOLE) for picture in photographs)
    theirs = of_pdq(lookalikes.fingerprint(photographs))
    assert differing(one, theirs[:1])[0] <= 16, "as much as another size changes it"
    assert differing(other, theirs[1:])[0] <= 16
    assert differing(one, other)[0] > 90


def test_a_part_has_its_hash_wherever_a_crop_leaves_it(photographs: Pictures) -> None:
    for picture in photographs:
        kept = _hashes(picture, MIDDLE)
        cropped = picture[36:324, 80:560]  # a tenth off above and below, an eighth left and right
        window = ((0.25 - 0.125) / 0.75, (0.25 - 0.1) / 0.8, (0.75 - 0.125) / 0.75, (0.75 - 0.1) / 0.8)
        assert differing(_hashes(cropped, window), kept)[0] <= 12
        assert differing(_hashes(cropped, MIDDLE), kept)[0] > 60
        squeezed = np.asarray(Image.fromarray(picture).resize((360, 360)))
        assert differing(_hashes(squeezed, MIDDLE), kept)[0] <= 12


def test_a_mirror_turns_half_of_the_waves_around(photographs: Pictures) -> None:
    for picture in photographs:
        plain = waves(opened(thumbnails([picture])), np.array(KEPT))
        flipped = _hashes(np.ascontiguousarray(picture[:, ::-1]), *KEPT)
        assert (differing(hashed(mirrored(plain))[0], flipped) <= 4).all()
        assert (differing(hashed(plain)[0], flipped) > 90).all()


def test_lowest_frequencies_come_first_and_survive_most(photographs: Pictures) -> None:
    def turned(bits: slice) -> int:
        count = 0
        for picture in photographs:
            shifted = _hashes(picture, (0.03, 0.03, 1.0, 1.0))
            words = (_hashes(picture, WHOLE) ^ shifted).view(np.uint8)
            count += int(np.unpackbits(words, bitorder="little")[bits].sum())
        return count

    assert 4 * turned(slice(0, 32)) < turned(slice(128, 256))


def test_a_flat_picture_has_no_hash_and_is_like_nothing() -> None:
    grey = np.full((90, 160, 3), 127, np.uint8)
    flat = _hashes(grey, WHOLE)
    assert not flat.any()
    assert differing(flat, flat)[0] == 128
    assert fingerprint(thumbnails([grey] * 9)) == b""


def test_a_frame_is_kept_each_quarter_second_at_every_cut_and_once_where_nothing_moves(photographs: Pictures) -> None:
    cat, person = photographs
    still = thumbnails([cat] * 40)
    assert len(fingerprint(still)) == ROW
    cut = rows(fingerprint(thumbnails([cat] * 11 + [person] * 9)))
    assert len(cut) == 2
    assert (differing(cut[1], _hashes(person, *KEPT)) == 0).all()
    moving = rows(fingerprint(thumbnails(person[:, 8 * step : 320 + 8 * step] for step in range(33))))
    assert len(moving) == 17, "of each quarter second in four"
    assert len(rows(fingerprint(thumbnails([cat, cat, person, person] * 200)))) == 240


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="16384 bytes each"):
        opened(b"x" * (THUMBNAIL + 1))
    with pytest.raises(ValueError, match=f"has {ROW} bytes"):
        rows(b"x" * (ROW - 1))
    with pytest.raises(ValueError, match="has 32 bytes"):
        of_pdq(b"x" * 33)
    assert opened(b"").shape == (0, SIDE, SIDE)
    assert fingerprint(b"") == b""
