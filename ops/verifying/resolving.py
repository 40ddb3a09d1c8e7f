"""From what was found in a file to the clips it may be of: who says so, the surest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from ops.credentials.reading import State
from ops.verifying.facts import Alike, ClipFacts, Records
from ops.verifying.found import Found
from ops.verifying.report import Source

ALIKE = 0.25  # distance: 32 of 256 bits, PDQ's own threshold for the same picture


@dataclass(frozen=True, slots=True)
class Claim:
    """That a file is of a clip. `facts` is None where the ledger knows no published clip of the id."""

    clip: str
    source: Source
    facts: ClipFacts | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The claims, the surest first; and where no mark makes one, clips that viewers may see which look alike."""

    claims: tuple[Claim, ...]
    alike: tuple[Alike, ...] = ()

    @property
    def main(self) -> Claim | None:
        """What the answer is about: the surest of those that the ledger knows, else the surest."""
        return next((one for one in self.claims if one.facts is not None), next(iter(self.claims), None))


def resolve(found: Found, file_sha256: str, records: Records) -> Resolved:
    """Everything that names a clip; where nothing names one that is known here, what the file looks or sounds like."""
    claims = tuple(Claim(clip, source, records.facts(clip)) for source, clip in _named(found, file_sha256, records))
    if found.looks is None or any(one.facts is not None for one in claims):
        return Resolved(claims)
    near = [(one, records.facts(one.clip)) for one in records.alike(found.looks) if one.distance <= ALIKE]
    shown = tuple(one for one, facts in near if facts is not None and not facts.withdrawn)
    return Resolved((*claims, *(Claim(one.clip, Source.LOOKS, facts) for one, facts in near[:1])), shown)


def _named(found: Found, file_sha256: str, records: Records) -> Iterator[tuple[Source, str]]:
    published = records.published_as(file_sha256)
    if published is not None:
        yield Source.BYTES, published
    lineage = found.credentials.lineage if found.credentials is not None else None
    trusted = found.credentials is not None and found.credentials.state is State.TRUSTED
    if lineage is not None and trusted:
        yield Source.CREDENTIALS, lineage.clip
    for source, sought in ((Source.PICTURE, found.picture), (Source.SOUND, found.sound)):
        if sought is not None and sought.clip is not None:
            yield source, sought.clip
    if lineage is None or trusted or found.credentials is None:
        return
    # Every Greenroom signs such a lineage: what another one signed is a claim on ours only if it names one of ours.
    if found.credentials.genuine or records.facts(lineage.clip) is not None:
        yield Source.MANIFEST, lineage.clip
