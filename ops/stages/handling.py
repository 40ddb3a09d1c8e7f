"""How every stage handles a brief: read what the earlier gates said, work if they allow, record one verdict.

A stage is two functions: `produce` makes its product (a storyboard, a take, a marked file) and `judge` asks its
gate. The product is addressed by the hash of its inputs and code version, so that it is made once however often a
run is killed or a policy changes; the verdict's address adds the policy version. A refusal is a row: the stage
never raises for one, and its neighbours in the batch go on.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from greenroom.domain.base import digest, new_id, now
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Clip, Edge, Relation
from greenroom.domain.consents import Account, Consent, Likeness, LikenessKind
from greenroom.domain.relations import Relations
from greenroom.domain.reviews import Review, ReviewDecision, ReviewSubject
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Verdict
from greenroom.errors import BlobAltered, BlobMissing, Erased, GreenroomError, ModelMissing, NotFound, StoreUnavailable
from greenroom.store import FULL
from ledger import (
    accounts,
    briefs,
    clips,
    consents,
    edges,
    likenesses,
    outputs,
    relations,
    reviews,
    verdicts,
    withdrawals,
)
from ledger.database import Reader, Writer
from ledger.outputs import Output
from moderation.earlier import held, required, withdrawn
from moderation.policy import Policy
from moderation.review import counting, embodies, for_a_person, settled
from ops.claim import claimed
from ops.notices import tell_owners
from ops.studio import Studio

COMPARED = "hash lists compared with"  # the evidence that keeps what a definition's `compares` said


class Stage(StrEnum):
    CONSENT = "consent"
    PROMPT = "prompt"
    STORYBOARD = "storyboard"
    TAKE = "take"
    DIALOGUE = "dialogue"
    SAFETY = "safety"
    MARKS = "marks"
    PUBLICATION = "publication"

    @property
    def gate(self) -> Gate:
        return Gate[self.name]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A handle of the brief and what the ledger holds of it at this moment.

    `unreadable`: the row of the consent does not parse. `relations`: how its owner and the requester stand.
    """

    handle: str
    likeness: Likeness | None
    consent: Consent | None
    withdrawn: bool
    unreadable: bool = False
    relations: Relations = Relations()  # noqa: RUF009  # frozen


@dataclass(frozen=True, slots=True)
class Work:
    """What a stage is handed: the brief, who is in it, what was judged and made before."""

    brief: Brief
    requester: Account
    enrolled: tuple[Enrolled, ...]
    verdicts: Mapping[Gate, Verdict]
    products: Mapping[Stage, Output]
    clip: Clip | None
    run: str

    @property
    def people(self) -> tuple[str, ...]:
        """The handles of the enrolled persons in it."""
        known = [one.likeness for one in self.enrolled if one.likeness is not None]
        return tuple(one.handle for one in known if one.kind is LikenessKind.PERSON)


@dataclass(frozen=True, slots=True)
class Product:
    """What a stage made: the document that is kept, the lineage edges that come with it, and a take's clip."""

    document: JsonValue
    edges: tuple[tuple[str, str, Relation], ...] = ()
    clip: Clip | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A stage's functions. `inputs` is what, besides brief and earlier products, decides the product; `carry`
    replaces the way below for the one stage that judges inside its own transaction. `compares` is a fingerprint of
    what the work is held against now that neither policy nor code names; its judgement keeps it as `COMPARED`."""

    stage: Stage
    code_version: str
    judge: Callable[[Studio, Work, JsonValue], Judgement]
    produce: Callable[[Studio, Work], Product] | None = None
    inputs: Callable[[Work], JsonValue] = field(default=lambda work: None)
    compares: Callable[[Studio], str | None] = field(default=lambda studio: None)
    carry: "Callable[[Studio, Definition, str, str], Handled] | None" = None


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one brief at one stage. `outcome` None: an earlier gate had refused it."""

    brief: str
    stage: Stage
    outcome: Outcome | None
    rules: tuple[str, ...] = ()
    clip: str | None = None
    seconds: float = 0.0
    reused: bool = False


def read_work(tx: Reader, brief_id: str, run: str) -> Work:
    """Everything the ledger holds of a brief, in one snapshot. Raises `NotFound`."""
    brief = briefs.by_id(tx, brief_id)
    if brief is None:
        raise NotFound(f"no brief has the id {brief_id}", "greenroom status lists the briefs of a day.")
    requester = accounts.by_id(tx, brief.requester)
    if requester is None:
        raise NotFound(f"brief {brief_id} was asked by {brief.requester}, who has no account", "Restore the ledger.")
    made = outputs.every_latest(tx, brief_id)
    return Work(
        brief=brief,
        requester=requester,
        enrolled=tuple(_enrolled(tx, handle, requester) for handle in brief.likenesses),
        verdicts=verdicts.latest(tx, brief_id),
        products={stage: made[stage.value] for stage in Stage if stage.value in made},
        clip=clips.by_brief(tx, brief_id),
        run=run,
    )


def _enrolled(tx: Reader, handle: str, requester: Account) -> Enrolled:
    likeness = likenesses.by_handle(tx, handle)
    if likeness is None:
        return Enrolled(handle, None, None, withdrawn=False)
    try:
        consent, unreadable = consents.in_force(tx, likeness.id), False
    except ValueError:  # the row, or a document or moment in it, does not parse
        consent, unreadable = None, True
    return Enrolled(
        handle,
        likeness,
        consent,
        withdrawn=likeness.id in withdrawals.withdrawn(tx, {likeness.id}),
        unreadable=unreadable,
        relations=relations.between(tx, likeness.owner, requester.id),
    )


def handle(studio: Studio, definition: Definition, brief_id: str, run: str) -> Handled:
    """Carry one brief through one stage; calling it again finds what is there and makes nothing twice."""
    if definition.carry is not None:
        return definition.carry(studio, definition, brief_id, run)
    # 1. One worker on one brief.
    with claimed(studio, brief_id, run):
        # 2. What the ledger holds of it now.
        with studio.ledger.read() as tx:
            work = read_work(tx, brief_id, run)
        return _handle(studio, definition, work)


def _handle(studio: Studio, definition: Definition, work: Work) -> Handled:
    stage, started = definition.stage, time.perf_counter()
    # 3. The earlier gates: a refusal among them ends it here.
    if refused_before(work, stage):
        return Handled(work.brief.id, stage, None)
    # 4. A verdict on the very same inputs stands.
    key = product_key(definition, work)
    verdict_key = digest([key, studio.policy.version, _standing(work, stage)])
    found = work.verdicts.get(stage.gate)
    with studio.ledger.read() as tx:
        answers = reviews.answered(tx, work.brief.id, stage.gate, verdict_key)
    if found is not None and found.inputs == verdict_key and not asks_again(found, answers, studio.policy):
        return handled(found, stage, reused=True)
    # 5. A missing verdict before it, or one of another policy, holds it; else the work and its judgement.
    judgement = required(work.verdicts, stage.gate, studio.policy)
    if judgement is None:
        judgement = produce_and_judge(studio, definition, work, key)
    # 6. What the policy leaves to a person: their answer, or where none counts the question.
    judgement = settled(judgement, answers, studio.policy)
    # 7. One row.
    verdict = verdict_of(work, judgement, verdict_key, definition.code_version, time.perf_counter() - started)
    with studio.ledger.write(run=work.run) as tx:
        clip = clips.by_brief(tx, work.brief.id)
        verdict = verdict.model_copy(update={"clip": clip.id if clip is not None else None})
        verdicts.add(tx, verdict)
        if for_a_person(judgement, studio.policy):
            reviews.open_once(tx, question(verdict))
        tell_owners(tx, work, verdict)
    return handled(verdict, stage)


def question(verdict: Verdict) -> Review:
    return Review(
        id=new_id("rv"),
        kind=ReviewSubject.BRIEF,
        subject=verdict.brief,
        gate=verdict.judgement.gate,
        inputs=verdict.inputs,
        rules=verdict.judgement.rules,
        recorded_at=now(),
    )


def asks_again(verdict: Verdict, answers: tuple[ReviewDecision, ...], policy: Policy) -> bool:
    """A hold for want of evidence is no judgement of the clip, and one that a person answered since: look again."""
    answer = counting(verdict.judgement, answers, policy)
    if answer is not None and not embodies(verdict.judgement, answer):
        return True
    return lacks_evidence(verdict)


def compared_with(judgement: Judgement) -> str | None:
    """The fingerprint of what the work was held against beside policy and code; None where there was nothing."""
    values = [one.value for one in judgement.evidence if one.name == COMPARED]
    return str(values[-1]) if values else None


def lacks_evidence(verdict: Verdict) -> bool:
    """Whether a verdict holds for want of evidence, which the next run may have."""
    return any(rule.id.startswith("evidence.") for rule in verdict.judgement.rules)


def product_key(definition: Definition, work: Work) -> str:
    """The address of the product: code, brief, stated inputs, and the products of the stages before it."""
    earlier: list[JsonValue] = [
        work.products[stage].key for stage in Stage if stage in work.products and stage.gate < definition.stage.gate
    ]
    brief = work.brief.model_dump(mode="json", exclude=set() if work.brief.passes else {"passes"})
    return digest([definition.stage.value, definition.code_version, brief, definition.inputs(work), earlier])


def refused_before(work: Work, stage: Stage) -> bool:
    """Whether a gate before this stage denied or held the brief."""
    return any(
        work.verdicts[gate].judgement.outcome is not Outcome.ALLOW for gate in work.verdicts if gate < stage.gate
    )


def verdict_of(work: Work, judgement: Judgement, inputs: str, code_version: str, seconds: float) -> Verdict:
    return Verdict(
        id=new_id("vd"),
        brief=work.brief.id,
        clip=work.clip.id if work.clip is not None else None,
        judgement=judgement,
        inputs=inputs,
        code_version=code_version,
        run=work.run,
        seconds=round(seconds, 4),
        recorded_at=now(),
    )


def _standing(work: Work, stage: Stage) -> JsonValue:
    """What a verdict rests on besides its product: the verdicts before it, the consents and relations as they are."""
    earlier: list[JsonValue] = [work.verdicts[gate].inputs for gate in sorted(work.verdicts) if gate < stage.gate]
    people: list[JsonValue] = [
        [
            one.handle,
            one.consent.id if one.consent else None,
            one.withdrawn,
            one.unreadable,
            one.relations.model_dump(mode="json"),
        ]
        for one in work.enrolled
    ]
    return [earlier, people]


def produce_and_judge(studio: Studio, definition: Definition, work: Work, key: str) -> Judgement:
    """Make what is not there yet under this key, and ask the gate; what goes wrong with the clip's own is a hold."""
    return guarded(studio, definition, lambda: definition.judge(studio, work, _product(studio, definition, work, key)))


def guarded(studio: Studio, definition: Definition, ask: Callable[[], Judgement]) -> Judgement:
    """What `ask` answers; what goes wrong with the clip's own is a hold, and what does with the machine is raised."""
    try:
        return ask()
    except ModelMissing as error:
        return held(definition.stage.gate, "evidence.model_missing", error.fact, studio.policy)
    except Erased as error:
        return withdrawn(definition.stage.gate, error.fact, studio.policy)
    except (BlobMissing, BlobAltered) as error:
        return held(definition.stage.gate, "evidence.missing", error.fact, studio.policy)
    except GreenroomError:
        raise  # the machine's state, not the clip's: nothing is recorded, the next run goes on here
    except OSError as error:
        if error.errno not in FULL:
            return _crashed(studio, definition, error)
        raise StoreUnavailable(  # likewise
            f"there is no room for the {definition.stage} stage's files in {studio.settings.home}: {error.strerror}",
            "Free space there and run the same command again: it goes on where it stopped.",
        ) from error
    except Exception as error:  # noqa: BLE001  # the edge that reports: a check that crashed holds the clip
        return _crashed(studio, definition, error)


def _crashed(studio: Studio, definition: Definition, error: Exception) -> Judgement:
    reason = f"the {definition.stage} stage crashed with {type(error).__name__}: {error}"
    return held(definition.stage.gate, "evidence.crashed", reason, studio.policy)


def _product(studio: Studio, definition: Definition, work: Work, key: str) -> JsonValue:
    if definition.produce is None:
        return None
    with studio.ledger.read() as tx:
        found = outputs.by_key(tx, key)
    if found is not None:
        return found.document
    started = time.perf_counter()
    product = definition.produce(studio, work)
    seconds = round(time.perf_counter() - started, 4)
    with studio.ledger.write(run=work.run) as writer:
        outputs.put(
            writer, key, definition.stage.value, work.brief.id, product.document, definition.code_version, seconds
        )
        if product.clip is not None and clips.by_brief(writer, work.brief.id) is None:
            clips.add(writer, product.clip)
        add_edges(writer, product.edges, work.run, definition.code_version)
    return product.document


def add_edges(tx: Writer, found: tuple[tuple[str, str, Relation], ...], run: str, code_version: str) -> None:
    """Record lineage: child, parent, relation."""
    for child, parent, relation in found:
        edges.add(
            tx,
            Edge(child=child, parent=parent, relation=relation, run=run, code_version=code_version, recorded_at=now()),
        )


def handled(verdict: Verdict, stage: Stage, *, reused: bool = False) -> Handled:
    return Handled(
        brief=verdict.brief,
        stage=stage,
        outcome=verdict.judgement.outcome,
        rules=tuple(rule.id for rule in verdict.judgement.rules),
        clip=verdict.clip,
        seconds=verdict.seconds,
        reused=reused,
    )
