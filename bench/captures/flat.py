"""Attacks with a flat picture of the face: a print moved by hand, and a still warped to seem to turn and speak."""

import numba
import numpy as np
from numpy.typing import NDArray

from bench.captures.figure import Pose
from bench.captures.film import Setting, emptied, filmed, setting_of
from bench.captures.identity import Identity, identity
from bench.captures.motion import FRAMES_PER_SECOND, Array, Turns, drift
from bench.captures.raster import projected
from bench.captures.sound import in_room, openness, spoken
from bench.captures.takes import Script, Take, movements, plan
from models.roles import Picture
from models.speech import EspeakSpeech

STILL = Pose(0.0, 0.0, 0.0, 0.0, 0.0, (0.0, 0.0, 0.0))
_PRINT_SEED = 500_000  # prints are photographed elsewhere than they are shown


def held_still(speech: EspeakSpeech, number: int, script: Script, seed: int) -> Take:
    """A printed photograph before the camera, turned, slid and tilted by hand; the phrase is said beside it."""
    phrase = spoken(speech, script.words, identity(number).voice)
    when = plan(script, phrase.seconds, seed)
    asked = movements(script, when, seed)
    rng = np.random.default_rng([87, seed])
    where = setting_of(seed)
    print_ = _printed(number, seed, rng)
    room = emptied(where)
    count = len(asked.yaw)
    grain = rng.normal(0, where.noise, (where.height + 64, where.width + 64, 3))
    frames = np.empty((count, where.height, where.width, 3), np.uint8)
    tall = rng.uniform(27, 33)  # centimetres of the print
    for number_, corners in enumerate(_held(asked, where, tall, tall * print_.shape[1] / print_.shape[0], rng)):
        frame = room.copy()
        columns, rows = _seen_through(corners, print_.shape, where)
        gloss = 1 + 0.12 * np.sin(corners[0, 0] * 0.02 + corners[1, 1] * 0.03)
        _laid_over(print_, columns, rows, gloss, frame)
        y, x = (int(v) for v in rng.integers(0, 64, 2))
        noisy = frame + grain[y : y + where.height, x : x + where.width]
        frames[number_] = np.clip(noisy, 0, 255).astype(np.uint8)
    return Take(frames, in_room(phrase, when.phrase[0], count / FRAMES_PER_SECOND, rng), when)


def warped_still(speech: EspeakSpeech, number: int, script: Script, seed: int) -> Take:
    """One frontal still, warped in its plane: the face bulges to the side asked, the lips' line stretches."""
    who = identity(number)
    phrase = spoken(speech, script.words, who.voice)
    when = plan(script, phrase.seconds, seed)
    asked = movements(script, when, seed)
    rng = np.random.default_rng([88, seed])
    where = setting_of(seed)
    still = filmed(number, [STILL], where, seed)[0]
    count = len(asked.yaw)
    mouth = openness(phrase, when.phrase[0], count, rng.uniform(0.75, 1.0))
    middle, size, lips, half = _landmarks(who, where)
    grain = rng.normal(0, 1.0, (where.height + 64, where.width + 64, 3))
    sway = [drift(rng, count, much, 0.25) for much in (0.02, 0.02)]
    frames = np.empty((count, where.height, where.width, 3), np.uint8)
    strength = rng.uniform(0.7, 1.0)
    for i in range(count):
        turn = (strength * asked.yaw[i] + sway[0][i], strength * asked.pitch[i] + sway[1][i])
        columns, rows = _domed(where, middle, size, turn)
        rows = _parted(columns, rows, lips, half, mouth[i] * 0.115 * size[1])
        columns, rows = np.clip(columns, 0, where.width - 1), np.clip(rows, 0, where.height - 1)
        frame = np.zeros_like(still)
        _laid_over(still, columns, rows, 1.0, frame)
        y, x = (int(v) for v in rng.integers(0, 64, 2))
        frames[i] = np.clip(frame + grain[y : y + where.height, x : x + where.width], 0, 255).astype(np.uint8)
    return Take(frames, in_room(phrase, when.phrase[0], count / FRAMES_PER_SECOND, rng), when)


def _printed(number: int, seed: int, rng: np.random.Generator) -> Picture:
    """A portrait on paper: less contrast than life, perhaps a white margin."""
    shot = filmed(number, [STILL], setting_of(_PRINT_SEED + seed), _PRINT_SEED + seed)[0].astype(np.float64)
    wide = int(shot.shape[0] * 0.86)
    left = (shot.shape[1] - wide) // 2
    paper = rng.uniform(8, 25) + shot[:, left : left + wide] * rng.uniform(0.8, 0.92)
    if rng.random() < 0.5:
        paper = np.pad(paper, ((10, 10), (10, 10), (0, 0)), constant_values=228)
    return np.asarray(np.clip(paper, 0, 255), np.uint8)


def _held(asked: Turns, where: Setting, tall: float, wide: float, rng: np.random.Generator) -> list[Array]:
    """Where the print's corners are seen, [4, 2] pixels for each frame: hands turn it, slide it, or both."""
    count = len(asked.yaw)
    turning, sliding = ((1.3, 0.0), (0.5, 8.0), (1.1, 4.0))[int(rng.integers(3))]  # of the angle; centimetres a radian
    sway = [drift(rng, count, much, 0.35) for much in (0.05, 0.05, 0.04, 0.6, 0.5, 1.2)]
    focal = where.height * where.distance / where.seen
    flat = np.array([[-wide, tall], [wide, tall], [wide, -tall], [-wide, -tall]]) / 2
    seen = []
    for i in range(count):
        yaw, pitch, roll = turning * asked.yaw[i] + sway[0][i], turning * asked.pitch[i] + sway[1][i], sway[2][i]
        x = flat[:, 0] * np.cos(roll) - flat[:, 1] * np.sin(roll)
        y = flat[:, 0] * np.sin(roll) + flat[:, 1] * np.cos(roll)
        y, z = y * np.cos(pitch), -y * np.sin(pitch)
        x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
        place = np.stack(
            [x + sliding * asked.yaw[i] + sway[3][i], y + sliding * asked.pitch[i] + sway[4][i], z + sway[5][i] + 6], 1
        )
        eye = np.array([where.off[0], where.off[1], where.distance])
        seen.append(projected(place, eye, focal, where.width, where.height)[:, :2])
    return seen


def _seen_through(corners: Array, shape: tuple[int, ...], where: Setting) -> tuple[Array, Array]:
    """For each pixel of the frame, the place in the print it shows: the homography from corners to the print's."""
    height, width = shape[:2]
    target = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float64)
    rows = []
    for (x, y), (u, v) in zip(corners, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    h = np.append(np.linalg.solve(np.array(rows), target.ravel()), 1.0)
    x, y = np.meshgrid(np.arange(where.width) + 0.5, np.arange(where.height) + 0.5)
    below = h[6] * x + h[7] * y + h[8]
    return (h[0] * x + h[1] * y + h[2]) / below, (h[3] * x + h[4] * y + h[5]) / below


def _landmarks(who: Identity, where: Setting) -> tuple[Array, Array, Array, float]:
    """In pixels of the still: the face's middle and half its size, the middle of the lips and half their width."""
    places = np.array(
        [
            [0, (7 + who.chin) / 2, 6],
            [7.3 * who.width, 0, 0],
            [0, 9.0, 6],
            [0, who.mouth, 9],
            [who.mouth_wide, who.mouth, 8],
        ]
    )
    eye = np.array([where.off[0], where.off[1] - 1.8, where.distance])
    seen = projected(places, eye, where.height * where.distance / where.seen, where.width, where.height)[:, :2]
    size = np.array([seen[1, 0] - seen[0, 0], (seen[0, 1] - seen[2, 1]) * 1.15])
    return seen[0], size, seen[3], float(seen[4, 0] - seen[3, 0])


def _domed(where: Setting, middle: Array, size: Array, turn: tuple[float, float]) -> tuple[Array, Array]:
    """The still's places under a mesh whose knots move as a dome's would, smooth between them."""
    from scipy.ndimage import zoom

    knots_x, knots_y = np.meshgrid(np.linspace(0, where.width, 21), np.linspace(0, where.height, 17))
    u, v = (knots_x - middle[0]) / size[0], (knots_y - middle[1]) / size[1]
    depth = np.sqrt(np.clip(1.15 - u * u - v * v, 0, 1)) * 0.75
    by = (-depth * np.sin(turn[0]) * size[0], depth * np.sin(turn[1]) * size[0])
    x, y = np.meshgrid(np.arange(where.width, dtype=np.float64), np.arange(where.height, dtype=np.float64))
    scale = (where.height / 17, where.width / 21)
    across, along = (zoom(part, scale, order=1, grid_mode=False)[: where.height, : where.width] for part in by)
    return x + across, y + along


def _parted(columns: Array, rows: Array, lips: Array, half: float, opening: float) -> Array:
    """Below the lips' line the still is drawn down; the line itself fills what opens."""
    gap = opening * np.clip(1 - ((columns - lips[0]) / (1.1 * half)) ** 2, 0, 1)
    below = rows - lips[1]
    fade = np.clip(1 - below / (2.2 * half), 0, 1)
    down = np.where(below < gap, np.maximum(below, 0), gap * fade)
    return np.asarray(np.where(below > 0, rows - down, rows))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _laid_over(source: NDArray[np.uint8], columns: Array, rows: Array, gain: float, frame: NDArray[np.uint8]) -> None:
    """Write `source` at the places given onto `frame`, where they lie inside it."""
    for y in range(frame.shape[0]):
        for x in range(frame.shape[1]):
            u, v = columns[y, x], rows[y, x]
            if u < 0 or v < 0 or u > source.shape[1] - 1 or v > source.shape[0] - 1:
                continue
            i, j = min(int(v), source.shape[0] - 2), min(int(u), source.shape[1] - 2)
            fi, fj = v - i, u - j
            for k in range(3):
                top = source[i, j, k] * (1 - fj) + source[i, j + 1, k] * fj
                low = source[i + 1, j, k] * (1 - fj) + source[i + 1, j + 1, k] * fj
                frame[y, x, k] = np.uint8(min(255.0, (top * (1 - fi) + low * fi) * gain))
