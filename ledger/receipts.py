"""Receipts: a consent's statement with the proof that the log has it (COSE Receipts, RFC 9942), in one file.

The file is the statement with two unprotected headers: its receipts (label 394), each an inclusion proof under the
log's signature over the root, and the signed checkpoint of the same tree. Verifying needs the installation's public
key alone: no network, no ledger.
"""

from dataclasses import dataclass

import cbor2

from greenroom.errors import LogInconsistent
from ledger import checkpoints, cose, log, merkle, statements
from ledger.checkpoints import Signer, Verifier
from ledger.database import Reader
from ledger.statements import Statement

MEDIA_TYPE = "application/cose"
RECEIPTS, VDS, PROOFS = 394, 395, 396  # header labels of RFC 9942
RFC9162_SHA256 = 1  # the verifiable data structure
_INCLUSION = -1
CHECKPOINT = "greenroom.checkpoint"  # header label: the signed note


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves: the statement, and where the log has it."""

    statement: Statement
    leaf: int
    size: int
    root: str  # hex
    origin: str  # of the log


def receipt(tx: Reader, signed: bytes, leaf: int, signer: Signer) -> bytes:
    """The receipt of a statement, in the tree as it is now."""
    proof = log.prove(tx, leaf)
    path = [bytes.fromhex(step) for step in proof.path]
    inclusion = cose.encode([proof.size, proof.index, path])
    proven = cose.signed(
        {cose.ALG: cose.EDDSA, cose.KID: cose.thumbprint(signer.private.public_key()), VDS: RFC9162_SHA256},
        bytes.fromhex(proof.root),
        signer.private,
        unprotected={PROOFS: {_INCLUSION: [inclusion]}},
        detached=True,
    )
    note = checkpoints.sign(log.Head(size=proof.size, root=proof.root), signer)
    return cose.decode(signed).encoded({RECEIPTS: [proven.encoded()], CHECKPOINT: note})


def verify(data: bytes, verifier: Verifier) -> Verified:
    """Verify a receipt offline. Raises `LogInconsistent` that names the step that failed.

    What it does not say: whether the likeness was withdrawn since. The installation says that (`greenroom trace`).
    """
    # 1. The statement holds by itself.
    message = cose.decode(data)
    statement = statements.read(data, verifier.public)
    # 2. It carries a receipt and a checkpoint.
    receipts, note = message.unprotected.get(RECEIPTS), message.unprotected.get(CHECKPOINT)
    if not isinstance(receipts, list | tuple) or not receipts or not isinstance(note, str):
        raise LogInconsistent("the file is a statement without its receipt", "greenroom likeness receipt gives both.")
    # 3. The proof leads from the statement's leaf to a root.
    proven = cose.decode(receipts[0])
    size, index, path = _inclusion(proven)
    leaf = merkle.leaf_hash(log.leaf_data(log.Kind.CONSENT, statement.hash))
    root = merkle.root_by_inclusion(leaf, index, size, path)
    if root is None:
        raise LogInconsistent(f"the proof of leaf {index} in a tree of {size} has {len(path)} hashes, a wrong number")
    # 4. The log signed that root.
    if proven.headers.get(VDS) != RFC9162_SHA256 or not proven.verify(verifier.public, root):
        raise LogInconsistent(
            f"the log {verifier.name!r} did not sign the root that the proof leads to",
            "The receipt was altered, or is of another log: greenroom log head prints this one's key.",
        )
    # 5. The checkpoint is of the same tree.
    head = checkpoints.verify(note, verifier)
    if (head.size, head.root) != (size, root.hex()):
        raise LogInconsistent(f"the checkpoint is of another tree ({head.size} leaves) than the proof ({size})")
    return Verified(statement, index, size, root.hex(), verifier.name)


def _inclusion(proven: cose.Sign1) -> tuple[int, int, list[bytes]]:
    try:
        size, index, path = cbor2.loads(proven.unprotected[PROOFS][_INCLUSION][0])
        if isinstance(size, int) and isinstance(index, int) and all(len(step) == 32 for step in path):
            return size, index, list(path)
    except (cbor2.CBORError, KeyError, IndexError, ValueError, TypeError, EOFError) as error:
        raise LogInconsistent(f"the inclusion proof cannot be read: {error}") from error
    raise LogInconsistent("the inclusion proof cannot be read: it is not size, index and path")
