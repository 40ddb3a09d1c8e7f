"""The visible AI label: its path through the picture, drawing it, and finding it again.

Belongs here: what a viewer sees of the marks. The path is drawn from a seed that the installation's mark key makes of
the clip's id: whoever has the key can say where the label must stand in every frame, and `find_label` measures whether
it does; nobody else can say beforehand where it will be.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from greenroom.domain.base import clip_bytes
from greenroom.domain.clips import LabelPosition

if TYPE_CHECKING:
    from ops.watermark.carrier import MarkKey

Picture = NDArray[np.uint8]

VERSION = 2  # of the label's size and path; 1: smaller, and on a path that everyone could draw from the clip's id
TEXT_SHARE = 0.04  # of the picture's height that a capital letter takes, at least
SMALLEST_FONT = 11  # pixels; below it the bundled font's strokes fall under one pixel and do not survive H.264
_FIRST_SHARE = 0.045  # of the picture's height that the font's size took in version 1
WIDEST_SHARE = 0.9  # of the picture's width that the label may take
PLATE = (12, 14, 18, 150)  # dark and soft: white text on it reads on snow, and its outline reads on night
FOUND = 0.5  # score from which a label counts as found: see tests/ops/test_label.py for what it was calibrated on
LEGIBLE_CONTRAST = 64.0  # grey levels between strokes and outline; a label fainter than this loses score


def label_text(maker: str) -> str:
    """What the label says of a clip made by the account named `maker`."""
    return f"AI · Greenroom · @{maker}"


def path_seed(clip: str, key: "MarkKey", version: int = VERSION) -> bytes:
    """What the path of a clip's label is drawn from. Raises `ValueError` for what is no clip's id."""
    if version == 1:
        return hashlib.sha256(f"greenroom label path 1\n{clip}".encode()).digest()
    return key.label(clip_bytes(clip))


def label_path(
    seed: bytes, frames: int, width: int, height: int, frames_per_second: float, text: str, version: int = VERSION
) -> tuple[LabelPosition, ...]:
    """Where the label stands in each of `frames` frames of `width` by `height` pixels.

    A Lissajous curve whose periods (7 to 10 s across, 9 to 13 s down) and phases are the first 16 bytes of `seed`:
    smooth to the eye, different for each clip, and over a third of its free way within the shortest clip (4 s),
    so that no fixed crop takes it away. The box lies wholly inside the picture.
    """
    across, down, phase_x, phase_y = (int.from_bytes(seed[n : n + 4], "big") / 2**32 for n in range(0, 16, 4))
    rate_x, rate_y = 1 / (7 + 3 * across), 1 / (9 + 4 * down)
    box_height, box_width = map(int, _pattern(text, width, height, version)[1].shape)
    margin = max(0, min(round(0.02 * height), (width - box_width) // 2, (height - box_height) // 2))

    def place(rate: float, phase: float, second: float, span: int) -> int:
        swing = 0.5 + 0.5 * math.sin(2 * math.pi * (rate * second + phase))
        return margin + round((span - 2 * margin) * swing)

    return tuple(
        LabelPosition(
            frame=frame,
            x=place(rate_x, phase_x, frame / frames_per_second, width - box_width),
            y=place(rate_y, phase_y, frame / frames_per_second, height - box_height),
            width=box_width,
            height=box_height,
        )
        for frame in range(frames)
    )


def draw(frames: Iterable[Picture], path: Sequence[LabelPosition], text: str) -> Iterator[Picture]:
    """The same frames (uint8[H, W, 3] RGB) with the label drawn on copies of them.

    Raises `ValueError` when there are more frames than places: a frame without a label is never let through.
    """
    for index, frame in enumerate(frames):
        if index >= len(path):
            raise ValueError(f"frame {index} has no label position: the path was made for {len(path)} frames")
        place = path[index]
        light, alpha = _pattern(text, frame.shape[1], frame.shape[0], VERSION)
        marked = frame.copy()
        box = marked[place.y : place.y + place.height, place.x : place.x + place.width]
        cover = alpha[..., None].astype(np.uint16)
        box[:] = (light[..., None].astype(np.uint16) * cover + box * (255 - cover) + 127) // 255
        yield marked


def find_label(frame: Picture, text: str, position: LabelPosition, version: int = VERSION) -> float:
    """How surely the label `text` stands at `position` in `frame` (uint8[H, W, 3] RGB): 0 not there, 1 as drawn.

    Normalised cross-correlation of brightness over the pixels that the label covers fully (strokes and outline,
    whatever lies behind), scaled down where the contrast between the two is too low to read. `FOUND` is the threshold.
    """
    light, alpha = _pattern(text, frame.shape[1], frame.shape[0], version)
    box = frame[position.y : position.y + position.height, position.x : position.x + position.width]
    if box.shape[:2] != light.shape:
        return 0.0
    opaque = alpha >= 240
    expected = light[opaque].astype(np.float64)
    seen = box[opaque].astype(np.float64) @ (0.299, 0.587, 0.114)
    contrast = float(seen[expected > 200].mean() - seen[expected < 55].mean())
    expected, seen = expected - expected.mean(), seen - seen.mean()
    length = float(np.linalg.norm(expected) * np.linalg.norm(seen))
    if length == 0.0 or contrast <= 0.0:
        return 0.0
    return max(0.0, float(expected @ seen) / length) * min(1.0, contrast / LEGIBLE_CONTRAST)


@lru_cache(maxsize=8)
def _pattern(text: str, width: int, height: int, version: int) -> tuple[Picture, Picture]:
    """Brightness and opacity (uint8[h, w] each) of the label for a picture of this size."""
    font, lines = (_first_laid_out if version == 1 else _laid_out)(text, width, height)
    stroke, pad = _edges(font)
    ascent, descent = font.getmetrics()
    box = (
        min(width, math.ceil(max(font.getlength(line) for line in lines)) + 2 * (pad + stroke)),
        min(height, len(lines) * (ascent + descent) + pad),
    )
    picture = Image.new("LA", box, (0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, box[0] - 1, box[1] - 1), radius=pad, fill=(PLATE[0], PLATE[3]))
    for number, line in enumerate(lines):
        pen.text(
            (pad + stroke, pad // 2 + number * (ascent + descent)),
            line,
            font=font,
            fill=(255, 255),
            stroke_width=stroke,
            stroke_fill=(0, 255),
        )
    values = np.asarray(picture)
    return values[..., 0], values[..., 1]


def _laid_out(text: str, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The font and the lines of a label: on one line where it fits, else the maker's name on lines of its own.

    Capitals are `TEXT_SHARE` of the height, and smaller only where the picture is so narrow that a word would not fit.
    """
    size = max(SMALLEST_FONT, math.ceil(TEXT_SHARE * height))
    while _capital(_font(size)) < TEXT_SHARE * height:
        size += 1
    words = text.rsplit(" · ", 1)[0].split() if " · " in text else []
    while size > SMALLEST_FONT and max(map(_font(size).getlength, words), default=0.0) > _room(_font(size), width):
        size -= 1
    font = _font(size)
    room = _room(font, width)
    if font.getlength(text) <= room:
        return font, [text]
    lines: list[str] = []
    for part in text.rsplit(" · ", 1):
        lines += _wrapped(part, font, room)
    return font, lines


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """A text in lines that fit: cut between words, and within a word that has no line of its own."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".lstrip()
        if font.getlength(joined) <= room:
            lines[-1] = joined
            continue
        lines += [""] if lines[-1] else []
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _first_laid_out(text: str, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """As clips of version 1 have it: what was too wide went on two lines and then lost the end of the maker's name."""
    font = _font(max(SMALLEST_FONT, math.ceil(_FIRST_SHARE * height)))
    room = _room(font, width)
    lines = [text]
    if font.getlength(text) > room and " · " in text:
        lines = text.rsplit(" · ", 1)
    while len(lines[-1]) > 2 and font.getlength(lines[-1]) > room:
        lines[-1] = lines[-1].rstrip("…")[:-1] + "…"
    return font, lines


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, so it has no scalable font; install Pillow's own wheel")
    return font


def _capital(font: ImageFont.FreeTypeFont) -> int:
    """The pixels that a capital letter is high."""
    _, top, _, bottom = font.getbbox("A")
    return round(bottom - top)


def _edges(font: ImageFont.FreeTypeFont) -> tuple[int, int]:
    """The outline of a letter and the plate's edge around the text, pixels."""
    size = round(font.size)
    return max(1, size // 10), max(2, size // 4)


def _room(font: ImageFont.FreeTypeFont, width: int) -> float:
    """The pixels that a line may take."""
    return WIDEST_SHARE * width - 2 * sum(_edges(font))
