"""Outlines against their definition, sample by sample: another part beside, or nearness that bends within one."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.noise import tiling_noise
from models.previz.render.outlines import line_width, outlined, part_of
from models.previz.render.raster import GROUND, SKY

# faces 0 and 1 are of one part, 2 of another, 3 and 4 are leaves of two parts, 5 is glass
PART = np.array([1, 1, 2, 3, 4, 5], np.int32)
MATERIAL = np.array([0, 0, 0, Material.LEAF, Material.LEAF, Material.GLASS], np.uint8)
LEAVES, CLEAR = {3, 4}, {5}


def expected(nearness: NDArray[np.float32], faces: NDArray[np.int32], line: int, x: int, y: int) -> bool:
    height, width = faces.shape
    here = int(faces[y, x])
    for dx, dy in ((line, 0), (0, line)):
        places = [(min(max(y + side * dy, 0), height - 1), min(max(x + side * dx, 0), width - 1)) for side in (-1, 1)]
        around = [int(faces[place]) for place in places]
        if all(one == here for one in around) or CLEAR & {here, *around}:
            continue
        names = [int(PART[one]) if one >= 0 else one for one in (here, *around)]
        if len(set(names)) > 1:
            things = any(name > 0 for name in names)
            low = all(one in LEAVES or one == GROUND for one in (here, *around))
            if things and not low:
                return True
        elif names[0] > 0 and here not in LEAVES:
            before, after = (float(nearness[place]) for place in places)
            if abs(before + after - 2 * float(nearness[y, x])) > 0.035 * float(nearness[y, x]):
                return True
    return False


@pytest.mark.parametrize("line", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_each_sample_has_a_line_where_the_definition_says(seed: int, line: int) -> None:
    random = np.random.default_rng(seed)
    blocks = random.choice([SKY, GROUND, 0, 1, 2, 3, 4, 5], (6, 8)).astype(np.int32)
    faces = np.kron(blocks, np.ones((3, 3), np.int32))
    nearness = (0.2 + 0.02 * random.random(faces.shape)).astype(np.float32)
    for y, x in itertools.product(*map(range, faces.shape)):
        near = float(nearness[y, x])
        found = outlined(nearness, faces, PART, MATERIAL, line, x, y, near)
        assert found is expected(nearness, faces, line, x, y), (x, y)


def test_a_plane_has_none_however_it_lies() -> None:
    """Nearness is linear in the picture on a plane: two faces of one part on it have no line between them."""
    rows, columns = np.mgrid[0:12, 0:16]
    nearness = (0.4 + 0.012 * columns - 0.009 * rows).astype(np.float32)
    faces = ((rows + columns) % 2).astype(np.int32)
    found = [outlined(nearness, faces, PART, MATERIAL, 1, x, y, float(nearness[y, x])) for y, x in np.ndindex(12, 16)]
    inner = np.array(found).reshape(12, 16)[1:-1, 1:-1]
    assert not inner.any()


def test_what_is_no_face_is_its_own_part() -> None:
    assert [part_of(face, PART) for face in (SKY, GROUND, 2)] == [SKY, GROUND, 2]


def test_a_brush_is_pressed_and_lifted_and_a_pen_is_not() -> None:
    widths = {line_width(tiling_noise(), 1.0, 4.0, x, 40) for x in range(0, 1200, 3)}
    assert widths == {1, 2, 3, 4}
    assert {line_width(tiling_noise(), 2.0, 2.0, x, 40) for x in range(0, 300, 7)} == {2}
