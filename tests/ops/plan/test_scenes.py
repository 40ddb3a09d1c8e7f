"""What a prompt directs: scenes, camera, clothes, deliveries, music, and what it cannot have."""

import math
from collections.abc import Callable

import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import (
    Angle,
    Build,
    CameraMove,
    Delivery,
    Framing,
    Garment,
    Mood,
    Storyboard,
    TimeOfDay,
    Transition,
    Weather,
)
from ops.plan import known
from ops.plan.placing import radius_of
from ops.plan.planner import length_asked
from ops.plan.rhythm import Rhythm

Planned = Callable[..., Storyboard]
MakeLikeness = Callable[..., Likeness]


def places(plan: Storyboard) -> list[str]:
    return [setting.place for setting in plan.settings]


# --- scenes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "Shot 1: a man walks in the park. Shot 2: a dog runs on the beach at night.",
        "A man walks in the park. Cut to a dog running on the beach at night.",
        "A man walks in the park, then at night on the beach a dog runs.",
        "Scene 1: INT. PARK - DAY. A man walks. Scene 2: EXT. BEACH - NIGHT. A dog runs.",
        "1. A man walks in the park.\n2. A dog runs on the beach at night.",
        "A man walks in the park. Next, a dog runs on the beach at night.",
    ],
)
def test_two_scenes_have_their_own_place_hour_and_company(planned: Planned, prompt: str) -> None:
    plan = planned(prompt, seconds=6)
    assert places(plan) == ["park", "beach"]
    assert [setting.time_of_day for setting in plan.settings] == [TimeOfDay.DAY, TimeOfDay.NIGHT]
    assert plan.present == (("man",), ("dog",))
    walk, run = plan.actions
    assert walk.start + walk.seconds <= plan.shots[1].start + 0.02
    assert run.start >= plan.shots[1].start - 0.02


def test_what_a_scene_does_not_say_carries_over(planned: Planned) -> None:
    plan = planned("Shot 1: a man walks in a park at dusk. Shot 2: he waves. Shot 3: on the beach he sits.", seconds=9)
    assert places(plan) == ["park", "park", "beach"]
    assert {setting.time_of_day for setting in plan.settings} == {TimeOfDay.DUSK}
    assert set(plan.present) == {("man",)}


def test_a_scene_without_a_place_goes_back_to_whom_it_is_about(planned: Planned) -> None:
    prompt = "Shot 1: a cat sits in a kitchen. Shot 2: a dog runs on a beach. Shot 3: the cat walks."
    plan = planned(prompt, seconds=9)
    assert places(plan) == ["kitchen", "beach", "kitchen"]
    assert plan.present == (("cat",), ("dog",), ("cat",))


def test_a_sentence_in_another_place_is_another_scene_and_one_breath_is_not(planned: Planned) -> None:
    plan = planned("A woman cooks in the kitchen. She walks on the beach.", seconds=6)
    assert places(plan)[0] == "kitchen"
    assert places(plan)[-1] == "beach"
    one = planned("a cat in a kitchen in a forest")
    assert set(places(one)) == {"kitchen"}
    assert one.not_planned == ("forest (one place at a time: kitchen)",)


def test_the_weather_may_change_in_a_place(planned: Planned) -> None:
    plan = planned("A man walks in a park. Then it starts to rain, and he runs.", seconds=6)
    assert [setting.weather for setting in plan.settings] == [Weather.CLEAR, Weather.RAIN]
    assert len(set(places(plan))) == 1


@pytest.mark.parametrize(
    ("prompt", "joins"),
    [
        ("a cat sits in a kitchen. Dissolve to a forest: a fox runs.", [Transition.CUT, Transition.DISSOLVE]),
        ("a cat sits in a kitchen. Fade to a forest: a fox runs.", [Transition.CUT, Transition.FADE]),
        ("Fade in. A cat sits in a kitchen. Cut to a forest: a fox runs.", [Transition.FADE, Transition.CUT]),
    ],
)
def test_scenes_are_joined_as_asked(planned: Planned, prompt: str, joins: list[Transition]) -> None:
    assert [shot.transition for shot in planned(prompt, seconds=6).shots] == joins


def test_more_scenes_than_there_is_time_for_are_told(planned: Planned) -> None:
    plan = planned(" ".join(f"Shot {n}: a cat walks." for n in range(1, 9)), seconds=4)
    assert len(plan.shots) == 2
    assert plan.not_planned == ("every shot after shot 2 (4 s hold 2)",)


def test_things_stand_in_the_place_of_their_scene_and_likenesses_nobody_names_are_everywhere(
    planned: Planned, likeness: MakeLikeness
) -> None:
    prompt = "A man kicks a ball in a park. Cut to a kitchen: a woman looks at a box."
    plan = planned(prompt, likeness("chelsea", "cat"), seconds=6)
    assert {prop.id: prop.place for prop in plan.props} == {"ball": "park", "box": "kitchen"}
    assert all("chelsea" in there for there in plan.present)


# --- camera, looks, voices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "framing", "angle", "move"),
    [
        ("low angle close-up of a cat", Framing.CLOSE, Angle.LOW, None),
        ("bird's eye view of a horse that runs", None, Angle.OVERHEAD, None),
        ("a man walks, high angle wide shot, handheld", Framing.WIDE, Angle.HIGH, CameraMove.HANDHELD),
        ("a man walks, dutch angle", None, Angle.DUTCH, None),
        ("crane shot of a fox", None, None, CameraMove.CRANE),
    ],
)
def test_camera_angles_and_moves(
    planned: Planned, prompt: str, framing: Framing | None, angle: Angle | None, move: CameraMove | None
) -> None:
    plan = planned(prompt)
    assert len(plan.shots) == 1
    camera = plan.shots[0].camera
    assert framing in (None, camera.framing)
    assert angle in (None, camera.angle)
    assert move in (None, camera.move)


@pytest.mark.parametrize(
    ("prompt", "build"),
    [
        ("a boy waves", Build.CHILD),
        ("a tall woman waves", Build.TALL),
        ("a grandmother waves", Build.ELDER),
        ("a chubby man waves", Build.STOCKY),
        ("a thin robot waves", Build.SLIM),
        ("a small dog runs", Build.CHILD),
        ("a huge dog runs", Build.TALL),
        ("a woman waves", None),
    ],
)
def test_builds(planned: Planned, prompt: str, build: Build | None) -> None:
    assert planned(prompt).actors[0].build is build


def test_clothes_and_hair_are_worn_by_whom_they_are_said_of(planned: Planned) -> None:
    plan = planned(
        "a blonde woman in a red coat and a black hat, and a man with grey hair and dark green trousers, dance"
    )
    woman, man = plan.actors
    assert woman.clothes == (Garment(kind="coat", colour="red"), Garment(kind="hat", colour="black"))
    assert (woman.hair, woman.colours) == ("blonde", ("red",))
    assert man.clothes == (Garment(kind="trousers", colour="dark green"),)
    assert (man.hair, man.colours) == ("gray", ())


@pytest.mark.parametrize(
    ("prompt", "delivery"),
    [
        ('a girl says "Come here"', Delivery.PLAIN),
        ('a girl whispers "Come here"', Delivery.WHISPERED),
        ('"Come here!" yells the girl', Delivery.SHOUTED),
        ('a girl says sadly "Come here"', Delivery.SAD),
        ('a girl says "Come here" angrily', Delivery.ANGRY),
        ('an angry girl says "Come here"', Delivery.ANGRY),
        ('a happy girl says "Come here"', Delivery.CHEERFUL),
        ('a girl says "COME HERE"', Delivery.SHOUTED),
    ],
)
def test_deliveries(planned: Planned, prompt: str, delivery: Delivery) -> None:
    plan = planned(prompt)
    assert [line.delivery for line in plan.lines] == [delivery]
    assert plan.not_planned == ()


def test_what_is_thrown_to_somebody_is_caught_there_and_at_a_thing_it_goes_there(planned: Planned) -> None:
    throw = planned("a boy throws a ball to a girl").actions
    assert [(one.actor, one.verb, one.target, one.to) for one in throw] == [
        ("boy", "throw", "ball", "girl"),
        ("girl", "catch", "ball", None),
    ]
    shot = planned("a man shoots a basketball at the hoop").actions[0]
    assert (shot.verb, shot.target, shot.to) == ("throw", "basketball", "hoop")


@pytest.mark.parametrize(
    ("prompt", "vehicle", "place"),
    [
        ("a woman rides a wakeboard", "wakeboard", "lake"),
        ("a woman surfs", "surfboard", "sea"),
        ("a woman skateboards", "skateboard", "street"),
        ("a man rows a boat on the sea", "boat", "sea"),
    ],
)
def test_what_is_ridden_is_there_and_where_it_belongs(planned: Planned, prompt: str, vehicle: str, place: str) -> None:
    plan = planned(prompt)
    assert [prop.shape for prop in plan.props] == [vehicle]
    assert (plan.actions[0].verb, plan.actions[0].target) == ("ride", plan.props[0].id)
    assert plan.place == place


def test_what_nobody_can_ride_goes_beside_them(planned: Planned) -> None:
    plan = planned("a knight rides a horse through a meadow")
    assert {(one.actor, one.verb, one.target) for one in plan.actions} == {
        ("knight", "walk", None),
        ("horse", "follow", "knight"),
    }
    assert plan.not_planned == ("rides horse (nobody can ride it here: they go beside it)",)


def test_what_can_be_ridden_is_what_the_stage_can_take(planned: Planned) -> None:
    from models.previz.staging import riding

    assert set(riding.CRAFTS) >= known.CRAFTS


def test_dominoes_stand_in_a_row_and_the_first_is_tipped(planned: Planned) -> None:
    first, *others = planned("a row of five dominoes falls over").props
    assert first.velocity[1] > 0.5
    assert all(one.velocity == (0, 0, 0) for one in others)
    steps = [after.y - before.y for before, after in zip([first, *others], others, strict=False)]
    assert max(steps) - min(steps) < 0.015
    assert 0 < steps[0] < first.size
    assert {one.x for one in others} == {first.x}


@pytest.mark.parametrize("who", ["a cat", "two men", "a dog and a woman"])
def test_nobody_stands_in_a_row_of_dominoes(planned: Planned, who: str) -> None:
    plan = planned(f"a row of five dominoes falls over, {who} in a living room")
    assert plan.actors
    for actor in plan.actors:
        for prop in plan.props:
            assert math.dist((actor.x, actor.y), (prop.x, prop.y)) > radius_of(actor) + 0.5 * prop.size


# --- music ---------------------------------------------------------------------------------------------------------


def test_music_has_the_mood_and_tempo_asked_for(planned: Planned) -> None:
    music = planned("a robot dances with happy music at 120 bpm").music
    assert music is not None
    assert (music.mood, music.tempo) == (Mood.HAPPY, 120)
    sad = planned("a robot dances, slow sad piano music").music
    assert sad is not None
    assert sad.mood is Mood.SAD
    assert sad.tempo < 60
    assert planned("a robot dances without music").music is None


@pytest.mark.parametrize("tempo", [66, 90, 120, 133])
@pytest.mark.parametrize(
    "prompt",
    [
        "Shot 1: a man walks in the park. Shot 2: a dog runs on the beach. Shot 3: a cat sits in a kitchen",
        'a dog runs, then a man says "Stop!", then a woman says "Why?"',
        "two cats dance, then they jump, then they sleep",
    ],
)
def test_cuts_fall_on_beats(planned: Planned, prompt: str, tempo: int) -> None:
    plan = planned(f"{prompt}. Calm music at {tempo} bpm.", seconds=11)
    assert len(plan.shots) > 1
    for shot in plan.shots[1:]:
        beats = shot.start * tempo / 60
        assert abs(beats - round(beats)) * 60 / tempo < 0.002


def test_a_cut_for_which_no_beat_has_room_stays_where_it_is() -> None:
    assert Rhythm(1.0).nearest(2.4, 2.1, 2.8) == 2.4
    assert Rhythm(1.0).nearest(2.4, 1.5, 3.5) == 2.0
    assert Rhythm(1.0, start=0.25).nearest(0.1, 0.0, 9.0) == 0.25


# --- what it cannot have -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "left_out"),
    [
        (
            "a man standing and running at night in bright sunshine",
            (
                "standing and running at once (they come one after the other)",
                "bright sunshine (it is night: the sky is clear, and there is no sun)",
            ),
        ),
        ("twenty dancers dance", ("twenty (6 of a kind are the most there is room for)",)),
        (
            "a 10-minute film about a cat",
            ("a length of 10 minutes (this clip has 5 s; --seconds asks for 4 to 12)",),
        ),
        ('a man says "nuqneH" in Klingon', ("Klingon (no voice speaks it; the line is said as it is written)",)),
        ("a cat in a red hat walks. Fade to black.", ("Fade to black (a shot can come out of black, not go into it)",)),
        ("a cat dances to music at 500 bpm", ("500 beats a minute (music has 50 to 180: 180)",)),
    ],
)
def test_what_cannot_be_is_told_with_the_reason(planned: Planned, prompt: str, left_out: tuple[str, ...]) -> None:
    assert set(planned(prompt).not_planned) == set(left_out)


def test_the_stage_holds_six_and_says_who_is_too_many(planned: Planned) -> None:
    plan = planned("five cats, three dogs and a man dance")
    assert [one.species for one in plan.actors] == ["cat", "cat", "cat", "dog", "dog", "person"]
    assert plan.not_planned == (
        "2 more of cat (there is room for 6 actors)",
        "1 more of dog (there is room for 6 actors)",
    )
    eight = planned("a cat, a dog, a fox, a horse, a rabbit, a robot and a man dance")
    assert eight.not_planned == ("man (there is room for 6 actors)",)


def test_the_plan_says_what_it_understood(planned: Planned) -> None:
    plan = planned(
        'An old man in a red coat walks on a beach at dusk in the rain, then whispers in Spanish "¿Dónde está?" '
        "Tense music. Ink drawing.",
        seconds=7,
    )
    assert plan.style is Style.INK
    assert plan.understood == (
        "It plays on a beach at dusk, in the rain, ink.",
        "The old man walks.",
        "The old man whispers in Spanish: “¿Dónde está?”",
        "Tense music plays at 100 beats a minute, and the shots change on its beats.",
    )
    assert planned("a cat runs").understood[-1] == "No place is named: it plays in a park."


@pytest.mark.parametrize(
    ("prompt", "actor"),
    [("a man throws a ball to a woman and she waves", "woman"), ("a woman looks at a man and he waves", "man")],
)
def test_he_and_she_are_whom_they_fit(planned: Planned, prompt: str, actor: str) -> None:
    assert [one.actor for one in planned(prompt).actions if one.verb == "wave"] == [actor]


# --- what is meant unsaid ------------------------------------------------------------------------------------------


def test_a_first_name_is_somebody_and_a_full_name_is_nobody_s(planned: Planned) -> None:
    plan = planned("Anna throws a ball to Ben. Then Ben waves.")
    assert [(one.id, one.species, one.name) for one in plan.actors] == [
        ("anna", "person", "Anna"),
        ("ben", "person", "Ben"),
    ]
    assert [one.actor for one in plan.actions if one.verb == "wave"] == ["ben"]
    assert "Anna throws the ball to Ben." in plan.understood
    assert planned("Ada Lovelace walks in Paris").not_planned == ("Ada", "Lovelace", "Paris")


@pytest.mark.parametrize(
    ("prompt", "shape", "upwards"),
    [
        ("a boy flies a kite", "kite", True),
        ("a girl bounces a ball", "ball", False),
        ("a man rolls a barrel", None, False),
    ],
)
def test_what_somebody_sends_moves_of_itself(planned: Planned, prompt: str, shape: str | None, upwards: bool) -> None:
    plan = planned(prompt)
    prop = plan.props[0]
    assert shape in (None, prop.shape)
    assert any(prop.velocity)
    assert (prop.velocity[2] > 0) is upwards
    assert plan.not_planned == ()


def test_who_is_in_a_boat_and_speaks_is_taken_along(planned: Planned) -> None:
    plan = planned('a pirate in a boat on the sea shouts "Land!"')
    ride = plan.actions[0]
    assert (ride.actor, ride.verb, ride.target, ride.seconds) == ("pirate", "ride", "boat", 5.0)
    assert plan.lines[0].start < 1.0


def test_two_who_play_with_a_ball_have_it_between_them(planned: Planned) -> None:
    plan = planned("two men play basketball")
    assert [(one.actor, one.verb, one.to) for one in plan.actions] == [
        ("man", "throw", "man_2"),
        ("man_2", "catch", None),
    ]
    plan = planned("a girl and a boy play with a football")
    assert {(one.actor, one.verb, one.to) for one in plan.actions} == {("girl", "kick", "boy"), ("boy", "catch", None)}


def test_it_is_what_was_named_last(planned: Planned) -> None:
    plan = planned(
        "Shot 1: a woman looks at a bench. Shot 2: a dog looks at a ball. Shot 3: she runs after it.", seconds=8
    )
    assert (plan.actions[-1].actor, plan.actions[-1].verb, plan.actions[-1].target) == ("woman", "chase", "ball")


def test_whom_a_noun_dresses(planned: Planned) -> None:
    assert [one.kind for one in planned("an astronaut waves").actors[0].clothes] == ["spacesuit"]
    assert [one.kind for one in planned("an astronaut in a red dress waves").actors[0].clothes] == ["dress"]
    assert planned("a man waves").actors[0].clothes == ()


def test_a_length_in_the_prompt_is_the_clip_s_as_far_as_it_can_be() -> None:
    assert length_asked("an 8-second film of a cat") == 8
    assert length_asked("a 10-minute film about a cat") == 12
    assert length_asked("6 seconds of a rabbit") == 6
    assert length_asked("two seconds later a cat runs") is None
    assert length_asked("a cat runs") is None
