"""The corners of a picture that stands in a darker or brighter frame, as a screen's does that was filmed in a room.

Along each row and column the first place is taken where something else than the frame begins. Of these places most lie
on four straight lines, the picture's edges; where the picture itself is as dark as the room they lie further in, and
are outvoted (Fischler and Bolles, "Random sample consensus", Communications of the ACM 24, 1981).
"""

import numpy as np
from numpy.typing import NDArray

from ops.watermark.residual import Floats

Corners = NDArray[np.float64]  # [2, 4]: across and down; upper left, upper right, lower right, lower left
Line = tuple[float, float]  # an edge's place in row (or column) 0, and how far it moves in each

_MARGIN = 0.015  # of the picture's sides: its own border, by which the frame is known
_DIFFERS = 3.0  # of 255, from the frame, at least
_ASKED = 24  # places along an edge, of which every two are held to be on it
_ON_LINE = 0.8  # pixels
_AGREE = 0.3  # of the places, at least
_BORDER = (-0.5, 0.0)  # before the first pixel, upright
_STEEPEST = 0.3  # pixels an edge may lean for each along it


def framed(light: Floats) -> Corners | None:
    """The corners of what is shown in a frame, in pixels of `light`, float32[H, W] of 255; None where there is none."""
    height, width = light.shape
    reach = max(1, round(_MARGIN * min(height, width)))
    border = np.concatenate(
        [light[:reach].ravel(), light[-reach:].ravel(), light[:, :reach].ravel(), light[:, -reach:].ravel()]
    )
    level = float(np.median(border))
    differs = np.abs(light - level)
    if float(np.median(np.abs(border - level))) > _DIFFERS:
        return None
    left, right = _edge(differs), _edge(differs[:, ::-1])
    top, bottom = _edge(differs.T), _edge(differs.T[:, ::-1])
    if [left, right, top, bottom].count(None) > 1:
        return None
    # one that is not seen is at the picture's own border, or just beyond
    left, top = left or _BORDER, top or _BORDER
    right, bottom = right or _BORDER, bottom or _BORDER
    right, bottom = (width - 1 - right[0], -right[1]), (height - 1 - bottom[0], -bottom[1])
    return np.array([_meet(*two) for two in ((left, top), (right, top), (right, bottom), (left, bottom))]).T


def _edge(differs: Floats) -> Line | None:
    """The line on which most rows begin to differ from the frame."""
    most = max(_DIFFERS, 0.08 * float(np.quantile(differs, 0.9)))
    lit = differs > most
    lasting = lit[:, :-2] & lit[:, 1:-1] & lit[:, 2:]
    rows = np.flatnonzero(lasting.any(1) & ~lasting[:, 0])
    if len(rows) < len(differs) * _AGREE:
        return None
    first = lasting[rows].argmax(1)
    inside = np.take_along_axis(differs[rows], np.minimum(first[:, None] + [2, 3], differs.shape[1] - 1), 1).mean(1)
    here, before = differs[rows, first], differs[rows, first - 1]
    places = first - np.clip((here - inside / 2) / np.maximum(here - before, 1e-3), 0.0, 2.0)
    best, agreeing = None, np.zeros(0, bool)
    some = np.unique(np.linspace(0, len(rows) - 1, _ASKED).astype(int))
    for one in some:
        for other in some[some > one]:
            slope = (places[other] - places[one]) / (rows[other] - rows[one])
            if abs(slope) > _STEEPEST:
                continue
            on = np.abs(places - places[one] - slope * (rows - rows[one])) < _ON_LINE
            if best is None or on.sum() > agreeing.sum():
                best, agreeing = slope, on
    if best is None or agreeing.sum() < _AGREE * len(differs):
        return None
    slope, start = np.polyfit(rows[agreeing], places[agreeing], 1)
    return float(start), float(slope)


def _meet(upright: Line, level: Line) -> tuple[float, float]:
    """Where x = a + b y and y = c + d x."""
    (a, b), (c, d) = upright, level
    y = (c + d * a) / (1 - b * d)
    return a + b * y, y
