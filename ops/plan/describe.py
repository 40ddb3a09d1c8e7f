"""A storyboard in plain lines, as `greenroom make --plan` prints it."""

from collections.abc import Iterator

from greenroom.domain.storyboards import Action, Shot, Storyboard


def describe(storyboard: Storyboard) -> list[str]:
    """One line for the setting, each shot, actor, prop, action, line and sound, and one for what is not planned."""
    return list(_lines(storyboard))


def _lines(plan: Storyboard) -> Iterator[str]:
    names = {actor.id: actor.name for actor in plan.actors} | {
        prop.id: prop.id.replace("_", " ") for prop in plan.props
    }
    yield f"“{plan.title}”, {plan.seconds:g} s, {plan.width}x{plan.height}, {plan.style.value}, seed {plan.seed}"
    setting = f"{plan.place.replace('_', ' ')}, {plan.time_of_day}, {plan.weather}"
    for number, shot in enumerate(plan.shots, start=1):
        yield f"shot {number}, {_span(shot)}: {_camera(shot, names)}, {setting}"
    for actor in plan.actors:
        likeness = f", likeness @{actor.likeness}" if actor.likeness else ""
        colours = f", {' and '.join(actor.colours)}" if actor.colours else ""
        voice = f", voice {actor.voice}" if actor.voice and any(line.actor == actor.id for line in plan.lines) else ""
        yield f"actor {actor.name}: {actor.species}{colours}{likeness}{voice}"
    for prop in plan.props:
        likeness = f", likeness @{prop.likeness}" if prop.likeness else ""
        moving = ", moving" if any(prop.velocity) else f", {prop.z:g} m above the ground" if prop.z else ""
        colour = f"{prop.colour} " if prop.colour else ""
        yield f"prop {names[prop.id]}: {colour}{prop.shape}, {prop.size:g} m{likeness}{moving}"
    for action in sorted(plan.actions, key=lambda one: one.start):
        target = f" ({names[action.target]})" if action.target else ""
        yield f"action, {_span(action)}: {names[action.actor]}: {action.verb}{target}"
    for line in sorted(plan.lines, key=lambda one: one.start):
        yield f"line, at {line.start:.1f} s, {line.language}: {names[line.actor]}: “{line.text}”"
    for sound in plan.sounds:
        until = f" for {sound.seconds:.1f} s" if sound.seconds is not None else ""
        yield f"sound, from {sound.start:.1f} s{until}: {sound.label}"
    if plan.not_planned:
        yield f"not planned: {', '.join(plan.not_planned)}"


def _span(part: Shot | Action) -> str:
    return f"{part.start:.1f}-{part.start + part.seconds:.1f} s"


def _camera(shot: Shot, names: dict[str, str]) -> str:
    subject = f" on {names[shot.camera.subject]}" if shot.camera.subject else ""
    return f"{shot.camera.framing.value}{subject}, {shot.camera.move.value.replace('_', ' ')}"
