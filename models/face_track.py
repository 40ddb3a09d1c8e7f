"""Following one face through a recording: where it is in each frame, its five landmarks, and whose it is.

The whole picture is searched now and then, and around the face in between: that costs a quarter, and a second face
that comes into the picture is still seen. Detection, landmarks and embedding are dlib's (`models.faces`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.faces import DlibFaces
from models.roles import FoundFace, Picture

_WHOLE_EVERY = 5  # frames: a third of a second at 15 a second
_AROUND = 0.55  # of the face's size: how far it may move between two frames, and the context that the detector wants
_SMALLEST_SIDE = 110.0  # pixels to which a larger face is reduced for finding it: dlib's own window is 80
EMBEDDED = 10  # frames whose face is compared, spread over the recording


@dataclass(frozen=True, slots=True)
class FaceAt:
    """A face in one frame. `landmarks` float32[5, 2] in pixels: viewer's right eye outer and inner, left, nose base."""

    moment: float  # seconds
    x: float
    y: float
    width: float
    height: float
    score: float
    landmarks: NDArray[np.float32]

    @property
    def eyes(self) -> NDArray[np.float64]:
        """float64[2, 2]: the middle of the viewer's left eye, then of the right one."""
        found = self.landmarks.astype(np.float64)
        return np.stack([found[2:4].mean(axis=0), found[0:2].mean(axis=0)])

    @property
    def span(self) -> float:
        """Pixels between the outer corners of the eyes."""
        return float(np.linalg.norm(self.landmarks[0] - self.landmarks[2]))


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """The face of each frame (None: not found), how many faces each frame showed, and embeddings over time."""

    moments: tuple[float, ...]
    faces: tuple[FaceAt | None, ...]
    counts: tuple[int, ...]
    embeddings: tuple[NDArray[np.float32], ...]  # float32[128] each, in order of time
    model: str

    @property
    def share_of_one(self) -> float:
        """Of the frames, those that show one face and no other."""
        return sum(count == 1 for count in self.counts) / max(1, len(self.counts))

    @property
    def share_of_several(self) -> float:
        return sum(count > 1 for count in self.counts) / max(1, len(self.counts))

    @property
    def side(self) -> float:
        """Median side of the face in pixels, 0 where there is none."""
        sides = [face.width for face in self.faces if face is not None]
        return float(np.median(sides)) if sides else 0.0

    @property
    def template(self) -> NDArray[np.float64] | None:
        """The embedding in the middle of all: what the person is compared by."""
        return np.median(np.stack(self.embeddings), axis=0).astype(np.float64) if self.embeddings else None

    @property
    def farthest(self) -> float | None:
        """The largest distance of an embedding from the template; None with fewer than three."""
        if self.template is None or len(self.embeddings) < 3:
            return None
        return float(max(np.linalg.norm(one - self.template) for one in self.embeddings))


def follow(faces: DlibFaces, moments: Iterable[float], frames: Iterable[Picture]) -> FaceTrack:
    """Follow the largest face through frames (uint8[H, W, 3], all of one size) at their moments in seconds."""
    times, found, counts, pictures = [], [], [], []
    last: FaceAt | None = None
    others = 0
    for number, (moment, frame) in enumerate(zip(moments, frames, strict=True)):
        whole = last is None or number % _WHOLE_EVERY == 0
        if whole:
            seen = _in(faces, frame, moment, (0, 0, frame.shape[1], frame.shape[0]), last)
            others = max(0, len(seen) - 1)
        else:
            assert last is not None  # noqa: S101  # `whole` holds otherwise
            seen = _in(faces, frame, moment, _around(last, frame), last)[:1]
        last = seen[0] if seen else None
        times.append(moment)
        found.append(last)
        counts.append((1 if last is not None else 0) + others)
        pictures.append(frame)
    return FaceTrack(tuple(times), tuple(found), tuple(counts), _embedded(faces, found, pictures), faces.name)


def _around(face: FaceAt, frame: Picture) -> tuple[int, int, int, int]:
    margin = _AROUND * face.width
    height, width = frame.shape[:2]
    return (
        max(0, int(face.x - margin)),
        max(0, int(face.y - margin)),
        min(width, int(face.x + face.width + margin)),
        min(height, int(face.y + face.height + margin)),
    )


def _in(
    faces: DlibFaces, frame: Picture, moment: float, part: tuple[int, int, int, int], last: FaceAt | None
) -> list[FaceAt]:
    """Faces in a part of a frame (left, top, right, bottom), the one that is followed first."""
    left, top, right, bottom = part
    step = max(1, int((last.width if last is not None else 0.0) / _SMALLEST_SIDE))
    window = np.ascontiguousarray(frame[top:bottom:step, left:right:step])
    seen = [
        _placed(one, moment, left, top, step) for one in faces.find(window, embed=False) if one.landmarks is not None
    ]
    return sorted(seen, key=lambda one: _rank(one, last))


def _rank(one: FaceAt, last: FaceAt | None) -> float:
    """How far it is from the face that is followed, in its own widths; without one, the largest is first."""
    if last is None:
        return -one.width
    return float(np.hypot(one.x - last.x, one.y - last.y) / last.width)


def _placed(one: FoundFace, moment: float, left: int, top: int, step: int) -> FaceAt:
    assert one.landmarks is not None  # noqa: S101  # the caller chose those
    return FaceAt(
        moment=moment,
        x=one.x * step + left,
        y=one.y * step + top,
        width=one.width * step,
        height=one.height * step,
        score=one.score,
        landmarks=one.landmarks * step + np.array([left, top], np.float32),
    )


def _embedded(faces: DlibFaces, found: list[FaceAt | None], pictures: list[Picture]) -> tuple[NDArray[np.float32], ...]:
    """Embeddings spread over the recording, of the frontal face of each stretch: a turned face is unlike itself."""
    scores = {number: face.score for number, face in enumerate(found) if face is not None}
    stretches = np.array_split(np.array(list(scores), int), EMBEDDED)
    chosen = [max(stretch.tolist(), key=scores.__getitem__) for stretch in stretches if len(stretch)]
    embeddings = []
    for number in chosen:
        face = found[number]
        if face is None:
            continue
        left, top, right, bottom = _around(face, pictures[number])
        seen = faces.find(np.ascontiguousarray(pictures[number][top:bottom, left:right]), embed=True)
        if seen and seen[0].embedding is not None:
            embeddings.append(seen[0].embedding)
    return tuple(embeddings)
