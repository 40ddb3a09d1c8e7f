"""How a place answers a sound: early reflections from what stands around, and a tail that dies away.

Sounds are sent dry, mono, to a `Reverb`; each stretch of the clip is answered by its own place's response, and what
was sound in the kitchen rings on in the kitchen while the next shot begins in the street.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.previz.sound.signals import RATE, Mono, Stereo, shaped
from models.previz.staging.grounds import is_outdoors, place_key
from models.spectra import convolved


@dataclass(frozen=True, slots=True)
class Room:
    """A place to the ear. `seconds` is what a sound takes to fall by 60 dB; `wet` how loud the answer is to it."""

    seconds: float
    wet: float
    metres: float  # to what reflects first
    reflections: int
    bright: float  # hertz above which the tail is dull


_OPEN = Room(0.25, 0.035, 3.0, 3, 2500)
_INDOORS = Room(0.5, 0.16, 2.5, 8, 5000)
_ROOMS = {
    "forest": Room(0.9, 0.07, 6.0, 10, 3500),
    "street": Room(0.9, 0.08, 9.0, 6, 3500), "city": Room(0.9, 0.08, 9.0, 6, 3500),
    "square": Room(1.0, 0.07, 16.0, 5, 3500), "plaza": Room(1.0, 0.07, 16.0, 5, 3500),
    "playground": Room(0.4, 0.05, 8.0, 4, 3500), "mountain": Room(1.0, 0.04, 30.0, 3, 2500),
    "rooftop": Room(0.5, 0.05, 8.0, 4, 3500), "harbour": Room(0.8, 0.05, 20.0, 3, 3000),
    "kitchen": Room(0.55, 0.20, 2.0, 9, 7000), "bathroom": Room(0.8, 0.28, 1.5, 10, 8000),
    "living_room": Room(0.40, 0.13, 2.6, 8, 4000), "bedroom": Room(0.30, 0.11, 2.2, 7, 3200),
    "room": Room(0.45, 0.14, 2.6, 8, 4500), "office": Room(0.45, 0.14, 2.6, 8, 4500),
    "studio": Room(0.35, 0.10, 5.0, 5, 4000), "gym": Room(1.4, 0.20, 6.0, 9, 5000),
    "ice_rink": Room(1.1, 0.12, 12.0, 7, 5000),
    "stage": Room(1.3, 0.17, 7.0, 9, 4500), "pool": Room(1.9, 0.24, 6.0, 9, 6000),
    "cave": Room(2.4, 0.30, 5.0, 9, 3500), "spaceship": Room(0.7, 0.20, 2.0, 10, 6500),
    "space_station": Room(0.7, 0.20, 2.0, 10, 6500), "space": Room(0.12, 0.02, 1.0, 2, 1500),
    "moon": Room(0.12, 0.02, 1.0, 2, 1500),
}  # fmt: skip
_AIRLESS = frozenset({"space", "moon"})
_SOUND_SPEED = 343.0  # metres a second


def room_of(place: str) -> Room:
    """The room of a place; one not known here is open land, or any room indoors."""
    return _ROOMS.get(place_key(place), _OPEN if is_outdoors(place) else _INDOORS)


def is_airless(place: str) -> bool:
    """Whether nothing carries sound there but what one stands on: blows and steps come dull, through the suit."""
    return place_key(place) in _AIRLESS


class Reverb:
    """What is sent to the rooms of a clip. `gates` gives for each place where it plays, float64[count], 0 to 1."""

    def __init__(self, gates: Sequence[tuple[str, Mono]], count: int, seed: int) -> None:
        self._gates = gates
        self._sent = np.zeros(count)
        self._seed = seed

    def send(self, signal: Mono, start: float) -> None:
        """Add a sound, mono, from `start` seconds on."""
        first = round(start * RATE)
        skip = max(0, -first)
        part = signal[skip : skip + max(0, len(self._sent) - max(0, first))]
        self._sent[max(0, first) : max(0, first) + len(part)] += part

    def answer(self) -> Stereo:
        """All that the rooms give back, float64[count, 2]."""
        count = len(self._sent)
        out = np.zeros((count, 2))
        for number, (place, gate) in enumerate(self._gates):
            sent = self._sent * gate
            if not np.any(sent):
                continue
            response = _response(room_of(place), self._seed + number)
            for side in (0, 1):
                out[:, side] += convolved(sent, response[:, side])[:count]
        return out


def _response(room: Room, seed: int) -> Stereo:
    """Reflections that come one by one, then a tail whose high part dies first; no direct sound."""
    random = np.random.default_rng([seed % 2**32, 17])
    count = int(room.seconds * RATE) + int(0.02 * RATE)
    out = np.zeros((count, 2))
    first = 2 * room.metres / _SOUND_SPEED
    for number in range(room.reflections):
        delay = first * (1 + number * 0.45) * random.uniform(0.92, 1.12)
        gain = (1 + number) ** -0.8 * random.choice((-1.0, 1.0))
        angle = random.uniform(0.12, 0.88) * np.pi / 2
        at = int(delay * RATE)
        if at < count:
            out[at] += gain * np.array([np.cos(angle), np.sin(angle)])
    begin = min(count - 1, int(first * 1.6 * RATE))
    time = np.arange(count - begin) / RATE
    swell = 1 - np.exp(-time / 0.012)
    for side in (0, 1):
        tail = random.standard_normal(count - begin) * swell
        low = shaped(tail, ((60, -14), (200, 0), (room.bright * 0.4, 0), (room.bright, -9), (18000, -36)))
        high = shaped(tail, ((room.bright * 0.4, -30), (room.bright, -3), (9000, -8), (18000, -20)))
        tail = low * np.exp(-6.9 * time / room.seconds) + 0.5 * high * np.exp(-6.9 * time / (0.45 * room.seconds))
        tail *= 1.0 / max(1e-9, float(np.sqrt(np.sum(tail**2))))
        out[begin:, side] += tail
    for side in (0, 1):
        out[:, side] = shaped(out[:, side], ((60, -12), (160, 0), (4000, -1), (room.bright * 2, -9), (20000, -24)))
    fade = min(count, int(0.02 * RATE))
    out[count - fade :] *= np.linspace(1, 0, fade)[:, None]
    return out * room.wet
