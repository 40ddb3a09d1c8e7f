"""Marking published clips again: one of an older policy gets the marks of the present, and keeps its publication.

The take is marked anew and gate 7 judges the new file. Where it allows, the file is shown in place of the one before;
where it does not, that one stays, and whoever ran this is told. Nothing else is judged: that the clip may be shown was
decided when it was published, and is taken back by a withdrawal or a removal alone.
"""

import time
from enum import StrEnum

from greenroom.domain.base import Frozen, digest, new_id, new_salt, now
from greenroom.domain.clips import Marked, Publication, Remarking
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Rule, Verdict
from greenroom.errors import Erased, NotFound
from ledger import outputs, publications, remarkings, verdicts
from ledger.database import Reader
from moderation.earlier import withdrawn
from ops.as_published import as_published, publication_of
from ops.claim import claimed
from ops.copies import all_there, plain_copies
from ops.report import export_again
from ops.stages.handling import lacks_evidence, produce_and_judge, product_key, read_work, verdict_of
from ops.stages.marks import DEFINITION
from ops.studio import Studio


class Became(StrEnum):
    """What became of one brief's clip."""

    MARKED = "marked again"  # and shown
    CURRENT = "as it was"  # its file has the marks of the present code, and gate 7 allows it under the present policy
    HELD = "held"  # gate 7 refuses the new file, so the one before it stays
    GONE = "not shown"  # never published, withdrawn or removed


class Remarked(Frozen):
    """One brief's answer. `rules`: why its new file is held."""

    brief: str
    clip: str | None
    became: Became
    rules: tuple[Rule, ...] = ()


def mark_again(studio: Studio, brief_id: str, run: str) -> Remarked:
    """Bring one published clip's marks up to the present code and policy; again, it finds that and makes nothing."""
    with claimed(studio, brief_id, run):
        started = time.perf_counter()
        # 1. A clip that viewers may see, as it was published.
        with studio.ledger.read() as tx:
            work = read_work(tx, brief_id, run)
            publication = publication_of(tx, work)
            if publication is None:
                return Remarked(brief=brief_id, clip=None, became=Became.GONE)
            work = as_published(tx, work, publication)
            key = product_key(DEFINITION, work)
            inputs = digest([key, studio.policy.version, "marked again"])
            judged = tuple(one for one in verdicts.of_brief(tx, brief_id) if one.judgement.gate is Gate.MARKS)
            current = _is_current(tx, studio, publication, key, judged)
        # 2. It was answered before.
        found = next((one for one in reversed(judged) if one.inputs == inputs and not lacks_evidence(one)), None)
        if current or found is not None:
            return _answer(publication, found.judgement if found is not None and not current else None)
        # 3. Its take marked anew, judged, and plain copies of it.
        judgement = produce_and_judge(studio, DEFINITION, work, key)
        copied = None
        if judgement.outcome is Outcome.ALLOW:
            copied, judgement = _copied(studio, key, judgement)
        # 4. One verdict, and the file before viewers, unless the clip was taken back meanwhile.
        with studio.ledger.write(run=run) as tx:
            if publication_of(tx, work) is None:
                if copied is not None:
                    _drop(studio, tx, copied, publication.clip)
                return Remarked(brief=brief_id, clip=publication.clip, became=Became.GONE)
            verdict = verdict_of(work, judgement, inputs, DEFINITION.code_version, time.perf_counter() - started)
            verdicts.add(tx, verdict)
            shown = remarkings.shown(tx, publication)
            if copied is not None and copied.manifest != shown.manifest:
                remarkings.add(tx, _remarking(tx, publication, copied, verdict, key))
        if copied is None:
            return _answer(publication, judgement)
        # 5. A sweep may have erased a blob that this clip shares, before the row above told that it does.
        if not all_there(studio, copied):
            _copied(studio, key, judgement)
        if copied.manifest == shown.manifest:
            return _answer(publication, None)
        export_again(studio, brief_id, publication.clip)
        return Remarked(brief=brief_id, clip=publication.clip, became=Became.MARKED)


def _is_current(tx: Reader, studio: Studio, publication: Publication, key: str, judged: tuple[Verdict, ...]) -> bool:
    """Whether what is shown is the product of the present code, and allowed under the present policy."""
    product = outputs.by_key(tx, key)
    if (
        product is None
        or Marked.model_validate(product.document).manifest != remarkings.shown(tx, publication).manifest
    ):
        return False
    asked = (studio.policy.version, DEFINITION.code_version, Outcome.ALLOW)
    return any((one.judgement.policy_version, one.code_version, one.judgement.outcome) == asked for one in judged)


def _copied(studio: Studio, key: str, judgement: Judgement) -> tuple[Marked | None, Judgement]:
    """Plain copies of the product; or, when its key was destroyed meanwhile, the refusal that follows."""
    with studio.ledger.read() as tx:
        product = outputs.by_key(tx, key)
    if product is None:
        raise NotFound(f"the marked file {key} is no longer in the ledger", "Restore the ledger from a backup.")
    try:
        return plain_copies(studio, Marked.model_validate(product.document)), judgement
    except Erased as error:
        return None, withdrawn(Gate.MARKS, error.fact, studio.policy)


def _drop(studio: Studio, tx: Reader, copied: Marked, clip: str) -> None:
    """Delete copies of a clip that was taken back, but for what another clip that viewers may see refers to."""
    refs = [getattr(copied, part) for part in publications.PARTS]
    for ref in publications.unshared(tx, refs, clip):
        studio.store.delete(ref)


def _remarking(tx: Reader, publication: Publication, marked: Marked, verdict: Verdict, key: str) -> Remarking:
    product = outputs.by_key(tx, key)
    return Remarking(
        id=new_id("rk"),
        clip=publication.clip,
        brief=publication.brief,
        marked=marked,
        verdict=verdict.id,
        verdict_sha256=digest([verdict.model_dump(mode="json")]),
        policy_version=verdict.judgement.policy_version,
        code_version=verdict.code_version,
        salt=new_salt(),
        run=product.run if product is not None else verdict.run,
        recorded_at=now(),
    )


def _answer(publication: Publication, judgement: Judgement | None) -> Remarked:
    """Of a clip whose file stays; `judgement`: the last of gate 7, where that is not of the file shown."""
    held = judgement is not None and judgement.outcome is not Outcome.ALLOW
    return Remarked(
        brief=publication.brief,
        clip=publication.clip,
        became=Became.HELD if held else Became.CURRENT,
        rules=judgement.rules if judgement is not None else (),
    )
