"""From a brief to a storyboard: what the prompt says is planned, what it leaves open is chosen by the brief's seed."""

import random
import re

from greenroom.domain.briefs import Brief, Style
from greenroom.domain.consents import Likeness, LikenessKind
from greenroom.domain.storyboards import Action, Actor, Camera, CameraMove, Framing, Line, Shot, Storyboard
from models.previz.geometry.actor import HEIGHTS
from models.previz.moves import MOVES


def plan(brief: Brief, likenesses: tuple[Likeness, ...], parent: Storyboard | None) -> Storyboard:
    """A storyboard of the brief. The same arguments give the same plan."""
    chance = random.Random(brief.seed)
    words = re.findall(r"[^\W_]+", brief.prompt.lower())
    bodies = [one for one in likenesses if one.kind is not LikenessKind.OBJECT]
    actors = tuple(
        Actor(
            id=one.handle,
            species=one.species if one.species in HEIGHTS else "person" if one.kind is LikenessKind.PERSON else "dog",
            name=one.handle.capitalize(),
            likeness=one.handle,
            voice="alto",
            x=1.2 * index + chance.uniform(-0.2, 0.2),
        )
        for index, one in enumerate(bodies)
    ) or (Actor(id="person", species="person", name="Person", voice="alto"),)
    verbs = [move for word in words for move in MOVES if word in (move, move + "s")]
    each = brief.seconds / max(1, len(verbs))
    quoted = re.findall(r"[\"“«]([^\"”»]{1,200})[\"”»]", brief.prompt)
    place = next((word for word in words if word in ("beach", "forest", "street", "kitchen", "stage")), "park")
    return Storyboard(
        title=brief.prompt[:60],
        place=place,
        style=brief.style or (parent.style if parent else Style.REALISTIC),
        seconds=brief.seconds,
        width=brief.width,
        height=brief.height,
        seed=brief.seed,
        shots=(
            Shot(
                start=0,
                seconds=brief.seconds,
                camera=Camera(framing=Framing.MEDIUM, move=CameraMove.PUSH_IN, subject=actors[0].id),
            ),
        ),
        actors=actors,
        actions=tuple(
            Action(actor=actors[0].id, verb=verb, start=index * each, seconds=each) for index, verb in enumerate(verbs)
        ),
        lines=tuple(
            Line(actor=actors[0].id, text=text, language=brief.language or "en", start=0.5) for text in quoted[:1]
        ),
    )
