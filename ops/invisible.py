"""The invisible marks of a film: laid into its picture and its sound, and read back from the file as it was encoded.

What an encoder leaves of a mark is known only afterwards. So the file is read right after encoding; where a mark is not
read with margin, the picture is marked stronger and encoded again, up to what would show. Gate 7 reads the finished
file once more and decides.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from greenroom.domain.base import clip_bytes
from greenroom.domain.clips import InvisibleMarks, LaidMark
from models.roles import Picture, Samples
from moderation.marks import INVISIBLE
from moderation.policy import Policy
from ops.media import write_delivery
from ops.media_reading import opened, read_frames, read_sound
from ops.watermark.carrier import MarkKey
from ops.watermark.reading import Reading

VERSION = "3"  # of the code that lays and reads the marks; another is another version of gate 7's code
ENCODINGS = 3  # at most: each takes as long as the first
_SAMPLES = 4  # frames of the film on which the strength is fitted, and by which it is told how far it shows
_EVERY = 2  # frames of the delivery that are read right after encoding: gate 7 reads each, and a little more surely
_BLOCK = 0.032  # seconds of sound that are looked at together
_HEARD_DB = -70.0  # of full scale: a band of a block below it has nothing to hide a mark in,
_MASKED_DB = -40.0  # nor has one so far below the loudest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What gate 7 will ask: the picture's margin and its least PSNR, in decibels, and how much sound must carry one."""

    picture_margin: float
    psnr: float
    heard_seconds: float


def wanted(policy: Policy) -> Wanted:
    return Wanted(**{name: policy.threshold(INVISIBLE, name) for name in ("picture_margin", "psnr", "heard_seconds")})


@dataclass(slots=True)
class Read:
    """What was read back from a file. `heard_seconds`: see the function of that name."""

    picture: Reading
    sound: Reading
    heard_seconds: float


@dataclass(frozen=True, slots=True)
class Film:
    """What is marked: the master, the clip it is of, and what is drawn over its frames once the mark is in them."""

    master: Path
    clip: str
    frame_count: int
    width: int
    height: int
    frames_per_second: int
    drawn: Callable[[Iterable[Picture]], Iterator[Picture]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far a mark is seen in some frames of its film: PSNR over all of them, decibels, and their mean SSIM."""

    psnr: float
    ssim: float

    @classmethod
    def of(cls, drawn: Callable[[Picture], Picture], plain: Sequence[Picture]) -> "_Seen":
        from ops.watermark.similarity import structural_similarity

        pairs = [(drawn(one), one) for one in plain]
        error = float(np.mean([np.mean((with_it.astype(np.float32) - one) ** 2) for with_it, one in pairs]))
        ssim = float(np.mean([structural_similarity(with_it, one) for with_it, one in pairs]))
        return cls(10 * math.log10(255.0**2 / max(error, 1e-6)), ssim)

    def room(self, least_psnr: float) -> float:
        """Decibels that the mark may still rise by; below 0 it shows too much.

        With the square of its strength the error grows, and, nearly, what SSIM lacks of 1.
        """
        from ops.watermark.picture import LEAST_SSIM_AT_ALL

        lacking = max(1 - self.ssim, 1e-6)
        return min(self.psnr - least_psnr, 10 * math.log10((1 - LEAST_SSIM_AT_ALL) / lacking))


def lay(film: Film, delivery: Path, key: MarkKey, asked: Wanted) -> InvisibleMarks:
    """Encode the film with its marks in; how they were laid.

    Whether they can be read with margin is gate 7's to say: a file comes of it in any case.
    """
    from ops.watermark.picture import PictureMark, marked
    from ops.watermark.sound import mark_sound

    clip = clip_bytes(film.clip)
    samples, rate = read_sound(film.master)
    samples = mark_sound(samples, rate, key, clip)
    spread = {(2 * part + 1) * film.frame_count // (2 * _SAMPLES) for part in range(_SAMPLES)}
    plain = list(_some(film.master, spread.__contains__))
    mark = PictureMark(key, clip, film.width, film.height)
    mark.fit(plain)
    seen = _Seen.of(mark.drawn, plain)
    encodings = 0
    while True:
        encodings += 1
        frames = film.drawn(marked(read_frames(film.master), mark))
        write_delivery(delivery, frames, film.frames_per_second, samples, rate)
        room = seen.room(asked.psnr)
        found = _in_picture(_some(delivery, lambda index: index % _EVERY == 0), key)
        enough = found.clip == film.clip and found.margin >= asked.picture_margin
        if enough or encodings == ENCODINGS or room < 0.1:
            break
        # The last encoding has all there is.
        mark.strength *= _times(room if encodings == ENCODINGS - 1 else room / 2)
        seen = _Seen.of(mark.drawn, plain)
        while seen.room(asked.psnr) < 0:  # neither figure follows the strength to the last digit
            mark.strength *= _times(min(-0.02, seen.room(asked.psnr)))
            seen = _Seen.of(mark.drawn, plain)
    heard, rate = read_sound(delivery)
    carried = _in_sound(heard, rate, key).clip == film.clip or heard_seconds(heard, rate) >= asked.heard_seconds
    return InvisibleMarks(
        picture=LaidMark(
            version=VERSION,
            strength=mark.strength,
            decibels=round(seen.psnr, 2),
            similarity=round(seen.ssim, 4),
            encodings=encodings,
        ),
        sound=LaidMark(version=VERSION) if carried else None,
    )


def read_back(file: Path, key: MarkKey, looked: Callable[[int, Picture], None]) -> Read:
    """Read the marks where they were put. `looked` is handed each frame as it passes: a file is decoded once."""

    def passing() -> Iterator[Picture]:
        for index, frame in enumerate(read_frames(file)):
            looked(index, frame)
            yield frame

    samples, rate = read_sound(file)
    return Read(
        picture=_in_picture(passing(), key),
        sound=_in_sound(samples, rate, key),
        heard_seconds=heard_seconds(samples, rate),
    )


def heard_seconds(samples: Samples, rate: int) -> float:
    """How much of a sound, float32[N, channels], can hide a mark: a tone is short of pitches, a knock of time.

    In seconds of a sound that fills all bands of the mark's grid; half of them for as long count half.
    """
    from ops.watermark.carrier_sound import EDGES

    block = round(_BLOCK * rate)
    window = np.hanning(block).astype(np.float32)
    mono = samples.mean(axis=1)[: len(samples) // block * block].reshape(-1, block)
    power = np.abs(np.fft.rfft(mono * window, axis=1)) ** 2 / (window.sum() / 2) ** 2
    edges = np.unique(np.searchsorted(np.fft.rfftfreq(block, 1 / rate), EDGES))
    bands = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    heard = (bands > 10 ** (_HEARD_DB / 10)) & (bands > bands.max(axis=1, keepdims=True) * 10 ** (_MASKED_DB / 10))
    return float(_BLOCK * heard.mean(axis=1).sum())


def _in_picture(frames: Iterable[Picture], key: MarkKey) -> Reading:
    from ops.watermark.finding import find_in_pictures

    return find_in_pictures(frames, key, anywhere=False)


def _in_sound(samples: Samples, rate: int, key: MarkKey) -> Reading:
    from ops.watermark.finding_sound import find_in_sound

    return find_in_sound(samples, rate, key, anywhere=False)


def _times(decibels: float) -> float:
    """What a strength is multiplied by to rise by so much; a little less, for it is rounded to whole grey levels."""
    return 10 ** (0.98 * decibels / 20)


def _some(file: Path, wanted: Callable[[int], bool]) -> Iterator[Picture]:
    """The frames of these numbers; only they are converted, which costs as much as decoding."""
    with opened(file) as container:
        for index, frame in enumerate(container.decode(container.streams.video[0])):
            if wanted(index):
                yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
