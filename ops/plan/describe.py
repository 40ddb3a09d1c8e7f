"""A storyboard in plain lines, as `greenroom make --plan` prints it."""

from collections.abc import Iterator

from greenroom.domain.storyboards import Action, Actor, Delivery, Setting, Shot, Storyboard, Transition
from ops.plan.understanding import shot_in_words


def describe(storyboard: Storyboard) -> list[str]:
    """What was understood, then one line for each shot, actor, prop, action, line and sound, and what is left out."""
    return list(_lines(storyboard))


def _lines(plan: Storyboard) -> Iterator[str]:
    names = {actor.id: actor.name for actor in plan.actors} | {
        prop.id: prop.id.replace("_", " ") for prop in plan.props
    }
    yield f"“{plan.title}”, {plan.seconds:g} s, {plan.width}x{plan.height}, {plan.style.value}, seed {plan.seed}"
    if plan.understood:
        yield "understood:"
        yield from (f"  {sentence}" for sentence in plan.understood)
    present = tuple(actor.id for actor in plan.actors)
    for number, (shot, setting, here) in enumerate(zip(plan.shots, plan.settings, plan.present, strict=True), start=1):
        yield f"shot {number}, {_span(shot)}: {_join(shot)}{_camera(shot, names)}, {_setting(setting, plan)}"
        if here != present:
            yield f"  there: {', '.join(names[name] for name in here) or 'nobody'}"
        for name, clothes in shot.clothes.items():
            yield f"  {names[name]} changes into {' and '.join(_worn(one.kind, one.colour) for one in clothes)}"
        present = here
    for actor in plan.actors:
        likeness = f", likeness @{actor.likeness}" if actor.likeness else ""
        colours = _looks(actor)
        voice = f", voice {actor.voice}" if actor.voice and any(line.actor == actor.id for line in plan.lines) else ""
        yield f"actor {actor.name}: {actor.species}{colours}{likeness}{voice}"
    for prop in plan.props:
        likeness = f", likeness @{prop.likeness}" if prop.likeness else ""
        moving = ", moving" if any(prop.velocity) else f", {prop.z:g} m above the ground" if prop.z else ""
        colour = f"{prop.colour} " if prop.colour else ""
        yield f"prop {names[prop.id]}: {colour}{prop.shape}, {prop.size:g} m{likeness}{moving}"
    for action in sorted(plan.actions, key=lambda one: one.start):
        target = f" ({names[action.target]})" if action.target else ""
        target += f" to {names[action.to]}" if action.to else ""
        yield f"action, {_span(action)}: {names[action.actor]}: {action.verb}{target}"
    for line in sorted(plan.lines, key=lambda one: one.start):
        how = f", {line.delivery.value}" if line.delivery is not Delivery.PLAIN else ""
        yield f"line, at {line.start:.1f} s, {line.language}{how}: {names[line.actor]}: “{line.text}”"
    for sound in plan.sounds:
        until = f" for {sound.seconds:.1f} s" if sound.seconds is not None else ""
        yield f"sound, from {sound.start:.1f} s{until}: {sound.label}"
    if plan.music is not None:
        until = f" for {plan.music.seconds:.1f} s" if plan.music.seconds is not None else ""
        tune = f"{plan.music.mood.value}, {plan.music.tempo:g} beats a minute"
        yield f"music, from {plan.music.start:.1f} s{until}: {tune}"
    if plan.not_planned:
        yield "left out:"
        yield from (f"  {one}" for one in plan.not_planned)


def _span(part: Shot | Action) -> str:
    return f"{part.start:.1f}-{part.start + part.seconds:.1f} s"


def _camera(shot: Shot, names: dict[str, str]) -> str:
    subject = names[shot.camera.subject] if shot.camera.subject else None
    return shot_in_words(shot.camera.framing, shot.camera.angle, shot.camera.move, subject)


def _join(shot: Shot) -> str:
    return "" if shot.transition is Transition.CUT else f"{shot.transition.value}, "


def _setting(setting: Setting, plan: Storyboard) -> str:
    style = f", {setting.style.value}" if setting.style is not plan.style else ""
    return f"{setting.place.replace('_', ' ')}, {setting.time_of_day}, {setting.weather}{style}"


def _looks(actor: Actor) -> str:
    """Build, clothes or colours, and hair."""
    parts = [actor.build.value] if actor.build is not None else []
    parts += [_worn(one.kind, one.colour) for one in actor.clothes]
    parts += [" and ".join(actor.colours)] if actor.colours and not actor.clothes else []
    parts += [f"{actor.hair} hair"] if actor.hair else []
    return "".join(f", {part}" for part in parts)


def _worn(kind: str, colour: str | None) -> str:
    return f"{colour} {kind}" if colour else kind
