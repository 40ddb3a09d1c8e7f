"""The scenes of a plan: where each plays and who is there, what the prompt leaves open filled in as a person would.

Who is not named in a scene elsewhere is not there. A scene that names no place is in the one before, unless all its
actors were last seen elsewhere: then it goes back to them.
"""

from dataclasses import dataclass

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Shot, Transition
from ops.plan.cast import Cast
from ops.plan.inferring import home_of
from ops.plan.reading import Happening, Reading, Scene, Speech
from ops.plan.timing import Deed, Said
from ops.plan.understanding import where

_ANYWHERE = "park"


@dataclass(frozen=True, slots=True)
class Played:
    """One scene. `item`: of the resolved sequence, where it begins; the settings as they are, carried over."""

    item: int
    place: str
    time_of_day: str | None
    weather: str | None
    style: Style | None
    present: tuple[str, ...]
    said: Scene

    def differs(self, other: "Played") -> bool:
        """Whether nothing goes on from the other scene: it plays elsewhere, or at another hour."""
        return (self.place, self.time_of_day) != (other.place, other.time_of_day)


def scenes_of(
    reading: Reading, cast: Cast, items: list[Deed | Said], positions: tuple[int, ...], place: str | None
) -> tuple[tuple[Played, ...], list[str]]:
    """The scenes in order, and what was chosen for them, in plain words. `place`: of the plan that is remixed."""
    found: list[Played] = []
    chosen: list[str] = []
    actors = tuple(actor.id for actor in cast.actors)
    named = {name for scene in reading.scenes for name in _named(reading, cast, scene)}
    always = tuple(name for name in actors if name not in named)  # likenesses the prompt has no word for
    seen: dict[str, str] = {}
    for number, scene in enumerate(reading.scenes):
        item = positions[scene.before] if scene.before < len(positions) else len(items)
        after = reading.scenes[number + 1].before if number + 1 < len(reading.scenes) else len(positions)
        end = positions[after] if after < len(positions) else len(items)
        acting = [name for one in items[item:end] for name in _doing(one)]
        there = [name for name in dict.fromkeys([*_named(reading, cast, scene), *acting]) if name in actors]
        before = found[-1] if found else None
        where, why = _place(reading, scene, before, there, seen, place)
        chosen += [why] if why else []
        if before is None:
            present = actors if len(reading.scenes) == 1 else tuple(dict.fromkeys([*there, *always])) or actors
        elif before.place == where:
            present = tuple(dict.fromkeys([*before.present, *there]))
        else:
            present = tuple(dict.fromkeys([*there, *always])) if there else before.present
        found.append(
            Played(
                item=item,
                place=where,
                time_of_day=scene.time_of_day or (before.time_of_day if before else None),
                weather=scene.weather or (before.weather if before else None),
                style=scene.style or (before.style if before else None),
                present=tuple(sorted(present, key=actors.index)),
                said=scene,
            )
        )
        seen |= dict.fromkeys(found[-1].present, where)
    return tuple(found), chosen


def opened(shot: Shot, scene: Played, before: Played | None, everybody: tuple[str, ...]) -> Shot:
    """The first shot of a scene with what is new in it."""
    said: dict[str, object] = {"transition": scene.said.transition}
    if before is not None:
        for name in ("place", "time_of_day", "weather", "style"):
            if getattr(scene, name) != getattr(before, name):
                said[name] = getattr(scene, name)
    if set(scene.present) != set(before.present if before else everybody):
        said["actors"] = scene.present
    if before is None and scene.said.transition is Transition.DISSOLVE:
        said["transition"] = Transition.CUT  # there is nothing to dissolve from
    return Shot.model_validate({**shot.model_dump(), **said})


def _named(reading: Reading, cast: Cast, scene: Scene) -> list[str]:
    return [name for thing in scene.things for name in cast.ids.get(thing, ())]


def _doing(one: Deed | Said) -> tuple[str, ...]:
    return (*one.actors, one.target or "", one.to or "") if isinstance(one, Deed) else (one.actor,)


def _place(
    reading: Reading,
    scene: Scene,
    before: Played | None,
    there: list[str],
    seen: dict[str, str],
    parent: str | None,
) -> tuple[str, str | None]:
    """Where a scene plays, and why if the prompt does not say it."""
    if scene.place is not None:
        return scene.place, None
    if before is not None:
        last = [seen[name] for name in there if name in seen]
        gone = last and not any(name in before.present for name in there)
        return (last[0] if gone else before.place), None
    if parent is not None:
        return parent, None
    home = home_of(reading, scene.things)
    if home is not None:
        place, noun = home
        return place, f"no place is named: a {noun} is at home {where(place)}"
    things = bool(reading.things) or any(isinstance(one, Happening | Speech) for one in reading.sequence)
    return _ANYWHERE, f"no place is named: it plays in a {_ANYWHERE}" if things else None
