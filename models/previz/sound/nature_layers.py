"""What air, water, weather and animals far off sound like: each layer a seeded noise that goes on for ever.

A layer is a function of a seeded generator and a length in samples, float64[count, 2]; its level is `ambience.py`'s.
"""

import numpy as np

from models.previz.sound.animals import chirp, gull, hoot
from models.previz.sound.signals import RATE, Curve, Mono, Stereo, add, drift, envelope, faded, noise, panned
from models.previz.sound.water import bubble_into


def wide(random: np.random.Generator, count: int, curve: Curve, spread: float) -> Stereo:
    """Noise that is alike in both ears by 1 - `spread`."""
    middle, left, right = (noise(random, count, curve) for _ in range(3))
    return np.stack([middle * (1 - spread) + left * spread, middle * (1 - spread) + right * spread], axis=1)


def breeze(random: np.random.Generator, count: int) -> Stereo:
    """A light wind, and leaves in it."""
    bed = wide(random, count, ((30, -18), (90, 0), (300, -6), (900, -18), (4000, -40)), 0.6)
    gust = drift(random, count, 0.5, 0.3, 1.0)
    return bed * gust[:, None] + leaves(random, count) * (0.3 * gust)[:, None]


def wind(random: np.random.Generator, count: int) -> Stereo:
    """A strong wind: gusts that rise in pitch as they rise in force."""
    low = wide(random, count, ((30, -14), (80, 0), (240, -4), (700, -18), (4000, -44)), 0.6)
    middle = wide(random, count, ((150, -24), (380, 0), (800, -3), (1800, -18), (6000, -40)), 0.7)
    howl = wide(random, count, ((350, -40), (520, -4), (560, 0), (620, -6), (900, -40)), 0.5)
    gust = drift(random, count, 0.7, 0.2, 1.0)
    return low * gust[:, None] + middle * (0.9 * gust**2)[:, None] + howl * (0.25 * gust**4)[:, None]


def leaves(random: np.random.Generator, count: int) -> Stereo:
    """Foliage that stirs."""
    bed = wide(random, count, ((400, -30), (2500, -6), (6000, 0), (12000, -12)), 0.85)
    return bed * (drift(random, count, 1.3, 0.15, 1.0) ** 2)[:, None]


def whistle(random: np.random.Generator, count: int) -> Stereo:
    """Wind about rocks and high up: a thin tone that wanders."""
    bed = wide(random, count, ((40, -12), (120, 0), (400, -6), (1200, -20), (5000, -40)), 0.6)
    thin = wide(random, count, ((500, -50), (760, -8), (840, 0), (930, -8), (1400, -50)), 0.7)
    gust = drift(random, count, 0.6, 0.25, 1.0)
    return bed * gust[:, None] + thin * (0.5 * gust**3)[:, None]


def birds(random: np.random.Generator, count: int) -> Stereo:
    """Small birds at several distances: phrases of a few notes, each bird with a place and a song of its own."""
    out = np.zeros((count, 2))
    seconds = count / RATE
    for bird in range(3):
        base, side, gain = random.uniform(2600, 5400), random.uniform(-0.9, 0.9), (1.0, 0.6, 0.35)[bird]
        pattern = [(random.uniform(0.08, 0.2), random.uniform(0.85, 1.2)) for _ in range(int(random.integers(2, 6)))]
        at = random.uniform(0, 1.8)
        while at < seconds:
            when = at
            for pause, ratio in pattern:
                add(out, panned(chirp(random, base * ratio) * gain, side), when)
                when += pause
            at = when + random.uniform(1.2, 3.4)
    return out


def gulls(random: np.random.Generator, count: int) -> Stereo:
    """Gulls over the water, now and then."""
    out = np.zeros((count, 2))
    at = random.uniform(0.4, 1.6)
    while at < count / RATE:
        side = random.uniform(-0.8, 0.8)
        for call in range(int(random.integers(1, 4))):
            add(out, panned(gull(random) * 0.75**call, side), at + 0.42 * call)
        at += random.uniform(2.4, 5.0)
    return out


def owl(random: np.random.Generator, count: int) -> Stereo:
    """An owl, far off."""
    out = np.zeros((count, 2))
    at = random.uniform(0.5, 2.0)
    while at < count / RATE:
        add(out, panned(hoot(random), random.uniform(-0.7, 0.7)), at)
        at += random.uniform(3.5, 6.0)
    return out


def crickets(random: np.random.Generator, count: int) -> Stereo:
    """Four crickets, each with its pitch and its rhythm."""
    time = np.arange(count) / RATE
    out = np.zeros((count, 2))
    for _ in range(4):
        hertz, rate = random.uniform(4100, 5000), random.uniform(1.6, 2.6)
        song = np.clip(np.sin(2 * np.pi * rate * time + random.uniform(0, 6)), 0, 1) ** 0.5
        pulses = np.clip(np.sin(2 * np.pi * random.uniform(38, 52) * time), 0, 1) ** 2
        out += panned(np.sin(2 * np.pi * hertz * time) * song * pulses * random.uniform(0.4, 1), random.uniform(-1, 1))
    return out


def surf(random: np.random.Generator, count: int) -> Stereo:
    """Waves that come in, break and run back; two trains of them, so that none is alike."""
    time = np.arange(count) / RATE
    out = np.zeros((count, 2))
    for size in (1.0, 0.6):
        body = wide(random, count, ((40, -8), (150, -2), (500, 0), (1600, -10), (8000, -30)), 0.6)
        foam = wide(random, count, ((300, -30), (1500, -6), (4000, 0), (9000, -6), (16000, -20)), 0.85)
        phase = (time / random.uniform(4.2, 6.4) + random.uniform()) % 1.0
        swell = np.where(phase < 0.35, phase / 0.35, np.exp(-3.4 * (phase - 0.35)))
        hiss = np.where(phase < 0.3, 0.0, np.clip((phase - 0.3) / 0.06, 0, 1) * np.exp(-3.0 * (phase - 0.3)))
        out += size * (body * (0.18 + 0.95 * swell**1.8)[:, None] + 0.7 * foam * hiss[:, None])
    return out


def water(random: np.random.Generator, count: int) -> Stereo:
    """A stream or a fountain: a soft rush and bubbles."""
    bed = wide(random, count, ((150, -20), (500, -4), (1400, 0), (4000, -8), (10000, -22)), 0.7)
    out = bed * drift(random, count, 5.0, 0.55, 1.0)[:, None]
    return out + 0.9 * _bubbles(random, count, 34)


def lapping(random: np.random.Generator, count: int) -> Stereo:
    """Still water that laps at something: small slaps, few bubbles, hardly any hiss."""
    bed = wide(random, count, ((80, -16), (250, 0), (700, -4), (2200, -16), (8000, -34)), 0.7)
    lap = drift(random, count, 1.6, 0.1, 1.0) ** 2
    return bed * lap[:, None] + 0.5 * _bubbles(random, count, 9)


def underwater(random: np.random.Generator, count: int) -> Stereo:
    """Under the surface: a dull roar, and air that rises."""
    bed = wide(random, count, ((25, -6), (70, 0), (200, -8), (500, -24), (2000, -50)), 0.4)
    return bed * drift(random, count, 0.6, 0.6, 1.0)[:, None] + 0.7 * _bubbles(random, count, 12)


def rain(random: np.random.Generator, count: int) -> Stereo:
    """Rain on open ground: a hiss of drops too many to tell, and those that fall near."""
    bed = wide(random, count, ((100, -30), (800, -10), (3000, -2), (7000, 0), (15000, -6)), 0.85)
    return bed * drift(random, count, 0.4, 0.85, 1.0)[:, None] + _drops(random, count, 70, (1500, 5200), 0.0028)


def rain_on_roof(random: np.random.Generator, count: int) -> Stereo:
    """Rain as heard in a room: dull drumming overhead and drops on the sill."""
    bed = wide(random, count, ((60, -10), (200, 0), (700, -5), (1800, -14), (6000, -34)), 0.6)
    return bed + 0.7 * _drops(random, count, 26, (420, 1300), 0.006)


def snow(random: np.random.Generator, count: int) -> Stereo:
    """Air that snow makes quiet."""
    bed = wide(random, count, ((30, -16), (100, 0), (260, -12), (700, -28), (4000, -50)), 0.5)
    flakes = wide(random, count, ((2000, -40), (6000, -6), (10000, 0), (16000, -12)), 0.9)
    return bed * drift(random, count, 0.4, 0.5, 1.0)[:, None] + 0.05 * flakes


def thunder(random: np.random.Generator, count: int) -> Stereo:
    """One clap and its roll."""
    out = np.zeros((count, 2))
    length = min(count, 5 * RATE)
    roll = noise(random, length, ((20, -4), (50, 0), (140, -8), (600, -26), (3000, -46)))
    roll *= np.exp(-np.arange(length) / RATE / 1.3) * drift(random, length, 7, 0.3, 1)
    crack = noise(random, length, ((40, -6), (200, 0), (1200, -6), (5000, -24)))
    crack *= envelope(length, ((0, 0), (0.02, 1), (0.1, 0.5), (0.4, 0.1), (0.9, 0)))
    add(out, panned(faded(roll * 5 + crack * 2, 0.02, 0.5), random.uniform(-0.5, 0.5)), 0.0)
    return out


def _drops(
    random: np.random.Generator, count: int, per_second: float, band: tuple[float, float], decay: float
) -> Stereo:
    out = np.zeros((count, 2))
    time = np.arange(int(decay * 7 * RATE)) / RATE
    fall = np.exp(-time / decay)
    for place in random.integers(0, max(1, count - len(time)), int(count / RATE * per_second)):
        drop = np.sin(2 * np.pi * random.uniform(*band) * time) * fall * random.uniform(0.3, 1.6)
        out[place : place + len(drop)] += panned(drop, random.uniform(-1, 1))[: count - place]
    return out


def _bubbles(random: np.random.Generator, count: int, per_second: float) -> Stereo:
    sides: list[Mono] = [np.zeros(count), np.zeros(count)]
    for _ in range(int(count / RATE * per_second)):
        bubble_into(
            sides[int(random.integers(2))],
            random,
            random.uniform(450, 2200),
            random.uniform(0, count / RATE),
            random.uniform(0.1, 1),
        )
    return np.stack(sides, axis=1)
