import numpy as np
import pytest

from models.previz.geometry.places import place_mesh
from models.previz.mesh import Mesh
from models.previz.render.light import light_for

LAND = ("park", "garden", "meadow", "forest", "beach", "desert", "street", "square", "playground", "mountain")
OUTDOORS = (*LAND, "lake", "sea", "moon", "ice_rink", "rooftop")
INDOORS = ("kitchen", "living_room", "bedroom", "room", "gym", "office", "stage", "studio")


def _on_stage(mesh: Mesh, height: float) -> int:
    """Triangles that reach above `height` where actors play and the camera stands."""
    middle = mesh.vertices[mesh.faces].mean(1)
    x, y, z = middle.T
    return int(((np.abs(x) < 4.4) & (y > -10) & (y < 4.4) & (z > height)).sum())


@pytest.mark.parametrize("place", OUTDOORS + INDOORS)
@pytest.mark.parametrize("seed", [0, 2**62 + 5])
def test_a_place_is_finite_has_unit_normals_and_stands_where_it_is_in_view(place: str, seed: int) -> None:
    mesh = place_mesh(place, seed)
    assert np.isfinite(mesh.vertices).all()
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
    assert mesh.colours.min() >= 0
    assert mesh.part.min() == 1
    assert 1_500 < len(mesh.faces) < 150_000
    assert mesh.vertices[:, 1].max() < 400


@pytest.mark.parametrize("place", OUTDOORS)
def test_outdoors_nothing_high_stands_where_actors_play(place: str) -> None:
    mesh = place_mesh(place, 3)
    assert _on_stage(mesh, 0.45) == 0
    assert (mesh.vertices[:, 1] > 20).any()  # there is a distance


@pytest.mark.parametrize("place", INDOORS)
def test_rooms_are_closed_behind_and_open_to_the_camera(place: str) -> None:
    mesh = place_mesh(place, 3)
    middle = mesh.vertices[mesh.faces].mean(1)
    free = (np.abs(middle[:, 0]) < 2.5) & (middle[:, 1] > -10) & (middle[:, 1] < 2.4) & (middle[:, 2] > 0.3)
    assert not free.any()
    assert ((middle[:, 1] > 4.8) & (middle[:, 2] > 1.0)).any()
    assert light_for(place, "day", "clear").indoor


def test_the_same_seed_is_the_same_place_and_another_is_not() -> None:
    first, again, other = (place_mesh("forest", seed) for seed in (7, 7, 8))
    assert np.array_equal(first.vertices, again.vertices)
    assert np.array_equal(first.colours, again.colours)
    assert len(first.vertices) != len(other.vertices) or not np.array_equal(first.vertices, other.vertices)


def test_names_are_read_kindly_and_an_unknown_place_is_a_park() -> None:
    assert np.array_equal(place_mesh("Living Room", 1).vertices, place_mesh("living_room", 1).vertices)
    assert np.array_equal(place_mesh("the void", 1).vertices, place_mesh("park", 1).vertices)


@pytest.mark.parametrize("place", ["kitchen", "living_room", "bedroom", "gym", "office"])
def test_a_room_has_windows_on_two_walls_and_is_furnished_along_its_sides(place: str) -> None:
    middle = (mesh := place_mesh(place, 3)).vertices[mesh.faces].mean(1)
    bluest = mesh.colours[mesh.faces].mean(1)
    sky = (bluest[:, 2] > 0.85) & (bluest[:, 0] < 0.8)
    assert (sky & (np.abs(middle[:, 0]) > 4.3)).any()
    beside = (np.abs(middle[:, 0]) > 2.5) & (middle[:, 1] < 4.0) & (middle[:, 2] > 0.3) & (middle[:, 2] < 2.0)
    assert beside.sum() > 250


def test_the_earth_stands_over_the_moon_where_a_wide_shot_shows_it() -> None:
    mesh = place_mesh("moon", 3)
    earth = mesh.vertices[mesh.vertices[:, 1] > 136.5]
    earth = earth[earth[:, 2] > 26.5]  # over the rims of the craters
    elevation = np.degrees(np.arctan2(earth[:, 2] - 1.6, earth[:, 1] + 8))
    assert elevation.min() > 7
    assert elevation.max() < 21
