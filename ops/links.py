"""Capability links: who holds the address acts for one account, for one purpose, until it ends.

There are no passwords to the feed: the command line, which its operator guards, hands a link out. A link is a signed
sentence and no row: nothing has to be kept, and nothing can be listed.
"""

import base64
import binascii
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from greenroom.domain.consents import Account
from greenroom.errors import BadInput
from ledger import accounts
from ledger.keys import load_installation_key
from ops.studio import Studio

_INFO = b"greenroom capability links 1"  # what the derived key is for, and for nothing else (RFC 5869 section 3.2)
_ASK = "Ask for a new one where you got it."


class Purpose(StrEnum):
    ENROL = "enrol"
    MINE = "mine"  # the owner's page
    REVIEW = "review"  # the operators' queue


GOOD_FOR = {
    Purpose.ENROL: timedelta(minutes=30),
    Purpose.MINE: timedelta(hours=12),
    Purpose.REVIEW: timedelta(hours=12),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: who it acts for, what for, until when."""

    account: Account
    purpose: Purpose
    until: datetime


def make_link(studio: Studio, account: Account, purpose: Purpose, good_for: timedelta) -> str:
    """A token that stands for the account, for one purpose, for so long."""
    said = {"account": account.id, "purpose": purpose.value, "until": int(time.time() + good_for.total_seconds())}
    body = json.dumps(said, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_mac(studio, body))}"


def read_link(studio: Studio, token: str) -> Link:
    """What a token says. Raises `BadInput` for one that was altered, made elsewhere, or has ended."""
    body, mac = _parts(token)
    if not hmac.compare_digest(mac, _mac(studio, body)):
        raise BadInput("this link was altered, or made by another installation", _ASK)
    said = json.loads(body)
    until = datetime.fromtimestamp(said["until"], UTC)
    if time.time() >= said["until"]:
        raise BadInput(f"this link ended at {until:%Y-%m-%d %H:%M} UTC", _ASK)
    with studio.ledger.read() as tx:
        account = accounts.by_id(tx, said["account"])
    if account is None:
        raise BadInput("this link acts for an account that is gone", _ASK)
    return Link(account, Purpose(said["purpose"]), until)


def _mac(studio: Studio, body: bytes) -> bytes:
    installation = load_installation_key(studio.settings.keys / "installation.key")
    key = HKDF(SHA256(), 32, salt=None, info=_INFO).derive(installation)
    return hmac.digest(key, body, "sha256")


def _parts(token: str) -> tuple[bytes, bytes]:
    try:
        body, mac = (_bytes(part) for part in token.split("."))
    except (ValueError, binascii.Error) as error:
        raise BadInput("this is no link of ours: a part of it is missing", _ASK) from error
    return body, mac


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True)
