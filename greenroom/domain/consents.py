"""Accounts, likenesses, and the consents they enter a scene by."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen

HANDLE = r"^[a-z0-9][a-z0-9_.]{1,31}$"


class Role(StrEnum):
    OPERATOR = "operator"
    MEMBER = "member"
    AUDITOR = "auditor"


class Account(Frozen):
    """Someone who may ask, own or operate."""

    id: str
    name: str = Field(pattern=HANDLE)
    roles: tuple[Role, ...] = (Role.MEMBER,)
    recorded_at: datetime


class LikenessKind(StrEnum):
    PERSON = "person"
    PET = "pet"
    OBJECT = "object"


class Likeness(Frozen):
    """A consented person, pet or object that can be placed in a scene. `handle` is without its @."""

    id: str
    handle: str = Field(pattern=HANDLE)
    kind: LikenessKind
    species: str  # "cat", "dog", "person", or what the object is: "mug"
    owner: str  # account id
    capture: BlobRef  # sealed under the likeness's own key
    reference: BlobRef  # the normalised RGB picture made from it (PNG), sealed likewise
    recorded_at: datetime


class Audience(StrEnum):
    OWNER = "owner"
    APPROVED = "approved"
    MUTUAL = "mutual"
    EVERYONE = "everyone"


class Attestation(StrEnum):
    OWNER_KEY = "owner_key"
    INSTALLATION = "installation"


class Consent(Frozen):
    """One version of what an owner allows; never edited, only followed by another version."""

    id: str
    likeness: str
    version: int = Field(ge=1)
    audience: Audience
    approved: tuple[str, ...] = ()  # account ids, for Audience.APPROVED
    voice: bool = False
    remix: bool = True
    house: bool = False  # trend remixes by the installation itself
    never: tuple[str, ...] = ()  # policy categories
    restrictions: tuple[str, ...] = ()  # plain words
    languages: tuple[str, ...] = ()  # empty: any
    expires_at: datetime | None = None
    attested_by: Attestation = Attestation.INSTALLATION
    statement: str  # what the owner said, in words
    salt: str  # of its leaf in the log
    recorded_at: datetime


class Withdrawal(Frozen):
    """The owner takes the likeness back: holds for every clip that rests on it from this row on."""

    id: str
    likeness: str
    by: str  # account id
    reason: str
    salt: str
    recorded_at: datetime
