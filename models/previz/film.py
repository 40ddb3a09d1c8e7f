"""A world as pictures: a renderer for each setting, a timing for each style, and joins as each transition says."""

import weakref
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from threading import Lock

import numba
import numpy as np

from greenroom.domain.briefs import Pass, Style
from greenroom.domain.storyboards import Setting, Transition
from models.previz.controls import Observer
from models.previz.mesh import Mesh
from models.previz.render.light import light_for
from models.previz.render.motion import Moment
from models.previz.render.renderer import Renderer
from models.previz.scene import Scenery
from models.previz.world import Cut, World
from models.roles import Controls, ControlSink, Picture

_ON_TWOS = frozenset({Style.ANIME, Style.CLAY, Style.INK})  # drawn or moved by hand: every picture is shot twice
_AHEAD = 24  # pictures that wait to be taken, at most
_AHEAD_WITH_CONTROLS = 8  # each is ten times as large
_AT_ONCE = 4


class Film:
    """The pictures of a world, uint8[H, W, 3], to be taken in order once; `close` ends the drawing of what is not.

    Drawing begins at once and keeps about a second ahead of who takes them, several frames at the same time.
    `likenesses` gives the reference picture of each handle; `threads` 0 is one a core. `controls` takes what it wants
    of the frame that is shown, before its picture is handed out; in a transition, of the shot that begins.
    """

    def __init__(
        self,
        world: World,
        likenesses: Mapping[str, Picture],
        threads: int = 0,
        controls: ControlSink | None = None,
    ) -> None:
        self._world = world
        self._shown = shown_frames(world)
        self._controls = controls
        self._drawing = Drawing(world, likenesses, threads, controls.wanted if controls is not None else frozenset())
        self._coming = iter(dict.fromkeys(self._shown))  # a picture that is held is drawn once
        self._after = {
            one: following
            for one, following in pairwise(self._shown)
            if one != following and world.frames[one].shot == world.frames[following].shot
        }
        self._ahead = _AHEAD if controls is None else _AHEAD_WITH_CONTROLS
        self._drawn: dict[int, Future[Drawn]] = {}
        self._draw_ahead()

    def __iter__(self) -> Iterator[Picture]:
        joins = {cut.frame: cut for cut in self._world.cuts}
        picture: Picture | None = None
        seen: Controls | None = None
        join: Cut | None = None
        before: Picture | None = None
        with closing(self._drawing):
            for index, shown in enumerate(self._shown):
                if index in joins:
                    join, before = joins[index], picture
                if shown in self._drawn:
                    drawn = self._drawn.pop(shown).result()
                    picture, seen = drawn.picture, drawn.controls
                    self._draw_ahead()
                if picture is None:
                    raise ValueError("the first frame was not drawn")
                if self._controls is not None and seen is not None:
                    held = self._shown[index + 1 : index + 2] == [shown]
                    self._controls.add(_still(seen) if held else seen)
                since = index - join.frame if join is not None else 0
                if join is None or since >= join.frames:
                    yield picture
                else:
                    yield _joined(before, picture, join.transition, (since + 1) / (join.frames + 1))

    def close(self) -> None:
        """End the drawing."""
        self._drawing.close()

    def _draw_ahead(self) -> None:
        for index in islice(self._coming, self._ahead - len(self._drawn)):
            self._drawn[index] = self._drawing.draw(index, self._after.get(index))


def shown_frames(world: World) -> list[int]:
    """The frame that is to be seen at each: itself, or the nearest even one where pictures are shot on twos.

    It is of the same shot and never more than a frame away; what strikes is shot on ones, as animators do, so that
    picture and sound stay within 42 ms at 24 a second.
    """
    rate, count = world.frames_per_second, len(world.frames)
    blows = {round(one.time * rate) for one in world.contacts if one.kind in ("impact", "catch")}
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


def _still(controls: Controls) -> Controls:
    """Of a picture that is shown once more: nothing in it goes anywhere."""
    return controls if controls.flow is None else replace(controls, flow=np.zeros_like(controls.flow))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A frame, and what was asked for beside it."""

    picture: Picture
    controls: Controls | None


class Drawing:
    """Draws frames of a world in any order, several at once, each in memory of its own.

    The scenery and the renderers of a setting are made when it is first seen and let go when it is seen no more.
    """

    def __init__(
        self, world: World, likenesses: Mapping[str, Picture], threads: int = 0, wanted: frozenset[Pass] = frozenset()
    ) -> None:
        threads = threads or numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # set when numba loads
        self._at_once = min(threads, _AT_ONCE)
        self._bands = threads // self._at_once
        self._world = world
        self._observer = Observer(world, wanted) if wanted else None
        self._posing = ThreadPoolExecutor(1, "posing")  # what moves is posed while frames before it are drawn
        self._working = ThreadPoolExecutor(self._at_once, "drawing")
        self._finalizer = weakref.finalize(self, _end, self._posing, self._working)
        self._scenery = self._posing.submit(Scenery, world, likenesses)
        self._posed: dict[int, Future[Mesh]] = {}
        self._asking = Lock()
        self._sets: dict[Setting, _Set] = {}

    def draw(self, index: int, after: int | None = None) -> Future[Drawn]:
        """One frame, when it is drawn; `after` is the one of its shot that flow leads to, None for no flow."""
        return self._working.submit(self._draw, index, after)

    def close(self) -> None:
        """Draw no more: what is not begun is cancelled."""
        self._finalizer()

    def _draw(self, index: int, following: int | None) -> Drawn:
        world, frame = self._world, self._world.frames[index]
        posing, before = self._pose(index), self._before(index)
        soon = index + self._at_once * (2 if self._on_twos(index) else 1)
        if soon < len(world.frames):
            self._pose(soon)
        mesh = posing.result()
        after = None
        if self._observer is not None and self._observer.needs_flow and following is not None:
            after = Moment(self._pose(following).result(), world.frames[following].camera)
            if len(after.mesh.vertices) != len(mesh.vertices):  # somebody has changed, come or gone
                after = None
        here = self._set(world.settings[frame.setting])
        renderer = here.taken()
        try:
            rendered = renderer.render(mesh, frame.camera, index / world.frames_per_second, before, after)
            if self._observer is None:
                return Drawn(rendered.picture, None)
            return Drawn(rendered.picture, self._observer.controls(index, rendered, self._scenery.result()))
        finally:
            here.free.append(renderer)

    def _pose(self, index: int) -> Future[Mesh]:
        """All that moves in a frame. Raises `CancelledError` once the drawing is closed."""
        with self._asking:
            if index not in self._posed:
                try:
                    self._posed[index] = self._posing.submit(self._moving, index)
                except RuntimeError as error:  # closed by another thread while this one was at a frame
                    raise CancelledError from error
                if len(self._posed) > 4 * self._at_once:
                    del self._posed[next(iter(self._posed))]
            return self._posed[index]

    def _moving(self, index: int) -> Mesh:
        return self._scenery.result().frame_mesh(self._world.frames[index])

    def _before(self, index: int) -> Moment | None:
        """The frame just before one, where it is shown and is of the same shot: what moved since blurs."""
        frames = self._world.frames
        if index == 0 or self._on_twos(index) or frames[index - 1].shot != frames[index].shot:
            return None
        return Moment(self._pose(index - 1).result(), frames[index - 1].camera)

    def _on_twos(self, index: int) -> bool:
        return self._world.settings[self._world.frames[index].setting].style in _ON_TWOS

    def _set(self, setting: Setting) -> "_Set":
        """Frames begin in their order: when one of a new setting does, those of settings before it all have theirs."""
        scenery = self._scenery.result()
        with self._asking:
            if setting not in self._sets:
                world = self._world
                light = light_for(setting.place, setting.time_of_day, setting.weather)
                place, look = scenery.static(setting.place), scenery.textures
                self._sets.clear()  # a gigabyte is little; going back to a place takes half a second
                self._sets[setting] = _Set(
                    Renderer(world.width, world.height, setting.style, light, place, look, self._bands)
                )
            return self._sets[setting]


class _Set:
    """The renderers of one setting: as many as draw at once."""

    def __init__(self, first: Renderer) -> None:
        self._first = first
        self.free = [first]

    def taken(self) -> Renderer:
        """A renderer for one frame; it comes back to `free`."""
        try:
            return self.free.pop()
        except IndexError:
            return self._first.twin()


def _end(*pools: ThreadPoolExecutor) -> None:
    for pool in pools:
        pool.shutdown(wait=False, cancel_futures=True)
