"""A world as pictures: a renderer for each setting, a timing for each style, and joins as each transition says."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Setting, Transition
from models.previz.mesh import Mesh
from models.previz.render.light import light_for
from models.previz.render.motion import Moment
from models.previz.render.renderer import Renderer
from models.previz.scene import Scenery
from models.previz.world import Cut, World
from models.roles import Picture

_ON_TWOS = frozenset({Style.ANIME, Style.CLAY, Style.INK})  # drawn or moved by hand: every picture is shot twice


def film(world: World, likenesses: Mapping[str, Picture]) -> Iterator[Picture]:
    """The pictures of a world, uint8[H, W, 3] in order. `likenesses` gives the reference picture of each handle."""
    drawing = Drawing(world, likenesses)
    shown = shown_frames(world)
    joins = {cut.frame: cut for cut in world.cuts}
    picture: Picture | None = None
    join: Cut | None = None
    before: Picture | None = None
    with ThreadPoolExecutor(1, "posing") as ahead:  # what moves is posed while the frame before it is drawn
        posing = ahead.submit(drawing.pose, shown[0])
        for index in range(len(world.frames)):
            if index in joins:
                join, before = joins[index], picture
            if picture is None or shown[index] != shown[index - 1]:
                mesh = posing.result()
                following = next((one for one in shown[index:] if one != shown[index]), None)
                if following is not None:
                    posing = ahead.submit(drawing.pose, following)
                picture = drawing.draw(shown[index], mesh)
            since = index - join.frame if join is not None else 0
            if join is None or since >= join.frames:
                yield picture
            else:
                yield _joined(before, picture, join.transition, (since + 1) / (join.frames + 1))


def shown_frames(world: World) -> list[int]:
    """The frame that is to be seen at each: itself, or the nearest even one where pictures are shot on twos.

    It is of the same shot and never more than a frame away; what strikes is shot on ones, as animators do, so that
    picture and sound stay within 42 ms at 24 a second.
    """
    rate, count = world.frames_per_second, len(world.frames)
    blows = {round(one.time * rate) for one in world.contacts if one.kind == "impact"}
    found = []
    for index, frame in enumerate(world.frames):
        held = index + index % 2
        on_twos = world.settings[frame.setting].style in _ON_TWOS and rate >= 20
        near = bool(blows & {index - 1, index, index + 1})
        inside = held < count and world.frames[held].shot == frame.shot
        found.append(held if on_twos and inside and not near else index)
    return found


def _joined(before: Picture | None, picture: Picture, how: Transition, share: float) -> Picture:
    """A picture on the way from one shot to the next; `share` of the next. Light is mixed, not its code values."""
    if how is Transition.DISSOLVE and before is not None:
        mixed = (1 - share) * (before / 255.0) ** 2.2 + share * (picture / 255.0) ** 2.2
    else:
        mixed = share * (picture / 255.0) ** 2.2
    return np.asarray(np.rint(mixed ** (1 / 2.2) * 255), np.uint8)


class Drawing:
    """The renderer and the scenery of each setting, made when it is first seen and let go when it is seen no more."""

    def __init__(self, world: World, likenesses: Mapping[str, Picture]) -> None:
        self._world = world
        self._scenery = Scenery(world, likenesses)
        self._renderers: dict[Setting, Renderer] = {}
        self._last: tuple[int, Mesh] | None = None

    def pose(self, index: int) -> Mesh:
        """All that moves in a frame."""
        return self._scenery.frame_mesh(self._world.frames[index])

    def draw(self, index: int, mesh: Mesh) -> Picture:
        """One frame."""
        frame = self._world.frames[index]
        renderer = self._renderer(self._world.settings[frame.setting])
        before = self._before(index)
        self._last = index, mesh
        return renderer.render(mesh, frame.camera, index / self._world.frames_per_second, before).picture

    def _before(self, index: int) -> Moment | None:
        """The frame just before one, where it was drawn and is of the same shot: what moved since blurs."""
        if self._last is None or self._last[0] != index - 1:
            return None
        frame = self._world.frames[index - 1]
        return Moment(self._last[1], frame.camera) if frame.shot == self._world.frames[index].shot else None

    def _renderer(self, setting: Setting) -> Renderer:
        world = self._world
        if setting not in self._renderers:
            self._renderers.clear()  # a gigabyte is little; going back to a place takes a second
            light = light_for(setting.place, setting.time_of_day, setting.weather)
            static = self._scenery.static(setting.place)
            self._renderers[setting] = Renderer(
                world.width, world.height, setting.style, light, static, self._scenery.textures
            )
        return self._renderers[setting]
