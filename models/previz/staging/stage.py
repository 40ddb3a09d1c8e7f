"""A storyboard staged: actors blocked, things simulated, steps counted, faces and camera set. The World comes out.

Each scene is staged by itself, from where the ones before left off. In one, actors and things move together (one
kicks, the other rolls and is chased), so they go on tick by tick; then the camera is chosen for what happened, and
last the eyes, since they may look into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from greenroom.domain.storyboards import Storyboard
from greenroom.errors import GenerationFailed
from models.previz.geometry.shapes import half_extents
from models.previz.staging.attention import talks
from models.previz.staging.blocking import Blocking
from models.previz.staging.buoyancy import is_water
from models.previz.staging.camera import cameras
from models.previz.staging.casting import Physique, body_spec, physique, rigid_spec
from models.previz.staging.faces import blinks, face_seed, gazes, mouths
from models.previz.staging.footsteps import Tick, footsteps
from models.previz.staging.grounds import gravity_of, soil_of
from models.previz.staging.obstruction import Cast
from models.previz.staging.physics import report
from models.previz.staging.scenes import Left, Scene, cuts_of, outfits_of, scenes_of, shot_of_frames
from models.previz.staging.simulation import Simulation
from models.previz.staging.watch import Watch
from models.previz.world import BodySpec, BodyState, CameraState, Contact, RigidState, Vector, World, WorldFrame
from models.roles import Spoken

_ANOTHER = 7919  # added to the seed of the physics for another attempt
_TICKS = 120  # a second, about: a whole number in each frame


@dataclass(frozen=True, slots=True)
class _Staged:
    """One scene as it was played, times from its start."""

    bodies: Mapping[str, Sequence[BodyState]]
    things: Sequence[Mapping[str, RigidState]]
    seen: Sequence[CameraState]
    contacts: Sequence[Contact]
    watch: Watch
    ticks: Mapping[str, Sequence[Tick]]


def stage(storyboard: Storyboard, spoken: Mapping[int, Spoken], attempt: int = 0) -> World:
    """Everything that happens in a clip, frame by frame, and every touch one hears.

    `spoken` is the sound of each line by its index in `storyboard.lines`: mouths follow it; a line not in it moves no
    mouth. The same arguments give the same world, bit for bit. Another `attempt` is the same plan, with things turned
    another way as they fall. Raises `GenerationFailed` where numbers leave all bounds.
    """
    shots, outfits = shot_of_frames(storyboard), outfits_of(storyboard)
    settings = tuple(dict.fromkeys(storyboard.settings))
    numbers = [settings.index(setting) for setting in storyboard.settings]
    frames: list[WorldFrame] = []
    contacts: list[Contact] = []
    left = Left()
    watches: list[Watch] = []
    ticks: list[tuple[str, float, Sequence[Tick]]] = []
    for scene in scenes_of(storyboard):
        staged = _staged(
            scene, {at: spoken[line] for at, line in enumerate(scene.lines) if line in spoken}, left, attempt
        )
        watches.append(staged.watch)
        ticks += [(name, staged.watch.gravity, instants) for name, instants in staged.ticks.items()]
        for index, camera in enumerate(staged.seen):
            shot = shots[scene.first + index]
            worn = outfits[shot]
            bodies = {name: replace(states[index], outfit=worn[name]) for name, states in staged.bodies.items()}
            frames.append(WorldFrame(bodies, dict(staged.things[index]), camera, shot, numbers[shot]))
        contacts += [
            replace(one, time=one.time + scene.seconds) for one in staged.contacts if one.time < scene.plan.seconds
        ]
    return World(
        settings=settings,
        seed=storyboard.seed,
        width=storyboard.width,
        height=storyboard.height,
        frames_per_second=storyboard.frames_per_second,
        bodies=_bodies(storyboard),
        rigids=tuple(rigid_spec(storyboard, prop) for prop in storyboard.props),
        frames=tuple(frames),
        contacts=tuple(sorted(contacts, key=lambda one: (one.time, one.a, one.b, one.kind, one.position))),
        cuts=cuts_of(storyboard),
        physics=report(watches, {actor.id: physique(actor) for actor in storyboard.actors}, ticks),
    )


def _staged(scene: Scene, spoken: Mapping[int, Spoken], left: Left, attempt: int) -> _Staged:
    """Play one scene from where the ones before left off; `left` is brought up to date."""
    storyboard = _carried_over(scene, left)
    bodies = {actor.id: physique(actor) for actor in storyboard.actors}
    rigids = tuple(rigid_spec(storyboard, prop) for prop in storyboard.props)
    soil = soil_of(storyboard.place, storyboard.weather)
    per_frame = max(1, round(_TICKS / storyboard.frames_per_second))
    step = 1 / (storyboard.frames_per_second * per_frame)
    seed = storyboard.seed + _ANOTHER * attempt
    gravity = gravity_of(storyboard.place)
    water = is_water(storyboard.place)
    simulation = Simulation(storyboard.props, rigids, bodies, soil, seed, step, gravity, water)
    if not scene.fresh:
        found = left.rigids.get(storyboard.place, {})
        simulation.resume({name: found[name] for name in found.keys() & {spec.id for spec in rigids}})
    blocking = Blocking(storyboard, talks(storyboard, spoken), simulation, bodies)
    blocking.ensemble.holders |= {prop: name for prop, name in left.held.items() if name in bodies}
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
            if not simulation.watch.finite:
                raise GenerationFailed(
                    f"the simulation of {storyboard.title!r} left all bounds at {time + scene.seconds:.2f} s",
                    "Plan fewer things in one place, or smaller speeds.",
                )
            for name, state in blocking.states().items():
                performer = blocking.ensemble.performers[name]
                ticks[name].append(Tick(time + step, state, performer.speed, performer.floor))
    simulation.finish()
    left.held = dict(blocking.ensemble.holders)
    left.rigids[storyboard.place] = {
        name: (state, simulation.velocity(name)) for name, state in simulation.states().items()
    }
    left.marks.setdefault(storyboard.place, {}).update(
        {name: (one.x, one.y) for name, one in blocking.ensemble.performers.items()}
    )

    contacts = list(simulation.contacts)
    for actor in storyboard.actors:
        contacts += footsteps(actor.id, bodies[actor.id], actor.species, soil.material, ticks[actor.id])
    cast = Cast(states, things, bodies, halves, _busy(storyboard, things))
    seen = cameras(storyboard, cast)
    return _Staged(
        _faces(storyboard, spoken, bodies, states, looks, seen), things, seen, contacts, simulation.watch, ticks
    )


def _carried_over(scene: Scene, left: Left) -> Storyboard:
    """The scene's plan with everybody where they were last seen in its place, and what is carried brought along."""
    if scene.fresh:
        left.held, left.rigids, left.marks = {}, {}, {}
        return scene.plan
    marks = left.marks.get(scene.plan.place, {})
    actors = [
        actor.model_copy(update=dict(zip("xy", marks[actor.id], strict=True))) if actor.id in marks else actor
        for actor in scene.plan.actors
    ]
    return scene.plan.model_copy(update={"actors": tuple(actors)})


def _bodies(storyboard: Storyboard) -> tuple[BodySpec, ...]:
    """Every actor as it is built, once for each outfit it wears."""
    worn = outfits_of(storyboard)
    found = []
    for actor in storyboard.actors:
        found.append(body_spec(storyboard, actor))
        for shot, outfits in zip(storyboard.shots, worn, strict=True):
            if actor.id in shot.clothes:
                changed = actor.model_copy(update={"clothes": shot.clothes[actor.id]})
                found.append(replace(body_spec(storyboard, changed), outfit=outfits[actor.id]))
    return tuple(found)


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
