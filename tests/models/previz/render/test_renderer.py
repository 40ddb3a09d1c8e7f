"""Pictures: things are where the camera sees them, light falls as it should, and every bit is the same every time."""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.geometry import sdf
from models.previz.mesh import EMPTY, Material, Mesh
from models.previz.render import light as lights
from models.previz.render.light import light_for
from models.previz.render.renderer import Rendered, Renderer
from models.previz.world import CameraState

WIDTH, HEIGHT = 128, 72
CAMERA = CameraState(eye=(0.0, -4.0, 1.2), target=(0.0, 0.0, 0.4), vertical_fov=math.radians(36))
GREEN = np.zeros((8, 8, 4), np.uint8) + np.array([0, 255, 0, 255], np.uint8)


@cache
def block(material: Material = Material.PLAIN, texture: int = -1) -> Mesh:
    """A red block, 0.8 m a side, on the ground; its texture covers it."""
    found = sdf.mesh_of(
        lambda points: sdf.box(points, (0, 0, 0.4), (0.4, 0.4, 0.4), 0.03), (-0.5, -0.5, -0.1), (0.5, 0.5, 0.9), 0.05
    )
    count = len(found.vertices)
    return Mesh(
        found.vertices,
        found.normals,
        np.tile(np.array((0.7, 0.02, 0.02), np.float32), (count, 1)),
        np.tile(np.array((0.5, 0.5, 1.0), np.float32), (count, 1)),
        found.faces,
        np.full(len(found.faces), material, np.uint8),
        np.full(len(found.faces), texture, np.int16),
        np.full(len(found.faces), 5, np.int32),
    )


def rendered(
    mesh: Mesh, place: str = "park", hour: str = "day", weather: str = "clear", style: Style = Style.REALISTIC
) -> Rendered:
    renderer = Renderer(WIDTH, HEIGHT, style, light_for(place, hour, weather), EMPTY, [GREEN])
    return renderer.render(mesh, CAMERA, 1.0)


def middle(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean colour of the block's front, which fills the middle of the picture."""
    return np.asarray(picture[34:40, 60:68].reshape(-1, 3).mean(axis=0))


def test_a_red_block_is_red_where_the_camera_looks_and_as_far_as_it_is() -> None:
    frame = rendered(block())
    red, green, blue = middle(frame.picture)
    assert red > 2 * green > 0
    assert red > 2 * blue
    assert (frame.part[34:40, 60:68] == 5).all()
    assert frame.depth[37, 64] == pytest.approx(3.6, abs=0.15)
    assert frame.part[0, 0] == 0
    assert frame.part[-1, 0] == -1


def test_its_shadow_is_darker_than_the_ground_beside_it() -> None:
    with_block, without = rendered(block(), "studio").picture, rendered(EMPTY, "studio").picture
    ground = rendered(block(), "studio").part == -1
    change = without.astype(float).mean(axis=2) - with_block.astype(float).mean(axis=2)
    assert change[ground].max() > 20  # the shadow
    assert np.median(change[ground]) == pytest.approx(0, abs=1)  # and nowhere else


def test_a_texture_shows_where_a_mesh_has_one() -> None:
    red, green, blue = middle(rendered(block(texture=0)).picture)
    assert green > 2 * red
    assert green > 2 * blue


def test_neither_threads_nor_a_twin_at_work_beside_it_change_a_bit_and_rain_falls() -> None:
    light = light_for("park", "day", "clear")
    first = Renderer(WIDTH, HEIGHT, Style.REALISTIC, light, EMPTY, [GREEN], 1)
    one = first.render(block(), CAMERA, 1.0).picture
    many = Renderer(WIDTH, HEIGHT, Style.REALISTIC, light, EMPTY, [GREEN], 3)
    assert np.array_equal(one, many.render(block(), CAMERA, 1.0).picture)
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(lambda renderer: renderer.render(block(), CAMERA, 1.0).picture, (first, first.twin())))
    assert all(np.array_equal(one, picture) for picture in drawn)
    renderer = Renderer(WIDTH, HEIGHT, Style.REALISTIC, light_for("park", "day", "rain"), EMPTY, [GREEN])
    early, late = (renderer.render(block(), CAMERA, seconds).picture for seconds in (1.0, 1.5))
    assert not np.array_equal(early, late)  # rain falls


def test_anime_has_ink_round_its_things() -> None:
    frame = rendered(block(), style=Style.ANIME)
    column = frame.picture[:, 64].astype(int).sum(axis=1)
    top = int(np.argmax(frame.part[:, 64] == 5))
    assert column[top - 1 : top + 1].min() < 0.5 * column[top - 5]


def test_a_cartoon_meadow_is_not_inked_blade_by_blade() -> None:
    leaf, solid = (rendered(block(kind), style=Style.ANIME) for kind in (Material.LEAF, Material.PLAIN))
    below = int(np.flatnonzero(leaf.part[:, 64] == 5)[-1])  # where it meets the ground
    assert solid.picture[below, 64].sum() < 0.5 * leaf.picture[below, 64].sum()


@pytest.mark.parametrize("place", sorted(lights._GROUNDS))
@pytest.mark.parametrize(("hour", "weather"), [("day", "clear"), ("night", "snow")])
def test_every_place_is_lit(place: str, hour: str, weather: str) -> None:
    picture = rendered(block(), place, hour, weather).picture
    assert picture.mean() > 20  # policy 1 calls darker than 10 black
    assert picture.std() > 5


@pytest.mark.parametrize("material", list(Material))
def test_every_material_answers_light(material: Material) -> None:
    red, _, blue = middle(rendered(block(material)).picture)
    assert red > blue


def test_behind_a_window_it_is_the_hour_that_it_is_and_lamps_do_not_reach() -> None:
    noon, dusk, night = (
        middle(rendered(block(Material.VIEW), "kitchen", hour).picture) for hour in ("day", "dusk", "night")
    )
    assert sum(noon) > sum(dusk) > 5 * sum(night)
    plain = middle(rendered(block(), "kitchen", "night").picture)
    assert sum(plain) > 5 * sum(night)  # what stands in the room is lit
