"""Places on the stage for those whose document names none: beside each other, things in reach of who uses them."""

import random

from greenroom.domain.storyboards import Actor, Prop, Storyboard
from ops.plan.placing import Start, place_actors, place_props


def arranged(plan: Storyboard, placed: frozenset[str]) -> Storyboard:
    """The plan with a place for whatever is not in `placed`; who never share a shot each have the stage alone."""
    if placed >= {actor.id for actor in plan.actors} | {prop.id for prop in plan.props}:
        return plan
    chance = random.Random(plan.seed)
    actors: dict[str, Actor] = {}
    for company in companies(plan.present):
        group = [actor for actor in plan.actors if actor.id in company]
        old = placed & company
        stood = tuple(prop for prop in plan.props if prop.id in placed)
        actors |= {one.id: one for one in place_actors(group, old, stood, list(plan.actions), chance)}
    props: dict[str, Prop] = {}
    homes = {prop.id: prop.place or _first_place(plan, prop.id) for prop in plan.props}
    for place in dict.fromkeys(homes.values()):
        there = {
            name
            for setting, names in zip(plan.settings, plan.present, strict=True)
            if setting.place == place
            for name in names
        }
        here = [actors[name] for name in actors if name in there]
        group_of_props = [prop for prop in plan.props if homes[prop.id] == place]
        starts: dict[str, Start] = {}
        props |= {one.id: one for one in place_props(group_of_props, placed, starts, here, list(plan.actions), chance)}
    return plan.model_copy(
        update={
            "actors": tuple(actors.get(one.id, one) for one in plan.actors),
            "props": tuple(props[one.id] for one in plan.props),
        }
    )


def companies(present: tuple[tuple[str, ...], ...]) -> list[set[str]]:
    """The actors in groups that never share a shot or scene with one another."""
    groups: list[set[str]] = []
    for names in present:
        company = set(names)
        apart = [one for one in groups if not one & company]
        together = [one for one in groups if one & company]
        groups = [*apart, company.union(*together)]
    return groups


def _first_place(plan: Storyboard, prop: str) -> str:
    """The place of the first shot that uses or shows a prop, else of the first."""
    times = [one.start for one in plan.actions if prop in (one.target, one.to)]
    times += [shot.start for shot in plan.shots if shot.camera.subject == prop]
    first = max((n for n, shot in enumerate(plan.shots) if times and shot.start <= min(times) + 1e-6), default=0)
    return plan.settings[first].place
