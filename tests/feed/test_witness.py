"""A witness over HTTP: it cosigns a log that grows, once, and never a second history; it forgets nothing."""

import base64
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from feed.witness import MOST_BYTES, Book, create_witness
from greenroom.errors import BadInput
from ledger import checkpoints, cosignatures, merkle
from ledger.checkpoints import Signer
from ledger.log import Head

LOG = "studio.example/log"


class History:
    """A log of made-up leaves, in memory."""

    def __init__(self, *leaves: str) -> None:
        self._hashes = [merkle.leaf_hash(leaf.encode()) for leaf in leaves]

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self._hashes[index]
        return merkle.node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))

    def head(self, size: int) -> Head:
        return Head(size=size, root=merkle.root(size, self._node).hex())

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return merkle.consistency_proof(old, new, self._node) if 0 < old <= new else ()


@pytest.fixture
def signer() -> Signer:
    return Signer(LOG, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def book(tmp_path: Path, signer: Signer) -> Book:
    return Book(tmp_path / "witness", "w.example", [signer.verifier])


@pytest.fixture
def client(book: Book) -> TestClient:
    return TestClient(create_witness(book))


HONEST = History(*"abcdefgh")
FORKED = History(*"abcXefgh")


def body(old: int, note: str, proof: Sequence[bytes]) -> bytes:
    return f"old {old}\n{''.join(base64.b64encode(one).decode() + chr(10) for one in proof)}\n{note}".encode()


def submitted(client: TestClient, signer: Signer, old: int, new: int, history: History = HONEST) -> tuple[int, str]:
    note = checkpoints.sign(history.head(new), signer)
    answer = client.post("/add-checkpoint", content=body(old, note, history.proof(old, new)))
    return answer.status_code, answer.text


def test_a_log_that_grows_is_cosigned_and_the_cosignature_verifies(
    client: TestClient, book: Book, signer: Signer
) -> None:
    for old, new in ((0, 3), (3, 3), (3, 8)):
        status, line = submitted(client, signer, old, new)
        assert status == 200
        note = checkpoints.sign(HONEST.head(new), signer)
        assert cosignatures.verified(note, line, book.witness).witness == "w.example"
        assert checkpoints.verify(note + line, signer.verifier) == HONEST.head(new)


def test_whoever_asks_from_another_size_is_told_the_one_it_holds(client: TestClient, signer: Signer) -> None:
    submitted(client, signer, 0, 5)
    note = checkpoints.sign(HONEST.head(8), signer)
    answer = client.post("/add-checkpoint", content=body(3, note, HONEST.proof(3, 8)))
    assert (answer.status_code, answer.text) == (409, "5\n")
    assert answer.headers["content-type"].startswith("text/x.tlog.size")
    assert submitted(client, signer, 5, 3)[0] == 400


def test_another_history_is_refused_and_kept_as_evidence(client: TestClient, signer: Signer, tmp_path: Path) -> None:
    submitted(client, signer, 0, 5)
    assert submitted(client, signer, 5, 8, FORKED)[0] == 422
    assert submitted(client, signer, 5, 5, FORKED) == (409, "5\n")
    (kept,) = (tmp_path / "witness").glob("*.forked.txt")
    (beside,) = (tmp_path / "witness").glob("*.forked-from.txt")
    assert checkpoints.verify(kept.read_text(), signer.verifier) == FORKED.head(5)
    assert checkpoints.verify(beside.read_text(), signer.verifier) == HONEST.head(5)
    assert submitted(client, signer, 5, 8)[0] == 200


def test_a_log_it_does_not_know_and_a_key_it_does_not_trust_are_refused(client: TestClient) -> None:
    other = Ed25519PrivateKey.generate()
    assert submitted(client, Signer("else.example/log", other), 0, 1)[0] == 404
    assert submitted(client, Signer(LOG, other), 0, 1)[0] == 403


def test_what_is_no_submission_is_said_to_be_none(client: TestClient, signer: Signer) -> None:
    note = checkpoints.sign(HONEST.head(5), signer)
    step = sha256(b"step").digest()
    for content in (
        b"",
        b"old 1",
        note.encode(),
        b"old -1\n\n" + note.encode(),
        b"old 01\n\n" + note.encode(),
        b"old 1\n!!!\n\n" + note.encode(),
        b"old 1\nAAAA\n\n" + note.encode(),
        body(1, note, [step] * 64),
        b"old 1\n\n\xff\xfe",
    ):
        assert client.post("/add-checkpoint", content=content).status_code == 400, content
    assert client.post("/add-checkpoint", content=b"x" * (MOST_BYTES + 1)).status_code == 413
    assert client.get("/add-checkpoint").status_code == 405


def test_it_remembers_after_a_restart(client: TestClient, book: Book, signer: Signer, tmp_path: Path) -> None:
    submitted(client, signer, 0, 5)
    again = Book(tmp_path / "witness", "w.example", [signer.verifier])
    assert str(again.witness) == str(book.witness)
    assert submitted(TestClient(create_witness(again)), signer, 0, 8) == (409, "5\n")


def test_what_strangers_write_below_a_checkpoint_stops_nobody(client: TestClient, signer: Signer) -> None:
    submitted(client, signer, 0, 3)
    note = checkpoints.sign(HONEST.head(3), signer)
    for below in ("x\r\n\r\ny\n", "\r\r\n", "— else.example AAAA\n"):
        assert client.post("/add-checkpoint", content=body(3, note + below, ())).status_code == 200
    assert submitted(client, signer, 3, 8)[0] == 200


def test_of_two_histories_at_once_one_is_cosigned(client: TestClient, signer: Signer) -> None:
    submitted(client, signer, 0, 3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda number: submitted(client, signer, 3, 8, (HONEST, FORKED)[number % 2]), range(16))
        )
    cosigned = {number % 2 for number, (status, _) in enumerate(answers) if status == 200}
    assert len(cosigned) == 1
    assert sum(status == 200 for status, _ in answers) == 1


def test_a_name_that_no_signature_line_can_carry_is_refused(tmp_path: Path) -> None:
    for name in ("", "two words", "a+b", "a\nb"):
        with pytest.raises(BadInput, match="name"):
            Book(tmp_path, name, [])
