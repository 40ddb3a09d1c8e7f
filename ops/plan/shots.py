"""Shots and camera, by rules of film grammar: where are we, who is it about, who speaks.

A clip opens wide to establish the place, goes to a medium shot of whom it is about, and close to who speaks; it cuts
when something begins, at most every two and a half seconds but for who speaks. What the prompt asks of the camera
comes first.
"""

import random
from dataclasses import dataclass, replace

from greenroom.domain.storyboards import Action, Angle, Camera, CameraMove, Framing, Line, Shot
from ops.plan.rhythm import Rhythm
from ops.plan.timing import spoken_seconds

_SHORTEST = 2.5  # seconds of a shot
_SHORTEST_SPOKEN = 1.3  # seconds of a shot beside a cut to who speaks
_MOVING = frozenset({"ride", "chase", "follow", "run", "walk", "flee", "leave", "push"})
_QUIET = frozenset({"look", "stand", "sit", "lie"})
_HEARD = 0.4  # seconds of a line that make its speaker the matter of a shot
_LEAD_IN = 0.25  # seconds that a cut comes before what it is made for
_MOVES = {
    Framing.WIDE: (CameraMove.PUSH_IN, CameraMove.PAN, CameraMove.STATIC),
    Framing.MEDIUM: (CameraMove.PUSH_IN, CameraMove.STATIC, CameraMove.ORBIT),
    Framing.CLOSE: (CameraMove.STATIC, CameraMove.PUSH_IN),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the prompt asks of the camera, from this second on."""

    time: float
    framing: Framing | None
    angle: Angle | None
    move: CameraMove | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A scene that is cut into shots: seconds from the start of the clip, and whom it is about, first first."""

    start: float
    end: float
    subjects: tuple[str, ...]
    opens: bool = True  # it shows a place for the first time
    marked: bool = False  # the prompt asks for it as one shot


def most_shots(seconds: float) -> int:
    """How many shots a clip of that length has room for."""
    return max(1, int(seconds // _SHORTEST))


def plan_shots(
    stretch: Stretch,
    actions: list[Action],
    lines: list[Line],
    asked: tuple[Asked, ...],
    rhythm: Rhythm | None,
    chance: random.Random,
) -> tuple[Shot, ...]:
    """Shots that fill the stretch without a gap; with music they are cut on its beats as far as there is room."""
    if asked:
        return _as_asked(stretch, actions, lines, asked, rhythm, chance)
    subjects = stretch.subjects
    cuts = [stretch.start] if stretch.marked else _on_beats(_cuts(stretch, actions, lines), stretch, rhythm)
    shots: list[Shot] = []
    for position, (start, end) in enumerate(zip(cuts, [*cuts[1:], stretch.end], strict=True)):
        speakers = _speakers(start, end, lines)
        speaker = speakers[0] if len(speakers) == 1 else None
        subject = speaker or _busiest(start, end, actions, subjects)
        if speaker is not None and (position or len(cuts) == 1 or _spoken(start, end, lines) > 0.5 * (end - start)):
            before = shots[-1].camera if shots else None
            first = before is None and stretch.opens
            again = before is not None and (before.framing, before.subject) == (Framing.CLOSE, speaker)
            framing = Framing.MEDIUM if first or again else Framing.CLOSE
        elif position == 0:
            framing = Framing.WIDE if stretch.opens else Framing.MEDIUM
        else:
            framing = Framing.MEDIUM if shots[-1].camera.framing is not Framing.MEDIUM else Framing.WIDE
        together = framing is Framing.WIDE or len(speakers) > 1 or (speaker is None and _alike(start, end, actions))
        whole = len(subjects) > 1 and framing is not Framing.CLOSE and together
        shots.append(_shot(start, end, Asked(start, framing, None, None, None if whole else subject), actions, chance))
    return tuple(shots)


def _on_beats(cuts: list[float], stretch: Stretch, rhythm: Rhythm | None) -> list[float]:
    """The cuts moved to the nearest beats, none so far that a shot gets too short."""
    if rhythm is None:
        return cuts
    moved = cuts[:1]
    for position, cut in enumerate(cuts[1:], start=1):
        after = cuts[position + 1] if position + 1 < len(cuts) else stretch.end
        first, last = moved[-1] + _SHORTEST_SPOKEN, after - _SHORTEST_SPOKEN
        moved.append(round(rhythm.nearest(cut, first, last), 3) if first <= last else cut)
    return moved


def _cuts(stretch: Stretch, actions: list[Action], lines: list[Line]) -> list[float]:
    """Starts of the shots: whoever begins to speak gets one, the time between is cut where something begins."""
    spoken = [stretch.start]
    speaker: str | None = None
    for line in sorted(lines, key=lambda one: one.start):
        start = round(line.start - _LEAD_IN, 2)
        if line.actor != speaker and spoken[-1] + _SHORTEST_SPOKEN <= start <= stretch.end - _SHORTEST_SPOKEN:
            spoken.append(start)
        speaker = line.actor if stretch.start <= line.start < stretch.end else None
    begins = sorted({max(0.0, round(one.start - _LEAD_IN, 2)) for one in lines} | {one.start for one in actions})
    cuts: list[float] = []
    for start, end in zip(spoken, [*spoken[1:], stretch.end], strict=True):
        cuts += [start, *_cuts_between(start, end, begins)]
    return cuts


def _cuts_between(start: float, end: float, begins: list[float]) -> list[float]:
    """Further cuts: where something begins, if that leaves every shot long enough, else evenly."""
    length = end - start
    if length < 2 * _SHORTEST:
        return []
    count = 2 if length < 3 * _SHORTEST else int(length // _SHORTEST) - (length > 9)
    cuts = [start]
    for position in range(1, count):
        least, most = cuts[-1] + _SHORTEST, end - _SHORTEST * (count - position)
        even = min(max(start + length * position / count, least), most)
        due = [(abs(time - even), time) for time in begins if least <= time <= most]
        cuts.append(round(min(due)[1] if due else even, 2))
    return cuts[1:]


def _as_asked(
    stretch: Stretch,
    actions: list[Action],
    lines: list[Line],
    asked: tuple[Asked, ...],
    rhythm: Rhythm | None,
    chance: random.Random,
) -> tuple[Shot, ...]:
    """One shot for each wish, cut where its words stand in the story as far as every shot stays long enough."""
    seconds, subjects = stretch.end - stretch.start, stretch.subjects
    kept = asked[: most_shots(seconds)]
    starts = [stretch.start]
    for position, wish in enumerate(kept[1:], start=1):
        least, most = starts[-1] + _SHORTEST, stretch.end - _SHORTEST * (len(kept) - position)
        even = stretch.start + seconds * position / len(kept)
        wanted = wish.time if wish.time > kept[position - 1].time else even
        starts.append(round(min(max(wanted, least), most), 2))
    starts = _on_beats(starts, stretch, rhythm)
    shots = []
    for wish, start, end in zip(kept, starts, [*starts[1:], stretch.end], strict=True):
        speaker = next(iter(_speakers(start, end, lines)), None)
        subject = wish.subject or speaker or _busiest(start, end, actions, subjects)
        following = wish.move in (CameraMove.FOLLOW, CameraMove.ORBIT, CameraMove.PUSH_IN)
        framing = wish.framing or (Framing.MEDIUM if following else Framing.WIDE)
        if framing is Framing.WIDE and wish.subject is None and len(subjects) > 1 and not following:
            subject = None
        shots.append(_shot(start, end, replace(wish, framing=framing, subject=subject), actions, chance))
    return tuple(shots)


def _shot(start: float, end: float, asked: Asked, actions: list[Action], chance: random.Random) -> Shot:
    framing, subject, move = asked.framing or Framing.WIDE, asked.subject, asked.move
    drawn = chance.choice(_MOVES[framing])  # drawn in any case: a wish must not change the shots after it
    travels = any(
        one.actor == subject and one.verb in _MOVING and one.start < end - 0.5 and one.start + one.seconds > start + 0.5
        for one in actions
    )
    if move is None:
        move = CameraMove.FOLLOW if travels else drawn
    if asked.move is None and asked.angle is Angle.OVERHEAD:
        move = CameraMove.STATIC
    camera = Camera(framing=framing, angle=asked.angle or Angle.EYE, move=move, subject=subject)
    return Shot(start=round(start, 3), seconds=round(end - start, 3), camera=camera)


def _spoken(start: float, end: float, lines: list[Line]) -> float:
    """Seconds between two moments in which someone speaks."""
    ends = [(line.start, line.start + spoken_seconds(line)) for line in lines]
    return sum(max(0.0, min(end, last) - max(start, first)) for first, last in ends)


def _speakers(start: float, end: float, lines: list[Line]) -> list[str]:
    """Who speaks between two moments, half a second at least, each once."""
    heard = [
        line.actor for line in lines if min(end, line.start + spoken_seconds(line)) - max(start, line.start) > _HEARD
    ]
    return list(dict.fromkeys(heard))


def _alike(start: float, end: float, actions: list[Action]) -> bool:
    """Whether several do the same in that time, or nobody does anything: a picture of all of them."""
    inside = [one for one in actions if one.start < end - _HEARD and one.start + one.seconds > start + _HEARD]
    return not inside or len({one.actor for one in inside}) > len({one.verb for one in inside})


def _busiest(start: float, end: float, actions: list[Action], subjects: tuple[str, ...]) -> str | None:
    """Who acts longest between two moments, first of `subjects` first; looking on counts little."""
    spans = dict.fromkeys(subjects, 0.0)
    for one in actions:
        inside = min(end, one.start + one.seconds) - max(start, one.start)
        if inside > 0:
            spans[one.actor] = spans.get(one.actor, 0.0) + inside * (0.4 if one.verb in _QUIET else 1.0)
    return max(spans, key=lambda name: spans[name]) if spans else None
