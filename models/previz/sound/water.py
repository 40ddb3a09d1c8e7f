"""Water that is struck: the slap, the spray that falls back, and bubbles that ring as they close (Minnaert, 1933)."""

import numpy as np

from models.previz.sound.signals import RATE, Mono, envelope, faded, noise, normal
from models.previz.sound.struck import loudness_of

_MINNAERT = 3.26  # hertz metres: a bubble of this radius rings at 3.26 / radius


def splash(random: np.random.Generator, impulse: float, size: float) -> Mono:
    """Something `size` metres across enters water; a larger one sounds deeper and longer."""
    size = float(np.clip(size, 0.05, 3.0))
    seconds = 0.5 + 0.5 * min(2.0, size)
    count = int(seconds * RATE)
    deep = float(np.clip(0.5 / size, 0.3, 2.5))
    slap = noise(random, count, ((80, -12), (250 * deep, 0), (1500 * deep, -4), (6000, -14), (14000, -30)))
    slap *= np.exp(-np.arange(count) / RATE / (0.05 + 0.05 * size))
    spray = noise(random, count, ((500, -24), (2200, -2), (5200, 0), (12000, -10)))
    spray *= envelope(count, ((0, 0.0), (0.03, 0.5), (0.12, 0.34), (0.35 * seconds, 0.2), (seconds, 0.0)))
    plunge = np.sin(2 * np.pi * (120 * deep) * np.arange(count) / RATE) * np.exp(-np.arange(count) / RATE / 0.05)
    out = slap + 0.7 * spray + 1.2 * plunge * min(1.0, size)
    for _ in range(int(10 + 14 * min(1.5, size))):
        radius = random.uniform(0.0016, 0.008) * float(np.clip(size / 0.3, 0.6, 2.0))
        bubble_into(out, random, _MINNAERT / radius, random.uniform(0.05, 0.8 * seconds), random.uniform(0.08, 0.35))
    return normal(faded(out, 0.0006, 0.1), loudness_of(1.4 * impulse))


def bubble_into(track: Mono, random: np.random.Generator, hertz: float, start: float, gain: float) -> None:
    """One bubble, its pitch rising as it nears the surface, added to `track`."""
    first = int(start * RATE)
    count = min(len(track) - first, int(0.06 * RATE))
    if count <= 0:
        return
    time = np.arange(count) / RATE
    decay = 0.13 / hertz + 0.0072 * hertz**-0.5 * 30**0.5 / 10  # thermal and radiation losses, roughly
    rising = hertz * (time + random.uniform(1.0, 4.0) * time**2)
    track[first : first + count] += gain * np.sin(2 * np.pi * rising) * np.exp(-time / max(0.006, decay * 8))
