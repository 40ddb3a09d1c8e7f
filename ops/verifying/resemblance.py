"""Whether one picture is part of another: also cropped, in a mirror, framed, stretched or turned a little.

Fine structure is compared and not brightness: two skies are alike, two drawings of them are not. The pictures are
band-passed and correlated over every place at a few sizes (normalised cross-correlation; Lewis, "Fast normalized
cross-correlation", Vision Interface 1995).
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.roles import Picture

SAME = 0.55  # from which two pictures show the same; others' reach 0.52: tests/ops/verifying/test_resemblance.py
_SURE = 0.75  # from which nothing better is looked for
_HEIGHT = 90  # pixels that pictures are compared at
_PARTS = (1.0, 0.93, 0.86, 0.8, 0.73, 0.67, 0.6, 0.53)  # shares of the one that the other may be
_TURNS = (0.0, -3.0, 3.0)  # degrees; one and a half more or less is still seen
_FINE, _COARSE = 1.0, 4.0  # pixels: deviations of the two blurs between which structure lies
_LEAST = 24  # pixels of a picture's shorter side
_LONGEST = 5.0  # times its shorter side

Floats = NDArray[np.float64]


def resemblance(mine: Sequence[Picture], theirs: Sequence[Picture]) -> float | None:
    """How surely any of `mine` shows what one of `theirs` shows, -1 to 1; None where one of them shows no structure.

    Costs some 0.1 s for each pair that does not, and next to nothing where the first do.
    """
    own = [one for picture in mine if (one := _thumbnail(picture)) is not None]
    other = [one for picture in theirs if (one := _thumbnail(picture)) is not None]
    if not own or not other:
        return None
    best = -1.0
    for turn in _TURNS:
        for flip in (False, True):
            against = [_Whole(_flipped(one) if flip else one) for one in other]
            for one in own:
                turned = _turned(one, turn)
                best = max(best, *(_nearest(turned, whole) for whole in against))
                if best >= _SURE:
                    return best
    return best


class _Whole:
    """A picture in which others are looked for."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.size = picture.size

    @cached_property
    def structure(self) -> Floats:
        return _structure(self.picture)

    @cached_property
    def room(self) -> tuple[int, int]:
        return (1 << (2 * self.size[1] - 1).bit_length() - 1, 1 << (2 * self.size[0] - 1).bit_length() - 1)

    @cached_property
    def spectrum(self) -> NDArray[np.complex128]:
        return np.fft.rfft2(self.structure, self.room)

    @cached_property
    def sums(self) -> tuple[Floats, Floats]:
        return _integral(self.structure), _integral(self.structure**2)

    def correlation(self, part: Image.Image) -> float:
        """The best place of a picture in this one, which is as large at least."""
        if min(part.size) < _LEAST or part.width > self.size[0] or part.height > self.size[1]:
            return -1.0
        wanted = _structure(part)
        wanted -= wanted.mean()
        energy = float((wanted**2).sum())
        if energy < 1e-6:
            return -1.0
        down, across = wanted.shape
        products = np.fft.irfft2(self.spectrum * np.conj(np.fft.rfft2(wanted, self.room)), self.room)
        places = products[: self.size[1] - down + 1, : self.size[0] - across + 1]
        total, squares = (
            one[down:, across:] - one[:-down, across:] - one[down:, :-across] + one[:-down, :-across]
            for one in self.sums
        )
        spread = np.maximum(squares - total**2 / wanted.size, 0.05 * energy)  # a flat place resembles nothing
        return float(np.max(places / np.sqrt(spread * energy)))


def _nearest(mine: Image.Image, theirs: _Whole) -> float:
    """Mine as a part of theirs, stretched to its shape, or with theirs as a part of it."""
    width, height = theirs.size
    shape = mine.width / mine.height
    sizes = [min(width * share, height * shape * share) for share in _PARTS]
    found = max(theirs.correlation(mine.resize(_whole(across, across / shape))) for across in sizes)
    if abs(shape - width / height) > 0.02:
        found = max(found, theirs.correlation(mine.resize(theirs.size)))
    if found < _SURE:
        within = _Whole(mine)
        sizes = [min(mine.width, mine.height * width / height) * share for share in _PARTS]
        parts = (theirs.picture.resize(_whole(across, across * height / width)) for across in sizes)
        found = max(found, *map(within.correlation, parts))
    return found


def _whole(width: float, height: float) -> tuple[int, int]:
    return max(1, round(width)), max(1, round(height))


def _thumbnail(picture: Picture) -> Image.Image | None:
    height, width = picture.shape[:2]
    if max(width / height, height / width) > _LONGEST:
        return None
    scale = _HEIGHT / min(width, height)
    small = Image.fromarray(picture).convert("L").resize(_whole(width * scale, height * scale), Image.Resampling.BOX)
    return small if float(np.asarray(small, np.float64).std()) > 1.0 else None


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Turned, and cut so that no corner is left empty."""
    if degrees == 0.0:
        return picture
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC)
    edge = round(np.sin(np.radians(abs(degrees))) * max(picture.size) / 2) + 1
    return turned.crop((edge, edge, picture.width - edge, picture.height - edge))


def _flipped(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _structure(picture: Image.Image) -> Floats:
    """What lies between two blurs, its strong edges held to a bound so that no single one decides."""
    from scipy.ndimage import gaussian_filter

    light = np.asarray(picture, np.float64)
    band = gaussian_filter(light, _FINE) - gaussian_filter(light, _COARSE)
    bound = 2.0 * band.std() + 1e-9
    return np.asarray(np.clip(band, -bound, bound), np.float64)


def _integral(values: Floats) -> Floats:
    return np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
