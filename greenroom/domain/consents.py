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


class Terms(Frozen):
    """What an owner says of their likeness: who may use it, and how."""

    audience: Audience
    voice: bool = False
    remix: bool = True
    house: bool = False  # trend remixes by the installation itself
    never: tuple[str, ...] = ()  # policy categories
    restrictions: tuple[str, ...] = ()  # plain words
    languages: tuple[str, ...] = ()  # BCP 47; empty: any
    expires_at: datetime | None = None
    statement: str  # what the owner said, in words


class Consent(Terms):
    """One version of what an owner allows; never edited, only followed by another version."""

    id: str
    likeness: str
    version: int = Field(ge=1)
    attested_by: Attestation = Attestation.INSTALLATION
    salt: str  # of the signed statement, 128 bits in hex: without it, the statement's hash tells nothing
    given_at: datetime  # when the owner said it
    recorded_at: datetime  # when it came into force


class Withdrawal(Frozen):
    """The owner takes the likeness back: holds for every clip that rests on it from this row on."""

    id: str
    likeness: str
    by: str  # account id
    reason: str
    salt: str
    recorded_at: datetime


class OwnerKey(Frozen):
    """A public key by which an account signs its own consents. `id` is its thumbprint (RFC 9679), hex."""

    id: str
    account: str
    public: str  # COSE_Key (RFC 9052 section 7), hex
    recorded_at: datetime


class Verification(Frozen):
    """That the holder of an account is who they say, and an adult, by the installation's rule."""

    id: str
    account: str
    adult: bool
    rule: str  # "operator": a person looked
    by: str  # account id
    recorded_at: datetime
