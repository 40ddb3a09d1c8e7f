"""What stands still and what moves as one geometry, in memory that is kept from frame to frame."""

from copy import copy
from typing import Self

import numpy as np

from models.previz.mesh import Mesh, concatenate
from models.previz.render.gbuffer import Geometry, geometry_of
from models.previz.render.kernel import Bands
from models.previz.render.raster import bounds_of
from models.previz.render.view import View
from models.previz.render.wind import Swaying

_OF_VERTICES = ("vertices", "normals", "colours", "uv")
_OF_FACES = ("faces", "material", "texture", "part")


class Assembly:
    """A place, and after it whatever is given for a frame: faces of the place come first, with known `bounds`."""

    def __init__(self, still: Mesh, wind: float, bands: Bands) -> None:
        self._still = still
        self._swaying = Swaying(still, wind, bands)
        self.bounds = bounds_of(still.vertices, still.faces, self._swaying.margin)
        self._geometry: Geometry | None = None

    def twin(self, bands: Bands) -> Self:
        """Another assembly of the same place, with memory of its own."""
        other = copy(self)
        other._swaying = self._swaying.twin(bands)
        other._geometry = None
        return other

    def at(self, moving: Mesh, view: View, seconds: float) -> Geometry:
        """The geometry at a moment, its leaves where the wind has them. The next call uses its memory again."""
        vertices, faces = len(self._still.vertices), len(self._still.faces)
        found = self._geometry
        shape = vertices + len(moving.vertices), faces + len(moving.faces)
        if found is None or (len(found.vertices), len(found.faces)) != shape:
            found = self._geometry = geometry_of(concatenate((self._still, moving)))
        for name in _OF_VERTICES:
            getattr(found, name)[vertices:] = getattr(moving, name)
        for name in _OF_FACES:
            getattr(found, name)[faces:] = getattr(moving, name)
        found.faces[faces:] += np.int32(vertices)
        self._swaying.move(found.vertices, view, seconds)
        return found
