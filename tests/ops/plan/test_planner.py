"""What must come out of a prompt, as facts."""

import math
from collections.abc import Callable

import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import CameraMove, Framing, Storyboard
from greenroom.errors import BadInput
from ops.plan.planner import require_filmable

Planned = Callable[..., Storyboard]
MakeLikeness = Callable[..., Likeness]


def deeds(plan: Storyboard) -> list[tuple[str, str, str | None]]:
    """(actor, verb, target) in order of time."""
    return [(one.actor, one.verb, one.target) for one in sorted(plan.actions, key=lambda one: one.start)]


def said(plan: Storyboard) -> list[tuple[str, str, str]]:
    return [(one.actor, one.text, one.language) for one in plan.lines]


# --- who does what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a cat chases a red ball in a park", [("cat", "chase", "ball")]),
        ("The cat is chased by a dog", [("cat", "run", None), ("dog", "chase", "cat")]),
        ("a dog sits, then it jumps", [("dog", "sit", None), ("dog", "jump", None)]),
        ("a woman walks to a chair and sits down", [("woman", "walk", "chair"), ("woman", "sit", None)]),
        ("a boy kicks a football", [("boy", "kick", "football")]),
        ("a robot runs and a fox dances", [("fox", "dance", None), ("robot", "run", None)]),
        ("a dog sleeps while a rabbit hops", [("dog", "lie", None), ("rabbit", "jump", None)]),
        ("a dancing robot", [("robot", "dance", None)]),
        ("Make a horse gallop through a field", [("horse", "run", None)]),
        ("Running through the forest, a fox jumps over a rock", [("fox", "run", None), ("fox", "jump", "rock")]),
        ("a man watches a dog running", [("dog", "run", None), ("man", "look", "dog")]),
        ("a girl who waves follows a cat", [("girl", "wave", None), ("girl", "follow", "cat")]),
        ("a kitten plays with yarn", [("kitten", "chase", "yarn")]),
        ("a woman walks her dog", [("dog", "follow", "woman"), ("woman", "walk", None)]),
        ("a boy throws a ball to a dog", [("boy", "throw", "ball"), ("dog", "catch", "ball")]),
        ("a boy throws a ball and the dog catches it", [("boy", "throw", "ball"), ("dog", "catch", "ball")]),
        ("a girl looks at a dog, and she waves at it", [("girl", "look", "dog"), ("girl", "wave", "dog")]),
        ("Dog catches ball. Dog sits.", [("dog", "catch", "ball"), ("dog", "sit", None)]),
        ("a horse jumps over a bench and a rock", [("horse", "jump", "bench"), ("horse", "jump", "rock")]),
        ("the dog runs, stops, and barks", [("dog", "run", None), ("dog", "stand", None), ("dog", "talk", None)]),
        ("a baker sleeps. A cat on a table looks at him.", [("baker", "lie", None), ("cat", "look", "baker")]),
        ("We see a fox dance", [("fox", "dance", None)]),
        ("the dog doesn't run", []),
        ("an astronaut does a backflip", [("astronaut", "backflip", None)]),
        ("a man gives a mug to a woman", [("man", "give", "mug")]),
        ("a girl picks up a ball", [("girl", "pick_up", "ball")]),
        ("a woman hugs her grandmother", [("woman", "hug", "grandmother")]),
        ("a man bows", [("man", "bow", None)]),
        ("a man points at a dog", [("man", "point", "dog")]),
        ("a woman applauds", [("woman", "clap", None)]),
        ("a woman celebrates", [("woman", "cheer", None)]),
    ],
)
def test_who_does_what_to_whom(planned: Planned, prompt: str, expected: list[tuple[str, str, str | None]]) -> None:
    plan = planned(prompt)
    assert deeds(plan) == expected
    assert plan.not_planned == ()


@pytest.mark.parametrize("prompt", ["a man gives a woman a mug", "a man gives a mug to a woman"])
def test_what_is_given_has_somebody_who_gets_it(planned: Planned, prompt: str) -> None:
    plan = planned(prompt)
    (gift,) = [one for one in plan.actions if one.verb == "give"]
    assert (gift.actor, gift.target, gift.to) == ("man", "mug", "woman")
    assert not plan.not_planned


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("three dogs in a park, one of them jumps", [("dog", "jump")]),
        ("One of the three dogs sits and the others dance", [("dog", "sit"), ("dog_2", "dance"), ("dog_3", "dance")]),
        ("two cats. One of them jumps, the other runs", [("cat", "jump"), ("cat_2", "run")]),
        ("a man and a woman. The woman waves, the other dances", [("man", "dance"), ("woman", "wave")]),
        ("a cat and a dog on the other side run", [("cat", "run"), ("dog", "run")]),
        ("one of the dogs jumps and sits", [("dog", "jump"), ("dog", "sit")]),
    ],
)
def test_some_of_several(planned: Planned, prompt: str, expected: list[tuple[str, str]]) -> None:
    plan = planned(prompt)
    assert sorted((one.actor, one.verb) for one in plan.actions) == expected
    assert not plan.not_planned


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("an old man stands in a boat on the sea and waves", [("ride", "boat"), ("wave", None)]),
        ("a girl in a boat waves", [("ride", "boat"), ("wave", None)]),
        ("a pirate sits in a boat", [("ride", "boat")]),
        ("a man on a surfboard points at a dog", [("ride", "surfboard"), ("point", "dog")]),
        ("a man in a boat falls", [("fall", None)]),
        ("a cat sits on a chair", [("sit", "chair")]),
    ],
)
def test_who_is_in_a_boat_rides_it_and_goes_on_when_they_wave(
    planned: Planned, prompt: str, expected: list[tuple[str, str | None]]
) -> None:
    plan = planned(prompt)
    assert [(one.verb, one.target) for one in plan.actions] == expected
    if expected[0][0] == "ride":
        assert plan.actions[0].seconds == pytest.approx(plan.seconds)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("a man sits while he runs", "sits and runs at once (they come one after the other)"),
        ("a dog is sleeping and running", "sleeping and running at once (they come one after the other)"),
        ("a woman sits while she talks", None),
        ("a boy sits while a girl runs", None),
    ],
)
def test_what_one_body_cannot_do_at_once_is_told(planned: Planned, prompt: str, told: str | None) -> None:
    assert planned(prompt).not_planned == ((told,) if told else ())


def test_two_cats_and_a_robot_are_three_actors_who_all_dance(planned: Planned) -> None:
    plan = planned("two cats and a robot dance on a stage at night, cartoon style")
    assert [(one.id, one.species, one.name) for one in plan.actors] == [
        ("cat", "cat", "Cat 1"),
        ("cat_2", "cat", "Cat 2"),
        ("robot", "robot", "Robot"),
    ]
    assert plan.actors[0].colours != plan.actors[1].colours
    assert {one.actor for one in plan.actions if one.verb == "dance"} == {"cat", "cat_2", "robot"}
    assert (plan.place, plan.time_of_day, plan.style) == ("stage", "night", Style.ANIME)


def test_joint_subjects_act_together_and_they_are_both_of_them(planned: Planned) -> None:
    plan = planned("a man and a woman walk. Then they dance.")
    assert {one.actor for one in plan.actions if one.verb == "walk"} == {"man", "woman"}
    assert {one.actor for one in plan.actions if one.verb == "dance"} == {"man", "woman"}


def test_what_is_told_later_happens_later(planned: Planned) -> None:
    plan = planned("a dog runs, then it sits, then it sleeps", seconds=9)
    assert [one.verb for one in plan.actions] == ["run", "sit", "lie"]
    first, second, third = plan.actions
    assert first.start + first.seconds <= second.start + 0.02
    assert second.start + second.seconds <= third.start + 0.02
    assert third.start + third.seconds == pytest.approx(9)


def test_what_happens_while_something_else_begins_with_it(planned: Planned) -> None:
    plan = planned("a cat sleeps while a dog runs")
    assert {one.start for one in plan.actions} == {0.0}


# --- things --------------------------------------------------------------------------------------------------------


def test_colours_belong_to_what_they_stand_before(planned: Planned) -> None:
    plan = planned("a black dog chases a yellow ball past a green box")
    assert plan.actors[0].colours == ("black",)
    assert {(one.shape, one.colour) for one in plan.props} == {("ball", "yellow"), ("box", "green")}


def test_clothes_colour_their_wearer(planned: Planned) -> None:
    assert planned("a woman in a yellow coat walks").actors[0].colours == ("yellow",)
    assert planned("a man wearing a red and white jacket waves").actors[0].colours == ("red", "white")
    assert planned("a ball that is blue").props[0].colour == "blue"


def test_a_colour_behind_its_noun_is_no_fruit(planned: Planned) -> None:
    plan = planned("a cat that is orange and a dog that is brown dance")
    assert [one.colours for one in plan.actors] == [("orange",), ("brown",)]
    assert plan.props == ()


@pytest.mark.parametrize("prompt", ["a falling box", "a box falls", "the box drops from the ceiling"])
def test_what_falls_starts_in_the_air(planned: Planned, prompt: str) -> None:
    box = planned(prompt).props[0]
    assert box.z > 1.5


def test_what_falls_on_something_starts_above_it(planned: Planned) -> None:
    plan = planned("two balls fall onto a trampoline")
    first, second, trampoline = plan.props
    assert abs(first.x - trampoline.x) < 0.1
    assert second.z > first.z > 2
    assert plan.not_planned == ()


def test_what_rolls_into_something_rolls_towards_it(planned: Planned) -> None:
    plan = planned("a ball rolls down the street and hits a stack of boxes")
    ball, *boxes = plan.props
    assert (boxes[0].x - ball.x) * ball.velocity[0] > 1
    assert [round(box.z, 2) for box in boxes] == [0.0, 0.38, 0.77]
    assert len({box.x for box in boxes}) == 1
    assert plan.not_planned == ()


def test_what_rolls_starts_with_a_speed_and_what_lies_does_not(planned: Planned) -> None:
    assert math.hypot(*planned("a red ball rolls").props[0].velocity) > 1
    assert planned("a red ball next to a cat").props[0].velocity == (0.0, 0.0, 0.0)


def test_a_scene_of_things_alone_has_no_actor(planned: Planned) -> None:
    assert planned("a red ball bounces").actors == ()


def test_sizes_scale_props(planned: Planned) -> None:
    small, big = planned("a tiny box").props[0].size, planned("a huge box").props[0].size
    assert big == pytest.approx(5 * small)


def test_six_of_a_kind_are_the_most_and_the_number_is_said(planned: Planned) -> None:
    plan = planned("99 boxes fall")
    assert len(plan.props) == 6
    assert plan.not_planned == ("99 (6 of a kind are the most there is room for)",)


# --- likenesses ----------------------------------------------------------------------------------------------------


def test_the_noun_that_fits_a_likeness_is_that_likeness(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned("a cat chases a ball", likeness("chelsea", "cat"))
    assert [(one.id, one.species, one.name, one.likeness) for one in plan.actors] == [
        ("chelsea", "cat", "Chelsea", "chelsea")
    ]
    assert deeds(plan) == [("chelsea", "chase", "ball")]


@pytest.mark.parametrize(
    "prompt", ["@chelsea jumps", "@chelsea the cat jumps", "the cat @chelsea jumps", "Chelsea jumps"]
)
def test_a_handle_names_its_likeness_once(planned: Planned, likeness: MakeLikeness, prompt: str) -> None:
    plan = planned(prompt, likeness("chelsea", "cat"))
    assert deeds(plan) == [("chelsea", "jump", None)]
    assert len(plan.actors) == 1


def test_another_cat_beside_a_named_one_is_another(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned("@chelsea follows a cat", likeness("chelsea", "cat"))
    assert deeds(plan) == [("chelsea", "follow", "cat")]
    assert [one.likeness for one in plan.actors] == ["chelsea", None]


def test_likenesses_the_prompt_has_no_word_for_still_appear(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned("a dog runs", likeness("chelsea", "cat"), likeness("blue_mug", "mug", "object"))
    assert {one.likeness for one in plan.actors} == {None, "chelsea"}
    assert [(one.shape, one.likeness) for one in plan.props] == [("mug", "blue_mug")]


def test_a_pet_without_a_body_of_its_own_gets_the_nearest(planned: Planned, likeness: MakeLikeness) -> None:
    assert planned("it jumps", likeness("hammy", "hamster")).actors[0].species == "rabbit"
    assert planned("it jumps", likeness("rex", "wolf")).actors[0].species == "dog"
    assert planned("it jumps", likeness("ada", "woman", "person")).actors[0].species == "person"


def test_a_handle_that_is_not_of_the_brief_is_not_planned(planned: Planned) -> None:
    assert planned("@stranger waves").not_planned == ("@stranger",)


# --- lines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ('a girl says "Hello there"', [("girl", "Hello there", "en")]),
        ("a girl says “Hello there”", [("girl", "Hello there", "en")]),
        ("a girl says «Bonjour, je suis là»", [("girl", "Bonjour, je suis là", "fr")]),
        ("a girl says 'don't go'", [("girl", "don't go", "en")]),
        ("a girl says: Come with me!", [("girl", "Come with me!", "en")]),
        ('"Hello," says the cat.', [("cat", "Hello,", "en")]),
        ('The cat says "Hi" and the dog says "Bye"', [("cat", "Hi", "en"), ("dog", "Bye", "en")]),
        ('A robot waves and says in Spanish "Hola amigos"', [("robot", "Hola amigos", "es")]),
        ('A robot says "Buen viaje" in Italian', [("robot", "Buen viaje", "it")]),
        ('A fox says "hallo" in German and a cat says "ja" in Dutch', [("fox", "hallo", "de"), ("cat", "ja", "nl")]),
        ('A girl sings "La la la"', [("girl", "La la la", "en")]),
        ('"Ready?" asks the coach. "Go!"', [("coach", "Ready?", "en"), ("coach", "Go!", "en")]),
        ('The knight: "Who is it?" The wizard: "Me!"', [("knight", "Who is it?", "en"), ("wizard", "Me!", "en")]),
        ('A man asks "¿Cómo estás?"', [("man", "¿Cómo estás?", "es")]),
        ('A man says "Ich bin nicht müde"', [("man", "Ich bin nicht müde", "de")]),
        ("A woman says 「こんにちは」", [("woman", "こんにちは", "ja")]),
        ('A woman says "今天天气很好"', [("woman", "今天天气很好", "cmn")]),
        ('A woman says "नमस्ते दोस्त"', [("woman", "नमस्ते दोस्त", "hi")]),
    ],
)
def test_who_says_what_in_which_language(planned: Planned, prompt: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(planned(prompt)) == expected


def test_the_brief_s_language_holds_where_the_prompt_names_none(planned: Planned) -> None:
    assert said(planned('a girl says "Taxi"', language="fr")) == [("girl", "Taxi", "fr")]


def test_lines_without_a_speaker_go_back_and_forth(planned: Planned) -> None:
    plan = planned('Two people talk: "Hi." "Hello." "Nice day."', seconds=8)
    assert [one.actor for one in plan.lines] == ["person", "person_2", "person"]


def test_who_speaks_talks_with_the_hands_unless_they_are_busy(planned: Planned) -> None:
    plan = planned('a girl says "Hello there"')
    talk = next(one for one in plan.actions if one.verb == "talk")
    assert (talk.actor, talk.start) == ("girl", plan.lines[0].start)


def test_speakers_have_contrasting_voices(planned: Planned) -> None:
    plan = planned('A man says "Hi". A woman says "Hello". A robot says "Beep"', seconds=8)
    voices = {one.id: one.voice for one in plan.actors}
    assert voices["man"] == "baritone"
    assert voices["woman"] == "alto"
    assert len(set(voices.values())) == 3


def test_what_is_too_long_to_say_ends_with_a_sentence_and_the_rest_is_told(planned: Planned) -> None:
    plan = planned('A man says "First of all, thank you. ' + "And this goes on and on without an end " * 4 + '"')
    assert plan.lines[0].text == "First of all, thank you."
    assert any("goes on and on" in word for word in plan.not_planned)


# --- setting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "place", "time_of_day", "weather"),
    [
        ("a dog runs on the beach at sunset", "beach", "dusk", "clear"),
        ("a cat sits in a snowy forest at dawn", "forest", "dawn", "snow"),
        ("a robot walks down a foggy street by night", "street", "night", "fog"),
        ("someone dances in the living room", "living_room", "day", "clear"),
        ("a cat sits in the kitchen on a rainy evening", "kitchen", "dusk", "rain"),
        ("a storm over the mountains", "mountain", "day", "rain"),
        ("a fox stands in a meadow without fog", "meadow", "day", "clear"),
    ],
)
def test_place_hour_and_weather(planned: Planned, prompt: str, place: str, time_of_day: str, weather: str) -> None:
    plan = planned(prompt)
    assert (plan.place, plan.time_of_day, plan.weather) == (place, time_of_day, weather)


def test_sounds_the_prompt_names(planned: Planned) -> None:
    assert [one.label for one in planned("a cat sits in a storm").sounds] == ["thunder"]
    bark = planned("a dog runs and then it barks").sounds[0]
    assert bark.label == "bark"
    assert bark.start > 1


def test_style_is_the_brief_s_before_the_prompt_s(planned: Planned) -> None:
    assert planned("an anime cat").style is Style.ANIME
    assert planned("an anime cat", style=Style.REALISTIC).style is Style.REALISTIC
    assert planned("a cat").style is Style.REALISTIC


def test_size_and_length_are_the_brief_s(planned: Planned) -> None:
    plan = planned("a cat", seconds=6.5, width=480, height=854)
    assert (plan.seconds, plan.width, plan.height) == (6.5, 480, 854)


def test_words_without_a_meaning_are_told_and_the_rest_is_planned(planned: Planned) -> None:
    plan = planned("an iridescent cat juggles philosophy in a park")
    assert plan.not_planned == ("iridescent", "juggles", "philosophy")
    assert plan.actors[0].species == "cat"


def test_a_verb_nobody_knows_keeps_its_clause(planned: Planned) -> None:
    plan = planned("a little girl blows two bubbles in the garden and laughs")
    assert plan.not_planned == ("blows",)
    assert deeds(plan) == [("girl", "talk", None)]
    assert len(plan.props) == 2
    assert planned("a girl vlogs down a street").not_planned == ("vlogs",)


def test_a_prompt_nobody_understands_still_gives_someone_in_a_place(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned("blorp znork")
    assert [one.species for one in plan.actors] == ["person"]
    assert plan.not_planned == ("blorp", "znork")
    assert plan.understood[-1] == "Nothing in the prompt can be filmed: somebody stands in a park."
    assert [one.likeness for one in planned("blorp", likeness("chelsea", "cat")).actors] == ["chelsea"]


@pytest.mark.parametrize("prompt", ["blorp znork", "un gato persigue una pelota", "", "12"])
def test_a_prompt_without_anything_to_film_is_refused_before_it_is_made(prompt: str) -> None:
    with pytest.raises(BadInput, match="can be filmed"):
        require_filmable(prompt)
    require_filmable("a cat")
    require_filmable("at night on the beach")


def test_kanji_nobody_can_read_are_told(planned: Planned) -> None:
    plan = planned('a woman says "薔薇が咲く"')
    assert any("is not known" in one and "薔薇" in one for one in plan.not_planned)
    assert plan.lines[0].text == "薔薇が咲く"
    assert planned('a woman says "こんにちは"').not_planned == ()


# --- camera --------------------------------------------------------------------------------------------------------


def test_a_clip_opens_wide_and_goes_close_to_who_speaks(planned: Planned) -> None:
    plan = planned('a girl walks in the park, then she says "Hello there"')
    assert [shot.camera.framing for shot in plan.shots] == [Framing.WIDE, Framing.CLOSE]
    assert plan.shots[1].camera.subject == "girl"


@pytest.mark.parametrize(("seconds", "shots"), [(4, 1), (5, 2), (8, 3), (12, 3)])
def test_at_most_one_cut_in_two_and_a_half_seconds(planned: Planned, seconds: float, shots: int) -> None:
    plan = planned("a dog runs, then it sits. A cat walks, then it jumps. A robot dances.", seconds=seconds)
    assert len(plan.shots) >= shots
    assert all(shot.seconds >= 2.5 for shot in plan.shots)
    assert sum(shot.seconds for shot in plan.shots) == pytest.approx(seconds, abs=0.02)


@pytest.mark.parametrize(
    ("prompt", "framing", "move", "subject"),
    [
        ("close-up of a cat", Framing.CLOSE, None, "cat"),
        ("a cat chases a dog. The camera follows the dog.", None, CameraMove.FOLLOW, "dog"),
        ("wide shot, a horse runs", Framing.WIDE, None, "horse"),
        ("a robot dances, orbiting medium shot", Framing.MEDIUM, CameraMove.ORBIT, "robot"),
        ("zoom in on a cat that sits", None, CameraMove.PUSH_IN, "cat"),
    ],
)
def test_the_camera_does_what_the_prompt_asks(
    planned: Planned, prompt: str, framing: Framing | None, move: CameraMove | None, subject: str
) -> None:
    plan = planned(prompt)
    assert len(plan.shots) == 1
    camera = plan.shots[0].camera
    assert camera.subject == subject
    assert framing in (None, camera.framing)
    assert move in (None, camera.move)


def test_two_wishes_are_two_shots_in_their_order(planned: Planned) -> None:
    plan = planned("Wide shot of a park, a cat walks, then a close-up of a dog")
    assert [shot.camera.framing for shot in plan.shots] == [Framing.WIDE, Framing.CLOSE]
    assert plan.shots[1].camera.subject == "dog"


# --- chance --------------------------------------------------------------------------------------------------------


def test_another_seed_varies_only_what_the_prompt_leaves_open(planned: Planned) -> None:
    prompt = 'a man throws a red ball to a dog and says "Catch" in a park'
    plans = [planned(prompt, seed=seed) for seed in range(6)]
    assert len({deeds(plan)[0] for plan in plans}) == 1
    assert {said(plan)[0] for plan in plans} == {("man", "Catch", "en")}
    assert {plan.props[0].colour for plan in plans} == {"red"}
    assert len({plan.actors[0].x for plan in plans}) > 1
