"""Control passes as files: FFV1 in Matroska, lossless, frame for frame with the picture; tables and poses as JSON.

Each file says in its metadata, under `greenroom`, how numbers come back from code values. The same formulas are in
docs/passes.md, and `metres`, `pixels` and `unit_vectors` are their inverse.
"""

import colorsys
import json
import math
from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import JsonValue

from greenroom.domain.briefs import Pass
from greenroom.errors import BadInput
from models.roles import Controls, Instance, Pose
from ops.media import disk_errors

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Codes = NDArray[np.uint8] | NDArray[np.uint16]

_NEAREST, _FARTHEST = 0.05, 10_000.0  # metres of codes 1 and 65535
_STEPS = 65_534
_FLOW_ZERO, _FLOW_SCALE = 32_768, 64.0  # code of no flow, and codes a pixel
_FORMATS = {  # of code values as numpy has them, and of what is written of them without loss, as libav calls them
    Pass.DEPTH: ("gray16le", "gray16le"),
    Pass.SEGMENTATION: ("rgb24", "bgr0"),
    Pass.NORMALS: ("rgb24", "bgr0"),
    Pass.FLOW: ("rgb48le", "rgb48le"),
    Pass.POSE: ("rgb24", "bgr0"),
}
_SAYS = {
    Pass.DEPTH: "metres = 0.05 * 200000 ** ((code - 1) / 65534); code 0: sky",
    Pass.SEGMENTATION: "each colour is an instance of the table in segmentation.json",
    Pass.NORMALS: "right, up, towards the camera = code / 127.5 - 1; codes 128 128 128: sky",
    Pass.FLOW: "pixels right, down until the next picture = (code - 32768) / 64; third code 0: none is known",
    Pass.POSE: "drawn from pose.json as OpenPose draws people; animals as AP-10K numbers them",
}
LAYOUTS: dict[str, tuple[str, ...]] = {
    "openpose-18": (
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
        "right_eye", "left_eye", "right_ear", "left_ear",
    ),
    "ap10k-17": (
        "left_eye", "right_eye", "nose", "neck", "root_of_tail", "left_shoulder", "left_elbow", "left_front_paw",
        "right_shoulder", "right_elbow", "right_front_paw", "left_hip", "left_knee", "left_back_paw",
        "right_hip", "right_knee", "right_back_paw",
    ),
}  # fmt: skip
_LIMBS: dict[str, tuple[tuple[int, int], ...]] = {
    "openpose-18": (
        (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
        (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
    ),
    "ap10k-17": (
        (0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6), (6, 7), (3, 8), (8, 9), (9, 10),
        (4, 11), (11, 12), (12, 13), (4, 14), (14, 15), (15, 16),
    ),
}  # fmt: skip


class ControlFiles:
    """A `ControlSink` that writes one file or two for each pass into a folder, as the frames come.

    Leaving the `with` finishes them; `paths` are theirs, by name. Raises StoreUnavailable when the disk is full.
    """

    def __init__(self, folder: Path, passes: Sequence[Pass], frames_per_second: int) -> None:
        self.wanted = frozenset(passes)
        self._folder = folder
        self._rate = frames_per_second
        self._films: dict[Pass, _Film] = {}
        self._open = ExitStack()
        self._instances: tuple[Instance, ...] = ()
        self._poses: list[JsonValue] = []
        self._size = (0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        if Pass.SEGMENTATION in self._films:
            table: list[JsonValue] = [
                {"id": one.id, "kind": one.kind, "value": one.value, "colour": list(colour_of(one.value))}
                for one in self._instances
            ]
            self._write("segmentation.json", {"instances": table})
        if Pass.POSE in self._films:
            layouts: dict[str, JsonValue] = {name: list(points) for name, points in LAYOUTS.items()}
            width, height = self._size
            head: dict[str, JsonValue] = {"frames_per_second": self._rate, "width": width, "height": height}
            point = "x and y in pixels, 1 where it is seen and 0 where it is hidden, metres from the camera"
            self._write("pose.json", {**head, "point": point, "layouts": layouts, "frames": self._poses})

    @property
    def paths(self) -> dict[str, Path]:
        """What was written, by file name."""
        return {path.name: path for path in sorted(self._folder.iterdir())}

    def add(self, controls: Controls) -> None:
        """Write what one picture shows. Raises `BadInput` for what was asked for and is not there."""
        self._instances = controls.instances
        self._size = controls.size
        for kind in Pass:
            if kind in self.wanted:
                self._film(kind).add(self._codes(kind, controls))

    def _codes(self, kind: Pass, controls: Controls) -> Codes:
        if kind is Pass.POSE:
            self._poses.append([_listed(pose) for pose in controls.poses])
            return _drawn(controls.poses, self._size)
        if kind is Pass.DEPTH and controls.depth is not None:
            return depth_codes(controls.depth)
        if kind is Pass.SEGMENTATION and controls.segments is not None:
            return _COLOURS[controls.segments]
        if kind is Pass.NORMALS and controls.normals is not None:
            return normal_codes(controls.normals)
        if kind is Pass.FLOW and controls.flow is not None:
            return flow_codes(controls.flow)
        raise BadInput(f"this generator films no {kind.value}.", "Ask without it, or ask the generator previz.")

    def _film(self, kind: Pass) -> "_Film":
        if kind not in self._films:
            path = self._folder / f"{kind.value}.mkv"
            self._films[kind] = self._open.enter_context(_Film(path, kind, self._rate))
        return self._films[kind]

    def _write(self, name: str, document: JsonValue) -> None:
        path = self._folder / name
        with disk_errors(path):
            path.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")


class _Film:
    """One lossless film of code values."""

    def __init__(self, path: Path, kind: Pass, rate: int) -> None:
        self._path, self._kind, self._rate = path, kind, rate
        self._errors = ExitStack()
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._count = 0

    def __enter__(self) -> Self:
        self._errors.enter_context(disk_errors(self._path))
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if self._container is not None and self._stream is not None:
                if error[0] is None:
                    self._container.mux(self._stream.encode(None))
                self._container.close()
        finally:
            self._errors.close()

    def add(self, codes: Codes) -> None:
        import av

        given, written = _FORMATS[self._kind]
        with disk_errors(self._path):
            if self._container is None or self._stream is None:
                self._container = av.open(str(self._path), "w")
                self._container.metadata["greenroom"] = _SAYS[self._kind]
                stream = self._container.add_stream("ffv1", rate=self._rate, options={"level": "3", "slicecrc": "1"})
                stream.height, stream.width = codes.shape[:2]
                stream.pix_fmt = written
                self._stream = stream
            frame = av.VideoFrame.from_ndarray(codes, format=given).reformat(format=written)
            frame.pts, frame.time_base = self._count, Fraction(1, self._rate)
            self._container.mux(self._stream.encode(frame))
            self._count += 1


def depth_codes(metres: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Codes of metres: equal steps of 0.019 percent, 0 for sky (inf)."""
    sky = ~np.isfinite(metres)
    near = np.clip(np.where(sky, 1.0, metres), _NEAREST, _FARTHEST)
    codes = 1 + np.rint(_STEPS * np.log(near / _NEAREST) / math.log(_FARTHEST / _NEAREST))
    return np.where(sky, 0, codes).astype(np.uint16)


def metres(codes: NDArray[np.uint16]) -> NDArray[np.float64]:
    """The depth that codes stand for, inf for sky."""
    found = _NEAREST * (_FARTHEST / _NEAREST) ** ((codes.astype(np.float64) - 1) / _STEPS)
    return np.where(codes == 0, np.inf, found)


def normal_codes(normals: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Codes of unit vectors, uint8[H, W, 3]."""
    return np.asarray(np.rint(127.5 * (np.clip(normals, -1, 1) + 1)), np.uint8)


def unit_vectors(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The normals that codes stand for, to 0.4 degrees; near zero for sky."""
    return codes / 127.5 - 1.0


def flow_codes(flow: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Codes of pixels, uint16[H, W, 3]: steps of 1/64, at most 511 either way; the third 65535 where known."""
    known = np.isfinite(flow[:, :, 0]) & np.isfinite(flow[:, :, 1])
    codes = np.full((*known.shape, 3), _FLOW_ZERO, np.uint16)
    moved = np.rint(np.where(known[:, :, None], flow, 0.0) * _FLOW_SCALE) + _FLOW_ZERO
    codes[:, :, :2] = np.clip(moved, 0, 65_535)
    codes[:, :, 2] = np.where(known, 65_535, 0)
    return codes


def pixels(codes: NDArray[np.uint16]) -> NDArray[np.float64]:
    """The flow that codes stand for, NaN where none is known."""
    found = (codes[:, :, :2].astype(np.float64) - _FLOW_ZERO) / _FLOW_SCALE
    return np.where(codes[:, :, 2:] == 0, np.nan, found)


def colour_of(value: int) -> tuple[int, int, int]:
    """The colour of an instance: far from its neighbours', never black but for sky."""
    if value == 0:
        return 0, 0, 0
    red, green, blue = colorsys.hsv_to_rgb(
        value * 0.6180339887 % 1.0, 0.55 + 0.4 * (value % 2), 1.0 - 0.15 * (value % 3)
    )
    return round(255 * red), round(255 * green), round(255 * blue)


_COLOURS = np.array([colour_of(value) for value in range(256)], np.uint8)


def _listed(pose: Pose) -> JsonValue:
    """A pose with its points in the order of its layout, None for one behind the camera."""
    points: list[JsonValue] = []
    for name in LAYOUTS[pose.layout]:
        seen = pose.points.get(name)
        points.append(
            None if seen is None else [round(seen.x, 2), round(seen.y, 2), int(seen.visible), round(seen.depth, 3)]
        )
    return {"actor": pose.actor, "layout": pose.layout, "points": points}


def _drawn(poses: Sequence[Pose], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Skeletons on black, far ones first, each limb in a hue of its own; hidden points are drawn too."""
    canvas = Image.new("RGB", size)
    draw = ImageDraw.Draw(canvas)
    wide = max(2, size[1] // 120)
    far_first = sorted(poses, key=lambda pose: -min((one.depth for one in pose.points.values()), default=0.0))
    for pose in far_first:
        names, limbs = LAYOUTS[pose.layout], _LIMBS[pose.layout]
        for number, (start, end) in enumerate(limbs):
            a, b = pose.points.get(names[start]), pose.points.get(names[end])
            if a is not None and b is not None:
                hue = tuple(round(153 * one) for one in colorsys.hsv_to_rgb(number / len(limbs), 1.0, 1.0))
                draw.line((a.x, a.y, b.x, b.y), fill=(hue[0], hue[1], hue[2]), width=wide)
        for number, name in enumerate(names):
            point = pose.points.get(name)
            if point is not None:
                hue = tuple(round(255 * one) for one in colorsys.hsv_to_rgb(number / len(names), 1.0, 1.0))
                box = (point.x - wide, point.y - wide, point.x + wide, point.y + wide)
                draw.ellipse(box, fill=(hue[0], hue[1], hue[2]))
    return np.asarray(canvas, np.uint8)
