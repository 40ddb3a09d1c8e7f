"""What streets, rooms and machines sound like: layers as in `nature_layers.py`, of what people have made."""

import numpy as np

from models.previz.sound.nature_layers import wide
from models.previz.sound.signals import RATE, Stereo, add, drift, envelope, faded, noise, panned, shaped


def traffic(random: np.random.Generator, count: int) -> Stereo:
    """A street: its rumble, and cars that pass from side to side."""
    out = wide(random, count, ((25, -12), (70, 0), (200, -5), (900, -16), (4000, -34)), 0.5)
    seconds = count / RATE
    for _ in range(max(1, int(seconds / 3.5))):
        length = min(count, int(3.6 * RATE))
        hiss = noise(random, length, ((50, -6), (160, 0), (900, -5), (2500, -9), (9000, -28)))
        time = np.linspace(-1, 1, length)
        side = np.clip(time * 1.3, -0.9, 0.9) * random.choice([-1.0, 1.0])
        angle = (side + 1) * np.pi / 4
        passing = hiss * np.exp(-((time / 0.42) ** 2)) * random.uniform(0.5, 1.1)
        both = np.stack([passing * np.cos(angle), passing * np.sin(angle)], axis=1)
        add(out, both * 1.4, random.uniform(-1, seconds - 1))
    return out


def city(random: np.random.Generator, count: int) -> Stereo:
    """A city far off: a hum, and a horn once in a while."""
    out = wide(random, count, ((25, -10), (60, 0), (160, -4), (500, -14), (2500, -36)), 0.5)
    out *= drift(random, count, 0.3, 0.75, 1.0)[:, None]
    at = random.uniform(1.0, 4.0)
    while at < count / RATE:
        time = np.arange(int(0.45 * RATE)) / RATE
        horn = sum(np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time) for hertz in (370, 466))
        far = shaped(np.asarray(horn), ((100, -20), (400, 0), (1200, -8), (4000, -34)))
        add(out, panned(faded(far * 0.22, 0.03, 0.12), random.uniform(-0.8, 0.8)), at)
        at += random.uniform(4.0, 9.0)
    return out


def room(random: np.random.Generator, count: int) -> Stereo:
    """A room's own tone: air, and a little mains hum."""
    out = wide(random, count, ((30, -8), (60, 0), (180, -8), (800, -22), (5000, -40)), 0.4) * 0.6
    time = np.arange(count) / RATE
    return out + (0.02 * np.sin(2 * np.pi * 100 * time) + 0.012 * np.sin(2 * np.pi * 200 * time))[:, None]


def fridge(random: np.random.Generator, count: int) -> Stereo:
    """A kitchen's refrigerator: a hum that beats."""
    time = np.arange(count) / RATE
    hum = sum(
        gain * np.sin(2 * np.pi * hertz * time) for hertz, gain in ((50, 0.5), (100, 1), (150, 0.3), (201.3, 0.35))
    )
    rattle = noise(random, count, ((100, -20), (300, 0), (900, -8), (3000, -30)))
    return panned(np.asarray(hum) + 0.25 * rattle, -0.4)


def clock(random: np.random.Generator, count: int) -> Stereo:
    """A clock: tick and tock, a second apart."""
    out = np.zeros((count, 2))
    side = random.uniform(-0.7, 0.7)
    time = np.arange(int(0.03 * RATE)) / RATE
    at, turn = random.uniform(0, 0.5), 0
    while at < count / RATE:
        hertz = 2350 if turn % 2 else 2050
        tick = np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.004) + 0.5 * np.sin(2 * np.pi * 720 * time) * np.exp(
            -time / 0.006
        )
        add(out, panned(faded(tick, 0.0004, 0.004), side), at)
        at, turn = at + 0.5, turn + 1
    return out


def ventilation(random: np.random.Generator, count: int) -> Stereo:
    """An office or a hall: air from ducts."""
    return wide(random, count, ((40, -6), (120, 0), (400, -6), (1300, -14), (5000, -30)), 0.6)


def hall(random: np.random.Generator, count: int) -> Stereo:
    """A large room with people waiting in it, hardly to be heard."""
    out = wide(random, count, ((30, -6), (80, 0), (250, -8), (1000, -22), (5000, -40)), 0.6)
    return out + 0.12 * crowd(random, count)


def ship(random: np.random.Generator, count: int) -> Stereo:
    """Inside a spaceship: a deep drone, air that circulates, a console that speaks up softly."""
    time = np.arange(count) / RATE
    out = wide(random, count, ((25, -4), (55, 0), (160, -8), (600, -20), (3000, -36)), 0.5)
    drone = sum(
        gain * np.sin(2 * np.pi * hertz * time + random.uniform(0, 6))
        for hertz, gain in ((55, 0.8), (82.4, 0.5), (110.6, 0.3))
    )
    out += panned(np.asarray(drone) * drift(random, count, 0.3, 0.7, 1.0), 0.0)
    at = random.uniform(0.8, 2.0)
    while at < count / RATE:
        for number in range(int(random.integers(1, 4))):
            beep = np.sin(2 * np.pi * random.choice([880.0, 1175.0, 1318.5]) * np.arange(int(0.07 * RATE)) / RATE)
            add(out, panned(faded(beep * 0.12, 0.008, 0.03), random.uniform(-0.6, 0.6)), at + 0.13 * number)
        at += random.uniform(2.5, 4.5)
    return out


def void(random: np.random.Generator, count: int) -> Stereo:
    """Space: nothing carries sound, so this is a suit's own hum and blood in the ears."""
    time = np.arange(count) / RATE
    out = wide(random, count, ((20, -4), (45, 0), (110, -12), (300, -30), (1500, -60)), 0.3)
    hum = 0.7 * np.sin(2 * np.pi * 48 * time) + 0.3 * np.sin(2 * np.pi * 96.7 * time)
    breath = noise(random, count, ((200, -24), (600, 0), (1600, -6), (4000, -24)))
    breath *= np.clip(np.sin(2 * np.pi * time / 3.8 + random.uniform(0, 6)), 0, 1) ** 2
    return out + panned(hum + 0.35 * breath, 0.0)


def crowd(random: np.random.Generator, count: int) -> Stereo:
    """A far crowd: noise in the bands of voices, many of them, none to be understood."""
    out = np.zeros((count, 2))
    for low, high in ((250, 500), (500, 900), (1000, 1700), (1900, 2900)):
        band = ((low * 0.5, -40), (low, 0), (high, 0), (high * 2.0, -40))
        for _ in range(3):
            out += panned(noise(random, count, band) * drift(random, count, 4, 0.1, 1), random.uniform(-1, 1))
    return out * 0.3


def applause(random: np.random.Generator, count: int) -> Stereo:
    """Hands: many claps, each short and its own, that swell and thin out."""
    out = np.zeros((count, 2))
    time = np.arange(int(0.03 * RATE)) / RATE
    for person in range(26):
        rate, side, hertz = random.uniform(3.2, 5.0), random.uniform(-0.95, 0.95), random.uniform(900, 2300)
        clap = noise(random, len(time), ((200, -18), (hertz, 0), (hertz * 2.2, -12), (9000, -30)))
        clap *= np.exp(-time / 0.005) * random.uniform(0.4, 1.0) / (1 + 0.05 * person)
        at = random.uniform(0, 0.5)
        while at < count / RATE:
            add(out, panned(faded(clap, 0.0005, 0.005), side), at)
            at += random.uniform(0.85, 1.15) / rate
    return out


def engine(random: np.random.Generator, count: int) -> Stereo:
    """A motor that idles."""
    pulses = np.zeros(count)
    at = 0.0
    while at < count:
        pulses[int(at)] = random.uniform(0.8, 1.2)
        at += RATE / 33 * random.uniform(0.985, 1.015)
    hum = shaped(pulses, ((20, -6), (60, 0), (140, -6), (400, -20), (3000, -44)))
    return panned(hum / max(1e-9, float(np.sqrt(np.mean(hum**2)))), 0.0)


def fire(random: np.random.Generator, count: int) -> Stereo:
    """A fire: a soft roar and cracks."""
    out = wide(random, count, ((30, -8), (90, 0), (300, -8), (1200, -20), (6000, -36)), 0.5)
    out *= drift(random, count, 3.0, 0.5, 1.0)[:, None]
    for _ in range(int(count / RATE * 14)):
        length = int(random.uniform(0.002, 0.012) * RATE)
        crack = noise(random, length, ((500, -12), (2500, 0), (9000, -6))) * envelope(
            length, ((0, 1), (length / RATE, 0))
        )
        add(out, panned(crack * random.uniform(0.2, 1.6), random.uniform(-0.6, 0.6)), random.uniform(0, count / RATE))
    return out
