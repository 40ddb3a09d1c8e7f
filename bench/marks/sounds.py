"""What happens to a sound on its way through the world, in memory: float32[N, channels] and its rate, in and out."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from models.roles import Samples

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

_BLOCK = 1024  # samples handed to an encoder at a time
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound: `samples` float32[N, channels] in -1 to 1, `rate` in hertz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def part(self, start: float, end: float) -> "Heard":
        """From one second to another."""
        return Heard(self.samples[round(start * self.rate) : round(end * self.rate)], self.rate)


Attack = Callable[[Heard, Random], Heard]


def unharmed(heard: Heard, _: Random) -> Heard:
    """As it was published."""
    return heard


def published(heard: Heard) -> Heard:
    """AAC 160 kbit/s, as `ops.media.write_delivery` writes it."""
    return _through(heard, "aac", "mp4", 160_000)


def aac(bit_rate: int) -> Attack:
    return lambda heard, _: _through(heard, "aac", "mp4", bit_rate)


def mp3(bit_rate: int) -> Attack:
    return lambda heard, _: _through(heard, "libmp3lame", "mp3", bit_rate)


def resampled(rate: int, *, mono: bool = False) -> Attack:
    """At another rate, and left so."""
    return lambda heard, _: at_rate(heard, rate, mono=mono)


def trimmed(heard: Heard, random: Random) -> Heard:
    """Up to a tenth cut off at either end, at any sample."""
    start, end = random.uniform(0.02, 0.1, 2) * heard.seconds
    return _through(heard.part(start, heard.seconds - end), "aac", "mp4", 64_000)


def begun_anywhere(heard: Heard, random: Random) -> Heard:
    return heard.part(random.uniform(0, 0.5) * heard.seconds, heard.seconds)


def five_seconds(heard: Heard, random: Random) -> Heard:
    start = random.uniform(0, max(0.0, heard.seconds - 5.0))
    return _through(heard.part(start, start + 5.0), "aac", "mp4", 64_000)


def gained(heard: Heard, random: Random) -> Heard:
    """What passes 1 is cut off."""
    factor = np.float32(random.choice([0.5, 2.0]))
    return Heard(np.clip(heard.samples * factor, -1, 1).astype(np.float32), heard.rate)


def at_rate(heard: Heard, rate: int, *, mono: bool = False) -> Heard:
    """The sound at another rate."""
    from av.audio.resampler import AudioResampler

    layout = "mono" if mono or heard.samples.shape[1] == 1 else "stereo"
    resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
    parts = [part for frame in _frames(heard) for part in resampler.resample(frame)]
    parts += resampler.resample(None)
    return Heard(np.concatenate([part.to_ndarray().T for part in parts]).astype(np.float32), rate)


def _through(heard: Heard, codec: str, container: str, bit_rate: int) -> Heard:
    """Encoded and decoded again; what the encoder puts before it stays where the file does not say so."""
    import av

    layout = "mono" if heard.samples.shape[1] == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as opened:
        stream = cast("AudioStream", opened.add_stream(codec, rate=heard.rate, layout=layout))
        stream.bit_rate = bit_rate
        for frame in _frames(heard):
            opened.mux(stream.encode(frame))
        opened.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer, "r") as opened:
        rate = opened.streams.audio[0].codec_context.sample_rate
        blocks = [frame.to_ndarray() for frame in opened.decode(audio=0)]
    return Heard(np.ascontiguousarray(np.concatenate(blocks, axis=1).T, np.float32), rate)


def _frames(heard: Heard) -> Iterator["AudioFrame"]:
    from fractions import Fraction

    import av

    layout = "mono" if heard.samples.shape[1] == 1 else "stereo"
    for start in range(0, len(heard.samples), _BLOCK):
        block = np.ascontiguousarray(heard.samples[start : start + _BLOCK].T, np.float32)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = heard.rate, start, Fraction(1, heard.rate)
        yield frame
