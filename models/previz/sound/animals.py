"""Voices of animals: a glottal source with formants that move, and a bird's whistle."""

import numpy as np

from models.previz.sound.signals import RATE, Mono, faded, noise


def _voiced(hertz: Mono, formants: list[tuple[Mono, float, float]], harmonics: int) -> Mono:
    """Harmonics of a pitch that moves, each as loud as the formants (centre, width, gain) make it then."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    out = np.zeros(len(hertz))
    for harmonic in range(1, harmonics + 1):
        at = hertz * harmonic
        gain = sum(level / (1 + ((at - centre) / width) ** 2) for centre, width, level in formants)
        out += np.where(at < 18_000, gain, 0.0) / harmonic**0.7 * np.sin(harmonic * phase)
    return np.asarray(out / max(1e-9, float(np.abs(out).max())))


def meow(random: np.random.Generator) -> Mono:
    """A cat: pitch rises and falls over half a second while the mouth opens and closes; peak 1."""
    seconds = random.uniform(0.5, 0.7)
    share = np.linspace(0, 1, int(seconds * RATE))
    pitch = random.uniform(560, 640) * (1 + 0.32 * np.sin(np.pi * share**0.7) - 0.12 * share)
    opening = np.sin(np.pi * share**0.8) ** 0.8
    formants = [
        (700 + 900 * opening, 260.0, 1.0),
        (2300 + 500 * opening, 500.0, 0.6),
        (np.full_like(share, 4200), 900.0, 0.25),
    ]
    return faded(_voiced(pitch, formants, 14) * (0.25 + 0.75 * opening), 0.05, 0.14)


def bark(random: np.random.Generator) -> Mono:
    """A dog, twice: a short rough burst whose pitch falls; peak 1."""
    one = []
    for _ in range(2):
        share = np.linspace(0, 1, int(random.uniform(0.13, 0.17) * RATE))
        pitch = random.uniform(470, 560) * (1.25 - 0.6 * share) * (1 + 0.05 * random.standard_normal())
        formants = [
            (750 - 150 * share, 300.0, 1.0),
            (1700 - 200 * share, 500.0, 0.8),
            (np.full_like(share, 3100), 900.0, 0.3),
        ]
        breath = noise(random, len(share), ((300, -20), (900, 0), (2500, -4), (9000, -26)))
        burst = (_voiced(pitch, formants, 12) + 0.22 * breath) * np.exp(-3.0 * share)
        one += [faded(burst, 0.006, 0.05), np.zeros(int(0.16 * RATE))]
    whole = np.concatenate(one[:-1])
    return np.asarray(whole / max(1e-9, float(np.abs(whole).max())))


def chirp(random: np.random.Generator, base: float) -> Mono:
    """One note of a bird about `base` hertz, a twelfth of a second."""
    share = np.linspace(0, 1, int(random.uniform(0.05, 0.10) * RATE))
    bend = random.uniform(-0.25, 0.3)
    hertz = base * (1 + bend * share + 0.04 * np.sin(2 * np.pi * random.uniform(1, 4) * share))
    return faded(np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.sin(np.pi * share), 0.005, 0.02)
