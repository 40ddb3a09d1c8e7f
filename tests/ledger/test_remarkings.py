"""A clip that is marked again keeps its publication: the newest file is shown, and none before it is forgotten."""

from datetime import date

import pytest
from sqlalchemy import update

from greenroom.domain.base import BlobRef, digest, new_salt, now, salted_digest
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import InvisibleMarks, LaidMark, Marked, Publication, Remarking
from greenroom.domain.verdicts import Gate, Outcome, Verdict
from greenroom.errors import LedgerRefused
from ledger import audit, log, media, outputs, publications, remarkings, schema, verdicts, withdrawals
from ledger.database import Ledger, Writer
from tests.ledger.conftest import Cast

DAY = date(2026, 11, 23)  # of the cast's briefs
ASKED = {Gate.MARKS: "1"}
LAID = InvisibleMarks(picture=LaidMark(version="1", strength=1.2), sound=LaidMark(version="1", strength=1.0))


def blob(name: str, sealed_for: str | None = None) -> BlobRef:
    return BlobRef(sha256=digest(name), size=9, media_type="video/mp4", sealed_for=sealed_for)


def marked_again(publication: Publication, number: int, sealed_for: str | None = None) -> Marked:
    """Another file, sidecar and poster; the captions are the same bytes as before."""
    fresh = {part: blob(f"{part} {number} {sealed_for}", sealed_for) for part in ("file", "sidecar", "poster")}
    return publication.marked.model_copy(update={**fresh, "manifest": f"urn:c2pa:{number}", "invisible": LAID})


def remarked(tx: Writer, publication: Publication, verdict: Verdict, number: int) -> Remarking:
    verdicts.add(tx, verdict)
    made = Remarking(
        id=f"rk-{publication.clip}-{number}",
        clip=publication.clip,
        brief=publication.brief,
        marked=marked_again(publication, number),
        verdict=verdict.id,
        verdict_sha256=digest([verdict.model_dump(mode="json")]),
        policy_version=number,
        code_version=str(number),
        salt=new_salt(),
        run="run-2",
        recorded_at=now(),
    )
    remarkings.add(tx, made)
    return made


def test_the_newest_file_is_shown_and_those_before_it_are_known(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        publication = made.published("clip1", made.account())
        assert remarkings.shown(tx, publication) == publication.marked
        allowed = [made.verdict_of(publication.brief, Gate.MARKS, Outcome.ALLOW, number) for number in (4, 5)]
        first, second = (remarked(tx, publication, one, int(one.judgement.policy_version)) for one in allowed)
    with ledger.read() as reader:
        assert remarkings.shown(reader, publication) == second.marked
        assert remarkings.of_clip(reader, "clip1") == (first, second)
        assert publications.by_clip(reader, "clip1") == publication, "a publication is never edited"
        plain = media.published(reader, publication.brief)
        assert {one.marked.file for one in (publication, first, second)} <= set(plain)
        assert len(plain) == len(set(plain)), "what several files share is named once"
        assert [media.sharing(reader, one.marked.file.sha256) for one in (first, second)] == [("clip1",)] * 2
        place = remarkings.leaf(reader, second.id)
        assert place is not None
        leaf = log.leaf(reader, place.index)
        assert (leaf.kind, leaf.hash) == (log.Kind.REMARKING, salted_digest(second.salt, second))


def test_a_clip_is_marked_again_once_for_each_version_of_the_code(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        publication = made.published("clip1", made.account())
        first = remarked(tx, publication, made.verdict_of(publication.brief, Gate.MARKS, Outcome.ALLOW, 4), 4)
    with pytest.raises(LedgerRefused, match=r"remarkings[._]"), ledger.write() as tx:
        remarkings.add(tx, first.model_copy(update={"id": "rk-again"}))
    with ledger.read() as reader:
        assert remarkings.of_clip(reader, "clip1") == (first,)


def test_an_older_row_hashes_as_it_did_before_there_were_invisible_marks(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        publication = cast(tx).published("clip1", cast(tx).account())
    assert "invisible" not in publication.marked.model_dump(mode="json")
    assert marked_again(publication, 4).model_dump(mode="json")["invisible"]["picture"]["strength"] == 1.2
    with ledger.read() as reader:
        assert audit.altered(reader) == ()


def test_what_was_altered_by_hand_is_a_gap(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        publication = made.published("clip1", made.account())
        allowed = made.verdict_of(publication.brief, Gate.MARKS, Outcome.ALLOW, 4)
        remarking = remarked(tx, publication, allowed, 4)
        assert audit.altered(tx) == ()
        assert [gap.subject for gap in audit.unjudged(tx)] == [publication.id] * 2, "the cast's verdicts are none"
        tx.execute(update(schema.verdicts).values(outcome="hold"))
        tx.execute(update(schema.remarkings).values(run="run-3"))
        assert [gap.subject for gap in audit.altered(tx)] == [remarking.id]
        facts = [gap.fact for gap in audit.unjudged(tx) if gap.subject == remarking.id]
    assert ["whose outcome is hold" in facts[0], "was altered" in facts[1]] == [True] * 2


def test_files_marked_and_never_shown_are_found_for_the_sweep(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        publication = made.published("clip1", made.account())
        brief = publication.brief
        for number, manifest in enumerate((publication.marked.manifest, "urn:c2pa:4", "urn:c2pa:5")):
            sealed = marked_again(publication, number, brief).model_copy(update={"manifest": manifest})
            outputs.put(tx, digest(manifest), "marks", brief, sealed.model_dump(mode="json"), str(number))
        remarked(tx, publication, made.verdict_of(brief, Gate.MARKS, Outcome.ALLOW, 4), 4)
        found = media.marked_unpublished(tx, brief)
    assert {one.sha256 for one in found} == {digest(f"{part} 2 {brief}") for part in ("file", "sidecar", "poster")}


def test_clips_that_viewers_may_see_wait_until_every_gate_asked_judged_them(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        cat = made.likeness("chelsea", mia)
        gone, shown = made.published("gone", mia, cat), made.published("shown", mia)
        assert publications.unjudged(tx, 4, ASKED) == {DAY: 2}
        assert remarkings.published_on(tx, DAY, None) == (gone.brief, shown.brief)
        assert remarkings.published_on(tx, DAY, Lane.BATCH) == (gone.brief, shown.brief)
        assert remarkings.published_on(tx, DAY, Lane.TREND) == ()
        withdrawals.add(tx, made.withdrawal_of(cat[0]))
    with ledger.read() as tx:
        assert publications.unjudged(tx, 4, ASKED) == {DAY: 1}
        assert remarkings.published_on(tx, DAY, None) == (shown.brief,)
    with ledger.write() as tx:
        verdicts.add(tx, made.verdict_of(shown.brief, Gate.MARKS, Outcome.HOLD, 4))
        assert publications.unjudged(tx, 4, ASKED) == {}
        assert publications.unjudged(tx, 4, {Gate.MARKS: "2"}) == {DAY: 1}, "by older code"
        assert publications.unjudged(tx, 4, ASKED | {Gate.PROMPT: "1"}) == {DAY: 1}, "by one of the two"
        assert publications.unjudged(tx, 5, ASKED) == {DAY: 1}
