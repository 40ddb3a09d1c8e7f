"""The certificates this installation signs with, made on first use or brought by configuration, and whom it trusts.

Belongs here: reading keys and certificates from disk, and saying clearly why a chain cannot be used.
"""

import datetime as dt
import itertools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ExtendedKeyUsageOID

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings
from ops.credentials.outside import OutsideSigner, http_address
from ops.credentials.own import CLAIM_SIGNING, make_chain, pem

FOLDER = "credentials"  # under settings.keys
EARLIER = "earlier"  # under it: *.pem, the chains or roots that clips were signed under before


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count, and whose time stamps: PEM texts."""

    roots: str
    stamps: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """What signing needs. `certificates` is PEM, signing certificate first, root left out; `root` is PEM.

    `sign` makes the ES256 signature of bytes as COSE has it: r and s raw, 32 bytes each, not DER (RFC 9053, section
    2.1). `timestamp_url`: the authority that stamps each signature; None: nobody is asked.
    """

    certificates: str
    root: str
    sign: Callable[[bytes], bytes]
    timestamp_url: str | None = None

    def __repr__(self) -> str:
        return f"Chain({leaf_name(self.certificates)})"

    @property
    def trust(self) -> Trust:
        """What is signed here, and no time stamp."""
        return Trust(self.root)


def ensure_chain(settings: Settings, environment: Mapping[str, str] | None = None) -> Chain:
    """The chain in force: the configured one, else this installation's own, made now if there is none yet.

    Safe to call from several processes at once: all get the same chain. Raises `CredentialsFailed` for a chain that
    is expired, does not fit its key, or lacks the purpose C2PA wants. A signer outside is not asked here.
    """
    environment = os.environ if environment is None else environment
    chain_file, key_file, url = settings.certificate_chain, settings.signing_key, settings.signer_url
    if settings.timestamp_url:
        http_address(settings.timestamp_url, "timestamp_url")
    stamps = settings.timestamp_url or None
    if key_file is not None and url:
        raise CredentialsFailed("signing_key and signer_url are both set", "Set the one that holds the private key.")
    if chain_file is None and (key_file is not None or url):
        counterpart = "signer_url" if url else "signing_key"
        raise CredentialsFailed(f"certificate_chain is not set though {counterpart} is", "Set both, or neither.")
    if chain_file is not None and url:
        certificates = _certificates(chain_file)
        public = _check(certificates, chain_file)
        token = environment.get(settings.signer_key, "").strip() or None
        return _chain(certificates, OutsideSigner(url, token, public), stamps)
    if chain_file is not None and key_file is None:
        raise CredentialsFailed(
            "certificate_chain is set, and neither signing_key nor signer_url is",
            "Name the file of the certificate's private key, or the signer that holds it.",
        )
    if chain_file is not None and key_file is not None:
        return _load(chain_file, key_file, stamps)
    folder = settings.keys / FOLDER
    if not folder.exists():
        make_chain(folder, settings.installation)
    return _load(folder / "chain.pem", folder / "signing.key", stamps)


def trusted(settings: Settings) -> Trust:
    """Whose signatures and time stamps count as this installation's: of the chain in force, and of earlier ones.

    It asks neither for the private key nor whether the certificates are still in force: what was signed stays signed.
    Raises `CredentialsFailed` for a file that holds no certificates.
    """
    roots = dict.fromkeys(pem(root) for chain in _chains(settings) for root in _roots(chain))
    stamps = settings.timestamp_roots
    return Trust("".join(roots), "".join(map(pem, _certificates(stamps))) if stamps is not None else "")


def authorities(settings: Settings) -> tuple[x509.Certificate, ...]:
    """The certificates that issue others in the chains that are trusted here: roots, and those between.

    Raises `CredentialsFailed` as `trusted` does.
    """
    chains = _chains(settings)
    found = [one for chain in chains for one in chain if one in _roots(chain) or _issues(one)]
    return tuple(dict.fromkeys(found))


def _chains(settings: Settings) -> list[list[x509.Certificate]]:
    """The chain in force, the one this installation made for itself, and those that are kept as earlier ones."""
    own = settings.keys / FOLDER / "chain.pem"
    if settings.certificate_chain is None and not own.exists():
        ensure_chain(settings)
    files = [settings.certificate_chain] if settings.certificate_chain is not None else []
    files += [own] if own.exists() else []
    files += sorted((settings.keys / FOLDER / EARLIER).glob("*.pem"))
    return [_certificates(file) for file in files]


def _roots(chain: list[x509.Certificate]) -> list[x509.Certificate]:
    """The last of a chain; of several roots in one file, each."""
    return [one for one in chain if one.subject == one.issuer] or chain[-1:]


def _issues(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def leaf_name(certificates: str) -> str:
    """The subject of the first certificate in a PEM text."""
    return x509.load_pem_x509_certificates(certificates.encode())[0].subject.rfc4514_string()


def _load(chain_file: Path, key_file: Path, stamps: str | None) -> Chain:
    certificates = _certificates(chain_file)
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CredentialsFailed(f"no private key can be read from {key_file}: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CredentialsFailed(
            f"the signing key {key_file} is a {type(key).__name__}, expected an elliptic curve key on P-256 (ES256)",
            "Have a certificate issued for a P-256 key.",
        )
    if _check(certificates, chain_file) != key.public_key():
        raise CredentialsFailed(
            f"the signing key {key_file} does not fit the first certificate of {chain_file} "
            f"({_subject(certificates[0])})",
            "Put the signing certificate first in the file, and name the key it was issued for.",
        )
    return _chain(certificates, _here(key), stamps)


def _chain(certificates: list[x509.Certificate], sign: Callable[[bytes], bytes], stamps: str | None) -> Chain:
    root = certificates[-1]
    sent = certificates[:-1] if len(certificates) > 1 and root.subject == root.issuer else certificates
    return Chain("".join(pem(certificate) for certificate in sent), pem(root), sign, stamps)


def _here(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Signing in this process."""

    def signature(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return signature


def _check(certificates: list[x509.Certificate], chain: Path) -> ec.EllipticCurvePublicKey:
    """The key of a chain that can be used: 1 it is for ES256, 2 every certificate is in force, 3 each is issued by the
    next, 4 the first may sign claims."""
    leaf = certificates[0]
    public = leaf.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise CredentialsFailed(
            f"the certificate {_subject(leaf)} in {chain} is for a {type(public).__name__}, expected an elliptic curve "
            "key on P-256 (ES256)",
            "Have a certificate issued for a P-256 key.",
        )
    now = dt.datetime.now(dt.UTC)
    for certificate in certificates:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            word = "expired on" if now > certificate.not_valid_after_utc else "is not valid before"
            when = certificate.not_valid_after_utc if word == "expired on" else certificate.not_valid_before_utc
            raise CredentialsFailed(
                f"the certificate {_subject(certificate)} in {chain} {word} {when:%Y-%m-%d %H:%M} UTC",
                "Renew it, or check this machine's clock.",
            )
    for issued, issuer in itertools.pairwise(certificates):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise CredentialsFailed(
                f"in {chain}, {_subject(issued)} was not issued by {_subject(issuer)}, the certificate after it",
                "Order the file from the signing certificate up to the root.",
            ) from error
    if leaf.subject == leaf.issuer:
        raise CredentialsFailed(f"{_subject(leaf)} in {chain} is self-signed, which C2PA does not accept for signing")
    try:
        purposes = set(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = set()
    if not purposes & {CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION}:
        raise CredentialsFailed(
            f"the certificate {_subject(leaf)} in {chain} has no purpose C2PA accepts; expected the extended key "
            f"usage {CLAIM_SIGNING.dotted_string} or emailProtection"
        )
    return public


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CredentialsFailed(f"no certificates can be read from {path}: {error}") from error


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
