"""Certificates that were taken back: the revocation lists (X.509 CRL, RFC 5280 section 5) that lie beside the keys.

Nothing is asked of the network, so no list is fetched: whoever runs the installation puts it there, as its authority
hands it out, and it counts if an authority of a chain signed it that is trusted here: the root, or one between.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings
from ops.credentials.chain import FOLDER, authorities

REVOKED = "revoked"  # folder under the credentials: files *.crl, PEM or DER


def revoked(settings: Settings) -> dict[str, datetime]:
    """When which certificates were revoked, by serial number (decimal). Empty where there is no list.

    Raises `CredentialsFailed` for a list that cannot be read, or that no such authority signed: it is not passed over.
    """
    files = sorted((settings.keys / FOLDER / REVOKED).glob("*.crl"))
    if not files:
        return {}
    keys = [one.public_key() for one in authorities(settings)]
    return {str(one.serial_number): one.revocation_date_utc for file in files for one in _list(file, keys)}


def _list(file: Path, keys: list[CertificatePublicKeyTypes]) -> x509.CertificateRevocationList:
    try:
        data = file.read_bytes()
        pem = data.lstrip().startswith(b"-----BEGIN")
        found = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
    except (OSError, ValueError) as error:
        raise CredentialsFailed(f"no revocation list can be read from {file}: {error}") from error
    if not any(_signed(found, key) for key in keys):
        raise CredentialsFailed(
            f"the revocation list {file} is not signed by a root that is trusted here, nor by an authority under it",
            "Put the list there that the authority hands out which issued the certificate.",
        )
    return found


def _signed(found: x509.CertificateRevocationList, key: CertificatePublicKeyTypes) -> bool:
    try:
        return found.is_signature_valid(key)  # type: ignore[arg-type]  # a key that signs no lists is a TypeError
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
