"""Erasing: what withdrawals and removals ordered is deleted from the store, and its keys are destroyed.

Any step may be done twice: a sweep that was killed is finished by the next. A plain blob that another, visible clip
refers to stays (the captions of two clips can be the same bytes).
"""

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import get_args

from greenroom.domain.base import BlobRef, Frozen, new_id, now
from greenroom.domain.removals import Erasure, ErasureOrder
from greenroom.errors import BlobAltered, BlobMissing, SealBroken
from ledger import clips, erasures, media, publications, uses
from ops.report import ExportKind, exported
from ops.studio import Studio, abandoned

WITHIN = timedelta(hours=1)  # of the withdrawal: what owners are promised
_AT_ONCE = 100  # orders between two commits: what a killed sweep does again
_THREADS = 16  # deletions at once: an object store answers each in tens of milliseconds


class Swept(Frozen):
    """What a sweep came to. `overdue`: orders that should have been carried out by now and could not be."""

    orders: int
    blobs: int
    size: int  # bytes
    overdue: int


class _Media(Frozen):
    """What one order erases: blobs under its subject's key, plain ones, and files exported for people."""

    order: ErasureOrder
    sealed: tuple[BlobRef, ...]
    plain: tuple[BlobRef, ...] = ()
    clip: str | None = None

    @property
    def subject(self) -> str:
        return self.order.brief or self.order.likeness or ""


def erase_due(studio: Studio, run: str = "") -> Swept:
    """Carry out every open order, whether or not its time has come, and sweep up after killed processes."""
    with studio.ledger.read() as tx:
        of_likenesses = erasures.open_orders(tx, of_briefs=False)
    # 1. Nothing sealed under a withdrawn likeness's key can be read from here on, also if its process was killed.
    studio.keyring.destroy(*(one.likeness for one in of_likenesses if one.likeness is not None))
    # 2. A withdrawal's order becomes one for each brief that shows the likeness.
    for one in of_likenesses:
        _spread(studio, one, run)
    # 3. Briefs, and only then the likenesses they were found by.
    with studio.ledger.read() as tx:
        of_briefs = erasures.open_orders(tx, of_briefs=True)
    done: list[Erasure] = []
    for start in range(0, len(of_briefs), _AT_ONCE):
        done += _carry_out(studio, [_of_brief(studio, one) for one in of_briefs[start : start + _AT_ONCE]], run)
    done += _carry_out(studio, [_of_likeness(studio, one) for one in of_likenesses], run)
    # 4. What killed processes left half-made.
    studio.keyring.destroy(*studio.keyring.forgotten())
    for folder in abandoned(studio):
        shutil.rmtree(folder, ignore_errors=True)
    studio.store.sweep()
    with studio.ledger.read() as tx:
        late = erasures.overdue(tx, now())
    return Swept(
        orders=len(done), blobs=sum(one.blobs for one in done), size=sum(one.size for one in done), overdue=len(late)
    )


def erase_likeness(studio: Studio, likeness: str, run: str = "") -> None:
    """Carry out at once what is ordered against one likeness that no brief shows: a refused enrolment's."""
    with studio.ledger.read() as tx:
        found = [one for one in erasures.open_orders(tx, of_briefs=False) if one.likeness == likeness]
    _carry_out(studio, [_of_likeness(studio, one) for one in found], run)


def order(cause: str, *, brief: str | None = None, likeness: str | None = None) -> ErasureOrder:
    """The order to erase a brief's media, or a likeness's and those of all that show it: due within the hour."""
    moment = now()
    return ErasureOrder(
        id=new_id("eo"), brief=brief, likeness=likeness, cause=cause, due_at=moment + WITHIN, recorded_at=moment
    )


def _spread(studio: Studio, order: ErasureOrder, run: str) -> None:
    if order.likeness is None:
        return
    with studio.ledger.read() as tx:
        shown = uses.to_erase(tx, order.likeness)
        waiting = sorted(set(shown) - erasures.ordered(tx, shown))
    for start in range(0, len(waiting), _AT_ONCE * 10):
        with studio.ledger.write(run=run) as tx:
            part = waiting[start : start + _AT_ONCE * 10]
            fresh = sorted(set(part) - erasures.ordered(tx, part))  # another sweep may be at it
            erasures.order(tx, *(_for_brief(order, brief) for brief in fresh))


def _for_brief(order: ErasureOrder, brief: str) -> ErasureOrder:
    return ErasureOrder(id=new_id("eo"), brief=brief, cause=order.cause, due_at=order.due_at, recorded_at=now())


def _of_brief(studio: Studio, order: ErasureOrder) -> _Media:
    brief = order.brief or ""
    with studio.ledger.read() as tx:
        sealed, plain, clip = media.sealed_of_brief(tx, brief), media.published(tx, brief), clips.by_brief(tx, brief)
        waiting = media.marked_unpublished(tx, brief) if plain else sealed
    # A publication or remarking that was killed, or refused at the last moment, may have left plain copies.
    left = (ref for one in waiting if (ref := _copy_of(studio, one)) is not None)
    both = tuple(dict.fromkeys((*plain, *left)))
    return _Media(order=order, sealed=sealed, plain=both, clip=clip.id if clip is not None else None)


def _of_likeness(studio: Studio, order: ErasureOrder) -> _Media:
    with studio.ledger.read() as tx:
        return _Media(order=order, sealed=media.sealed_of_likeness(tx, order.likeness or ""))


def _copy_of(studio: Studio, sealed: BlobRef) -> BlobRef | None:
    """The plain copy of a sealed blob, where the store has one."""
    try:
        data = studio.get(sealed)
    except (BlobMissing, BlobAltered, SealBroken):
        return None
    ref = BlobRef(sha256=sha256(data).hexdigest(), size=len(data), media_type=sealed.media_type)
    return ref if studio.store.has(ref) else None


def _carry_out(studio: Studio, found: list[_Media], run: str) -> list[Erasure]:
    """Erase what these orders name: one destruction of keys and one transaction for all of them."""
    if not found:
        return []
    for one in found:
        for kind in get_args(ExportKind) if one.clip is not None else ():
            exported(studio, one.clip or "", kind).unlink(missing_ok=True)
    # Plain copies before the key goes by which a killed sweep would find them again.
    with studio.ledger.write(run=run) as tx:
        plain = {one.order.id: publications.unshared(tx, one.plain, one.clip) for one in found}
        # Within the transaction, so that no publication comes to share one meanwhile.
        _delete(studio, (ref for refs in plain.values() for ref in refs))
    studio.keyring.destroy(*(one.subject for one in found))
    _delete(studio, (ref for one in found for ref in one.sealed))
    done = [_erasure(one, plain[one.order.id], run) for one in found]
    with studio.ledger.write(run=run) as tx:
        fresh = [one for one in done if erasures.of_order(tx, one.order) is None]
        for erasure in fresh:
            erasures.record(tx, erasure)
    return fresh


def _erasure(one: _Media, plain: tuple[BlobRef, ...], run: str) -> Erasure:
    gone = (*one.sealed, *plain)
    return Erasure(order=one.order.id, blobs=len(gone), size=sum(ref.size for ref in gone), run=run, recorded_at=now())


def _delete(studio: Studio, refs: Iterable[BlobRef]) -> None:
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(studio.store.delete, refs))
