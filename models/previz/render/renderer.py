"""A picture of a mesh: the passes in order, and the memory they keep from frame to frame."""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.mesh import Mesh
from models.previz.render.assembly import Assembly
from models.previz.render.bloom import QUARTER, bright_rows, spread_along
from models.previz.render.gbuffer import Geometry, fill_gbuffer
from models.previz.render.grade import code_curve
from models.previz.render.kernel import Bands
from models.previz.render.lens import DISC, PATCH, focus_rows, halve_rows, join_rows, spread_rows
from models.previz.render.light import Light, unit
from models.previz.render.motion import TILE, Moment, blur_rows, fill_fastest, fill_velocity
from models.previz.render.noise import tiling_noise
from models.previz.render.occlusion import fill_occlusion, smooth_occlusion
from models.previz.render.passes import fill_flow
from models.previz.render.post import develop
from models.previz.render.raster import Rasteriser
from models.previz.render.reflections import mirror_rows
from models.previz.render.shading import Film, material_answers, memory, shade
from models.previz.render.shadows import SunView
from models.previz.render.sky import lit
from models.previz.render.styles import ANIME, CLAY, CODES, INK, LINES, NOIR, OPENED, REALISTIC, styled
from models.previz.render.textures import pack
from models.previz.render.view import View, pinhole
from models.previz.world import CameraState

SAMPLES = 2  # a side: four coverage samples a pixel
_TOUCHES = 12.0  # a second that clay's surface is touched anew: every second picture at 24 a second
_TABLE_TOP = 0.05  # metres: of the lens over a set of clay, as wide as the set makes it seem
_SHUTTERS = frozenset({REALISTIC, NOIR})  # what is drawn or moved by hand has no blur
_MIRRORS = frozenset({REALISTIC, NOIR, ANIME, CLAY})
SHADOW_SIZE = 1536  # texels a side: 5 mm near the action


@dataclass(frozen=True, slots=True)
class Rendered:
    """One frame. `depth` in metres (10,000: sky), `part` 0 sky, -1 ground, else the mesh's part ids.

    `normal` is in the camera's axes (right, up, towards what is seen), of unit length at corners and shorter between;
    the next frame uses its memory again. `flow` is in pixels right and down until the frame after (see
    `passes.fill_flow`), None if not asked for.
    """

    picture: NDArray[np.uint8]  # [H, W, 3]
    depth: NDArray[np.float32]  # [H, W]
    part: NDArray[np.int32]  # [H, W]
    normal: NDArray[np.float32]  # [H, W, 3]
    flow: NDArray[np.float32] | None  # [H, W, 2]


class Renderer:
    """Pictures of one place: `static` never moves, and meshes given later are drawn with it.

    Same mesh, camera and time: the same bits, on any number of `threads`. One frame at a time: a `twin` draws another.
    """

    def __init__(
        self,
        width: int,
        height: int,
        style: Style,
        light: Light,
        static: Mesh,
        textures: Sequence[NDArray[np.uint8]],
        threads: int = 1,
    ) -> None:
        self._bands = Bands(threads)
        self._rasteriser = Rasteriser(self._bands)
        self._style = CODES[style]
        self._line = LINES[style]
        self._light = light = styled(light, style)
        self._lit = lit(light)
        self._curve = code_curve(0.0 if style is Style.INK else light.grade.contrast)
        self._assembly = Assembly(static, light.wind, self._bands)
        self._textures = pack(textures)
        self._noise = tiling_noise()
        self._sun = SunView(
            unit(light.sun_direction),
            static,
            self._rasteriser,
            self._bands,
            SHADOW_SIZE,
            softness=light.softness,
            lamp=light.lamp,
        )
        self._allocate(height, width)

    def twin(self) -> Self:
        """Another renderer of the same place, with memory of its own: both may draw at the same time."""
        other = copy(self)
        other._bands = Bands(self._bands.threads)
        other._rasteriser = Rasteriser(other._bands)
        other._assembly = self._assembly.twin(other._bands)
        other._sun = self._sun.twin(other._rasteriser, other._bands)
        other._allocate(*self._linear.shape[:2])
        return other

    def _allocate(self, height: int, width: int) -> None:
        """The memory for what one frame is made of."""
        size = (height, width)
        self._nearness = np.zeros((height * SAMPLES, width * SAMPLES), np.float32)
        self._triangle = np.zeros((height * SAMPLES, width * SAMPLES), np.int32)
        self._normal = np.zeros((*size, 3), np.float32)
        half = (-(-height // 2), -(-width // 2))
        self._open_sky = np.ones(half, np.float32)
        self._occlusion = np.ones(half, np.float32)
        self._small = np.zeros((*half, 3), np.float32)
        self._small_depth = np.zeros(half, np.float32)
        self._spread = np.zeros((-(-half[0] // PATCH), -(-half[1] // PATCH)), np.float32)
        self._small_soft = np.zeros((*half, 4), np.float32)
        self._linear = np.zeros((*size, 3), np.float32)
        self._seen = memory(height)
        quarter = (-(-height // QUARTER), -(-width // QUARTER), 3)
        self._bright = np.zeros(quarter, np.float32), np.zeros(quarter, np.float32)
        self._glossy = np.zeros((*size, 3), np.float32)
        self._velocity = np.zeros((*size, 2), np.float32)
        self._fastest = np.zeros((-(-height // TILE), -(-width // TILE), 2), np.float32)
        self._soft = np.zeros((*size, 3), np.float32)

    def render(
        self,
        mesh: Mesh,
        camera: CameraState,
        seconds: float,
        before: Moment | None = None,
        after: Moment | None = None,
    ) -> Rendered:
        """The frame at `seconds`, which moves rain, snow, water and leaves; blurred by what moved since `before`.

        `after` is the frame that follows, for `flow`: a mesh of the same vertices and its camera. Raises ValueError
        for a camera that looks nowhere.
        """
        height, width = self._linear.shape[:2]
        view = pinhole(camera, width, height)
        geometry = self._assembly.at(mesh, view, seconds)
        maps = self._sun.maps(mesh)
        triangles = geometry.vertices, geometry.faces, geometry.material
        self._rasteriser.draw(*triangles, view, self._nearness, self._triangle, bounds=self._assembly.bounds)
        depth = np.empty((height, width), np.float32)
        part = np.empty((height, width), np.int32)
        self._bands.run(
            fill_gbuffer, height, geometry, view, SAMPLES, self._nearness, self._triangle, depth, self._normal, part
        )
        self._bands.run(fill_occlusion, len(self._occlusion), view, depth, self._normal, part, self._open_sky)
        self._bands.run(smooth_occlusion, len(self._occlusion), depth, self._open_sky, self._occlusion)
        film = Film(
            self._nearness,
            self._triangle,
            depth,
            self._occlusion,
            self._noise,
            material_answers(),
            SAMPLES,
            self._style,
            self._line.thin * SAMPLES,
            self._line.thick * SAMPLES,
            self._line.dark,
            round(seconds * _TOUCHES) * 0.37 % 1.0,
            self._glossy,
        )
        now = self._lit._replace(seconds=float(seconds))
        self._bands.run(shade, height, geometry, self._textures, now, maps, view, film, self._seen, self._linear)
        if self._style in _MIRRORS:
            self._bands.run(mirror_rows, height, view, now, self._noise, depth, part, self._glossy, self._linear)
        linear = self._focused(camera, depth)
        if before is not None and self._style in _SHUTTERS and len(before.mesh.vertices) == len(mesh.vertices):
            linear = self._moved(linear, geometry, before, view, depth)
        picture = np.empty((height, width, 3), np.uint8)
        light = self._light
        falling = int(light.precipitation)
        halo = self._halo(linear)
        heights = 0.5 / view.half_height  # of the picture, in a radian
        pan = heights * math.atan2(view.forward[0], view.forward[1])
        rise = heights * math.asin(max(-1.0, min(1.0, view.forward[2])))
        self._bands.run(
            develop,
            height,
            linear,
            light.exposure,
            light.grade,
            self._curve,
            falling,
            float(seconds),
            pan,
            rise,
            self._style,
            halo,
            self._noise,
            picture,
        )
        flow = None if after is None else self._flow(geometry, after, view, depth)
        return Rendered(picture, depth, part, self._normal, flow)

    def _flow(self, geometry: Geometry, after: Moment, view: View, depth: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where what each pixel sees goes by the frame after."""
        height, width = depth.shape
        flow = np.empty((height, width, 2), np.float32)
        moving = len(geometry.vertices) - len(after.mesh.vertices)
        later = pinhole(after.camera, width, height)
        where = (geometry, after.mesh.vertices, moving, view, later, SAMPLES, depth, self._triangle, flow)
        self._bands.run(fill_flow, height, *where)
        return flow

    def _halo(self, linear: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is over white, spread, at a quarter of the size."""
        bright, spread = self._bright
        if self._light.grade.bloom > 0 and self._style != INK:
            self._bands.run(bright_rows, len(bright), linear, self._light.exposure, bright)
            self._bands.run(spread_along, len(bright), bright, False, spread)
            self._bands.run(spread_along, len(bright), spread, True, bright)
        return bright

    def _moved(
        self, linear: NDArray[np.float32], geometry: Geometry, before: Moment, view: View, depth: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The linear picture as an open shutter sees it."""
        height, width = depth.shape
        earlier = pinhole(before.camera, width, height)
        still = len(geometry.vertices) - len(before.mesh.vertices)
        velocity, fastest = self._velocity, self._fastest
        where = (geometry, before.mesh.vertices, still, view, earlier, SAMPLES, depth, self._triangle, velocity)
        self._bands.run(fill_velocity, height, *where)
        self._bands.run(fill_fastest, len(fastest), velocity, fastest)
        out = self._soft if linear is self._linear else self._linear
        self._bands.run(blur_rows, height, linear, depth, velocity, fastest, out)
        return out

    def _focused(self, camera: CameraState, depth: NDArray[np.float32]) -> NDArray[np.float32]:
        """The linear picture through the camera's lens."""
        focus, aperture = camera.focus, camera.aperture
        if self._style == CLAY and focus is None:  # a table top is near: what is not its subject is soft
            focus, aperture = math.dist(camera.eye, camera.target), _TABLE_TOP
        if focus is None or aperture <= 0:
            return self._linear
        height = len(depth)
        pixels = 0.5 * height / math.tan(camera.vertical_fov / 2)  # of a metre one metre away
        scale = 0.25 * aperture * pixels * OPENED[self._style]  # at half size
        small, small_depth, soft, spread = self._small, self._small_depth, self._small_soft, self._spread
        self._bands.run(halve_rows, len(small), self._linear, depth, small, small_depth)
        self._bands.run(spread_rows, len(spread), small_depth, float(focus), scale, spread)
        self._bands.run(focus_rows, len(small), small, small_depth, float(focus), scale, DISC, spread, soft)
        self._bands.run(join_rows, height, self._linear, depth, soft, self._soft)
        return self._soft
