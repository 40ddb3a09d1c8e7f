"""What is done to a synthesised voice so that it sounds like somebody's: tract, flutter, breath, body, effort.

Mono float64[N] in and out. `SPOKEN_RATE` comes out, whatever went in. A voice is never quite periodic: a little flutter
of pitch and breath between the harmonics take the buzz from a formant synthesiser. A whisper has no periodic part at
all: its spectrum's envelope is kept and noise put under it (a channel vocoder; Dudley 1939).
"""

import numpy as np

from models.spectra import Mono, filtered, stretched
from models.speech_voices import Manner, Voice

SPOKEN_RATE = 48_000  # hertz
_HOP, _FRAME = 240, 960  # 5 ms and 20 ms
_LIFTER = 1.6  # milliseconds of the cepstrum kept: the tract, not the pitch
_FLUTTER = 0.006  # share of the pitch, root mean square
_TREMOR_HERTZ = 5.2

# decibels at hertz: rumble out, warmth, the nasal and metallic regions of a formant synthesiser drawn back
_ASPIRATION = ((20, -30), (300, -18), (1500, 0), (6000, 2), (9000, -6))  # breath between the harmonics
_WHISPER = ((20, -40), (120, -30), (400, -9), (1200, 0), (9000, 0))  # no folds swing: little below the formants
_BODY = (
    (20, -40), (55, -24), (100, 0), (170, 1.5), (320, 0), (500, -1), (900, 1), (1500, 3), (2400, 2), (3400, -1),
    (5000, -2), (8000, -5), (11000, -10), (14000, -24), (24000, -40),
)  # fmt: skip


def voiced_as(raw: Mono, rate: int, voice: Voice, manner: Manner, seed: int) -> Mono:
    """`raw` at `rate` hertz as this voice says it in this manner, at `SPOKEN_RATE`, its highest sample at 0.7.

    It is `SPOKEN_RATE / (rate * voice.tract * manner.tract)` times as many samples long.
    """
    random = np.random.default_rng(seed)
    signal = stretched(raw, SPOKEN_RATE / (rate * voice.tract * manner.tract))
    if manner.voiced:
        signal = _fluttering(signal, voice.tremor, random)
        breath = min(0.6, voice.breath + manner.breath)
        if breath > 0:
            rough = filtered(_whispered(signal, random), SPOKEN_RATE, _ASPIRATION)
            signal = (1 - 0.5 * breath) * signal + 0.8 * breath * rough
        if voice.metal > 0:
            signal = _metallic(signal, voice.metal)
    else:
        signal = filtered(_whispered(signal, random), SPOKEN_RATE, _WHISPER)
    tilt = manner.tilt
    tilted = [(hertz, gain + tilt * np.clip((hertz - 700) / 1600, 0, 1)) for hertz, gain in _BODY]
    signal = filtered(signal, SPOKEN_RATE, tilted)
    if manner.drive > 0:
        signal = _pressed(signal, manner.drive)
    signal = _softened(signal)
    fade = min(SPOKEN_RATE // 200, len(signal) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / max(1, fade))
    signal[:fade] *= ramp
    signal[len(signal) - fade :] *= ramp[::-1]
    return np.asarray(signal * (0.7 / max(1e-9, float(np.abs(signal).max()))))


def _wander(random: np.random.Generator, count: int, hertz: float) -> Mono:
    """A smooth random curve of unit variance that turns about `hertz` times a second."""
    knots = max(4, int(count / SPOKEN_RATE * hertz * 2) + 4)
    values = random.standard_normal(knots)
    at = np.arange(count) * ((knots - 3) / max(1, count))
    whole = at.astype(np.intp)
    part = at - whole
    smooth = part * part * (3 - 2 * part)
    return np.asarray(values[whole] * (1 - smooth) + values[whole + 1] * smooth)


def _fluttering(signal: Mono, tremor: float, random: np.random.Generator) -> Mono:
    """Pitch that is never quite steady, and an old voice's tremor: time is stretched and pressed by less than 2 ms."""
    count = len(signal)
    bend = _FLUTTER * (0.7 * _wander(random, count, 6.0) + 0.7 * _wander(random, count, 17.0))
    shake = np.sin(2 * np.pi * _TREMOR_HERTZ * np.arange(count) / SPOKEN_RATE + random.uniform(0, 6))
    bend += 0.018 * tremor * shake
    moved = np.cumsum(bend - bend.mean())
    moved -= np.linspace(moved[0], moved[-1], count) if count else 0.0
    moved = np.clip(moved, -96.0, 96.0)
    level = 1 + 0.05 * _wander(random, count, 9.0) * 0.5 + 0.10 * tremor * shake
    return _read_at(signal, np.arange(count) + moved) * level


def _read_at(signal: Mono, at: Mono) -> Mono:
    """The signal between its samples, by Catmull and Rom's cubic: it holds nothing near half the rate."""
    padded = np.pad(signal, 2)
    at = np.clip(at, 0, len(signal) - 1) + 2
    whole = at.astype(np.intp)
    x = at - whole
    p, q, r, s = (padded[np.minimum(whole + step, len(padded) - 1)] for step in (-1, 0, 1, 2))
    return np.asarray(q + 0.5 * x * (r - p + x * (2 * p - 5 * q + 4 * r - s + x * (3 * (q - r) + s - p))))


def _whispered(signal: Mono, random: np.random.Generator) -> Mono:
    """Noise under the spectral envelope of every 5 ms, as loud as the voice was."""
    window = np.hanning(_FRAME + 1)[:-1]
    padded = np.pad(signal, _FRAME)
    starts = np.arange(0, len(padded) - _FRAME, _HOP)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[starts] * window
    power = np.log(np.abs(np.fft.rfft(blocks, axis=1)) + 1e-7)
    cepstrum = np.fft.irfft(power, _FRAME, axis=1)
    kept = int(_LIFTER / 1000 * SPOKEN_RATE)
    cepstrum[:, kept : _FRAME - kept + 1] = 0.0
    envelope = np.exp(np.fft.rfft(cepstrum, axis=1).real)
    noise = np.lib.stride_tricks.sliding_window_view(random.standard_normal(len(padded)), _FRAME)[starts] * window
    made = np.fft.irfft(np.fft.rfft(noise, axis=1) * envelope, _FRAME, axis=1)
    before, after = (np.sqrt(np.mean(part**2, axis=1)) for part in (blocks, made))
    made *= (before / np.maximum(after, 1e-9))[:, None] * window
    out = np.zeros(len(padded))
    for phase in range(_FRAME // _HOP):  # blocks of one phase do not overlap
        part = made[phase :: _FRAME // _HOP].reshape(-1)
        out[phase * _HOP : phase * _HOP + len(part)] += part[: len(out) - phase * _HOP]
    return np.asarray(out[_FRAME : _FRAME + len(signal)])


def _metallic(signal: Mono, amount: float) -> Mono:
    """A robot's voice: a comb at 7 ms and a ring of 60 hertz."""
    delay = int(0.007 * SPOKEN_RATE)
    comb = signal.copy()
    for turn in (1, 2, 3):
        comb[turn * delay :] += 0.6**turn * signal[: max(0, len(signal) - turn * delay)]
    ring = signal * np.sin(2 * np.pi * 60 * np.arange(len(signal)) / SPOKEN_RATE)
    return np.asarray((1 - amount) * signal + amount * (0.7 * comb + 0.5 * ring))


def _pressed(signal: Mono, drive: float) -> Mono:
    """A voice with effort behind it: peaks give way softly, which adds the harmonics that a pressed voice has."""
    level = 3.0 * float(np.sqrt(np.mean(signal**2))) + 1e-9
    amount = 1.0 + 2.0 * drive
    return np.asarray(np.tanh(signal / level * amount) / amount * level)


def _softened(signal: Mono) -> Mono:
    """Sharp sounds (s, sh) drawn back by up to 8 dB where they stand over the voice around them."""
    sharp = filtered(signal, SPOKEN_RATE, ((20, -80), (3800, -60), (5200, 0), (24000, 0)))
    block = SPOKEN_RATE // 200
    count = -(-len(signal) // block)
    levels = []
    for part in (sharp, signal):
        power = np.zeros(count * block)
        power[: len(part)] = part**2
        levels.append(np.sqrt(power.reshape(count, block).mean(axis=1)))
    usual = float(np.percentile(levels[1], 80)) if count else 0.0
    over = levels[0] / max(1e-9, 0.16 * usual)
    gains = np.clip(np.maximum(over, 1.0) ** -0.7, 0.4, 1.0)
    at = (np.arange(count) + 0.5) * block
    gain = np.interp(np.arange(len(signal)), at, np.convolve(np.pad(gains, 1, mode="edge"), np.ones(3) / 3, "valid"))
    return np.asarray(signal - sharp * (1 - gain))
