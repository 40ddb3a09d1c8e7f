"""Plain copies of what was marked: they are nobody's until a publication or a remarking refers to them."""

from greenroom.domain.base import BlobRef
from greenroom.domain.clips import Marked
from ledger import media, publications
from ledger.database import Reader
from ops.studio import Studio


def plain_copies(studio: Studio, marked: Marked) -> Marked:
    """The same with its blobs unsealed. Raises `Erased` when its key was destroyed."""
    return marked.model_copy(update={part: studio.unsealed(getattr(marked, part)) for part in publications.PARTS})


def all_there(studio: Studio, copied: Marked) -> bool:
    """Whether the store has every copy: a sweep may have erased one that another clip shared."""
    return all(studio.store.has(getattr(copied, part)) for part in publications.PARTS)


def delete_unshared(studio: Studio, tx: Reader, copied: Marked) -> None:
    """Delete copies that came to nothing, but for what a clip refers to: its captions may be the same bytes."""
    for part in publications.PARTS:
        ref: BlobRef = getattr(copied, part)
        if not media.sharing(tx, ref.sha256):
            studio.store.delete(ref)
