"""Simulated bodies against the closed-form answer: dropped, bounced, rolled, slid, stacked, thrown, hit, floating.

`python -m bench.physics` prints one JSON line each; `python -m bench.physics docs/physics.md` writes the table there.
A ratio is the error against what is let pass; above 1 it misses.
"""

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenroom.domain.storyboards import Prop
from models.previz.geometry.shapes import half_extents, material_of
from models.previz.staging.buoyancy import is_water
from models.previz.staging.grounds import gravity_of, soil_of
from models.previz.staging.mechanics import mass_of
from models.previz.staging.simulation import Simulation
from models.previz.world import RigidSpec

_TICK = 1 / 120  # seconds
_BEGIN, _END = "<!-- measured: python -m bench.physics docs/physics.md -->", "<!-- end of measured -->"
Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Compared:
    """One body: what was measured, what theory says, and the share the two may be apart."""

    name: str
    theory: str
    unit: str
    expected: float
    measured: float
    passes: float

    @property
    def error(self) -> float:
        return abs(self.measured - self.expected) / max(abs(self.expected), 1e-9)


def comparisons() -> tuple[Compared, ...]:
    """Every body, simulated now; some seconds."""
    return tuple(one() for one in _ALL)


def _dropped(place: str) -> Compared:
    height, gravity = 2.0, gravity_of(place)
    ball = Prop(id="ball", shape="ball", size=0.24, z=height)
    run = _run((ball,), place, 3.0)
    landed = next(time for time, at in run if at["ball"][2] <= half_extents(_spec(ball))[2] + 0.004)
    name = "dropped 2 m" if place != "moon" else "dropped 2 m on the moon"
    return Compared(name, "t = sqrt(2h/g)", "s", math.sqrt(2 * height / gravity), landed, 0.02)


def _bounced() -> Compared:
    """A rubber ball on a gym's boards: the height of its rebound tells the restitution, which the table sets."""
    ball = Prop(id="ball", shape="ball", size=0.24, z=1.5)
    half = half_extents(_spec(ball))[2]
    run = [(time, at["ball"][2] - half) for time, at in _run((ball,), "gym", 2.0)]
    low = next(index for index, (_, height) in enumerate(run) if height < 0.004)
    top = max(height for _, height in run[low + 3 :])
    bounce = 0.80 * soil_of("gym", "clear").bounce
    return Compared("bounced", "h' = e² h, e = 0.78", "m", bounce**2 * 1.5, top, 0.10)


def _rolled() -> Compared:
    """A ball that rolls on grass is braked by a share of its weight, all of it: d = v² / (2 · 5/7 · c g)."""
    ball = Prop(id="ball", shape="ball", size=0.24, x=-3.0, velocity=(2.0, 0.0, 0.0))
    run = _run((ball,), "park", 6.0)
    rolling = soil_of("park", "clear").rolling
    expected = 4.0 / (2 * 5 / 7 * rolling * 9.81)
    return Compared("rolled on grass", "d = v²/(2·(5/7)·c·g)", "m", expected, run[-1][1]["ball"][0] + 3.0, 0.15)


def _slid() -> Compared:
    """A box pushed off on ice stops by friction alone."""
    box = Prop(id="box", shape="box", size=0.4, x=-3.0, velocity=(2.0, 0.0, 0.0))
    run = _run((box,), "ice_rink", 5.0)
    friction = math.sqrt(0.5 * soil_of("ice_rink", "clear").friction)
    expected = 4.0 / (2 * friction * 9.81)
    return Compared("slid on ice", "d = v²/(2 μ g)", "m", expected, run[-1][1]["box"][0] + 3.0, 0.10)


def _stacked() -> Compared:
    """Four boxes on one another: after four seconds the top one is where it was put."""
    boxes = tuple(Prop(id=f"box{k}", shape="crate", size=0.4, z=0.4 * k) for k in range(4))
    run = _run(boxes, "room", 4.0)
    return Compared("stacked four high", "z = 3.5 · side", "m", 1.4, run[-1][1]["box3"][2], 0.03)


def _thrown() -> Compared:
    ball = Prop(id="ball", shape="ball", size=0.24, x=-3.0, z=1.0, velocity=(3.0, 0.0, 4.0))
    half = half_extents(_spec(ball))[2]
    run = _run((ball,), "gym", 2.0)
    down = next(at["ball"][0] for time, at in run if time > 0.3 and at["ball"][2] <= half + 0.004)
    seconds = (4.0 + math.sqrt(16.0 + 2 * 9.81 * 1.0)) / 9.81
    return Compared("thrown", "x = v·(w + sqrt(w² + 2 g h))/g", "m", 3.0 * seconds, down + 3.0, 0.02)


def _struck() -> Compared:
    """A ball meets an equal one at rest on ice: just after it, they have the momentum of before."""
    one = Prop(id="one", shape="ball", size=0.3, x=-1.5, velocity=(3.0, 0.0, 0.0))
    two = Prop(id="two", shape="ball", size=0.3, x=0.0)
    simulation, specs = _simulation((one, two), "ice_rink")
    after = 0
    while after < 3:
        simulation.advance({})
        after += simulation.velocity("two")[0] > 0.1
    mass = mass_of(specs["one"])
    total = mass * (simulation.velocity("one")[0] + simulation.velocity("two")[0])
    return Compared("struck its equal on ice", "p = m v", "kg m/s", mass * 3.0, total, 0.05)


def _floating(shape: str, size: float) -> Compared:
    prop = Prop(id="thing", shape=shape, size=size, y=1.0)
    simulation, specs = _simulation((prop,), "sea")
    for _ in range(120 * 10):
        simulation.advance({})
    spec = specs["thing"]
    half = half_extents(spec)
    draught = mass_of(spec) / (1000.0 * 4 * half[0] * half[1])
    return Compared(f"floating {shape}", "d = m/(ρ A)", "m", draught, half[2] - simulation.where("thing")[2], 0.10)


def _spec(prop: Prop) -> RigidSpec:
    return RigidSpec(prop.id, prop.shape, (0.5, 0.5, 0.5), prop.size, material_of(prop.shape))


def _simulation(props: Sequence[Prop], place: str) -> tuple[Simulation, Mapping[str, RigidSpec]]:
    specs = {prop.id: _spec(prop) for prop in props}
    soil, gravity, water = soil_of(place, "clear"), gravity_of(place), is_water(place)
    return Simulation(props, tuple(specs.values()), {}, soil, 1, _TICK, gravity, water), specs


def _run(props: Sequence[Prop], place: str, seconds: float) -> list[tuple[float, dict[str, Place]]]:
    simulation, _ = _simulation(props, place)
    found = []
    for tick in range(round(seconds / _TICK)):
        found.append((tick * _TICK, {prop.id: simulation.where(prop.id) for prop in props}))
        simulation.advance({})
    return found


_ALL: tuple[Callable[[], Compared], ...] = (
    lambda: _dropped("gym"),
    lambda: _dropped("moon"),
    _bounced,
    _rolled,
    _slid,
    _stacked,
    _thrown,
    _struck,
    lambda: _floating("crate", 0.6),
)


def table(rows: Sequence[Compared]) -> str:
    """The comparisons as Markdown."""
    lines = ["| body | theory | expected | simulated | apart | let pass |", "|---|---|---|---|---|---|"]
    for one in rows:
        figures = f"{one.expected:.3f} {one.unit} | {one.measured:.3f} {one.unit} | {one.error:.1%} | {one.passes:.0%}"
        lines.append(f"| {one.name} | {one.theory} | {figures} |")
    return "\n".join(lines)


def written(page: str, rows: Sequence[Compared]) -> str:
    """The page with its table replaced. Raises ValueError where it has no place for one."""
    start, end = page.index(_BEGIN), page.index(_END)
    return f"{page[:start]}{_BEGIN}\n{table(rows)}\n{page[end:]}"


def main(arguments: list[str]) -> None:
    """Print the figures, or write them into a page."""
    rows = comparisons()
    if arguments:
        page = Path(arguments[0])
        page.write_text(written(page.read_text(encoding="utf-8"), rows), encoding="utf-8")
        return
    for one in rows:
        line = {
            "name": f"physics, {one.name}",
            "ratio": round(one.error / one.passes, 3),
            "expected": round(one.expected, 4),
            "measured": round(one.measured, 4),
            "unit": one.unit,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
