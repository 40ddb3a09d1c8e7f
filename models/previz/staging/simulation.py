"""The things on the stage, simulated: they fall, bounce, roll and are pushed; what touches them is heard.

Props are free bodies in MuJoCo; actors are pillars and boxes that move as the stage says and push what they meet.
Steps are not heard here but in `footsteps.py`: a body that is moved raises no contact when it lands.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Prop
from models.previz.geometry.shapes import collision, half_extents
from models.previz.staging.arranging import arranged
from models.previz.staging.buoyancy import hull_of
from models.previz.staging.casting import Physique
from models.previz.staging.grounds import EARTH, Soil
from models.previz.staging.mechanics import GROUND, LIGHT, document, mass_of, owners_of, solid_radius, steps_in
from models.previz.staging.solids import aim_of, solids_of
from models.previz.staging.touches import FASTEST, Touches
from models.previz.staging.turning import rotation, times
from models.previz.staging.watch import Watch
from models.previz.world import Contact, RigidSpec, RigidState, Vector

_SPLASH_SPEED = 0.5  # metres a second: what falls slower into water goes in without a sound
_JUMP = 0.5  # metres: what is to go farther in a tick is put there


class Simulation:
    """The props of one clip. `advance` moves time on by a `tick`; between, the stage holds, throws and kicks things."""

    def __init__(
        self,
        props: Sequence[Prop],
        specs: Sequence[RigidSpec],
        bodies: Mapping[str, Physique],
        soil: Soil,
        seed: int,
        tick: float,
        gravity: float = EARTH,
        water: Callable[[float, float], bool] | None = None,
    ) -> None:
        import mujoco

        self._mujoco: ModuleType = mujoco
        self._steps = steps_in(tick)
        self._step = tick / self._steps  # seconds
        self._names = [spec.id for spec in specs]
        self._specs = {spec.id: spec for spec in specs}
        self._bodies = dict(bodies)
        materials = {spec.id: spec.material for spec in specs} | dict.fromkeys(bodies, "cloth")
        self._touches = Touches(
            materials | {GROUND: soil.material, "water": "water"}, {spec.id: mass_of(spec) for spec in specs}
        )
        self._model: Any = mujoco.MjModel.from_xml_string(document(specs, bodies, soil, self._step, gravity, water))
        self._data: Any = mujoco.MjData(self._model)
        self._sliders = {spec.id for spec in specs if collision(spec.shape) != "sphere"}
        names = [self._model.geom(i).name for i in range(self._model.ngeom)]
        self._owners = owners_of(names, self._names, list(bodies))
        self._geoms = {spec.id: [i for i, owner in enumerate(self._owners) if owner == spec.id] for spec in specs}
        self._springy = {spec.id for spec in specs if any(one.springy for one in solids_of(spec))}
        qpos, qvel = self._data.qpos, self._data.qvel  # views stay valid: MuJoCo writes in place
        self._places: dict[str, NDArray[np.float64]] = {
            name: qpos[7 * index : 7 * index + 7] for index, name in enumerate(self._names)
        }
        self._speeds: dict[str, NDArray[np.float64]] = {
            name: qvel[6 * index : 6 * index + 6] for index, name in enumerate(self._names)
        }
        self._pushes: dict[str, NDArray[np.float64]] = {
            name: self._data.qfrc_constraint[6 * index : 6 * index + 6] for index, name in enumerate(self._names)
        }
        self._inertias = {
            name: np.array(self._model.body_inertia[self._model.body(f"p-{index}").id])
            for index, name in enumerate(self._names)
        }
        self._water = water  # whether there is some at x, y
        self._hulls = {spec.id: hull_of(spec, mass_of(spec)) for spec in specs} if water is not None else {}
        self._wet: set[str] = set()
        self._pulls = self._data.xfrc_applied
        self._numbers = {name: int(self._model.body(f"p-{index}").id) for index, name in enumerate(self._names)}
        self.watch = Watch({spec.id: mass_of(spec) for spec in specs}, gravity)
        self._worked = False  # an actor did something to a thing in this tick
        self._touched: set[str] = set()  # things that touched anything in this tick
        self._meeting: set[tuple[str, str]] = set()  # pairs of free things that touch in this step
        self._mocaps: NDArray[np.float64] | None = None
        self._driven: dict[str, tuple[float, float]] = {}  # metres a second, for this tick
        self._floating: set[str] = set()
        self._held: set[str] = set()
        self._passing: set[tuple[str, str]] = set()  # bodies and props that overlap: they meet again once apart
        self._masks = {name: 1 | (((1 << len(bodies)) - 1) << 1) for name in self._names}
        self._bits = {name: 1 << (1 + index) for index, name in enumerate(bodies)}
        arranged(props, self._specs, self._places, self._speeds, seed)
        for body in bodies:
            for prop in props:  # nobody is thrown out of a thing because the storyboard puts them together
                self.ignore(body, prop.id, True)
                self.ignore(body, prop.id, False)
        mujoco.mj_forward(self._model, self._data)

    def resume(self, states: Mapping[str, tuple[RigidState, Vector]]) -> None:
        """Put things where an earlier scene left them, with the velocity, metres a second, that they had."""
        for name, (state, velocity) in states.items():
            self._places[name][:] = (*state.position, *state.quaternion)
            self._speeds[name][:] = (*velocity, 0.0, 0.0, 0.0)
        self._mujoco.mj_forward(self._model, self._data)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """All touches so far, in the order they ended."""
        return tuple(self._touches.contacts)

    def where(self, prop: str) -> Vector:
        """Centre of a prop."""
        at = self._places[prop]
        return (float(at[0]), float(at[1]), float(at[2]))

    def aim(self, prop: str) -> Vector:
        """Where one throws at a prop: its middle, or its rim."""
        turned = rotation(self._places[prop][3:7]) @ np.array(aim_of(self._specs[prop]))
        at = self._places[prop][:3] + turned
        return (float(at[0]), float(at[1]), float(at[2]))

    def velocity(self, prop: str) -> Vector:
        """Metres a second."""
        speed = self._speeds[prop]
        return (float(speed[0]), float(speed[1]), float(speed[2]))

    def radius(self, prop: str) -> float:
        """Of the circle on the ground that a prop stands in."""
        half: Vector = half_extents(self._specs[prop])
        return max(half[0], half[1])

    def half_height(self, prop: str) -> float:
        """Of a prop as it stands at the start."""
        half: Vector = half_extents(self._specs[prop])
        return half[2]

    def mass(self, prop: str) -> float:
        """Kilograms."""
        return mass_of(self._specs[prop])

    def states(self) -> dict[str, RigidState]:
        """Where every prop is now."""
        found = {}
        for name in self._names:
            at = [float(value) for value in self._places[name]]
            found[name] = RigidState((at[0], at[1], at[2]), (at[3], at[4], at[5], at[6]))
        return found

    def hold(self, prop: str, at: Vector) -> None:
        """Carry a prop: it is where the hand is, and nothing pushes it."""
        self._worked = True
        if prop not in self._held:
            self._held.add(prop)
            self._mask(prop, 0)
        self._places[prop][:3] = at
        self._speeds[prop][:] = 0.0

    def clasp(self, prop: str, body: str, speed: float) -> None:
        """Hands have closed on a prop that came with `speed`, metres a second: they take its momentum."""
        self._touches.strike(float(self._data.time), (body, prop), self.mass(prop) * speed, self.where(prop), "catch")

    def release(self, prop: str, velocity: Vector) -> None:
        """Let go of a prop with this velocity, metres a second."""
        self._worked = True
        self._held.discard(prop)
        self._mask(prop, self._masks[prop])
        self._speeds[prop][:3] = velocity
        self._speeds[prop][3:] = 0.0

    def is_springy(self, prop: str | None) -> bool:
        """Whether a prop throws back what falls on it."""
        return prop in self._springy

    def shape(self, prop: str) -> str:
        """What a prop is."""
        return self._specs[prop].shape

    def drive(
        self,
        prop: str,
        at: tuple[float, float],
        heading: float,
        *,
        lift: float | None = None,
        lean: float = 0.0,
        pitch: float = 0.0,
    ) -> None:
        """Steer a prop to a point of the ground for the next tick: it pushes what is in its way, and nothing stops it.

        `lift`: metres of its middle above the ground, for what floats; None: it stands on the ground. `lean` to its
        right and `pitch` upwards, radians.
        """
        self._worked = True
        tick = self._step * self._steps
        place, speed = self._places[prop], self._speeds[prop]
        speed[:] = 0.0
        speed[0], speed[1] = (at[0] - place[0]) / tick, (at[1] - place[1]) / tick
        if abs(speed[0]) + abs(speed[1]) > _JUMP / tick:  # it is put there
            place[:2], speed[:2] = at, 0.0
        if lift is not None:
            if prop not in self._floating:
                self._floating.add(prop)
                self._mask(prop, 0)
            place[2] = lift
        else:
            place[2] = self.half_height(prop)
        half = (heading / 2, lean / 2, pitch / 2)
        turn, roll, nod = ((math.cos(one), math.sin(one)) for one in half)
        flat = times((turn[0], 0.0, 0.0, turn[1]), (nod[0], nod[1], 0.0, 0.0))
        place[3:7] = times(flat, (roll[0], 0.0, roll[1], 0.0))
        self._driven[prop] = (float(speed[0]), float(speed[1]))

    def ignore(self, body: str, prop: str, yes: bool) -> None:
        """Whether a body passes through a prop: one that is about to kick or catch it does not push it away."""
        self._passing.discard((body, prop))
        if yes:
            self._meet(body, prop, False)
        else:  # if it is inside the body now, it would be shot out
            self._passing.add((body, prop))

    def strike(self, prop: str, velocity: Vector, body: str) -> None:
        """Give a prop a velocity by a blow of a body; the impulse is mass times the change."""
        self._worked = True
        before = np.array(self.velocity(prop))
        self._speeds[prop][:3] = velocity
        impulse = self.mass(prop) * float(np.linalg.norm(np.array(velocity) - before))
        self._touches.strike(float(self._data.time), (body, prop), impulse, self.where(prop))

    def advance(self, actors: Mapping[str, tuple[float, float, float, float]]) -> None:
        """Go on by a tick; each actor moves evenly to its new (x, y, z, heading) meanwhile."""
        if not self._names:
            return
        for body, prop in sorted(self._passing):
            if not self._overlap(body, prop, actors):
                self._passing.discard((body, prop))
                self._meet(body, prop, True)
        goal = _solids(actors, self._bodies)
        start = goal if self._mocaps is None else self._mocaps
        for index in range(self._steps):
            share = (index + 1) / self._steps
            if len(goal):
                now = start + (goal - start) * share
                self._data.mocap_pos[:] = now[:, :3]
                self._data.mocap_quat[:, 0] = np.cos(now[:, 3] / 2)
                self._data.mocap_quat[:, 3] = np.sin(now[:, 3] / 2)
            for name in self._held:
                self._speeds[name][:] = 0.0
            for name, (across, along) in self._driven.items():
                self._speeds[name][:] = (across, along, 0.0, 0.0, 0.0, 0.0)
            self._float()
            self._mujoco.mj_step(self._model, self._data)
            self._listen()
            self.watch.step(float(self._data.time), self._step, self._speeds, self._pushes, frozenset(self._meeting))
            self._restrain()
        self._mocaps = goal
        self._look()
        self._driven.clear()

    def _float(self) -> None:
        """Let the water lift and brake what is in it; what falls into it is heard."""
        for name, hull in self._hulls.items():
            place, speed = self._places[name], self._speeds[name]
            pull = self._pulls[self._numbers[name]]
            inside = self._water is not None and self._water(float(place[0]), float(place[1]))
            if not inside or name in self._held or name in self._driven:
                pull[:] = 0.0
                continue
            pull[:3], pull[3:], share = hull.forces(place, speed, self.watch.gravity)
            self._worked = self._worked or share > 0  # water takes and gives
            if share > 0 and name not in self._wet:
                self._wet.add(name)
                if float(speed[2]) < -_SPLASH_SPEED:
                    impulse = 0.5 * hull.mass * -float(speed[2])
                    self._touches.strike(float(self._data.time), (name, "water"), impulse, self.where(name))
            elif share == 0 and name in self._wet and float(place[2]) > 2 * hull.half[2]:
                self._wet.discard(name)

    def _look(self) -> None:
        """Show the watch what this tick came to."""
        free = {name for name in self._names if name not in self._held and name not in self._driven}
        heights = {name: float(self._places[name][2]) for name in free}
        flying = frozenset(name for name in free - self._touched - self._wet if self._specs[name].shape not in LIGHT)
        self.watch.tick(float(self._data.time), self._energy(), heights, flying, worked=self._worked)
        self._worked = False
        self._touched.clear()

    def _energy(self) -> float:
        """Joules of all things: of height, of speed and of spin."""
        total = 0.0
        for name in self._names:
            speed, mass = self._speeds[name], self.watch.masses[name]
            total += mass * self.watch.gravity * float(self._places[name][2])
            total += 0.5 * mass * float(speed[:3] @ speed[:3])
            total += 0.5 * float(self._inertias[name] @ (speed[3:] ** 2))
        return total

    def finish(self) -> None:
        """End of the clip: touches that still last, and flights, are counted."""
        self.watch.finish()
        self._touches.close()

    def _listen(self) -> None:
        """Give the forces of this step to the touches: one force for each pair, however many points carry it."""
        data = self._data
        time = float(data.time)
        self._meeting.clear()
        if data.ncon:
            forces: dict[tuple[int, int], list[float]] = {}
            force = data.efc_force
            contact = data.contact
            rows = zip(
                contact.geom.tolist(),
                contact.efc_address.tolist(),
                contact.pos.tolist(),
                contact.dist.tolist(),
                strict=True,
            )
            for (first, second), start, (x, y, z), gap in rows:
                newtons = float(force[start]) if start >= 0 else 0.0
                if newtons <= 0:
                    continue
                self._sink(time, self._owners[first], self._owners[second], -gap)
                sums = forces.setdefault((first, second), [0.0, 0.0, 0.0, 0.0])
                sums[0] += newtons
                sums[1] += newtons * x
                sums[2] += newtons * y
                sums[3] += newtons * z
            for (first, second), (newtons, x, y, z) in forces.items():
                self._feel(time, self._owners[first], self._owners[second], newtons, (x, y, z))
        self._touches.settle(time)

    def _sink(self, time: float, a: str, b: str, metres: float) -> None:
        """Two geoms that touch: how deep, if it is physics that holds them apart, and whether both are free."""
        self._touched.update((a, b))
        forced = self._held | self._driven.keys()
        if a in self._specs and b in self._specs and not {a, b} & forced:
            self._meeting.add((a, b))
        if a in self._bodies or b in self._bodies:
            self._worked = True  # bodies are soft, and move as they like
        elif not {a, b} & (forced | self._springy):
            self.watch.depth(time, (a, b), metres)

    def _feel(self, time: float, a: str, b: str, newtons: float, moment: Vector) -> None:
        """One pair's force; `moment` is the sum of its points, each times its force."""
        if not a or not b:
            return
        at = (moment[0] / newtons, moment[1] / newtons, moment[2] / newtons)
        pair = (b, a) if a == GROUND else (a, b)
        self._touches.press(time, self._step, pair, newtons, at)
        if pair[1] == GROUND and pair[0] in self._sliders and pair[0] not in self._driven:  # it is on wheels
            speed = self._speeds[pair[0]]
            self._touches.rub(time, self._step, pair, 0.5 * newtons, math.hypot(float(speed[0]), float(speed[1])), at)

    def _restrain(self) -> None:
        """What is caught between an actor and the ground would be shot out like a fruit stone; it is let go slowly."""
        for speed in self._speeds.values():
            fast = math.hypot(speed[0], speed[1], speed[2])
            if fast > FASTEST:
                speed[:3] *= FASTEST / fast

    def _meet(self, body: str, prop: str, yes: bool) -> None:
        self._masks[prop] = self._masks[prop] | self._bits[body] if yes else self._masks[prop] & ~self._bits[body]
        if prop not in self._held | self._floating:
            self._mask(prop, self._masks[prop])

    def _overlap(self, body: str, prop: str, actors: Mapping[str, tuple[float, float, float, float]]) -> bool:
        x, y, z, _ = actors[body]
        at = self._places[prop]
        apart = math.hypot(float(at[0]) - x, float(at[1]) - y)
        over = float(at[2]) - self.half_height(prop) > z + self._bodies[body].height
        return not over and apart < solid_radius(self._bodies[body]) + self.radius(prop) + 0.01

    def _mask(self, prop: str, bits: int) -> None:
        self._model.geom_conaffinity[self._geoms[prop]] = bits
        self._model.geom_contype[self._geoms[prop]] = bits & 1


def _solids(
    actors: Mapping[str, tuple[float, float, float, float]], bodies: Mapping[str, Physique]
) -> NDArray[np.float64]:
    """float64[actors, 4]: middle and heading of what stands for each actor."""
    rows = []
    for name, body in bodies.items():
        x, y, z, heading = actors[name]
        rows.append((x, y, z + 0.5 * body.height, heading))
    return np.array(rows).reshape(-1, 4)
