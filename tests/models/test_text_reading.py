"""Writing in a picture is read: small, slanted, upside down, in a mirror, in other scripts; what is none is not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from greenroom.errors import ModelFailed, ModelMissing
from models.catalogue import Weight
from models.roles import Picture
from models.text_reading import PaddleText

ASTRONAUT = Path(__file__).parents[1] / "data" / "astronaut.png"


def written(text: str, size: int = 30, turned: float = 0.0, mirrored: bool = False) -> Picture:
    """The text on a plain wall, 854 x 480."""
    line = Image.new("RGBA", (700, 2 * size), (0, 0, 0, 0))
    ImageDraw.Draw(line).text((10, size // 3), text, font=ImageFont.load_default(size), fill="white")
    line = line.crop(line.getbbox()).rotate(turned, expand=True)
    if mirrored:
        line = line.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    wall = Image.new("RGB", (854, 480), (40, 70, 90))
    wall.paste(line, (60, 60), line)
    return np.asarray(wall, np.uint8)


@pytest.mark.parametrize(
    ("size", "turned", "mirrored"),
    [(30, 0, False), (14, 0, False), (30, 25, False), (30, -40, False), (30, 180, False), (30, 0, True)],
)
def test_a_line_is_read_however_it_stands(size: int, turned: float, mirrored: bool) -> None:
    with PaddleText(threads=1) as model:
        (found,) = model.read(written("Meet at the harbour", size, turned, mirrored))
    assert found.text == "Meet at the harbour"
    assert found.score > 0.8
    assert 30 < found.x < found.x + found.width <= 854
    assert 30 < found.y < found.y + found.height <= 480


def test_lines_come_from_top_to_bottom() -> None:
    both = np.maximum(written("the first line"), np.roll(written("and a second"), 200, axis=0))
    with PaddleText(threads=1) as model:
        assert [one.text for one in model.read(both)] == ["the first line", "and a second"]


@pytest.mark.parametrize("shape", [(480, 854), (1, 1), (2, 2000), (3000, 7)])
def test_where_nothing_is_written_nothing_is_read(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    with PaddleText(threads=1) as model:
        assert model.read(noise) == ()
        assert model.read(np.zeros((*shape, 3), np.uint8)) == ()


def test_a_portrait_with_a_flag_and_a_badge_has_no_sentence() -> None:
    with PaddleText(threads=1) as model:
        found = model.read(np.asarray(Image.open(ASTRONAUT).convert("RGB"), np.uint8))
    assert all(len(one.text) < 6 for one in found)


def test_outside_its_with_it_says_so() -> None:
    with pytest.raises(ModelMissing, match="with"):
        PaddleText().read(np.zeros((8, 8, 3), np.uint8))


def test_a_file_of_the_right_size_that_is_no_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"\x00" * 4096)
    monkeypatch.setattr(Weight, "path", lambda self: broken)
    with pytest.raises(ModelFailed, match=r"PP-OCRv6_det_small\.onnx cannot be loaded") as failed, PaddleText():
        pass
    assert "Reinstall rapidocr" in failed.value.remedy
