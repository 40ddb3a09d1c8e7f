"""The hash lists that operators put into the home folder, read anew when a file changes: no restart is needed.

`hash_lists/child_safety/` holds those of child sexual abuse, whose matches deny and nothing relaxes; any other folder
beside it, and files in `hash_lists/` itself, those of other things, whose matches hold.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import JsonValue

from greenroom.domain.base import digest
from greenroom.errors import BadInput
from greenroom.settings import Settings
from models.hash_lists import SUFFIXES, HashList, picture_hashes, read_list
from models.roles import Picture
from moderation.sights import HashMatch, ListAsked

CHILD_SAFETY = "child_safety"
_FARTHEST = 64  # bits; what is farther away is another picture by any threshold
_LEAST_QUALITY = 50  # of 100, PDQ's own advice
_KEPT = 64  # files whose hashes stay in memory


@dataclass(frozen=True, slots=True)
class HashLists:
    """The lists that can be read, and what is wrong with the others. `folder` is said to operators."""

    folder: Path
    lists: tuple[HashList, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[ListAsked, ...]:
        return tuple(ListAsked(name=one.name, hashes=len(one), child=_is_child(one)) for one in self.lists)

    @property
    def fingerprint(self) -> str | None:
        """What tells these lists from others: of their names and hashes, and of what cannot be read; None for none."""
        if not self.lists and not self.broken:
            return None
        read: list[JsonValue] = [[one.name, _hashed(one)] for one in self.lists]
        return digest([*read, *self.broken])

    def match(self, second: float, picture: Picture) -> tuple[tuple[HashMatch, ...], bool]:
        """The lists that a frame, uint8[H, W, 3], is near to, and whether it is so flat that its hash is chance."""
        if not any(map(len, self.lists)):
            return (), False
        hashes, quality = picture_hashes(picture)
        if quality < _LEAST_QUALITY:
            return (), True
        found = []
        for one in self.lists:
            nearest = min((near for turned in hashes if (near := one.nearest(turned)) is not None), default=None)
            if nearest is not None and nearest[0] <= _FARTHEST:
                found.append(
                    HashMatch(
                        name=one.name,
                        child=_is_child(one),
                        line=nearest[1],
                        distance=nearest[0],
                        quality=quality,
                        second=second,
                    )
                )
        return tuple(found), False


def hash_lists(settings: Settings) -> HashLists:
    """The lists as their files are now. A file that is none is named with its line; the others are read."""
    folder = settings.hash_lists
    found, broken = [], []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if not path.is_file() or path.name.startswith("."):
            continue
        name = str(path.relative_to(folder))
        if path.suffix.lower() not in SUFFIXES:
            broken.append(f"the file {name} of the hash lists ends in none of {', '.join(SUFFIXES)}")
            continue
        try:
            state = path.stat()
            found.append(_read(path, name, state.st_mtime_ns, state.st_size))
        except (BadInput, OSError) as error:
            broken.append(
                error.fact if isinstance(error, BadInput) else f"the hash list {name} cannot be read: {error}"
            )
    return HashLists(folder, tuple(found), tuple(broken))


@lru_cache(maxsize=_KEPT)
def _read(path: Path, name: str, changed: int, size: int) -> HashList:
    """`changed` and `size` are the file's: another value is another list."""
    return read_list(path, name)


def _hashed(one: HashList) -> str:
    """The SHA-256 of a list's hashes."""
    return hashlib.sha256(one.words.astype(">u8").tobytes()).hexdigest()


def _is_child(one: HashList) -> bool:
    return Path(one.name).parts[0] == CHILD_SAFETY and len(Path(one.name).parts) > 1
