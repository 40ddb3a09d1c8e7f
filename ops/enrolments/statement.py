"""The last step of every enrolment: what the owner says can be recorded as it stands."""

from collections.abc import Mapping

from greenroom.domain.enrolments import Enrolment, EnrolmentStep
from greenroom.errors import LogInconsistent
from ledger import enrolments, statements
from ledger.cose import PublicKey
from moderation.policy import Policy
from moderation.presentation import Measured, load_presentation_policy
from ops.enrolments.checking import CONSENT, take
from ops.enrolments.settling import required
from ops.receipts import signer
from ops.studio import Studio

_FOR_EVER = 365_000.0  # days: a consent without an end


def state_consent(studio: Studio, enrolment_id: str, run: str) -> EnrolmentStep:
    """Take the step, once; its row. Raises `NotFound`."""
    with studio.ledger.read() as tx:
        enrolment = required(tx, enrolment_id)
        found = [row for row in enrolments.steps(tx, enrolment_id) if row.name == CONSENT]
        signed = enrolments.signed(tx, enrolment_id)
    if found:
        return found[0]
    looked = _Statement(enrolment, studio.policy, signed, signer(studio).verifier.public)
    step = next(one for one in load_presentation_policy().of(enrolment.kind) if one.name == CONSENT)
    return take(studio, enrolment, step, looked, run)


class _Statement:
    """The terms of an enrolment, as measures."""

    def __init__(self, enrolment: Enrolment, policy: Policy, signed: bytes | None, installation: PublicKey) -> None:
        self._enrolment = enrolment
        self._policy = policy
        self._signed = signed
        self._installation = installation

    def measures(self, step: str) -> Mapping[str, Measured]:
        consent = self._enrolment.consent
        left = consent.expires_at - self._enrolment.recorded_at if consent.expires_at is not None else None
        unknown = sorted(set(consent.never) - set(self._policy.vocabulary))
        return {
            "statement_words": Measured(float(len(consent.statement.split()))),
            "days_left": Measured(left.total_seconds() / 86_400 if left is not None else _FOR_EVER),
            "unknown_categories": Measured(float(len(unknown)), reason=", ".join(unknown) or None),
            "signature_verifies": self._signature(),
        }

    def _signature(self) -> Measured:
        if self._signed is None:
            return Measured(1.0, reason="the installation attests it on the owner's word")
        try:
            found = statements.read(self._signed, self._installation)
        except LogInconsistent as error:
            return Measured(0.0, reason=error.fact)
        about = found.record.get("consent") == statements.digest_of(self._enrolment.consent)
        return Measured(float(about), reason=None if about else "it is about another consent")
