"""Media: which blobs the rows of a brief or a likeness refer to, and which clips share one."""

from collections.abc import Iterator

from pydantic import JsonValue
from sqlalchemy import select

from greenroom.domain.base import BlobRef
from ledger.database import Reader
from ledger.schema import enrolments, likenesses, outputs, publication_blobs, publications, templates


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
    """The plain copies that a brief's publication refers to; none before one."""
    rows = tx.all(select(publications.c.marked).where(publications.c.brief == brief))
    return tuple(dict.fromkeys(ref for row in rows for ref in _refs(row["marked"])))


def sharing(tx: Reader, sha256: str) -> tuple[str, ...]:
    """The clips whose publication refers to a plain blob: the same captions can be those of several."""
    query = select(publication_blobs.c.clip).where(publication_blobs.c.sha256 == sha256).distinct()
    return tuple(row["clip"] for row in tx.all(query.order_by(publication_blobs.c.clip)))


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
