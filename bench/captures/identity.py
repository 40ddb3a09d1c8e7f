"""Who is shown: the measures and colours of one synthetic person, drawn from a number; no geometry here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

import numpy as np

Colour = tuple[float, float, float]  # linear light, 0 to 1

ASTRONAUT = 0  # the identity that wears the face of `skimage.data.astronaut` (NASA, public domain)


# Found by search among the first thousand: from front, under an even lamp, their embeddings by `models.faces` lie over
# 0.6 apart, two and two, and 0.58 or more in recordings; the detector finds them as they turn.
POOL = (0, 43, 181, 249, 331, 349, 638, 782, 791, 824, 888, 966)


class Hair(StrEnum):
    BALD = "bald"
    CROPPED = "cropped"
    SHORT = "short"
    LONG = "long"
    CURLY = "curly"


class Beard(StrEnum):
    NONE = "none"
    STUBBLE = "stubble"
    MOUSTACHE = "moustache"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Identity:
    """One person. Lengths in centimetres, with the eyes' line at height 0; factors around 1."""

    number: int
    width: float  # factor, of the whole head
    jaw: float  # factor, of the jaw's width
    chin: float  # height of the chin's lower edge, below 0
    cheeks: float  # centimetres of fullness
    eye_apart: float  # from the middle to an eye
    eye_width: float  # half of it
    eye_open: float  # half of the opening
    eye_tilt: float  # outer corner above the inner
    iris: Colour
    brow_height: float
    brow_thick: float
    brow_slope: float
    brow_dark: float  # 0 to 1
    nose_long: float  # from the eyes to the base
    nose_wide: float  # factor
    nose_out: float  # factor
    bridge: float  # factor
    mouth: float  # height of the lips' line, below 0
    mouth_wide: float  # half of it
    lips: float  # factor of thickness
    lip_colour: Colour
    skin: Colour
    redness: float
    age: float  # 0 young to 1 old: wrinkles, bags, grey
    freckles: float
    hair: Hair
    hair_colour: Colour
    hairline: float  # height at the forehead
    beard: Beard
    glasses: float  # 0 none; else the half width of a lens
    glasses_dark: float
    ears: float  # factor
    sockets: float  # factor of how dark they are
    paint: float  # make-up round the eyes, 0 to 1
    smile: float  # how high the corners of the mouth stand
    skull: float  # factor of the height above the eyes
    voice: str
    clothes: Colour


_SKINS: tuple[Colour, ...] = (
    (0.80, 0.58, 0.49),
    (0.66, 0.42, 0.31),
    (0.54, 0.33, 0.22),
    (0.42, 0.24, 0.15),
    (0.27, 0.14, 0.085),
    (0.12, 0.055, 0.033),
    (0.62, 0.43, 0.29),
)
_HAIRS: tuple[Colour, ...] = (
    (0.012, 0.01, 0.009),
    (0.035, 0.02, 0.012),
    (0.10, 0.05, 0.022),
    (0.34, 0.20, 0.075),
    (0.22, 0.06, 0.02),
    (0.42, 0.40, 0.38),
)
_IRISES: tuple[Colour, ...] = ((0.05, 0.025, 0.012), (0.10, 0.055, 0.02), (0.08, 0.14, 0.22), (0.07, 0.11, 0.06))
_VOICES = ("alto", "baritone", "soprano", "bass", "mezzo", "tenor")


@cache
def identity(number: int) -> Identity:
    """The person of a number; the same number is the same person for ever."""
    drawn = _drawn(number)
    return _astronaut(drawn) if number == ASTRONAUT else drawn


def _astronaut(drawn: Identity) -> Identity:
    """The measures of the face in the photograph; the rest as drawn."""
    return replace(
        drawn,
        width=0.98,
        jaw=0.95,
        chin=-11.2,
        eye_apart=3.2,
        brow_height=1.6,
        nose_long=4.3,
        nose_wide=1.0,
        nose_out=1.0,
        mouth=-6.75,
        mouth_wide=2.8,
        skin=(0.62, 0.42, 0.33),
        redness=0.2,
        age=0.3,
        freckles=0.0,
        hair=Hair.CURLY,
        hair_colour=(0.26, 0.17, 0.075),
        hairline=3.3,
        beard=Beard.NONE,
        glasses=0.0,
        sockets=1.0,
        paint=0.0,
        smile=0.0,
        skull=1.0,
        voice="alto",
    )


def _colour(parts: Iterable[float]) -> Colour:
    red, green, blue = map(float, parts)
    return red, green, blue


def _drawn(number: int) -> Identity:
    rng = np.random.default_rng([77, number])

    def between(low: float, high: float) -> float:
        # more at the ends than in the middle: people who are easy to tell apart
        return float(low + (high - low) * (0.5 - 0.5 * np.cos(np.pi * rng.random())))

    dark = int(rng.integers(len(_SKINS)))
    skin = _colour(part * rng.uniform(0.92, 1.08) for part in _SKINS[dark])
    age = float(rng.choice([0.05, 0.3, 0.6, 1.0], p=[0.3, 0.3, 0.2, 0.2]))
    grey = age > 0.8 and rng.random() < 0.7
    tone = _HAIRS[5] if grey else _HAIRS[int(rng.integers(2 if dark in (3, 4, 5) else 5))]
    female = rng.random() < 0.5
    hair = Hair(str(rng.choice(["long", "short", "curly"] if female else ["bald", "cropped", "short", "curly"])))
    beard = Beard.NONE if female else Beard(str(rng.choice([*Beard])))
    lip = rng.uniform(0.0, 1.0)
    red = (0.45, 0.09, 0.09) if female else (0.42, 0.17, 0.13)
    return Identity(
        number=number,
        width=between(0.88, 1.13),
        jaw=between(0.8, 0.98) if female else between(0.95, 1.2),
        chin=-between(10.2, 12.8),
        cheeks=between(-0.6, 1.5),
        eye_apart=between(2.7, 3.8),
        eye_width=between(1.1, 1.75),
        eye_open=between(0.28, 0.8),
        eye_tilt=between(-0.35, 0.55),
        iris=_IRISES[int(rng.integers(2 if dark in (3, 4, 5) else 4))],
        brow_height=between(1.2, 2.5),
        brow_thick=between(0.12, 0.3) if female else between(0.25, 0.6),
        brow_slope=between(-0.3, 0.7),
        brow_dark=between(0.4, 1.0),
        nose_long=between(3.6, 5.1),
        nose_wide=between(0.7, 1.65),
        nose_out=between(0.6, 1.35),
        bridge=between(0.3, 1.4),
        mouth=-between(6.5, 7.9),
        mouth_wide=between(1.8, 3.1),
        lips=between(0.45, 2.0),
        lip_colour=_colour((1 - lip * 0.6) * s * 0.8 + lip * 0.6 * r for s, r in zip(skin, red, strict=True)),
        skin=skin,
        redness=between(0.0, 1.0),
        age=age,
        freckles=between(0.0, 1.0) if dark < 2 and rng.random() < 0.4 else 0.0,
        hair=hair,
        hair_colour=tone,
        hairline=between(5.2, 7.2) + (1.0 if hair is Hair.BALD else 0.0),
        beard=beard,
        glasses=between(2.3, 2.8) if rng.random() < 0.3 else 0.0,
        glasses_dark=between(0.0, 1.0),
        ears=between(0.85, 1.2),
        sockets=between(0.3, 2.2),
        paint=between(0.0, 1.0) if female and rng.random() < 0.6 else 0.0,
        smile=between(-0.35, 0.8),
        skull=between(0.9, 1.12),
        voice=_VOICES[int(rng.choice([0, 2, 4] if female else [1, 3, 5]))],
        clothes=(between(0.02, 0.5), between(0.02, 0.5), between(0.02, 0.5)),
    )
