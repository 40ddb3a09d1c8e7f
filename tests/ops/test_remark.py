"""A clip of an older policy says `not_checked` and stays published; a rescan marks it again, once, or leaves it be."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import ops.remark
from feed.source import MediaKind
from feed.studio import StudioSource
from greenroom.domain.clips import Marked, Publication, Status
from greenroom.domain.removals import RemovalCause
from greenroom.domain.verdicts import Gate, Outcome
from greenroom.settings import Settings
from ledger import audit, clips, media, outputs, publications, remarkings, verdicts
from ops.briefs import account
from ops.clip_facts import clip_facts
from ops.copies import plain_copies
from ops.credentials.chain import trusted
from ops.credentials.reading import State, read
from ops.erase import erase_due
from ops.remark import Became, mark_again
from ops.removals import remove
from ops.report import exported, made
from ops.stages.marks import CODE_VERSION
from ops.studio import Studio, open_studio
from ops.trace import trace
from ops.verify import verify_file
from ops.verifying.records import StudioRecords
from ops.verifying.report import VerifyReport
from tests.bare_reader import told
from tests.ops.older import DAY, Older, asking

pytestmark = pytest.mark.timeout(300)
GREATEST = 60.0  # dB: a margin that no mark has


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of an installation that published one clip, and a remix of it, under policy version 3."""
    folder = tmp_path_factory.mktemp("older")
    with open_studio(Settings.load({}, home=folder / "home")) as studio:
        older = Older(studio)
        first = older.published(folder)
        older.published(folder, parent=first.clip)
        made(studio, first.brief)  # its file for people
    return folder / "home"


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "home"))


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=home)) as opened:
        yield opened


def of_first(studio: Studio) -> tuple[Publication, Publication]:
    """The clip, and its remix."""
    with studio.ledger.read() as tx:
        first, remix = publications.every_visible(tx)
    return first, remix


def rows(studio: Studio) -> dict[str, int]:
    with studio.ledger.read() as tx:
        first, _ = publications.every_visible(tx)
        return {
            "marked": len(outputs.of_stage(tx, first.brief, Gate.MARKS.title)),
            "verdicts": len(verdicts.of_brief(tx, first.brief)),
            "remarkings": len(remarkings.of_clip(tx, first.clip)),
        }


def credentials(studio: Studio, data: bytes, folder: Path) -> tuple[State, tuple[str, ...], tuple[str, ...]]:
    path = folder / "asked.mp4"
    path.write_bytes(data)
    report = read(path, trusted(studio.settings))
    return report.state, report.failures, report.ingredient_failures


def verified(studio: Studio, data: bytes, folder: Path) -> VerifyReport:
    path = folder / "asked.mp4"
    path.write_bytes(data)
    return verify_file(path, StudioRecords(studio), folder)


def test_it_says_not_checked_until_a_rescan_marks_it_again_and_then_nothing_is_done_twice(
    studio: Studio, tmp_path: Path
) -> None:
    first, _ = of_first(studio)
    before = trace(studio, first.clip)
    assert before.marks is not None
    assert (before.status, before.marks.invisible) == (Status.PUBLISHED, "not_checked")
    with studio.ledger.read() as tx:
        assert publications.unjudged(tx, studio.policy.version, {Gate.MARKS: CODE_VERSION}) == {DAY: 2}
    people = exported(studio, first.clip, "mp4")
    assert people.read_bytes() == studio.get(first.marked.file)

    assert mark_again(studio, first.brief, "run-again").became is Became.MARKED

    after = trace(studio, first.clip)
    assert after.marks is not None
    assert (after.status, after.marks.invisible, after.marks.run) == (Status.PUBLISHED, "found", "run-again")
    assert after.marks.earlier == (before.marks.file_sha256,)
    assert [one.outcome for one in after.verdicts] == [Outcome.ALLOW] * len(Gate)
    with studio.ledger.read() as tx:
        (again,) = remarkings.of_clip(tx, first.clip)
        verdict = verdicts.by_id(tx, again.verdict)
        assert publications.unjudged(tx, studio.policy.version, {Gate.MARKS: CODE_VERSION}) == {DAY: 1}
        assert audit.altered(tx) == ()
    assert verdict is not None
    assert (verdict.judgement.policy_version, verdict.judgement.gate) == (studio.policy.version, Gate.MARKS)
    # Everyone is given the new file; the old one is kept, and both are trusted and verify.
    newest = StudioSource(studio).media(first.clip, MediaKind.VIDEO)
    assert newest is not None
    assert newest.sha256 == again.marked.file.sha256 != first.marked.file.sha256
    assert people.read_bytes() == newest.data
    for data in (newest.data, studio.get(first.marked.file)):
        assert credentials(studio, data, tmp_path) == (State.TRUSTED, (), ())
        bare = told(tmp_path / "asked.mp4", trusted(studio.settings).roots)
        assert (bare.state, bare.failures) == ("Trusted", ())
        report = verified(studio, data, tmp_path)
        assert (report.verified, report.clip, report.disagreements) == (True, first.clip, ())
    assert studio.get(first.marked.sidecar) != studio.get(again.marked.sidecar)
    facts = clip_facts(studio, first.clip)
    assert facts is not None
    assert (facts.shown_at, facts.earlier[0].shown_at) == (again.recorded_at, first.recorded_at)

    stand = rows(studio)
    assert mark_again(studio, first.brief, "run-later").became is Became.CURRENT
    assert rows(studio) == stand


def test_what_gate_7_refuses_keeps_its_file_and_is_not_tried_again_by_the_same_policy(studio: Studio) -> None:
    first, _ = of_first(studio)
    strict = asking(studio, picture_margin=GREATEST)
    held = mark_again(strict, first.brief, "run-again")
    assert held.became is Became.HELD
    assert [rule.id for rule in held.rules] == ["marks.invisible"]
    assert f"{GREATEST:g} dB is wanted" in held.rules[0].reason
    found = trace(studio, first.clip)
    assert found.marks is not None
    assert (found.status, found.marks.invisible) == (Status.PUBLISHED, "not_checked")
    assert found.marks.file_sha256 == first.marked.file.sha256
    assert made(studio, first.brief).status is Status.PUBLISHED
    stand = rows(studio)
    assert (stand["marked"], stand["remarkings"]) == (2, 0)
    assert mark_again(strict, first.brief, "run-later") == held
    assert rows(studio) == stand


def test_a_remix_keeps_the_parent_it_was_made_from_and_names_the_newest_once_marked_again(
    studio: Studio, tmp_path: Path
) -> None:
    first, remix = of_first(studio)
    assert mark_again(studio, first.brief, "run-again").became is Became.MARKED
    assert credentials(studio, studio.get(remix.marked.file), tmp_path) == (State.TRUSTED, (), ())
    assert mark_again(studio, remix.brief, "run-again").became is Became.MARKED
    with studio.ledger.read() as tx:
        parent, child = remarkings.shown(tx, first), remarkings.shown(tx, remix)
    data = studio.get(child.file)
    assert credentials(studio, data, tmp_path) == (State.TRUSTED, (), ())
    assert parent.manifest.encode() in data


def test_a_clip_that_was_taken_back_is_left_alone_before_and_during(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, remix = of_first(studio)
    copies: list[Marked] = []

    def removed_meanwhile(studio: Studio, marked: Marked) -> Marked:
        copies.append(plain_copies(studio, marked))
        take_back(studio, first)
        return copies[-1]

    with monkeypatch.context() as patched:
        patched.setattr(ops.remark, "plain_copies", removed_meanwhile)
        assert mark_again(studio, first.brief, "run-again").became is Became.GONE
    assert [studio.store.has(getattr(copies[0], part)) for part in ("file", "sidecar", "poster")] == [False] * 3
    with studio.ledger.read() as tx:
        assert remarkings.of_clip(tx, first.clip) == ()
        marked = len(outputs.of_stage(tx, remix.brief, Gate.MARKS.title))
    take_back(studio, remix)
    assert mark_again(studio, remix.brief, "run-again").became is Became.GONE
    with studio.ledger.read() as tx:
        assert len(outputs.of_stage(tx, remix.brief, Gate.MARKS.title)) == marked, "nothing was made of it"


def take_back(studio: Studio, publication: Publication) -> None:
    ada = account(studio, "ada")
    with studio.ledger.write() as tx:
        clip = clips.by_id(tx, publication.clip)
        assert clip is not None
        remove(tx, clip, RemovalCause.OWNER, ada, "mine")


def test_taking_it_back_erases_every_file_it_was_shown_as(studio: Studio) -> None:
    first, _ = of_first(studio)
    assert mark_again(studio, first.brief, "run-again").became is Became.MARKED
    with studio.ledger.read() as tx:
        refs = media.published(tx, first.brief)
    assert {"file", "sidecar"} <= {part for part in publications.PARTS if getattr(first.marked, part) in refs}
    take_back(studio, first)
    erase_due(studio)
    left = [ref.media_type for ref in refs if studio.store.has(ref)]
    assert left in ([], ["text/vtt"]), "the remix has the same captions"
    assert not exported(studio, first.clip, "mp4").exists()


def test_plain_copies_that_a_killed_rescan_left_are_erased_with_the_clip(studio: Studio) -> None:
    first, _ = of_first(studio)
    assert mark_again(asking(studio, picture_margin=GREATEST), first.brief, "run-again").became is Became.HELD
    with studio.ledger.read() as tx:
        product = outputs.latest(tx, first.brief, Gate.MARKS.title)
    assert product is not None
    left = plain_copies(studio, Marked.model_validate(product.document))
    take_back(studio, first)
    erase_due(studio)
    assert not any(studio.store.has(getattr(left, part)) for part in ("file", "sidecar", "poster"))


AGAIN = """
import sys
from pathlib import Path
from greenroom.settings import Settings
from ops.remark import mark_again
from ops.studio import open_studio

with open_studio(Settings.load({}, home=Path(sys.argv[1]))) as studio:
    print(mark_again(studio, sys.argv[2], sys.argv[3]).became.value)
"""


def test_killed_at_any_moment_it_goes_on_where_it_stopped_and_shows_one_new_file(home: Path) -> None:
    with open_studio(Settings.load({}, home=home)) as studio:
        first, _ = of_first(studio)

    def counted(query: str) -> int:
        with closing(sqlite3.connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True)) as ledger:
            return int(ledger.execute(query, {"brief": first.brief}).fetchone()[0])

    def files() -> bool:
        return any(one.stat().st_size > 0 for one in (home / "work").rglob("plain.mp4"))

    def marked() -> bool:
        return counted("SELECT count(*) FROM outputs WHERE brief = :brief AND stage = 'marks'") == 2

    moments: dict[str, Callable[[], bool]] = {"while it is encoded": files, "marked, not judged": marked}
    for number, (when, moment) in enumerate(moments.items()):
        with subprocess.Popen([sys.executable, "-c", AGAIN, str(home), first.brief, f"run-{number}"]) as process:
            while not moment():
                assert process.poll() is None, f"{when}: it ended before its moment"
                time.sleep(0.005)
            os.kill(process.pid, signal.SIGKILL)
        assert counted("SELECT count(*) FROM remarkings") == 0, when
        assert counted("SELECT count(*) FROM verdicts WHERE brief = :brief AND gate = 7") == 1, when
    with open_studio(Settings.load({}, home=home)) as studio:
        assert mark_again(studio, first.brief, "run-last").became is Became.MARKED
        found = trace(studio, first.clip)
        assert found.marks is not None
        assert found.marks.run == "run-1", "the run that marked it, which its credentials name"
        assert mark_again(studio, first.brief, "run-last").became is Became.CURRENT
    assert marked()
    assert counted("SELECT count(*) FROM remarkings") == 1
    assert counted("SELECT count(*) FROM log_leaves WHERE kind = 'remarking'") == 1
