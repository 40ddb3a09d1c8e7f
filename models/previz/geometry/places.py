"""The scenery of a place: everything that stands still. Ground, sea and sky are the renderer's.

Actors play within four metres of the origin and the first camera stands at negative y: outdoors nothing high stands
in |x| < 4.5, -10 < y < 4.5; rooms have walls at x = ±4.5 and y = 5 and are open to the camera.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from models.previz.geometry import places_indoors, places_outdoors, places_wide
from models.previz.mesh import Material, Mesh

Builder = Callable[[int], Mesh]
_PLACES: Mapping[str, Builder] = {
    "park": places_outdoors.park,
    "garden": places_outdoors.garden,
    "meadow": places_outdoors.meadow,
    "field": places_outdoors.meadow,
    "forest": places_outdoors.forest,
    "beach": places_outdoors.beach,
    "desert": places_outdoors.desert,
    "street": places_outdoors.street,
    "city": places_outdoors.street,
    "road": places_outdoors.street,
    "square": places_outdoors.square,
    "plaza": places_outdoors.square,
    "playground": places_outdoors.playground,
    "mountain": places_outdoors.mountain,
    "snow": places_outdoors.mountain,
    "lake": places_wide.lake,
    "sea": places_wide.sea,
    "moon": places_wide.moon,
    "ice_rink": places_wide.ice_rink,
    "rooftop": places_wide.rooftop,
    "kitchen": places_indoors.kitchen,
    "living_room": places_indoors.living_room,
    "bedroom": places_indoors.bedroom,
    "room": places_indoors.living_room,
    "gym": places_indoors.gym,
    "office": places_indoors.office,
    "stage": places_indoors.stage,
    "studio": places_indoors.studio,
}

_ROOMS = frozenset(name for name, builder in _PLACES.items() if builder.__module__ == places_indoors.__name__)


def place_mesh(place: str, seed: int) -> Mesh:
    """The scenery of a place, parts from 1; the same for a seed. A place not known here is a park."""
    key = place.strip().lower().replace(" ", "_").replace("-", "_")
    mesh = _PLACES.get(key, places_outdoors.park)(seed % 2**32)
    return mesh if key in _ROOMS else _pruned(mesh)


def _pruned(mesh: Mesh) -> Mesh:
    """The place without the leaves that hang over the stage: crowns spread as the seed has it."""
    x, y, z = mesh.vertices[mesh.faces].mean(1).T
    over = (np.abs(x) < 4.5) & (y > -10) & (y < 4.5) & (z > 0.4) & (mesh.material == Material.LEAF)
    kept = ~over
    return replace(
        mesh,
        faces=mesh.faces[kept],
        material=mesh.material[kept],
        texture=mesh.texture[kept],
        part=mesh.part[kept],
    )
