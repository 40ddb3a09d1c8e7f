"""The feed over an installation: pages from the warehouse's snapshot, everything that must hold now from the ledger."""

import base64
import binascii
import json
from datetime import datetime

from feed.source import (
    ClipShown,
    ConsentShown,
    GateShown,
    LikenessShown,
    LogShown,
    Media,
    MediaKind,
    NotChecked,
    Page,
    Provenance,
)
from greenroom.domain.base import BlobRef
from greenroom.domain.clips import Marked
from greenroom.errors import BadInput
from ledger import accounts, briefs, likenesses, publications, remarkings
from ledger.database import Reader
from ops.as_published import published_take
from ops.studio import Studio
from ops.trace import trace
from warehouse.reader import Row, Warehouse
from warehouse.snapshot import current

# The snapshot still has what was taken back since it was made, and shows it to nobody: a run of such clips is passed
# over by key, in pieces of so many, at most so many for one page.
_PIECE = 2_000
_PASSED_OVER = 50_000
_SPOKEN = "en"  # of captions where the brief names no language


_Key = tuple[datetime | None, str | None]  # of the last clip seen: when it was published, and its id


class StudioSource:
    """A `FeedSource` over one open installation; safe to ask from several threads."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._warehouse = Warehouse(studio.settings.warehouse)

    def page(self, cursor: str | None, limit: int) -> Page:
        after: _Key = _key(cursor) if cursor is not None else (None, None)
        shown: list[ClipShown] = []
        while True:
            rows = self._rows(after, limit)
            with self._studio.ledger.read() as tx:
                visible = publications.visible(tx, [clip.id for clip in rows])
            for clip in rows:
                after = (clip.published_at, clip.id)
                if clip.id in visible:
                    shown.append(clip)
                if len(shown) == limit:
                    return Page(clips=tuple(shown), next=_cursor(*after))
            if len(rows) < limit:
                return Page(clips=tuple(shown))
            if not visible:
                after, more = self._pass_over(after)
                if not more:
                    return Page(clips=tuple(shown), next=_cursor(*after) if after[1] is not None else None)

    def _pass_over(self, after: _Key) -> tuple[_Key, bool]:
        """The key before the next clip that may be seen, and True; where none was found, the key to go on from."""
        for _ in range(_PASSED_OVER // _PIECE):
            keys = self._warehouse.snapshot().ask("feed_keys", before_at=after[0], before_clip=after[1], rows=_PIECE)
            with self._studio.ledger.read() as tx:
                visible = publications.visible(tx, [str(row["clip"]) for row in keys])
            for row in keys:
                if row["clip"] in visible:
                    return after, True
                after = _moment(row["published_at"]), str(row["clip"])
            if len(keys) < _PIECE:
                return (None, None), False
        return after, False

    def _rows(self, after: _Key, limit: int) -> list[ClipShown]:
        """The snapshot's clips before a key, newest first; none where no snapshot was made yet."""
        if not current(self._studio.settings.warehouse):
            return []
        moment, clip = after
        found = self._warehouse.snapshot().ask("feed_page", before_at=moment, before_clip=clip, rows=limit)
        return [ClipShown.model_validate(_card(row)) for row in found]

    def clip(self, clip_id: str) -> ClipShown | None:
        with self._studio.ledger.read() as tx:
            return _shown(tx, clip_id) if publications.visible(tx, {clip_id}) else None

    def provenance(self, clip_id: str) -> Provenance | None:
        if self.clip(clip_id) is None:
            return None
        found = trace(self._studio, clip_id)
        with self._studio.ledger.read() as tx:
            publication = publications.by_clip(tx, clip_id)
            take = published_take(tx, publication) if publication is not None else None
        if publication is None or take is None or found.take is None or found.marks is None:
            return None
        return Provenance(
            prompt=found.prompt,
            consents=tuple(
                ConsentShown(**one.model_dump(include=set(ConsentShown.model_fields))) for one in found.consents
            ),
            generator=found.take.generator,
            model=found.take.model,
            weights=found.take.weights,
            seed=found.take.seed,
            run=found.run,
            code_version=take.code_version,
            policy_version=publication.policy_version,
            gates=tuple(
                GateShown(
                    number=line.gate,
                    name=line.name,
                    outcome=line.outcome,
                    rules=line.rules,
                    not_checked=tuple(NotChecked(name=one.name, reason=one.reason) for one in line.not_checked),
                )
                for line in found.verdicts
            ),
            manifest=found.marks.manifest,
            log=LogShown(
                leaf=found.log.leaf, tree_size=found.log.size, root=found.log.root, included=found.log.included
            )
            if found.log is not None
            else None,
        )

    def media(self, clip_id: str, kind: MediaKind) -> Media | None:
        with self._studio.ledger.read() as tx:
            publication = publications.by_clip(tx, clip_id) if publications.visible(tx, {clip_id}) else None
            shown = remarkings.shown(tx, publication) if publication is not None else None
        if shown is None:
            return None
        ref = _ref(shown, kind)
        return Media(data=self._studio.get(ref), media_type=ref.media_type, sha256=ref.sha256)


def _ref(marked: Marked, kind: MediaKind) -> BlobRef:
    return {MediaKind.VIDEO: marked.file, MediaKind.POSTER: marked.poster, MediaKind.CAPTIONS: marked.captions}[kind]


def _shown(tx: Reader, clip_id: str) -> ClipShown | None:
    publication = publications.by_clip(tx, clip_id)
    brief = briefs.by_id(tx, publication.brief) if publication is not None else None
    if publication is None or brief is None:
        return None
    maker = accounts.by_id(tx, brief.requester)
    people = [likenesses.by_id(tx, one.likeness) for one in publication.rests_on]
    return ClipShown(
        id=clip_id,
        title=brief.prompt,
        maker=maker.name if maker is not None else "unknown",
        likenesses=tuple(LikenessShown(handle=one.handle, species=one.species) for one in people if one is not None),
        published_at=publication.recorded_at,
        seconds=brief.seconds,
        width=brief.width,
        height=brief.height,
        language=brief.language or _SPOKEN,
        parent=brief.parent,
    )


def _card(row: Row) -> dict[str, object]:
    """A row of `feed_page` by the names of `ClipShown`."""
    named = {"id": row["clip"], "title": row["prompt"]}
    return named | {name: row[name] for name in ClipShown.model_fields if name in row}


def _cursor(moment: datetime | None, clip: str | None) -> str:
    key = json.dumps([moment.isoformat() if moment is not None else None, clip])
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"a moment was expected, got {value!r}")
    return value


def _key(cursor: str) -> tuple[datetime, str]:
    try:
        moment, clip = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return datetime.fromisoformat(moment), str(clip)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput("this cursor was never given", "Start from the first page.") from error
