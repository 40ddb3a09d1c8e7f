"""What is wrong with a storyboard beyond its fields: names the generator does not know, times that cannot be.

Other words for what the generator knows ("seaside", "sprints") are put into its own first, by `renamed`.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from pydantic import JsonValue

from greenroom.domain.storyboards import Garment, Line, Storyboard
from ops.plan import known, short_forms
from ops.plan.languages import seconds_to_say, slowness
from ops.plan.mistakes import Mistake, Path, unknown

_SLACK = 0.02  # seconds: less is rounding
_OVERRUN = 0.1  # seconds that an action may go on after the end: nobody sees it
_SURE = 0.75  # of the estimate, which is an upper one: what a line takes in any case
_SOUNDS_ANYWHERE = 0.05


def renamed(flat: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The flat form with the generator's own words: `place: seaside` is a beach, `verb: sprints` is to run."""
    flat = dict(flat)
    _rename(flat, "place", short_forms.place_named)
    for key, names in (
        ("shots", {"place": short_forms.place_named}),
        ("actors", {"species": short_forms.species_named}),
        ("props", {"shape": short_forms.shape_named, "place": short_forms.place_named}),
        ("actions", {"verb": short_forms.verb_named}),
    ):
        listed = flat.get(key)
        if isinstance(listed, list):
            flat[key] = [_renamed(one, names) for one in listed]
    return flat


def _renamed(one: JsonValue, names: Mapping[str, Callable[[str], str | None]]) -> JsonValue:
    if not isinstance(one, dict):
        return one
    one = dict(one)
    for field, meaning in names.items():
        _rename(one, field, meaning)
    return one


def _rename(holder: dict[str, JsonValue], field: str, meaning: Callable[[str], str | None]) -> None:
    value = holder.get(field)
    if isinstance(value, str) and (name := meaning(value)) is not None:
        holder[field] = name


def mistakes(plan: Storyboard) -> Iterator[Mistake]:
    """Every mistake, by the path of its field."""
    yield from _looks(plan)
    yield from _shots(plan)
    yield from _deeds(plan)
    yield from _lines(plan)


def _looks(plan: Storyboard) -> Iterator[Mistake]:
    coloured: list[tuple[Path, str | None]] = []
    for n, actor in enumerate(plan.actors):
        coloured += [(("actors", n, "colours", k), colour) for k, colour in enumerate(actor.colours)]
        coloured.append((("actors", n, "hair"), actor.hair))
        yield from _garments(("actors", n, "clothes"), actor.clothes)
    coloured += [(("props", n, "colour"), prop.colour) for n, prop in enumerate(plan.props)]
    for n, shot in enumerate(plan.shots):
        for name, clothes in shot.clothes.items():
            yield from _garments(("shots", n, "clothes", name), clothes)
    for path, colour in coloured:
        if colour is not None and not known.is_colour(colour):
            yield Mistake(path, unknown(colour, "a colour", known.colours()))


def _garments(path: Path, worn: tuple[Garment, ...]) -> Iterator[Mistake]:
    for k, garment in enumerate(worn):
        if garment.kind not in known.garments():
            yield Mistake((*path, k, "kind"), unknown(garment.kind, "a garment", known.garments()))
        if garment.colour is not None and not known.is_colour(garment.colour):
            yield Mistake((*path, k, "colour"), unknown(garment.colour, "a colour", known.colours()))


def _shots(plan: Storyboard) -> Iterator[Mistake]:
    """Shots follow each other from the first moment to the last."""
    first, last = plan.shots[0], plan.shots[-1]
    if first.start > _SLACK:
        yield Mistake(("shots", 0, "start"), f"got {first.start:g}, expected 0: nothing is seen before it")
    for n, (one, other) in enumerate(pairwise(plan.shots), start=1):
        end = one.start + one.seconds
        if abs(other.start - end) > _SLACK:
            what = (
                "overlaps the shot before, which ends" if other.start < end else "leaves a gap after the shot that ends"
            )
            yield Mistake(("shots", n, "start"), f"got {other.start:g}, which {what} at {end:g} s; expected {end:g}")
    end = last.start + last.seconds
    if abs(end - plan.seconds) > _SLACK:
        says = f"got {last.seconds:g}, so the shots end at {end:g} s; expected {plan.seconds:g} s, the clip's length"
        yield Mistake(("shots", len(plan.shots) - 1, "seconds"), says)


def _deeds(plan: Storyboard) -> Iterator[Mistake]:
    for n, action in enumerate(plan.actions):
        end = action.start + action.seconds
        if end > plan.seconds + _OVERRUN:
            left = plan.seconds - action.start
            says = f"got {action.seconds:g}, and it ends at {end:g} s; expected at most {left:g}: the clip ends then"
            yield Mistake(("actions", n, "seconds"), says)
        yield from _there(plan, action.actor, action.start, end, ("actions", n, "actor"), "acts")
    for n, sound in enumerate(plan.sounds):
        if sound.start >= plan.seconds - _SOUNDS_ANYWHERE:
            says = f"got {sound.start:g}, expected a time before the end at {plan.seconds:g} s"
            yield Mistake(("sounds", n, "start"), says)
    if plan.music is not None and plan.music.start >= plan.seconds:
        yield Mistake(("music", "start"), f"got {plan.music.start:g}, expected a time before {plan.seconds:g} s")


def _there(plan: Storyboard, actor: str, start: float, end: float, path: Path, does: str) -> Iterator[Mistake]:
    """Told that somebody acts in shots they are not in."""
    seen = [
        n
        for n, shot in enumerate(plan.shots)
        if shot.start < end - _SLACK and shot.start + shot.seconds > start + _SLACK
    ]
    if seen and not any(actor in plan.present[n] for n in seen):
        there = ", ".join(plan.present[seen[0]]) or "nobody"
        says = f"got {actor!r}, who {does} in shot {seen[0] + 1} and is not there; expected one of its actors: {there}"
        yield Mistake(path, says)


def _lines(plan: Storyboard) -> Iterator[Mistake]:
    for n, line in enumerate(plan.lines):
        if not any(one.isalnum() for one in line.text):
            yield Mistake(("lines", n, "text"), f"got {line.text!r}, expected words to say")
            continue
        if not known.is_language(line.language):
            says = unknown(line.language, "a language with a voice, by its tag", known.LANGUAGES)
            yield Mistake(("lines", n, "language"), says)
        takes = _SURE * _takes(plan, line)
        shot = max(k for k, one in enumerate(plan.shots) if one.start <= line.start + _SLACK or k == 0)
        for what, end in (("shot", plan.shots[shot].start + plan.shots[shot].seconds), ("clip", plan.seconds)):
            if line.start + takes > end + _SLACK:
                says = (
                    f"takes {takes:.1f} s to say at least, and its {what} has {max(0.0, end - line.start):.1f} s left "
                    f"from {line.start:g} s; expected a shorter line, an earlier start or a longer {what}"
                )
                yield Mistake(("lines", n, "text"), says)
                break
        yield from _there(plan, line.actor, line.start, line.start + 0.1, ("lines", n, "actor"), "speaks")


def _takes(plan: Storyboard, line: Line) -> float:
    voice = next(actor.voice for actor in plan.actors if actor.id == line.actor)
    return slowness(voice, line.delivery) * seconds_to_say(line.text, line.language)
