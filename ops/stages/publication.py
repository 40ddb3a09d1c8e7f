"""Gate 8: consent and all verdicts are asked again inside the transaction that publishes.

Writers of the ledger follow each other, so a withdrawal that commits first is seen here, and one that commits later
finds the publication and takes it away.
"""

import time

from pydantic import JsonValue

from greenroom.domain.base import digest, new_id, new_salt, now
from greenroom.domain.clips import Marked, Publication, Relation, RestsOn, Take
from greenroom.domain.verdicts import Gate, Judgement, Outcome
from ledger import publications, verdicts
from ledger.database import Reader, Writer
from moderation.publication import judge_publication
from ops.claim import claimed
from ops.stages.consent import ask
from ops.stages.handling import (
    Definition,
    Handled,
    Stage,
    Work,
    add_edges,
    handled,
    read_work,
    refused_before,
    verdict_of,
)
from ops.studio import Studio


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    again = ask(studio, work.brief, work.requester, work.enrolled, Gate.PUBLICATION)
    return judge_publication(work.verdicts, again, studio.policy)


def publish(studio: Studio, definition: Definition, brief_id: str, run: str) -> Handled:
    """Publish a brief's clip if everything still allows it: once, whoever asks and however often."""
    with claimed(studio, brief_id, run):
        started = time.perf_counter()
        # 1. Is there anything to publish?
        with studio.ledger.read() as tx:
            work = read_work(tx, brief_id, run)
            done = publications.by_clip(tx, work.clip.id) if work.clip is not None else None
        found = work.verdicts.get(Gate.PUBLICATION)
        if done is not None and found is not None:
            return handled(found, Stage.PUBLICATION, reused=True)
        if refused_before(work, Stage.PUBLICATION):
            return Handled(brief_id, Stage.PUBLICATION, None)
        # 2. Plain copies of its files; they are nobody's until the row below is committed.
        ready = judge(studio, work, None).outcome is Outcome.ALLOW and Stage.MARKS in work.products
        copied = _unsealed(studio, Marked.model_validate(work.products[Stage.MARKS].document)) if ready else None
        # 3. The same questions in the transaction that publishes.
        with studio.ledger.write(run=run) as tx:
            work = read_work(tx, brief_id, run)
            judgement = judge(studio, work, None)
            seconds = time.perf_counter() - started
            inputs = digest([verdict.id for verdict in work.verdicts.values()])
            verdict = verdict_of(work, judgement, inputs, definition.code_version, seconds)
            verdicts.add(tx, verdict)
            if judgement.outcome is Outcome.ALLOW and copied is not None and work.clip is not None:
                named = (*(work.verdicts[gate].id for gate in Gate if gate < Gate.PUBLICATION), verdict.id)
                _publish(tx, studio, work, work.clip.id, copied, named, definition.code_version)
                return handled(verdict, Stage.PUBLICATION)
    # 4. Refused: the copies go.
    for ref in (copied.file, copied.sidecar, copied.captions, copied.poster) if copied is not None else ():
        studio.store.delete(ref)
    return handled(verdict, Stage.PUBLICATION)


def _unsealed(studio: Studio, marked: Marked) -> Marked:
    kept = {name: studio.unsealed(getattr(marked, name)) for name in ("file", "sidecar", "captions", "poster")}
    return marked.model_copy(update=kept)


def _publish(
    tx: Writer, studio: Studio, work: Work, clip: str, marked: Marked, named: tuple[str, ...], code_version: str
) -> None:
    rests_on = _rests_on(tx, work)
    take = Take.model_validate(work.products[Stage.TAKE].document)
    rows = [verdicts.by_id(tx, verdict) for verdict in named]
    publications.add(
        tx,
        Publication(
            id=new_id("pu"),
            clip=clip,
            brief=work.brief.id,
            marked=marked,
            rests_on=rests_on,
            verdicts=named,
            verdicts_sha256=digest([row.model_dump(mode="json") if row else None for row in rows]),
            policy_version=studio.policy.version,
            salt=new_salt(),
            run=work.run,
            recorded_at=now(),
        ),
    )
    edges = [(clip, work.brief.id, Relation.ANSWERS), (clip, f"take:{take.master.sha256}", Relation.MARKED_FROM)]
    edges += [(work.brief.id, one.consent, Relation.RESTS_ON) for one in rests_on]
    if work.brief.parent:
        edges.append((clip, work.brief.parent, Relation.REMIX_OF))
    add_edges(tx, tuple(edges), work.run, code_version)


def _rests_on(tx: Reader, work: Work) -> tuple[RestsOn, ...]:
    """Every likeness in the clip, and every one that the clips it descends from rest on."""
    own = [
        RestsOn(likeness=one.likeness.id, consent=one.consent.id)
        for one in work.enrolled
        if one.likeness is not None and one.consent is not None
    ]
    parent = publications.by_clip(tx, work.brief.parent) if work.brief.parent else None
    inherited = parent.rests_on if parent is not None else ()
    return tuple({one.likeness: one for one in (*inherited, *own)}.values())


DEFINITION = Definition(stage=Stage.PUBLICATION, code_version="1", judge=judge, carry=publish)
