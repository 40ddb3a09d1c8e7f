"""The warehouse follows the ledger: every row once, the same trace, and nothing that is not sound is read."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from greenroom.domain.base import BlobRef, canonical, digest, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import (
    Clip,
    Edge,
    InvisibleMarks,
    LabelPosition,
    LaidMark,
    Marked,
    Publication,
    Relation,
    Remarking,
    RestsOn,
    Take,
    Timing,
)
from greenroom.domain.consents import Account, Consent, Likeness
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Rule, Verdict
from greenroom.errors import WarehouseUnavailable
from ledger import audit, briefs, changes, clips, edges, outputs, publications, remarkings, verdicts
from ledger.database import Writer
from ops.likenesses import withdraw
from ops.studio import Studio
from ops.trace import Trace, trace
from ops.warehouse import rebuild, refresh, snapshot
from warehouse.snapshot import current
from warehouse.validation import Validator

BLOB = BlobRef(sha256="ab" * 32, size=3, media_type="video/mp4")


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    with Validator() as worker:
        yield worker


@pytest.fixture
def tom(enrol_pet: Callable[[], tuple[Likeness, Consent]]) -> tuple[Likeness, Consent]:
    return enrol_pet()


def brief_of(tx: Writer, requester: Account, number: int, *handles: str, parent: str | None = None) -> Brief:
    moment = now()
    batch = Batch(
        id=f"ba-{number}", lane=Lane.BATCH, day=date(2026, 11, 1), requested_by=requester.id, recorded_at=moment
    )
    made = Brief(
        id=f"br-{number}", batch=batch.id, prompt=f'a “cat” / {number}\n\t\\ é \U0001f600 "', requester=requester.id,
        likenesses=handles, parent=parent, seed=number, lane=Lane.BATCH, day=batch.day, recorded_at=moment,
    )  # fmt: skip
    briefs.add_batch(tx, batch)
    briefs.add(tx, made)
    return made


def verdict_of(tx: Writer, brief: Brief, gate: Gate, outcome: Outcome = Outcome.ALLOW) -> Verdict:
    rules = () if outcome is Outcome.ALLOW else (Rule(id="prompt.hate", reason="it says so"),)
    unheard = Evidence(name="voices", kind=EvidenceKind.NOT_CHECKED, reason="no model is installed")
    loudness = Evidence(name="loudness", kind=EvidenceKind.MEASURED, value=-16.0, unit="lufs")
    judgement = Judgement(gate=gate, outcome=outcome, rules=rules, evidence=(loudness, unheard), policy_version=1)
    made = Verdict(
        id=f"vd-{brief.id}-{gate}-{outcome}", brief=brief.id, inputs="ef" * 32, code_version="1", run="run-1",
        judgement=judgement, seconds=0.1, recorded_at=now(),
    )  # fmt: skip
    verdicts.add(tx, made)
    return made


def taken(tx: Writer, brief: Brief, clip: str) -> Marked:
    """A take, its clip, and the file with its marks on, as rows."""
    take = Take(
        generator="previz", model="previz 1", seed=brief.seed, master=BLOB, stems={}, timing=Timing(), seconds=5.0,
        width=854, height=480, frames_per_second=24, frame_count=120, frames_sha256="cd" * 32, construction={},
    )  # fmt: skip
    label = LabelPosition(frame=0, x=1, y=1, width=9, height=9)
    marked = Marked(
        clip=clip, file=BLOB, sidecar=BLOB, captions=BLOB, poster=BLOB, label=(label,), manifest=f"urn:c2pa:{clip}",
        prompt_salt=new_salt(),
    )  # fmt: skip
    outputs.put(tx, digest([brief.id, "take"]), "take", brief.id, take.model_dump(mode="json"), "1", 2.0)
    clips.add(tx, Clip(id=clip, brief=brief.id, recorded_at=now()))
    outputs.put(tx, digest([brief.id, "marks"]), "marks", brief.id, marked.model_dump(mode="json"), "1", 2.0)
    pairs = [(brief.id, Relation.ANSWERS)] + ([(brief.parent, Relation.REMIX_OF)] if brief.parent else [])
    for parent, relation in pairs:
        edge = Edge(child=clip, parent=parent, relation=relation, run="run-1", code_version="1", recorded_at=now())
        edges.add(tx, edge)
    return marked


def publish(studio: Studio, requester: Account, number: int, *rests: RestsOn, parent: str | None = None) -> str:
    """A clip with all it needs, in the transactions a run would have: brief, take, verdicts, publication."""
    clip = f"clip{number}"
    with studio.ledger.write(run="run-1") as tx:
        brief = brief_of(tx, requester, number, *(["tom"] if parent is None else []), parent=parent)
    with studio.ledger.write(run="run-2") as tx:
        marked = taken(tx, brief, clip)
    with studio.ledger.write(run="run-3") as tx:
        judged = [verdict_of(tx, brief, gate) for gate in Gate]
        made = Publication(
            id=f"pu-{number}", clip=clip, brief=brief.id, marked=marked, rests_on=rests,
            verdicts=tuple(one.id for one in judged), policy_version=1, salt=new_salt(), run="run-3",
            verdicts_sha256=digest([one.model_dump(mode="json") for one in judged]), recorded_at=now(),
        )  # fmt: skip
        publications.add(tx, made)
    return clip


def told(studio: Studio, clip: str) -> tuple[Trace, Trace]:
    """The ledger's trace and the warehouse's, who is lent what only the ledger can tell: the log's tree."""
    ledgers = trace(studio, clip)
    with snapshot(studio) as opened:
        (row,) = opened.ask("trace", clip=clip)
    if isinstance(row["log"], dict) and ledgers.log is not None:
        row["log"] |= {"root": ledgers.log.root, "included": ledgers.log.included}
    return ledgers, Trace.model_validate(row)


def test_trace_is_the_ledgers_own_answer(
    studio: Studio, owner: Account, tom: tuple[Likeness, Consent], validator: Validator
) -> None:
    rests = RestsOn(likeness=tom[0].id, consent=tom[1].id)
    publish(studio, owner, 1, rests)
    assert refresh(studio, validator).swapped
    publish(studio, owner, 2, rests, parent="clip1")
    publish(studio, owner, 3, rests, parent="clip2")
    with studio.ledger.write(run="run-4") as tx:  # one that was denied after its take, judged twice by one gate
        denied = brief_of(tx, owner, 4, "tom")
        taken(tx, denied, "clip4")
        verdict_of(tx, denied, Gate.CONSENT)
        verdict_of(tx, denied, Gate.PROMPT, Outcome.HOLD)
    with studio.ledger.write(run="run-5") as tx:
        verdict_of(tx, denied, Gate.PROMPT, Outcome.DENY)
        pending = brief_of(tx, owner, 5, "tom")
        clips.add(tx, Clip(id="clip5", brief=pending.id, recorded_at=now()))
    done = refresh(studio, validator)
    assert done.swapped, done.text
    for clip, status in (("clip1", "published"), ("clip3", "published"), ("clip4", "denied"), ("clip5", "pending")):
        ledgers, warehouses = told(studio, clip)
        assert ledgers == warehouses
        assert warehouses.status == status
    assert told(studio, "clip3")[1].ancestors == ("clip2", "clip1")
    withdraw(studio, "tom", owner, "enough")
    assert refresh(studio, validator).swapped
    ledgers, warehouses = told(studio, "clip2")
    assert ledgers == warehouses
    assert warehouses.status == "withdrawn"


def test_a_clip_that_was_marked_again_is_traced_and_shown_by_its_newest_file(
    studio: Studio, owner: Account, tom: tuple[Likeness, Consent], validator: Validator
) -> None:
    clip = publish(studio, owner, 1, RestsOn(likeness=tom[0].id, consent=tom[1].id))
    before = trace(studio, clip)
    with studio.ledger.write(run="run-4") as tx:
        brief, publication = "br-1", publications.by_clip(tx, clip)
        assert publication is not None
        file = BLOB.model_copy(update={"sha256": "dc" * 32})
        laid = InvisibleMarks(picture=LaidMark(version="1", strength=1.0), sound=LaidMark(version="1", strength=1.0))
        marked = publication.marked.model_copy(update={"file": file, "manifest": "urn:c2pa:2", "invisible": laid})
        outputs.put(tx, digest([brief, "again"]), "marks", brief, marked.model_dump(mode="json"), "2", 2.0)
        judgement = Judgement(gate=Gate.MARKS, outcome=Outcome.ALLOW, policy_version=4)
        verdict = Verdict(
            id="vd-again", brief=brief, clip=clip, inputs="ef" * 32, code_version="2", run="run-4",
            judgement=judgement, seconds=0.1, recorded_at=now(),
        )  # fmt: skip
        verdicts.add(tx, verdict)
        made = Remarking(
            id="rk-1", clip=clip, brief=brief, marked=marked, verdict=verdict.id, policy_version=4, code_version="2",
            verdict_sha256=digest([verdict.model_dump(mode="json")]), salt=new_salt(), run="run-4", recorded_at=now(),
        )  # fmt: skip
        remarkings.add(tx, made)
    done = refresh(studio, validator)
    assert done.swapped, done.text
    ledgers, warehouses = told(studio, clip)
    assert ledgers == warehouses
    assert before.marks is not None
    assert warehouses.marks is not None
    assert (before.marks.invisible, before.marks.run, before.marks.earlier) == ("not_checked", "run-2", ())
    assert (warehouses.marks.invisible, warehouses.marks.run) == ("found", "run-4")
    assert warehouses.marks.earlier == (before.marks.file_sha256,)
    assert [one.not_checked for one in warehouses.verdicts if one.gate == Gate.MARKS] == [()]
    assert len(warehouses.verdicts) == len(Gate)
    with snapshot(studio) as opened:
        (row,) = opened.ask("feed_page", before_at=None, before_clip=None, rows=9)
        assert row["file_sha256"] == file.sha256
        assert opened.ask("gaps") == []
    with studio.ledger.read() as reader:
        assert audit.unjudged(reader) == audit.altered(reader) == ()


def test_a_take_that_was_made_since_is_in_no_clip(
    studio: Studio, owner: Account, tom: tuple[Likeness, Consent], validator: Validator
) -> None:
    clip = publish(studio, owner, 1, RestsOn(likeness=tom[0].id, consent=tom[1].id))
    with studio.ledger.write(run="run-4") as tx:
        first = outputs.latest(tx, "br-1", "take")
        assert first is not None
        edge = Edge(
            child=clip, parent=f"take:{BLOB.sha256}", relation=Relation.MARKED_FROM, run="run-3", code_version="1",
            recorded_at=now(),
        )  # fmt: skip
        edges.add(tx, edge)
        take = Take.model_validate(first.document)
        master = BLOB.model_copy(update={"sha256": "dc" * 32})
        other = take.model_copy(update={"master": master, "model": "previz 2", "seed": 77})
        outputs.put(tx, digest(["br-1", "another take"]), "take", "br-1", other.model_dump(mode="json"), "2", 2.0)
    done = refresh(studio, validator)
    assert done.swapped, done.text
    ledgers, warehouses = told(studio, clip)
    assert ledgers == warehouses
    assert ledgers.take is not None
    assert (ledgers.take.model, ledgers.take.seed) == ("previz 1", take.seed)


def test_every_row_once_however_it_came(
    studio: Studio, owner: Account, tom: tuple[Likeness, Consent], validator: Validator
) -> None:
    rests = RestsOn(likeness=tom[0].id, consent=tom[1].id)
    for number in range(1, 3):
        publish(studio, owner, number, rests)
        assert refresh(studio, validator).swapped
    with snapshot(studio) as opened:
        stepwise, cursor = opened.counts(), opened.cursor
        assert opened.ask("gaps") == []
    with studio.ledger.read() as tx:
        counted = changes.counts(tx, upto=cursor)
    assert {name: counted[name] for name in stepwise if name in counted} == {
        name: rows for name, rows in stepwise.items() if name in counted
    }
    assert rebuild(studio, validator).swapped
    with snapshot(studio) as opened:
        assert opened.counts() == stepwise


def test_nothing_new_makes_nothing_and_asks_nobody(studio: Studio, owner: Account, validator: Validator) -> None:
    first = refresh(studio, validator)
    assert first.swapped
    before = current(studio.settings.warehouse)
    with studio.ledger.write() as tx:
        assert tx.revision > first.cursor, "a transaction without rows, a heartbeat's"
    again = refresh(studio, Validator(("/no/such/program",)))
    assert (again.swapped, again.rows, again.expectations) == (True, 0, ())
    assert current(studio.settings.warehouse) == before


def test_rows_that_are_not_sound_are_kept_out_and_named(
    studio: Studio, owner: Account, tom: tuple[Likeness, Consent], validator: Validator
) -> None:
    publish(studio, owner, 1, RestsOn(likeness=tom[0].id, consent=tom[1].id))
    assert refresh(studio, validator).swapped
    before = current(studio.settings.warehouse)
    with studio.ledger.write(run="run-9") as tx:
        brief = brief_of(tx, owner, 2)
        bad = verdict_of(tx, brief, Gate.PROMPT).model_copy(update={"id": "vd-bad", "inputs": "no hash"})
        verdicts.add(tx, bad)
    done = refresh(studio, validator)
    assert not done.swapped
    assert [(one.table, one.column) for one in done.failed] == [("verdicts", "inputs")]
    assert "vd-bad" in done.text
    assert current(studio.settings.warehouse) == before
    with snapshot(studio) as opened:
        assert len(opened.ask("feed_page", before_at=None, before_clip=None, rows=9)) == 1


def test_a_validator_that_died_changes_nothing(studio: Studio, owner: Account, validator: Validator) -> None:
    assert refresh(studio, validator).swapped
    before = current(studio.settings.warehouse)
    with studio.ledger.write() as tx:
        brief_of(tx, owner, 1)
    with Validator(("false",)) as dead, pytest.raises(WarehouseUnavailable, match="validator ended"):
        refresh(studio, dead)
    assert current(studio.settings.warehouse) == before
    assert len(list(studio.settings.warehouse.glob("*.duckdb"))) == 2


def test_a_broken_or_foreign_warehouse_is_made_anew(studio: Studio, owner: Account, validator: Validator) -> None:
    assert refresh(studio, validator).swapped
    folder = studio.settings.warehouse
    (folder / "current.json").write_bytes(b"{")
    assert refresh(studio, validator).swapped
    made = current(folder)
    assert made is not None
    ahead = made.model_copy(update={"cursor": made.cursor + 100})
    (folder / "current.json").write_bytes(canonical(ahead))
    done = refresh(studio, validator)
    assert (done.swapped, done.cursor) == (True, made.cursor)
    assert done.rows > 0


def test_importing_the_operation_loads_no_database() -> None:
    script = (
        "import ops.warehouse, sys; print({'duckdb', 'pyarrow', 'great_expectations', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
