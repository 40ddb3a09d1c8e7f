"""An enrolment from filing to its end in one call: the same steps that the Dagster assets take, one after the other."""

from greenroom.domain.consents import Account
from greenroom.domain.enrolments import Enrolment, EnrolmentState
from ops.enrolments.checking import check
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import confirm, settle
from ops.enrolments.statement import state_consent
from ops.studio import Studio


def enrol(studio: Studio, asked: Asked, owner: Account, run: str = "") -> tuple[Enrolment, EnrolmentState]:
    """File an enrolment, check and settle it; a cut-out is confirmed unseen. Raises what `file` raises."""
    enrolment = file(studio, asked, owner)
    state = carried(studio, enrolment.id, run)
    if state is EnrolmentState.UNCONFIRMED:
        state = confirm(studio, enrolment.id, owner, right=True, run=run)
    return enrolment, state


def carried(studio: Studio, enrolment: str, run: str = "") -> EnrolmentState:
    """Take a filed enrolment (its id) through its steps; what it comes to."""
    check(studio, enrolment, run)
    state_consent(studio, enrolment, run)
    return settle(studio, enrolment, run)
