"""The bed under a scene: what a place, an hour and a weather sound like, and what the storyboard asks for by name.

Each layer is a function of a seeded generator and a length; a place is a list of layers with their levels.
"""

from collections.abc import Callable

import numpy as np

from greenroom.domain.clips import SoundEvent
from greenroom.domain.storyboards import Sound
from models.previz.sound.animals import bark, chirp, meow
from models.previz.sound.signals import RATE, Stereo, add, drift, faded, noise, panned, shaped
from models.previz.staging.grounds import is_outdoors, place_key

_LEVEL = 0.011  # root mean square of the whole bed: about -39 dBFS, some 20 under a voice
_CALL_LEVEL = 0.22  # peak of an animal's call
_SEAM = 0.25  # seconds a layer takes to come and go

_Layer = Callable[[np.random.Generator, int], Stereo]


def _wide(random: np.random.Generator, count: int, curve: tuple[tuple[float, float], ...], spread: float) -> Stereo:
    """Noise that is alike in both ears by 1 - `spread`."""
    middle, left, right = (noise(random, count, curve) for _ in range(3))
    return np.stack([middle * (1 - spread) + left * spread, middle * (1 - spread) + right * spread], axis=1)


def _wind(random: np.random.Generator, count: int) -> Stereo:
    bed = _wide(random, count, ((30, -18), (90, 0), (300, -6), (900, -18), (4000, -40)), 0.6)
    leaves = _wide(random, count, ((400, -30), (2500, -6), (6000, 0), (12000, -12)), 0.8)
    gust = drift(random, count, 0.5, 0.25, 1.0)
    return bed * gust[:, None] + leaves * (0.16 * gust**3)[:, None]


def _birds(random: np.random.Generator, count: int) -> Stereo:
    out = np.zeros((count, 2))
    seconds = count / RATE
    for _ in range(max(1, int(seconds * random.uniform(0.7, 1.1)))):
        base, side, gain = random.uniform(2600, 5200), random.uniform(-0.9, 0.9), random.uniform(0.35, 1.0)
        start = random.uniform(0, seconds)
        for note in range(int(random.integers(2, 6))):
            add(out, panned(chirp(random, base) * gain, side), start + note * random.uniform(0.11, 0.17))
    return out * 3.0


def _surf(random: np.random.Generator, count: int) -> Stereo:
    bed = _wide(random, count, ((40, -10), (150, -4), (700, 0), (3000, -6), (10000, -20)), 0.7)
    time = np.arange(count) / RATE
    period = random.uniform(4.2, 5.6)
    phase = (time / period + random.uniform()) % 1.0
    swell = np.where(phase < 0.35, phase / 0.35, np.exp(-3.2 * (phase - 0.35)))
    return bed * (0.22 + 0.95 * swell**1.6)[:, None]


def _rain(random: np.random.Generator, count: int) -> Stereo:
    bed = _wide(random, count, ((100, -30), (800, -10), (3000, -2), (7000, 0), (15000, -6)), 0.8)
    drops = np.zeros((count, 2))
    for place in random.integers(0, max(1, count - 800), int(count / RATE * 70)):
        time = np.arange(700) / RATE
        hertz = random.uniform(1500, 5200)
        drop = np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.0028) * random.uniform(0.3, 1.6)
        drops[place : place + 700] += panned(drop, random.uniform(-1, 1))[: count - place]
    return bed + drops


def _traffic(random: np.random.Generator, count: int) -> Stereo:
    out = _wide(random, count, ((25, -12), (70, 0), (200, -5), (900, -16), (4000, -34)), 0.5)
    seconds = count / RATE
    for _ in range(max(1, int(seconds / 3.5))):
        length = min(count, int(3.6 * RATE))
        hiss = noise(random, length, ((50, -6), (160, 0), (900, -5), (2500, -9), (9000, -28)))
        time = np.linspace(-1, 1, length)
        side = np.clip(time * 1.3, -0.9, 0.9) * random.choice([-1.0, 1.0])
        angle = (side + 1) * np.pi / 4
        passing = hiss * np.exp(-((time / 0.42) ** 2)) * random.uniform(0.5, 1.1)
        add(
            out,
            np.stack([passing * np.cos(angle), passing * np.sin(angle)], axis=1) * 1.4,
            random.uniform(-1, seconds - 1),
        )
    return out


def _room(random: np.random.Generator, count: int) -> Stereo:
    out = _wide(random, count, ((30, -8), (60, 0), (180, -8), (800, -22), (5000, -40)), 0.4) * 0.6
    time = np.arange(count) / RATE
    return out + (0.02 * np.sin(2 * np.pi * 100 * time) + 0.012 * np.sin(2 * np.pi * 200 * time))[:, None]


def _crickets(random: np.random.Generator, count: int) -> Stereo:
    time = np.arange(count) / RATE
    out = np.zeros((count, 2))
    for _ in range(4):
        hertz, rate = random.uniform(4100, 5000), random.uniform(1.6, 2.6)
        song = np.clip(np.sin(2 * np.pi * rate * time + random.uniform(0, 6)), 0, 1) ** 0.5
        pulses = np.clip(np.sin(2 * np.pi * random.uniform(38, 52) * time), 0, 1) ** 2
        out += panned(np.sin(2 * np.pi * hertz * time) * song * pulses * random.uniform(0.4, 1), random.uniform(-1, 1))
    return out


def _water(random: np.random.Generator, count: int) -> Stereo:
    bed = _wide(random, count, ((150, -20), (500, -4), (1400, 0), (4000, -8), (10000, -22)), 0.7)
    return bed * drift(random, count, 5.0, 0.55, 1.0)[:, None]


def _crowd(random: np.random.Generator, count: int) -> Stereo:
    """A far crowd: noise in the bands of voices, many of them, none to be understood."""
    out = np.zeros((count, 2))
    for low, high in ((250, 500), (500, 900), (1000, 1700), (1900, 2900)):
        band = ((low * 0.5, -40), (low, 0), (high, 0), (high * 2.0, -40))
        for _ in range(3):
            out += panned(noise(random, count, band) * drift(random, count, 4, 0.1, 1), random.uniform(-1, 1))
    return out * 0.3


def _thunder(random: np.random.Generator, count: int) -> Stereo:
    out = np.zeros((count, 2))
    length = min(count, 4 * RATE)
    roll = noise(random, length, ((20, -4), (50, 0), (140, -8), (600, -26), (3000, -46)))
    roll *= np.exp(-np.arange(length) / RATE / 1.1) * drift(random, length, 7, 0.3, 1)
    add(out, panned(faded(roll, 0.03, 0.4) * 5, random.uniform(-0.5, 0.5)), 0.0)
    return out


def _engine(random: np.random.Generator, count: int) -> Stereo:
    pulses = np.zeros(count)
    at = 0.0
    while at < count:
        pulses[int(at)] = random.uniform(0.8, 1.2)
        at += RATE / 33 * random.uniform(0.985, 1.015)
    hum = shaped(pulses, ((20, -6), (60, 0), (140, -6), (400, -20), (3000, -44)))
    return panned(hum / max(1e-9, float(np.sqrt(np.mean(hum**2)))), 0.0)


_LAYERS: dict[str, _Layer] = {
    "wind": _wind, "birds": _birds, "surf": _surf, "rain": _rain, "traffic": _traffic, "room": _room,
    "crickets": _crickets, "water": _water, "crowd": _crowd, "thunder": _thunder, "engine": _engine,
}  # fmt: skip
# words a storyboard may use for a layer
_MEANS = {
    "waves": "surf", "sea": "surf", "ocean": "surf", "bird": "birds", "birdsong": "birds", "breeze": "wind",
    "storm": "thunder", "city": "traffic", "cars": "traffic", "street": "traffic", "room tone": "room",
    "river": "water", "stream": "water", "fountain": "water", "people": "crowd", "audience": "crowd",
    "cheering": "crowd",
    "insects": "crickets", "motor": "engine", "leaves": "wind",
}  # fmt: skip
_CALLS = {"meow": meow, "cat": meow, "bark": bark, "dog": bark}
_BEDS: dict[str, tuple[tuple[str, float], ...]] = {
    "park": (("wind", 0.7), ("birds", 0.5)),
    "garden": (("wind", 0.5), ("birds", 0.7)),
    "meadow": (("wind", 0.9), ("birds", 0.5)),
    "forest": (("wind", 0.8), ("birds", 0.8)),
    "beach": (("surf", 1.0), ("wind", 0.4)),
    "street": (("traffic", 1.0), ("wind", 0.2)),
    "city": (("traffic", 1.0), ("wind", 0.2)),
    "road": (("traffic", 0.8), ("wind", 0.4)),
    "square": (("traffic", 0.6), ("crowd", 0.4)),
    "plaza": (("traffic", 0.6), ("crowd", 0.4)),
    "playground": (("wind", 0.5), ("birds", 0.4), ("traffic", 0.2)),
    "mountain": (("wind", 1.2),),
    "desert": (("wind", 1.0),),
    "field": (("wind", 0.9), ("birds", 0.4)),
}
_OPEN = (("wind", 0.7),)  # outdoors where no bed is known
_INDOORS = (("room", 1.0),)


def layers_of(place: str, time_of_day: str, weather: str) -> tuple[tuple[str, float], ...]:
    """The layers of a place, with levels; birds sleep at night and in the rain, crickets sing at night outdoors."""
    outdoors, place = is_outdoors(place), place_key(place)
    layers = list(_BEDS.get(place, _OPEN if outdoors else _INDOORS))
    if outdoors and (time_of_day == "night" or weather in ("rain", "snow")):
        layers = [layer for layer in layers if layer[0] != "birds"]
    if outdoors and time_of_day == "night" and weather in ("clear", "cloudy") and place not in ("beach", "mountain"):
        layers.append(("crickets", 0.35))
    if weather == "rain":
        layers.append(("rain", 1.0 if outdoors else 0.35))
    if weather == "snow":
        layers = [(name, level * 0.6) for name, level in layers]
    return tuple(layers) or (("wind", 0.5),)


def ambience(
    place: str, time_of_day: str, weather: str, asked: tuple[Sound, ...], seed: int, count: int
) -> tuple[Stereo, Stereo, list[SoundEvent]]:
    """The bed, the calls of animals (to stand before it), each float64[count, 2], and what captions name."""
    bed, calls = np.zeros((count, 2)), np.zeros((count, 2))
    events: list[SoundEvent] = []
    seconds = count / RATE
    for number, (name, level) in enumerate(layers_of(place, time_of_day, weather)):
        bed += _level(_LAYERS[name](np.random.default_rng([seed % 2**32, 11, number]), count)) * level
    for number, sound in enumerate(asked):
        random = np.random.default_rng([seed % 2**32, 13, number])
        span = max(0.0, min(seconds, sound.start + (sound.seconds or seconds)) - sound.start)
        known = _known(sound.label)
        if known is None or span <= 0:
            continue
        if known in _CALLS:
            signal = _CALLS[known](random)
            add(calls, panned(signal * _CALL_LEVEL, random.uniform(-0.3, 0.3)), sound.start)
            span = min(span, len(signal) / RATE)
        else:
            layer = _level(_LAYERS[known](random, max(1, int(span * RATE))))
            rise = _SEAM if sound.start > 0 else 0.02
            layer = np.stack([faded(layer[:, side], rise, _SEAM) for side in (0, 1)], axis=1)
            add(bed, layer * 1.2, sound.start)
        events.append(SoundEvent(label=sound.label, start=sound.start, seconds=round(span, 3)))
    return bed * _LEVEL, calls, events


def _level(layer: Stereo) -> Stereo:
    return layer / max(1e-9, float(np.sqrt(np.mean(layer**2))))


def _known(label: str) -> str | None:
    """The layer or call that a label's words name, or None: nothing is made up for a sound not known."""
    text = " " + " ".join(label.lower().replace("-", " ").split())
    names = {name: name for name in (*_LAYERS, *_CALLS)} | _MEANS
    for word in sorted(names, key=len, reverse=True):
        if f" {word}" in text:  # words that begin so: raining, but not train
            return names[word]
    return None
