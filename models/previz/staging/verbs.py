"""What a storyboard's verbs mean on the stage: which move a body makes, and what it does about its target.

Words of a prompt are the planner's (`ops/plan`); here are the verbs a storyboard may hold, and the rule for others.
"""

from dataclasses import dataclass
from enum import Enum


class Aim(Enum):
    """What a body does about its target, or about the stage when it has none."""

    STAY = "stay"  # keeps its place and turns to the target
    REACH = "reach"  # goes there and stops; without a target it goes its round
    KEEP_NEAR = "keep_near"  # goes after it for as long as the action lasts
    TOUCH = "touch"  # goes close enough to do its move to the target
    LEAVE = "leave"  # goes out of the picture's middle


@dataclass(frozen=True, slots=True)
class Verb:
    """`move` is what the body does in place, `gait` how it gets there."""

    move: str
    aim: Aim = Aim.STAY
    gait: str = "walk"


VERBS: dict[str, Verb] = {
    "stand": Verb("stand"),
    "look": Verb("stand"),
    "walk": Verb("stand", Aim.REACH),
    "run": Verb("stand", Aim.REACH, "run"),
    "follow": Verb("stand", Aim.KEEP_NEAR),
    "chase": Verb("stand", Aim.KEEP_NEAR, "run"),
    "leave": Verb("stand", Aim.LEAVE),
    "flee": Verb("stand", Aim.LEAVE, "run"),
    "jump": Verb("jump"),
    "backflip": Verb("backflip"),
    "dance": Verb("dance"),
    "wave": Verb("wave"),
    "clap": Verb("clap"),
    "cheer": Verb("cheer"),
    "point": Verb("point"),
    "bow": Verb("bow"),
    "hug": Verb("hug", Aim.TOUCH),
    "talk": Verb("talk"),
    "sit": Verb("sit"),
    "lie": Verb("lie"),
    "sleep": Verb("lie"),
    "fall": Verb("fall"),
    "kick": Verb("kick", Aim.TOUCH, "run"),
    "throw": Verb("throw", Aim.TOUCH),
    "give": Verb("give", Aim.TOUCH),
    "catch": Verb("catch"),
    "pick_up": Verb("catch"),
    "eat": Verb("eat", Aim.TOUCH),
    "ride": Verb("ride", Aim.TOUCH),
    "push": Verb("stand", Aim.KEEP_NEAR, "push"),
}
_UNKNOWN = Verb("talk")  # stands with a gesture: something is seen to be done
ONE_SHOTS = frozenset(
    {"jump", "backflip", "kick", "throw", "catch", "bow", "hug", "give"}
)  # once begun they are finished
POSTURES = frozenset({"sit", "lie", "fall"})  # kept until the next action
GESTURES = frozenset({"wave", "talk", "clap", "cheer", "point"})  # of arms: what else one does goes on
FLIGHTS = frozenset({"jump", "backflip"})


def verb_of(name: str) -> Verb:
    """What a verb means; one that is not known stands and gestures."""
    return VERBS.get(name.strip().lower().replace(" ", "_"), _UNKNOWN)
