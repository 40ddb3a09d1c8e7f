"""From contact forces to touches one can hear: an impulse is what a force did over the whole of a contact.

The simulation reports forces step by step; here they become `Contact`s. A contact that goes on is rest, not a row of
blows: it speaks again only when its force rises far above what it has been (a box that tips onto its edge), or when
what touches slides.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.previz.world import Contact, Vector

_PARTED_SECONDS = 0.012  # without force for this long: the touch is over
_BLOW_SECONDS = 0.06  # a touch that lasts longer has become rest
_SURGE = 3.0  # times its usual force: a new blow
QUIETEST = 0.004  # newton seconds: less is not heard (`sound/foley.py`)
_SLOWEST = 0.06  # metres a second: a blow that changes a thing's speed by less is rolling, or rocking to rest
FASTEST = 12.0  # metres a second: nothing is quicker here, so a harder blow is a thing squeezed under an actor
_SLIDE_SECONDS = 0.25  # one sound of sliding for each
_SLIDE_SPEED = 0.25  # metres a second
_CHATTER = 0.8  # metres a second: what slides hops a little; that is the sound of sliding, not blows
_AT_REST_SECONDS = 0.03  # what touches this early stood there before the clip began
_RECENT_SECONDS = 0.012


@dataclass(slots=True)
class _Touch:
    start: float
    last: float
    impulse: float = 0.0
    x: float = 0.0  # impulse-weighted
    y: float = 0.0
    z: float = 0.0
    resting: bool = False
    usual: float = 0.0  # newtons, of a touch that rests
    recent: float = 0.0  # newtons of late: what a blow ends in is weight


@dataclass(slots=True)
class _Slide:
    start: float
    last: float
    impulse: float = 0.0  # newton seconds of friction


class Touches:
    """Collects forces between pairs and yields `contacts`. `materials` and `masses` (of things) are by id."""

    def __init__(self, materials: Mapping[str, str], masses: Mapping[str, float]) -> None:
        self._materials = materials
        self._masses = masses
        self._open: dict[tuple[str, str], _Touch] = {}
        self._slides: dict[tuple[str, str], _Slide] = {}
        self.contacts: list[Contact] = []

    def press(self, time: float, step: float, pair: tuple[str, str], newtons: float, at: Vector) -> None:
        """A normal force between two bodies during one step that ends at `time`."""
        touch = self._open.get(pair)
        if touch is None:
            touch = self._open[pair] = _Touch(time, time)
        touch.last = time
        if touch.resting:
            if newtons < _SURGE * touch.usual + 10.0 * self._mass(pair):
                touch.usual += (newtons - touch.usual) * min(1.0, step / 0.05)
                return
            self._open[pair] = touch = _Touch(time, time)
        touch.recent += (newtons - touch.recent) * min(1.0, step / _RECENT_SECONDS)
        impulse = newtons * step
        touch.impulse += impulse
        touch.x += impulse * at[0]
        touch.y += impulse * at[1]
        touch.z += impulse * at[2]

    def rub(self, time: float, step: float, pair: tuple[str, str], newtons: float, speed: float, at: Vector) -> None:
        """Friction of a pair that moves along each other at `speed` metres a second."""
        slide = self._slides.get(pair)
        if speed < _SLIDE_SPEED:
            return
        if slide is None or time - slide.last > _SLIDE_SECONDS:
            slide = self._slides[pair] = _Slide(time, time)
        slide.last = time
        slide.impulse += newtons * step
        if time - slide.start >= _SLIDE_SECONDS:
            self._emit(slide.start, pair, slide.impulse, at, "slide")
            self._slides[pair] = _Slide(time, time)

    def settle(self, time: float) -> None:
        """Call after each step: ends the touches that parted, turns those that last into rest."""
        for pair, touch in list(self._open.items()):
            parted = time - touch.last > _PARTED_SECONDS
            lasting = not touch.resting and touch.last - touch.start > _BLOW_SECONDS
            if (parted or lasting) and not touch.resting:
                self._finish(pair, touch, touch.recent * (touch.last - touch.start) if lasting else 0.0)
            if parted:
                del self._open[pair]
            elif lasting:
                touch.resting, touch.usual = True, touch.recent

    def close(self) -> None:
        """End of the clip: what still touches is counted as far as it went."""
        for pair, touch in self._open.items():
            if not touch.resting:
                self._finish(pair, touch)
        self._open.clear()

    def strike(self, time: float, pair: tuple[str, str], impulse: float, at: Vector, kind: str = "impact") -> None:
        """A blow whose impulse is known (a kick)."""
        self._emit(time, pair, impulse, at, kind)

    def _finish(self, pair: tuple[str, str], touch: _Touch, weight: float = 0.0) -> None:
        if touch.impulse > 0 and touch.start > _AT_REST_SECONDS:
            at = (touch.x / touch.impulse, touch.y / touch.impulse, touch.z / touch.impulse)
            slide = self._slides.get(pair)
            chatter = slide is not None and slide.last >= touch.start - 0.1
            if not chatter or touch.impulse - weight > _CHATTER * self._mass(pair):
                self._emit(touch.start, pair, touch.impulse - weight, at, "impact")

    def _mass(self, pair: tuple[str, str]) -> float:
        """Kilograms that a blow between two moves: of a ball on a car, the ball's."""
        one, other = (self._masses.get(name, 0.0) for name in pair)
        return 2 * min(one, other) if one and other else one + other

    def _emit(self, time: float, pair: tuple[str, str], impulse: float, at: Vector, kind: str) -> None:
        if impulse < max(QUIETEST, _SLOWEST * self._mass(pair)) or not math.isfinite(impulse):
            return
        self.contacts.append(
            Contact(
                time=round(max(0.0, time), 4),
                a=pair[0],
                b=pair[1],
                material_a=self._materials[pair[0]],
                material_b=self._materials[pair[1]],
                impulse=min(impulse, FASTEST * self._mass(pair)),
                position=at,
                kind=kind,
            )
        )
