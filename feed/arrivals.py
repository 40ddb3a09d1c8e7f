"""Enrolments on their way in: what was said, and the files so far, until they are filed or given up.

One for each account, in a folder that goes with the process; the ledger knows nothing of them.
"""

import secrets
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from greenroom.domain.consents import Account, Consent, LikenessKind, Terms
from greenroom.errors import BadInput, Unavailable
from ops.enrolments.filing import LARGEST_FILE, MOST_CAPTURES, Asked
from ops.studio import Studio, work_folder

MOST = 32  # at once: with the bound on each, what uploads may fill of the disk
_GOOD_FOR = 30 * 60.0  # seconds, as a link


@dataclass(slots=True)
class Arrival:
    """What one account hands in. `key`: the owner's own, when they sign with it."""

    id: str
    owner: Account
    kind: LikenessKind
    handle: str
    species: str
    terms: Terms
    consent: Consent
    key: EllipticCurvePublicKey | None
    folder: Path
    opened: float
    closing: ExitStack
    files: list[Path] = field(default_factory=list)
    size: int = 0  # bytes so far

    def place(self) -> Path:
        """Where the next file goes. Raises `BadInput` for one too many."""
        most = 1 if self.kind is LikenessKind.PERSON else MOST_CAPTURES
        if len(self.files) >= most:
            raise BadInput(f"more than {most} files are handed in", "Hand in fewer.")
        return self.folder / f"{len(self.files)}-{secrets.token_hex(4)}"

    @property
    def left(self) -> int:
        """Bytes that may still come."""
        return LARGEST_FILE - self.size

    def came(self, path: Path, size: int) -> None:
        """Note a file that is whole."""
        self.files.append(path)
        self.size += size

    def asked(self, challenge: str | None) -> Asked:
        """What is to be filed; a person's recording answers the challenge."""
        return Asked(self.handle, self.kind, self.species, self.terms, tuple(self.files), challenge)


class Arrivals:
    """The open ones. Safe to use from several threads."""

    def __init__(self) -> None:
        self._open: dict[str, Arrival] = {}  # by account
        self._lock = threading.Lock()

    def begin(
        self, studio: Studio, owner: Account, asked: Asked, consent: Consent, key: EllipticCurvePublicKey | None
    ) -> Arrival:
        """Open one; an earlier one of the account is given up. Raises `Unavailable` when too many are open."""
        closing = ExitStack()
        fresh = Arrival(
            id=secrets.token_urlsafe(12),
            owner=owner,
            kind=asked.kind,
            handle=asked.handle,
            species=asked.species,
            terms=asked.terms,
            consent=consent,
            key=key,
            folder=closing.enter_context(work_folder(studio)),
            opened=time.monotonic(),
            closing=closing,
        )
        with self._lock:
            old = [one for one in self._open.values() if time.monotonic() - one.opened > _GOOD_FOR]
            old += [one for one in (self._open.get(owner.id),) if one is not None and one not in old]
            for one in old:
                del self._open[one.owner.id]
            full = len(self._open) >= MOST
            if not full:
                self._open[owner.id] = fresh
        for one in (*old, *([fresh] if full else [])):
            one.closing.close()
        if full:
            raise Unavailable("too many people enrol at this moment", "Try again in a minute.")
        return fresh

    def of(self, owner: Account, arrival: str) -> Arrival:
        """The one of this id. Raises `BadInput` when it is another account's, or was given up."""
        with self._lock:
            found = self._open.get(owner.id)
        if found is None or not secrets.compare_digest(found.id.encode(), arrival.encode()):
            raise BadInput("this enrolment was given up: another was begun since", "Begin it again.")
        return found

    def take(self, owner: Account, arrival: str) -> Arrival:
        """The one of this id, which nobody else takes from here on; who takes it closes it. Raises as `of`."""
        found = self.of(owner, arrival)
        with self._lock:
            if self._open.get(owner.id) is not found:
                raise BadInput("this enrolment was filed already", "Open the page anew.")
            del self._open[owner.id]
        return found

    def close(self) -> None:
        """Give all of them up."""
        with self._lock:
            found, self._open = tuple(self._open.values()), {}
        for one in found:
            one.closing.close()
