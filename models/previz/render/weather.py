"""What falls and flies before the camera: rain, snow, and leaves that the wind carries. In picture heights."""

import math

from models.previz.render.kernel import kernel

_LAYERS = 3  # of rain and snow, near to far


@kernel
def _chance(a: float, b: float) -> float:
    return (math.sin(a * 12.9898 + b * 78.233) * 43758.5453) % 1.0


@kernel
def rain(u: float, v: float, seconds: float) -> float:
    """How much a streak brightens the picture at (u, v), in picture heights."""
    wet = 0.0
    for layer in range(_LAYERS):
        size = 0.010 / (1 + layer * 0.8)
        length = 0.16 / (1 + layer * 0.7)
        slanted = u + 0.06 * v
        column = math.floor(slanted / size)
        chance = _chance(column, layer * 7.0)
        place = (v / length - seconds * (2.6 - 0.5 * layer) / length * (0.85 + 0.3 * chance) + chance * 37.0) % 4.0
        if place < 1.0:
            beside = abs(slanted / size - column - 0.5) * 2
            wet += max(0.0, 1 - beside * 2.2) * math.sin(math.pi * place) * (0.075 - 0.018 * layer)
    return wet


@kernel
def snow(u: float, v: float, seconds: float) -> float:
    """How much a flake covers the picture at (u, v), 0 to 1."""
    white = 0.0
    for layer in range(_LAYERS):
        cell = 0.16 / (1 + layer * 0.9)
        fall = seconds * (0.30 - 0.06 * layer)
        across = u + 0.02 * math.sin(seconds * 0.9 + layer * 2.0) + 0.03 * seconds
        column = math.floor(across / cell)
        line = math.floor((v - fall) / cell)
        x = across / cell - column
        y = (v - fall) / cell - line
        a = _chance(column + layer * 13.0, line)
        b = _chance(line + layer * 29.0, column + 0.5)
        sway = 0.12 * math.sin(seconds * (1.0 + a) + 6.28 * b)
        dx = x - (0.2 + 0.6 * a) - sway
        dy = y - (0.2 + 0.6 * b)
        radius = 0.045 + 0.03 * a
        white += max(0.0, 1 - math.sqrt(dx * dx + dy * dy) / radius) ** 0.7 * (0.85 - 0.2 * layer)
    return min(white, 0.9)


@kernel
def leaf(u: float, v: float, seconds: float) -> float:
    """How much of a flying leaf covers the picture at (u, v), 0 to 1: a turning oval on a wavy way."""
    cover = 0.0
    for layer in range(2):
        cell = 0.46 / (1 + layer * 0.7)
        across = u - seconds * (0.62 - 0.16 * layer)
        column = math.floor(across / cell)
        a = _chance(column + layer * 17.0, 3.0)
        b = _chance(column * 1.7 + layer * 5.0, 8.0)
        fallen = v - 0.05 * seconds - 0.05 * math.sin(seconds * (1.6 + a) + 6.28 * b) - b
        line = math.floor(fallen / 1.3)
        if _chance(column + 0.5, line + layer * 9.0) < 0.45:
            continue
        x = (across / cell - column - 0.2 - 0.6 * a) * cell
        y = (fallen / 1.3 - line - 0.2 - 0.6 * b) * 1.3
        turn = seconds * (2.0 + 3.0 * a) + 6.28 * b
        long = x * math.cos(turn) + y * math.sin(turn)
        wide = y * math.cos(turn) - x * math.sin(turn)
        size = (0.0095 - 0.003 * layer) * (0.8 + 0.4 * a)
        thin = 0.25 + 0.75 * abs(math.sin(turn * 0.7 + a))
        away = math.sqrt((long / size) ** 2 + (wide / (0.55 * thin * size)) ** 2)
        cover = max(cover, min(max((1.15 - away) * 2.0, 0.0), 1.0))
    return cover
