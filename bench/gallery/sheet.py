"""The gallery's contact sheet: one still of each clip with its brief below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.roles import Picture

COLUMNS = 4
CELL = (480, 270)  # pixels of a still
_GAP, _MARGIN, _WORDS = 12, 28, 44  # pixels: between stills, around them, for the words below each
_DARK, _PALE, _SOFT = (18, 19, 22), (236, 236, 232), (158, 160, 164)
_FONTS = ("NotoSansCJK-Regular.ttc", "LiberationSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf")  # the first there is


Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Still:
    picture: Picture
    words: str


def still_of(clip: Path, seconds: float) -> Picture:
    """The frame of an encoded clip that is shown at a time, uint8[H, W, 3]. Raises ValueError past its end."""
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= seconds - 1e-3:
                return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    raise ValueError(f"{clip.name} ends before {seconds} s")


def contact_sheet(stills: Sequence[Still]) -> Image.Image:
    """All stills in rows of four on a dark ground; one that is not 16:9 stands in the middle of its cell."""
    rows = -(-len(stills) // COLUMNS)
    width = 2 * _MARGIN + COLUMNS * CELL[0] + (COLUMNS - 1) * _GAP
    height = 2 * _MARGIN + rows * (CELL[1] + _WORDS) + (rows - 1) * _GAP
    sheet = Image.new("RGB", (width, height), _DARK)
    draw = ImageDraw.Draw(sheet)
    font = _font(15)
    for index, still in enumerate(stills):
        left = _MARGIN + index % COLUMNS * (CELL[0] + _GAP)
        top = _MARGIN + index // COLUMNS * (CELL[1] + _WORDS + _GAP)
        picture = Image.fromarray(still.picture)
        picture.thumbnail(CELL, Image.Resampling.LANCZOS)
        if picture.width / picture.height > 1.7:
            picture = picture.resize(CELL, Image.Resampling.LANCZOS)
        sheet.paste(picture, (left + (CELL[0] - picture.width) // 2, top + (CELL[1] - picture.height) // 2))
        for line, words in enumerate(_lines(_written(still.words, font), font)):
            draw.text((left, top + CELL[1] + 4 + 18 * line), words, fill=_PALE if line == 0 else _SOFT, font=font)
    return sheet


def _font(size: int) -> Font:
    """The machine's font that writes most languages; Pillow's own knows English alone."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _written(words: str, font: Font) -> str:
    """The words with an ellipsis for what the font has no signs for."""
    missing = bytes(font.getmask("\uffff"))
    return re.sub("\0+", "…", "".join("\0" if bytes(font.getmask(sign)) == missing else sign for sign in words))


def _lines(words: str, font: Font) -> list[str]:
    """The words in at most two lines as wide as a cell."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= CELL[0]:
            lines[-1] = longer
        elif len(lines) == 2:
            return [lines[0], lines[1].rstrip(" ,.") + " …"]
        else:
            lines.append(word)
    return lines
