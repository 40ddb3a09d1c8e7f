"""Copies of the marks' corpus: what is done to each clip, and what of the copy an index is asked with.

The thumbnails of each copy are kept beside the corpus, since making the copies takes most of an hour; a row's `version`
rises when what it does changes.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from bench.marks import attacks, screen, sounds
from bench.marks.attacks import Attack, Film, Random
from bench.marks.clips import HOME, Clip, Corpus
from bench.marks.codecs import h264
from bench.marks.sounds import Heard
from models.fingerprints_picture import EVERY, THUMBNAIL, thumbnails
from models.fingerprints_sound import narrowed
from models.fingerprints_sound_keys import kept

LOOKED_AT = 48  # frames that the verifier keeps of a file
_LATE = 13  # frames, at most, by which a copy begins later: its frames are not those that were kept
_STEP = round(24 * EVERY)
_PUBLISHED = h264(20, "veryfast")


@dataclass(frozen=True, slots=True)
class Row:
    """One attack. `wanted`: the share of copies that shall be found, None where none was promised."""

    title: str
    attack: Attack
    wanted: float | None = None
    version: int = 1


def _two_seconds(film: Film, random: Random) -> Film:
    start = random.integers(0, max(1, len(film) - 48 + 1))
    return h264(28).through(film[start : start + 48])


def _still(film: Film, random: Random) -> Film:
    start = int(random.integers(0, len(film)))
    return film[start : start + 1]


def _everything(film: Film, random: Random) -> Film:
    """Cropped, mirrored, brighter, captioned, half the size and cut to two seconds."""
    for one in (attacks.cropped(0.1), attacks.mirrored, attacks.brightened, attacks.captioned, _two_seconds):
        film = one(film, random)
    return attacks.scaled(0.5, h264(28))(film, random)


ROWS = (
    Row("as published", attacks.unharmed, 1.0),
    Row("H.264 CRF 33", attacks.encoded(h264(33)), 1.0),
    Row("scaled to 50 %, H.264 CRF 28", attacks.scaled(0.5, h264(28)), 1.0),
    Row("cropped by 10 %, anywhere", attacks.cropped(0.10), 0.99),
    Row("cropped by 25 %, anywhere", attacks.cropped(0.25), 0.95),
    Row("black bars added", attacks.padded, 0.99),
    Row("pressed to a square", attacks.squeezed, 0.99),
    Row("cut to a square", attacks.squared, 0.95),
    Row("mirrored", attacks.mirrored, 1.0),
    Row("brightness ±20 %", attacks.brightened, 1.0),
    Row("contrast ±20 %", attacks.contrasted, 1.0),
    Row("hue turned by 72 degrees", attacks.recoloured, 0.99),
    Row("blurred, sigma 1 pixel", attacks.blurred(1.0), 1.0),
    Row("noise, sigma 5 of 255", attacks.noisy(5.0), 1.0),
    Row("caption burned in", attacks.captioned, 0.99),
    Row("any two seconds, H.264 CRF 28", _two_seconds, 0.99),
    Row("15 frames a second", attacks.at_rate(15.0), 0.99),
    Row("speed 1.1", attacks.played(1.1), 0.99),
    Row("cropped, mirrored, brightened, captioned, two seconds of it, half size", _everything),
    Row("rotated by 1 degree", attacks.rotated(1.0)),
    Row("rotated by 3 degrees", attacks.rotated(3.0)),
    Row("filmed off a screen", screen.photographed),
    Row("one frame of it, a still", _still),
)

SOUND_ROWS: tuple[tuple[str, Callable[[Heard, Random], Heard]], ...] = (
    ("AAC 64 kbit/s", sounds.aac(64_000)),
    ("MP3 64 kbit/s", sounds.mp3(64_000)),
    ("44.1 kHz", sounds.resampled(44_100)),
    ("16 kHz, mono", sounds.resampled(16_000, mono=True)),
    ("a tenth as loud", lambda heard, _: Heard(heard.samples * np.float32(0.1), heard.rate)),
    ("a tenth cut off at either end, AAC 64 kbit/s", sounds.trimmed),
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A clip and what became of it: thumbnails of its own frames each `EVERY` seconds, and of each row's copy."""

    clip: Clip
    own: bytes
    copies: dict[str, bytes]
    sound: bytes  # as it is kept; empty for a silent clip
    sounds: dict[str, bytes]


def copied(corpus: Corpus, clips: tuple[Clip, ...], told: Callable[[str], object]) -> Iterator[Copied]:
    """Every clip with its copies, made or read."""
    home = HOME / "fingerprints"
    home.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        path = home / f"{clip.name}.npz"
        found = _read(path)
        wanted = {"own.1": "", **{f"{row.title}.{row.version}": "" for row in ROWS}}
        if not wanted.keys() <= found.keys():
            told(clip.name)
            found |= _made(corpus.film(clip), clip.name, found.keys())
            np.savez(path, **found)  # type: ignore[arg-type]  # numpy's stub takes the names of its own parameters too
        heard = _heard(corpus, clip)
        yield Copied(
            clip,
            found["own.1"].tobytes(),
            {row.title: found[f"{row.title}.{row.version}"].tobytes() for row in ROWS},
            kept(heard.samples, heard.rate) if heard is not None else b"",
            dict(_sounding(heard, clip.name)) if heard is not None else {},
        )


def _made(film: Film, name: str, there: Collection[str]) -> dict[str, Film]:
    published = _PUBLISHED.through(film)
    found = {"own.1": small(published[::_STEP])}
    for row in ROWS:
        key = f"{row.title}.{row.version}"
        if key in there:
            continue
        random = _random(name, row.title)
        copy = row.attack(published, random)
        copy = copy[random.integers(0, min(_LATE, len(copy))) :] if len(copy) > 2 * _LATE else copy
        chosen = np.unique(np.linspace(0, len(copy) - 1, LOOKED_AT).round().astype(int))
        found[key] = small(copy[chosen])
    return found


def _sounding(heard: Heard, name: str) -> Iterator[tuple[str, bytes]]:
    for title, attack in SOUND_ROWS:
        copy = attack(heard, _random(name, title))
        yield title, narrowed(copy.samples, copy.rate)


def _heard(corpus: Corpus, clip: Clip) -> Heard | None:
    return Heard(*corpus.sound(clip)) if clip.sound is not None else None


def small(film: Film) -> Film:
    """A film in thumbnails, uint8[frames, THUMBNAIL]."""
    return np.frombuffer(thumbnails(film), np.uint8).reshape(-1, THUMBNAIL)


def _read(path: Path) -> dict[str, Film]:
    if not path.is_file():
        return {}
    with np.load(path) as found:
        return {name: found[name] for name in found.files}


def _random(*parts: str) -> Random:
    return np.random.default_rng(int.from_bytes(sha256("\n".join(parts).encode()).digest()[:8], "big"))
