"""Certificates that have expired, are not in force yet, or were taken back."""

import datetime as dt
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings
from ops.credentials.chain import FOLDER, Chain, Trust, ensure_chain
from ops.credentials.own import pem
from ops.credentials.reading import State
from ops.credentials.revocation import REVOKED, revoked
from tests.ops.verifying.conftest import CLIP, House, MemoryRecords

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


Keys = tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]


def new_keys() -> Keys:
    """A root's, and a signer's."""
    return ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def chain_in_force(start: dt.datetime, end: dt.datetime, keys: Keys | None = None) -> Chain:
    """A root, and a signing certificate in force between these moments."""
    root_key, key = keys or new_keys()

    def certificate(name: str, public: ec.EllipticCurvePublicKey, *, root: bool) -> x509.Certificate:
        subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, "a root"))
        builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        builder = builder.not_valid_before(NOW - 400 * DAY if root else start)
        builder = builder.not_valid_after(NOW + 400 * DAY if root else end)
        builder = builder.add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(public)
        issued = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(issued, critical=False)
        usage = dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=not root, key_cert_sign=root, crl_sign=root, **usage), critical=True
        )
        if not root:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(root_key, hashes.SHA256())

    def sign(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    leaf, top = (
        certificate("a signer", key.public_key(), root=False),
        certificate("a root", root_key.public_key(), root=True),
    )
    return Chain(pem(leaf), pem(top), sign)


def house_of(chain: Chain, house: House, folder: Path) -> House:
    return House(chain, MemoryRecords(Trust(chain.root), house.key), folder)


def test_an_expired_certificate_is_said_to_be_that(house: House, tmp_path: Path) -> None:
    """Not of a turned certificate but of one whose time runs out."""
    film = house.film()
    end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=8)
    brief = house_of(chain_in_force(NOW - 30 * DAY, end), house, tmp_path)
    file = brief.published(film)
    while dt.datetime.now(dt.UTC) <= end + dt.timedelta(seconds=1):
        time.sleep(0.1)
    report = brief.verify(file)
    assert (report.verified, report.credentials.state) == (False, State.INVALID)
    assert any("expired" in reason for reason in report.disagreements)


def test_nothing_is_signed_beside_a_clock_that_is_wrong(house: House, tmp_path: Path) -> None:
    """A certificate that is not in force yet: this clock is in the past, or that of its authority in the future."""
    early = house_of(chain_in_force(NOW + 2 * DAY, NOW + 90 * DAY), house, tmp_path)
    with pytest.raises(CredentialsFailed, match="not valid at time of signing"):
        early.sign(early.film(), tmp_path / "out.mp4")


def test_a_certificate_that_was_taken_back_signs_nothing_from_then_on(house: House) -> None:
    file = house.published(house.film())
    serial = x509.load_pem_x509_certificates(house.chain.certificates.encode())[0].serial_number
    published = house.records.origins[CLIP].published_at
    house.records.revoked = {str(serial): published - DAY}
    report = house.verify(file)
    assert not report.verified
    assert f"credentials: the certificate that signed them was revoked on {published - DAY:%Y-%m-%d}" in (
        report.disagreements
    )
    house.records.revoked = {str(serial): published + DAY}
    assert house.verify(file).verified, "the log had it before"


def test_a_file_that_was_marked_again_counts_from_then(house: House) -> None:
    file = house.published(house.film())
    serial = x509.load_pem_x509_certificates(house.chain.certificates.encode())[0].serial_number
    published = house.records.origins[CLIP].published_at
    house.records.revoked = {str(serial): published + DAY}
    for shown_at, stands in ((published, True), (published + 2 * DAY, False)):
        house.records.known[CLIP] = house.records.known[CLIP].model_copy(update={"shown_at": shown_at})
        assert house.verify(file).verified is stands


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path)
    ensure_chain(found)
    (tmp_path / "keys" / FOLDER / REVOKED).mkdir()
    return found


def revocation_list(
    settings: Settings, key: ec.EllipticCurvePrivateKey | None = None, *, pem_text: bool = True
) -> Path:
    folder = settings.keys / FOLDER
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    own = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    one = x509.RevokedCertificateBuilder(serial_number=77, revocation_date=NOW - DAY).build()
    builder = x509.CertificateRevocationListBuilder(root.subject, NOW - DAY, NOW + DAY, [], [one])
    found = builder.sign(key or own, hashes.SHA256())
    path = folder / REVOKED / "mine.crl"
    path.write_bytes(found.public_bytes(serialization.Encoding.PEM if pem_text else serialization.Encoding.DER))
    return path


@pytest.mark.parametrize("pem_text", [True, False])
def test_a_list_beside_the_keys_is_read(settings: Settings, pem_text: bool) -> None:
    assert revoked(settings) == {}
    revocation_list(settings, pem_text=pem_text)
    found = revoked(settings)
    assert list(found) == ["77"]
    assert found["77"] == (NOW - DAY).replace(microsecond=0)


def test_a_list_of_the_authority_between_is_read(settings: Settings, tmp_path: Path) -> None:
    """The certificate was issued by an intermediate, and so is its list; the root never signs one for it."""
    root_key, key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def issued(
        name: str, by: str, public: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, *, authority: bool
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(named(by), named(name), public, x509.random_serial_number())
        builder = builder.not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        return builder.sign(signer, hashes.SHA256())

    chain = (
        issued("clips", "between", leaf_key.public_key(), key, authority=False),
        issued("between", "top", key.public_key(), root_key, authority=True),
        issued("top", "top", root_key.public_key(), root_key, authority=True),
    )
    (tmp_path / "bought.pem").write_text("".join(map(pem, chain)))
    bought = settings.model_copy(update={"certificate_chain": tmp_path / "bought.pem"})
    one = x509.RevokedCertificateBuilder(serial_number=77, revocation_date=NOW - DAY).build()
    builder = x509.CertificateRevocationListBuilder(named("between"), NOW - DAY, NOW + DAY, [], [one])
    path = settings.keys / FOLDER / REVOKED / "between.crl"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    assert list(revoked(bought)) == ["77"]
    path.write_bytes(builder.sign(leaf_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    with pytest.raises(CredentialsFailed, match="nor by an authority under it"):
        revoked(bought)


def test_a_list_that_nobody_trusted_signed_is_not_passed_over(settings: Settings) -> None:
    path = revocation_list(settings, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(CredentialsFailed, match="not signed by a root that is trusted"):
        revoked(settings)
    path.write_text("no list")
    with pytest.raises(CredentialsFailed, match="no revocation list can be read"):
        revoked(settings)
