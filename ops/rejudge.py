"""Judging published clips again: what the gates before the marks say of them under the present policy and code.

What is judged is the clip as it was published: its words, its plan, its take. Nothing is made anew. A clip that a gate
allows no longer stays before viewers until a person takes it away, for a rule can be wrong as well; whoever ran this
is told of each, and what the policy leaves to a person waits in the review queue. Consent is not asked here: it is
asked of the ledger whenever the clip is shown.
"""

import time
from enum import StrEnum

from pydantic import JsonValue

from greenroom.domain.base import Frozen, digest
from greenroom.domain.verdicts import Outcome, Rule, Verdict
from ledger import reviews, verdicts
from moderation.review import for_a_person, settled
from ops.as_published import as_published, publication_of
from ops.claim import claimed
from ops.stages import dialogue, prompt, safety, storyboard
from ops.stages.handling import (
    Definition,
    Stage,
    Work,
    asks_again,
    compared_with,
    guarded,
    question,
    read_work,
    verdict_of,
)
from ops.studio import Studio

DEFINITIONS = (prompt.DEFINITION, storyboard.DEFINITION, dialogue.DEFINITION, safety.DEFINITION)


class Stands(StrEnum):
    """How one brief's clip stands under the present policy."""

    ALLOWED = "allowed"
    ASKED = "a person is asked"
    REFUSED = "refused"  # it would not be published today
    GONE = "not shown"  # never published, withdrawn or removed


class Rejudged(Frozen):
    """One brief's answer. `rules`: what speaks against its clip. `judged`: gates that were asked anew."""

    brief: str
    clip: str | None
    became: Stands
    rules: tuple[Rule, ...] = ()
    judged: int = 0


def judge_again(studio: Studio, brief_id: str, run: str) -> Rejudged:
    """Ask each gate of one published clip; one that answered under the present policy and code is not asked twice.

    Gate 6 is asked anew under other hash lists too: a list is the knowledge of what must not be shown.
    """
    with claimed(studio, brief_id, run):
        # 1. A clip that viewers may see, as it was published.
        with studio.ledger.read() as tx:
            work = read_work(tx, brief_id, run)
            publication = publication_of(tx, work)
            if publication is None:
                return Rejudged(brief=brief_id, clip=None, became=Stands.GONE)
            work = as_published(tx, work, publication)
            earlier = verdicts.of_brief(tx, brief_id)
        # 2. Gate by gate: one refusal does not spare the others, since a person decides on all of them together.
        found, judged = [], 0
        for definition in DEFINITIONS:
            verdict, anew = _judged(studio, definition, work, earlier)
            found.append(verdict)
            judged += anew
    refused = [one for one in found if one.judgement.outcome is not Outcome.ALLOW]
    became = Stands.ALLOWED
    if refused:
        asked = all(for_a_person(one.judgement, studio.policy) for one in refused)
        became = Stands.ASKED if asked else Stands.REFUSED
    rules = tuple(rule for one in refused for rule in one.judgement.rules)
    return Rejudged(brief=brief_id, clip=publication.clip, became=became, rules=rules, judged=judged)


def _judged(studio: Studio, definition: Definition, work: Work, earlier: tuple[Verdict, ...]) -> tuple[Verdict, bool]:
    """The gate's verdict under the present policy and code, and whether it was asked anew."""
    gate, started = definition.stage.gate, time.perf_counter()
    product = work.products.get(definition.stage)
    document: JsonValue = product.document if product is not None else None
    compared = definition.compares(studio)
    stated: list[JsonValue] = [document, _take_of(work), studio.policy.version, definition.code_version, "judged again"]
    inputs = digest(stated if compared is None else [*stated, compared])
    with studio.ledger.read() as tx:
        answers = reviews.answered(tx, work.brief.id, gate, inputs)
    mine = [one for one in earlier if one.judgement.gate is gate]
    found = next(
        (one for one in reversed(mine) if one.inputs == inputs or _stood(studio, definition, one, compared)), None
    )
    if found is not None and not asks_again(found, answers, studio.policy):
        return found, False
    judgement = guarded(studio, definition, lambda: definition.judge(studio, work, document))
    judgement = settled(judgement, answers, studio.policy)
    verdict = verdict_of(work, judgement, inputs, definition.code_version, time.perf_counter() - started)
    with studio.ledger.write(run=work.run) as tx:
        verdicts.add(tx, verdict)
        if for_a_person(judgement, studio.policy):
            reviews.open_once(tx, question(verdict))
    return verdict, True


def _stood(studio: Studio, definition: Definition, verdict: Verdict, compared: str | None) -> bool:
    """Whether a verdict allowed the clip under the present policy and code, held against the same, when it was made."""
    judgement = verdict.judgement
    present = (studio.policy.version, definition.code_version, Outcome.ALLOW, compared)
    made = (judgement.policy_version, verdict.code_version, judgement.outcome, compared_with(judgement))
    return made == present


def _take_of(work: Work) -> JsonValue:
    found = work.products.get(Stage.TAKE)
    return found.key if found is not None else None
