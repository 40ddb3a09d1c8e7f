"""A storyboard staged: actors blocked, things simulated, steps counted, faces and camera set. The World comes out.

Order matters: actors and things move together (one kicks, the other rolls and is chased), so they go on tick by tick;
then the camera is chosen for what happened, and last the eyes, since they may look into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from greenroom.domain.storyboards import Storyboard
from models.previz.geometry.shapes import half_extents
from models.previz.staging.attention import talks
from models.previz.staging.blocking import Blocking
from models.previz.staging.camera import cameras
from models.previz.staging.casting import Physique, body_spec, physique, rigid_spec
from models.previz.staging.faces import blinks, face_seed, gazes, mouths
from models.previz.staging.footsteps import Tick, footsteps
from models.previz.staging.grounds import soil_of
from models.previz.staging.obstruction import Cast
from models.previz.staging.simulation import Simulation
from models.previz.world import BodyState, CameraState, RigidState, Vector, World, WorldFrame
from models.roles import Spoken

_TICKS = 120  # a second, about: a whole number in each frame


def stage(storyboard: Storyboard, spoken: Mapping[int, Spoken]) -> World:
    """Everything that happens in a clip, frame by frame, and every touch one hears.

    `spoken` is the sound of each line by its index in `storyboard.lines`: mouths follow it; a line not in it moves no
    mouth. The same arguments give the same world, bit for bit.
    """
    bodies = {actor.id: physique(actor) for actor in storyboard.actors}
    rigids = tuple(rigid_spec(storyboard, prop) for prop in storyboard.props)
    soil = soil_of(storyboard.place, storyboard.weather)
    per_frame = max(1, round(_TICKS / storyboard.frames_per_second))
    step = 1 / (storyboard.frames_per_second * per_frame)
    simulation = Simulation(storyboard.props, rigids, bodies, soil, storyboard.seed, step)
    blocking = Blocking(storyboard, talks(storyboard, spoken), simulation, bodies)
    halves: dict[str, Vector] = {spec.id: half_extents(spec) for spec in rigids}

    states: dict[str, list[BodyState]] = {name: [] for name in bodies}
    things: list[dict[str, RigidState]] = []
    looks: list[dict[str, tuple[str | None, Vector | None]]] = []
    ticks: dict[str, list[Tick]] = {name: [] for name in bodies}
    for frame in range(storyboard.frame_count):
        things.append(simulation.states())
        looks.append(_looks(blocking))
        for name, state in blocking.states().items():
            states[name].append(state)
        for index in range(per_frame):
            time = frame / storyboard.frames_per_second + index * step
            blocking.tick(time, step)
            simulation.advance(blocking.poses())
            for name, state in blocking.states().items():
                ticks[name].append(Tick(time + step, state, blocking.ensemble.performers[name].speed))
    simulation.finish()

    contacts = list(simulation.contacts)
    for actor in storyboard.actors:
        contacts += footsteps(actor.id, bodies[actor.id], actor.species, soil.material, ticks[actor.id])
    cast = Cast(states, things, bodies, halves, _busy(storyboard, things))
    seen, shots = cameras(storyboard, cast)
    faced = _faces(storyboard, spoken, bodies, states, looks, seen)
    return World(
        place=storyboard.place,
        time_of_day=storyboard.time_of_day,
        weather=storyboard.weather,
        style=storyboard.style,
        seed=storyboard.seed,
        width=storyboard.width,
        height=storyboard.height,
        frames_per_second=storyboard.frames_per_second,
        bodies=tuple(body_spec(storyboard, actor) for actor in storyboard.actors),
        rigids=rigids,
        frames=tuple(
            WorldFrame({name: faced[name][frame] for name in bodies}, things[frame], seen[frame], shots[frame])
            for frame in range(storyboard.frame_count)
        ),
        contacts=tuple(
            sorted(
                (one for one in contacts if one.time < storyboard.seconds),
                key=lambda one: (one.time, one.a, one.b, one.kind, one.position),
            )
        ),
    )


def _looks(blocking: Blocking) -> dict[str, tuple[str | None, Vector | None]]:
    """What each actor looks at now, and where that is."""
    found: dict[str, tuple[str | None, Vector | None]] = {}
    for name, look in blocking.looks.items():
        found[name] = (look, None if look in (None, "lens") else blocking.ensemble.middle(look))
    return found


def _busy(storyboard: Storyboard, things: Sequence[Mapping[str, RigidState]]) -> frozenset[str]:
    """The props that matter to a picture of the whole: those acted on, and those that move."""
    named = {action.target for action in storyboard.actions if action.target is not None}
    moving = set()
    for prop in storyboard.props:
        path = [frame[prop.id].position for frame in things]
        if any(max(one[axis] for one in path) - min(one[axis] for one in path) > 0.1 for axis in range(3)):
            moving.add(prop.id)
    return frozenset(prop.id for prop in storyboard.props if prop.id in named | moving)


def _faces(
    storyboard: Storyboard,
    spoken: Mapping[int, Spoken],
    bodies: Mapping[str, Physique],
    states: Mapping[str, Sequence[BodyState]],
    looks: Sequence[Mapping[str, tuple[str | None, Vector | None]]],
    seen: Sequence[CameraState],
) -> dict[str, list[BodyState]]:
    faced = {}
    for name, body in bodies.items():
        seed = face_seed(storyboard, name)
        goals = []
        for frame, camera in zip(looks, seen, strict=True):
            look, where = frame.get(name, (None, None))
            goals.append(camera.eye if look == "lens" else where)
        turned = gazes(states[name], goals, body, storyboard.frames_per_second, seed)
        closed = blinks(len(states[name]), storyboard.frames_per_second, seed)
        spoke = mouths(storyboard, spoken, name)
        faced[name] = [
            replace(state, mouth=float(mouth), gaze=gaze, blink=float(blink))
            for state, mouth, gaze, blink in zip(states[name], spoke, turned, closed, strict=True)
        ]
    return faced
