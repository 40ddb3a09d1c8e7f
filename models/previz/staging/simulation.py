"""The things on the stage, simulated: they fall, bounce, roll and are pushed; what touches them is heard.

Props are free bodies in MuJoCo; actors are pillars and boxes that move as the stage says and push what they meet.
Steps are not heard here but in `footsteps.py`: a body that is moved raises no contact when it lands.
"""

import math
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Prop
from models.previz.geometry.shapes import collision, half_extents
from models.previz.staging.casting import Physique
from models.previz.staging.grounds import Soil
from models.previz.staging.mechanics import document, mass_of, solid_radius, steps_in
from models.previz.staging.touches import FASTEST, Touches
from models.previz.world import Contact, RigidSpec, RigidState, Vector

_GROUND = "ground"
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
    ) -> None:
        import mujoco

        self._mujoco: ModuleType = mujoco
        self._steps = steps_in(tick)
        self._step = tick / self._steps  # seconds
        self._names = [spec.id for spec in specs]
        self._specs = {spec.id: spec for spec in specs}
        self._bodies = dict(bodies)
        materials = {spec.id: spec.material for spec in specs} | dict.fromkeys(bodies, "cloth")
        self._touches = Touches(materials | {_GROUND: soil.material}, {spec.id: mass_of(spec) for spec in specs})
        self._model: Any = mujoco.MjModel.from_xml_string(document(specs, bodies, soil, self._step))
        self._data: Any = mujoco.MjData(self._model)
        self._sliders = {spec.id for spec in specs if collision(spec.shape) != "sphere"}
        self._geoms = {spec.id: int(self._model.geom(f"g-{i}").id) for i, spec in enumerate(specs)}
        self._owners = _owners([self._model.geom(i).name for i in range(self._model.ngeom)], self._names, list(bodies))
        qpos, qvel = self._data.qpos, self._data.qvel  # views stay valid: MuJoCo writes in place
        self._places: dict[str, NDArray[np.float64]] = {
            name: qpos[7 * index : 7 * index + 7] for index, name in enumerate(self._names)
        }
        self._speeds: dict[str, NDArray[np.float64]] = {
            name: qvel[6 * index : 6 * index + 6] for index, name in enumerate(self._names)
        }
        self._mocaps: NDArray[np.float64] | None = None
        self._driven: dict[str, tuple[float, float]] = {}  # metres a second, for this tick
        self._floating: set[str] = set()
        self._held: set[str] = set()
        self._passing: set[tuple[str, str]] = set()  # bodies and props that overlap: they meet again once apart
        self._masks = {name: 1 | (((1 << len(bodies)) - 1) << 1) for name in self._names}
        self._bits = {name: 1 << (1 + index) for index, name in enumerate(bodies)}
        for index, prop in enumerate(props):
            half = half_extents(self._specs[prop.id])
            self._places[prop.id][:3] = (prop.x, prop.y, prop.z + half[2])
            self._make_room(index, half)
        for index, prop in enumerate(props):
            self._put(index, prop, np.random.default_rng([seed % 2**32, index]))
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
        if prop not in self._held:
            self._held.add(prop)
            self._mask(prop, 0)
        self._places[prop][:3] = at
        self._speeds[prop][:] = 0.0

    def release(self, prop: str, velocity: Vector) -> None:
        """Let go of a prop with this velocity, metres a second."""
        self._held.discard(prop)
        self._mask(prop, self._masks[prop])
        self._speeds[prop][:3] = velocity
        self._speeds[prop][3:] = 0.0

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
        flat = _times((turn[0], 0.0, 0.0, turn[1]), (nod[0], nod[1], 0.0, 0.0))
        place[3:7] = _times(flat, (roll[0], 0.0, roll[1], 0.0))
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
            self._mujoco.mj_step(self._model, self._data)
            self._listen()
            self._restrain()
        self._mocaps = goal
        self._driven.clear()

    def finish(self) -> None:
        """End of the clip: touches that still last are counted."""
        self._touches.close()

    def _listen(self) -> None:
        """Give the forces of this step to the touches: one force for each pair, however many points carry it."""
        data = self._data
        time = float(data.time)
        if data.ncon:
            forces: dict[tuple[int, int], list[float]] = {}
            force = data.efc_force
            rows = zip(
                data.contact.geom.tolist(), data.contact.efc_address.tolist(), data.contact.pos.tolist(), strict=True
            )
            for (first, second), start, (x, y, z) in rows:
                newtons = float(force[start]) if start >= 0 else 0.0
                if newtons <= 0:
                    continue
                sums = forces.setdefault((first, second), [0.0, 0.0, 0.0, 0.0])
                sums[0] += newtons
                sums[1] += newtons * x
                sums[2] += newtons * y
                sums[3] += newtons * z
            for (first, second), (newtons, x, y, z) in forces.items():
                self._feel(time, self._owners[first], self._owners[second], newtons, (x, y, z))
        self._touches.settle(time)

    def _feel(self, time: float, a: str, b: str, newtons: float, moment: Vector) -> None:
        """One pair's force; `moment` is the sum of its points, each times its force."""
        if not a or not b:
            return
        at = (moment[0] / newtons, moment[1] / newtons, moment[2] / newtons)
        pair = (b, a) if a == _GROUND else (a, b)
        self._touches.press(time, self._step, pair, newtons, at)
        if pair[1] == _GROUND and pair[0] in self._sliders and pair[0] not in self._driven:  # it is on wheels
            speed = self._speeds[pair[0]]
            self._touches.rub(time, self._step, pair, 0.5 * newtons, math.hypot(float(speed[0]), float(speed[1])), at)

    def _put(self, index: int, prop: Prop, random: np.random.Generator) -> None:
        """Set a prop in motion as the storyboard has it; what stands alone is turned a little."""
        at, speed, half = self._places[prop.id], self._speeds[prop.id], half_extents(self._specs[prop.id])
        turned = random.uniform(-0.5, 0.5)
        yaw = 0.0 if self._crowded(index, half) else turned
        at[3:7] = (math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2))
        speed[:3] = prop.velocity
        spin = random.uniform(-1.2, 1.2, 3)
        if prop.z > 0.3 and yaw:  # nothing falls perfectly straight, but stacks stand
            speed[3:6] = spin
        elif collision(prop.shape) == "sphere":  # what moves on the ground rolls on it
            speed[3:6] = (-prop.velocity[1] / half[2], prop.velocity[0] / half[2], 0.0)

    def _make_room(self, index: int, half: Vector) -> None:
        """Beside what was put there before: two things in one place would burst apart."""
        at = self._places[self._names[index]]
        for earlier in self._names[:index] * 2:
            other, its = self._places[earlier], half_extents(self._specs[earlier])
            room = [half[axis] + its[axis] - abs(float(at[axis] - other[axis])) for axis in range(3)]
            if min(room) > 0.003:
                at[0] += math.copysign(room[0] + 0.005, float(at[0] - other[0]))

    def _crowded(self, index: int, half: Vector) -> bool:
        """Whether something stands so near that the two fit only side by side, or is stacked."""
        at, wide = self._places[self._names[index]], math.hypot(half[0], half[1])
        for name in self._names[:index] + self._names[index + 1 :]:
            its = half_extents(self._specs[name])
            apart = math.hypot(float(at[0] - self._places[name][0]), float(at[1] - self._places[name][1]))
            if apart < wide + math.hypot(its[0], its[1]):
                return True
        return False

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


Quaternion = tuple[float, float, float, float]


def _times(a: Quaternion, b: Quaternion) -> Quaternion:
    """The product of two quaternions (w, x, y, z): first the turn b, then a."""
    return (
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
        a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
        a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
    )


def _owners(geoms: Sequence[str], props: Sequence[str], bodies: Sequence[str]) -> list[str]:
    """Whose each geom is: a prop's or an actor's id, the ground, "" for the walls."""
    owners = {"floor": _GROUND}
    owners |= {f"g-{index}": name for index, name in enumerate(props)}
    owners |= {f"a-{index}": name for index, name in enumerate(bodies)}
    return [owners.get(name, "") for name in geoms]


def _solids(
    actors: Mapping[str, tuple[float, float, float, float]], bodies: Mapping[str, Physique]
) -> NDArray[np.float64]:
    """float64[actors, 4]: middle and heading of what stands for each actor."""
    rows = []
    for name, body in bodies.items():
        x, y, z, heading = actors[name]
        rows.append((x, y, z + 0.5 * body.height, heading))
    return np.array(rows).reshape(-1, 4)
