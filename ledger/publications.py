"""Publications: the rows that put clips before viewers, with every likeness each rests on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, not_, select

from greenroom.domain.base import BlobRef, salted_digest
from greenroom.domain.clips import Publication, RestsOn
from greenroom.domain.verdicts import Gate
from ledger import log, media
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import (
    briefs,
    publication_blobs,
    publication_likenesses,
    publications,
    removals,
    verdicts,
    withdrawals,
)

PARTS = ("file", "sidecar", "captions", "poster")  # of a marked clip: its blobs
_AT_ONCE = 500  # ids in one query: below every database's limit of parameters


def add(tx: Writer, publication: Publication) -> log.LeafRef:
    """Publish a clip, with its leaf. A clip is published once: a second time raises `LedgerRefused`."""
    return add_all(tx, (publication,))[0]


def add_all(tx: Writer, found: Sequence[Publication]) -> tuple[log.LeafRef, ...]:
    """Publish many clips, in this order: a statement a table."""
    new = [log.NewLeaf(log.Kind.PUBLICATION, salted_digest(one.salt, one), one.recorded_at) for one in found]
    leaves = log.append_many(tx, new)
    rows = zip(found, leaves, strict=True)
    tx.insert(publications, *(row_of(publications, one, leaf=leaf.index) for one, leaf in rows))
    tx.insert(
        publication_likenesses,
        *(
            {
                "clip": one.clip,
                "position": position,
                "likeness": rested.likeness,
                "consent": rested.consent,
                "recorded_at": one.recorded_at,
            }
            for one in found
            for position, rested in enumerate(one.rests_on)
        ),
    )
    tx.insert(
        publication_blobs,
        *(
            {
                "clip": one.clip,
                "part": part,
                "sha256": getattr(one.marked, part).sha256,
                "recorded_at": one.recorded_at,
            }
            for one in found
            for part in PARTS
        ),
    )
    return leaves


def by_clip(tx: Reader, clip: str) -> Publication | None:
    """The publication of a clip, whether or not it is visible now."""
    row = tx.first(select(publications).where(publications.c.clip == clip))
    if row is None:
        return None
    query = select(publication_likenesses).where(publication_likenesses.c.clip == clip)
    found = tx.all(query.order_by(publication_likenesses.c.position))
    return domain_of(Publication, row, rests_on=tuple(domain_of(RestsOn, one) for one in found))


def visible(tx: Reader, clips: Collection[str]) -> set[str]:
    """Those of `clips` that viewers may see: published, not removed, resting on no likeness that is withdrawn."""
    asked = list(clips)
    return {
        row["clip"]
        for start in range(0, len(asked), _AT_ONCE)
        for row in tx.all(
            select(publications.c.clip).where(publications.c.clip.in_(asked[start : start + _AT_ONCE]), is_visible())
        )
    }


def anything(tx: Reader) -> bool:
    """Whether any clip was ever published, whatever became of it."""
    return tx.first(select(publications.c.clip).limit(1)) is not None


def is_visible() -> ColumnElement[bool]:
    """The condition that `visible` asks of a row of publications."""
    taken_back = exists().where(
        publication_likenesses.c.clip == publications.c.clip,
        withdrawals.c.likeness == publication_likenesses.c.likeness,
    )
    removed = exists().where(removals.c.clip == publications.c.clip)
    return and_(~taken_back, ~removed)


def unjudged(tx: Reader, policy_version: int, asked: Mapping[Gate, str]) -> dict[date, int]:
    """How many clips of which days viewers may see that one of these gates has not judged under the policy's version.

    `asked`: the gates, each with the version of its stage's code.
    """
    judged = [
        exists().where(
            verdicts.c.brief == publications.c.brief,
            verdicts.c.gate == int(gate),
            verdicts.c.policy_version == policy_version,
            verdicts.c.code_version == code_version,
        )
        for gate, code_version in asked.items()
    ]
    query = select(briefs.c.day, func.count().label("clips")).select_from(publications)
    query = query.join(briefs, briefs.c.id == publications.c.brief).where(is_visible(), not_(and_(*judged)))
    query = query.group_by(briefs.c.day).order_by(briefs.c.day)
    return {row["day"]: row["clips"] for row in tx.all(query)}


def unshared(tx: Reader, refs: Collection[BlobRef], clip: str | None) -> tuple[BlobRef, ...]:
    """Those of `refs`, plain blobs of one clip, that no other clip viewers may see refers to."""
    return tuple(ref for ref in refs if not visible(tx, [one for one in media.sharing(tx, ref.sha256) if one != clip]))


def every_visible(tx: Reader) -> Iterator[Publication]:
    """The publications of all clips that viewers may see, oldest first."""
    rows = tx.all(select(publications.c.clip).order_by(publications.c.revision, publications.c.clip))
    shown = visible(tx, [row["clip"] for row in rows])
    for row in rows:
        found = by_clip(tx, row["clip"]) if row["clip"] in shown else None
        if found is not None:
            yield found


def resting_on(tx: Reader, likeness: str) -> tuple[str, ...]:
    """Clips whose publication rests on a likeness, itself or through an ancestor, oldest first."""
    query = select(publication_likenesses.c.clip, publication_likenesses.c.revision).distinct()
    found = tx.all(
        query.where(publication_likenesses.c.likeness == likeness).order_by(
            publication_likenesses.c.revision, publication_likenesses.c.clip
        )
    )
    return tuple(row["clip"] for row in found)


def leaf(tx: Reader, clip: str) -> log.LeafRef | None:
    """Where in the log a clip's publication stands."""
    row = tx.first(select(publications.c.leaf).where(publications.c.clip == clip))
    return None if row is None else log.LeafRef(row["leaf"])
