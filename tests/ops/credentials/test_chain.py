"""The installation's certificates: made once whoever asks first, private, and refused with a reason when unusable."""

import datetime as dt
import multiprocessing
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings
from ops.credentials.chain import EARLIER, FOLDER, ensure_chain, trusted


def _make_and_tell(home: str, answers: "multiprocessing.Queue[str]") -> None:
    answers.put(ensure_chain(Settings(home=Path(home))).certificates)


def test_two_processes_at_once_agree(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    workers = [spawn.Process(target=_make_and_tell, args=(str(tmp_path), answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    found = {answers.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(found) == 1
    assert [entry.name for entry in (tmp_path / "keys").iterdir()] == ["credentials"], "no half-made folder is left"


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    ensure_chain(Settings(home=tmp_path))
    folder = tmp_path / "keys" / "credentials"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_the_chain_is_made_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert ensure_chain(settings).certificates == ensure_chain(settings).certificates


def _write_chain(folder: Path, *, days: int = 30, purpose: x509.ObjectIdentifier | None = None) -> Settings:
    """A configured chain: signing certificate and root, in force for `days` from now (negative: expired)."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)

    def certificate(subject: str, public: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        name = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (subject, "studio root")]
        end = now + dt.timedelta(days=30 if authority else days)
        builder = x509.CertificateBuilder(name[1], name[0], public, x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(days=60)).not_valid_after(end)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        if not authority:
            wanted = purpose or ExtendedKeyUsageOID.EMAIL_PROTECTION
            builder = builder.add_extension(x509.ExtendedKeyUsage([wanted]), critical=False)
        return builder.sign(root_key, hashes.SHA256())

    chain = [
        certificate("studio clips", key.public_key(), authority=False),
        certificate("studio root", root_key.public_key(), authority=True),
    ]
    pem = b"".join(entry.public_bytes(serialization.Encoding.PEM) for entry in chain)
    (folder / "chain.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "signing.key").write_bytes(private)
    return Settings(home=folder / "home", certificate_chain=folder / "chain.pem", signing_key=folder / "signing.key")


def test_configuration_replaces_the_chain_and_the_earlier_root_stays_trusted(tmp_path: Path) -> None:
    configured = _write_chain(tmp_path)
    own = ensure_chain(Settings(home=configured.home))
    chain = ensure_chain(configured)
    assert chain.certificates != own.certificates
    assert trusted(configured).roots == chain.root + own.root


def test_chains_that_were_replaced_stay_trusted_where_they_are_kept(tmp_path: Path) -> None:
    """Two bought certificates of different authorities, one after the other."""
    (tmp_path / "before").mkdir()
    before, configured = _write_chain(tmp_path / "before"), _write_chain(tmp_path)
    first = ensure_chain(before)
    settings = configured.model_copy(update={"home": tmp_path / "home"})
    assert first.root not in trusted(settings).roots
    kept = settings.keys / FOLDER / EARLIER
    kept.mkdir(parents=True)
    (kept / "2026.pem").write_bytes((tmp_path / "before" / "chain.pem").read_bytes())
    assert trusted(settings).roots == ensure_chain(settings).root + first.root
    (kept / "2025.pem").write_text("no PEM")
    with pytest.raises(CredentialsFailed, match=r"2025\.pem"):
        trusted(settings)


def test_an_expired_certificate_is_refused_by_name_and_date(tmp_path: Path) -> None:
    with pytest.raises(CredentialsFailed, match=r"CN=studio clips .* expired on 20\d\d-") as caught:
        ensure_chain(_write_chain(tmp_path, days=-2))
    assert "Renew" in caught.value.remedy


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    settings = _write_chain(tmp_path)
    (tmp_path / "other").mkdir()
    other = _write_chain(tmp_path / "other")
    with pytest.raises(CredentialsFailed, match="does not fit"):
        ensure_chain(settings.model_copy(update={"signing_key": other.signing_key}))


def test_a_certificate_for_another_purpose_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CredentialsFailed, match="no purpose C2PA accepts"):
        ensure_chain(_write_chain(tmp_path, purpose=ExtendedKeyUsageOID.SERVER_AUTH))


def test_a_chain_in_the_wrong_order_is_refused(tmp_path: Path) -> None:
    settings = _write_chain(tmp_path)
    (tmp_path / "other").mkdir()
    _write_chain(tmp_path / "other")
    own = (tmp_path / "chain.pem").read_text().split("-----END CERTIFICATE-----\n")[0]
    foreign = (tmp_path / "other" / "chain.pem").read_text().split("-----END CERTIFICATE-----\n")[1]
    end = "-----END CERTIFICATE-----\n"
    (tmp_path / "chain.pem").write_text(own + end + foreign + end)
    with pytest.raises(CredentialsFailed, match="was not issued by"):
        ensure_chain(settings)


@pytest.mark.parametrize("broken", ["chain.pem", "signing.key"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, broken: str) -> None:
    settings = _write_chain(tmp_path)
    (tmp_path / broken).write_text("no PEM")
    with pytest.raises(CredentialsFailed, match=broken):
        ensure_chain(settings)


@pytest.mark.parametrize(
    ("left", "signer", "said"),
    [
        ({"certificate_chain"}, "", "neither signing_key nor signer_url"),
        ({"signing_key"}, "", "certificate_chain is not set though signing_key is"),
        (set(), "http://127.0.0.1:9/", "certificate_chain is not set though signer_url is"),
        ({"certificate_chain", "signing_key"}, "http://127.0.0.1:9/", "are both set"),
        ({"certificate_chain"}, "ftp://signer/", "signer_url is 'ftp://signer/'; expected an http or https address"),
        ({"certificate_chain"}, "http://signer:port/", "expected an http or https address"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(tmp_path: Path, left: set[str], signer: str, said: str) -> None:
    dropped = dict.fromkeys({"certificate_chain", "signing_key"} - left)
    settings = _write_chain(tmp_path).model_copy(update={**dropped, "signer_url": signer})
    with pytest.raises(CredentialsFailed, match=said):
        ensure_chain(settings)


def test_a_token_that_no_header_can_carry_is_refused_and_not_told(tmp_path: Path) -> None:
    settings = _write_chain(tmp_path).model_copy(update={"signing_key": None, "signer_url": "http://127.0.0.1:9/"})
    with pytest.raises(CredentialsFailed) as caught:
        ensure_chain(settings, {"GREENROOM_SIGNER_TOKEN": "secret\nX-Other: 1"})
    assert "secret" not in str(caught.value)


def test_what_is_trusted_needs_no_key_and_no_certificate_in_force(tmp_path: Path) -> None:
    """Who verifies has no private key, and what was signed stays signed when the certificate has expired."""
    settings = _write_chain(tmp_path, days=-2).model_copy(update={"signing_key": None})
    root = (tmp_path / "chain.pem").read_text().split("-----END CERTIFICATE-----\n")[1] + "-----END CERTIFICATE-----\n"
    assert trusted(settings).roots == root
    assert trusted(settings).stamps == ""
    stamping = settings.model_copy(update={"timestamp_roots": tmp_path / "chain.pem"})
    assert trusted(stamping).stamps == (tmp_path / "chain.pem").read_text()
    assert trusted(stamping).roots == root
    missing = settings.model_copy(update={"certificate_chain": tmp_path / "missing.pem"})
    with pytest.raises(CredentialsFailed, match=r"missing\.pem"):
        trusted(missing)
