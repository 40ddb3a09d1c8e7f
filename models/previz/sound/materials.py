"""What things are made of, to the ear: modes of vibration, how long a blow takes, what the ground under it adds.

Modes are (ratio, seconds to -60 dB, gain) of a thing 0.4 m across, after Fletcher & Rossing, The Physics of Musical
Instruments (free bars and plates, ch. 2 and 3), trimmed by ear. Of one shape, the smaller sounds higher, in
proportion. How long two materials touch in a blow decides how bright it is (Hunter, 1957): the softer of them rules.
"""

from dataclasses import dataclass

Mode = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Sounding:
    """A material as it rings when struck."""

    hertz: float  # of the lowest mode at 0.4 m
    modes: tuple[Mode, ...]
    blow: float  # how loud the noise of the blow is to the ringing
    contact: float  # seconds that a blow of 1 N s takes
    rough: float  # how loud it rolls and slides, against wood
    verb: str  # what a blow does, for captions


RUBBER = Sounding(
    98, ((1, 0.15, 1), (1.72, 0.09, 0.5), (2.9, 0.06, 0.3), (7.6, 0.07, 0.16), (9.3, 0.05, 0.1)), 0.3, 0.0045, 0.5,
    "bounces",
)  # fmt: skip
_MATERIALS = {
    "rubber": RUBBER,
    "wood": Sounding(
        225, ((1, 0.17, 1), (2.76, 0.12, 0.85), (3.7, 0.10, 0.3), (5.4, 0.07, 0.4), (8.93, 0.045, 0.22)), 0.5, 0.0009,
        1.0, "knocks"),
    "metal": Sounding(
        430, ((1, 1.2, 0.5), (1.59, 1.0, 0.5), (2.76, 0.95, 1.0), (4.06, 0.7, 0.7), (5.4, 0.65, 0.8), (8.93, 0.45, 0.5),
              (13.3, 0.3, 0.2)), 0.22, 0.00025, 1.1, "clangs"),
    "glass": Sounding(
        1500, ((1, 0.55, 0.9), (2.32, 0.45, 0.7), (4.25, 0.3, 0.5), (6.63, 0.2, 0.3), (9.4, 0.12, 0.2)), 0.2, 0.0002,
        0.7, "clinks"),
    "plastic": Sounding(
        310, ((1, 0.09, 1), (2.3, 0.06, 0.7), (3.9, 0.045, 0.45), (6.2, 0.03, 0.25)), 0.6, 0.0012, 0.8, "clacks"),
    "stone": Sounding(
        680, ((1, 0.09, 0.8), (2.1, 0.06, 0.6), (3.7, 0.04, 0.45), (5.9, 0.03, 0.3)), 0.9, 0.0004, 1.4, "knocks"),
    "cloth": Sounding(70, ((1, 0.06, 0.5),), 1.0, 0.014, 0.6, "drops"),
}  # fmt: skip
_CERAMIC = frozenset({"mug", "cup", "vase"})
_HOLLOW = frozenset({"box", "crate", "barrel", "chest", "drum", "guitar"})
# shapes whose make is not their material's: painted sheet, thin wire
_DAMPING = {"car": 0.22, "lamp": 0.6, "skateboard": 0.6, "boat": 0.8, "can": 0.35, "cylinder": 0.6}


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground as struck and trodden on."""

    curve: tuple[tuple[float, float], ...]  # spectrum of a step's noise
    grains: int  # small parts that crackle in one step
    heel: float  # weight of the heel's thump
    hertz: float  # of that thump
    seconds: float  # a step takes
    contact: float  # seconds that a blow of 1 N s takes
    ring: tuple[Mode, ...]  # modes in hertz (not ratios), of boards or slabs
    rough: float  # how loud things roll on it
    name: str  # for captions


_SOFT_STEP = ((60, -20), (400, -8), (1800, 0), (5000, -4), (12000, -14))
GROUNDS = {
    "grass": Ground(_SOFT_STEP, 26, 0.35, 78, 0.17, 0.006, (), 0.55, "grass"),
    "earth": Ground(((60, -14), (300, -4), (1300, 0), (4200, -6), (11000, -18)), 34, 0.5, 74, 0.16, 0.005, (), 0.8,
                    "earth"),
    "sand": Ground(((60, -20), (700, -4), (2500, 0), (7000, -3), (14000, -12)), 60, 0.25, 70, 0.21, 0.009, (), 0.5,
                   "sand"),
    "snow": Ground(((60, -24), (500, -6), (1500, 0), (3800, 0), (9000, -10)), 90, 0.30, 72, 0.25, 0.008, (), 0.5,
                   "snow"),
    "boards": Ground(((50, -8), (140, 0), (500, -3), (2000, -10), (8000, -24)), 4, 1.0, 92, 0.13, 0.0012,
                     ((104, 0.14, 1.0), (171, 0.10, 0.6), (263, 0.07, 0.4), (430, 0.05, 0.2)), 1.1, "boards"),
    "asphalt": Ground(((60, -12), (300, -4), (1400, 0), (4000, -5), (11000, -18)), 12, 0.55, 86, 0.11, 0.0008,
                      ((190, 0.03, 0.3),), 1.2, "asphalt"),
    "stone": Ground(((60, -12), (300, -5), (1700, 0), (5000, -5), (12000, -18)), 7, 0.6, 90, 0.10, 0.0005,
                    ((240, 0.04, 0.4), (690, 0.03, 0.3)), 1.1, "stone"),
    "tile": Ground(((60, -14), (300, -7), (2000, 0), (6000, -3), (13000, -14)), 3, 0.55, 94, 0.09, 0.0004,
                   ((310, 0.04, 0.35), (870, 0.03, 0.3)), 0.9, "tiles"),
    "carpet": Ground(((60, -8), (200, 0), (900, -6), (3000, -16), (9000, -34)), 6, 0.6, 80, 0.13, 0.009, (), 0.3,
                     "carpet"),
    "metal": Ground(((60, -10), (300, -3), (1800, 0), (6000, -6), (12000, -18)), 4, 0.6, 96, 0.12, 0.0004,
                    ((212, 0.35, 0.8), (388, 0.28, 0.6), (701, 0.2, 0.4), (1320, 0.14, 0.25)), 1.0, "metal"),
    "ice": Ground(((60, -18), (500, -7), (2600, 0), (7000, -2), (14000, -10)), 22, 0.4, 92, 0.12, 0.0005,
                  ((520, 0.05, 0.25), (1410, 0.04, 0.2)), 0.7, "ice"),
    "dust": Ground(((50, -4), (140, 0), (500, -8), (2000, -22), (6000, -40)), 10, 0.4, 62, 0.22, 0.010, (), 0.4,
                   "dust"),
    "water": Ground(((80, -18), (400, -4), (1300, 0), (4200, -4), (11000, -14)), 70, 0.2, 70, 0.30, 0.009, (), 0.4,
                    "wet ground"),
}  # fmt: skip
_ALSO = {
    "wood": "boards", "floor": "boards", "deck": "boards", "mud": "earth", "soil": "earth", "gravel": "earth",
    "concrete": "asphalt", "road": "asphalt", "marble": "stone", "moon": "dust", "regolith": "dust", "sea": "water",
    "steel": "metal", "rug": "carpet", "foam": "carpet", "mat": "carpet",
}  # fmt: skip
SOFT = frozenset({"grass", "earth", "sand", "snow", "carpet", "dust", "water", "cloth", "ground"})


def sounding_of(material: str) -> Sounding | None:
    """How a material rings; None for one that is only ground."""
    return _MATERIALS.get(material)


def ground_named(material: str) -> str | None:
    """The ground that a material of the stage is to the ear, or None where it is none."""
    name = _ALSO.get(material, material)
    return name if name in GROUNDS else None


def damping_of(shape: str) -> float:
    """How long a shape rings against a bar of its material."""
    return _DAMPING.get(shape, 1.0)


def pitch_of(shape: str, material: str) -> float:
    """How high a shape's modes stand against a solid of its material and size: hollow ones lower, cups higher."""
    return 0.75 if shape in _HOLLOW and material == "wood" else 1.5 if shape in _CERAMIC else 1.0
