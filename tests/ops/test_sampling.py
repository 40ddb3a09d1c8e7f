"""Frames are sampled by time and by change of scene; whatever made the film, as a player shows it."""

from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.errors import BadInput
from models.roles import Picture
from ops import sampling
from ops.media_reading import opened
from ops.sampling import sampled
from tests.ops.films import film


def shades(*levels: int, size: tuple[int, int] = (96, 160)) -> list[Picture]:
    return [np.full((*size, 3), level, np.uint8) for level in levels]


def test_one_each_half_second_and_the_first_after_each_cut(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", shades(*[40] * 15, *[160] * 15))
    found = [round(second, 2) for second, _ in sampled(path)]
    assert found == [0.0, 0.5, 1.0, 1.25, 1.75, 2.25]


def test_a_single_frame_put_between_others_is_looked_at(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", shades(*[90] * 8, 200, *[90] * 8))
    assert any(abs(float(picture.mean()) - 200) < 4 for _, picture in sampled(path))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm", ".mkv"])
@pytest.mark.parametrize("sound", [False, True])
def test_a_film_of_one_frame_has_one(suffix: str, sound: bool, tmp_path: Path) -> None:
    path = film(tmp_path / f"one{suffix}", shades(120), sound=sound)
    ((second, picture),) = sampled(path)
    assert second == pytest.approx(0.0, abs=0.03)
    assert picture.shape == (96, 160, 3)


def test_each_frame_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "a.mkv", shades(*range(40, 76)))
    times = []

    def counted(asked: Path) -> object:
        times.append(asked)
        return opened(asked)

    monkeypatch.setattr(sampling, "opened", counted)
    assert len(list(sampled(path))) >= 6
    assert times == [path]


def test_a_large_film_is_looked_at_smaller(tmp_path: Path) -> None:
    ((_, picture),) = sampled(film(tmp_path / "a.mp4", shades(80, size=(1080, 1920))))
    assert picture.shape == (720, 1280, 3)


def test_a_film_turned_by_a_quarter_is_turned_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upright = np.zeros((96, 160, 3), np.uint8)
    upright[:, :80] = 200  # bright at the left
    path = film(tmp_path / "a.mp4", [np.rot90(upright, -1)])  # filmed lying: the left is on top
    monkeypatch.setattr(av.VideoFrame, "rotation", 90)  # what a telephone's display matrix says
    ((_, picture),) = sampled(path)
    assert picture.shape == (96, 160, 3)
    assert picture[:, :70].mean() > 150 > 50 > picture[:, 90:].mean()


def test_a_file_cut_short_or_of_no_picture_is_bad_input(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", shades(*range(30, 90)))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(BadInput):
        list(sampled(path))
    (tmp_path / "b.mp4").write_text("no film")
    with pytest.raises(BadInput):
        list(sampled(tmp_path / "b.mp4"))
