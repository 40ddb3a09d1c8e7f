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


def gull(random: np.random.Generator) -> Mono:
    """One cry of a gull, thin and falling."""
    share = np.linspace(0, 1, int(random.uniform(0.28, 0.4) * RATE))
    pitch = random.uniform(1050, 1250) * (1 + 0.25 * np.sin(np.pi * share**0.5) - 0.3 * share)
    formants = [(np.full_like(share, 2300.0), 700.0, 1.0), (np.full_like(share, 4200.0), 900.0, 0.4)]
    return faded(_voiced(pitch, formants, 8) * np.sin(np.pi * share**0.6) ** 0.7, 0.03, 0.1)


def hoot(random: np.random.Generator) -> Mono:
    """An owl: hoo, and after a pause hoo-hoo."""
    one = []
    for seconds, pause in ((0.35, 0.45), (0.18, 0.1), (0.5, 0.0)):
        share = np.linspace(0, 1, int(seconds * RATE))
        hertz = 345 * (1 + 0.04 * np.sin(np.pi * share))
        tone = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.sin(np.pi * share) ** 0.6
        one += [tone, np.zeros(int(pause * RATE))]
    whole = np.concatenate(one)
    return whole + 0.03 * noise(random, len(whole), ((200, -20), (500, 0), (1500, -20))) * np.abs(whole)


def neigh(random: np.random.Generator) -> Mono:
    """A horse: a high squeal that shakes and falls into a snort; peak 1."""
    share = np.linspace(0, 1, int(random.uniform(1.1, 1.4) * RATE))
    time = share * len(share) / RATE
    shake = 1 + 0.09 * np.sin(2 * np.pi * (9 + 3 * share) * time) * np.clip(share * 4, 0, 1)
    pitch = (
        random.uniform(760, 860) * (1 + 0.35 * np.sin(np.pi * np.minimum(1, share * 1.6))) * (1 - 0.55 * share) * shake
    )
    formants = [
        (900 + 500 * (1 - share), 380.0, 1.0),
        (2100 - 300 * share, 600.0, 0.7),
        (np.full_like(share, 3600), 900.0, 0.3),
    ]
    level = np.sin(np.pi * np.minimum(1, share * 1.02) ** 0.5) ** 0.6 * (0.7 + 0.3 * np.sin(2 * np.pi * 11 * time))
    breath = noise(random, len(share), ((200, -12), (700, 0), (2500, -8), (9000, -28)))
    breath *= 0.35 * np.exp(-(((share - 0.93) / 0.06) ** 2)) * (1 + 0.7 * np.sin(2 * np.pi * 26 * time))
    whole = _voiced(pitch, formants, 12) * level + breath
    return faded(whole / max(1e-9, float(np.abs(whole).max())), 0.03, 0.1)


def yip(random: np.random.Generator) -> Mono:
    """A fox: three short hoarse barks, higher than a dog's; peak 1."""
    one = []
    for _ in range(3):
        share = np.linspace(0, 1, int(random.uniform(0.09, 0.13) * RATE))
        pitch = random.uniform(760, 900) * (1.1 + 0.35 * np.sin(np.pi * share) - 0.35 * share)
        formants = [(np.full_like(share, 1150), 420.0, 1.0), (np.full_like(share, 2700), 700.0, 0.6)]
        breath = noise(random, len(share), ((500, -20), (1500, 0), (4000, -6), (10000, -28)))
        one += [
            faded((_voiced(pitch, formants, 10) + 0.3 * breath) * np.exp(-2 * share), 0.006, 0.04),
            np.zeros(int(0.13 * RATE)),
        ]
    whole = np.concatenate(one[:-1])
    return np.asarray(whole / max(1e-9, float(np.abs(whole).max())))


def purr(random: np.random.Generator) -> Mono:
    """A cat content: some 26 soft beats a second, in and out; peak 1."""
    count = int(2.2 * RATE)
    time = np.arange(count) / RATE
    beat = np.clip(np.sin(2 * np.pi * 26 * time + 0.4 * np.sin(2 * np.pi * 3 * time)), 0, 1) ** 2
    soft = noise(random, count, ((40, -8), (110, 0), (350, -6), (1200, -20), (4000, -40)))
    breath = 0.55 + 0.45 * np.sin(2 * np.pi * time / 1.3) ** 2
    whole = soft * beat * breath
    return faded(whole / max(1e-9, float(np.abs(whole).max())), 0.1, 0.2)


def roar(random: np.random.Generator) -> Mono:
    """A large cat: a low growl that opens and closes; peak 1."""
    share = np.linspace(0, 1, int(random.uniform(1.3, 1.6) * RATE))
    time = share * len(share) / RATE
    opening = np.sin(np.pi * share**0.6) ** 1.2
    pitch = random.uniform(85, 100) * (1 + 0.35 * opening) * (1 + 0.04 * np.sin(2 * np.pi * 31 * time))
    formants = [
        (380 + 280 * opening, 180.0, 1.0),
        (1100 + 300 * opening, 350.0, 0.6),
        (np.full_like(share, 2400), 700.0, 0.2),
    ]
    breath = noise(random, len(share), ((80, -10), (300, 0), (1200, -6), (6000, -26)))
    whole = (_voiced(pitch, formants, 30) + 0.4 * breath * (1 + 0.6 * np.sin(2 * np.pi * 31 * time))) * opening
    return faded(whole / max(1e-9, float(np.abs(whole).max())), 0.05, 0.2)


def beeps(random: np.random.Generator) -> Mono:
    """A robot's chatter: tones that jump and bend; peak 1."""
    one = []
    for _ in range(int(random.integers(4, 7))):
        share = np.linspace(0, 1, int(random.uniform(0.05, 0.12) * RATE))
        hertz = random.choice([520.0, 690.0, 880.0, 1180.0, 1560.0]) * (1 + random.uniform(-0.3, 0.5) * share)
        tone = np.sin(2 * np.pi * np.cumsum(hertz) / RATE)
        one += [
            faded(tone + 0.25 * np.sin(3 * np.pi * np.cumsum(hertz) / RATE), 0.006, 0.012),
            np.zeros(int(0.025 * RATE)),
        ]
    whole = np.concatenate(one[:-1])
    return np.asarray(whole / max(1e-9, float(np.abs(whole).max())))


def squeak(random: np.random.Generator) -> Mono:
    """A rabbit or a mouse: two small high notes; peak 1."""
    one = []
    for _ in range(2):
        share = np.linspace(0, 1, int(random.uniform(0.07, 0.1) * RATE))
        hertz = random.uniform(2100, 2600) * (1 + 0.25 * np.sin(np.pi * share))
        one += [
            faded(np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.sin(np.pi * share), 0.006, 0.02),
            np.zeros(int(0.08 * RATE)),
        ]
    return np.concatenate(one[:-1])
