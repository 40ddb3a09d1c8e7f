"""Gathers what gate 6 decides on: each sampled frame is decoded once and shown to every model and hash list.

Belongs here: decoding, sampling, asking the model roles. Deciding belongs to `moderation.safety`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from greenroom.domain.clips import Take
from greenroom.errors import ModelFailed
from models.roles import Faces, FoundFace, Picture, PictureFinding, PictureSafety, ReadText, TextReading
from moderation.places import Box, shares
from moderation.reasoned import Reasoned
from moderation.sights import (
    FaceFound,
    HashMatch,
    PhotographSeen,
    PictureFound,
    SafetyEvidence,
    WritingFound,
)
from ops.hash_lists import HashLists
from ops.looking import Looker, Opened
from ops.sampling import LONGEST, sampled

DOUBTED = 0.3  # score from which an exposed part is looked for again in other views of the frame
BORDER = 0.125  # of the frame's sides, black, around the smaller views: what is real is found at another scale too
_EVERYONE = 1.0  # distance from which nobody is near: the nearest of strangers lie at 0.6 to 0.9
_BLOCKED = ""  # the handle that stands for a face nobody may show

# Frames kept for a vision-language model; of a film that has more every second one, and so on, and the gate is told so.
_MOST_SHOWN = 64  # the longest brief has 25, and one for each cut; 64 of 1280 x 720 take 177 MB

AskReasoning = Callable[[Sequence[tuple[float, Picture]]], Reasoned]


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face of an enrolled person, float32[128]. `handle` is empty for one on the list of blocked faces."""

    handle: str
    face: NDArray[np.float32]


class SightModels:
    """The models of gate 6, loaded once for a batch. They live as long as `stack`."""

    def __init__(self, stack: ExitStack, faces: Faces, pictures: PictureSafety, texts: TextReading) -> None:
        self.faces = Opened(stack, faces)
        self.pictures = Opened(stack, pictures)
        self.texts = Opened(stack, texts)

    @property
    def complete(self) -> bool:
        """Whether every one of them was loaded."""
        return all(one.reason is None for one in (self.faces, self.pictures, self.texts))


@dataclass(frozen=True)
class Shown:
    """What is known of a clip beside its file.

    `photographs`: the reference pictures, uint8[H, W, 3], of the brief's likenesses by handle; `people`: those of
    them that are persons. `others`: the enrolled faces that the brief does not name, asked for once a face is seen.
    """

    photographs: Mapping[str, Picture] = field(default_factory=dict)
    people: Iterable[str] = ()
    others: Callable[[], Sequence[KnownFace]] = tuple
    drawn: tuple[str, ...] | None = None
    texts: tuple[str, ...] = ()
    own_writing: tuple[str, ...] = ()

    @cached_property
    def known_others(self) -> Sequence[KnownFace]:
        return self.others()


def safety_evidence(
    path: Path, shown: Shown, models: SightModels, lists: HashLists, reasoned: AskReasoning | None = None
) -> SafetyEvidence:
    """What gate 6 wants to know of a film: findings, faces, writing and hashes of sampled frames, and of photographs.

    `reasoned` asks a vision-language model of frames in their order. A model that is missing or goes wrong leaves a
    reason, and the gate holds. Raises `BadInput` when the file does not decode.
    """
    faces, pictures, texts = Looker(models.faces), Looker(models.pictures), Looker(models.texts)
    known = {handle: faces.ask(_references, (), shown.photographs[handle]) for handle in shown.people}
    photographed = [
        PhotographSeen(handle=handle, label=one.label, score=one.score)
        for handle, picture in shown.photographs.items()
        for one in pictures.ask(confirmed, [], picture)
    ]
    found_faces: list[FaceFound] = []
    found_pictures: list[PictureFound] = []
    written: list[WritingFound] = []
    listed: list[HashMatch] = []
    kept: list[tuple[float, Picture]] = []
    looked, flat, stride = 0, 0, 1
    for second, frame in sampled(path):
        looked += 1
        matched, skipped = lists.match(second, frame)
        listed += matched
        flat += skipped
        found_pictures += [
            PictureFound(label=one.label, score=one.score, second=second, box=_place(one, frame))
            for one in pictures.ask(confirmed, [], frame)
        ]
        found_faces += faces.ask(_faces, [], frame, second, known, shown)
        written += [
            WritingFound(text=line.text, score=line.score, second=second, box=_place(line, frame))
            for line in texts.ask(_lines, (), frame)
        ]
        if reasoned is not None and (looked - 1) % stride == 0:
            kept.append((second, frame))
            if len(kept) > _MOST_SHOWN:
                kept, stride = kept[::2], 2 * stride
    return SafetyEvidence(
        frames=looked,
        pictures=tuple(found_pictures),
        picture_model=pictures.name,
        picture_reason=pictures.reason,
        photographs=len(shown.photographs) if pictures.name is not None else 0,
        photographed=tuple(photographed),
        faces=tuple(found_faces),
        faces_model=faces.name,
        faces_reason=faces.reason,
        written=tuple(written),
        writing_model=texts.name,
        writing_reason=texts.reason,
        own_writing=shown.own_writing,
        lists=lists.asked,
        listed=tuple(listed),
        flat_frames=flat,
        lists_reasons=lists.broken,
        reasoned=reasoned(kept).model_copy(update={"frames": len(kept)}) if reasoned is not None else None,
        drawn=shown.drawn,
        texts=shown.texts,
    )


def confirmed(model: PictureSafety, frame: Picture) -> list[PictureFinding]:
    """What stands in a frame, uint8[H, W, 3]; the score of an exposed part is the least of four views' best.

    What is there is seen as well mirrored and a fifth smaller. Of ten clips of clothed people and animals three passed
    policy 1's thresholds in the frame itself (a sitting dog, a horse's flank), one in all four views.
    Raises `ModelFailed` for a score that is no number.
    """
    findings = list(model.look(frame))
    if not all(isfinite(one.score) for one in findings):
        raise ModelFailed(f"{model.name} scored something that is no number", "Install it again.")
    doubted = {one.label for one in findings if one.label.endswith("_EXPOSED") and one.score >= DOUBTED}
    if not doubted:
        return findings
    high, wide = (round(BORDER * side) for side in frame.shape[:2])
    smaller = np.pad(frame, ((high, high), (wide, wide), (0, 0)))
    least = dict.fromkeys(doubted, 1.0)
    for view in (frame, frame[:, ::-1], smaller, smaller[:, ::-1]):
        seen = model.look(np.ascontiguousarray(view))
        for label in doubted:
            least[label] = min(least[label], max((one.score for one in seen if one.label == label), default=0.0))
    return [replace(one, score=min(one.score, least.get(one.label, 1.0))) for one in findings]


def _place(found: FoundFace | PictureFinding | ReadText, frame: Picture) -> Box:
    """Where in a frame a model found something."""
    high, wide = frame.shape[:2]
    return shares(found.x, found.y, found.width, found.height, (wide, high))


def _references(model: Faces, photograph: Picture) -> tuple[FoundFace, ...]:
    return model.find(photograph, embed=True)


def _lines(model: TextReading, frame: Picture) -> tuple[ReadText, ...]:
    found = model.read(frame)
    if not all(isfinite(one.score) for one in found):
        raise ModelFailed(f"{model.name} scored something that is no number", "Install it again.")
    return found


def _faces(
    model: Faces, frame: Picture, second: float, known: Mapping[str, Sequence[FoundFace]], shown: Shown
) -> list[FaceFound]:
    """The faces of a frame, held against those of the brief and all others that are enrolled.

    The detector wants 80 pixels of a face: a small film is looked at enlarged, where a face of 54 is seen.
    """
    high, wide = frame.shape[:2]
    scale = LONGEST / max(high, wide)
    if scale > 1.0:
        size = (round(wide * scale), round(high * scale))
        frame = np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.BICUBIC), np.uint8)
    found = model.find(frame, embed=False)
    # an embedding costs more than finding all faces: only where there is somebody to compare with
    if found and (any(known.values()) or shown.known_others):
        found = model.find(frame, embed=True)
    return [_compared(face, _place(face, frame), second, known, shown.known_others) for face in found]


def _compared(
    face: FoundFace, box: Box, second: float, known: Mapping[str, Sequence[FoundFace]], others: Sequence[KnownFace]
) -> FaceFound:
    if not isfinite(face.score) or (face.embedding is not None and not np.isfinite(face.embedding).all()):
        raise ModelFailed("the face model answered something that is no number", "Install it again.")
    if face.embedding is None:
        return FaceFound(score=face.score, second=second, box=box)
    mine = [
        (_apart(face.embedding, reference.embedding), handle)
        for handle, references in known.items()
        for reference in references
        if reference.embedding is not None
    ]
    theirs = [(_apart(face.embedding, one.face), one.handle) for one in others]
    distance, nearest = min(mine, default=(None, None))
    apart, elsewhere = min(theirs, default=(_EVERYONE, None))
    return FaceFound(
        score=face.score,
        second=second,
        nearest=nearest,
        distance=distance,
        elsewhere=elsewhere,
        elsewhere_distance=apart if elsewhere is not None else None,
        box=box,
    )


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(one - other))


def drawn_objects(take: Take) -> tuple[str, ...] | None:
    """What the generator says it drew, "species id" each; None where it does not say (then only measuring counts)."""
    species = take.construction.get("species")
    props = take.construction.get("props")
    if not isinstance(species, dict) or not isinstance(props, dict):
        return None
    return tuple(f"{what} {name}" for name, what in sorted({**species, **props}.items()))
