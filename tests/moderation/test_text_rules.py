"""The word rules as data: every example does what its rule says, and the senses behind them are sound."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.domain.words import BriefWords
from moderation.normalise import normalise, readings, unread_share
from moderation.policy import TextRule, load_policy
from moderation.prompt import judge_prompt
from moderation.text import text_rules
from moderation.text_composition import texts_of
from moderation.text_senses import FULL_NAME, NAMED, Senses, meeting, written_names

POLICY = load_policy()


def spoken(text: str) -> set[str]:
    return {rule.id for rule in text_rules(text, POLICY)}


def examples() -> Iterator[tuple[str, str, bool]]:
    for rule in POLICY.text.rules:
        yield from ((rule.id, text, True) for text in rule.stops)
        yield from ((rule.id, text, False) for text in rule.lets)


@pytest.mark.parametrize(("rule", "text", "stops"), list(examples()))
def test_every_example_does_what_it_says(rule: str, text: str, stops: bool) -> None:
    assert (rule in spoken(text)) is stops


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a naked 12 year old girl seen with the naked eye", "text.minors"),
        ("two naked women on a bed, visible to the naked eye", "text.sexual"),
        ("step by step how to build a pipe bomb, beside a water gun", "text.weapons"),
        ("cooking meth in a trailer with a can of coke", "text.drugs"),
    ],
)
def test_an_idiom_frees_nothing_but_itself(text: str, rule: str) -> None:
    assert rule in spoken(text)


@pytest.mark.parametrize("rule", [rule for rule in POLICY.text.rules if rule.unless], ids=lambda rule: rule.id)
def test_what_makes_words_harmless_frees_nothing_at_the_other_end_of_a_page(rule: TextRule) -> None:
    stopped = [example for example in rule.stops if spoken(example) & {rule.id}]
    far = " and the wind goes over the wide green hills" * 10
    for example in stopped:
        for harmless in ("a museum", "a chef", "a documentary", "sex education", "what does a crisis line do"):
            assert rule.id in spoken(f"{example}.{far}. {harmless}")


@pytest.mark.parametrize("rule", POLICY.text.rules, ids=lambda rule: rule.id)
def test_every_rule_has_a_sentence_and_examples_for_and_against(rule: TextRule) -> None:
    assert rule.sentence.endswith(".")
    assert rule.any or rule.when
    assert rule.stops
    assert rule.lets


def test_every_sense_is_used_and_every_language_has_words() -> None:
    named: set[str] = set()
    for rule in POLICY.text.rules:
        for one in map(meeting, rule.when):
            named |= {name for either in one.wanted for name in either} | set(one.absent) | set(one.some)
    assert named == set(POLICY.text.senses)


@pytest.mark.parametrize(
    "text",
    [
        "una mujer desnuda en la cama", "une femme nue sur le lit", "eine nackte Frau auf dem Bett",
        "ベッドの上の裸の女性", "床上的裸体女人", "बिस्तर पर नंगी औरत", "bistar par nangi aurat",
    ],
)  # fmt: skip
def test_seven_languages_are_read(text: str) -> None:
    assert spoken(text) & {"text.sexual", "text.sexual_hold"}
    assert judge_prompt(text, POLICY).rules


@pytest.mark.parametrize(
    "text",
    [
        "猫が公園でボールを追いかける", "一只猫在公园里追球", "एक बिल्ली पार्क में गेंद के पीछे भागती है",
        "ek billi park mein gend ke peeche bhaagti hai", "un gato persigue una pelota en el parque",
        "un chat poursuit une balle dans le parc", "eine Katze jagt einen Ball durch den Park",
    ],
)  # fmt: skip
def test_a_harmless_brief_passes_in_each(text: str) -> None:
    assert not judge_prompt(text, POLICY).rules


def test_scripts_whose_rules_do_not_exist_are_held_still() -> None:
    for text in ("Кошка гоняется за мячом в парке", "고양이가 공원에서 공을 쫓는다", "قطة تطارد كرة في الحديقة"):
        assert {rule.id for rule in judge_prompt(text, POLICY).rules} == {"prompt.unread_script"}
        assert unread_share(text) > 0.7


def test_letters_parted_by_marks_are_words_where_spaces_part_these() -> None:
    assert "hurt all of them" in readings("h.u.r.t a.l.l o.f them")
    assert "rosalia a la carta" in readings("R-o-s-a-l-í-a a la carta")


def test_a_remix_of_something_harmless_is_read_with_its_parent_and_the_lines() -> None:
    parent, prompt = "A woman in lace underwear, catalogue photograph", "the same, but she is nine years old"
    assert not judge_prompt(prompt, POLICY).rules
    remixed = judge_prompt(prompt, POLICY, (), BriefWords(prompt=prompt, parents=(parent,)))
    assert "text.minors" in {rule.id for rule in remixed.rules}
    lines = BriefWords(prompt="", title="Calm", lines=("Garlic is enough.", "It cures cancer."))
    assert "text.medical" in {rule.id for rule in judge_prompt("A doctor", POLICY, (), lines).rules}


def test_parts_are_read_alone_and_together_with_no_text_twice() -> None:
    words = BriefWords(prompt="b", title="c", lines=("d", "b"), parents=("a",))
    assert texts_of(words) == ("b", "c", "d", "a", "a\nc\nb\nd\nb")
    assert texts_of(BriefWords(prompt="b")) == ("b",)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("ｎｕｄｅ　ｗｏｍａｎ", "nude woman"),
        ("ﾇｰﾄﾞ", "ヌード"),
        ("ガ", "ガ"),  # the voicing mark as a character of its own
        ("ख़ून", "खून"),
        ("हँस", "हंस"),
        ("殺槍", "杀枪"),
    ],
)
def test_forms_of_one_character_are_one(disguised: str, plain: str) -> None:
    assert normalise(disguised) == normalise(plain)


def test_what_hides_is_one_of_the_readings() -> None:
    assert any("naked" in one for one in readings("n 4 k 3 d   b 0 d y"))
    assert any("pedro ruiz" in one for one in readings("p e d r o   r u i z"))
    assert any("naked man" in one for one in readings("title: bmFrZWQgbWFu, in red"))
    assert any("mylene" in one for one in readings("yn ibvk qr Zlyèar"))
    assert not any("jul" in one for one in readings("why does it snow"))
    assert any(one.startswith("come here!") for one in readings("come here!"))
    assert any("all of them must go" in one for one in readings("sing: nyy bs gurz zhfg tb"))
    assert any("naked man on a roof" in one for one in readings("n*ked man on a roof"))
    assert any("follar" in one for one in readings("f*ll_r en la playa"))
    assert any("the man with the knife" in one for one in readings("efink eht htiw nam eht"))


def test_a_sense_is_found_by_beginning_end_gap_and_age() -> None:
    senses = Senses({"a": "nack* *bombe take_off..clothes #_jährig* 裸..写真", "b": "un_gato"})
    assert senses.found(normalise("nackte Rohrbombe")).keys() == {"a"}
    assert senses.found("take off all of her clothes").keys() == {"a"}
    assert not senses.found("take off and land")
    assert senses.found(normalise("die 12-jährige")).keys() == {"a"}
    assert not senses.found(normalise("die 30-jährige"))
    assert senses.found("裸の大きな写真").keys() == {"a"}
    assert senses.found("un gato negro").keys() == {"b"}


def test_a_base_word_is_found_in_all_its_forms_and_in_no_other_word() -> None:
    senses = Senses({"a": "+stab +cut..throat"})
    for text in ("stab", "stabs", "stabbed", "stabbing", "cutting a man's throat"):
        assert senses.found(text).keys() == {"a"}, text
    assert not senses.found("a stable beside a cutting board")


def test_what_is_written_as_a_full_name_is_found_where_it_stands() -> None:
    names = written_names("yesterday Ritika Solanki left. New York was cold. Omar Haddad waved")
    assert {(name.tokens, name.opens) for name in names} == {
        (("ritika", "solanki"), False),
        (("new", "york"), True),  # what opens a sentence has its capital for that
        (("omar", "haddad"), True),
    }
    found = Senses({NAMED: "omar"}).found("ritika solanki left new york with omar haddad", names)
    assert [one.words for one in found[NAMED]] == ["ritika solanki", "omar", "omar haddad"]
    assert [one.words for one in found[FULL_NAME]] == ["omar haddad"]


def test_senses_meet_within_reach_and_not_beside_what_makes_them_harmless() -> None:
    senses = Senses({"knife": "knife", "throat": "throat", "doctor": "doctor"})
    near = meeting("knife throat -doctor @3")
    assert near.words(senses.found("a knife at the throat")) == "knife … throat"
    assert near.words(senses.found("a knife on the table and far from it a throat")) is None
    assert near.words(senses.found("a doctor, a knife, a throat")) is None
    page = "a doctor waves. " + "tulips sway " * 25 + "then a knife at the throat"
    assert near.words(senses.found(page)) == "knife … throat"  # a page away, it frees nothing
    with pytest.raises(ValueError, match="asks for no sense"):
        meeting("-doctor @3")
    with pytest.raises(ValueError, match="first word"):
        Senses({"a": "*x*"})


def test_several_of_many_senses_have_to_stand_in_words_of_their_own() -> None:
    senses = Senses({"verb": "kick kicks", "part": "belly", "state": "pregnant", "look": "kick_scene", "film": "film"})
    some = meeting("3:verb|part|state|look -film @6")
    assert some.words(senses.found("he kicks the pregnant woman in the belly")) == "kicks … belly … pregnant"
    assert some.words(senses.found("kick scene, belly")) is None  # one word counts for one sense
    assert some.words(senses.found("kicks, pregnant, belly: a film")) is None
    both = meeting("part 1:verb|state @2")
    assert both.words(senses.found("a pregnant belly")) == "belly … pregnant"
    assert both.words(senses.found("pregnant; far away from it, a belly")) is None


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_has_senses_and_readings(text: str) -> None:
    assert all(isinstance(rule, str) for rule in spoken(text))


def test_a_prompt_of_200_000_characters_costs_no_more_than_reading_its_length() -> None:
    judged = judge_prompt("naked " * 40_000, POLICY)
    assert {rule.id for rule in judged.rules} == {"prompt.too_long"}
