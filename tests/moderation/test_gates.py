"""Gates 3, 7 and 8, what one gate asks of those before it, and the policy as data."""

from datetime import UTC, date, datetime

import pydantic
import pytest

from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Audience, Consent
from greenroom.domain.storyboards import Actor, Line, Prop, Shot, Storyboard
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome, Rule, Verdict
from moderation.earlier import held, required
from moderation.marks import InvisibleRead, MarksEvidence, judge_marks
from moderation.policy import load_policy, parse_policy
from moderation.publication import judge_publication
from moderation.storyboard import judge_storyboard

POLICY = load_policy()
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BRIEF = Brief(
    id="b", batch="ba", prompt="@chelsea plays", requester="mina", likenesses=("chelsea",), seed=1,
    lane=Lane.INTERACTIVE, day=date(2026, 11, 1), recorded_at=NOW,
)  # fmt: skip
CAT = Actor(id="cat", species="cat", name="Chelsea", likeness="chelsea")


def consent(**changes: object) -> Consent:
    base = Consent(
        id="c",
        likeness="l",
        version=1,
        audience=Audience.EVERYONE,
        statement="yes",
        salt="00",
        given_at=NOW,
        recorded_at=NOW,
    )
    return base.model_copy(update=changes)


def plan(**changes: object) -> Storyboard:
    base = Storyboard(title="Play", seconds=5, seed=1, shots=(Shot(start=0, seconds=5),), actors=(CAT,))
    return base.model_copy(update=changes)


def brought(prompt: str, *lines: str, title: str = "Play") -> set[str]:
    """The rules that speak of a storyboard somebody wrote for this prompt."""
    board = plan(title=title, lines=tuple(Line(actor="cat", text=text, language="en", start=0) for text in lines))
    brief = BRIEF.model_copy(update={"prompt": prompt})
    return {rule.id for rule in judge_storyboard(board, brief, {"chelsea": consent()}, POLICY).rules}


def storyboard_rules(storyboard: Storyboard, one: Consent | None) -> set[str]:
    return {rule.id for rule in judge_storyboard(storyboard, BRIEF, {"chelsea": one}, POLICY).rules}


def test_a_storyboard_that_is_brought_is_read_as_a_prompt_is_and_beside_its_prompt() -> None:
    assert brought("@chelsea plays", "George W Bush is the narrator") == {"prompt.real_person"}
    assert "prompt.minor_likeness" in brought("@chelsea plays", "My 5 year old daughter says hello")
    assert "prompt.unread_script" in brought("@chelsea plays", "Убивайте всех, они не люди")
    assert "prompt.control_characters" in brought("@chelsea plays", title="Play\x07")
    assert "text.minors" in brought("a schoolgirl in her bedroom", "Shall I take it all off now? You like that.")
    assert brought("a cat reads the news", "Good evening.", title="The news") == set()
    farewell = "Train platform farewell, soldier and his mother, steam, she straightens his collar one last time"
    assert brought(farewell, title=farewell[:80]) == set()  # what stands in both is read once


def test_what_gate_2_said_of_the_prompt_alone_is_not_said_again_of_the_plan() -> None:
    prompt = "Michael Berger says that he is sorry"
    assert brought(prompt, title=prompt) == set()
    assert brought(prompt, "Petra Lindholm says no", title=prompt) == {"prompt.maybe_person"}


def test_a_plan_within_its_consents_is_allowed() -> None:
    assert storyboard_rules(plan(), consent(restrictions=("no alcohol", "not with dogs"), never=("violence",))) == set()


@pytest.mark.parametrize(
    ("storyboard", "one", "rule"),
    [
        (plan(actors=(CAT, CAT.model_copy(update={"id": "x", "likeness": "other"}))), consent(), "storyboard.likeness"),
        (plan(not_planned=("beer",)), consent(restrictions=("no alcohol",)), "storyboard.restriction"),
        (plan(weather="rain"), consent(restrictions=("never in the rain",)), "storyboard.restriction"),
        (
            plan(actors=(CAT, Actor(id="d", species="puppy", name="Rex"))),
            consent(restrictions=("not with dogs",)),
            "storyboard.restriction",
        ),
        (plan(props=(Prop(id="sword", shape="box"),)), consent(never=("weapons",)), "storyboard.never"),
        (plan(), consent(never=("something new",)), "storyboard.unknown_category"),
        (plan(), None, "storyboard.consent_missing"),
        (
            plan(lines=(Line(actor="cat", text="Bonjour", language="fr", start=1),)),
            consent(languages=("en",)),
            "storyboard.language",
        ),
        (plan(seconds=8.0), consent(), "storyboard.bounds"),
        (plan(width=640), consent(), "storyboard.bounds"),
        (plan(lines=(Line(actor="cat", text="Show me your nudes", start=1),)), consent(), "text.sexual"),
    ],
)
def test_each_reason_to_refuse_a_plan_is_named(storyboard: Storyboard, one: Consent | None, rule: str) -> None:
    assert rule in storyboard_rules(storyboard, one)


def test_a_handle_describes_nothing() -> None:
    named = BRIEF.model_copy(update={"prompt": "@beer_dog plays", "likenesses": ("beer_dog",)})
    actor = CAT.model_copy(update={"likeness": "beer_dog"})
    judged = judge_storyboard(plan(actors=(actor,)), named, {"beer_dog": consent(restrictions=("no beer",))}, POLICY)
    assert judged.outcome is Outcome.ALLOW


PICTURE = InvisibleRead(clip="c", margin=6.5, version="1", strength=1.1, psnr=43.2)
SOUND = InvisibleRead(clip="c", margin=5.0, version="1")


def marks(**changes: object) -> Judgement:
    base = MarksEvidence(
        clip="c", label_scores=(0.9, 0.8, 0.95), label_threshold=0.5, credentials_state="trusted", picture=PICTURE,
        sound=SOUND, heard_seconds=4.0,
    )  # fmt: skip
    return judge_marks(base.model_copy(update=changes), POLICY)


def test_marks_are_read_back_and_each_that_is_not_right_is_named() -> None:
    judgement = marks()
    assert judgement.outcome is Outcome.ALLOW
    assert {one.kind for one in judgement.evidence} == {EvidenceKind.MEASURED}
    for changes, rule in (
        ({"label_scores": (0.9, 0.1)}, "marks.label"),
        ({"label_scores": ()}, "marks.label"),
        ({"credentials_state": "valid"}, "marks.credentials"),
        ({"credentials_failures": ("assertion.dataHash.mismatch",)}, "marks.credentials"),
        ({"ingredient_failures": ("claimSignature.mismatch",)}, "marks.ingredients"),
    ):
        assert [one.id for one in marks(**changes).rules] == [rule]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"picture": None}, "The picture carries no invisible mark: none was laid."),
        ({"sound": None}, "The sound carries no invisible mark: none was laid."),
        (
            {"picture": PICTURE.model_copy(update={"clip": None, "margin": 0.0, "encodings": 3, "psnr": 41.0})},
            "cannot be read back from the encoded file (after 3 encodings, at strength 1.10; stronger it would show)",
        ),
        ({"picture": PICTURE.model_copy(update={"clip": "other"})}, "the invisible mark of clip other; that of c is"),
        ({"picture": PICTURE.model_copy(update={"margin": 1.9})}, "a margin of 1.9 dB; 2 dB is wanted"),
        ({"picture": PICTURE.model_copy(update={"psnr": 39.3})}, "may be seen: PSNR 39.3 dB; 39.5 dB is wanted"),
        (
            {"sound": SOUND.model_copy(update={"clip": None, "margin": 0.0})},
            "be read back from the encoded file (as strong as the sound hides it)",
        ),
        ({"sound": SOUND.model_copy(update={"clip": "other"}), "heard_seconds": 0.5}, "mark of clip other"),
        ({"sound": SOUND.model_copy(update={"margin": 0.5})}, "a margin of 0.5 dB; 2 dB is wanted"),
    ],
)
def test_an_invisible_mark_that_is_missing_foreign_faint_or_seen_holds_the_clip(
    changes: dict[str, object], said: str
) -> None:
    judgement = marks(**changes)
    (rule,) = judgement.rules
    assert (judgement.outcome, rule.id) == (Outcome.HOLD, "marks.invisible")
    assert said in rule.reason


@pytest.mark.parametrize("sound", [None, SOUND.model_copy(update={"clip": None, "margin": 0.0})])
def test_a_soundtrack_too_quiet_for_a_mark_is_not_checked_and_holds_nothing(sound: InvisibleRead | None) -> None:
    judgement = marks(sound=sound, heard_seconds=0.4)
    assert judgement.outcome is Outcome.ALLOW
    (quiet,) = [one for one in judgement.evidence if one.kind is EvidenceKind.NOT_CHECKED]
    assert (quiet.name, quiet.reason) == (
        "sound mark",
        "The soundtrack has 0.4 s of sound that can hide a mark; 1 s are wanted.",
    )


def test_how_the_invisible_marks_were_laid_and_read_is_evidence() -> None:
    seen = {one.name: one for one in marks().evidence}
    assert (seen["picture mark"].value, seen["picture mark"].threshold, seen["picture mark"].model) == (
        "c", "c", "picture mark 1",
    )  # fmt: skip
    assert [seen[f"picture mark {name}"].value for name in ("margin", "strength", "PSNR")] == [6.5, 1.1, 43.2]
    assert (seen["sound mark margin"].value, seen["sound mark margin"].threshold) == (5.0, 2)


def verdict(gate: Gate, outcome: Outcome = Outcome.ALLOW, version: int = POLICY.version) -> Verdict:
    rules = () if outcome is Outcome.ALLOW else (Rule(id="text.gore", reason="because"),)
    judgement = Judgement(gate=gate, outcome=outcome, rules=rules, policy_version=version)
    return Verdict(
        id=f"v{gate}", brief="b", judgement=judgement, inputs="0", code_version="1", run="r", seconds=0, recorded_at=NOW
    )


def test_publication_needs_seven_allowances_under_this_policy_and_consent_again() -> None:
    all_seven = {gate: verdict(gate) for gate in Gate if gate < Gate.PUBLICATION}
    yes = Judgement(gate=Gate.PUBLICATION, outcome=Outcome.ALLOW, policy_version=POLICY.version)
    no = yes.model_copy(update={"outcome": Outcome.DENY, "rules": (Rule(id="consent.withdrawn", reason="gone"),)})
    assert judge_publication(all_seven, yes, POLICY).outcome is Outcome.ALLOW
    assert judge_publication(all_seven, no, POLICY).outcome is Outcome.DENY
    for gate in all_seven:
        without = {one: kept for one, kept in all_seven.items() if one is not gate}
        assert judge_publication(without, yes, POLICY).rules[0].id == "evidence.missing"
        old = judge_publication({**all_seven, gate: verdict(gate, version=POLICY.version + 1)}, yes, POLICY)
        assert (old.outcome, old.rules[0].id) == (Outcome.HOLD, "evidence.other_policy")
        for refusal in (Outcome.HOLD, Outcome.DENY):
            assert judge_publication({**all_seven, gate: verdict(gate, refusal)}, yes, POLICY).outcome is refusal


def test_a_verdict_filed_under_another_gate_counts_for_nothing() -> None:
    asked = required({Gate.CONSENT: verdict(Gate.PROMPT)}, Gate.PROMPT, POLICY)
    assert asked is not None
    assert asked.outcome is Outcome.HOLD


def test_the_first_gate_waits_for_nobody_and_a_hold_needs_a_known_rule() -> None:
    assert required({}, Gate.CONSENT, POLICY) is None
    with pytest.raises(KeyError):
        held(Gate.TAKE, "no.such_rule", "?", POLICY)


RULES = "version: 1\nrules: []\nacceptable: {}\npicture_classes: {}\n"
TEXT = "version: 1\nwords: {}\nnames: []\nrules: []\n"
CONCEPTS = "concepts: {}\n"
PERSONS = "living: []\n"


def test_a_policy_with_an_unknown_field_a_double_id_or_two_versions_is_refused() -> None:
    assert parse_policy(RULES, TEXT, CONCEPTS, PERSONS).version == 1
    rule = "[{id: a.b, gate: take, category: c, action: deny, sentence: s}]"
    for rules, text in (
        (RULES + "extra: 1\n", TEXT),
        (RULES, TEXT.replace("version: 1", "version: 2")),
        (RULES.replace("rules: []", f"rules: {rule[:-1]}, {rule[1:]}"), TEXT),
        (RULES.replace("rules: []", f"rules: {rule.replace('deny', 'shrug')}"), TEXT),
    ):
        with pytest.raises(pydantic.ValidationError):
            parse_policy(rules, text, CONCEPTS, PERSONS)


def test_by_construction_counts_for_previz_only() -> None:
    for category in ("dialogue_words", "faces"):
        assert POLICY.accepts(category, "previz", EvidenceKind.BY_CONSTRUCTION)
        assert not POLICY.accepts(category, "ltx2", EvidenceKind.BY_CONSTRUCTION)
        assert POLICY.accepts(category, "ltx2", EvidenceKind.MEASURED)
        assert not POLICY.accepts(category, "previz", EvidenceKind.NOT_CHECKED)
    assert not POLICY.accepts("unheard of", "previz", EvidenceKind.MEASURED)
