"""Holding a file against the published one of the clip that its marks name: is it that clip's picture and sound?

A mark can be lifted off one film and laid over another, as a signature can be traced; so what a mark says is believed
only of a file that looks or sounds like its clip.
"""

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from PIL import Image

from greenroom.domain.clips import LabelPosition
from greenroom.errors import BadInput
from models.roles import Picture
from ops.credentials.reading import read
from ops.label import find_label
from ops.verifying.following import followed
from ops.verifying.found import Held, ToHold
from ops.verifying.opening import regular
from ops.verifying.sampling import Heard, Shown, sounds, spread, windows
from ops.verifying.sounding import sound_held

_LABELLED = 8  # pictures in which the label is looked for
_COMPARED = 24  # pictures of the file that are looked for in the clip
_AMONG = 32  # pictures of the clip
_SHAPE = 0.02  # by how much of its width a picture may have another shape and still be the same one, scaled


def hold(question: ToHold, stream: BinaryIO) -> Held:
    """How the file stands to the clip. What cannot be compared is None."""
    shown = _shown(stream, question)
    # 1. The label, where it was drawn.
    label = _label(shown, question)
    if not question.also:
        return Held(label=label)
    published, sidecar = question.also
    with regular(published) as own:
        # 2. The pictures, and the sound.
        plain = [_unlabelled(one, question) for one in spread(_shown(own, question), _AMONG)]
        seen = followed([one.picture for one in spread(shown, _COMPARED)], plain)
        sounding = sound_held(_heard(stream, question), _heard(own, question))
    # 3. The manifest that is kept: its signature, its ingredients, and the published file by it.
    return Held(
        credentials=read(published, question.trust, sidecar.read_bytes()),
        label=label,
        picture_alike=round(seen.alike, 3) if seen.alike is not None else None,
        picture_other=round(seen.other, 3),
        cards=round(seen.cards, 3),
        sound_alike=sounding.alike,
        sound_other=sounding.other,
        audible=sounding.audible,
        clip_audible=sounding.clip_audible,
    )


def _shown(stream: BinaryIO, question: ToHold) -> list[Shown]:
    try:
        return [one for window in windows(stream, question.bounds) for one in window.shown]
    except BadInput:
        return []


def _heard(stream: BinaryIO, question: ToHold) -> list[Heard]:
    try:
        return sounds(stream, question.bounds)
    except BadInput:
        return []


def _label(shown: Sequence[Shown], question: ToHold) -> float | None:
    """The least score of a few pictures; None where their shape is another, so that nobody knows where to look."""
    if not shown or not question.label or not _of_its_shape(shown[0].picture, question):
        return None
    scores = []
    for one in spread(shown, _LABELLED):
        picture = _resized(one.picture, question.width, question.height)
        places = (_place(one.second, question),) if question.unaltered else question.label
        scores.append(max(find_label(picture, question.text, place, question.label_version) for place in places))
    return round(min(scores), 3)


def _unlabelled(shown: Shown, question: ToHold) -> Picture:
    """A picture of the clip without its label, which all clips have alike."""
    if not question.label or not _of_its_shape(shown.picture, question):
        return shown.picture
    picture, place = shown.picture.copy(), _place(shown.second, question)
    across, down = picture.shape[1] / question.width, picture.shape[0] / question.height
    left, right = round(place.x * across), round((place.x + place.width) * across)
    top, bottom = round(place.y * down), round((place.y + place.height) * down)
    around = picture[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    picture[top:bottom, left:right] = np.median(around.reshape(-1, 3), axis=0)
    return picture


def _place(second: float, question: ToHold) -> LabelPosition:
    return question.label[min(round(second * question.frames_per_second), len(question.label) - 1)]


def _of_its_shape(picture: Picture, question: ToHold) -> bool:
    height, width = picture.shape[:2]
    return bool(abs(width / height - question.width / question.height) <= _SHAPE * question.width / question.height)


def _resized(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC), np.uint8)
