"""The log beside the rows it is about: leaves, proofs, checkpoints, and what an altered row looks like."""

import base64
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text, update

from greenroom.domain.base import canonical, salted_digest
from greenroom.errors import LogInconsistent, NotFound, SealBroken
from ledger import audit, checkpoints, consents, log, merkle, publications, schema, withdrawals
from ledger.database import Ledger, Writer
from tests.ledger.conftest import Cast


def fill(ledger: Ledger, leaves: int) -> None:
    with ledger.write() as tx:
        for number in range(leaves):
            log.append(tx, log.Kind.CONSENT, f"{number:064x}")


def fill_at_once(ledger: Ledger, leaves: int) -> None:
    with ledger.write() as tx:
        log.append_many(tx, [log.NewLeaf(log.Kind.CONSENT, f"{number:064x}") for number in range(leaves)])


def test_consent_withdrawal_and_publication_are_leaves_with_salted_hashes_only(
    ledger: Ledger, cast: type[Cast]
) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        cat, consent = made.likeness("chelsea", mia)
        publication = made.published("clip1", mia, (cat, consent))
        withdrawal = made.withdrawal_of(cat)
        withdrawals.add(tx, withdrawal)
    with ledger.read() as reader:
        said = [(log.leaf(reader, index).kind, log.leaf(reader, index).hash) for index in range(3)]
        assert said == [
            ("consent", salted_digest(consent.salt, consent)),
            ("publication", salted_digest(publication.salt, publication)),
            ("withdrawal", salted_digest(withdrawal.salt, withdrawal)),
        ]
        assert consents.leaf(reader, consent.id) == log.LeafRef(0)
        assert publications.leaf(reader, "clip1") == log.LeafRef(1)
        assert withdrawals.leaf(reader, withdrawal.id) == log.LeafRef(2)
        proof = log.prove(reader, 0)
        data = canonical({"kind": "consent", "hash": salted_digest(consent.salt, consent)})
        assert proof.leaf_hash == merkle.leaf_hash(data).hex()
        assert proof.holds()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the same arithmetic on either database
def test_batches_make_the_same_tree_as_leaves_one_by_one(ledger: Ledger) -> None:
    def written(tx: Writer, batches: list[int], *, at_once: bool) -> tuple[object, ...]:
        tx.execute(delete(schema.log_nodes))
        tx.execute(delete(schema.log_leaves))
        new = iter([log.NewLeaf(log.Kind.PUBLICATION, f"{number:064x}") for number in range(sum(batches))])
        refs: list[log.LeafRef] = []
        for batch in ([next(new) for _ in range(count)] for count in batches):
            refs += log.append_many(tx, batch) if at_once else [log.append(tx, leaf.kind, leaf.hash) for leaf in batch]
        nodes = tx.all(select(schema.log_nodes).order_by(schema.log_nodes.c.level, schema.log_nodes.c.index))
        assert log.check(tx) == log.head(tx)
        return refs, nodes

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
    def same(batches: list[int]) -> None:
        with ledger.write() as tx:
            assert written(tx, batches, at_once=True) == written(tx, batches, at_once=False)

    same()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the one that tells how it goes about a query
def test_what_a_proof_reads_grows_with_the_logarithm_of_the_log_only(ledger: Ledger) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    fill_at_once(ledger, 4096)
    with ledger.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        for size in (1, 2, 3, 64, 1000, 1023, 1024, 4095, 4096):
            for index in {0, size // 2, size - 1}:
                asked.clear()
                assert log.prove(tx, index, size).holds()
                assert log.consistency(tx, index + 1, size).holds()
                assert log.head(tx, size).root == log.prove(tx, index, size).root
                nodes = {
                    place
                    for said, given in asked
                    if "log_nodes" in said
                    for place in zip(given[::2], given[1::2], strict=True)
                }
                assert len(nodes) <= 4 * size.bit_length() + 4
        for said, given in dict(asked).items():
            plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given).all()
            assert not [row for row in plan if row[3].startswith("SCAN")], "the table is walked"


def test_every_leaf_is_proved_in_every_later_tree(ledger: Ledger) -> None:
    fill(ledger, 19)
    with ledger.read() as tx:
        for size in range(1, 20):
            assert all(log.prove(tx, index, size).holds() for index in range(size))
            assert log.consistency(tx, size).holds()
        head = log.check(tx)
        assert head == log.head(tx)
        assert log.prove(tx, 3).model_copy(update={"index": 4}).holds() is False
        for wrong in (-1, 19):
            with pytest.raises(NotFound):
                log.prove(tx, wrong)
        with pytest.raises(NotFound):
            log.consistency(tx, 0)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the same arithmetic on either database
def test_a_proof_among_twenty_thousand_leaves_costs_next_to_nothing(ledger: Ledger) -> None:
    started = time.perf_counter()
    fill_at_once(ledger, 20_000)
    appended = time.perf_counter() - started
    started = time.perf_counter()
    with ledger.read() as tx:
        assert log.prove(tx, 12_345).holds()
        proved = time.perf_counter() - started
        assert log.check(tx).size == 20_000
    assert proved < appended / 20  # of one run: the tree is kept, not rebuilt


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaves SET hash = 'ff' WHERE \"index\" = 5",
        'DELETE FROM log_leaves WHERE "index" = 5',
        'DELETE FROM log_leaves WHERE "index" = 8',
        "UPDATE log_nodes SET hash = CAST('00' AS {bytes}) WHERE level = 2 AND \"index\" = 0",
        'DELETE FROM log_nodes WHERE level = 1 AND "index" = 1',
    ],
)
def test_an_altered_log_is_found(ledger: Ledger, statement: str) -> None:
    fill(ledger, 9)
    with ledger.write() as tx:
        bytes_here = "bytea" if tx.connection.dialect.name == "postgresql" else "blob"
        tx.execute(text(statement.format(bytes=bytes_here)))
    with ledger.read() as reader, pytest.raises(LogInconsistent):
        log.check(reader)


def test_an_altered_or_deleted_row_is_found_beside_its_leaf(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        cat, consent = made.likeness("chelsea", mia)
        consents.add(tx, made.consent_of(cat.id, 2))
        made.published("clip1", mia, (cat, consent))
        withdrawals.add(tx, made.withdrawal_of(cat))
        assert audit.altered(tx) == ()
        tx.execute(update(schema.consents).where(schema.consents.c.version == 2).values(remix=False))
        tx.execute(delete(schema.publication_likenesses))
        tx.execute(delete(schema.withdrawals))
        gaps = {gap.subject: gap.fact for gap in audit.altered(tx)}
    assert set(gaps) == {"co-lk-chelsea-2", "pu-clip1", "leaf 3"}
    assert "leaf 1" in gaps["co-lk-chelsea-2"]
    assert "withdrawal" in gaps["leaf 3"]


def test_a_checkpoint_is_a_signed_note_of_origin_size_and_root(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 3)
    signer = checkpoints.load_signer(tmp_path / "keys" / "log.key", ledger.origin)
    assert (tmp_path / "keys" / "log.key").stat().st_mode & 0o777 == 0o600
    with ledger.write() as tx:
        note = checkpoints.publish(tx, signer)
        assert checkpoints.publish(tx, signer) == note
        head = log.head(tx)
    origin, size, root, empty, signature = note.removesuffix("\n").split("\n")
    assert (origin, size, empty) == ("greenroom.test", "3", "")
    assert base64.b64decode(root).hex() == head.root
    assert signature.startswith("— greenroom.test ")
    assert len(base64.b64decode(signature.split()[-1])) == 4 + 64
    verifier = checkpoints.Verifier.parse(str(signer.verifier))
    assert checkpoints.verify(note, verifier) == head
    with ledger.read() as reader:
        assert checkpoints.latest(reader) == note
        assert checkpoints.check(reader, verifier) == 1
    again = checkpoints.load_signer(tmp_path / "keys" / "log.key", ledger.origin)
    assert str(again.verifier) == str(signer.verifier)
    other = checkpoints.load_signer(tmp_path / "other.key", ledger.origin)
    with pytest.raises(LogInconsistent, match="no signature"):
        checkpoints.verify(note, other.verifier)


def test_the_key_id_is_that_of_the_signed_note_specification() -> None:
    """The verifier key of sum.golang.org, as Go's own source carries it."""
    known = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    verifier = checkpoints.Verifier.parse(known)
    assert verifier.key_id.hex() == "033de0ae"
    assert str(verifier) == known
    with pytest.raises(LogInconsistent, match="has the id 033de0af"):
        checkpoints.Verifier.parse(known.replace("033de0ae", "033de0af"))


@settings(max_examples=60)
@given(st.data())
def test_no_altered_note_verifies(data: st.DataObject) -> None:
    signer = checkpoints.Signer("greenroom.test", Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
    note = checkpoints.sign(log.Head(size=41, root="5c" * 32), signer)
    at = data.draw(st.integers(0, len(note) - 2))
    other = data.draw(st.sampled_from("0123456789ABCDEFabcdef+/=\n .-"))
    if note[at] != other:
        with pytest.raises(LogInconsistent):
            checkpoints.verify(note[:at] + other + note[at + 1 :], signer.verifier)


def test_a_log_that_was_rewritten_does_not_have_the_head_it_signed(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 5)
    signer = checkpoints.load_signer(tmp_path / "log.key", ledger.origin)
    with ledger.write() as tx:
        checkpoints.publish(tx, signer)
        tx.execute(delete(schema.log_nodes))
        tx.execute(delete(schema.log_leaves))
    fill(ledger, 4)
    fill(ledger, 3)
    with ledger.read() as reader, pytest.raises(LogInconsistent, match="no longer has the head"):
        checkpoints.check(reader, signer.verifier)


def test_a_key_file_of_another_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_bytes(b"short")
    with pytest.raises(SealBroken, match="holds 5 bytes"):
        checkpoints.load_signer(tmp_path / "log.key", "greenroom.test")
