"""Whether one picture is part of another: also cropped, in a mirror, framed, stretched or turned a little.

Fine structure is compared and not brightness: two skies are alike, two drawings of them are not. The pictures are
band-passed and correlated over every place at a few sizes (normalised cross-correlation; Lewis, "Fast normalized
cross-correlation", Vision Interface 1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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
_KEPT = 64  # pictures in a size that others were looked at in

Floats = NDArray[np.float64]


class Way(StrEnum):
    """How one picture lies in another."""

    PART = "part"  # as a part of it
    STRETCHED = "stretched"  # to its shape
    FRAME = "frame"  # as what stands around it


@dataclass(frozen=True, slots=True)
class View:
    """Where one picture is looked for in another: turned, in a mirror, at which share of the room that it may have."""

    turn: float = 0.0  # degrees
    mirrored: bool = False
    way: Way = Way.PART
    share: float = 1.0


def resemblance(mine: Sequence[Picture], theirs: Sequence[Picture]) -> float | None:
    """How surely any of `mine` shows what one of `theirs` shows, -1 to 1; None where one of them shows no structure.

    Costs some 0.1 s for each pair that does not, and next to nothing where the first do.
    """
    pair = Pair(mine, theirs)
    if not pair.mine or not pair.theirs:
        return None
    return max(score for score, _ in pair.searched(pair.mine, pair.theirs))


class Pair:
    """Two films' pictures in small. `mine` and `theirs` are the numbers of those that show any structure."""

    def __init__(self, mine: Sequence[Picture], theirs: Sequence[Picture]) -> None:
        self._mine = {number: small for number, one in enumerate(mine) if (small := _thumbnail(one)) is not None}
        self._theirs = {number: small for number, one in enumerate(theirs) if (small := _thumbnail(one)) is not None}
        self._my_wholes: dict[tuple[int, float], _Whole] = {}
        self._their_wholes: dict[tuple[int, bool], _Whole] = {}
        self._parts: dict[tuple[_Whole, tuple[int, int]], _Part] = {}

    @property
    def mine(self) -> list[int]:
        return list(self._mine)

    @property
    def theirs(self) -> list[int]:
        return list(self._theirs)

    def searched(self, mine: Sequence[int], theirs: Sequence[int]) -> list[tuple[float, View]]:
        """The surest view of each of mine over all views and all of theirs, until one of them is sure."""
        best = {number: (-1.0, View()) for number in mine}
        for turn in _TURNS:
            for mirrored in (False, True):
                for number in mine:
                    for other in theirs:
                        best[number] = max(best[number], self._nearest(number, other, turn, mirrored), key=_surest)
                    if best[number][0] >= _SURE:
                        return list(best.values())
        return list(best.values())

    def seen(self, mine: int, theirs: int, view: View) -> float:
        """How surely one of mine shows what one of theirs does, looked for in this view alone."""
        inner, outer = self._of_mine(mine, view.turn), self._of_theirs(theirs, mirrored=view.mirrored)
        width, height = outer.size
        if view.way is Way.FRAME:
            across = min(inner.size[0], inner.size[1] * width / height) * view.share
            return inner.correlation(self._part(outer, _pixels(across, across * height / width)))
        shape = inner.size[0] / inner.size[1]
        across = min(width * view.share, height * shape * view.share)
        size = outer.size if view.way is Way.STRETCHED else _pixels(across, across / shape)
        return outer.correlation(self._part(inner, size))

    def _nearest(self, mine: int, theirs: int, turn: float, mirrored: bool) -> tuple[float, View]:
        """Mine as a part of theirs, stretched to its shape, or with theirs as a part of it."""
        views = [View(turn, mirrored, Way.PART, share) for share in _PARTS]
        (across, down), (width, height) = self._of_mine(mine, turn).size, self._theirs[theirs].size
        if abs(across / down - width / height) > 0.02:
            views.append(View(turn, mirrored, Way.STRETCHED))
        found = max(((self.seen(mine, theirs, view), view) for view in views), key=_surest)
        if found[0] < _SURE:
            frames = (View(turn, mirrored, Way.FRAME, share) for share in _PARTS)
            found = max(found, *((self.seen(mine, theirs, view), view) for view in frames), key=_surest)
        return found

    def _of_mine(self, number: int, turn: float) -> "_Whole":
        if (number, turn) not in self._my_wholes:
            self._my_wholes[number, turn] = _Whole(_turned(self._mine[number], turn))
        return self._my_wholes[number, turn]

    def _of_theirs(self, number: int, *, mirrored: bool) -> "_Whole":
        if (number, mirrored) not in self._their_wholes:
            picture = self._theirs[number]
            self._their_wholes[number, mirrored] = _Whole(_flipped(picture) if mirrored else picture)
        return self._their_wholes[number, mirrored]

    def _part(self, whole: "_Whole", size: tuple[int, int]) -> "_Part":
        key = (whole, size)
        if key not in self._parts:
            if len(self._parts) == _KEPT:  # each may hold a spectrum of a megabyte
                del self._parts[next(iter(self._parts))]
            self._parts[key] = _Part(whole.picture.resize(size))
        return self._parts[key]


class _Part:
    """A picture that is looked for in others."""

    def __init__(self, picture: Image.Image) -> None:
        self.size = picture.size
        self.structure = _structure(picture)
        self.structure -= self.structure.mean()
        self.energy = float((self.structure**2).sum())
        self._spectrum: tuple[tuple[int, int], NDArray[np.complex128]] | None = None

    def spectrum(self, room: tuple[int, int]) -> NDArray[np.complex128]:
        if self._spectrum is None or self._spectrum[0] != room:
            self._spectrum = room, np.conj(np.fft.rfft2(self.structure, room))
        return self._spectrum[1]


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

    def correlation(self, part: _Part) -> float:
        """The best place of a picture in this one, which is as large at least."""
        across, down = part.size
        if min(part.size) < _LEAST or across > self.size[0] or down > self.size[1] or part.energy < 1e-6:
            return -1.0
        products = np.fft.irfft2(self.spectrum * part.spectrum(self.room), self.room)
        places = products[: self.size[1] - down + 1, : self.size[0] - across + 1]
        total, squares = (
            one[down:, across:] - one[:-down, across:] - one[down:, :-across] + one[:-down, :-across]
            for one in self.sums
        )
        varies = squares - total**2 / part.structure.size
        spread = np.maximum(varies, 0.05 * part.energy)  # a flat place resembles nothing
        return float(np.max(places / np.sqrt(spread * part.energy)))


def _surest(found: tuple[float, View]) -> float:
    return found[0]


def _pixels(width: float, height: float) -> tuple[int, int]:
    return max(1, round(width)), max(1, round(height))


def _thumbnail(picture: Picture) -> Image.Image | None:
    height, width = picture.shape[:2]
    if max(width / height, height / width) > _LONGEST:
        return None
    scale = _HEIGHT / min(width, height)
    small = Image.fromarray(picture).convert("L").resize(_pixels(width * scale, height * scale), Image.Resampling.BOX)
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
