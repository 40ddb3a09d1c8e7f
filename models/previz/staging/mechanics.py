"""The stage as MuJoCo reads it: weights, bounce, grip and roll of things, what stands for actors, ground and walls.

Numbers here are a thing's in bulk; how it looks is the geometry's, how it sounds is `sound/foley.py`'s.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.previz.geometry.shapes import collision, half_extents
from models.previz.staging.buoyancy import BED
from models.previz.staging.casting import Physique
from models.previz.staging.grounds import Soil
from models.previz.staging.solids import SPRING_HERTZ, SPRING_LOSS, solids_of
from models.previz.water import LANDING_EDGE, LANDING_SIDE
from models.previz.world import RigidSpec

GROUND = "ground"
_STEPS = 1200  # a second, at least: a bounce of rubber lasts ten of them
_CONTACT_HERTZ = 60.0  # half a period of it is a bounce, 8 ms: long enough for the step, short enough to sink 1 cm
_WALL = 8.0  # metres from the origin


@dataclass(frozen=True, slots=True)
class _Stuff:
    """A material in bulk: kilograms for a thing one metre across (hollow: by its area), bounce, friction."""

    mass: float
    bounce: float  # coefficient of restitution against hard ground
    friction: float


_STUFFS = {
    "rubber": _Stuff(9.0, 0.80, 0.9),
    "wood": _Stuff(30.0, 0.35, 0.5),
    "metal": _Stuff(40.0, 0.40, 0.4),
    "glass": _Stuff(12.0, 0.45, 0.35),
    "plastic": _Stuff(6.0, 0.50, 0.45),
    "stone": _Stuff(160.0, 0.25, 0.7),
    "cloth": _Stuff(4.0, 0.10, 0.8),
}


LIGHT = frozenset({"balloon"})
_BY_AREA = {
    "balloon": 0.05,
    "mug": 25.0,
    "cup": 25.0,
    "book": 14.0,
    "car": 60.0,
    "cake": 18.0,
    "rock": 380.0,
}  # kg/m²: unlike their stuff
_AIR = 1.2  # kilograms in a cubic metre: what is light falls slowly through it


def mass_of(spec: RigidSpec) -> float:
    """Kilograms: things are hollow, so mass goes with area. A ball of 0.22 m weighs a football's 0.43 kg."""
    return max(0.002, _BY_AREA.get(spec.shape, _STUFFS[spec.material].mass) * spec.size**2)


def solid_radius(body: Physique) -> float:
    """Metres from an actor's middle within which things touch what stands for it."""
    return body.front + 0.01


def steps_in(seconds: float) -> int:
    """How many steps of physics a stretch of time is cut into."""
    return max(1, math.ceil(seconds * _STEPS - 1e-6))


def document(
    specs: Sequence[RigidSpec],
    bodies: Mapping[str, Physique],
    soil: Soil,
    step: float,
    gravity: float,
    water: Callable[[float, float], bool] | None = None,
) -> str:
    """The model as MJCF, to go on by `step` seconds; `gravity` in metres a second squared.

    Where there is `water`, the ground is its bed, and what of the plane is dry is a landing stage.

    In the order given, props are bodies `p-i` with geoms `g-i-k`, actors `b-i` with geoms `a-i`.
    """
    air = _AIR if any(spec.shape in LIGHT for spec in specs) else 0.0
    parts = [
        f'<mujoco><option timestep="{step!r}" integrator="implicitfast" cone="elliptic" gravity="0 0 {-gravity}"'
        f' density="{air}"/>'
        f'<worldbody><geom name="floor" type="plane" size="30 30 1" pos="0 0 {0.0 if water is None else BED}"'
        ' contype="1" conaffinity="1"/>'
    ]
    if water is not None and not water(0.0, 0.0):
        deep = 12.0
        parts.append(
            f'<geom name="landing" type="box" size="{LANDING_SIDE} {deep} 0.25"'
            f' pos="0 {LANDING_EDGE - deep} -0.25" contype="1" conaffinity="1"/>'
        )
    for angle in (0, 90, 180, 270):
        x, y = _WALL * math.cos(math.radians(angle)), _WALL * math.sin(math.radians(angle))
        parts.append(
            f'<geom name="wall-{angle}" type="plane" size="30 30 1" pos="{x} {y} 0" zaxis="{-x} {-y} 0"'
            ' contype="1" conaffinity="1"/>'
        )
    parts += [_free_body(index, spec, soil, len(bodies)) for index, spec in enumerate(specs)]
    for index, body in enumerate(bodies.values()):
        omega = math.tau * _CONTACT_HERTZ  # bodies are soft: what they push goes on as fast as they do, no faster
        # upright sides: rounded ends would press what they meet into the ground instead of pushing it on
        tall = 0.5 * body.height - 0.005
        if body.quadruped:
            shape = f'type="box" size="{0.2 * body.height} {0.8 * body.height} {tall}" pos="0 {0.1 * body.height} 0"'
        else:
            shape = f'type="cylinder" size="{0.1 * body.height} {tall}"'
        parts.append(
            f'<body name="b-{index}" mocap="true"><geom name="a-{index}" {shape}'
            f' priority="2" condim="3" friction="0.2" solref="{-omega * omega} {-2 * omega}" solimp="0.95 0.95 0.001"'
            f' contype="{1 << (1 + index)}" conaffinity="0"/></body>'
        )
    return "".join(parts) + "</worldbody></mujoco>"


def owners_of(geoms: Sequence[str], props: Sequence[str], bodies: Sequence[str]) -> list[str]:
    """Whose each geom of a `document` is: a prop's or an actor's id, the ground, "" for the walls."""
    owners = {"floor": GROUND, "landing": GROUND}
    owners |= {f"a-{index}": name for index, name in enumerate(bodies)}
    found = []
    for geom in geoms:
        kind, _, rest = geom.partition("-")
        found.append(props[int(rest.partition("-")[0])] if kind == "g" else owners.get(geom, ""))
    return found


def _free_body(index: int, spec: RigidSpec, soil: Soil, bodies: int) -> str:
    stuff = _STUFFS[spec.material]
    half = half_extents(spec)
    bounce = max(0.02, stuff.bounce * soil.bounce)
    loss = -math.log(bounce) / math.hypot(math.pi, math.log(bounce))  # damping ratio that leaves this bounce
    friction = math.sqrt(stuff.friction * soil.friction)
    rolling = soil.rolling * half[2] if collision(spec.shape) == "sphere" else 0.002 * spec.size
    geoms = []
    for number, solid in enumerate(solids_of(spec)):
        omega = math.tau * (SPRING_HERTZ if solid.springy else _CONTACT_HERTZ)
        damping = SPRING_LOSS if solid.springy else loss
        ends = "" if solid.ends is None else f' fromto="{_joined(*solid.ends)}"'
        place = f' pos="{_joined(solid.at)}"' if solid.ends is None else ends
        geoms.append(
            f'<geom name="g-{index}-{number}" type="{solid.kind}" size="{_joined(solid.size)}"{place}'
            f' mass="{mass_of(spec) * solid.share}" priority="{2 if solid.springy else 1}" condim="6"'
            f' friction="{friction} {0.02 * spec.size} {rolling}"'
            f' solref="{-omega * omega} {-2 * damping * omega}" solimp="0.95 0.95 0.001"'
            f' contype="1" conaffinity="{1 | (((1 << bodies) - 1) << 1)}"/>'
        )
    return f'<body name="p-{index}"><freejoint/>{"".join(geoms)}</body>'


def _joined(*values: Sequence[float]) -> str:
    return " ".join(str(number) for value in values for number in value)
