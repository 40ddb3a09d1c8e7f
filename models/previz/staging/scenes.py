"""A storyboard cut into scenes: stretches in one place with one company, each staged as a storyboard of its own.

What carries over from one to the next is `Left`; how a scene is staged is `stage.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenroom.domain.storyboards import Action, Shot, Storyboard, Transition
from models.previz.staging.verbs import ONE_SHOTS, POSTURES, verb_of
from models.previz.world import Cut, RigidState, Vector

_TRANSITION_SECONDS = {Transition.CUT: 0.0, Transition.DISSOLVE: 0.5, Transition.FADE: 0.6}


@dataclass(frozen=True, slots=True)
class Scene:
    """One stretch of a clip. `plan` has its actors, things, actions and lines alone, with times from its start."""

    plan: Storyboard
    first: int  # frame of the clip
    first_shot: int
    lines: tuple[int, ...]  # the index in the whole storyboard of each of its lines
    fresh: bool  # nothing carries over into it
    follows: bool  # goes on without a break in the place of the scene before it

    @property
    def seconds(self) -> float:
        """From the start of the clip to that of the scene."""
        return self.first / self.plan.frames_per_second


@dataclass(slots=True)
class Left:
    """How things and people were left, by place and for those who carry something with them."""

    rigids: dict[str, dict[str, tuple[RigidState, Vector]]] = field(default_factory=dict)  # place: prop: state, m/s
    marks: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)  # place: actor: x, y
    held: dict[str, str] = field(default_factory=dict)  # prop: actor


def shot_of_frames(storyboard: Storyboard) -> list[int]:
    """For each frame the index of the shot it belongs to."""
    found = []
    for frame in range(storyboard.frame_count):
        time = frame / storyboard.frames_per_second
        started = [index for index, shot in enumerate(storyboard.shots) if shot.start <= time + 1e-6]
        found.append(started[-1] if started else 0)
    return found


def scenes_of(storyboard: Storyboard) -> tuple[Scene, ...]:
    """The scenes in order; together they have every frame of the clip once."""
    shots = shot_of_frames(storyboard)
    settings, present = storyboard.settings, storyboard.present
    starts: list[int] = []
    for frame, shot in enumerate(shots):
        before = shots[frame - 1] if frame else None
        moved = before is not None and before != shot and (
            settings[before].place != settings[shot].place
            or present[before] != present[shot]
            or any(one.fresh for one in storyboard.shots[before + 1 : shot + 1])
        )  # fmt: skip
        if before is None or moved:
            starts.append(frame)
    ends = [*starts[1:], storyboard.frame_count]
    return tuple(_scene(storyboard, shots, start, end) for start, end in zip(starts, ends, strict=True))


def cuts_of(storyboard: Storyboard) -> tuple[Cut, ...]:
    """Where the shots after the first begin, and how; a fade may also open the clip."""
    shots = shot_of_frames(storyboard)
    found = []
    for frame, shot in enumerate(shots):
        how = storyboard.shots[shot].transition
        if frame == 0 and how is not Transition.FADE:
            continue
        if frame == 0 or shots[frame - 1] != shot:
            seconds = min(_TRANSITION_SECONDS[how], 0.5 * shots.count(shot) / storyboard.frames_per_second)
            found.append(Cut(frame, how, round(seconds * storyboard.frames_per_second)))
    return tuple(found)


def outfits_of(storyboard: Storyboard) -> tuple[Mapping[str, int], ...]:
    """For each shot the number of the outfit each actor wears: 0, and one more for every change."""
    now = dict.fromkeys((actor.id for actor in storyboard.actors), 0)
    changes = dict(now)
    found = []
    for shot in storyboard.shots:
        if shot.fresh:
            now = dict.fromkeys(now, 0)
        for name in shot.clothes:
            changes[name] += 1
            now[name] = changes[name]
        found.append(dict(now))
    return tuple(found)


def _scene(storyboard: Storyboard, shots: list[int], start: int, end: int) -> Scene:
    first, last = shots[start], shots[end - 1]
    setting, present = storyboard.settings[first], storyboard.present[first]
    offset, until = start / storyboard.frames_per_second, end / storyboard.frames_per_second
    before = storyboard.settings[shots[start - 1]] if start else None
    fresh = any(shot.fresh for shot in storyboard.shots[first : last + 1])
    acted = {name for one in storyboard.actions for name in (one.target, one.to) if _overlaps(one, offset, until)}
    props = tuple(
        prop for prop in storyboard.props if prop.id in acted or _place_of(storyboard, prop.id) == setting.place
    )
    here = set(present) | {prop.id for prop in props}
    lines = tuple(
        index
        for index, line in enumerate(storyboard.lines)
        if line.actor in present and line.start < until and (line.start >= offset or _may_last(line.start, offset))
    )
    plan = storyboard.model_copy(
        update={
            "place": setting.place,
            "time_of_day": setting.time_of_day,
            "weather": setting.weather,
            "style": setting.style,
            "seconds": (end - start) / storyboard.frames_per_second,
            "shots": tuple(_shot(shot, offset, here) for shot in storyboard.shots[first : last + 1]),
            "actors": tuple(actor for actor in storyboard.actors if actor.id in present),
            "props": props,
            "music": storyboard.music.model_copy(update={"start": storyboard.music.start - offset})
            if storyboard.music is not None
            else None,
            "actions": _actions(storyboard, offset, until, here, present),
            "lines": tuple(
                storyboard.lines[index].model_copy(update={"start": storyboard.lines[index].start - offset})
                for index in lines
            ),
        }
    )
    follows = before is not None and before.place == setting.place and not fresh
    return Scene(plan, start, first, lines, fresh, follows)


def _may_last(start: float, offset: float) -> bool:
    """Whether a line begun before a scene may still be heard in it."""
    return start > offset - 10.0


def _overlaps(action: Action, offset: float, until: float) -> bool:
    return action.start < until and action.start + action.seconds > offset


def _place_of(storyboard: Storyboard, prop: str) -> str:
    """Where a thing stands: as it says, else where the first shot plays that uses or shows it."""
    found = next(one for one in storyboard.props if one.id == prop)
    if found.place is not None:
        return found.place
    times = [action.start for action in storyboard.actions if prop in (action.target, action.to)]
    times += [shot.start for shot in storyboard.shots if shot.camera.subject == prop]
    if not times:
        return storyboard.settings[0].place
    shots = [index for index, shot in enumerate(storyboard.shots) if shot.start <= min(times) + 1e-6]
    return storyboard.settings[shots[-1] if shots else 0].place


def _shot(shot: Shot, offset: float, here: set[str]) -> Shot:
    subject = shot.camera.subject if shot.camera.subject in here else None
    camera = shot.camera.model_copy(update={"subject": subject})
    return shot.model_copy(update={"start": max(0.0, shot.start - offset), "camera": camera})


def _actions(
    storyboard: Storyboard, offset: float, until: float, here: set[str], present: tuple[str, ...]
) -> tuple[Action, ...]:
    """What is done in a scene. What began before it has a start below 0: a posture goes on until something else is
    done, a leap or a throw is over.
    """
    found = []
    for action in storyboard.actions:
        if action.actor not in present or action.start >= until:
            continue
        move = verb_of(action.verb).move
        held = move in POSTURES and not any(
            other.actor == action.actor and action.start < other.start <= offset for other in storyboard.actions
        )
        over = move in ONE_SHOTS and action.start < offset
        if over or not (held or _overlaps(action, offset, until)):
            continue
        found.append(
            action.model_copy(
                update={
                    "start": action.start - offset,
                    "target": action.target if action.target in here else None,
                    "to": action.to if action.to in here else None,
                }
            )
        )
    return tuple(found)
