"""Gate 8: consent and all verdicts are asked again inside the transaction that publishes.

Writers of the ledger follow each other, so a withdrawal that commits first is seen here, and one that commits later
finds the publication and takes it away.
"""

import time

from pydantic import JsonValue

from greenroom.domain.base import digest, new_id, new_salt, now
from greenroom.domain.clips import Marked, Publication, Relation, RestsOn, Take
from greenroom.domain.removals import Fingerprint
from greenroom.domain.verdicts import Gate, Judgement, Outcome
from greenroom.errors import BadInput, Erased
from ledger import fingerprints, publications, removals, verdicts
from ledger.database import Reader, Writer
from moderation.earlier import withdrawn
from moderation.publication import judge_publication
from ops.claim import claimed
from ops.copies import all_there, delete_unshared, plain_copies
from ops.lookalikes import fingerprint_of, keep_index
from ops.notices import tell_owners
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
        copied, erased = _copied(studio, work) if ready else (None, None)
        seen = _seen(studio, work, copied) if copied is not None else None
        # 3. The same questions in the transaction that publishes.
        with studio.ledger.write(run=run) as tx:
            work = read_work(tx, brief_id, run)
            judgement = erased or _taken_back(studio, tx, work) or judge(studio, work, None)
            seconds = time.perf_counter() - started
            inputs = digest([verdict.id for verdict in work.verdicts.values()])
            verdict = verdict_of(work, judgement, inputs, definition.code_version, seconds)
            verdicts.add(tx, verdict)
            if judgement.outcome is Outcome.ALLOW and copied is not None and work.clip is not None:
                named = (*(work.verdicts[gate].id for gate in Gate if gate < Gate.PUBLICATION), verdict.id)
                publication = _publish(tx, studio, work, work.clip.id, copied, named, definition.code_version)
                tell_owners(tx, work, verdict, publication)
                if seen is not None:
                    fingerprints.add(tx, seen)
            else:
                tell_owners(tx, work, verdict)
                # 4. Refused: the copies go, but for what another clip refers to (its captions may be the same bytes).
                if copied is not None:
                    delete_unshared(studio, tx, copied)
                copied = None
    # 5. A sweep may have erased a blob that this clip shares, before the row above told that it does.
    if copied is not None and not all_there(studio, copied):
        _copied(studio, work)
    if copied is not None:
        keep_index(studio)
    return handled(verdict, Stage.PUBLICATION)


def _seen(studio: Studio, work: Work, marked: Marked) -> Fingerprint | None:
    """What the clip looks like; None where its file cannot be looked at: it is made when a takedown asks for it."""
    take = Take.model_validate(work.products[Stage.TAKE].document)
    try:
        return fingerprint_of(studio, marked.clip, marked.file, take.frames_sha256)
    except BadInput:
        return None


def _copied(studio: Studio, work: Work) -> tuple[Marked | None, Judgement | None]:
    """Plain copies of what was marked; or, when its key was destroyed meanwhile, the refusal that follows."""
    marked = Marked.model_validate(work.products[Stage.MARKS].document)
    try:
        return plain_copies(studio, marked), None
    except Erased as error:
        return None, withdrawn(Gate.PUBLICATION, error.fact, studio.policy)


def _taken_back(studio: Studio, tx: Reader, work: Work) -> Judgement | None:
    """The refusal of a draft that an owner deleted, or of a remix of a clip that is no longer shown."""
    clip, parent = work.clip, work.brief.parent
    if clip is not None and removals.of_clip(tx, clip.id) is not None:
        return withdrawn(Gate.PUBLICATION, f"Clip {clip.id} was removed before it was published.", studio.policy)
    if parent is not None and not publications.visible(tx, {parent}):
        return withdrawn(Gate.PUBLICATION, f"Clip {parent}, which this one remixes, was taken back.", studio.policy)
    return None


def _publish(
    tx: Writer, studio: Studio, work: Work, clip: str, marked: Marked, named: tuple[str, ...], code_version: str
) -> Publication:
    rests_on = _rests_on(tx, work)
    take = Take.model_validate(work.products[Stage.TAKE].document)
    rows = [verdicts.by_id(tx, verdict) for verdict in named]
    publication = Publication(
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
    )
    publications.add(tx, publication)
    edges = [(clip, work.brief.id, Relation.ANSWERS), (clip, f"take:{take.master.sha256}", Relation.MARKED_FROM)]
    edges += [(work.brief.id, one.consent, Relation.RESTS_ON) for one in rests_on]
    if work.brief.parent:
        edges.append((clip, work.brief.parent, Relation.REMIX_OF))
    add_edges(tx, tuple(edges), work.run, code_version)
    return publication


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
