"""The witnesses of an installation's log, real ones on loopback: asked after each checkpoint, loud when they refuse."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import text

from feed.witness import Book, create_witness
from greenroom.domain.base import digest
from greenroom.errors import BadInput
from greenroom.settings import Settings
from ledger import checkpoints, cosignatures, log
from ledger.log import Kind
from ops import doctor, witness
from ops.checkpoint import publish_checkpoint
from ops.receipts import signer
from ops.studio import Studio, open_studio
from ops.witness import State


@contextmanager
def serving(book: Book) -> Iterator[str]:
    """A witness on a free port of the loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_witness(book), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}#{book.witness}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def installation(home: Path, witnesses: str = "") -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=home, witnesses=witnesses)) as studio:
        yield studio


def grow(studio: Studio, *leaves: str) -> None:
    with studio.ledger.write() as tx:
        for leaf in leaves:
            log.append(tx, Kind.CONSENT, digest({"leaf": leaf}))


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A witness of the log in `home`."""
    with installation(tmp_path / "home") as studio:
        return Book(tmp_path / "witness", "w.example", [signer(studio).verifier])


def test_each_checkpoint_is_cosigned_and_its_cosignature_kept(tmp_path: Path, book: Book) -> None:
    with serving(book) as setting, installation(tmp_path / "home", setting) as studio:
        for leaves in (("a",), ("b", "c", "d"), ()):
            grow(studio, *leaves)
            note = publish_checkpoint(studio).note
            with studio.ledger.read() as tx:
                (line,) = witness.lines(tx, studio.settings, note, log.size(tx))
                (standing,) = witness.standing(tx, studio.settings)
            assert cosignatures.verify(note, line, book.witness).witness == "w.example"
            assert standing.cosigned == standing.newest == log_size(studio)
        assert [one.state for one in witness.cosign(studio)] == [State.COSIGNED]


def test_a_checkpoint_it_missed_is_caught_up_with(tmp_path: Path, book: Book) -> None:
    with installation(tmp_path / "home") as studio:
        grow(studio, "a", "b")
        publish_checkpoint(studio)
    with serving(book) as setting, installation(tmp_path / "home", setting) as studio:
        grow(studio, "c")
        assert [one.state for one in witness.cosign(studio)] == [State.COSIGNED]


def test_a_rewritten_log_is_refused_and_the_doctor_says_so(tmp_path: Path, book: Book) -> None:
    with serving(book) as setting:
        with installation(tmp_path / "home", setting) as studio:
            grow(studio, "a", "b", "c")
            publish_checkpoint(studio)
        # The operator makes another history under the same key, as long and longer.
        (tmp_path / "other" / "keys").mkdir(parents=True)
        key = (tmp_path / "home" / "keys" / "log.key").read_bytes()
        (tmp_path / "other" / "keys" / "log.key").write_bytes(key)
        with installation(tmp_path / "other", setting) as studio:
            grow(studio, "a", "X", "c")
            (answer,) = witness.cosign(studio)
            assert answer.state is State.REFUSED
            assert "another root" in answer.reason
            grow(studio, "d")
            (answer,) = witness.cosign(studio)
            assert (answer.state, "422" in answer.reason) == (State.REFUSED, True)
            (found,) = (one for one in doctor.examine(studio.settings) if one.part == "witness w.example")
            assert found.state is doctor.State.BROKEN
            assert "log cosign" in found.remedy


def test_a_log_that_lost_leaves_is_refused(tmp_path: Path, book: Book) -> None:
    with serving(book) as setting:
        with installation(tmp_path / "home", setting) as studio:
            grow(studio, "a", "b", "c")
            publish_checkpoint(studio)
            with studio.ledger.write() as tx:
                tx.connection.execute(text("DELETE FROM log_cosignatures"))
        (tmp_path / "other" / "keys").mkdir(parents=True)
        key = (tmp_path / "home" / "keys" / "log.key").read_bytes()
        (tmp_path / "other" / "keys" / "log.key").write_bytes(key)
        with installation(tmp_path / "other", setting) as studio:
            grow(studio, "a")
            (answer,) = witness.cosign(studio)
            assert (answer.state, "leaves were lost" in answer.reason) == (State.REFUSED, True)


def test_a_witness_that_is_away_stops_no_checkpoint(tmp_path: Path, book: Book) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}#{book.witness}"
    with installation(tmp_path / "home", address) as studio:
        grow(studio, "a")
        note = publish_checkpoint(studio).note
        assert checkpoints.verify(note, signer(studio).verifier).size == 1
        (answer,) = witness.cosign(studio)
        assert answer.state is State.UNREACHABLE
        assert answer.reason


@contextmanager
def answering(first: bytes, *, again: bytes = b"") -> Iterator[str]:
    """The address of a server that is no witness: it sends these bytes and, if told, more of them each half second."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):  # whoever asked has left
                connection.recv(65536)
                connection.sendall(first)
                while again and not over.wait(0.5):
                    connection.sendall(again)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def test_a_witness_that_answers_byte_by_byte_holds_no_run(
    tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "SECONDS", 1.0)
    for first in (b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/"):
        with answering(first, again=b"x") as url, installation(tmp_path / "home", f"{url}#{book.witness}") as studio:
            grow(studio, "a")
            publish_checkpoint(studio)  # returns, though the answer never ends


def test_no_answer_and_no_address_stops_a_run(tmp_path: Path, book: Book) -> None:
    for answer in (b"", b"no HTTP\r\n", b"HTTP/1.1 460 x\r\nContent-Length: 0\r\n\r\n"):
        with answering(answer) as url, installation(tmp_path / "home", f"{url}#{book.witness}") as studio:
            grow(studio, "a")
            assert publish_checkpoint(studio).size
    for url in (f"http://{'a' * 70}.example", "http://127.0.0.1:1/ü", "http://127.0.0.1:x", "http://"):
        with installation(tmp_path / "home", f"{url}#{book.witness}") as studio:
            (found,) = witness.cosign(studio)
            assert (found.state, bool(found.reason)) == (State.UNREACHABLE, True), url


def test_an_answer_that_is_no_cosignature_of_this_checkpoint_is_refused(tmp_path: Path, book: Book) -> None:
    impostor = Book(tmp_path / "impostor", "w.example", book_logs(tmp_path))
    with serving(impostor) as setting:
        address = f"{setting.partition('#')[0]}#{book.witness}"
        with installation(tmp_path / "home", address) as studio:
            grow(studio, "a")
            (answer,) = witness.cosign(studio)
            assert answer.state is State.REFUSED
            with studio.ledger.read() as tx:
                assert cosignatures.of_size(tx, 1) == ()


def test_a_setting_that_names_no_witness_says_what_one_is(tmp_path: Path, book: Book) -> None:
    for setting in ("http://w.example", "ftp://w.example#" + str(book.witness), "http://w#a+b+c", "x"):
        with pytest.raises(BadInput, match="witness") as refused:
            witness.configured(Settings.load({}, witnesses=setting))
        assert "URL#KEY" in refused.value.remedy
    twice = f"http://a#{book.witness}, http://b#{book.witness}"
    with pytest.raises(BadInput, match="same name"):
        witness.configured(Settings.load({}, witnesses=twice))
    assert witness.configured(Settings.load({})) == ()


def book_logs(tmp_path: Path) -> list[checkpoints.Verifier]:
    with installation(tmp_path / "home") as studio:
        return [signer(studio).verifier]


def log_size(studio: Studio) -> int:
    with studio.ledger.read() as tx:
        return log.size(tx)
