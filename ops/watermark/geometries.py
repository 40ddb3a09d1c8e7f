"""Sets of geometries that a marked picture may have got, for a search: scales, squeezes, turns, mirrors and shears."""

import math

import numpy as np

from ops.watermark.carrier import Floats

Geometry = Floats  # [2, 2]: pixels across and down for each unit across and down


def shares(first: float, last: float, step: float) -> Floats:
    """From first to last, each by the same share more than the one before."""
    return np.asarray(first * np.exp(step * np.arange(round(math.log(last / first) / step) + 1)))


def evenly(most: float, step: float) -> Floats:
    """From -most to most, zero among them."""
    count = round(most / step)
    return np.asarray(step * np.arange(-count, count + 1))


def turned(scales: Floats, squeezes: Floats, turns: Floats) -> Floats:
    """Every scale with every squeeze, turned by every angle, and all of it mirrored: [n, 2, 2].

    `squeezes`: logarithms of the scale across over that down, of which `scales` has the mean; `turns`: radians.
    """
    scale, squeeze, turn, side = _all(scales, squeezes, turns, np.array([1.0, -1.0]))
    across, down = scale * np.exp(squeeze / 2) * side, scale * np.exp(-squeeze / 2)
    cos, sin = np.cos(turn), np.sin(turn)
    return _matrices(cos * across, -sin * down, sin * across, cos * down)


def sheared(scales: Floats, squeezes: Floats, sideways: Floats, upwards: Floats) -> Floats:
    """Every scale with every squeeze, columns leaning sideways and rows upwards by shares of it: [n, 2, 2]."""
    scale, squeeze, side, up = _all(scales, squeezes, sideways, upwards)
    return _matrices(scale * np.exp(squeeze / 2), scale * side, scale * up, scale * np.exp(-squeeze / 2))


def nearby(most: float, most_turned: float, step: float) -> Floats:
    """What moves a geometry a little: scales across and down by a share, and a turn, radians, [n, 2, 2]."""
    across, down, turn = _all(evenly(most, step), evenly(most, step), evenly(most_turned, step))
    return _matrices(1 + across, -turn, turn, 1 + down)


def _all(*ranges: Floats) -> list[Floats]:
    return [one.reshape(-1) for one in np.meshgrid(*ranges, indexing="ij")]


def _matrices(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    return np.stack([np.stack([a, b], 1), np.stack([c, d], 1)], 1)
