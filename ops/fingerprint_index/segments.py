"""A segment: the fingerprints of some clips, in tables. Immutable, in memory or mapped from a folder."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_picture import KEPT, WORDS, Hashes, rows
from models.fingerprints_sound_keys import keys_of
from ops.fingerprint_index.arrays import COUNT, HASH, Make, joined, mapped
from ops.fingerprint_index.sounds import Frames, SoundTable
from ops.fingerprint_index.tables import KEYS, Table


@dataclass(frozen=True, slots=True)
class Printed:
    """A clip's id, and what `models.fingerprints_picture` and `models.fingerprints_sound_keys` keep of it."""

    clip: str
    picture: bytes
    sound: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """Clips are numbered from 0 in the order of `clips`; the rows of one are `first[number]` to `first[number + 1]`."""

    clips: NDArray[np.bytes_]
    first: NDArray[np.int64]
    kept: Hashes  # uint64[rows, KEPT, WORDS]
    tables: dict[tuple[int, int], Table]  # by part and key
    sound: SoundTable

    @classmethod
    def of(cls, printed: Iterable[Printed], make: Make) -> "Segment":
        """The segment of these clips; a clip of which nothing is kept has a number and no rows."""
        clips: list[bytes] = []
        pictures: list[Hashes] = [np.zeros((0, len(KEPT), WORDS), np.uint64)]
        sounds: list[Frames] = []
        for number, one in enumerate(printed):
            clips.append(one.clip.encode())
            pictures.append(rows(one.picture))
            keys = keys_of(one.sound) if one.sound else None
            if keys is not None:
                numbers = np.full(len(keys.words), number, np.uint32)
                sounds.append(Frames(keys.words, numbers, keys.places, 0))
        first = np.cumsum([len(one) for one in pictures], dtype=np.int64)
        return cls._made(make, [np.array(clips, "S")], first, pictures, sounds)

    @classmethod
    def merged(cls, segments: Sequence["Segment"], make: Make) -> "Segment":
        """All clips of these segments in one. The memory it takes does not grow with them, where `make` maps files."""
        before = np.cumsum([0, *(len(one.clips) for one in segments)])
        above = np.cumsum([0, *(len(one.kept) for one in segments)])
        first = np.concatenate(
            [np.zeros(1, np.int64), *(one.first[1:] + start for one, start in zip(segments, above, strict=False))]
        )
        sounds = [
            Frames(one.sound.words, one.sound.clips, one.sound.places, int(offset))
            for one, offset in zip(segments, before, strict=False)
        ]
        return cls._made(make, [one.clips for one in segments], first, [one.kept for one in segments], sounds)

    @classmethod
    def mapped(cls, path: Path) -> "Segment":
        """The segment in a folder. Raises OSError or ValueError where it is not whole."""
        return cls(
            mapped(path, "clips", np.dtype(np.bytes_)),
            mapped(path, "first", COUNT),
            mapped(path, "kept", HASH),
            {(part, key): Table.mapped(path, part, key) for part in range(len(KEPT)) for key in range(KEYS)},
            SoundTable.mapped(path),
        )

    def owners(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the clips whose rows these are."""
        return np.searchsorted(self.first, found, side="right") - 1

    def rows_of(self, number: int) -> Hashes:
        """What is kept of a clip's picture."""
        return self.kept[self.first[number] : self.first[number + 1]]

    def id_of(self, number: int) -> str:
        return bytes(self.clips[number]).decode()

    @classmethod
    def _made(
        cls,
        make: Make,
        clips: Sequence[NDArray[np.bytes_]],
        first: NDArray[np.int64],
        pictures: Sequence[Hashes],
        sounds: Sequence[Frames],
    ) -> "Segment":
        ids = joined(make, "clips", clips)
        make("first", first.shape, COUNT)[:] = first
        kept = joined(make, "kept", pictures)
        tables = {(part, key): Table.of(kept, part, key, make) for part in range(len(KEPT)) for key in range(KEYS)}
        return cls(ids, first, kept, tables, SoundTable.of(sounds, make))
