"""The gallery shows what previz can do: every place, action, style and kind of likeness, planned as its briefs say."""

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from bench.gallery.briefs import Entry, entries
from bench.gallery.cast import PEOPLE
from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane, Style
from greenroom.domain.consents import Likeness, LikenessKind
from greenroom.domain.storyboards import Storyboard, Transition
from models.previz.staging.verbs import VERBS
from ops.plan.planner import plan

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
UNSEEN = BlobRef(sha256="00" * 32, size=0, media_type="image/png")  # planning reads no file
KINDS = dict.fromkeys(PEOPLE, LikenessKind.PERSON) | {"chelsea": LikenessKind.PET, "bluemug": LikenessKind.OBJECT}
SPECIES = dict.fromkeys(PEOPLE, "person") | {"chelsea": "cat", "bluemug": "mug"}
PLACES = {
    "park", "beach", "kitchen", "gym", "street", "lake", "sea", "moon", "stage", "living_room", "garden", "forest",
    "meadow", "playground", "office", "rooftop", "square", "desert", "ice_rink", "bedroom", "mountain", "studio",
}  # fmt: skip
ALIKE = {"sleep": "lie", "chase": "chase"}  # verbs of one action


def likeness(handle: str) -> Likeness:
    return Likeness(
        id=f"li_{handle}",
        handle=handle,
        kind=KINDS[handle],
        species=SPECIES[handle],
        owner="ac_gallery",
        capture=UNSEEN,
        reference=UNSEEN,
        recorded_at=MOMENT,
    )


@cache
def planned() -> tuple[tuple[Entry, Storyboard], ...]:
    found = []
    for entry in entries():
        brief = Brief(
            id="br_gallery",
            batch="ba_gallery",
            prompt=entry.prompt,
            requester="ac_gallery",
            likenesses=entry.likenesses,
            seconds=entry.seconds,
            width=entry.width,
            height=entry.height,
            seed=entry.seed,
            lane=Lane.INTERACTIVE,
            day=MOMENT.date(),
            recorded_at=MOMENT,
        )
        found.append((entry, plan(brief, tuple(likeness(one) for one in entry.likenesses), None)))
    return tuple(found)


def test_there_are_24_with_names_and_stills_of_their_own() -> None:
    assert len(entries()) == 24
    assert len({entry.name for entry in entries()}) == 24
    assert all(entry.still < entry.seconds for entry in entries())


def test_every_place_action_and_style_is_there() -> None:
    plans = [board for _, board in planned()]
    assert {setting.place for board in plans for setting in board.settings} >= PLACES
    done = {ALIKE.get(action.verb, action.verb) for board in plans for action in board.actions}
    assert done >= {ALIKE.get(verb, verb) for verb in VERBS}
    assert {setting.style for board in plans for setting in board.settings} == set(Style)
    assert {setting.time_of_day.value for board in plans for setting in board.settings} == {
        "dawn",
        "day",
        "dusk",
        "night",
    }
    assert {setting.weather.value for board in plans for setting in board.settings} >= {
        "clear",
        "rain",
        "snow",
        "fog",
        "wind",
    }


def test_every_kind_of_likeness_plays_and_two_people_speak_with_each_other() -> None:
    plans = {entry.name: board for entry, board in planned()}
    acting = {one.likeness for board in plans.values() for one in board.actors}
    placed = {one.likeness for board in plans.values() for one in board.props}
    assert {KINDS[handle] for handle in acting | placed if handle} == set(LikenessKind)
    talk = plans["kitchen-talk"]
    assert {line.actor for line in talk.lines} == {actor.id for actor in talk.actors}
    assert len(talk.actors) == 2


def test_dialogue_is_in_four_languages_or_more_and_one_story_has_three_shots_in_two_places() -> None:
    plans = {entry.name: board for entry, board in planned()}
    assert len({line.language for board in plans.values() for line in board.lines}) >= 4
    story = plans["market-three-shots"]
    assert len(story.shots) == 3
    assert [one.place != other.place for one, other in pairwise(story.settings)] == [False, True]
    assert story.shots[2].transition is Transition.DISSOLVE


def test_nothing_of_a_brief_is_left_out() -> None:
    left = {entry.name: board.not_planned for entry, board in planned() if board.not_planned}
    assert left == {}
