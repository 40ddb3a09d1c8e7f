"""The rows of the benchmark: what is done to a marked film or sound, and the share of marks that shall be read after.

Goals are those of the issue that asked for these marks; where it names none, None. A row's `version` rises when what it
does changes: results of an older version no longer count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.marks import attacks, removal, screen, sounds
from bench.marks.attacks import Film, Random
from bench.marks.codecs import av1, h264, hevc, vp9
from bench.marks.sounds import Heard

Medium = TypeVar("Medium")
_A_THIRD = 1 / 3


@dataclass(frozen=True, slots=True)
class Row(Generic[Medium]):
    """One attack. `anywhere` False: read at the geometry it was drawn in, as gate 7 does.

    `costs`: what the attack costs in quality is measured, since who makes it wants to spread what is left.
    """

    code: str
    title: str
    goal: float | None  # per cent
    attack: Callable[[Medium, Random], Medium]
    version: int = 1
    anywhere: bool = True
    costs: bool = False
    part: float = 1.0  # of the trials asked for, where the row has no goal

    @property
    def key(self) -> str:
        return f"{self.code}.{self.version}"


def _picture(code: str, title: str, goal: float, attack: attacks.Attack) -> Row[Film]:
    return Row(code, title, goal, attack)


def _removal(code: str, title: str, attack: attacks.Attack) -> Row[Film]:
    return Row(code, title, None, attack, costs=True, part=_A_THIRD)


def _sound(code: str, title: str, attack: Callable[[Heard, Random], Heard]) -> Row[Heard]:
    return Row(code, title, None, attack)


GATE: Row[Film] = Row("gate", "as published, read as gate 7 does", 100, attacks.unharmed, anywhere=False)

_ATTACKS: tuple[Row[Film], ...] = (
    GATE,
    _picture("published", "as published, searched for", 100, attacks.unharmed),
    _picture("h264-23", "H.264 CRF 23", 100, attacks.encoded(h264(23))),
    _picture("h264-28", "H.264 CRF 28", 100, attacks.encoded(h264(28))),
    _picture("h264-33", "H.264 CRF 33", 99, attacks.encoded(h264(33))),
    _picture("hevc-30", "HEVC CRF 30", 99, attacks.encoded(hevc(30))),
    _picture("av1-40", "AV1 preset 8 CRF 40", 98, attacks.encoded(av1(40))),
    _picture("vp9-33", "VP9 CRF 33, cpu-used 4", 98, attacks.encoded(vp9(33))),
    _picture("scale-75", "scaled to 75 %, H.264 CRF 28", 100, attacks.scaled(0.75, h264(28))),
    _picture("scale-50", "scaled to 50 %, H.264 CRF 28", 98, attacks.scaled(0.50, h264(28))),
    _picture("scale-33", "scaled to 33 %, H.264 CRF 28", 90, attacks.scaled(0.33, h264(28))),
    _picture("crop-5", "cropped by 5 %", 100, attacks.cropped(0.05)),
    _picture("crop-10", "cropped by 10 %", 99, attacks.cropped(0.10)),
    _picture("crop-25", "cropped by 25 %", 95, attacks.cropped(0.25)),
    _picture("pad", "black bars added", 99, attacks.padded),
    _picture("squeeze", "16:9 pressed to 1:1", 95, attacks.squeezed),
    _picture("square", "16:9 cropped to 1:1", 95, attacks.squared),
    _picture("rotate-1", "rotated by 1 degree", 98, attacks.rotated(1.0)),
    _picture("rotate-3", "rotated by 3 degrees", 90, attacks.rotated(3.0)),
    _picture("mirror", "mirrored", 95, attacks.mirrored),
    _picture("slower", "speed 0.9", 98, attacks.played(0.9)),
    _picture("faster", "speed 1.1", 98, attacks.played(1.1)),
    _picture("fps-15", "15 frames a second", 98, attacks.at_rate(15.0)),
    _picture("brightness", "brightness ±20 %", 99, attacks.brightened),
    _picture("contrast", "contrast ±20 %", 99, attacks.contrasted),
    _picture("hue", "hue ±20 % (72 degrees)", 99, attacks.recoloured),
    _picture("blur", "blurred, sigma 1 pixel", 99, attacks.blurred(1.0)),
    _picture("noise", "noise, sigma 5 of 255", 99, attacks.noisy(5.0)),
    _picture("sharpen", "sharpened", 99, attacks.sharpened),
    _picture("caption", "caption burned in", 99, attacks.captioned),
    _picture("second", "any one second alone, H.264 CRF 28", 95, attacks.one_second),
    _picture("screen", "filmed off a screen, H.264 CRF 28", 80, screen.photographed),
    Row("still", "one frame, JPEG of quality 90", None, attacks.still, part=_A_THIRD),
    Row("gif", "as a GIF of 480 pixels, 12 frames a second", None, attacks.animated, part=_A_THIRD),
    Row("recording", "a screen recorded on which it plays in a window", None, attacks.recorded, part=_A_THIRD),
    Row("screen-close", "the same so near that no edge is seen", None, screen.photographed_close, part=_A_THIRD),
    Row("screen-hand", "the same by a hand that sways", None, screen.photographed_by_hand, part=_A_THIRD),
    _removal("again", "nothing but encoded once more", removal.encoded_again),
    _removal("denoise", "smoothed (bilateral) and grained again", removal.denoised),
    _removal("rerender", "half size, H.264 CRF 40, and back", removal.rendered_again),
    _removal("diffuse", "40 % of the size, noise, smoothed, and back", removal.diffused),
    _removal("own-mean", "the mean residual of its own frames subtracted", removal.own_mean_subtracted),
    _removal("own-tiles", "the same, folded over the mark's tiles", removal.own_tiles_subtracted),
    _removal("own-waves", "what our own detector hears of its frames subtracted", removal.own_waves_subtracted),
)


def picture_rows(others: removal.Planes) -> tuple[Row[Film], ...]:
    """All rows on pictures. `others` is what an adversary has learnt from other clips of the installation."""
    title = "the mean residual of many other clips subtracted, twice"
    return (*_ATTACKS, _removal("others", title, removal.others_subtracted(others)))


SOUND_ROWS: tuple[Row[Heard], ...] = (
    _sound("sound-published", "sound as published (AAC 160 kbit/s)", sounds.unharmed),
    _sound("aac-64", "AAC 64 kbit/s", sounds.aac(64_000)),
    _sound("mp3-64", "MP3 64 kbit/s", sounds.mp3(64_000)),
    _sound("rate-44", "44.1 kHz", sounds.resampled(44_100)),
    _sound("rate-16", "16 kHz, mono", sounds.resampled(16_000, mono=True)),
    _sound("trim", "a tenth cut off at either end, AAC 64 kbit/s", sounds.trimmed),
    _sound("start", "begun anywhere in the first half", sounds.begun_anywhere),
    _sound("five-seconds", "any five seconds alone, AAC 64 kbit/s", sounds.five_seconds),
    _sound("gain", "6 dB louder or quieter", sounds.gained),
)


def all_rows() -> tuple[Row[Film] | Row[Heard], ...]:
    """Every row, to be counted or told of and not to be run: nothing was learnt from other clips."""
    return (*picture_rows(removal.nobody), *SOUND_ROWS)
