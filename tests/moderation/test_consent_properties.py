"""What must hold of the decision for every consent, requester, relation and brief, against a model written apart."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

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
MINA = Account(id="mina", name="mina", recorded_at=NOW)
OWNER = Account(id="owner", name="owner", recorded_at=NOW)
OPERATOR = Account(id="house", name="house", roles=(Role.OPERATOR,), recorded_at=NOW)
LANGUAGES = ("en", "fr", "de")
WIDTH = (Audience.OWNER, Audience.APPROVED, Audience.EVERYONE)  # each permits all that the one before it does


def likeness(handle: str = "chelsea") -> Likeness:
    return Likeness(
        id=f"l-{handle}", handle=handle, kind=LikenessKind.PET, species="cat", owner="owner", capture=BLOB,
        reference=BLOB, recorded_at=NOW,
    )  # fmt: skip


consents = st.builds(
    Consent,
    id=st.just("c1"),
    likeness=st.just("l-chelsea"),
    version=st.just(1),
    statement=st.just("yes"),
    salt=st.just("00"),
    given_at=st.just(NOW),
    recorded_at=st.just(NOW),
    audience=st.sampled_from(Audience),
    voice=st.booleans(),
    remix=st.booleans(),
    house=st.booleans(),
    languages=st.sets(st.sampled_from(LANGUAGES)).map(lambda found: tuple(sorted(found))),
    expires_at=st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)),
)
requesters = st.sampled_from([MINA, OWNER, OPERATOR])
standings = st.tuples(*[st.booleans()] * 4).map(
    lambda held: Relations(approved=held[0], follows=held[1] or held[2], mutual=held[2], blocked=held[3])
)
briefs = st.builds(
    Brief,
    id=st.just("b"),
    batch=st.just("ba"),
    prompt=st.just("a cat"),
    requester=st.just("mina"),
    likenesses=st.just(("chelsea",)),
    seed=st.just(1),
    day=st.just(date(2026, 11, 1)),
    recorded_at=st.just(NOW),
    lane=st.sampled_from(Lane),
    parent=st.sampled_from([None, "clip"]),
    language=st.sampled_from([None, "en", "fr", "en-GB", "eng"]),
)


def allows(
    one: Consent | None,
    who: Account,
    asked: Brief,
    relations: Relations,
    *,
    voice: bool = False,
    withdrawn: bool = False,
    unreadable: bool = False,
) -> bool:
    request = LikenessRequest("chelsea", likeness(), one, withdrawn, voice, relations, unreadable)
    return decide((request,), who, asked, POLICY, moment=NOW).outcome is Outcome.ALLOW


def granted(one: Consent, who: Account, asked: Brief, relations: Relations, *, voice: bool) -> bool:
    """The model: what the owner's words grant, as one sentence of logic."""
    circle = {
        Audience.OWNER: set(),
        Audience.APPROVED: {"mina", "house"} if relations.approved else set(),
        Audience.MUTUAL: {"mina", "house"} if relations.mutual else set(),
        Audience.EVERYONE: {"mina", "house"},
    }[one.audience]
    for_the_house = asked.lane is Lane.TREND
    may = who.id == "owner" or (
        not relations.blocked and (who.id in circle or (for_the_house and one.house and Role.OPERATOR in who.roles))
    )
    spoken = (asked.language or "").split("-")[0]
    return (
        may
        and (one.house or not for_the_house)
        and (one.expires_at is None or one.expires_at > NOW)
        and (one.remix or asked.parent is None)
        and (one.voice or not voice)
        and (not one.languages or asked.language is None or spoken in one.languages)
    )


@given(consents, requesters, briefs, standings, st.booleans())
def test_exactly_what_was_granted_is_permitted(
    one: Consent, who: Account, asked: Brief, relations: Relations, voice: bool
) -> None:
    assert allows(one, who, asked, relations, voice=voice) == granted(one, who, asked, relations, voice=voice)


@given(consents, requesters, briefs, standings, st.booleans(), st.data())
def test_narrowing_never_permits_more(
    wide: Consent, who: Account, asked: Brief, relations: Relations, voice: bool, data: st.DataObject
) -> None:
    narrower = [audience for audience in WIDTH if wide.audience in WIDTH[WIDTH.index(audience) :]] or [Audience.OWNER]
    ends = [NOW - timedelta(days=1), NOW, *([wide.expires_at] if wide.expires_at else [None, NOW + timedelta(days=9)])]
    narrowed = wide.model_copy(
        update={
            "audience": data.draw(st.sampled_from(narrower)),
            "voice": wide.voice and data.draw(st.booleans()),
            "remix": wide.remix and data.draw(st.booleans()),
            "house": wide.house and data.draw(st.booleans()),
            "languages": (wide.languages or LANGUAGES)[: data.draw(st.integers(1, 3))],
            "expires_at": data.draw(st.sampled_from(ends)),
        }
    )
    if allows(narrowed, who, asked, relations, voice=voice):
        assert allows(wide, who, asked, relations, voice=voice)


@given(consents, briefs, standings, st.booleans())
def test_a_block_permits_nobody_but_the_owner(one: Consent, asked: Brief, relations: Relations, voice: bool) -> None:
    blocked = relations.model_copy(update={"blocked": True})
    assert not allows(one, MINA, asked, blocked, voice=voice)
    assert not allows(one, OPERATOR, asked, blocked, voice=voice)


@given(consents, requesters, briefs, standings)
def test_withdrawn_expired_and_unreadable_always_refuse(
    one: Consent, who: Account, asked: Brief, relations: Relations
) -> None:
    assert not allows(one, who, asked, relations, withdrawn=True)
    assert not allows(one, who, asked, relations, unreadable=True)
    assert not allows(None, who, asked, relations)
    assert not allows(one.model_copy(update={"expires_at": NOW - timedelta(seconds=1)}), who, asked, relations)


@given(st.lists(st.tuples(consents, standings, st.booleans()), min_size=1, max_size=4), requesters, briefs, st.data())
def test_several_likenesses_are_permitted_only_when_each_alone_is(
    several: list[tuple[Consent, Relations, bool]], who: Account, asked: Brief, data: st.DataObject
) -> None:
    handles = tuple(f"cat{number}" for number in range(len(several)))
    requests = tuple(
        LikenessRequest(
            handle,
            likeness(handle),
            one.model_copy(update={"likeness": f"l-{handle}"}),
            withdrawn,
            relations=relations,
        )
        for handle, (one, relations, withdrawn) in zip(handles, several, strict=True)
    )
    alone = [
        decide((one,), who, asked.model_copy(update={"likenesses": (one.handle,)}), POLICY, moment=NOW).outcome
        for one in requests
    ]
    together = asked.model_copy(update={"likenesses": handles})
    shuffled = tuple(data.draw(st.permutations(requests)))
    judgement = decide(shuffled, who, together, POLICY, moment=NOW)
    assert (judgement.outcome is Outcome.ALLOW) == all(one is Outcome.ALLOW for one in alone)
    assert decide(requests, who, together, POLICY, moment=NOW).outcome is judgement.outcome
