"""A witness of other people's logs: cosigns a checkpoint only if the log grew from the last one it saw.

The protocol is C2SP tlog-witness (https://c2sp.org/tlog-witness), over a folder that holds the witness's key and, for
each log, the last checkpoint it cosigned. It needs nothing of the installation it watches but its verifier key: run
it on a machine that the operator does not hold.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from greenroom.domain.base import now
from greenroom.errors import BadInput, LogInconsistent
from ledger import base64_canonical, checkpoints, cosignatures, merkle
from ledger.checkpoints import Verifier
from ledger.cosignatures import Witness
from ledger.keyfiles import read_or_make
from ledger.log import Head

MOST_BYTES = 64 * 1024  # of a request: 63 proof lines and a note are some 4 kB
MOST_STEPS = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_NAME = re.compile(r"[^\s+]{1,255}")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the witness as HTTP says it."""

    status: int
    text: str
    media_type: str = "text/plain"


class Book:
    """What a witness remembers, in a folder: its key, and the last checkpoint it cosigned of each log it knows."""

    def __init__(self, folder: Path, name: str, logs: Sequence[Verifier]) -> None:
        """Open or make the witness `name` in `folder`. Raises `BadInput` for a name a signature line cannot carry."""
        if not _NAME.fullmatch(name):
            raise BadInput(f"{name!r} cannot be a witness's name", "Choose one without spaces and plus signs.")
        self._folder = folder
        self._name = name
        self._logs = tuple(logs)
        seed = read_or_make(folder / "witness.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw(), 32)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def witness(self) -> Witness:
        """The key that logs and auditors check this witness's cosignatures with."""
        return Witness(self._name, self._key.public_key())

    def add_checkpoint(self, body: bytes) -> Answered:
        """Answer one submission; the checkpoint is on the disk before its cosignature exists."""
        # 1. It is an old size, proof lines, an empty line and a checkpoint.
        try:
            old, path, note = _parsed(body)
        except ValueError as error:
            return Answered(400, f"{error}\n")
        # 2. The log is known, and one of its keys signed.
        origin = note.partition("\n")[0]
        keys = [one for one in self._logs if one.name == origin]
        if not keys:
            return Answered(404, "this witness does not know the log\n")
        new = _signed(note, keys)
        if new is None:
            return Answered(403, "no signature is by a key that this witness trusts for the log\n")
        if old > new.size:
            return Answered(400, f"the old size {old} is above the checkpoint's {new.size}\n")
        with self._alone():
            # 3. It starts from what this witness saw last.
            last = self._last(origin, keys)
            if old != last.size:
                return Answered(409, f"{last.size}\n", "text/x.tlog.size")
            # 4. And extends it.
            if old == new.size and last.root != new.root:
                if not self._path(origin, "forked").exists():  # two heads of one size, both signed: proof, and kept
                    self._keep(origin, "forked-from", self._path(origin, "last").read_text("utf-8"))
                    self._keep(origin, "forked", note)
                return Answered(409, f"{last.size}\n", "text/x.tlog.size")
            if not _extends(last, new, path):
                self._keep(origin, "unproven", note)
                return Answered(422, f"the proof does not lead from {old} leaves to {new.size}\n")
            # 5. It is remembered before it is signed: a crash between the two forgets nothing.
            self._keep(origin, "last", note)
            return Answered(200, cosignatures.cosign(note, self._name, self._key, now()) + "\n")

    def _last(self, origin: str, keys: Sequence[Verifier]) -> Head:
        path = self._path(origin, "last")
        if not path.exists():
            return Head(size=0, root=merkle.EMPTY_ROOT.hex())
        found = _signed(path.read_bytes().decode("utf-8"), keys)  # as it was sent: read_text would turn \r into \n
        if found is None:
            raise LogInconsistent(f"{path} is no checkpoint by the log's key", "Put it back from a backup.")
        return found

    def _keep(self, origin: str, what: str, note: str) -> None:
        """Swap a note in, whole or not at all, and wait until the disk has it."""
        path = self._path(origin, what)
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, origin: str, what: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.{what}.txt"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Submissions follow each other, in threads and in processes: no late one rolls an earlier one back."""
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def create_witness(book: Book) -> Starlette:
    """The web app of a witness: `POST /add-checkpoint`."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return PlainTextResponse(f"more than {MOST_BYTES} bytes\n", 413)
        said = await run_in_threadpool(book.add_checkpoint, body)
        return Response(said.text, said.status, media_type=said.media_type)

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def _parsed(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and checkpoint of a submission. Raises `ValueError`."""
    asked, separator, note = body.decode("utf-8").partition("\n\n")
    first, *lines = asked.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not separator:
        raise ValueError("a submission is a line 'old SIZE', proof lines, an empty line and a checkpoint")
    if len(lines) > MOST_STEPS:
        raise ValueError(f"{len(lines)} proof lines, at most {MOST_STEPS} can be needed")
    try:
        path = [base64_canonical.decoded(line) for line in lines]
    except ValueError as error:
        raise ValueError(f"a proof line is not base64: {error}") from error
    if any(len(step) != 32 for step in path):
        raise ValueError("a proof line is not a hash of 32 bytes")
    return int(old[1]), path, note


def _signed(note: str, keys: Sequence[Verifier]) -> Head | None:
    """What a checkpoint states, if one of these keys signed it."""
    for key in keys:
        try:
            return checkpoints.verify(note, key)
        except LogInconsistent:  # by another of the log's keys, or by none
            continue
    return None


def _extends(last: Head, new: Head, path: list[bytes]) -> bool:
    if last.size == 0:
        return not path and (new.size > 0 or new.root == last.root)
    return merkle.verify_consistency(last.size, new.size, bytes.fromhex(last.root), bytes.fromhex(new.root), path)
