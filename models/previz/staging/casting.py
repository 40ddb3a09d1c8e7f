"""Who and what takes part: the bodies as they are built, and what they are to physics (mass, girth, speeds)."""

import math
import zlib
from dataclasses import dataclass

from greenroom.domain.storyboards import Actor, Build, Prop, Storyboard
from models.previz.geometry.actor import HEIGHTS, QUADRUPEDS
from models.previz.geometry.shapes import material_of
from models.previz.moves import cycle_seconds, stride_metres
from models.previz.staging.colours import actor_colours, linear, prop_colour
from models.previz.world import BodySpec, GarmentSpec, RigidSpec

_MASSES = {"person": 70.0, "robot": 90.0, "cat": 4.5, "dog": 22.0, "fox": 6.5, "rabbit": 2.0, "horse": 480.0}
_CROWNS = {"rabbit": 1.9, "dog": 1.48, "robot": 1.08, "person": 1.0}  # heights to the tips of raised ears, an antenna
_NOUNS = {  # of names that say who is meant
    "he": frozenset(
        [
            "man",
            "boy",
            "gentleman",
            "guy",
            "king",
            "prince",
            "wizard",
            "grandfather",
            "grandpa",
            "father",
            "dad",
            "brother",
            "uncle",
            "husband",
            "son",
            "waiter",
            "actor",
            "monk",
            "priest",
            "knight",
            "pirate",
            "groom",
            "cowboy",
            "fisherman",
            "policeman",
            "postman",
            "fireman",
            "santa",
        ]
    ),
    "she": frozenset(
        [
            "woman",
            "girl",
            "lady",
            "queen",
            "princess",
            "witch",
            "grandmother",
            "grandma",
            "mother",
            "mum",
            "mom",
            "sister",
            "aunt",
            "wife",
            "daughter",
            "waitress",
            "actress",
            "nun",
            "ballerina",
            "bride",
            "fairy",
        ]
    ),
}
_BUILDS = {Build.CHILD: 0.70, Build.SLIM: 1.0, Build.STOCKY: 0.98, Build.TALL: 1.09, Build.ELDER: 0.96}
_CROWN = 1.6  # of any other animal


@dataclass(frozen=True, slots=True)
class Physique:
    """A body as the stage moves it. Metres, kilograms, seconds."""

    height: float  # as in BodySpec: crown, or withers
    quadruped: bool
    mass: float
    crown: float = 1.0  # heights to the top of whatever stands highest: ears, for animals

    @property
    def top(self) -> float:
        """Height of the crown, or of the ears."""
        return self.height * self.crown

    @property
    def radius(self) -> float:
        """Of the circle on the ground that others keep out of."""
        return self.height * (0.62 if self.quadruped else 0.17)

    @property
    def reach(self) -> float:
        """From the middle to where a foot kicks, a paw bats, a mouth bites."""
        return self.height * (0.85 if self.quadruped else 0.30)

    @property
    def front(self) -> float:
        """From the middle to where it touches what is before it: the nose, the belly."""
        return self.height * (0.92 if self.quadruped else 0.12)

    @property
    def half_width(self) -> float:
        """Of what a camera must leave room for, seen from any side."""
        return self.height * (1.3 if self.quadruped else 0.24)

    def speed(self, gait: str) -> float:
        """Metres a second of "walk" and "run" at the table's cadence."""
        return stride_metres(gait, self.height, quadruped=self.quadruped) / cycle_seconds(gait, self.height)

    @property
    def acceleration(self) -> float:
        """Metres a second squared that it starts and stops with: small animals are quicker for their size."""
        return 5.5 if self.quadruped and self.height < 0.8 else 2.8

    @property
    def turning(self) -> float:
        """Radians a second at most."""
        return 6.0 if self.quadruped and self.height < 0.8 else 3.6


def physique(actor: Actor) -> Physique:
    """What an actor is to physics. A species not known is a person, as `geometry/actor.py` builds it."""
    height = height_of(actor)
    species = actor.species if actor.species in HEIGHTS else "person"
    mass = _MASSES[species] * (height / HEIGHTS[species]) ** 3
    return Physique(height, species in QUADRUPEDS, mass, _CROWNS.get(species, _CROWN))


def height_of(actor: Actor) -> float:
    """Metres, as in `HEIGHTS`, by build."""
    share = _BUILDS.get(actor.build, 1.0) if actor.build is not None else 1.0
    return round(HEIGHTS.get(actor.species, HEIGHTS["person"]) * share, 3)


def seed_of(storyboard: Storyboard, name: str) -> int:
    """A seed of its own for everything with an id, so that one actor more does not change the others."""
    return (storyboard.seed ^ zlib.crc32(name.encode())) % 2**63


def body_spec(storyboard: Storyboard, actor: Actor) -> BodySpec:
    """An actor as it is built."""
    seed = seed_of(storyboard, actor.id)
    return BodySpec(
        id=actor.id,
        species=actor.species,
        colours=actor_colours(actor.colours, actor.species, seed),
        likeness=actor.likeness,
        seed=seed,
        height=height_of(actor),
        build=(actor.build or Build.AVERAGE).value,
        clothes=tuple(GarmentSpec(one.kind, linear(one.colour) if one.colour else None) for one in actor.clothes),
        hair=linear(actor.hair) if actor.hair else None,
        pronoun=actor.pronoun
        or next((pronoun for pronoun, nouns in _NOUNS.items() if nouns & set(actor.name.lower().split())), ""),
    )


def rigid_spec(storyboard: Storyboard, prop: Prop) -> RigidSpec:
    """A prop as it is built."""
    return RigidSpec(
        id=prop.id,
        shape=prop.shape,
        colour=prop_colour(prop.colour, prop.shape, seed_of(storyboard, prop.id)),
        size=prop.size,
        material=material_of(prop.shape),
        likeness=prop.likeness,
    )


def wrapped(angle: float) -> float:
    """The same angle, radians between minus pi and pi."""
    return math.remainder(angle, math.tau)


def heading_to(x: float, y: float) -> float:
    """The heading that faces along (x, y)."""
    return math.atan2(-x, y)
