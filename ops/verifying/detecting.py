"""Looking for the invisible marks in what was sampled of a file, window by window."""

import math

from ops.verifying.found import Sought
from ops.verifying.sampling import Heard, Window
from ops.watermark.carrier import MarkKey
from ops.watermark.cells import LOWEST_RATE
from ops.watermark.finding import find_in_pictures
from ops.watermark.finding_sound import find_in_sound
from ops.watermark.reading import Reading

_SEARCHED = 3  # stretches of a film that are searched: each takes two seconds
_SLENDER = 3.0  # times its shorter side that the longer side of what is searched may have
_PARTED = 8.0  # seconds of film from which its halves are looked at too: it may be two clips, one after the other
_NO_KEY = "this installation has no key for its marks yet"


def in_pictures(looked: list[Window], key: MarkKey | None, *, thorough: bool) -> Sought:
    """The mark of the picture. `thorough`: also where it was moved, turned, cropped or stretched."""
    if key is None:
        return Sought(reason=_NO_KEY)
    reading = Reading()
    for window in filter(_shaped, _parts(looked)) if thorough else looked:
        reading = find_in_pictures(window.pictures, key, anywhere=thorough)
        if reading.clip is not None:
            break
    return Sought(reading=reading, thorough=thorough, looked_at=round(sum(map(_seconds, looked)), 3))


def in_sounds(heard: list[Heard], key: MarkKey | None, *, thorough: bool) -> Sought:
    """The mark of the sound. `thorough`: also where it starts elsewhere or runs at another speed."""
    if key is None:
        return Sought(reason=_NO_KEY)
    if any(one.rate < LOWEST_RATE for one in heard):
        return Sought(reason=f"its sound has less than {LOWEST_RATE // 1000} kHz, which is too little for a mark")
    reading = Reading()
    for one in heard:
        reading = find_in_sound(one.samples, one.rate, key, anywhere=thorough)
        if reading.clip is not None:
            break
    listened = sum(len(one.samples) / one.rate for one in heard)
    return Sought(reading=reading, thorough=thorough, looked_at=round(listened, 3))


def _parts(looked: list[Window]) -> list[Window]:
    """What is searched: a few of the windows; of a film that was looked at in one, also its halves."""
    if len(looked) > 1:
        return looked[:: math.ceil(len(looked) / _SEARCHED)]
    if _seconds(looked[0]) < _PARTED:
        return looked
    shown = looked[0].shown
    middle = len(shown) // 2
    return [*looked, Window(shown[:middle]), Window(shown[middle:])]


def _shaped(window: Window) -> bool:
    """Whether it has the shape of a film: a search of a long strip takes minutes, and finds nothing."""
    height, width = window.shown[0].picture.shape[:2]
    return bool(max(width / height, height / width) <= _SLENDER)


def _seconds(window: Window) -> float:
    return window.shown[-1].second - window.shown[0].second
