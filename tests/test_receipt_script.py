"""The script in docs/consent.md verifies a receipt with public libraries alone, and fails on an altered one."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from greenroom.domain.base import new_salt, now
from greenroom.domain.consents import Attestation, Audience, Consent
from ledger import log, receipts, statements
from ledger.checkpoints import Signer
from ledger.database import Ledger

DOCS = Path(__file__).parent.parent / "docs" / "consent.md"
SIGNER = Signer("greenroom.test", Ed25519PrivateKey.generate())


@pytest.fixture
def script(tmp_path: Path) -> Path:
    found = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    path = tmp_path / "verify.py"
    path.write_text(found[1])
    return path


def receipt(tmp_path: Path, own: Ed25519PrivateKey | None) -> bytes:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", SIGNER.name)
    consent = Consent(
        id="co-1", likeness="li-1", version=1, audience=Audience.OWNER, statement="Yes.", salt=new_salt(),
        attested_by=Attestation.INSTALLATION if own is None else Attestation.OWNER_KEY, given_at=now(),
        recorded_at=now(),
    )  # fmt: skip
    if own is None:
        signed = statements.by_installation(consent, "ac-ada", SIGNER.name, SIGNER.private)
    else:
        _, message = statements.to_be_signed(consent, "ac-ada", SIGNER.name, own.public_key())
        signed = statements.by_owner(consent, "ac-ada", SIGNER.name, own.public_key(), own.sign(message))
    with ledger.write() as tx:
        for number in range(5):
            log.append(tx, log.Kind.WITHDRAWAL, f"{number:064x}")
        leaf = log.append(tx, log.Kind.CONSENT, statements.hash_of(signed))
        for number in range(6):
            log.append(tx, log.Kind.PUBLICATION, f"{number:064x}")
        return receipts.receipt(tx, signed, leaf.index, SIGNER)


def run(script: Path, data: bytes) -> subprocess.CompletedProcess[str]:
    file = script.with_name("one.receipt")
    file.write_bytes(data)
    command = [sys.executable, "-I", str(script), str(file), str(SIGNER.verifier)]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_imports_nothing_of_ours(script: Path) -> None:
    names = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(script.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert {str(name).split(".")[0] for name in names} == {"base64", "hashlib", "json", "sys", "cbor2", "cryptography"}
    assert len([line for line in script.read_text().splitlines() if line.strip()]) <= 23


@pytest.mark.parametrize("own", [None, Ed25519PrivateKey.generate()], ids=["installation", "owner"])
def test_it_verifies_a_receipt_and_refuses_an_altered_one(
    script: Path, tmp_path: Path, own: Ed25519PrivateKey | None
) -> None:
    data = receipt(tmp_path, own)
    done = run(script, data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("leaf 5 of 12\n")
    assert '"said": "Yes."' in done.stdout
    broken = data.replace(b'"said":"Yes."', b'"said":"Yep."')
    assert broken != data
    assert "InvalidSignature" in run(script, broken).stderr
