"""Gate 1: each likeness may be used by this requester, for this brief, now."""

from pydantic import JsonValue

from greenroom.domain.briefs import Brief
from greenroom.domain.consents import Account
from greenroom.domain.verdicts import Gate, Judgement
from moderation.consent import LikenessRequest, decide
from ops.stages.handling import Definition, Enrolled, Stage, Work
from ops.studio import Studio


def ask(
    studio: Studio, brief: Brief, requester: Account, enrolled: tuple[Enrolled, ...], gate: Gate = Gate.CONSENT
) -> Judgement:
    """The pure decision over what the ledger holds now; asked again, in the publishing transaction, by gate 8."""
    requests = tuple(
        LikenessRequest(
            one.handle,
            one.likeness,
            one.consent,
            one.withdrawn,
            relations=one.relations,
            unreadable=one.unreadable,
        )
        for one in enrolled
    )
    return decide(requests, requester, brief, studio.policy, gate=gate)


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    return ask(studio, work.brief, work.requester, work.enrolled)


DEFINITION = Definition(stage=Stage.CONSENT, code_version="1", judge=judge)
