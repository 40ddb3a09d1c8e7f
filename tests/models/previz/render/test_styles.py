"""Each style has its own light, line and colour; what they share is where things are."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.geometry import sdf
from models.previz.mesh import EMPTY, Material, Mesh
from models.previz.render.light import light_for
from models.previz.render.renderer import Rendered, Renderer
from models.previz.render.styles import styled
from models.previz.world import CameraState

CAMERA = CameraState(eye=(0.0, -4.0, 1.2), target=(0.0, 0.0, 0.4), vertical_fov=math.radians(36))


@cache
def ball() -> Mesh:
    """A blue ball, 0.9 m across, on the ground."""
    found = sdf.mesh_of(
        lambda points: np.linalg.norm(points - np.array((0, 0, 0.45)), axis=-1) - 0.45,
        (-0.6, -0.6, -0.1),
        (0.6, 0.6, 1.0),
        0.05,
    )
    count = len(found.vertices)
    return Mesh(
        found.vertices,
        found.normals,
        np.tile(np.array((0.05, 0.12, 0.6), np.float32), (count, 1)),
        np.zeros((count, 3), np.float32),
        found.faces,
        np.full(len(found.faces), Material.PLAIN, np.uint8),
        np.full(len(found.faces), -1, np.int16),
        np.full(len(found.faces), 5, np.int32),
    )


@cache
def drawn(style: Style, place: str = "park", seconds: float = 1.0) -> Rendered:
    return Renderer(160, 90, style, light_for(place, "day", "clear"), EMPTY, ()).render(ball(), CAMERA, seconds)


def on_ball(frame: Rendered) -> NDArray[np.float64]:
    return np.asarray(frame.picture[frame.part == 5], np.float64)


def tones(frame: Rendered) -> int:
    """How many of 32 levels of brightness hold a hundredth of the ball or more."""
    level, _ = np.histogram(on_ball(frame).mean(axis=1), bins=32, range=(0, 256))
    return int((level > 0.01 * level.sum()).sum())


@pytest.mark.parametrize("style", list(Style))
def test_every_style_sees_the_same_things_in_the_same_places(style: Style) -> None:
    np.testing.assert_array_equal(drawn(style).part, drawn(Style.REALISTIC).part)
    np.testing.assert_array_equal(drawn(style).depth, drawn(Style.REALISTIC).depth)


def test_anime_has_flat_tones_and_keeps_its_colour() -> None:
    assert tones(drawn(Style.ANIME)) < 0.7 * tones(drawn(Style.REALISTIC))
    red, _, blue = on_ball(drawn(Style.ANIME)).mean(axis=0)
    assert blue > 2 * red


def test_noir_has_no_colour_and_deep_shadow() -> None:
    picture = drawn(Style.NOIR).picture.astype(int)
    assert np.ptp(picture, axis=2).max() == 0
    dark, bright = np.quantile(on_ball(drawn(Style.NOIR)).mean(axis=1), (0.1, 0.9))
    assert bright > 3 * dark


def test_a_room_in_noir_has_light_through_a_blind_and_a_day_has_none() -> None:
    assert styled(light_for("kitchen", "day", "clear"), Style.NOIR).slats > 0
    assert styled(light_for("park", "day", "clear"), Style.NOIR).slats == 0


def test_ink_is_paper_with_a_dark_line_round_things() -> None:
    frame = drawn(Style.INK)
    sky = frame.picture[frame.part == 0].astype(float).mean(axis=0)
    assert sky.min() > 190
    assert sky[0] > sky[2]  # warm paper
    assert frame.picture.min(axis=2)[30:60, 50:110].min() < 70
    assert np.ptp(on_ball(frame), axis=1).mean() < 0.5 * np.ptp(on_ball(drawn(Style.REALISTIC)), axis=1).mean()


def test_clay_is_touched_anew_twelve_times_a_second_and_paper_lies_still() -> None:
    first, same, later = (drawn(Style.CLAY, "studio", seconds) for seconds in (1.0, 1.01, 1.09))
    assert np.array_equal(first.picture, same.picture)
    moved = np.abs(first.picture.astype(int) - later.picture.astype(int)).mean(axis=2)
    assert moved[first.part == 5].mean() > 0.5
    assert np.array_equal(drawn(Style.INK, "park", 1.0).picture, drawn(Style.INK, "park", 1.09).picture)


def test_a_red_thing_is_the_accent_of_an_ink_drawing() -> None:
    paint = np.tile(np.array((0.7, 0.02, 0.02), np.float32), (len(ball().vertices), 1))
    red = replace(ball(), colours=paint)
    frame = Renderer(160, 90, Style.INK, light_for("park", "day", "clear"), EMPTY, ()).render(red, CAMERA, 0.0)
    level = on_ball(frame).mean(axis=0)
    assert level[0] > 1.8 * level[1]


def test_ink_by_night_is_a_dark_wash_with_a_white_moon() -> None:
    up = CameraState(eye=(0.0, -4.0, 1.2), target=(-0.9, 0.0, 1.85), vertical_fov=math.radians(36))
    frame = Renderer(160, 90, Style.INK, light_for("beach", "night", "clear"), EMPTY, ()).render(EMPTY, up, 0.0)
    sky = frame.picture[frame.part == 0].mean(axis=1)
    assert np.median(sky) < 130
    assert sky.max() > 225


def test_what_is_behind_a_figure_of_clay_is_soft_and_behind_one_of_flesh_is_not() -> None:
    wall = replace(ball(), vertices=ball().vertices + np.array((0.9, 9.0, 0.0), np.float32))

    def steepest(style: Style) -> float:
        light = light_for("studio", "day", "clear")
        frame = Renderer(640, 360, style, light, EMPTY, ()).render(wall, CAMERA, 0.0)
        return float(np.abs(np.diff(frame.picture[:180].astype(int).mean(axis=2), axis=1)).max())

    assert steepest(Style.CLAY) < 0.75 * steepest(Style.REALISTIC)


def test_a_lamp_burns_by_night_and_not_by_day() -> None:
    lamp = replace(ball(), material=np.full(len(ball().faces), Material.LAMP, np.uint8))

    def brightness(hour: str) -> float:
        light = light_for("street", hour, "clear")
        frame = Renderer(160, 90, Style.REALISTIC, light, EMPTY, ()).render(lamp, CAMERA, 0.0)
        return float(on_ball(frame).mean())

    assert brightness("night") > 1.2 * brightness("day")
