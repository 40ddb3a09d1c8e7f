"""A film photographed off a screen, simulated: perspective, the moiré of two pixel grids, lens, gamma and noise.

The screen shows each of its pixels as three upright stripes, red, green and blue, with dark between the rows. The
camera gathers light over its own pixels, which are about as large as the screen's: of the stripes' and rows' first
harmonics is left what its aperture and lens let through (the sinc and Gaussian of their frequency, some 2 to 15 %
here), and that is seen at the difference of the two grids: moiré. Light is added up as light; the camera's curve
differs from the screen's.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench.marks.codecs import h264
from bench.marks.warps import Matrix, quadrilateral

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]
Table = NDArray[np.float32]

_FILLS = (0.80, 0.93)  # of the photograph, by the screen
_CLOSE = (1.11, 1.25)
_PULLED = 0.05  # of width and height, by how much each corner may be out of place
_DENSITY = (0.85, 1.15)  # the screen's pixels to one of the film's
_DEPTH = 0.9  # of the first harmonic, before the camera
_APERTURE = 0.75  # of its pitch, that a pixel of the camera gathers light from
_LENS = 0.18  # pixels of the camera: deviation of its blur
_GAMMA = (0.85, 1.2)  # what the camera's curve is besides the inverse of the screen's
_NOISE = 3.0  # of 255
_SWAY = (0.006, 0.4)  # of a hand: how far corners go, of the width, and hertz
_ROOM = 0.012  # linear light around the screen


def photographed(film: Film, random: np.random.Generator) -> Film:
    """By a camera that stands still."""
    return h264(28).through(_shot(film, random, 0.0))


def photographed_by_hand(film: Film, random: np.random.Generator) -> Film:
    """By a camera held in the hand: the perspective changes all the while."""
    return h264(28).through(_shot(film, random, _SWAY[0]))


def photographed_close(film: Film, random: np.random.Generator) -> Film:
    """By a camera so near that no edge of the screen is in the picture: up to a fifth of each dimension is lost."""
    return h264(28).through(_shot(film, random, 0.0, _CLOSE))


def _shot(film: Film, random: np.random.Generator, sway: float, fills: tuple[float, float] = _FILLS) -> Film:
    height, width = film.shape[1:3]
    screen = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float64)
    around = (1 - random.uniform(*fills)) / 2 * np.array([width, height])
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    corners = screen + inward * around + random.uniform(-_PULLED, _PULLED, (4, 2)) * np.array([width, height])
    density, gamma = random.uniform(*_DENSITY), random.uniform(*_GAMMA)
    phases = random.uniform(0, 2 * math.pi, (4, 2))
    linear = (np.arange(256) / 255).astype(np.float32) ** np.float32(2.2)
    curve = np.rint(255 * np.linspace(0, 1, 4096) ** (gamma / 2.2)).astype(np.float32)
    shown = np.empty_like(film)
    for number, picture in enumerate(film):
        swing = sway * width * np.sin(2 * math.pi * _SWAY[1] * number / 24 + phases)
        matrix = quadrilateral(corners + swing, screen)
        noise = random.standard_normal((height, width), np.float32) * np.float32(_NOISE)
        _expose(picture, matrix, linear, curve, noise, density, _DEPTH, _LENS, _ROOM, shown[number])
    return shown


@njit(cache=True, nogil=True)
def _passed(frequency: float, lens: float) -> float:
    """What aperture and lens leave of a wave of this frequency, in cycles a pixel of the camera; above 0."""
    turns = math.pi * frequency * _APERTURE
    return abs(math.sin(turns) / turns) * math.exp(-2 * (math.pi * frequency * lens) ** 2)


@njit(cache=True, nogil=True)
def _expose(
    picture: NDArray[np.uint8],
    matrix: Matrix,
    linear: Table,
    curve: Table,
    noise: Table,
    density: float,
    depth: float,
    lens: float,
    room: float,
    shown: NDArray[np.uint8],
) -> None:
    height, width = picture.shape[:2]
    top = len(curve) - 1
    for y in range(shown.shape[0]):
        for x in range(shown.shape[1]):
            scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
            u = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / scale
            v = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / scale
            inside = -0.5 <= u <= width - 0.5 and -0.5 <= v <= height - 0.5
            stripes = depth * _passed(density * abs(matrix[0, 0] / scale), lens)
            rows = depth * _passed(density * abs(matrix[1, 1] / scale), lens)
            dark = 1 + rows * math.cos(2 * math.pi * density * v)
            left, above = math.floor(u), math.floor(v)
            along, down = u - left, v - above
            for channel in range(3):
                light = room
                if inside:
                    light = 0.0
                    for j in range(2):
                        row = min(max(above + j, 0), height - 1)
                        for i in range(2):
                            column = min(max(left + i, 0), width - 1)
                            weight = (along if i else 1 - along) * (down if j else 1 - down)
                            light += weight * linear[picture[row, column, channel]]
                    light *= dark * (1 + stripes * math.cos(2 * math.pi * (density * u - channel / 3)))
                    light += 0.4 * room
                value = curve[int(min(max(light, 0.0), 1.0) * top)] + noise[y, x]
                shown[y, x, channel] = int(min(max(value, 0.0), 255.0) + 0.5)
