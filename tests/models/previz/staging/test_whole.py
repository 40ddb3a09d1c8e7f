"""What a viewer sees whole: built bodies, ears and all, inside the picture; leaps that clear what they are over."""

from collections.abc import Callable

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Camera, Framing, Prop, Storyboard
from models.previz.geometry.actor import build
from models.previz.staging.framing import project
from models.previz.staging.stage import stage

Board = Callable[..., Storyboard]


@pytest.mark.parametrize("species", ["cat", "dog", "rabbit", "horse"])
@pytest.mark.parametrize(
    ("verb", "framing"), [("dance", Framing.MEDIUM), ("sit", Framing.CLOSE), ("sit", Framing.MEDIUM)]
)
def test_ears_are_in_the_picture(board: Board, species: str, verb: str, framing: Framing) -> None:
    acts = (Action(actor="it", verb=verb, start=0.0, seconds=4.0),)
    camera = Camera(framing=framing, subject="it")
    world = stage(board(actors=(Actor(id="it", species=species, name="It"),), actions=acts, cameras=(camera,)), {})
    body = build(world.bodies[0], None)
    for frame in world.frames[36::24]:
        mesh = body.pose(frame.bodies["it"])
        highest = mesh.vertices[np.argmax(mesh.vertices[:, 2])]
        _, up, depth = project(frame.camera, highest[None].astype(np.float64), world.width / world.height)[0]
        assert depth > 0
        assert up < 1.0


def test_a_horse_clears_a_bench(board: Board) -> None:
    horse = Actor(id="horse", species="horse", name="Horse", x=1.5)
    bench = Prop(id="bench", shape="bench", size=1.5, x=-1.0, y=0.2)
    leaps = (Action(actor="horse", verb="jump", target="bench", start=0.2, seconds=3.0),)
    world = stage(board(actors=(horse,), props=(bench,), actions=leaps), {})
    path = [frame.bodies["horse"].position for frame in world.frames]
    assert min(x for x, _, _ in path) < -2.0
    above = [z for x, _, z in path if abs(x + 1.0) < 0.2]
    assert max(above) > 0.75


def test_a_fox_is_not_filmed_behind_the_crate_it_leaps_over(board: Board) -> None:
    fox = Actor(id="fox", species="fox", name="Fox", x=0.0, y=1.0)
    crate = Prop(id="crate", shape="crate", size=0.6, x=0.0, y=0.0)
    stands = (Action(actor="fox", verb="look", target="crate", start=0.0, seconds=4.0),)
    world = stage(board(actors=(fox,), props=(crate,), actions=stands, cameras=(Camera(subject="fox"),)), {})
    eye = np.array(world.frames[-1].camera.eye[:2])
    line = np.array(world.frames[-1].bodies["fox"].position[:2]) - eye
    crate_at = np.array(world.frames[-1].rigids["crate"].position[:2]) - eye
    aside = abs(float(line[0] * crate_at[1] - line[1] * crate_at[0])) / float(np.linalg.norm(line))
    assert aside > 0.25
