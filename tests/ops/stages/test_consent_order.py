"""Through the real ledger: the order of events within a transaction, unreadable rows, relations that change."""

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from greenroom.domain.base import BlobRef, new_id, new_salt, now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Withdrawal
from greenroom.domain.relations import RelationChange, RelationKind
from greenroom.domain.verdicts import Judgement, Outcome
from ledger import accounts, consents, likenesses, relations, schema, withdrawals
from ledger.database import Writer
from ops.briefs import Request, account, submit
from ops.stages import consent as consent_stage
from ops.stages.consent import ask
from ops.stages.handling import handle, read_work
from ops.studio import Studio

BLOB = BlobRef(sha256="ab" * 32, size=3, media_type="image/png")
numbers = count(1)
changes = st.tuples(st.sampled_from(RelationKind), st.booleans(), st.booleans())  # kind, the owner says it, it holds
versions = st.tuples(st.sampled_from(Audience), st.booleans())  # audience, expired


def people(tx: Writer) -> tuple[Account, Account, Likeness]:
    number = next(numbers)
    owner, asker = (Account(id=f"ac-{who}{number}", name=f"{who}{number}", recorded_at=now()) for who in ("ow", "as"))
    accounts.add(tx, owner)
    accounts.add(tx, asker)
    cat = Likeness(
        id=f"lk-{number}", handle=f"cat{number}", kind=LikenessKind.PET, species="cat", owner=owner.id, capture=BLOB,
        reference=BLOB, recorded_at=now(),
    )  # fmt: skip
    likenesses.add(tx, cat)
    return owner, asker, cat


def filed(studio: Studio, asker: Account, cat: Likeness) -> Brief:
    _, (brief,) = submit(studio, (Request(prompt="A cat", likenesses=(cat.handle,)),), asker, Lane.INTERACTIVE)
    return brief


def consent_of(cat: Likeness, version: int, audience: Audience, *, expired: bool = False) -> Consent:
    moment = now()
    return Consent(
        id=new_id("co"), likeness=cat.id, version=version, audience=audience, statement="yes", salt=new_salt(),
        given_at=moment, recorded_at=moment, expires_at=moment - timedelta(days=1) if expired else None,
    )  # fmt: skip


def change_of(subject: Account, other: Account, kind: RelationKind, *, holds: bool) -> RelationChange:
    return RelationChange(
        id=new_id("re"), subject=subject.id, object=other.id, kind=kind, holds=holds, recorded_at=now()
    )


def asked(studio: Studio, brief: Brief) -> Judgement:
    with studio.ledger.read() as tx:
        work = read_work(tx, brief.id, "run")
    return ask(studio, work.brief, work.requester, work.enrolled)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, max_size=6), st.lists(versions, min_size=1, max_size=3), st.booleans(), st.data())
def test_the_order_of_events_in_a_transaction_never_matters(
    studio: Studio,
    relation_changes: list[tuple[RelationKind, bool, bool]],
    consent_versions: list[tuple[Audience, bool]],
    withdrawn: bool,
    data: st.DataObject,
) -> None:
    events: list[tuple[str, int]] = [("relation", index) for index in range(len(relation_changes))]
    events += [("consent", index) for index in range(len(consent_versions))]
    events += [("withdrawal", 0)] if withdrawn else []
    found = []
    for order in (events, data.draw(st.permutations(events))):
        with studio.ledger.write() as tx:
            owner, asker, cat = people(tx)
            for what, index in order:
                match what:
                    case "relation":
                        kind, by_owner, holds = relation_changes[index]
                        pair = (owner, asker) if by_owner else (asker, owner)
                        relations.add(tx, change_of(*pair, kind, holds=holds))
                    case "consent":
                        audience, expired = consent_versions[index]
                        consents.add(tx, consent_of(cat, index + 1, audience, expired=expired))
                    case _:
                        taken = Withdrawal(
                            id=new_id("wi"), likeness=cat.id, by=owner.id, reason="", salt=new_salt(),
                            recorded_at=now(),
                        )  # fmt: skip
                        withdrawals.add(tx, taken)
        judgement = asked(studio, filed(studio, asker, cat))
        found.append((judgement.outcome, tuple(rule.id for rule in judgement.rules)))
    assert found[0] == found[1]


def test_within_a_transaction_the_safer_of_two_changes_holds_and_across_them_the_later(studio: Studio) -> None:
    with studio.ledger.write() as tx:
        owner, asker, cat = people(tx)
        consents.add(tx, consent_of(cat, 1, Audience.APPROVED))
        relations.add(tx, change_of(owner, asker, RelationKind.APPROVED, holds=False))
        relations.add(tx, change_of(owner, asker, RelationKind.APPROVED, holds=True))
    brief = filed(studio, asker, cat)
    assert asked(studio, brief).outcome is Outcome.DENY
    with studio.ledger.write() as tx:
        relations.add(tx, change_of(owner, asker, RelationKind.APPROVED, holds=True))
    assert asked(studio, brief).outcome is Outcome.ALLOW
    with studio.ledger.write() as tx:  # whom the requester approves or blocks: the first means nothing, the second all
        relations.add(tx, change_of(asker, owner, RelationKind.APPROVED, holds=False))
    assert asked(studio, brief).outcome is Outcome.ALLOW
    with studio.ledger.write() as tx:
        relations.add(tx, change_of(asker, owner, RelationKind.BLOCKED, holds=True))
    assert [rule.id for rule in asked(studio, brief).rules] == ["consent.blocked"]


def test_mutual_means_that_each_follows_the_other(studio: Studio) -> None:
    with studio.ledger.write() as tx:
        owner, asker, cat = people(tx)
        consents.add(tx, consent_of(cat, 1, Audience.MUTUAL))
        relations.add(tx, change_of(asker, owner, RelationKind.FOLLOWS, holds=True))
    brief = filed(studio, asker, cat)
    assert asked(studio, brief).outcome is Outcome.DENY
    with studio.ledger.write() as tx:
        relations.add(tx, change_of(owner, asker, RelationKind.FOLLOWS, holds=True))
    assert asked(studio, brief).outcome is Outcome.ALLOW


def test_gate_1_asks_again_when_a_relation_changed(studio: Studio) -> None:
    with studio.ledger.write() as tx:
        owner, asker, cat = people(tx)
        consents.add(tx, consent_of(cat, 1, Audience.APPROVED))
    brief = filed(studio, asker, cat)
    assert handle(studio, consent_stage.DEFINITION, brief.id, "run-1").outcome is Outcome.DENY
    with studio.ledger.write() as tx:
        relations.add(tx, change_of(owner, asker, RelationKind.APPROVED, holds=True))
    assert handle(studio, consent_stage.DEFINITION, brief.id, "run-2").outcome is Outcome.ALLOW


def test_a_consent_that_does_not_parse_refuses_even_its_owner(studio: Studio) -> None:
    for column, value in ((schema.consents.c.audience, "friends"), (schema.consents.c.languages, {"en": 1})):
        with studio.ledger.write() as tx:
            owner, asker, cat = people(tx)
            made = consent_of(cat, 1, Audience.EVERYONE)
            consents.add(tx, made)
            tx.execute(update(schema.consents).where(schema.consents.c.id == made.id).values({column: value}))
        for who in (asker, owner):
            judgement = asked(studio, filed(studio, who, cat))
            assert [rule.id for rule in judgement.rules] == ["consent.unreadable"]
            assert judgement.outcome is Outcome.DENY


def test_a_text_that_is_no_document_is_unreadable_too(studio: Studio) -> None:
    with studio.ledger.write() as tx:
        _, asker, cat = people(tx)
        made = consent_of(cat, 1, Audience.EVERYONE)
        consents.add(tx, made)
        tx.connection.exec_driver_sql("UPDATE consents SET never = '[\"viol' WHERE id = ?", (made.id,))
        tx.connection.exec_driver_sql("UPDATE consents SET expires_at = 'soon' WHERE id = ?", (made.id,))
    assert [rule.id for rule in asked(studio, filed(studio, asker, cat)).rules] == ["consent.unreadable"]


def test_an_account_by_name_is_asked_like_any_other(studio: Studio) -> None:
    with studio.ledger.write() as tx:
        _, _, cat = people(tx)
        consents.add(tx, consent_of(cat, 1, Audience.OWNER))
    stranger = account(studio, "stranger")
    assert [rule.id for rule in asked(studio, filed(studio, stranger, cat)).rules] == ["consent.audience"]
