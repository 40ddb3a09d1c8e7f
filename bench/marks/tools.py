"""The marks under test, as the benchmark uses them: draw one, find one, in pictures and in sound.

Everything else of the benchmark takes these as arguments, so that its own tests run without a watermark.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.marks.attacks import Film
from bench.marks.sounds import Heard
from ops.watermark.carrier import MarkKey
from ops.watermark.reading import Reading

KEY = MarkKey(b"the installation of the benchmark")
_SAMPLES = 5  # frames of a segment that the strength is fitted to


@dataclass(frozen=True, slots=True)
class PictureTools:
    """`mark` takes a film and a clip's 8 bytes; `find` takes a film, a key, and whether to search for the geometry."""

    mark: Callable[[Film, bytes], Film]
    find: Callable[[Film, MarkKey, bool], Reading]


@dataclass(frozen=True, slots=True)
class SoundTools:
    """The same for sound."""

    mark: Callable[[Heard, bytes], Heard]
    find: Callable[[Heard, MarkKey, bool], Reading]


def picture_tools() -> PictureTools:
    """Greenroom's own mark."""
    from ops.watermark.finding import find_in_pictures
    from ops.watermark.picture import PictureMark

    def mark(film: Film, clip: bytes) -> Film:
        height, width = film.shape[1:3]
        drawing = PictureMark(KEY, clip, width, height)
        drawing.fit([film[at] for at in np.linspace(0, len(film) - 1, _SAMPLES).astype(int)])
        return np.stack([drawing.drawn(picture) for picture in film])

    return PictureTools(mark, lambda film, key, anywhere: find_in_pictures(film, key, anywhere=anywhere))


def sound_tools() -> SoundTools:
    """Greenroom's own mark."""
    from ops.watermark.finding_sound import find_in_sound
    from ops.watermark.sound import mark_sound

    return SoundTools(
        lambda heard, clip: Heard(mark_sound(heard.samples, heard.rate, KEY, clip), heard.rate),
        lambda heard, key, anywhere: find_in_sound(heard.samples, heard.rate, key, anywhere=anywhere),
    )


def chance(*parts: object) -> np.random.Generator:
    """Random numbers that depend on these parts and nothing else."""
    return np.random.default_rng(np.frombuffer(_digest(*parts), np.uint32))


def trial_clip(name: str, trial: int) -> bytes:
    """The 8 bytes of the clip's id in this trial."""
    return _digest("clip", name, trial)[:8]


def other_key(number: int) -> MarkKey:
    """A key of nobody."""
    return MarkKey(_digest("key", number))


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()
