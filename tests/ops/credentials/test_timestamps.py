"""Time stamps: asked of an authority where one is set, else of nobody; a stamped clip outlives its certificate.

The authority is a real server on loopback that signs real tokens (RFC 3161). `cryptography` makes certificates but no
time stamps, so the few structures of the answer are encoded here.
"""

import datetime as dt
import io
import itertools
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from greenroom.errors import Unavailable
from ops.credentials.chain import Chain, Trust, ensure_chain, trusted
from ops.credentials.own import pem
from ops.credentials.reading import State, read
from ops.credentials.signing import sign

if TYPE_CHECKING:
    from tests.ops.credentials.conftest import Studio

_INTEGER, _OCTETS, _OID, _SEQUENCE, _SET, _TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
_EXPLICIT = 0xA0
_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
_SHA256, _ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
_POLICY = "1.3.6.1.4.1.13762.3"


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    encoded = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        encoded += bytes(reversed(groups))
    return _der(_OID, bytes(encoded))


def _children(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Tag, content and whole of each element in a sequence's content; lengths of one or two bytes are enough here."""
    at = 0
    while at < len(data):
        tag, size, start = data[at], data[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 2 : start], "big")
        yield tag, data[start : start + size], data[at : start + size]
        at = start + size


class Authority:
    """A root, a stamping certificate and the server that stamps. `moment`: what the stamps say; None: now.

    `asked` counts the requests that came in; with a `failure` it answers with that HTTP status.
    """

    def __init__(self, *, moment: dt.datetime | None = None, failure: int | None = None) -> None:
        self.moment, self.failure, self.asked = moment, failure, 0
        self._serials = itertools.count(1)
        root_key, self._key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("stamping root", root_key, "stamping root", root_key)
        purpose = ExtendedKeyUsageOID.TIME_STAMPING
        self._certificate = _certificate("stamping unit", self._key, "stamping root", root_key, purpose=purpose)
        self.root_pem = pem(root)
        self._certificates = [one.public_bytes(serialization.Encoding.DER) for one in (self._certificate, root)]

    def __enter__(self) -> Self:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                authority.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = authority.stamped(body)
                self.send_response(authority.failure or 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/stamp"

    def stamped(self, request: bytes) -> bytes:
        """The TimeStampResp of a TimeStampReq, granted."""
        [(_, fields, _)] = _children(request)
        elements = list(_children(fields))
        imprint = elements[1][2]
        nonce = b"".join(whole for tag, _, whole in elements[2:] if tag == _INTEGER)
        moment = (self.moment or dt.datetime.now(dt.UTC)).strftime("%Y%m%d%H%M%SZ").encode()
        info = _der(
            _SEQUENCE,
            _integer(1),
            _oid(_POLICY),
            imprint,
            _integer(next(self._serials)),
            _der(_TIME, moment),
            nonce,
        )
        return _der(_SEQUENCE, _der(_SEQUENCE, _integer(0)), self._token(info))

    def _token(self, info: bytes) -> bytes:
        hashed_certificate = _der(_OCTETS, sha256(self._certificates[0]).digest())
        attributes = b"".join(
            sorted(
                (
                    _attribute(_CONTENT_TYPE, _oid(_TST_INFO)),
                    _attribute(_MESSAGE_DIGEST, _der(_OCTETS, sha256(info).digest())),
                    _attribute(
                        _SIGNING_CERTIFICATE, _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, hashed_certificate)))
                    ),
                )
            )
        )
        algorithm = _der(_SEQUENCE, _oid(_SHA256))
        signature = self._key.sign(_der(_SET, attributes), ec.ECDSA(hashes.SHA256()))
        issuer = _der(_SEQUENCE, self._certificate.issuer.public_bytes(), _integer(self._certificate.serial_number))
        signer = _der(
            _SEQUENCE,
            _integer(1),
            issuer,
            algorithm,
            _der(_EXPLICIT, attributes),
            _der(_SEQUENCE, _oid(_ECDSA_SHA256)),
            _der(_OCTETS, signature),
        )
        signed = _der(
            _SEQUENCE,
            _integer(3),
            _der(_SET, algorithm),
            _der(_SEQUENCE, _oid(_TST_INFO), _der(_EXPLICIT, _der(_OCTETS, info))),
            _der(_EXPLICIT, *self._certificates),
            _der(_SET, signer),
        )
        return _der(_SEQUENCE, _oid(_SIGNED_DATA), _der(_EXPLICIT, signed))


def _attribute(kind: str, value: bytes) -> bytes:
    return _der(_SEQUENCE, _oid(kind), _der(_SET, value))


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    purpose: x509.ObjectIdentifier | None = None,
    seconds: int = 3650 * 86_400,
    more: tuple[x509.ExtensionType, ...] = (),
) -> x509.Certificate:
    """A certificate in force from ten years ago to `seconds` from now; one without `purpose` is an authority's."""
    now, authority = dt.datetime.now(dt.UTC), purpose is None
    names = [
        x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
        )
        for common in (issuer, subject)
    ]
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder(names[0], names[1], key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(seconds=seconds))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if purpose is not None:
        stamping = purpose == ExtendedKeyUsageOID.TIME_STAMPING
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=stamping)
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass(frozen=True)
class Bought:
    """A signing certificate, its root, and its key."""

    leaf: x509.Certificate
    root: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def chain(self, timestamp_url: str | None = None) -> Chain:
        return Chain(pem(self.leaf), pem(self.root), self.sign, timestamp_url)

    def sign(self, data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def bought(seconds: int, *more: x509.ExtensionType) -> Bought:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    purpose = ExtendedKeyUsageOID.EMAIL_PROTECTION
    leaf = _certificate("signing unit", key, "signing root", root_key, purpose=purpose, seconds=seconds, more=more)
    return Bought(leaf, _certificate("signing root", root_key, "signing root", root_key), key)


def stated(file: Path, trust: dict[str, Any]) -> tuple[str, dict[str, Any], set[str]]:
    """State, signature and status codes of a file by c2pa's own Reader, with none of our code."""
    with (
        c2pa.Context.from_dict({"trust": trust}) as settings,
        c2pa.Reader("video/mp4", io.BytesIO(file.read_bytes()), None, settings) as reader,
    ):
        store = json.loads(reader.json())
        results = store["validation_results"]["activeManifest"]
        codes = {one["code"] for found in results.values() for one in found}
        return reader.get_validation_state(), store["manifests"][store["active_manifest"]]["signature_info"], codes


def test_each_signature_is_stamped_where_an_authority_is_set(studio: "Studio", tmp_path: Path) -> None:
    out, roots = tmp_path / "clip.mp4", tmp_path / "roots.pem"
    with Authority(moment=dt.datetime.now(dt.UTC)) as authority:
        roots.write_text(authority.root_pem)
        settings = studio.settings.model_copy(update={"timestamp_url": authority.url, "timestamp_roots": roots})
        sign(studio.film, out, studio.manifest(), ensure_chain(settings), trusted(settings))
    assert authority.asked == 1
    assert read(out, trusted(settings)).state is State.TRUSTED
    stamping = {"trust_anchors": authority.root_pem, "trust_kind": "tsa", "trust_uri": "urn:tests"}
    state, signature, codes = stated(out, {"user_anchors": studio.chain.root, "anchors": [stamping]})
    assert state == "Trusted"
    assert authority.moment is not None
    assert signature["time"] == authority.moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    assert {"timeStamp.validated", "timeStamp.trusted"} <= codes


def test_a_stamped_clip_outlives_its_certificate_where_the_stamp_is_trusted(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    with Authority() as authority:
        owned = bought(5)
        sign(studio.film, out, studio.manifest(), owned.chain(authority.url), Trust("", authority.root_pem))
    while dt.datetime.now(dt.UTC) <= owned.leaf.not_valid_after_utc + dt.timedelta(seconds=1):
        time.sleep(0.2)
    assert read(out, Trust(pem(owned.root), authority.root_pem)).state is State.TRUSTED
    unknown = read(out, Trust(pem(owned.root)))
    assert unknown.state is State.INVALID, "without the authority's root nobody knows when"
    assert any("expired" in failure for failure in unknown.failures)


def test_a_stamped_parent_is_an_ingredient_without_failure(studio: "Studio", tmp_path: Path) -> None:
    parent, out = tmp_path / "parent.mp4", tmp_path / "remix.mp4"
    with Authority() as authority:
        chain = Chain(studio.chain.certificates, studio.chain.root, studio.chain.sign, authority.url)
        sign(studio.film, parent, studio.manifest(), chain)
        sign(studio.film, out, studio.manifest("remixremixrem", parent), chain)
    report = read(out, studio.chain.trust)
    assert (report.state, report.failures, report.ingredient_failures) == (State.TRUSTED, (), ())


def test_an_authority_that_does_not_stamp_is_said_and_leaves_nothing(studio: "Studio", tmp_path: Path) -> None:
    with Authority(failure=500) as authority:
        for url in (authority.url, _closed()):
            chain = Chain(studio.chain.certificates, studio.chain.root, studio.chain.sign, url)
            with pytest.raises(Unavailable, match="does not stamp") as caught:
                sign(studio.film, tmp_path / "clip.mp4", studio.manifest(), chain)
            assert url in caught.value.fact
            assert "the take is kept" in caught.value.remedy
    assert not list(tmp_path.iterdir())


def _closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/"


# Kills the process that opens a socket of the internet: a filter of system calls (seccomp, "man 2 seccomp"), so that
# it holds for the library's own code too. Numbers of `socket` on x86-64 and AArch64.
_GUARD = """
import ctypes, platform, struct, sys
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, KILL = 0x7fff0000, 0x80000000
call = {"x86_64": 41, "aarch64": 198}[platform.machine()]
steps = [
    (LOAD, 0, 0, 0), (EQUAL, 0, 4, call),  # the number of the system call
    (LOAD, 0, 0, 16), (EQUAL, 1, 0, 2), (EQUAL, 0, 1, 10),  # its first argument: IPv4 or IPv6
    (RETURN, 0, 0, KILL), (RETURN, 0, 0, ALLOW),
]
program = b"".join(struct.pack("=HBBI", *step) for step in steps)
held = ctypes.create_string_buffer(program)
filtered = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(held)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0, "no new privileges"
assert libc.prctl(22, 2, filtered, 0, 0) == 0, "the filter"
"""
_SIGN_AND_READ = """
from pathlib import Path
from ops.credentials.chain import ensure_chain, trusted
from ops.credentials.manifest import Lineage, Manifest, source_type
from ops.credentials.reading import read
from ops.credentials.signing import sign
from greenroom.settings import Settings
folder = Path(sys.argv[1])
settings = Settings(home=folder / "home", certificate_chain=folder / "chain.pem", signing_key=folder / "signing.key")
lineage = Lineage.model_validate_json((folder / "lineage.json").read_text())
poster = (folder / "poster.jpg").read_bytes()
manifest = Manifest(title="clip", source_type=source_type(None, captured=True), lineage=lineage, thumbnail=poster)
signed = sign(folder / "film.mp4", folder / "clip.mp4", manifest, ensure_chain(settings), trusted(settings))
for sidecar in (None, signed.sidecar):
    print(read(folder / "clip.mp4", trusted(settings), sidecar).state.value)
"""


def _guarded(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _GUARD + code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])


def test_without_an_authority_no_socket_is_opened(studio: "Studio", tmp_path: Path) -> None:
    """Though the certificate names a responder (OCSP), a list (CRL) and its issuer's page, which might be asked."""
    address = x509.UniformResourceIdentifier(_closed())
    access = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
    owned = bought(
        86_400,
        x509.AuthorityInformationAccess([x509.AccessDescription(one, address) for one in access]),
        x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)]),
    )
    key = owned.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "chain.pem").write_text(pem(owned.leaf) + pem(owned.root))
    (tmp_path / "signing.key").write_bytes(key)
    (tmp_path / "film.mp4").write_bytes(studio.film.read_bytes())
    (tmp_path / "poster.jpg").write_bytes(studio.poster)
    (tmp_path / "lineage.json").write_text(studio.manifest().lineage.model_dump_json())
    answered = _guarded(_SIGN_AND_READ, tmp_path)
    assert (answered.returncode, answered.stdout.split()) == (0, ["trusted", "trusted"]), answered.stderr
    # And the guard is one.
    asking = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert _guarded(asking, tmp_path).returncode == -signal.SIGSYS
