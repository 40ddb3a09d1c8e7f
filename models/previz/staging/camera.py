"""The camera of each shot: where it stands, what it looks at, how it moves, chosen when the action is known.

It stands on the audience's side (negative y) as a crew would: low and near for a cat, at eye height for people, to
the side a face is turned to, not behind another's back, never inside anything and never under 0.15 m.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from greenroom.domain.storyboards import Angle, CameraMove, Framing, Shot, Storyboard
from models.previz.staging.framing import (
    FRAMES,
    Floats,
    Frame,
    basis,
    body_outline,
    distance_for,
    eased,
    mean_facing,
    project,
    smoothed,
    thing_outline,
)
from models.previz.staging.grounds import INDOORS, place_key
from models.previz.staging.lens import CRANE, LOW_DROP, PITCH, TILT, focused, held_by_hand
from models.previz.staging.obstruction import Cast, cleared, height_over_table, hidden
from models.previz.staging.scenes import shot_of_frames
from models.previz.world import CameraState

LOWEST = 0.15  # metres
_STEADY_SECONDS = 0.45  # deviation of the smoothing of what is followed
_TRIES = (0.0, 0.22, -0.22, 0.44, -0.44, 0.66, -0.66)  # radians tried beside the angle one would like
_FARTHEST_SIDE = 0.95  # radians from the front: farther round the set has no picture
_FARTHEST_INDOORS = 0.5  # radians: walls stand to the left and right
_ORBIT, _ORBIT_INDOORS = 0.45, 0.30  # radians to each side
_PUSH = 1.3  # times the final distance that a push-in starts from
_SLACK = 1.15  # times the distance a static camera may stand back before it pans instead
_INSIDE = 0.96  # of the picture's half width and height, in which subjects stay
_AIR_AROUND = {Framing.WIDE: 2.6, Framing.MEDIUM: 1.7, Framing.CLOSE: 1.0}  # times a thing's size that a shot holds
_COMPANY = {
    Framing.WIDE: 2.2,
    Framing.MEDIUM: 1.1,
    Framing.CLOSE: 1.1,
}  # metres from an actor that a thing is kept in view
_HIGHEST = 2.5  # metres
_FROM_ABOVE = frozenset({Angle.HIGH, Angle.OVERHEAD})
_CUT = 0.5  # radians between two shots of one subject in one framing


def cameras(storyboard: Storyboard, cast: Cast) -> list[CameraState]:
    """The camera of every frame."""
    indices = shot_of_frames(storyboard)
    states: list[CameraState] = []
    before: tuple[tuple[str, ...], Framing, float] | None = None
    for index, shot in enumerate(storyboard.shots):
        frames = [frame for frame, one in enumerate(indices) if one == index]
        if not frames:
            continue
        subjects = subjects_of(storyboard, cast, shot, frames)
        scene = _Scene(storyboard, cast, shot, tuple(frames), subjects)
        avoid = before[2] if before and before[:2] == (subjects, shot.camera.framing) else None
        found, azimuth = scene.choose(avoid)
        before = (subjects, shot.camera.framing, azimuth)
        states += found
    return states


def subjects_of(storyboard: Storyboard, cast: Cast, shot: Shot, frames: Sequence[int]) -> tuple[str, ...]:
    """What a shot shows: its subject, else the middle of the action: everybody and what they act on.

    A shot that is not close shows with its subject the thing that it acts on: a chase is of two.
    A close shot without a subject is of who speaks, else of who acts, in that time.
    """
    start, end = frames[0] / storyboard.frames_per_second, (frames[-1] + 1) / storyboard.frames_per_second
    acting = [one for one in storyboard.actions if one.start < end and one.start + one.seconds > start]
    if shot.camera.subject is not None:
        if shot.camera.framing is Framing.CLOSE:
            return (shot.camera.subject,)
        targets = [one.target for one in acting if one.actor == shot.camera.subject and one.target in cast.halves]
        return tuple(dict.fromkeys((shot.camera.subject, *(one for one in targets if one is not None))))
    if not cast.bodies:
        return tuple(cast.halves)
    if shot.camera.framing is Framing.CLOSE:
        speakers = [line.actor for line in storyboard.lines if line.start < end and line.start > start - 2.0]
        return ((speakers or [one.actor for one in acting] or list(cast.bodies))[0],)
    return (*cast.bodies, *(prop for prop in cast.halves if prop in cast.busy))


@dataclass(frozen=True, slots=True)
class _Scene:
    """One shot and what is in it."""

    storyboard: Storyboard
    cast: Cast
    shot: Shot
    frames: tuple[int, ...]
    subjects: tuple[str, ...]

    @property
    def aspect(self) -> float:
        return self.storyboard.width / self.storyboard.height

    @property
    def indoors(self) -> bool:
        return place_key(self.storyboard.place) in INDOORS

    def choose(self, avoid: float | None) -> tuple[list[CameraState], float]:
        """The best of a few angles; `avoid` is the angle of the shot before if it showed the same."""
        points = self._points()
        farthest = _FARTHEST_INDOORS if self.indoors else _FARTHEST_SIDE
        wanted = self._liked_angle()
        if avoid is not None and abs(wanted - avoid) < _CUT:
            wanted = avoid + math.copysign(_CUT, -avoid if avoid else 1.0)
        best: list[CameraState] = []
        lowest, chosen = math.inf, wanted
        for index, turn in enumerate(_TRIES):
            azimuth = min(max(wanted + turn, -farthest), farthest)
            states = self._shoot(points, azimuth)
            cost = 0.12 * index + hidden(self.cast, self.subjects, self.frames, states, points)
            if cost < lowest - 1e-9:
                best, lowest, chosen = states, cost, azimuth
            if cost <= 0.12 * index + 1e-9:
                break  # nothing in the way: farther angles can only be worse
        return best, chosen

    def _points(self) -> Floats:
        """float64[T, N, 3]: outlines of the subjects, frame by frame."""
        framing, cast = self.shot.camera.framing, self.cast
        rows = []
        for frame in self.frames:
            row = []
            for name in self.subjects:
                if name in cast.bodies:
                    row.append(body_outline(cast.bodies[name][frame], cast.physiques[name], framing))
                else:
                    row.append(self._thing(name, frame))
            rows.append(np.concatenate(row) if row else thing_outline((0.0, 0.0, 0.6), (1.2, 1.2, 0.6)))
        return np.stack(rows)

    def _thing(self, name: str, frame: int) -> Floats:
        """The outline of a prop: with the room it is seen in if the shot is of it; not where it left the others for."""
        x, y, z = self.cast.rigids[frame][name].position
        half = self.cast.halves[name]
        if self.subjects == (name,):
            room = _AIR_AROUND[self.shot.camera.framing]
            return thing_outline((x, y, z), (room * half[0], room * half[1], room * half[2]))
        places = [states[frame].position for states in self.cast.bodies.values()]
        if places:
            near = min(places, key=lambda one: math.hypot(one[0] - x, one[1] - y))
            share = min(1.0, _COMPANY[self.shot.camera.framing] / max(1e-6, math.hypot(near[0] - x, near[1] - y)))
            x, y, z = near[0] + (x - near[0]) * share, near[1] + (y - near[1]) * share, min(z, _HIGHEST)
        return thing_outline((x, y, z), half)

    def _liked_angle(self) -> float:
        """To the side that faces are turned to; a little to one side where nobody's face decides."""
        bodies = [name for name in self.subjects if name in self.cast.bodies]
        if len(bodies) != 1:
            return 0.16 if self.storyboard.seed % 2 else -0.16
        facing = mean_facing([self.cast.bodies[bodies[0]][frame] for frame in self.frames])
        towards = math.atan2(facing[0], -facing[1]) * min(1.0, math.hypot(*facing))
        share = {Framing.WIDE: 0.30, Framing.MEDIUM: 0.45, Framing.CLOSE: 0.62}[self.shot.camera.framing]
        return min(max(share * min(max(towards, -1.6), 1.6), -0.8), 0.8)

    def _shoot(self, points: Floats, azimuth: float) -> list[CameraState]:
        """The states of the whole shot from one angle, as near as the framing wants and no nearer than all fit."""
        frame = FRAMES[self.shot.camera.framing]
        far = 1.0
        inside = _INSIDE * (1 - 0.9 * TILT * self.aspect / 2) if self.shot.camera.angle is Angle.DUTCH else _INSIDE
        states: list[CameraState] = []
        for _ in range(24):
            states = self._at(points, azimuth, frame, far)
            worst = max(
                float(np.abs(project(state, row, self.aspect)[:, :2]).max())
                if (project(state, row, self.aspect)[:, 2] > 0.05).all()
                else 2.0
                for state, row in zip(states[::2], points[::2], strict=True)
            )
            if worst <= inside:
                break
            far *= min(max(worst / inside, 1.03), 1.25)
        return self._operated(states, points)

    def _operated(self, states: list[CameraState], points: Floats) -> list[CameraState]:
        """The states tilted, held and focused as the shot asks."""
        fps = self.storyboard.frames_per_second
        if self.shot.camera.angle is Angle.DUTCH:
            side = 1.0 if self.storyboard.seed % 2 else -1.0
            states = [replace(state, roll=side * TILT) for state in states]
        if self.shot.camera.move is CameraMove.HANDHELD:
            states = held_by_hand(states, fps, self.storyboard.seed + self.frames[0])
        middles = 0.5 * (points.min(axis=1) + points.max(axis=1))
        return focused(states, middles, self.shot.camera.framing, fps)

    def _at(self, points: Floats, azimuth: float, frame: Frame, far: float) -> list[CameraState]:
        move, fps, angle = self.shot.camera.move, self.storyboard.frames_per_second, self.shot.camera.angle
        count = len(points)
        middles = 0.5 * (points.min(axis=1) + points.max(axis=1))
        followed = smoothed(middles, _STEADY_SECONDS * fps)
        followed[:, 2] = 0.6 * followed[:, 2] + 0.4 * followed[:, 2].mean()
        low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
        still = np.broadcast_to(0.5 * (low + high), followed.shape)
        base = float(np.median(points[:, :, 2].max(axis=1)))
        pitch = PITCH[angle]
        near = distance_for(points, followed, azimuth, pitch, frame, self.aspect)
        all_fit = distance_for(points, still, azimuth, pitch, frame, self.aspect)
        static = move in (CameraMove.STATIC, CameraMove.PAN) and all_fit <= _SLACK * near
        centres = still if static else followed
        distance = (all_fit if static else near) * far
        standing = still if move in (CameraMove.STATIC, CameraMove.PAN) else followed
        share = eased(count)
        lengths = np.full(count, distance)
        angles = np.full(count, azimuth)
        if move is CameraMove.PUSH_IN:
            lengths *= _PUSH + (1 - _PUSH) * share
        elif move is CameraMove.PULL_OUT:
            lengths *= 1 + (_PUSH - 1) * share
        elif move is CameraMove.ORBIT:
            angles = azimuth + (_ORBIT_INDOORS if self.indoors else _ORBIT) * (2 * share - 1)
        tall = 2 * math.tan(frame.vertical_fov / 2) * lengths
        aside = self._look_room(azimuth) * frame.side * tall * self.aspect
        if move is CameraMove.PAN:
            aside = aside + (share - 0.5) * 0.22 * tall * self.aspect
        over = max((height_over_table(self.cast, self.frames[0], name) for name in self.subjects), default=0.0)
        found = []
        for index in range(count):
            right, _, ahead = basis(float(angles[index]), pitch if angle in _FROM_ABOVE else 0.0)
            eye = standing[index] - ahead * lengths[index]
            if angle not in _FROM_ABOVE:
                eye[2] = max(self._eye_height(base, float(low[2]), float(lengths[index])), over)
            if move is CameraMove.CRANE:
                eye[2] *= CRANE[0] + (CRANE[1] - CRANE[0]) * float(share[index])
            target = centres[index] + right * aside[index]
            target = target - np.array([0.0, 0.0, frame.raised * tall[index]])
            if move is not CameraMove.PAN and (static or move is not CameraMove.STATIC):
                eye = eye + right * aside[index]
            eye = cleared(eye, self.cast, self.frames[index])
            found.append(
                CameraState(
                    eye=(float(eye[0]), float(eye[1]), max(LOWEST, float(eye[2]))),
                    target=(float(target[0]), float(target[1]), float(target[2])),
                    vertical_fov=frame.vertical_fov,
                )
            )
        return found

    def _eye_height(self, top: float, low: float, distance: float) -> float:
        """Just under the eyes of the subject, a little higher from far so that the ground shows its depth."""
        framing = self.shot.camera.framing
        if self.shot.camera.angle is Angle.LOW:
            return max(LOWEST, 0.5 * (low + top) - LOW_DROP * distance)
        share = {Framing.WIDE: 0.82, Framing.MEDIUM: 0.88, Framing.CLOSE: 0.97}[framing]
        rise = 0.03 * distance if framing is Framing.WIDE else 0.0
        return max(LOWEST, share * top + rise, 0.0 if framing is not Framing.WIDE else 0.06 * distance)

    def _look_room(self, azimuth: float) -> float:
        """-1 to 1: how far a single subject looks or goes to the right of the picture; it gets room on that side."""
        bodies = [name for name in self.subjects if name in self.cast.bodies]
        if len(self.subjects) != 1 or not bodies:
            return 0.0
        facing = mean_facing([self.cast.bodies[bodies[0]][frame] for frame in self.frames])
        return min(max(1.4 * (facing[0] * math.cos(azimuth) + facing[1] * math.sin(azimuth)), -1.0), 1.0)
