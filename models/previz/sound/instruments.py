"""The instruments of the small composer: every note a few numpy lines, mono, its attack at its first sample.

A note is made from its pitch in hertz, its length in seconds and how hard it is played (0 to 1), its
ringing on included. Partials above 16 kHz are left out, so nothing folds back.
"""

from collections.abc import Callable

import numpy as np

from models.previz.sound.signals import RATE, Mono, faded, noise

Instrument = Callable[[float, float, float], Mono]
_HIGHEST = 16_000.0


def hertz_of(midi: float) -> float:
    """Equal temperament, A4 = 440 Hz = 69."""
    return float(440.0 * 2 ** ((midi - 69) / 12))


def _time(seconds: float) -> Mono:
    return np.arange(max(64, int(seconds * RATE))) / RATE


def _held(seconds: float, attack: float, release: float) -> Mono:
    """Swells over `attack`, holds for `seconds`, dies over `release`."""
    time = _time(seconds + release)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(time / attack, 0, 1))
    fall = 0.5 + 0.5 * np.cos(np.pi * np.clip((time - seconds) / release, 0, 1))
    return np.asarray(rise * fall)


def piano(hertz: float, seconds: float, force: float) -> Mono:
    """A felted piano: stretched partials, each dying at its own rate; a soft hammer."""
    time = _time(min(3.2, seconds + 0.9))
    out = np.zeros(len(time))
    long = 2.4 * (220 / hertz) ** 0.45
    for number in range(1, 11):
        partial = number * hertz * np.sqrt(1 + 0.00035 * number**2)
        if partial > _HIGHEST:
            break
        level = number ** (-1.5 - 0.7 * (1 - force)) * (1.0 if number % 7 else 0.3)
        out += level * np.sin(2 * np.pi * partial * time) * np.exp(-time * (1 + 0.45 * (number - 1)) * 2.2 / long)
    hammer = np.sin(2 * np.pi * 190 * time[:900]) * np.exp(-time[:900] / 0.004) * 0.06
    out[: len(hammer)] += hammer
    damped = np.where(time > seconds + 0.15, np.exp(-np.maximum(0, time - seconds - 0.15) / 0.14), 1.0)
    return faded(out * damped, 0.003, 0.05) * force


def keys(hertz: float, seconds: float, force: float) -> Mono:
    """An electric piano: a tone bent by another at its pitch, and a small bell above it (FM; Chowning 1973)."""
    time = _time(min(3.0, seconds + 0.7))
    bend = (0.5 + 1.3 * force) * np.exp(-time / 0.35)
    body = np.sin(2 * np.pi * hertz * time + bend * np.sin(2 * np.pi * hertz * time)) * np.exp(-time / 1.1)
    bell = 0.12 * force * np.sin(2 * np.pi * min(_HIGHEST, 14 * hertz) * time) * np.exp(-time / 0.09)
    damped = np.where(time > seconds, np.exp(-np.maximum(0, time - seconds) / 0.16), 1.0)
    return faded((body + bell) * damped * (1 + 0.08 * np.sin(2 * np.pi * 4.6 * time)), 0.003, 0.05) * force


def pluck(hertz: float, seconds: float, force: float) -> Mono:
    """A nylon string: plucked near its end, the high partials gone first."""
    time = _time(min(1.8, 0.35 + seconds))
    out = np.zeros(len(time))
    for number in range(1, 15):
        partial = number * hertz * (1 + 0.00008 * number**2)
        if partial > _HIGHEST:
            break
        level = abs(np.sin(np.pi * number * 0.19)) / number**1.15
        out += level * np.sin(2 * np.pi * partial * time) * np.exp(-time * (2.4 + 1.1 * number))
    return faded(out, 0.0015, 0.08) * force * 1.2


def pizzicato(hertz: float, seconds: float, force: float) -> Mono:
    """A plucked violin: as a string, over almost at once."""
    made = pluck(hertz, 0.0, force)
    return faded(made * np.exp(-np.arange(len(made)) / RATE / 0.11), 0.001, 0.03) * 1.3


def marimba(hertz: float, seconds: float, force: float) -> Mono:
    """A tuned bar: its modes at 1, 3.9 and 9.2 (Fletcher & Rossing, ch. 19)."""
    time = _time(0.9)
    out = np.zeros(len(time))
    for ratio, decay, level in ((1.0, 0.28, 1.0), (3.93, 0.07, 0.3), (9.2, 0.025, 0.14)):
        if ratio * hertz < _HIGHEST:
            out += level * np.sin(2 * np.pi * ratio * hertz * time) * np.exp(-time / decay)
    return faded(out, 0.0015, 0.05) * force


def bells(hertz: float, seconds: float, force: float) -> Mono:
    """A glockenspiel."""
    time = _time(1.4)
    out = np.zeros(len(time))
    for ratio, decay, level in ((1.0, 0.5, 1.0), (2.76, 0.22, 0.45), (5.4, 0.09, 0.25)):
        if ratio * hertz < _HIGHEST:
            out += level * np.sin(2 * np.pi * ratio * hertz * time) * np.exp(-time / decay)
    return faded(out, 0.001, 0.1) * force * 0.5


def strings(hertz: float, seconds: float, force: float) -> Mono:
    """A section: three players a little apart, slow bows, no edge."""
    return _section(hertz, seconds, force, attack=0.22, release=0.5, partials=12, slope=1.35, spread=0.0022)


def spiccato(hertz: float, seconds: float, force: float) -> Mono:
    """The same section with short bows."""
    made = _section(hertz, 0.05, force, attack=0.008, release=0.16, partials=14, slope=1.15, spread=0.0018)
    return made * 1.3


def pad(hertz: float, seconds: float, force: float) -> Mono:
    """Something warm and far: few partials, slow to come and to go."""
    return _section(hertz, seconds, force, attack=0.5, release=0.9, partials=6, slope=1.8, spread=0.0030)


def brass(hertz: float, seconds: float, force: float) -> Mono:
    """Horns: the brighter the louder, which is what brass is."""
    swell = _held(seconds, 0.06, 0.22)
    time = np.arange(len(swell)) / RATE
    out = np.zeros(len(swell))
    for number in range(1, 15):
        if number * hertz > _HIGHEST:
            break
        level = number**-0.7 * np.clip(swell * (0.5 + 0.5 * force), 0, 1) ** (0.55 * number)
        out += level * np.sin(2 * np.pi * number * hertz * time + 0.5 * number)
    return np.asarray(out * swell * force * 0.5)


def bass(hertz: float, seconds: float, force: float) -> Mono:
    """A plucked bass: the first partials, round."""
    time = _time(seconds + 0.12)
    out = sum(
        level * np.sin(2 * np.pi * number * hertz * time) * np.exp(-time * (1.4 + 1.6 * number))
        for number, level in ((1, 1.0), (2, 0.5), (3, 0.22), (4, 0.1))
    )
    damped = np.where(time > seconds, np.exp(-np.maximum(0, time - seconds) / 0.035), 1.0)
    return faded(np.asarray(out) * damped, 0.004, 0.04) * force


def drone(hertz: float, seconds: float, force: float) -> Mono:
    """A low note that broods: two detuned, a slow beat between them."""
    swell = _held(seconds, 0.35, 0.8)
    time = np.arange(len(swell)) / RATE
    out = np.zeros(len(swell))
    for number, level in ((1, 1.0), (2, 0.5), (3, 0.3), (5, 0.12)):
        for detune in (-0.25, 0.25):
            out += 0.5 * level * np.sin(2 * np.pi * (number * hertz + detune * number) * time)
    return np.asarray(out * swell * force)


def _section(
    hertz: float,
    seconds: float,
    force: float,
    *,
    attack: float,
    release: float,
    partials: int,
    slope: float,
    spread: float,
) -> Mono:
    swell = _held(seconds, attack, release)
    time = np.arange(len(swell)) / RATE
    out = np.zeros(len(swell))
    for player, detune in enumerate((-spread, 0.0003, spread)):
        # vibrato begins once the note stands
        vibrato = 0.0035 * hertz * np.clip(time / 0.4 - 0.3, 0, 1)
        phase = 2 * np.pi * hertz * (1 + detune) * time
        phase -= vibrato / (4.7 + 0.4 * player) * np.cos(2 * np.pi * (4.7 + 0.4 * player) * time)
        one, many = np.exp(1j * phase), np.ones(len(time), np.complex128)
        for number in range(1, partials + 1):
            if number * hertz > _HIGHEST:
                break
            many = many * one  # the next partial is this one turned once more
            turn = np.exp(1j * (1.7 * number + 2.1 * player))
            out += number**-slope * (many * turn).imag
    return np.asarray(out * swell * force * 0.33)


def kick(random: np.random.Generator, force: float) -> Mono:
    """A bass drum: a swing that falls from 120 to 48 Hz."""
    time = _time(0.32)
    phase = 2 * np.pi * (48 * time + 72 * 0.03 * (1 - np.exp(-time / 0.03)))
    click = noise(random, len(time), ((200, -12), (1500, 0), (5000, -10))) * np.exp(-time / 0.002)
    return faded(np.sin(phase) * np.exp(-time / 0.1) + 0.05 * click, 0.0008, 0.04) * force


def taiko(random: np.random.Generator, force: float) -> Mono:
    """A large drum: skin modes and its body."""
    time = _time(1.1)
    out = np.zeros(len(time))
    for hertz, decay, level in ((62, 0.35, 1.0), (98, 0.22, 0.5), (139, 0.15, 0.35), (226, 0.08, 0.2)):
        out += level * np.sin(2 * np.pi * hertz * time * (1 + 0.05 * np.exp(-time / 0.03))) * np.exp(-time / decay)
    slap = noise(random, len(time), ((100, -6), (500, 0), (2500, -10), (8000, -30))) * np.exp(-time / 0.02)
    return faded(out + 0.18 * slap, 0.0008, 0.1) * force


def snare(random: np.random.Generator, force: float) -> Mono:
    """A brushed snare."""
    time = _time(0.25)
    wires = noise(random, len(time), ((200, -16), (1500, -2), (4500, 0), (10000, -8))) * np.exp(-time / 0.06)
    skin = np.sin(2 * np.pi * 188 * time) * np.exp(-time / 0.05)
    return faded(0.28 * wires + 0.5 * skin, 0.0008, 0.03) * force


def clap(random: np.random.Generator, force: float) -> Mono:
    """Hands, not quite together."""
    time = _time(0.22)
    hands = sum(np.where(time >= at, np.exp(-np.maximum(0, time - at) / 0.012), 0.0) for at in (0.0, 0.011, 0.021))
    air = noise(random, len(time), ((400, -18), (1200, 0), (2500, -4), (8000, -18)))
    return faded(air * (np.asarray(hands) + 0.25 * np.exp(-time / 0.06)) * 0.3, 0.0008, 0.03) * force


def hat(random: np.random.Generator, force: float) -> Mono:
    """A closed hi-hat or a shaker's grain."""
    time = _time(0.07)
    return (
        faded(
            noise(random, len(time), ((3000, -30), (7000, -4), (11000, 0))) * np.exp(-time / 0.016) * 0.2, 0.0008, 0.01
        )
        * force
    )


def tick(random: np.random.Generator, force: float) -> Mono:
    """A dry wooden tick."""
    time = _time(0.06)
    wood = np.sin(2 * np.pi * 1650 * time) + 0.5 * np.sin(2 * np.pi * 2730 * time)
    return faded(wood * np.exp(-time / 0.007) * 0.35, 0.0006, 0.01) * force
