"""The numbered steps of an enrolment: each measured, judged and recorded as a row before the next is taken.

A killed run goes on after the last row. A step that is refused ends it: what comes after could only refuse again.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from greenroom.domain.base import now
from greenroom.domain.consents import LikenessKind
from greenroom.domain.enrolments import Enrolment, EnrolmentStep, Template
from greenroom.domain.verdicts import Outcome, Rule
from greenroom.errors import BadInput, GreenroomError, ModelMissing, NotFound
from ledger import enrolments
from moderation.presentation import Measured, Step, StepJudgement, judge_step, load_presentation_policy
from ops.enrolments.recognition import Recognition
from ops.studio import Studio, work_folder

CONSENT = "consent"  # the step that `ops.enrolments.statement` takes
CODE_VERSION = "2"  # of what is measured: a new one takes the steps again


class Measures(Protocol):
    """What a step asks: measures by the step's name."""

    def measures(self, step: str) -> Mapping[str, Measured]: ...


class Looked(Measures, Protocol):
    """A capture being looked at, and what is kept to recognise it again."""

    def recognition(self) -> Recognition: ...


def check(studio: Studio, enrolment_id: str, run: str, *, only_first: bool = False) -> tuple[EnrolmentStep, ...]:
    """Take the steps that are not taken yet; all rows so far. `only_first`: no further than the container.

    Raises `NotFound`.
    """
    with studio.ledger.read() as tx:
        enrolment = enrolments.by_id(tx, enrolment_id)
        if enrolment is None:
            raise NotFound(
                f"no enrolment has the id {enrolment_id}", "greenroom likeness show names those of a handle."
            )
    policy = load_presentation_policy()
    steps = [step for step in policy.of(enrolment.kind) if step.name != CONSENT][: 1 if only_first else None]
    taken = {
        row.number: row
        for row in _rows(studio, enrolment.id)
        if (row.policy_version, row.code_version) == (policy.version, CODE_VERSION)
    }
    kept = only_first or _remembered(studio, enrolment.id)  # a run may have been killed after its last row
    if Outcome.DENY in {row.outcome for row in taken.values()} or (kept and all(one.number in taken for one in steps)):
        return tuple(taken[number] for number in sorted(taken))
    with work_folder(studio) as folder:
        looked = _looking(studio, enrolment, folder)
        for step in steps:
            if step.number not in taken:
                taken[step.number] = take(studio, enrolment, step, looked, run)
            if taken[step.number].outcome is Outcome.DENY:
                break
        else:
            if not only_first:
                _remember(studio, enrolment, looked)
    return tuple(taken[number] for number in sorted(taken))


def _looking(studio: Studio, enrolment: Enrolment, folder: Path) -> Looked:
    """What measures a capture of this kind; the models are loaded by the steps that ask them."""
    from ops.enrolments.person import Person
    from ops.enrolments.things import Thing

    return (Person if enrolment.kind is LikenessKind.PERSON else Thing)(studio, enrolment, folder)


def _rows(studio: Studio, enrolment: str) -> tuple[EnrolmentStep, ...]:
    with studio.ledger.read() as tx:
        return enrolments.steps(tx, enrolment)


def take(studio: Studio, enrolment: Enrolment, step: Step, looked: Measures, run: str) -> EnrolmentStep:
    """Take one step and record its row."""
    started = time.perf_counter()
    judgement = _judged(step, looked)
    row = EnrolmentStep(
        enrolment=enrolment.id,
        number=step.number,
        name=step.name,
        outcome=judgement.outcome,
        rules=judgement.rules,
        evidence=judgement.evidence,
        policy_version=load_presentation_policy().version,
        code_version=CODE_VERSION,
        run=run,
        seconds=round(time.perf_counter() - started, 4),
        recorded_at=now(),
    )
    with studio.ledger.write(run=run) as tx:
        enrolments.add_step(tx, row)
    return row


def _judged(step: Step, looked: Measures) -> StepJudgement:
    try:
        return judge_step(step, looked.measures(step.name))
    except BadInput as error:  # the capture's own fault
        return StepJudgement(Outcome.DENY, (Rule(id="container.broken", reason=str(error).replace("\n\n", " ")),), ())
    except ModelMissing as error:
        return judge_step(step, {rule.measure: Measured(None, reason=error.fact) for rule in step.rules})
    except (GreenroomError, OSError):
        raise  # the machine's state: nothing is recorded, the next run goes on here
    except Exception as error:  # noqa: BLE001  # the edge that reports: a check that crashed goes to a person
        reason = f"the check crashed with {type(error).__name__}: {error}"
        return judge_step(step, {rule.measure: Measured(None, reason=reason) for rule in step.rules})


def _remembered(studio: Studio, enrolment: str) -> bool:
    with studio.ledger.read() as tx:
        return enrolments.template(tx, enrolment) is not None


def _remember(studio: Studio, enrolment: Enrolment, looked: Looked) -> None:
    ref = studio.put_document(looked.recognition(), enrolment.likeness)
    with studio.ledger.write() as tx:
        enrolments.add_template(
            tx,
            Template(
                enrolment=enrolment.id,
                likeness=enrolment.likeness,
                account=enrolment.account,
                template=ref,
                recorded_at=now(),
            ),
        )
