"""`greenroom review`: what needs a person's judgement, giving it, and a maker's appeal against it."""

from datetime import timedelta
from typing import Annotated

import typer

from greenroom.cli.link import hand_out
from greenroom.cli.output import Json, answer, opened
from greenroom.domain.reviews import Decision, ReviewSubject
from greenroom.domain.verdicts import EvidenceKind
from ops.accounts import require_operator
from ops.briefs import account
from ops.links import Purpose
from ops.review import Waiting, waiting
from ops.review import answer as decide

app = typer.Typer(no_args_is_help=True, help="What waits for a person's judgement.")

Id = Annotated[str, typer.Argument(help="The review, as greenroom review list names it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with who decided and when.")]
As = Annotated[str | None, typer.Option("--as", help="The operator who decides.")]
Wait = Annotated[bool, typer.Option("--wait/--queue", help="Carry an approved brief on now, or leave it to the queue.")]
Kind = Annotated[ReviewSubject | None, typer.Option("--kind", help="Only these.")]


@app.command("list")
def list_all(
    kind: Kind = None,
    link: Annotated[bool, typer.Option("--link", help="The address of the page to decide on, instead.")] = False,
    operator: As = None,
    as_json: Json = False,
) -> None:
    """Everything that waits for a person, what is overdue first, then the oldest."""
    with opened() as studio:
        if link:
            who = account(studio, operator or studio.settings.account)
            require_operator(studio, who)
            hand_out(studio, who, Purpose.REVIEW, as_json=as_json)
            return
        found = waiting(studio, kind)
    lines = []
    for one in found:
        lines.append(f"{one.review.id}  {one.review.kind.value:<9} {one.about[:100]}")
        lines.append(f"    {told(one)}")
        lines += [f"    {rule.id}: {rule.reason}" for rule in one.review.rules]
    document = {"reviews": [_document(one) for one in found]}
    answer(document, "\n".join(lines) or "nothing waits for a person", as_json=as_json)


@app.command("show")
def show(review: Id, as_json: Json = False) -> None:
    """One question with its evidence: the rules in the policy's words, what was measured, and what was not checked."""
    from ops.review_case import case
    from ops.review_words import counted

    with opened() as studio:
        found = case(studio, review)
    one = found.waiting
    measured = (seen for step in found.steps for seen in step.evidence if seen.kind is not EvidenceKind.NOT_CHECKED)
    evidence = (*found.evidence, *measured)
    lines = [f"{one.review.id}  {one.review.kind.value}  {one.about}", told(one)]
    if one.appeal is not None:
        lines.append(f"appeal against {one.appeal.rule}: {one.appeal.reason}")
    lines += [f"before: {past.decision.value} by @{past.by}: {past.reason}" for past in found.earlier]
    lines += ["\n    ".join((f"rule {rule.id}: {rule.sentence}", *rule.reasons)) for rule in found.rules]
    lines += [f"step {step.number} {step.name}: {step.outcome.value}" for step in found.steps]
    lines += [f"said {line.speaker}: {line.text}" for line in found.script if line.text]
    if found.heard is not None:
        lines.append(f"heard by {found.heard.model}: {found.heard.text} ({counted(found.script)})")
    lines += [
        f"at {shot.second:.2f} s: {place.label}, box {place.box}" for shot in found.shots for place in shot.places
    ]
    lines += [
        f"{seen.kind.value} {seen.name}: {seen.value}{f' {seen.unit}' if seen.unit else ''}"
        + (f", threshold {seen.threshold}" if seen.threshold is not None else "")
        + (f", by {seen.model}" if seen.model else "")
        for seen in evidence
    ]
    lines += [f"not checked {seen.name}: {seen.reason}" for seen in found.not_checked]
    document = {
        **_document(one),
        "rules": [{"id": rule.id, "sentence": rule.sentence, "reasons": list(rule.reasons)} for rule in found.rules],
        "script": [{"speaker": line.speaker, "line": line.text} for line in found.script if line.text],
        "heard": {"text": found.heard.text, "model": found.heard.model} if found.heard is not None else None,
        "compared": [
            {"speaker": line.speaker, "word": word.text, "state": word.fate.value, "heard": word.heard or None}
            for line in found.script
            for word in line.words
        ],
        "places": [place.model_dump(mode="json") for shot in found.shots for place in shot.places],
        "steps": [step.model_dump(mode="json", exclude={"evidence"}) for step in found.steps],
        "evidence": [seen.model_dump(mode="json") for seen in evidence],
        "not_checked": [seen.model_dump(mode="json") for seen in found.not_checked],
        "earlier": [{"decision": past.decision.value, "by": past.by, "reason": past.reason} for past in found.earlier],
    }
    answer(document, "\n".join(lines), as_json=as_json)


@app.command("approve")
def approve(review: Id, reason: Reason = "", operator: As = None, wait: Wait = True, as_json: Json = False) -> None:
    """Say yes: a held brief goes on where it was held, an enrolment is recorded, an account is verified."""
    _decide(review, Decision.APPROVE, reason, operator, wait=wait, as_json=as_json)


@app.command("deny")
def deny(review: Id, reason: Reason = "", operator: As = None, as_json: Json = False) -> None:
    """Say no: it stays out, and the reason is on record."""
    _decide(review, Decision.DENY, reason, operator, wait=True, as_json=as_json)


@app.command("appeal")
def object_to(
    brief: Annotated[str, typer.Argument(help="The brief that was refused, as greenroom status --json names it.")],
    rule: Annotated[str, typer.Option("--rule", help="The rule that is wrong here; one appeal for each.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; whoever decides reads it.")],
    maker: Annotated[str | None, typer.Option("--as", help="The account that asked for the brief.")] = None,
    as_json: Json = False,
) -> None:
    """Object to a rule that refused your brief: another person than the one who decided looks at it."""
    from ops.review_appeals import appeal

    with opened() as studio:
        made = appeal(studio, brief, rule, reason, account(studio, maker or studio.settings.account))
    answer(made, f"{made.id}: a person decides about {rule} ({made.review})", as_json=as_json)


def told(one: Waiting) -> str:
    """A question's clock, and who must still approve."""
    clock = f"waits {_hours(one.waited)}, {'OVERDUE since' if one.overdue else 'due'} {one.due_at:%Y-%m-%d %H:%M} UTC"
    if one.needs > 1:
        given = f", approved by {', '.join(f'@{name}' for name in one.approvals)}" if one.approvals else ""
        clock += f"; {one.needs} persons must approve{given}"
    clock += f"; {one.shown} is published and was judged again" if one.shown is not None else ""
    return clock + ("; appeal" if one.appeal is not None else "")


def _hours(waited: timedelta) -> str:
    hours, rest = divmod(int(waited.total_seconds()) // 60, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _document(one: Waiting) -> dict[str, object]:
    return {
        **one.review.model_dump(mode="json"),
        "about": one.about,
        "due_at": one.due_at.isoformat(),
        "waited_seconds": round(one.waited.total_seconds()),
        "overdue": one.overdue,
        "needs": one.needs,
        "approvals": list(one.approvals),
        "appeal": one.appeal.model_dump(mode="json") if one.appeal is not None else None,
        "shown": one.shown,
    }


def _decide(review: str, decision: Decision, reason: str, operator: str | None, *, wait: bool, as_json: bool) -> None:
    with opened() as studio:
        by = account(studio, operator or studio.settings.account)
        answered = decide(studio, review, decision, by, reason)
    goes_on = ""
    if answered.batch is not None and wait:
        from pipelines.launch import run_batch  # Dagster takes seconds to import: only where a run starts

        run_batch(answered.batch)
        goes_on = f"; its batch {answered.batch.id} was carried on: greenroom status"
    elif answered.batch is not None:
        goes_on = f"; its batch {answered.batch.id} waits for the queue (make dev), which takes it up within seconds"
    elif answered.shown is not None:
        goes_on = f"; {answered.shown} stays published"
        if decision is Decision.DENY:
            goes_on = f'; {answered.shown} is still shown: greenroom takedown request {answered.shown} --reason "..."'
    said = "approved" if decision is Decision.APPROVE else "denied"
    if answered.decision is None:
        goes_on = "; another person must approve it too"
    document = {
        "review": answered.review.model_dump(mode="json"),
        "decision": answered.decision.model_dump(mode="json") if answered.decision is not None else None,
        "opinion": answered.opinion.model_dump(mode="json") if answered.opinion is not None else None,
        "batch": answered.batch.id if answered.batch is not None else None,
        "shown": answered.shown,
    }
    answer(document, f"{review} ({answered.review.kind.value}) is {said} by @{by.name}{goes_on}", as_json=as_json)
