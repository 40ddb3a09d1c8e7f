"""How much of a film shows what its clip shows: each picture, looked for where others of it were found.

A copy has one geometry, as a rule: what a search of a few pictures finds holds for the others, and a picture that shows
something else is known by that it is nowhere in the clip.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.roles import Picture
from ops.verifying.resemblance import SAME, Pair, View
from ops.verifying.sampling import spread

_ALSO = 0.45  # from which a picture shows what the clip shows, looked for as another of the film was found
_OF_THE_SUREST = 0.7  # or from this share of the surest one's, where that is less: all of the film is worn
_SEARCHED = 3  # pictures of a film that are searched for a geometry
_AMONG = 8  # pictures of the clip, for each of them
_DOUBTED = 4  # pictures that are searched once more where the geometry of others does not fit them
_NEAR = 2  # pictures of the clip, for each of them
_VIEWS = 2  # of those that a search finds, the surest, in which the others are looked for
_DARK = 32  # of 255: in a picture that is no lighter nobody sees anything, as at the end of a fade
_PLAIN, _ALL_PLAIN = 0.6, 0.85  # shares of a picture in about one tone: a card if it stands still, or anyway
_TONE = 8  # of 255, to either side
_STILL = 0.8  # correlation of two pictures of one card, also while it is faded in
_SMALL = (64, 36)  # pixels that tones and cards are compared at


@dataclass(frozen=True, slots=True)
class Followed:
    """What a film shows of its clip.

    `alike`: how surely its surest picture shows what the clip shows, -1 to 1; None where none shows any structure.
    `other`, `cards`: the shares of its telling pictures that show something else, and that are plain cards before or
    after the rest, as titles are; 0 where none shows what the clip shows.
    """

    alike: float | None
    other: float = 0.0
    cards: float = 0.0


def followed(mine: Sequence[Picture], theirs: Sequence[Picture]) -> Followed:
    """How much of `mine`, a film's pictures in their order, shows what `theirs` show. Costs some seconds at most."""
    light = [(one, tones) for one in mine if np.percentile(tones := _tones(one), 99) >= _DARK]
    pair = Pair([one for one, _ in light], theirs)
    if not pair.mine or not pair.theirs:
        return Followed(None)
    found = _Search(pair)
    # 1. As it was published, and where that is nowhere, as a search of a few finds it.
    found.follow(View())
    if not found.any:
        wanted = spread(pair.mine, _SEARCHED)
        found.take(zip(wanted, pair.searched(wanted, spread(pair.theirs, _AMONG)), strict=True))
    if not found.any:
        return Followed(found.surest)
    # 2. Those that are nowhere so, while others are: the geometry may change on the way.
    doubted = spread(found.lost, _DOUBTED)
    found.take((number, pair.searched([number], found.nearest(number)[:_NEAR])[0]) for number in doubted)
    # 3. What is left shows something else, or is a title.
    cards = _cards(pair.mine, found.lost, [tones for _, tones in light])
    told = len(pair.mine)
    return Followed(found.surest, (len(found.lost) - len(cards)) / told, len(cards) / told)


class _Search:
    """Which pictures of a film show what those of the clip show, as far as it is known."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._surest = dict.fromkeys(pair.mine, -1.0)
        self._shown: set[int] = set()

    @property
    def surest(self) -> float:
        return max(self._surest.values())

    @property
    def any(self) -> bool:
        return self.surest >= SAME

    @property
    def lost(self) -> list[int]:
        return [number for number in self._pair.mine if number not in self._shown]

    def take(self, searched: Iterable[tuple[int, tuple[float, View]]]) -> None:
        """What a search of some pictures found; the others follow it."""
        views = list(searched)
        for number, (score, _) in views:
            self._surest[number] = max(self._surest[number], score)
        for _, (_, view) in sorted((one for one in views if one[1][0] >= SAME), key=lambda one: -one[1][0])[:_VIEWS]:
            self.follow(view)

    def follow(self, view: View) -> None:
        """Look in one view for each that was not found yet, first where its place in the film lets it be expected."""
        here: dict[int, float] = {}
        for number in self.lost:
            here[number] = -1.0
            for other in self.nearest(number):
                here[number] = max(here[number], self._pair.seen(number, other, view))
                if here[number] >= SAME:
                    break
            self._surest[number] = max(self._surest[number], here[number])
        best = max(here.values(), default=-1.0)
        if best >= SAME:
            least = min(_ALSO, _OF_THE_SUREST * best)
            self._shown |= {number for number, score in here.items() if score >= least}

    def nearest(self, number: int) -> list[int]:
        """The clip's pictures, those first that stand at the same share of it."""
        mine, theirs = self._pair.mine, self._pair.theirs
        share = number / max(1, mine[-1])
        return sorted(theirs, key=lambda other: abs(other / max(1, theirs[-1]) - share))


def _cards(told: Sequence[int], lost: Sequence[int], tones: Sequence[NDArray[np.float64]]) -> set[int]:
    """Those of the lost that are a card before or after the rest."""
    found: set[int] = set()
    for order in (list(told), list(reversed(told))):
        for place, number in enumerate(order):
            beside = [tones[other] for other in (*order[max(0, place - 1) : place], *order[place + 1 : place + 2])]
            if number not in lost or not _is_card(tones[number], beside):
                break
            found.add(number)
    return found


def _is_card(tones: NDArray[np.float64], beside: Sequence[NDArray[np.float64]]) -> bool:
    counts = np.bincount(tones.astype(np.int64).ravel(), minlength=256)
    plain = float(np.convolve(counts, np.ones(2 * _TONE + 1), "same").max() / tones.size)
    return plain >= _ALL_PLAIN or (plain >= _PLAIN and any(_correlation(tones, one) >= _STILL for one in beside))


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum() + 1e-9))


def _tones(picture: Picture) -> NDArray[np.float64]:
    """How light a picture is, in small: float64[36, 64], 0 to 255."""
    return np.asarray(Image.fromarray(picture).convert("L").resize(_SMALL, Image.Resampling.BOX), np.float64)
