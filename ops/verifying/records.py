"""What an open installation answers a verifier: from the ledger and the store, as of this moment."""

from base64 import b64decode
from datetime import datetime

from greenroom.domain.base import BlobRef
from greenroom.domain.clips import Take
from greenroom.errors import BlobAltered, BlobMissing, NotFound, SealBroken, StoreUnavailable
from ledger import accounts, briefs, media, publications
from ops.as_published import published_take
from ops.clip_facts import clip_facts
from ops.credentials.chain import Trust, trusted
from ops.credentials.revocation import revoked
from ops.label import label_text
from ops.lookalikes import near_copies, near_hash
from ops.rested_consents import consent_told
from ops.shown import shown_files
from ops.studio import Studio
from ops.trace import trace
from ops.verifying.facts import NEAREST, Alike, ClipFacts, Origin, Published
from ops.verifying.found import Looks
from ops.watermark.carrier import MarkKey
from ops.watermark.key import made_mark_key


class StudioRecords:
    """`Records` over one open installation; safe to ask from several threads."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @property
    def trust(self) -> Trust:
        return trusted(self._studio.settings)

    @property
    def revoked(self) -> dict[str, datetime]:
        return revoked(self._studio.settings)

    @property
    def key(self) -> MarkKey | None:
        return made_mark_key(self._studio.settings)

    @property
    def has_published(self) -> bool:
        with self._studio.ledger.read() as tx:
            return publications.anything(tx)

    def facts(self, clip: str) -> ClipFacts | None:
        return clip_facts(self._studio, clip)

    def published_as(self, file_sha256: str) -> str | None:
        with self._studio.ledger.read() as tx:
            sharing = media.sharing(tx, file_sha256)  # its captions or its poster, too
        for clip in sharing:
            facts = self.facts(clip)
            if facts is not None and file_sha256 in {one.file_sha256 for one in (facts, *facts.earlier)}:
                return clip
        return None

    def origin(self, clip: str) -> Origin | None:
        with self._studio.ledger.read() as tx:
            publication = publications.by_clip(tx, clip) if publications.visible(tx, {clip}) else None
        if publication is None:
            return None
        try:
            found = trace(self._studio, clip)
        except NotFound:
            return None
        with self._studio.ledger.read() as tx:
            told = tuple(consent_told(tx, one) for one in found.consents)
        return Origin(
            installation=self._studio.settings.installation,
            maker=found.requester,
            published_at=publication.recorded_at,
            prompt=found.prompt,
            model=found.take.model if found.take is not None else "an unknown model",
            consents=told,
            parents=found.ancestors,
        )

    def published(self, clip: str, manifest: str | None) -> Published | None:
        with self._studio.ledger.read() as tx:
            publication = publications.by_clip(tx, clip) if publications.visible(tx, {clip}) else None
            brief = briefs.by_id(tx, publication.brief) if publication is not None else None
            if publication is None or brief is None:
                return None
            files = [one.marked for one in shown_files(tx, publication)]
            maker = accounts.by_id(tx, brief.requester)
            made = published_take(tx, publication)
        if made is None:
            return None
        take = Take.model_validate(made.document)
        marked = next((one for one in files if one.manifest == manifest), files[-1])
        return Published(
            text=label_text(maker.name if maker is not None else brief.requester),
            label=marked.label,
            label_version=marked.label_version,
            width=take.width,
            height=take.height,
            frames_per_second=take.frames_per_second,
            file=self._kept(marked.file),
            sidecar=self._kept(marked.sidecar),
        )

    def _kept(self, ref: BlobRef) -> bytes | None:
        try:
            return self._studio.get(ref)
        except (BlobMissing, BlobAltered, SealBroken, StoreUnavailable):  # `audit gaps` names it
            return None

    def alike(self, looks: Looks, most: int = NEAREST) -> tuple[Alike, ...]:
        near = near_copies(self._studio, b64decode(looks.pictures), b64decode(looks.sound), most)
        if looks.hashes:
            near = (*near, *near_hash(self._studio, bytes.fromhex(looks.hashes), most))
        least: dict[str, float] = {}
        for one in near:
            least[one.clip] = min(one.distance, least.get(one.clip, 1.0))
        alike = (Alike(clip=clip, distance=distance) for clip, distance in least.items())
        return tuple(sorted(alike, key=lambda one: (one.distance, one.clip))[:most])
