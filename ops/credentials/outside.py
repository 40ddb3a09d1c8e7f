"""A signer outside this process: the signing key stays where it is, and what is to be signed goes to it over HTTP.

The bytes that C2PA has signed (a COSE Sig_structure, some kilobytes; the film is not in it) are posted as they are; the
answer's body is the signature, ES256: r and s in 32 bytes each, or in DER. It is verified with the certificate before
it is used. No redirect is followed: a token goes to the address that was set, and nowhere else.
"""

import time
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from greenroom.errors import CredentialsFailed, Unavailable

SECONDS = 10.0  # that one attempt may take, from looking the name up to the last byte
PAUSES = (0.5, 2.0)  # seconds before the second attempt, and before the third and last
_LARGEST = 4096  # bytes of an answer
_BUSY = 429
_REFUSED = (401, 403)


class OutsideSigner:
    """Signs by asking the signer at `url`. `token` is sent as a bearer token, `public` is the certificate's key.

    Raises `CredentialsFailed` for what is no http or https address, and for a token that no header can carry.
    """

    def __init__(
        self, url: str, token: str | None, public: ec.EllipticCurvePublicKey, seconds: float = SECONDS
    ) -> None:
        self._parts = http_address(url, "signer_url")
        if token is not None and not (token.isascii() and token.isprintable()):
            raise CredentialsFailed("the signer's token has characters that no header can carry", "See signer_key.")
        self._token, self._public, self._seconds = token, public, seconds

    @property
    def name(self) -> str:
        """Where it answers, without what an address may say of who asks."""
        return f"the signer at {self._parts.netloc.rpartition('@')[2]}"

    def __call__(self, data: bytes) -> bytes:
        """The signature of `data` as COSE has it: r and s, 32 bytes each.

        Raises `Unavailable` when no answer comes in three attempts, `CredentialsFailed` for one that cannot be used.
        """
        reason = ""
        for pause in (0.0, *PAUSES):
            time.sleep(pause)
            try:
                status, body = self._asked(data)
            except TimeoutError:
                reason = f"it did not answer in {self._seconds:g} s"
                continue
            except OSError as error:
                reason = str(error) or type(error).__name__
                continue
            if status == _BUSY or status >= 500:
                reason = f"it answers with HTTP {status}"
                continue
            return self._checked(status, body, data)
        raise Unavailable(
            f"{self.name} does not sign: {reason}, {len(PAUSES) + 1} times in a row",
            "Run the same command again when it answers: the take is kept, and its marks are put on then.",
        )

    def _checked(self, status: int, body: bytes, data: bytes) -> bytes:
        if status in _REFUSED:
            raise CredentialsFailed(
                f"{self.name} refuses with HTTP {status}",
                "The setting signer_key names the environment variable that holds its token.",
            )
        if status != 200:
            raise CredentialsFailed(f"{self.name} answers with HTTP {status}; expected 200 and a signature")
        for read in (_raw, _der):
            signature = read(body)
            if signature is not None and _verifies(signature, data, self._public):
                r, s = signature
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        raise CredentialsFailed(
            f"{self.name} answers with {len(body)} bytes that are no signature by the certificate's key of what it "
            "was sent; expected ES256, r and s in 64 bytes or in DER",
            "Have it sign with the key that the first certificate of certificate_chain was issued for.",
        )

    def _asked(self, data: bytes) -> tuple[int, bytes]:
        """Status and body, in the time for one attempt. Raises `OSError`."""
        answered: Future[tuple[int, bytes]] = Future()

        def ask() -> None:
            try:
                answered.set_result(self._exchanged(data))
            except OSError as error:
                answered.set_exception(error)
            except (HTTPException, ValueError) as error:  # no HTTP, or longer than a signature
                answered.set_exception(OSError(str(error) or type(error).__name__))

        # A socket's own limit is for each read: a signer that sends a byte now and then would hold a run for days.
        Thread(target=ask, name="signer", daemon=True).start()
        return answered.result(self._seconds)

    def _exchanged(self, data: bytes) -> tuple[int, bytes]:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._seconds)
        headers = {"Content-Type": "application/octet-stream", "Accept": "application/octet-stream"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        path = self._parts.path or "/"
        try:
            connection.request("POST", f"{path}?{self._parts.query}" if self._parts.query else path, data, headers)
            response = connection.getresponse()
            body = response.read(_LARGEST + 1)
            if len(body) > _LARGEST:
                raise HTTPException(f"its answer is longer than {_LARGEST} bytes")
            return response.status, body
        finally:
            connection.close()


def http_address(url: str, setting: str) -> SplitResult:
    """The parts of an http or https address. Raises `CredentialsFailed` that names the setting."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise CredentialsFailed(f"{setting} is {url!r}; expected an http or https address", f"Correct {setting}.")
    return parts


def _raw(body: bytes) -> tuple[int, int] | None:
    return (int.from_bytes(body[:32], "big"), int.from_bytes(body[32:], "big")) if len(body) == 64 else None


def _der(body: bytes) -> tuple[int, int] | None:
    try:
        return utils.decode_dss_signature(body)
    except ValueError:
        return None


def _verifies(signature: tuple[int, int], data: bytes, public: ec.EllipticCurvePublicKey) -> bool:
    try:
        public.verify(utils.encode_dss_signature(*signature), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
