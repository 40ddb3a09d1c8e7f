"""What the confined process answers: the marks in a file, read where they were put, searched for, and held.

Everything here runs in the child of `worker`, on a file that nobody knows; what is raised there is an answer too.
"""

from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO

import numpy as np

from greenroom.errors import BadInput
from models.fingerprints_picture import thumbnails
from models.fingerprints_sound import narrowed
from ops.credentials.reading import read
from ops.verifying.boxes import encrypted
from ops.verifying.detecting import in_pictures, in_sounds
from ops.verifying.found import Contents, Looks, Sought, ToHold, ToRead, ToSearch
from ops.verifying.holding import hold
from ops.verifying.opening import regular
from ops.verifying.sampling import Heard, Outline, Shown, Window, outline, sounds, spread, windows
from ops.verifying.worker import Part, Question
from ops.watermark.carrier import MarkKey

_PRINTED = 48  # pictures of a file that it is looked up by
_LOUD = 30  # seconds of its sound, the same
_WARM = 48_000  # samples of sound that compiled code is tried on
_LEAST_RATE = 8_000  # hertz, of sound that has a fingerprint


_LOADED = (
    "c2pa",
    "pdqhash",
    "scipy.ndimage",
    *(f"PIL.{one}ImagePlugin" for one in ("Avif", "Bmp", "Jpeg", "Mpo", "Png", "WebP")),
)


def prepare() -> None:
    """Load what reading a file needs: no child waits for it, and none could write what numba keeps of compiled code."""
    import av
    from numba.core.caching import Cache

    av.logging.set_level(None)
    for name in _LOADED:
        import_module(name)
    in_pictures([Window((Shown(0.0, np.zeros((96, 96, 3), np.uint8)),))], MarkKey(b""), thorough=False)
    in_sounds([Heard(0.0, np.ones((_WARM, 1), np.float32), _WARM)], MarkKey(b""), thorough=False)
    Cache.save_overload = _unsaved  # type: ignore[method-assign]


def _unsaved(cache: object, signature: object, compiled: object) -> None:
    """What a child compiles goes with it."""


def answered(question: Question) -> Iterator[Part]:
    """The parts of `Found` that a question is about, each as soon as it is known."""
    with regular(question.file) as stream:
        match question:
            case ToRead():
                yield from _read(question, stream)
            case ToSearch():
                yield from _search(question, stream)
            case ToHold():
                yield "held", hold(question, stream)


def _read(question: ToRead, stream: BinaryIO) -> Iterator[Part]:
    key = MarkKey(bytes.fromhex(question.secret)) if question.secret is not None else None
    # 1. What it is.
    try:
        found = outline(stream)
    except BadInput as error:
        found = None
        yield "problem", error.fact
    if found is not None:
        yield "contents", _contents(found, encrypted(stream))
    # 2. Its credentials.
    yield "credentials", read(question.file, question.trust)
    if found is None:
        return
    # 3. Its picture and its sound: the marks where they were put, and what it looks and sounds like.
    looked, unseen = _looked_at(question, stream, found)
    heard, unheard = _listened_to(question, stream, found)
    yield "looks", _looks(looked, heard)
    yield "picture", Sought(reason=unseen) if unseen else in_pictures(looked, key, thorough=False)
    yield "sound", Sought(reason=unheard) if unheard else in_sounds(heard, key, thorough=False)


def _search(question: ToSearch, stream: BinaryIO) -> Iterator[Part]:
    key, found = MarkKey(bytes.fromhex(question.secret)), outline(stream)
    if question.picture:
        looked, unseen = _looked_at(question, stream, found)
        yield "picture", Sought(reason=unseen) if unseen else in_pictures(looked, key, thorough=True)
    if question.sound:
        heard, unheard = _listened_to(question, stream, found)
        yield "sound", Sought(reason=unheard) if unheard else in_sounds(heard, key, thorough=True)


def _looked_at(question: ToRead | ToSearch, stream: BinaryIO, found: Outline) -> tuple[list[Window], str | None]:
    if not found.picture:
        return [], "it holds no picture"
    try:
        return windows(stream, question.bounds), None
    except BadInput as error:
        return [], error.fact


def _listened_to(question: ToRead | ToSearch, stream: BinaryIO, found: Outline) -> tuple[list[Heard], str | None]:
    if not found.sound:
        return [], "it holds no sound"
    try:
        return sounds(stream, question.bounds), None
    except BadInput as error:
        return [], error.fact


def _contents(found: Outline, locked: bool) -> Contents:
    return Contents(
        container=found.container,
        width=found.width,
        height=found.height,
        seconds=found.seconds,
        picture=found.picture,
        sound=found.sound,
        encrypted=locked,
        undecoded=found.undecoded,
    )


def _looks(looked: list[Window], heard: list[Heard]) -> Looks:
    pictures = [one.picture for one in spread([one for window in looked for one in window.shown], _PRINTED)]
    loud = next((one for one in heard if one.rate >= _LEAST_RATE), None)
    sound = narrowed(loud.samples[: _LOUD * loud.rate], loud.rate) if loud is not None else b""
    return Looks(pictures=b64encode(thumbnails(pictures)).decode(), sound=b64encode(sound).decode())
