"""The whole person as triangles: head, ears, shoulders, mouth's inside, long hair, glasses; posed for one moment."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bench.captures.identity import Hair, Identity, identity
from bench.captures.paint import HEIGHT, PATCH, PATCHES, STRIP, WIDTH, Atlas, atlas_of
from bench.captures.raster import Array, Mesh, joined
from bench.captures.shape import COLUMNS, HINGE, ROWS_ABOVE, ROWS_BELOW, Head, head_of

PIVOT = np.array([0.0, -9.5, -2.0])  # where the neck turns
WIDEST = 0.19  # radians that the jaw opens for the widest vowel


@dataclass(frozen=True, slots=True)
class Pose:
    """One moment. Radians: `yaw` to the person's own left, `pitch` up, `roll` to their left shoulder; `mouth` and
    `blink` 0 to 1; `sway`: centimetres of the whole body.
    """

    yaw: float
    pitch: float
    roll: float
    mouth: float
    blink: float
    sway: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    who: Identity
    mesh: Mesh
    atlas: Atlas


@lru_cache(maxsize=32)
def figure_of(number: int) -> Figure:
    """The figure of an identity; a second or so the first time."""
    who = identity(number)
    head = head_of(who)
    parts = [_skull(head), *_ears(who, head), _shoulders(who), *_mouth(who, head)]
    if who.hair is Hair.LONG:
        parts += _curtain(who)
    if who.glasses:
        parts += _glasses(who, head)
    return Figure(who, joined(parts), atlas_of(who, head))


def posed(mesh: Mesh, pose: Pose) -> tuple[Array, Array]:
    """Points and normals of the mesh in a pose."""
    points, normals = mesh.points.copy(), mesh.normals
    turn = mesh.jaw * pose.mouth * WIDEST
    cos, sin = np.cos(turn), np.sin(turn)
    y, z = points[:, 1] - HINGE[0], points[:, 2] - HINGE[1]
    points[:, 1] = HINGE[0] + y * cos - z * sin
    points[:, 2] = HINGE[1] + y * sin + z * cos
    about = _rotation(pose)
    bone = mesh.bone[:, None]
    turned = (points - PIVOT) @ about.T + PIVOT
    points = points * (1 - bone) + turned * bone + np.asarray(pose.sway)
    return np.ascontiguousarray(points), np.ascontiguousarray(normals * (1 - bone) + (normals @ about.T) * bone)


def _rotation(pose: Pose) -> Array:
    def turn(angle: float, i: int, j: int) -> Array:
        one = np.eye(3)
        one[i, i] = one[j, j] = np.cos(angle)
        one[i, j], one[j, i] = -np.sin(angle), np.sin(angle)
        return one

    # yaw carries z towards x; pitch carries z towards y; roll carries y towards x
    return np.asarray(turn(pose.yaw, 2, 0) @ turn(-pose.pitch, 1, 2) @ turn(-pose.roll, 0, 1))


def _grid_faces(rows: int, columns: int, start: int = 0) -> Array:
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (start + i * columns + j).ravel()
    b, c, d = a + 1, a + columns, a + columns + 1
    return np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])


def _sheet(grid: Array, patch: str, *, bone: float = 1.0, jaw: float = 0.0, flip: bool = False) -> Mesh:
    """A grid of points as a mesh in one patch of the strip."""
    rows, columns = grid.shape[:2]
    normals = np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0))
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
    faces = _grid_faces(rows, columns)
    if flip:
        faces, normals = faces[:, ::-1], -normals
    v, u = np.meshgrid(np.linspace(2, STRIP - 3, rows), np.linspace(2, PATCH - 3, columns), indexing="ij")
    texels = np.stack([u + PATCHES[patch] + 0.5, v + HEIGHT + 0.5], -1)
    count = rows * columns
    return Mesh(
        grid.reshape(-1, 3), normals.reshape(-1, 3), texels.reshape(-1, 2), faces.astype(np.int32),
        np.full(count, bone), np.full(count, jaw),
    )  # fmt: skip


def _skull(head: Head) -> Mesh:
    rows = ROWS_BELOW + ROWS_ABOVE
    v, u = np.meshgrid(np.linspace(0, HEIGHT - 1, rows), np.linspace(0, WIDTH - 1, COLUMNS), indexing="ij")
    below, above = _grid_faces(ROWS_BELOW, COLUMNS), _grid_faces(ROWS_ABOVE, COLUMNS, ROWS_BELOW * COLUMNS)
    # beside the mouth the two rows of its line lie on each other: nothing gapes there
    return Mesh(
        head.points.reshape(-1, 3), head.normals.reshape(-1, 3), np.stack([u + 0.5, v + 0.5], -1).reshape(-1, 2),
        np.concatenate([below, above]).astype(np.int32), head.loose.ravel(), head.jaw.ravel(),
    )  # fmt: skip


def _ears(who: Identity, head: Head) -> list[Mesh]:
    if who.hair is Hair.LONG:
        return []
    round_, out = np.meshgrid(np.linspace(0, 2 * np.pi, 19), np.linspace(0.0, 1.0, 7), indexing="xy")
    tall, deep = 3.1 * who.ears, 1.7 * who.ears
    rim = 0.9 * np.sin(np.clip(out, 0, 1) * np.pi * 0.62) + 0.35 * np.exp(-(((out - 0.85) / 0.12) ** 2))
    meshes = []
    for sign in (-1, 1):
        x = sign * (6.75 * who.width + rim * 0.9)
        shape = 1 - 0.25 * smooth_lobe(round_)
        grid = np.stack(
            [x, -1.3 + tall * out * np.sin(round_) * shape, -0.6 + deep * out * np.cos(round_) - 0.5 * out], -1
        )
        meshes += [_sheet(grid[::-1], "ear", flip=sign > 0), _sheet(grid[::-1], "ear", flip=sign < 0)]
    return meshes


def smooth_lobe(angle: Array) -> Array:
    """An ear narrows downwards."""
    return np.clip(-np.sin(angle), 0, 1) ** 2


def _shoulders(who: Identity) -> Mesh:
    angle, level = np.meshgrid(np.linspace(-np.pi, np.pi, 49), np.linspace(0, 1, 15), indexing="xy")
    y = np.interp(level, [0, 0.3, 0.6, 0.8, 0.9, 1.0], [-45.0, -30.0, -22.0, -19.0, -17.2, -16.2])
    wide = np.interp(level, [0, 0.3, 0.6, 0.8, 0.9, 1.0], [21.0, 21.0, 18.5, 12.0, 7.4, 6.2])
    deep = np.interp(level, [0, 0.3, 0.6, 0.8, 0.9, 1.0], [12.0, 11.5, 10.0, 8.0, 6.6, 5.9])
    grid = np.stack([wide * np.sin(angle), y, -2.5 + deep * np.cos(angle)], -1)
    return _sheet(grid, "cloth", bone=0.0)


def _mouth(who: Identity, head: Head) -> list[Mesh]:
    """Behind the lips: the dark of the mouth, and two rows of teeth, the lower ones on the jaw."""
    front = float(head.points[ROWS_BELOW, COLUMNS // 2, 2])
    x, level = np.meshgrid(np.linspace(-1, 1, 13), np.linspace(0, 1, 4), indexing="xy")
    back = front - 2.4 - 1.0 * x**2
    lift = who.smile * np.exp(-0.5 * ((np.abs(x) - 1.15) / 0.45) ** 2)  # teeth follow the corners of the mouth
    cavity = np.stack([x * who.mouth_wide * 0.95, who.mouth - 2.4 + level * 3.2 + lift, back], -1)
    bow = front - 0.8 - 0.9 * x**2
    upper = np.stack([x * who.mouth_wide * 0.92, who.mouth - 0.28 + level * 0.75 + lift, bow], -1)
    lower = np.stack([x * who.mouth_wide * 0.8, who.mouth - 0.95 + level * 0.6 + lift, bow - 0.25], -1)
    return [_sheet(cavity, "cavity", jaw=0.35), _sheet(upper, "teeth"), _sheet(lower, "teeth", jaw=1.0)]


def _curtain(who: Identity) -> list[Mesh]:
    """Long hair: falls from the temples round the back to the shoulders."""
    angle, level = np.meshgrid(np.radians(np.linspace(62, 298, 61)), np.linspace(0, 1, 16), indexing="xy")
    y = 7.0 - 24.0 * level[::-1]
    fall = level[::-1]
    loose = 0.86 + 0.19 * np.sin(np.clip(fall * 4, 0, 1) * np.pi / 2) + 0.06 * fall
    wave = 0.25 * np.sin(14 * angle + 0.3 * y)
    radius_x, radius_z = (8.6 * who.width) * loose + wave, 10.4 * loose + wave
    grid = np.stack([radius_x * np.sin(angle), y, -1.2 + radius_z * np.cos(angle)], -1)
    meshes = [_sheet(grid, "lock"), _sheet(grid, "lock", flip=True)]
    bone = np.clip((grid[..., 1].ravel() + 20.0) / 10.0, 0, 1)
    return [Mesh(m.points, m.normals, m.texels, m.faces, bone, m.jaw) for m in meshes]


def _glasses(who: Identity, head: Head) -> list[Mesh]:
    """Two rims, the bridge and the temples' bars."""
    front = float(head.rest[:, COLUMNS // 2, 2][np.argmin(np.abs(head.rest[:, COLUMNS // 2, 1]))]) + 1.1
    meshes = []
    for sign in (-1, 1):
        turn = np.linspace(0, 2 * np.pi, 33)
        box = (np.abs(np.cos(turn)) ** 4 + np.abs(np.sin(turn)) ** 4) ** (-0.25)
        x = sign * (who.eye_apart + 0.25) + who.glasses * box * np.cos(turn)
        y = -0.25 + 0.78 * who.glasses * box * np.sin(turn)
        z = front - 0.055 * x**2
        meshes.append(_tube(np.stack([x, y, z], -1), 0.17))
        outer = sign * (who.eye_apart + 0.2 + who.glasses)
        bar = np.linspace(0, 1, 9)
        width = 7.6 * who.width
        meshes.append(
            _tube(
                np.stack(
                    [
                        outer + (sign * width - outer) * np.minimum(bar * 3, 1),
                        np.full(9, 0.6),
                        front - 0.055 * outer**2 - bar * 9.0,
                    ],
                    -1,
                ),
                0.15,
            )
        )
    gap = np.linspace(-1, 1, 7) * max(0.3, who.eye_apart + 0.25 - who.glasses)
    meshes.append(_tube(np.stack([gap, 0.5 + 0.2 * (1 - gap**2), np.full(7, front + 0.1)], -1), 0.15))
    return meshes


def _tube(line: Array, radius: float) -> Mesh:
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    out = np.cross(along, np.array([0.03, 0.11, 1.0]))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    other = np.cross(along, out)
    turn = np.linspace(0, 2 * np.pi, 7)
    grid = line[:, None] + radius * (
        np.cos(turn)[None, :, None] * out[:, None] + np.sin(turn)[None, :, None] * other[:, None]
    )
    return _sheet(grid, "frame")
