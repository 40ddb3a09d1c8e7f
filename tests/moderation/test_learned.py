"""What weighs the evidence: what it holds, what it lifts and never does, what it tells, and what broken weights do."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Outcome, Rule
from greenroom.domain.words import BriefWords
from greenroom.errors import ModelFailed
from moderation import learned
from moderation.deliberation import Deliberation
from moderation.learned import NAME, RULE, liftable, weigh, with_learned
from moderation.learned_features import features_of, pieces
from moderation.learned_weights import (
    CATEGORY_PLACES,
    EMBEDDED,
    FILE,
    PLACES,
    Head,
    Unusable,
    Weights,
    from_file,
    load_weights,
    places,
    quantised,
    read,
    written,
)
from moderation.policy import TextRule, load_policy
from moderation.prompt import judge_prompt, rules_of

POLICY = load_policy()
HOLDS, HARMLESS, DENIED, LOW, HIGH = (
    POLICY.threshold(RULE, name) for name in ("probability", "harmless", "harmless_denied", "unsure_from", "unsure_to")
)
NEVER = ("minors", "child_safety", "self_harm", "persons", "public_person")
POLITICS = Rule(id="text.politics", reason="The text reads “vote”.")


def weights(parts: dict[str, float], bias: float = 0.0) -> Weights:
    """Weights of these features alone; a sum is its own logit."""
    table, by_category = np.zeros(PLACES, np.float32), np.zeros((CATEGORY_PLACES, 2), np.float32)
    for name, part in parts.items():
        table[places({name: 1.0}, PLACES)] = part
    head = Head(
        name="test", version=1, briefs=2, training_sha256="0" * 64, sha256="1" * 64, largest=1.0, bias=bias, slope=1.0,
        offset=0.0, categories=("fraud", "hate"), category_largest=1.0,
        rules=tuple(rule.id for rule in POLICY.text.rules),
    )  # fmt: skip
    return Weights(head, table, by_category, np.zeros(0, np.float32))


class Meaning:
    """An embedding of one dimension: 1 for every text. `answers` False: it crashes when it is asked."""

    name = "meaning 1"

    def __init__(self, *, answers: bool = True) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._answers = answers

    def embed(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        if not self._answers:
            raise ModelFailed("The model crashed.", "Reinstall it.")
        self.asked.append(texts)
        return np.ones((len(texts), 1), np.float32)


def of_meaning(part: float, bias: float = 0.0, name: str = Meaning.name) -> Weights:
    """Weights of what a text means alone."""
    plain = weights({}, bias)
    head = plain.head.model_copy(update={"embedding": name, "dimensions": 1, "sha256": "2" * 64})
    return Weights(head, plain.table, plain.by_category, np.array([part], np.float32))


def a_sense() -> tuple[str, float]:
    """A sense that stands in "a man walks", and its value there."""
    return next(one for one in features_of("a man walks", (), POLICY).items() if one[0].startswith("s:"))


def at(probability: float) -> float:
    """The sum that has this probability."""
    return float(np.log(probability / (1 - probability)))


def asked(used: Weights | Unusable, text: str, *rules: Rule) -> tuple[tuple[Rule, ...], tuple[Evidence, ...]]:
    deliberation = Deliberation(Gate.PROMPT, POLICY)
    found = with_learned(deliberation, text, (text,), rules, weights=(used, used))
    return found, deliberation.judgement().evidence


def test_from_the_threshold_it_holds_what_no_rule_spoke_of_and_below_it_does_not() -> None:
    sense, value = a_sense()
    for probability, held in ((HOLDS + 0.01, True), (HOLDS - 0.01, False)):
        rules, _ = asked(weights({sense: 1 / value}, at(probability) - 1), "a man walks")
        assert [rule.id for rule in rules] == ([RULE] if held else [])
    assert POLICY.action(RULE) is Outcome.HOLD
    assert POLICY.reviewable(RULE)


@pytest.mark.parametrize("text", ["zxq vrrk plomf", "1234 5678", "東京タワー", "नमस्ते", "🙂🙂", "def f(x): return x"])
def test_a_text_unlike_any_brief_is_not_held(text: str) -> None:
    assert judge_prompt(text, POLICY).outcome is Outcome.ALLOW


def test_up_to_the_other_threshold_it_lifts_a_doubt_and_says_so() -> None:
    for probability, lifted in ((HARMLESS - 0.01, True), (HARMLESS + 0.01, False)):
        rules, evidence = asked(weights({}, at(probability)), "an invented vote", POLITICS)
        assert rules == (() if lifted else (POLITICS,))
        told = [one for one in evidence if one.name == "rule weighed"]
        assert [one.value for one in told] == (["text.politics"] if lifted else [])
        if lifted:
            assert "weighed as harmless" in str(told[0].reason)
            assert "vote" in str(told[0].reason)


@pytest.mark.parametrize(
    "rule", [rule.id for rule in POLICY.text.rules] + ["prompt.real_person", "prompt.unread_script"]
)
def test_no_denial_is_lifted_that_the_policy_does_not_name_and_nothing_grave_ever(rule: str) -> None:
    word_rule = next((one for one in POLICY.text.rules if one.id == rule), None)
    grave = word_rule is None or word_rule.action is Outcome.DENY or word_rule.second_opinion
    grave = grave and not (word_rule and word_rule.weighed)
    grave = grave or word_rule is None or word_rule.category in NEVER
    spoken = Rule(id=rule, reason="It spoke.")
    rules, _ = asked(weights({}, -9.0), "a man walks", spoken)
    assert rules == ((spoken,) if grave else ())
    assert liftable(rule, POLICY) is not grave


def test_what_the_policy_denies_is_lifted_only_when_it_is_surer() -> None:
    fraud = Rule(id="text.fraud", reason="It spoke.")
    assert DENIED < HARMLESS
    for probability, lifted in ((DENIED - 0.01, True), (DENIED + 0.01, False)):
        for rules in ((fraud,), (POLITICS, fraud)):
            assert asked(weights({}, at(probability)), "a man walks", *rules)[0] == (() if lifted else rules)


def test_the_policy_cannot_name_a_rule_of_minors_persons_or_self_harm_as_weighed() -> None:
    assert {rule.id for rule in POLICY.text.rules if rule.weighed} == {
        "text.extremism", "text.fraud", "text.hate", "text.sexual", "text.sexual_hold", "text.weapons",
    }  # fmt: skip
    for category in NEVER:
        with pytest.raises(ValidationError, match="no model lets through"):
            TextRule(id="text.x", category=category, action=Outcome.DENY, sentence="No.", weighed=True)


def test_a_rule_that_it_was_not_taught_with_is_not_lifted() -> None:
    used = weights({}, -9.0)
    unknown = replace(used, head=used.head.model_copy(update={"rules": ("text.medical",)}))
    assert asked(unknown, "an invented vote", POLITICS)[0] == (POLITICS,)
    assert asked(used, "an invented vote", POLITICS)[0] == ()


def test_one_rule_that_is_never_lifted_keeps_the_others() -> None:
    grave = Rule(id="text.minors", reason="It spoke.")
    assert asked(weights({}, -9.0), "a man walks", POLITICS, grave)[0] == (POLITICS, grave)


def test_a_doubt_about_one_part_is_not_drowned_by_the_others() -> None:
    used = weights({"w:vote": 9.0, "w:daisies": -9.0}, -3.0)
    deliberation = Deliberation(Gate.PROMPT, POLICY)
    parts = ("vote", "daisies daisies")
    assert with_learned(deliberation, "\n".join(parts), parts, (POLITICS,), weights=(used, used)) == (POLITICS,)


def meant(probability: float, finer: Weights, embedding: Meaning, *rules: Rule) -> tuple[tuple[Rule, ...], Evidence]:
    """What stands of a brief with this probability by its words alone, and what the verdict says of the weighing."""
    deliberation = Deliberation(Gate.PROMPT, POLICY)
    both = (weights({}, at(probability)), finer)
    found = with_learned(deliberation, "a man walks", ("a man walks",), rules, embedding, both)
    return found, next(one for one in deliberation.judgement().evidence if one.name == NAME)


def test_an_embedding_is_asked_where_the_words_leave_it_unsure_and_nowhere_else() -> None:
    for probability, asks in ((LOW - 0.01, False), (LOW + 0.01, True), (HIGH - 0.01, True), (HIGH + 0.01, False)):
        embedding = Meaning()
        _, told = meant(probability, of_meaning(0.0), embedding)
        assert embedding.asked == ([("a man walks",)] if asks else [])
        assert isinstance(told.value, dict)
        assert told.value["embedding"] == ("meaning 1" if asks else "not asked")
        assert told.value["weights"] == ("2" * 64 if asks else "1" * 64)


def test_what_a_text_means_decides_then_and_is_told() -> None:
    for part, left in ((-3.0, ()), (3.0, (POLITICS,))):
        rules, told = meant(0.5, of_meaning(part), Meaning(), POLITICS)
        assert rules == left
        assert isinstance(told.value, dict)
        weighed = told.value["weighed_most"]
        assert isinstance(weighed, list)
        assert f"meaning of the whole {part:+.2f}" in weighed


def test_no_embedding_is_asked_of_what_is_never_lifted() -> None:
    grave, embedding = Rule(id="text.minors", reason="It spoke."), Meaning()
    assert meant(0.5, of_meaning(-9.0), embedding, grave)[0] == (grave,)
    assert embedding.asked == []


def test_an_embedding_that_crashes_or_is_another_than_the_weights_were_taught_with_holds() -> None:
    for embedding, finer in ((Meaning(answers=False), of_meaning(1.0)), (Meaning(), of_meaning(1.0, name="meaning 2"))):
        rules, told = meant(0.5, finer, embedding)
        assert [rule.id for rule in rules] == ["evidence.model_missing"]
        assert told.kind is EvidenceKind.NOT_CHECKED
        assert "install" in rules[0].reason.lower()


def test_a_long_text_is_read_in_pieces_and_the_likeliest_counts() -> None:
    harmless = "daisies in a meadow. " * 60
    assert len(pieces(harmless)) > 4
    assert "".join(piece[:200] for piece in pieces(harmless)).startswith(harmless[:600])
    used = weights({"w:knife": 5.0})
    alone, hidden = (weigh((text,), (), POLICY, used).probability for text in ("knife", harmless + "knife " + harmless))
    assert alone > 0.9
    assert hidden > weigh((harmless,), (), POLICY, used).probability


def test_the_verdict_says_what_weighed_and_by_which_weights() -> None:
    judged = judge_prompt("A woman walks her dog on the beach", POLICY)
    told = next(one for one in judged.evidence if one.name == NAME)
    assert isinstance(told.value, dict)
    used = load_weights()
    assert isinstance(used, Weights)
    assert told.value["weights"] == used.head.sha256
    assert told.threshold == HOLDS
    assert told.model == f"{used.head.name} {used.head.version}"
    shown = told.value["weighed_most"]
    assert isinstance(shown, list)
    assert 3 <= len(shown) <= 5
    assert judged.outcome is Outcome.ALLOW


def test_every_example_a_rule_stops_is_still_stopped() -> None:
    stops = [(rule.id, text) for rule in POLICY.text.rules for text in rule.stops]
    assert [one for one in stops if judge_prompt(one[1], POLICY).outcome is Outcome.ALLOW] == []


def test_a_question_and_nothing_else_is_no_brief() -> None:
    for question in ("How do I kill a Python process?", "なぜ空は青いの？", "¿Cómo se llama el río?"):
        told = next(one for one in judge_prompt(question, POLICY).evidence if one.name == NAME)
        assert "is none" in str(told.reason)


def test_weights_that_are_missing_or_broken_hold_and_say_what_to_do(tmp_path: Path) -> None:
    whole = (Path(learned.__file__).parent / FILE).read_bytes()
    line, _, body = whole.partition(b"\n")
    for content, why in (
        (None, "cannot be read"),
        (b"", "first line"),
        (whole[:5000], "cut off"),
        (line + b"\n" + bytes([body[0] ^ 1]) + body[1:], "not those that its first line names"),
        (json.dumps({**json.loads(line), "version": "x"}).encode() + b"\n" + body, "first line"),
    ):
        file = tmp_path / FILE
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        used = from_file(file)
        assert isinstance(used, Unusable)
        assert why in used.reason
        rules, evidence = asked(used, "a red ball")
        assert [rule.id for rule in rules] == ["evidence.model_missing"]
        assert "bench.safety.train" in rules[0].reason
        assert evidence[-1].name == NAME


def test_weights_are_kept_in_bytes_and_read_as_they_were() -> None:
    values = np.array([0.0, 1.0, -1.0, 0.01, -0.0001])
    body, largest = quantised(np.concatenate([values, np.zeros(PLACES - 5)]))
    categories, category_largest = quantised(np.zeros(2 * CATEGORY_PLACES))
    head = weights({}).head.model_copy(update={"largest": largest, "category_largest": category_largest})
    content = written(head, body + categories)
    found = read(content)
    assert isinstance(found, Weights)
    assert found.table[:5] == pytest.approx(values, abs=0.0006)
    assert content == written(head, body + categories)
    for name in (FILE, EMBEDDED):
        assert len((Path(learned.__file__).parent / name).read_bytes()) < 1_250_000


def test_gates_that_read_words_ask_it() -> None:
    rules = rules_of(BriefWords(prompt="a red ball"), POLICY)
    assert rules == ()
    assert NAME in {one.name for one in judge_prompt("a red ball", POLICY).evidence}


def test_a_text_of_200_000_characters_takes_time_in_proportion() -> None:
    """Counted in pieces and not in seconds: each is at most 400 characters, and they overlap by half."""
    text = "a man walks his dog. " * 10_000
    found = pieces(text)
    assert max(map(len, found)) == 400
    assert sum(map(len, found)) <= 2 * len(text)
    assert 0 <= weigh((text[:20_000],), (), POLICY, weights({})).probability <= 1
