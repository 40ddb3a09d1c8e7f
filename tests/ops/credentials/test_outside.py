"""A signing key that stays outside: the signer of the docs, and what becomes of one that does not sign as it should."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import c2pa
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from greenroom.errors import CredentialsFailed, GreenroomError, Unavailable
from greenroom.settings import Settings
from ops.credentials import outside
from ops.credentials.chain import Chain, ensure_chain
from ops.credentials.outside import OutsideSigner
from ops.credentials.own import make_chain
from ops.credentials.signing import sign

if TYPE_CHECKING:
    from tests.ops.credentials.conftest import Studio

DOCS = Path(__file__).parents[3] / "docs" / "operators.md"
TOKEN = "a-token-that-is-long-enough"
KEY = ec.generate_private_key(ec.SECP256R1())
DATA = b"what C2PA has signed" * 40

Answer = tuple[int, bytes]


@contextmanager
def answering(answer: Callable[[bytes, int], Answer | None]) -> Iterator[tuple[str, list[bytes]]]:
    """A signer that answers each request as told, by its body and number; None: never. Its address, and what came."""
    came: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(body)
            found = answer(body, len(came))
            if found is None:
                self.rfile.read(1)  # until whoever asks goes away
                return
            self.send_response(found[0])
            if found[0] == 307:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(found[1])))
            self.end_headers()
            self.wfile.write(found[1])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sign?key=clips", came
    finally:
        server.shutdown()
        server.server_close()


def der(data: bytes) -> bytes:
    return KEY.sign(data, ec.ECDSA(hashes.SHA256()))


def raw(data: bytes) -> bytes:
    r, s = utils.decode_dss_signature(der(data))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def asked(url: str, seconds: float = 5.0) -> OutsideSigner:
    return OutsideSigner(url, TOKEN, KEY.public_key(), seconds)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "PAUSES", (0.0, 0.0))


def documented(folder: Path) -> Path:
    """The signer that the operators' docs show, as it stands there."""
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 40
    file = folder / "signer.py"
    file.write_text(code)
    return file


@contextmanager
def running(program: Path, key: Path, token: str) -> Iterator[str]:
    """The program as a process; its address as it prints it."""
    environment = {**os.environ, "GREENROOM_SIGNER_TOKEN": token}
    command = [sys.executable, str(program), str(key), "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_the_signer_in_the_docs_signs_a_clip_that_c2pas_reader_trusts(studio: "Studio", tmp_path: Path) -> None:
    make_chain(tmp_path / "bought", "studio.example")
    home, out = tmp_path / "home", tmp_path / "clip.mp4"
    with running(documented(tmp_path), tmp_path / "bought" / "signing.key", TOKEN) as url:
        settings = Settings(home=home, certificate_chain=tmp_path / "bought" / "chain.pem", signer_url=url)
        chain = ensure_chain(settings, {"GREENROOM_SIGNER_TOKEN": f"{TOKEN}\n"})
        sign(studio.film, out, studio.manifest(), chain)
        # Nobody without the token has anything signed.
        with pytest.raises(CredentialsFailed, match=r"refuses with HTTP 401") as caught:
            sign(studio.film, tmp_path / "other.mp4", studio.manifest(), ensure_chain(settings, {}))
        assert "signer_key" in caught.value.remedy
    with (
        c2pa.Context.from_dict({"trust": {"user_anchors": chain.root}}) as trust,
        c2pa.Reader("video/mp4", io.BytesIO(out.read_bytes()), None, trust) as reader,
    ):
        assert reader.get_validation_state() == "Trusted"
    assert not home.exists(), "no key was made beside it"
    assert [file.name for file in tmp_path.glob("*.mp4")] == ["clip.mp4"], "nothing half-made is left"


def test_the_key_can_have_another_variable(tmp_path: Path) -> None:
    make_chain(tmp_path / "bought", "studio.example")
    key = serialization.load_pem_private_key((tmp_path / "bought" / "signing.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    with answering(lambda body, _: (200, key.sign(body, ec.ECDSA(hashes.SHA256())))) as (url, came):
        settings = Settings(
            home=tmp_path, certificate_chain=tmp_path / "bought" / "chain.pem", signer_url=url, signer_key="OTHER"
        )
        assert len(ensure_chain(settings, {"OTHER": TOKEN}).sign(DATA)) == 64
    assert came == [DATA]


@pytest.mark.parametrize("form", [raw, der])
def test_a_signature_may_come_raw_or_in_der(form: Callable[[bytes], bytes]) -> None:
    with answering(lambda body, _: (200, form(body))) as (url, came):
        signature = asked(url)(DATA)
    assert came == [DATA], "the very bytes, once"
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    assert len(signature) == 64
    KEY.public_key().verify(utils.encode_dss_signature(r, s), DATA, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("no signature by the certificate's key", lambda body: (200, b"")),
        ("no signature by the certificate's key", lambda body: (200, b"\x30\x06\x02\x01\x01\x02\x01\x01")),
        ("no signature by the certificate's key", lambda body: (200, bytes(64))),
        ("no signature by the certificate's key", lambda body: (200, b"\xff" * 64)),
        ("no signature by the certificate's key", lambda body: (200, der(body + b"more"))),
        ("refuses with HTTP 403", lambda body: (403, b"")),
        ("HTTP 404", lambda body: (404, b"not here")),
        ("HTTP 307", lambda body: (307, b"")),
    ],
)
def test_an_answer_that_is_no_signature_is_not_used_and_not_asked_for_again(
    said: str, answer: Callable[[bytes], Answer]
) -> None:
    with (
        answering(lambda body, _: answer(body)) as (url, came),
        pytest.raises(CredentialsFailed, match=said) as caught,
    ):
        asked(url)(DATA)
    assert len(came) == 1
    assert caught.value.remedy or "expected 200" in caught.value.fact
    assert TOKEN not in str(caught.value)


def test_one_that_is_busy_is_asked_again() -> None:
    answers = {1: (503, b""), 2: (429, b"")}
    with answering(lambda body, number: answers.get(number, (200, raw(body)))) as (url, came):
        assert len(asked(url)(DATA)) == 64
    assert len(came) == 3


@pytest.mark.parametrize("answer", [None, (500, b""), (200, b"x" * 5000)])
def test_one_that_does_not_sign_is_given_up_after_three_times(answer: Answer | None) -> None:
    with (
        answering(lambda body, _: answer) as (url, came),
        pytest.raises(Unavailable, match="3 times in a row") as caught,
    ):
        asked(url, 1.0)(DATA)
    assert len(came) == 3
    assert "the take is kept" in caught.value.remedy


def test_one_that_sends_a_byte_now_and_then_does_not_hold_a_run() -> None:
    class Drip(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "64")
            self.end_headers()
            with suppress(OSError):  # whoever asked went away
                for _ in range(64):
                    self.wfile.write(b"\x00")
                    time.sleep(0.1)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(Unavailable, match=r"did not answer in 0\.3 s"):
        asked(f"http://127.0.0.1:{server.server_port}/", 0.3)(DATA)
    server.shutdown()
    server.server_close()


def test_nobody_there_is_said_and_leaves_nothing(studio: "Studio", tmp_path: Path) -> None:
    nobody = OutsideSigner("http://user:word@127.0.0.1:9/", None, KEY.public_key())
    chain = Chain(studio.chain.certificates, studio.chain.root, nobody)
    with pytest.raises(Unavailable, match=r"the signer at 127\.0\.0\.1:9 does not sign: .*refused") as caught:
        sign(studio.film, tmp_path / "clip.mp4", studio.manifest(), chain)
    assert "word" not in str(caught.value)
    assert not list(tmp_path.iterdir())
    assert isinstance(caught.value, GreenroomError), "no gate takes it for a refusal of the clip"
