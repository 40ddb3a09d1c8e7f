"""Takes that are alike and no copies: the gallery's briefs drawn again with other seeds, in small."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from bench.fingerprints.copies import LOOKED_AT, small
from bench.gallery.briefs import Entry, entries
from bench.marks.clips import HOME
from models.fingerprints_picture import EVERY
from models.fingerprints_sound import narrowed
from models.fingerprints_sound_keys import kept

SEEDS = (0, 1, 2)  # added to the brief's own
_WIDTH, _HEIGHT = 426, 240  # hashes are of averages: a larger picture has the same
_SOUND_RATE = 48_000
_STEP = round(24 * EVERY)


@dataclass(frozen=True, slots=True)
class Take:
    """One take of a brief: thumbnails each `EVERY` seconds, as the verifier would look at it, and its sound."""

    name: str
    seed: int
    own: bytes
    seen: bytes
    sound: bytes  # as it is kept
    heard: bytes  # as it is asked about


def takes(told: Callable[[str], object]) -> Iterator[Take]:
    """Every brief's takes, drawn or read."""
    home = HOME / "fingerprints"
    home.mkdir(parents=True, exist_ok=True)
    for entry in entries():
        for seed in SEEDS:
            path = home / f"seed-{entry.name}-{seed}.npz"
            if not path.is_file():
                told(f"{entry.name}, seed {entry.seed + seed}")
                np.savez(path, **_drawn(entry, seed))  # type: ignore[arg-type]  # numpy's stub takes its own names too
            with np.load(path) as found:
                own, seen, sound, heard = (found[name].tobytes() for name in ("own", "seen", "sound", "heard"))
                yield Take(entry.name, seed, own, seen, sound, heard)


def _drawn(entry: Entry, seed: int) -> dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"]:
    from bench.marks.rendered import drawn

    high, wide = (_WIDTH, _HEIGHT) if entry.height > entry.width else (_HEIGHT, _WIDTH)
    chosen = entry.model_copy(update={"width": wide, "height": high, "seed": entry.seed + seed})
    film, sound = drawn(chosen)
    looked_at = np.unique(np.linspace(0, len(film) - 1, LOOKED_AT).round().astype(int))
    return {
        "own": small(film[::_STEP]),
        "seen": small(film[looked_at]),
        "sound": np.frombuffer(kept(sound, _SOUND_RATE), np.uint8),
        "heard": np.frombuffer(narrowed(sound, _SOUND_RATE), np.uint8),
    }
