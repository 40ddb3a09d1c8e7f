"""What the installation of the fuzz knows: a few clips, their published files, and what they look and sound like.

A file that nothing names is looked up by the code that looks clips up here, over an index in memory.
"""

import hashlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.fingerprints_picture import fingerprint, thumbnails
from models.fingerprints_sound import similarity
from models.fingerprints_sound_keys import asked, fingerprint_of, heard, kept
from models.roles import Picture, Samples
from ops.credentials.chain import Trust
from ops.credentials.manifest import Lineage
from ops.fingerprint_index.arrays import in_memory
from ops.fingerprint_index.comparing import SAME_SOUND, seen
from ops.fingerprint_index.searching import by_sound
from ops.fingerprint_index.segments import Printed, Segment
from ops.label import label_path, label_text, path_seed
from ops.lookalikes import NEARLY
from ops.verifying.facts import NEAREST, Alike, ClipFacts, LogFacts, Origin, Published
from ops.verifying.found import Looks
from ops.watermark.carrier import MarkKey

MAKER, RATE = "mira", 24
_MOST = 24  # clips that are looked at again


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file, its sidecar, and its manifest's name."""

    file: bytes
    sidecar: bytes
    manifest: str


@dataclass
class Records:
    """What this installation knows of its clips, by their ids."""

    trust: Trust
    key: MarkKey
    known: dict[str, ClipFacts] = field(default_factory=dict)
    files: dict[str, Published] = field(default_factory=dict)
    printed: dict[str, Printed] = field(default_factory=dict)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)
    looked_up: int = 0  # files that were looked up by what they show or sound like,
    alike_found: int = 0  # and of how many that led to a clip
    _segments: tuple[Segment, ...] = ()

    def publish(
        self,
        lineage: Lineage,
        signed: Signed,
        pictures: Sequence[Picture],
        samples: Samples,
        parents: tuple[str, ...] = (),
    ) -> None:
        """Put a signed film on record as a published clip. `pictures` as in the film, at `RATE`; sound at 48 kHz."""
        clip = lineage.clip
        self.known[clip] = facts_of(lineage, signed.file, signed.manifest)
        self.files[clip] = _kept(clip, signed, pictures, self.key)
        self.parents[clip] = parents
        small = thumbnails(pictures[:: RATE // 8])
        self.printed[clip] = Printed(clip, fingerprint(small), kept(samples, 48000))
        self._segments = (Segment.of(self.printed.values(), in_memory),)

    @property
    def has_published(self) -> bool:
        return True

    def facts(self, clip: str) -> ClipFacts | None:
        return self.known.get(clip)

    def published_as(self, file_sha256: str) -> str | None:
        return next((clip for clip, facts in self.known.items() if facts.file_sha256 == file_sha256), None)

    def origin(self, clip: str) -> Origin | None:
        if clip not in self.known:
            return None
        return Origin(
            installation="greenroom.local",
            maker=MAKER,
            published_at=datetime(2026, 11, 20, tzinfo=UTC),
            prompt="a drawing",
            model="previz 1",
            parents=self.parents[clip],
        )

    def published(self, clip: str, manifest: str | None) -> Published | None:
        return self.files.get(clip)

    def alike(self, looks: Looks, most: int = NEAREST) -> tuple[Alike, ...]:
        pictures = b64decode(looks.pictures)
        near = {one.clip: one.distance for one in seen(self._segments, pictures, NEARLY, _MOST, 1)}
        for clip, distance in self._sounding(b64decode(looks.sound)):
            near[clip] = min(distance, near.get(clip, 1.0))
        self.looked_up += 1
        self.alike_found += bool(near)
        found = (Alike(clip=clip, distance=distance) for clip, distance in near.items())
        return tuple(sorted(found, key=lambda one: (one.distance, one.clip))[:most])

    def _sounding(self, sound: bytes) -> list[tuple[str, float]]:
        """As `ops.fingerprint_index.comparing.heard` does, whose fingerprints are in a ledger."""
        if not sound:
            return []
        whole, near = heard(sound), []
        for one in by_sound(self._segments, asked(sound), _MOST):
            clip = self._segments[one.segment].id_of(one.clip)
            alike = similarity(whole, fingerprint_of(self.printed[clip].sound))
            near.append((clip, min(1.0, NEARLY * (1 - alike) / (1 - SAME_SOUND))))
        return [(clip, distance) for clip, distance in near if distance <= NEARLY]


def facts_of(lineage: Lineage, file: bytes, manifest: str) -> ClipFacts:
    """What a ledger says of a clip that was published as this file, whose manifest has that name and lineage."""
    return ClipFacts(
        clip=lineage.clip,
        file_sha256=hashlib.sha256(file).hexdigest(),
        manifest=manifest,
        brief=lineage.brief,
        run=lineage.run,
        maker=lineage.maker,
        model=lineage.model,
        seed=int(lineage.seed),
        prompt_sha256=lineage.prompt_sha256,
        withdrawn=False,
        log=LogFacts(included=True, leaf=1, tree_size=2, root="ab" * 32),
    )


def _kept(clip: str, signed: Signed, pictures: Sequence[Picture], key: MarkKey) -> Published:
    height, width = pictures[0].shape[:2]
    text = label_text(MAKER)
    places = label_path(path_seed(clip, key), len(pictures), width, height, RATE, text)
    return Published(text, places, 2, width, height, RATE, signed.file, signed.sidecar)
