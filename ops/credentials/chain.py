"""The certificates this installation signs with: made on first use, or brought by configuration.

Belongs here: keys and certificates on disk, and saying clearly why a chain cannot be used. A chain made here is a
root and one signing certificate (C2PA 2.2, section 14.5.1: certificate profile). Both are long-lived, because without a
time stamp (this works offline) a signature is trusted only as long as its certificate.
"""

import datetime as dt
import itertools
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")  # c2pa-kp-claimSigning
ROOT_YEARS, SIGNING_YEARS = 25, 10
FOLDER = "credentials"  # under settings.keys


@dataclass(frozen=True, slots=True)
class Chain:
    """What signing needs. `certificates` is PEM, signing certificate first, root left out; `root` is PEM."""

    certificates: str
    root: str
    key: ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"Chain({leaf_name(self.certificates)})"


def ensure_chain(settings: Settings) -> Chain:
    """The chain in force: the configured one, else this installation's own, made now if there is none yet.

    Safe to call from several processes at once: all get the same chain. Raises `CredentialsFailed` for a chain that
    is expired, does not fit its key, or lacks the purpose C2PA wants.
    """
    if (settings.certificate_chain is None) != (settings.signing_key is None):
        missing = "signing_key" if settings.signing_key is None else "certificate_chain"
        raise CredentialsFailed(f"{missing} is not set though its counterpart is", "Set both, or neither.")
    if settings.certificate_chain is not None and settings.signing_key is not None:
        return _load(settings.certificate_chain, settings.signing_key)
    folder = settings.keys / FOLDER
    if not folder.exists():
        _make(folder, settings.installation)
    return _load(folder / "chain.pem", folder / "signing.key")


def trust_roots(settings: Settings) -> str:
    """PEM of every root whose signatures count as this installation's: the one in force, and its own earlier one."""
    roots = [ensure_chain(settings).root]
    own = settings.keys / FOLDER / "chain.pem"
    if own.exists():
        roots.append(_pem(_certificates(own)[-1]))
    return "".join(dict.fromkeys(roots))


def leaf_name(certificates: str) -> str:
    """The subject of the first certificate in a PEM text."""
    return x509.load_pem_x509_certificates(certificates.encode())[0].subject.rfc4514_string()


def _make(folder: Path, installation: str) -> None:
    """Write root, chain and keys into a folder of their own and move it into place whole; the first process wins."""
    root_key, signing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, signing_name = _name(f"{installation} root"), _name(f"{installation} clips")
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, ROOT_YEARS, authority=True)
    signing = _certificate(signing_name, signing_key.public_key(), root_name, root_key, SIGNING_YEARS, authority=False)
    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.partial")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.mkdir(mode=0o700)
        _write(partial / "root.pem", _pem(root))
        _write(partial / "root.key", _key_pem(root_key))
        _write(partial / "chain.pem", _pem(signing) + _pem(root))
        _write(partial / "signing.key", _key_pem(signing_key))
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        if not folder.exists():
            raise CredentialsFailed(f"cannot write the signing keys to {folder}: {error}") from error


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _load(chain_file: Path, key_file: Path) -> Chain:
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
    _check(certificates, key, chain_file, key_file)
    root = certificates[-1]
    sent = certificates[:-1] if len(certificates) > 1 and root.subject == root.issuer else certificates
    return Chain("".join(_pem(certificate) for certificate in sent), _pem(root), key)


def _check(certificates: list[x509.Certificate], key: ec.EllipticCurvePrivateKey, chain: Path, key_file: Path) -> None:
    """1 the key fits. 2 every certificate is in force. 3 each is issued by the next. 4 it may sign claims."""
    leaf = certificates[0]
    if leaf.public_key() != key.public_key():
        raise CredentialsFailed(
            f"the signing key {key_file} does not fit the first certificate of {chain} ({_subject(leaf)})",
            "Put the signing certificate first in the file, and name the key it was issued for.",
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


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CredentialsFailed(f"no certificates can be read from {path}: {error}") from error


def _certificate(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    years: int,
    *,
    authority: bool,
) -> x509.Certificate:
    start = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)  # clocks of readers differ
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Greenroom"),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),  # X.520's upper bound
        ]
    )


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
