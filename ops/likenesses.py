"""What is enrolled, by its handle; and taking it back."""

from greenroom.domain.base import new_id, new_salt, now
from greenroom.domain.consents import Account, Likeness, Withdrawal
from greenroom.errors import BadInput, NotFound
from ledger import erasures, likenesses, withdrawals
from ledger.database import Reader
from ops.erase import order
from ops.notices import tell_makers
from ops.studio import Studio


def find(tx: Reader, handle: str) -> Likeness:
    """The likeness of a handle, with or without its @. Raises `NotFound`."""
    likeness = likenesses.by_handle(tx, handle.removeprefix("@").lower())
    if likeness is None:
        raise NotFound(
            f"no likeness is enrolled as @{handle.removeprefix('@')}", "greenroom likeness enroll makes one."
        )
    return likeness


def withdraw(studio: Studio, handle: str, by: Account, reason: str) -> Withdrawal:
    """Take a likeness back: one insert, and every clip that rests on it is gone from the next request on.

    Its key is destroyed as soon as that is committed; the media of its clips are ordered to be erased within the hour
    (`ops.erase`), and their makers told. Withdrawing twice returns the first withdrawal. Raises `NotFound`, and
    `BadInput` for anyone but the owner.
    """
    with studio.ledger.write() as tx:
        likeness = find(tx, handle)
        if likeness.owner != by.id:
            raise BadInput(f"@{likeness.handle} belongs to another account than @{by.name}", "Its owner withdraws it.")
        earlier = withdrawals.of_likeness(tx, likeness.id)
        if earlier:
            return earlier[0]
        withdrawal = Withdrawal(
            id=new_id("wi"), likeness=likeness.id, by=by.id, reason=reason, salt=new_salt(), recorded_at=now()
        )
        withdrawals.add(tx, withdrawal)
        erasures.order(tx, order(withdrawal.id, likeness=likeness.id))
        tell_makers(tx, likeness)
    studio.keyring.destroy(likeness.id)  # killed before this line, the next sweep does it; the keyring refuses it now
    return withdrawal
