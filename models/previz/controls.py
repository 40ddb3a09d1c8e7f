"""What a picture shows, in numbers: depth, instances, normals and flow of the frame that was drawn, and poses."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.briefs import Pass
from models.previz.geometry.actor import QUADRUPEDS
from models.previz.render.renderer import Rendered
from models.previz.render.view import NEAR, pinhole
from models.previz.scene import Scenery
from models.previz.world import World
from models.roles import Controls, Instance, Pose, SeenPoint

_SKY, _GROUND, _PLACE = 0, 1, 2  # values
_MOST = 255 - _PLACE
_NO_DEPTH = 9_999.0  # metres and more: sky
_FLESH = 0.14  # heights of a body that a joint may lie under its skin
_BEYOND = NEAR


class Observer:
    """Tells of the frames of one world what was asked for. Safe to use from several threads."""

    def __init__(self, world: World, wanted: frozenset[Pass]) -> None:
        self._world = world
        self._wanted = wanted
        self._heights = {body.id: body.height for body in world.bodies}
        self._species = {body.id: body.species for body in world.bodies}
        names = [("actor", one) for one in dict.fromkeys(body.id for body in world.bodies)]
        names += [("prop", rigid.id) for rigid in world.rigids]
        fixed = (
            Instance(_SKY, "sky", "sky"),
            Instance(_GROUND, "ground", "ground"),
            Instance(_PLACE, "place", "place"),
        )
        numbered = enumerate(names[:_MOST], _PLACE + 1)
        self.instances = (*fixed, *(Instance(value, name, kind) for value, (kind, name) in numbered))

    @property
    def needs_flow(self) -> bool:
        """Whether a frame is to be drawn with the one after it."""
        return Pass.FLOW in self._wanted

    def controls(self, index: int, rendered: Rendered, scenery: Scenery) -> Controls:
        """Of one frame, in memory of its own."""
        wanted, sky = self._wanted, rendered.depth >= _NO_DEPTH
        found = Controls(self.instances, (self._world.width, self._world.height))
        if Pass.DEPTH in wanted:
            found = replace(found, depth=np.where(sky, np.float32(np.inf), rendered.depth))
        if Pass.SEGMENTATION in wanted:
            values = {instance.id: instance.value for instance in self.instances if instance.kind in ("actor", "prop")}
            found = replace(found, segments=_values(scenery, values)[rendered.part + 1])
        if Pass.NORMALS in wanted:
            facing = rendered.normal * np.array([1, 1, -1], np.float32)
            facing /= np.maximum(np.linalg.norm(facing, axis=2, keepdims=True), 1e-6)  # between corners it is shorter
            found = replace(found, normals=np.where(sky[:, :, None], np.float32(0), facing))
        if Pass.FLOW in wanted:
            nowhere = np.full((*sky.shape, 2), np.nan, np.float32)
            found = replace(found, flow=rendered.flow if rendered.flow is not None else nowhere)
        if Pass.POSE in wanted:
            found = replace(found, poses=self._poses(index, rendered.depth, scenery))
        return found

    def _poses(self, index: int, depth: NDArray[np.float32], scenery: Scenery) -> tuple[Pose, ...]:
        frame = self._world.frames[index]
        height, width = depth.shape
        view = pinhole(frame.camera, width, height)
        axes = np.array([view.right, view.up, view.forward])
        poses = []
        for actor, points in scenery.points(frame).items():
            seen: dict[str, SeenPoint] = {}
            for name, place in points.items():
                right, up, deep = (float(one) for one in axes @ np.subtract(place, view.eye))
                if deep <= _BEYOND:
                    continue
                x = (0.5 + 0.5 * right / (deep * view.half_width)) * width
                y = (0.5 - 0.5 * up / (deep * view.half_height)) * height
                column, row = math.floor(x), math.floor(y)
                inside = 0 <= column < width and 0 <= row < height
                near = inside and float(depth[row, column]) >= deep - _FLESH * self._heights[actor]
                seen[name] = SeenPoint(x, y, deep, bool(near))
            layout = "ap10k-17" if self._species[actor] in QUADRUPEDS else "openpose-18"
            poses.append(Pose(actor, layout, seen))
        return tuple(poses)


def _values(scenery: Scenery, values: Mapping[str, int]) -> NDArray[np.uint8]:
    """The instance of each part, by its number plus 1: ground is -1 and sky 0."""
    found = np.full(scenery.parts + 1, _PLACE, np.uint8)
    found[:2] = _GROUND, _SKY
    for name, first, after in scenery.owners:
        found[first + 1 : after + 1] = values.get(name, _PLACE)
    return found
