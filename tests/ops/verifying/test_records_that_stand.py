"""What the verifier makes of a ledger that says otherwise than its log, and of consents that ended or were replaced."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from greenroom.domain.base import new_salt, now, salted_digest
from greenroom.domain.clips import Publication
from greenroom.domain.consents import Audience, Consent
from greenroom.settings import Settings
from ledger import checkpoints, consents, log, publications
from ops.checkpoint import publish_checkpoint
from ops.receipts import record
from ops.studio import Studio, open_studio
from ops.trace import trace
from ops.verifying.report import VerifyReport
from tests.ops.verifying.conftest import scene, tone
from tests.ops.verifying.planted import Consented, consented, published, verified


@pytest.fixture
def cat(studio: Studio) -> Consented:
    return consented(studio, "chelsea")


@pytest.fixture
def clip(studio: Studio, cat: Consented) -> Publication:
    return published(studio, scene(24), tone(1.0), (cat,), prompt="@chelsea chases a red ball")


@pytest.fixture
def film(studio: Studio, clip: Publication, tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(studio.get(clip.marked.file))
    return path


def altered(studio: Studio, statement: str, **values: object) -> None:
    """The ledger after somebody wrote to its database by hand, where no foreign key is asked for."""
    with closing(sqlite3.connect(studio.settings.home / "ledger.db")) as ledger, ledger:
        ledger.execute(statement, values)


def followed(studio: Studio, cat: Consented, **changes: object) -> None:
    """A second version of the consent."""
    terms = {"id": "co-second", "version": 2, "salt": new_salt(), "given_at": now(), "recorded_at": now()}
    with studio.ledger.write() as tx:
        consents.add(tx, cat.consent.model_copy(update=terms | changes))


def ending(studio: Studio, handle: str, at: datetime) -> Consented:
    """A likeness whose consent ends, with the signed statement that its receipt rests on."""
    first = consented(studio, handle)
    consent: Consent = first.consent.model_copy(
        update={"id": f"co-{handle}-2", "version": 2, "salt": new_salt(), "expires_at": at}
    )
    with studio.ledger.write() as tx:
        record(studio, tx, consent, first.likeness.owner)
    return Consented(first.likeness, consent)


def says(report: VerifyReport, words: str) -> bool:
    return any(words in one for one in report.disagreements)


# the publication and its leaf


def test_the_leaf_is_the_publications_own_and_its_checkpoint_is_told(
    studio: Studio, clip: Publication, film: Path
) -> None:
    before = verified(studio, film)
    assert (before.verified, before.disagreements) == (True, ())
    assert before.log is not None
    assert (before.log.included, before.log.signed, before.log.reason) == (True, False, None)
    publish_checkpoint(studio)
    after = verified(studio, film)
    assert after.log is not None
    assert (after.verified, after.log.included, after.log.signed) == (True, True, True)


@pytest.mark.parametrize("leaf", [0, 7, -1])
def test_a_publication_that_names_another_leaf_is_not_verified(
    studio: Studio, clip: Publication, film: Path, leaf: int
) -> None:
    altered(studio, "UPDATE publications SET leaf = :leaf", leaf=leaf)
    report = verified(studio, film)
    assert report.log is not None
    assert (report.verified, report.log.included, report.log.leaf) == (False, False, leaf)
    assert report.clip == clip.clip
    words = "does not agree with leaf 0" if leaf == 0 else f"names leaf {leaf} of the log, which has 2 leaves"
    assert says(report, f"log: the record of its publication {words}")
    assert words in report.answer
    found = trace(studio, clip.clip).log
    assert found is not None
    assert not found.included


def test_a_publication_of_another_day_is_not_told_as_one(studio: Studio, clip: Publication, film: Path) -> None:
    altered(studio, "UPDATE publications SET recorded_at = '2020-01-01 00:00:00.000000'")
    with studio.ledger.read() as tx:
        changed = publications.by_clip(tx, clip.clip)
    assert changed is not None
    assert changed.recorded_at == datetime(2020, 1, 1, tzinfo=UTC)
    report = verified(studio, film)
    assert (report.verified, report.origin) == (False, None)
    assert says(report, "log: the record of its publication does not agree with leaf 1 of the log")
    assert "2020" not in report.answer
    assert "does not agree with leaf 1 of the log: one of them was changed after it was written" in report.answer


def test_a_leaf_changed_with_its_row_does_not_fit_the_log(studio: Studio, clip: Publication, film: Path) -> None:
    altered(studio, "UPDATE publications SET policy_version = 1")
    with studio.ledger.read() as tx:
        changed = publications.by_clip(tx, clip.clip)
    assert changed is not None
    altered(studio, 'UPDATE log_leaves SET hash = :hash WHERE "index" = 1', hash=_statement(changed))
    report = verified(studio, film)
    assert not report.verified
    assert says(report, "log: leaf 1 of the log is not proved to be in it")


def test_a_log_written_anew_is_not_the_one_that_was_signed(studio: Studio, clip: Publication, film: Path) -> None:
    publish_checkpoint(studio)
    altered(studio, "UPDATE publications SET policy_version = 1")
    with studio.ledger.read() as tx:
        changed = publications.by_clip(tx, clip.clip)
        leaves = [log.leaf(tx, index) for index in range(log.size(tx))]
    assert changed is not None
    altered(studio, "DELETE FROM log_nodes")
    altered(studio, "DELETE FROM log_leaves")
    with studio.ledger.write() as tx:
        for one in leaves:
            log.append(tx, one.kind, one.hash if one.index != 1 else _statement(changed), one.recorded_at)
    report = verified(studio, film)
    assert not report.verified
    assert says(report, "log: the log is not the one that was signed at 2 leaves")
    assert len([one for one in report.disagreements if "not the one that was signed" in one]) == 1


def test_a_checkpoint_that_somebody_else_signed_does_not_count(studio: Studio, clip: Publication, film: Path) -> None:
    publish_checkpoint(studio)
    other = checkpoints.load_signer(studio.settings.home / "other.key", studio.settings.installation)
    with studio.ledger.read() as tx:
        note = checkpoints.sign(log.head(tx), other)
    altered(studio, "UPDATE log_checkpoints SET note = :note", note=note)
    report = verified(studio, film)
    assert not report.verified
    assert says(report, "log: the log's newest checkpoint does not hold: no signature on the checkpoint is by")


def test_an_installation_under_another_name_keeps_its_log(
    studio: Studio, clip: Publication, film: Path, tmp_path: Path
) -> None:
    publish_checkpoint(studio)
    settings = Settings.load({}, home=studio.settings.home, installation="renamed.example")
    with open_studio(settings) as renamed:
        report = verified(renamed, film)
    assert (report.verified, report.disagreements) == (True, ())


def _statement(publication: Publication) -> str:
    return salted_digest(publication.salt, publication)


# the consents


def test_a_consent_changed_in_the_ledger_is_told(studio: Studio, clip: Publication, film: Path) -> None:
    altered(studio, "UPDATE consents SET audience = 'owner'")
    report = verified(studio, film)
    assert (report.verified, report.origin) == (False, None)
    assert says(report, "consents: the record of the consent of @chelsea (version 1) does not agree with leaf 0")
    assert says(report, "consents: at leaf 0 the file says")


def test_a_consent_at_another_leaf_is_told(studio: Studio, clip: Publication, film: Path) -> None:
    for leaf in (1, 9):
        altered(studio, "UPDATE consents SET leaf = :leaf", leaf=leaf)
        report = verified(studio, film)
        assert (report.verified, report.clip, report.origin) == (False, clip.clip, None)
        assert says(report, "consents: the record of the consent of @chelsea (version 1)")
        assert says(report, "the ledger says none that the clip rests on")


def test_a_consent_that_is_gone_is_not_told_as_none(studio: Studio, clip: Publication, film: Path) -> None:
    altered(studio, "DELETE FROM consents")
    report = verified(studio, film)
    assert not report.verified
    assert says(report, "consents: the consent of @chelsea is no longer in the ledger")
    assert "it rests on no consent" not in report.answer


def test_other_likenesses_and_weights_than_the_signed_ones_are_told(
    studio: Studio, clip: Publication, film: Path
) -> None:
    altered(studio, "UPDATE publications SET marked = replace(marked, 'li-chelsea', 'li-tom')")
    altered(studio, 'UPDATE outputs SET document = replace(document, \'"weights":null\', \'"weights":"ff"\')')
    altered(studio, 'UPDATE outputs SET document = replace(document, \'"weights": null\', \'"weights": "ff"\')')
    report = verified(studio, film)
    assert not report.verified
    assert says(report, "weights: the file says none, the ledger says ff")
    assert says(report, "likenesses: 2 of the salted hashes")


def test_a_consent_in_force_is_told_as_that(studio: Studio, cat: Consented, clip: Publication, film: Path) -> None:
    report = verified(studio, film)
    assert report.origin is not None
    (told,) = report.origin.consents
    assert (told.ended, told.replaced_by, told.replacement_ended) == (False, None, False)
    assert "(version 1, for everyone); none was withdrawn." in report.answer
    assert "An end, or a newer version" not in report.answer


def test_a_consent_that_ended_is_told_to_have_ended_and_the_clip_stays(studio: Studio, tmp_path: Path) -> None:
    past = datetime(2026, 3, 3, 12, tzinfo=UTC)
    cat = ending(studio, "chelsea", past)
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.get(published(studio, scene(24), tone(1.0), (cat,)).marked.file))
    report = verified(studio, film)
    assert (report.verified, report.withdrawn, report.disagreements) == (True, False, ())
    assert report.origin is not None
    assert [one.ended for one in report.origin.consents] == [True]
    assert "@chelsea (version 2, for everyone, which ended on 3 March 2026); none was withdrawn." in report.answer
    assert "a published one stays until a withdrawal takes it." in report.answer


def test_a_signed_statement_that_says_otherwise_than_its_row_is_told(studio: Studio, tmp_path: Path) -> None:
    cat = ending(studio, "chelsea", datetime(2026, 3, 3, 12, tzinfo=UTC))
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.get(published(studio, scene(24), tone(1.0), (cat,)).marked.file))
    altered(studio, "UPDATE consents SET expires_at = NULL")
    report = verified(studio, film)
    assert (report.verified, report.origin) == (False, None)
    assert says(report, "consents: the record of the consent of @chelsea (version 2) does not agree with leaf 1")


def test_a_consent_that_is_to_end_has_not_ended(studio: Studio, tmp_path: Path) -> None:
    soon = now() + timedelta(days=30)
    cat = ending(studio, "chelsea", soon)
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.get(published(studio, scene(24), tone(1.0), (cat,)).marked.file))
    report = verified(studio, film)
    assert report.origin is not None
    assert [one.ended for one in report.origin.consents] == [False]
    assert f"until {soon.day} {soon:%B %Y}); none was withdrawn." in report.answer


def test_a_newer_version_is_told_by_its_number_alone(
    studio: Studio, cat: Consented, clip: Publication, film: Path
) -> None:
    followed(studio, cat, audience=Audience.OWNER, restrictions=("never swimming",))
    report = verified(studio, film)
    assert (report.verified, report.disagreements) == (True, ())
    assert report.origin is not None
    assert [one.replaced_by for one in report.origin.consents] == [2]
    assert "@chelsea (version 1, for everyone, since replaced by version 2); none was withdrawn." in report.answer
    assert "swimming" not in report.model_dump_json()


def test_a_newer_version_that_ended_is_told(studio: Studio, cat: Consented, clip: Publication, film: Path) -> None:
    followed(studio, cat, expires_at=datetime(2026, 3, 3, tzinfo=UTC))
    report = verified(studio, film)
    assert report.origin is not None
    assert [one.replacement_ended for one in report.origin.consents] == [True]
    assert "since replaced by version 2, which has ended); none was withdrawn." in report.answer


def test_a_file_marked_before_a_newer_version_of_the_consent_it_is_published_on(
    studio: Studio, cat: Consented, tmp_path: Path
) -> None:
    """The manifest names version 1; gate 8 asked again, of version 2."""
    followed(studio, cat)
    clip = published(studio, scene(24), tone(1.0), (cat,))
    rests_on = tuple(one.model_copy(update={"consent": "co-second"}) for one in clip.rests_on)
    altered(studio, "UPDATE publication_likenesses SET consent = 'co-second'")
    altered(
        studio,
        'UPDATE log_leaves SET hash = :hash WHERE "index" = 2',
        hash=_statement(clip.model_copy(update={"rests_on": rests_on})),
    )
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.get(clip.marked.file))
    assert not any("consents" in one for one in verified(studio, film).disagreements)
