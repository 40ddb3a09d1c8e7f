"""What gate 6 is told: what was seen and written in a clip's frames, what its scene holds, and what nobody looked at.

Every model has a name when it looked and a reason when it did not. `second` is where in the clip, `box` where in the
picture; None: it has no place.
"""

from greenroom.domain.base import Frozen
from moderation.places import Box
from moderation.reasoned import Reasoned


class PictureFound(Frozen):
    """Something the picture safety model saw."""

    label: str
    score: float
    second: float
    box: Box | None = None


class PhotographSeen(Frozen):
    """What the picture safety model saw in a likeness's photograph: the scene shows it, and nothing else is real."""

    handle: str
    label: str
    score: float


class FaceFound(Frozen):
    """A face the face model found, the consented person of the brief nearest to it, and the nearest other one.

    Distances are of embeddings; below about 0.6 is the same person (dlib). None: there is nobody to compare with.
    """

    score: float
    second: float
    nearest: str | None = None  # handle
    distance: float | None = None
    elsewhere: str | None = None  # handle of an enrolled person whom the brief does not name; empty: a blocked face
    elsewhere_distance: float | None = None
    box: Box | None = None


class WritingFound(Frozen):
    """A line of text in a frame. `score`: how sure its letters are, 0 to 1."""

    text: str
    score: float
    second: float
    box: Box | None = None


class ListAsked(Frozen):
    """A hash list that every sampled frame was compared with. `child`: it is of child sexual abuse."""

    name: str
    hashes: int
    child: bool


class HashMatch(Frozen):
    """A frame that is nearly a picture of a list. `distance` in bits of 256, `quality` of the frame's hash of 100."""

    name: str
    child: bool
    line: int  # of the list's file
    distance: int
    quality: int
    second: float


class SafetyEvidence(Frozen):
    frames: int = 0  # sampled and looked at
    pictures: tuple[PictureFound, ...] = ()
    picture_model: str | None = None
    picture_reason: str | None = None  # why no model looked
    photographs: int = 0  # of likenesses, looked at
    photographed: tuple[PhotographSeen, ...] = ()
    faces: tuple[FaceFound, ...] = ()
    faces_model: str | None = None
    faces_reason: str | None = None
    written: tuple[WritingFound, ...] = ()
    writing_model: str | None = None
    writing_reason: str | None = None
    own_writing: tuple[str, ...] = ()  # the visible label: what this installation itself writes into the picture
    lists: tuple[ListAsked, ...] = ()
    listed: tuple[HashMatch, ...] = ()
    flat_frames: int = 0  # whose hash is chance, so that no list was asked
    lists_reasons: tuple[str, ...] = ()  # what is wrong with lists that could not be read
    reasoned: Reasoned | None = None  # what a vision-language model answers; None: none is asked
    drawn: tuple[str, ...] | None = None  # the scene's own objects, "species id" each, where construction says
    texts: tuple[str, ...] = ()  # lines and captions
