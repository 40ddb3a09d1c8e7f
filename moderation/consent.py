"""Gate 1: each likeness may be used by this requester, for this brief, now. Asked again by gate 8.

All owners must permit; what one permits never lends anything to another. Every refusal says what would change it.
"""

from dataclasses import dataclass
from datetime import datetime

from greenroom.domain.base import now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account, Audience, Consent, Likeness, Role
from greenroom.domain.relations import Relations
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy

STRANGERS = Relations()


@dataclass(frozen=True, slots=True)
class LikenessRequest:
    """A handle the brief names, and what the ledger holds of it.

    `voice`: its own voice is asked for, too. `relations`: how its owner and the requester stand to each other.
    `unreadable`: the row of its consent does not parse; what it allows is then unknown, and nothing is allowed.
    """

    handle: str
    likeness: Likeness | None
    consent: Consent | None
    withdrawn: bool
    voice: bool = False
    relations: Relations = STRANGERS
    unreadable: bool = False


def decide(
    requests: tuple[LikenessRequest, ...],
    requester: Account,
    brief: Brief,
    policy: Policy,
    *,
    gate: Gate = Gate.CONSENT,
    moment: datetime | None = None,
) -> Judgement:
    """Whether every likeness of the brief may be used: pure, on the consents and relations handed in.

    `moment` is when the consents must be in force (None: at this call). `gate` is the one that asks: 1, or 8 again.
    """
    asked_at = moment or now()
    deliberation = Deliberation(gate, policy)
    # 1. Every handle the brief names was looked up.
    looked_up = {request.handle for request in requests}
    for handle in brief.likenesses:
        if handle not in looked_up:
            deliberation.speaks("consent.unknown_likeness", f"@{handle} was not looked up. {_ENROL}")
    # 2. Each owner permits.
    for request in requests:
        _one(deliberation, request, requester, brief, asked_at)
    if not requests and not brief.likenesses:
        deliberation.saw("likenesses", EvidenceKind.DECLARED, 0, reason="the brief names no likeness")
    return deliberation.judgement()


_ENROL = "Check the handle, or enrol the likeness (greenroom likeness enroll)."


def _one(
    deliberation: Deliberation, request: LikenessRequest, requester: Account, brief: Brief, moment: datetime
) -> None:
    handle, consent = f"@{request.handle}", request.consent
    # 1. Someone is enrolled under this handle.
    if request.likeness is None or request.likeness.handle != request.handle:
        deliberation.speaks("consent.unknown_likeness", f"No likeness is enrolled as {handle}. {_ENROL}")
        return
    owner = request.likeness.owner
    # 2. Neither blocked the other. Whoever is blocked learns that alone: not by whom, nor what the consent says.
    if request.relations.blocked and requester.id != owner:
        deliberation.speaks("consent.blocked", f"{handle} is not available to {requester.name}. Ask without it.")
        return
    # 3. The owner has not taken it back.
    if request.withdrawn:
        reason = f"The owner of {handle} withdrew it. Only a new enrolment by the owner changes that."
        deliberation.speaks("consent.withdrawn", reason)
    # 4. There is a consent that can be read, and it is this likeness's.
    if request.unreadable:
        reason = f"The consent of {handle} on record cannot be read, so it allows nothing. {_NEW}"
        deliberation.speaks("consent.unreadable", reason)
        return
    if consent is None or consent.likeness != request.likeness.id:
        reason = f"{handle} has no consent on record. Its owner can give one (greenroom likeness permit)."
        deliberation.speaks("consent.absent", reason)
        return
    deliberation.saw(f"consent of {handle}", EvidenceKind.DECLARED, consent.id, reason=f"version {consent.version}")
    # 5. It is in force.
    if consent.expires_at is not None and moment >= consent.expires_at:
        reason = f"The consent of {handle} ended {consent.expires_at.isoformat()}; asked {moment.isoformat()}. {_NEW}"
        deliberation.speaks("consent.expired", reason)
    # 6. The requester may use it.
    _audience(deliberation, request, owner, consent, requester, brief)
    # 7. It may be remixed, when this is a remix.
    if brief.parent is not None and not consent.remix:
        reason = f"{handle} allows no remixes, and this brief remixes {brief.parent}. {_NEW}"
        deliberation.speaks("consent.remix", reason)
    # 8. The language is one it names. Unset, it is the prompt's: gate 3 sees each line's.
    if consent.languages and brief.language is not None and not _speaks(brief.language, consent):
        reason = f"{handle} allows {', '.join(consent.languages)}; the brief asks for {brief.language}. {_NEW}"
        deliberation.speaks("consent.language", reason)
    # 9. Its own voice, when that is asked for.
    if request.voice and not consent.voice:
        reason = f"{handle} does not allow its own voice. Ask without it, or: {_NEW}"
        deliberation.speaks("consent.voice", reason)


_NEW = "Its owner can change that with a new version of the consent."


def _audience(
    deliberation: Deliberation,
    request: LikenessRequest,
    owner: str,
    consent: Consent,
    requester: Account,
    brief: Brief,
) -> None:
    handle, relations = f"@{request.handle}", request.relations
    if requester.id == owner and brief.lane is not Lane.TREND:
        return
    if brief.lane is Lane.TREND:
        # The house asks for itself: its own permission decides, and only an operator speaks for the house.
        if not consent.house:
            reason = f"{handle} does not allow the installation's own trend remixes (house). {_NEW}"
            deliberation.speaks("consent.house", reason)
            return
        if Role.OPERATOR in requester.roles:
            return
        if requester.id == owner:
            return
    match consent.audience:
        case Audience.EVERYONE:
            return
        case Audience.APPROVED:
            if relations.approved:
                return
            allowed = "the accounts its owner approved"
        case Audience.MUTUAL:
            if relations.mutual:
                return
            allowed = "accounts that its owner follows and that follow its owner"
        case Audience.OWNER:
            allowed = "its owner only"
    reason = f"{handle} may be used by {allowed}; the requester is {requester.name}. {_NEW}"
    deliberation.speaks("consent.audience", reason)


def _speaks(language: str, consent: Consent) -> bool:
    return any(language == one or language.startswith(f"{one}-") for one in consent.languages)


def permits_language(language: str, consent: Consent) -> bool:
    """Whether a line of this language (BCP 47) may be spoken by the likeness; an empty list permits any."""
    return not consent.languages or _speaks(language, consent)
