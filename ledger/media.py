"""Media: which blobs the rows of a brief or a likeness refer to, and which clips share one."""

from collections.abc import Iterator

from pydantic import JsonValue
from sqlalchemy import select, union

from greenroom.domain.base import BlobRef
from ledger.database import Reader
from ledger.schema import (
    enrolments,
    likenesses,
    outputs,
    publication_blobs,
    publications,
    remarking_blobs,
    remarkings,
    templates,
)


def sealed_of_brief(tx: Reader, brief: str) -> tuple[BlobRef, ...]:
    """What the stages made of a brief, under its own key: storyboards, takes, stems, marked files; of every attempt."""
    rows = tx.all(select(outputs.c.document).where(outputs.c.brief == brief))
    return _sealed_for(brief, [row["document"] for row in rows])


def sealed_of_likeness(tx: Reader, likeness: str) -> tuple[BlobRef, ...]:
    """A likeness's captures, reference and templates, under its own key."""
    enrolled = tx.all(select(likenesses.c.capture, likenesses.c.reference).where(likenesses.c.id == likeness))
    filed = tx.all(select(enrolments.c.captures).where(enrolments.c.likeness == likeness))
    known = tx.all(select(templates.c.template).where(templates.c.likeness == likeness))
    return _sealed_for(likeness, [value for row in (*enrolled, *filed, *known) for value in row.values()])


def published(tx: Reader, brief: str) -> tuple[BlobRef, ...]:
    """The plain copies that a brief's publication and remarkings refer to; none before one."""
    return tuple(dict.fromkeys(ref for document in _published(tx, brief) for ref in _refs(document)))


def marked_unpublished(tx: Reader, brief: str) -> tuple[BlobRef, ...]:
    """What was marked and sealed, but is in no publication or remarking: plain copies of it may have been left."""
    shown = {document["manifest"] for document in _published(tx, brief) if isinstance(document, dict)}
    rows = tx.all(select(outputs.c.document).where(outputs.c.brief == brief, outputs.c.stage == "marks"))
    waiting = [one for row in rows if (one := row["document"])["manifest"] not in shown]
    return _sealed_for(brief, waiting)


def _published(tx: Reader, brief: str) -> list[JsonValue]:
    first = tx.all(select(publications.c.marked).where(publications.c.brief == brief))
    again = tx.all(select(remarkings.c.marked).where(remarkings.c.brief == brief).order_by(remarkings.c.revision))
    return [row["marked"] for row in (*first, *again)]


def sharing(tx: Reader, sha256: str) -> tuple[str, ...]:
    """The clips whose publication or remarking refers to a plain blob: the same captions can be those of several."""
    first = select(publication_blobs.c.clip).where(publication_blobs.c.sha256 == sha256)
    again = select(remarking_blobs.c.clip).where(remarking_blobs.c.sha256 == sha256)
    return tuple(sorted(row["clip"] for row in tx.all(select(union(first, again).subquery().c.clip))))


def _sealed_for(subject: str, documents: list[JsonValue]) -> tuple[BlobRef, ...]:
    found = (ref for document in documents for ref in _refs(document))
    return tuple(dict.fromkeys(ref for ref in found if ref.sealed_for == subject))


def _refs(document: JsonValue) -> Iterator[BlobRef]:
    """Every blob reference in a document, whichever type it is of."""
    if isinstance(document, dict):
        if document.keys() == BlobRef.model_fields.keys():
            yield BlobRef.model_validate(document)
        else:
            for value in document.values():
                yield from _refs(value)
    elif isinstance(document, list):
        for value in document:
            yield from _refs(value)
