"""The clips of the benchmark: lossless files in a cache folder, and an index of what each is and whose.

The folder is outside version control; `python -m bench.marks.corpus` fills it again anywhere. A clip is three seconds
at 24 frames a second, in FFV1 with the very RGB that was written; a clip with sound has it beside it as FLAC.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from greenroom.domain.base import Frozen
from models.roles import Samples

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".greenroom" / "marks-corpus"
FRAMES_PER_SECOND = 24
FRAMES = 72

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]


class Clip(Frozen):
    """One clip: `kind` is "rendered", "film" or "photograph, moved"; files are named within the folder."""

    name: str
    kind: str
    source: str
    licence: str
    frames: int
    width: int
    height: int
    file: str
    sound: str | None = None


class Corpus:
    """A folder of clips. Several processes may add to it at once."""

    def __init__(self, home: Path = HOME) -> None:
        self._home = home

    def clips(self) -> tuple[Clip, ...]:
        """What there is, in order of name."""
        if not self._index.is_file():
            return ()
        return TypeAdapter(tuple[Clip, ...]).validate_json(self._index.read_bytes())

    def names(self) -> frozenset[str]:
        return frozenset(clip.name for clip in self.clips())

    def film(self, clip: Clip) -> Film:
        """All frames of a clip, uint8[T, H, W, 3]."""
        return read_film(self._home / clip.file)

    def sound(self, clip: Clip) -> tuple[Samples, int]:
        """The soundtrack, float32[N, channels], and its rate. Raises ValueError for a clip without one."""
        from ops.media_reading import read_stem

        if clip.sound is None:
            raise ValueError(f"{clip.name} has no sound")
        return read_stem((self._home / clip.sound).read_bytes())

    def add(self, name: str, kind: str, source: str, licence: str, film: Film, sound: Samples | None = None) -> None:
        """Write a clip and put it into the index. Sound is float32[N, channels] at 48 kHz."""
        from ops.media import write_stem

        self._home.mkdir(parents=True, exist_ok=True)
        file = f"{name}.mkv"
        partial = self._home / f".{os.getpid()}-{file}"
        write_film(partial, film)
        partial.rename(self._home / file)
        heard = None
        if sound is not None:
            heard = f"{name}.flac"
            (self._home / heard).write_bytes(write_stem(sound))
        height, width = film.shape[1:3]
        clip = Clip(
            name=name,
            kind=kind,
            source=source,
            licence=licence,
            frames=len(film),
            width=width,
            height=height,
            file=file,
            sound=heard,
        )
        with self._alone():
            others = [one for one in self.clips() if one.name != name]
            lines = sorted([*others, clip], key=lambda one: one.name)
            written = json.dumps([one.model_dump() for one in lines], indent=1)
            beside = self._index.with_suffix(".new")
            beside.write_text(written + "\n", encoding="utf-8")
            beside.rename(self._index)

    @cached_property
    def _index(self) -> Path:
        return self._home / "index.json"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._home / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def write_film(path: Path, film: Film | Sequence[NDArray[np.uint8]]) -> None:
    """Frames as FFV1, without loss."""
    import av

    height, width = film[0].shape[:2]
    with av.open(str(path), "w", format="matroska") as container:
        options = {"slices": "4", "slicecrc": "0", "coder": "range_def", "context": "0"}
        stream = container.add_stream("ffv1", rate=FRAMES_PER_SECOND, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "bgr0"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, FRAMES_PER_SECOND)
        for number, picture in enumerate(film):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24").reformat(format="bgr0")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def read_film(path: Path) -> Film:
    """The frames of a file that `write_film` wrote."""
    import av

    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
