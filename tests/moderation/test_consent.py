from datetime import UTC, date, datetime

import pytest

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Role
from greenroom.domain.relations import Relations
from greenroom.domain.verdicts import Outcome
from moderation.consent import LikenessRequest, decide
from moderation.policy import load_policy

POLICY = load_policy()
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BLOB = BlobRef(sha256="0" * 64, size=1, media_type="image/png")
CAT = Likeness(
    id="l1", handle="chelsea", kind=LikenessKind.PET, species="cat", owner="owner", capture=BLOB, reference=BLOB,
    recorded_at=NOW,
)  # fmt: skip
STRANGERS = Relations()
MINA = Account(id="mina", name="mina", recorded_at=NOW)
OWNER = Account(id="owner", name="owner", recorded_at=NOW)
OPERATOR = Account(id="house", name="house", roles=(Role.OPERATOR,), recorded_at=NOW)


def consent(**changes: object) -> Consent:
    base = Consent(
        id="c1",
        likeness="l1",
        version=1,
        audience=Audience.EVERYONE,
        statement="yes",
        salt="00",
        given_at=NOW,
        recorded_at=NOW,
    )
    return base.model_copy(update=changes)


def brief(**changes: object) -> Brief:
    base = Brief(
        id="b", batch="ba", prompt="a cat", requester="mina", likenesses=("chelsea",), seed=1, lane=Lane.INTERACTIVE,
        day=date(2026, 11, 1), recorded_at=NOW,
    )  # fmt: skip
    return base.model_copy(update=changes)


def request(
    given_consent: Consent | None = None,
    *,
    withdrawn: bool = False,
    voice: bool = False,
    relations: Relations = STRANGERS,
) -> LikenessRequest:
    return LikenessRequest("chelsea", CAT, given_consent, withdrawn, voice, relations)


def rules(one: LikenessRequest, who: Account = MINA, asked: Brief | None = None) -> set[str]:
    judgement = decide((one,), who, asked or brief(), POLICY, moment=NOW)
    assert (judgement.outcome is Outcome.ALLOW) == (not judgement.rules)
    return {rule.id for rule in judgement.rules}


def test_everyone_means_everyone_and_the_owner_always_may() -> None:
    assert rules(request(consent())) == set()
    for audience in Audience:
        assert rules(request(consent(audience=audience)), OWNER) == set()


@pytest.mark.parametrize(
    ("one", "asked", "rule"),
    [
        (LikenessRequest("chelsea", None, None, withdrawn=False), brief(), "consent.unknown_likeness"),
        (request(None), brief(), "consent.absent"),
        (request(consent(likeness="another")), brief(), "consent.absent"),
        (request(consent(), withdrawn=True), brief(), "consent.withdrawn"),
        (request(consent(expires_at=NOW)), brief(), "consent.expired"),
        (request(consent(audience=Audience.OWNER)), brief(), "consent.audience"),
        (request(consent(audience=Audience.APPROVED)), brief(), "consent.audience"),
        (request(consent(audience=Audience.APPROVED), relations=Relations(mutual=True)), brief(), "consent.audience"),
        (request(consent(audience=Audience.MUTUAL), relations=Relations(follows=True)), brief(), "consent.audience"),
        (request(consent(), relations=Relations(blocked=True)), brief(), "consent.blocked"),
        (LikenessRequest("chelsea", CAT, None, withdrawn=False, unreadable=True), brief(), "consent.unreadable"),
        (request(consent(remix=False)), brief(parent="clip"), "consent.remix"),
        (request(consent()), brief(lane=Lane.TREND), "consent.house"),
        (request(consent(languages=("en",))), brief(language="fr"), "consent.language"),
        (request(consent(), voice=True), brief(), "consent.voice"),
    ],
)
def test_each_reason_to_refuse_is_named(one: LikenessRequest, asked: Brief, rule: str) -> None:
    assert rules(one, asked=asked) == {rule}


def test_the_relation_that_the_audience_names_permits() -> None:
    assert rules(request(consent(audience=Audience.APPROVED), relations=Relations(approved=True))) == set()
    assert rules(request(consent(audience=Audience.MUTUAL), relations=Relations(follows=True, mutual=True))) == set()


def test_the_house_may_where_its_owner_says_so_and_a_member_in_that_lane_is_still_asked() -> None:
    private = request(consent(audience=Audience.OWNER, house=True))
    assert rules(private, OPERATOR, brief(lane=Lane.TREND)) == set()
    assert rules(private, MINA, brief(lane=Lane.TREND)) == {"consent.audience"}


def test_a_regional_language_falls_under_its_own() -> None:
    assert rules(request(consent(languages=("en",))), asked=brief(language="en-GB")) == set()


def test_all_owners_must_permit_and_a_handle_not_looked_up_refuses() -> None:
    asked = brief(likenesses=("chelsea", "mug"))
    assert rules(request(consent()), asked=asked) == {"consent.unknown_likeness"}


def test_a_blocked_account_learns_nothing_else() -> None:
    one = request(consent(audience=Audience.OWNER, expires_at=NOW), withdrawn=True, relations=Relations(blocked=True))
    judgement = decide((one,), MINA, brief(), POLICY, moment=NOW)
    assert [rule.id for rule in judgement.rules] == ["consent.blocked"]
    assert "owner" not in judgement.rules[0].reason
    assert judgement.evidence == ()


def test_a_block_outweighs_the_permission_of_the_house() -> None:
    one = request(consent(house=True), relations=Relations(blocked=True))
    assert rules(one, OPERATOR, brief(lane=Lane.TREND)) == {"consent.blocked"}
