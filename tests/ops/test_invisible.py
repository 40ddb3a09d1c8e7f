"""The invisible marks are in the file as it was encoded: stronger where they were not read, never so that they show."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.base import clip_bytes, new_clip_id
from greenroom.domain.clips import LaidMark
from models.roles import Picture
from moderation.policy import load_policy
from ops.invisible import ENCODINGS, Film, Read, heard_seconds, lay, read_back, wanted
from ops.media import write_master
from ops.media_reading import probe, read_frames
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import LEAST_SSIM_AT_ALL, PictureMark
from ops.watermark.similarity import structural_similarity
from tests.ops.older import HEIGHT, RATE, SECONDS, WIDTH, film, sound

KEY = MarkKey(b"one installation's key for marks")
ASKED = wanted(load_policy())
UNREACHED = 60.0  # dB


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "master.mkv"
    write_master(path, film(1), RATE, sound(1))
    return path


def darkened(frames: Iterable[Picture]) -> Iterator[Picture]:
    """A label of a kind: black over a corner."""
    for frame in frames:
        drawn = frame.copy()
        drawn[:40, :200] = 0
        yield drawn


def of(master: Path) -> Film:
    count = probe(master).frame_count
    return Film(master, new_clip_id(), count, WIDTH, HEIGHT, RATE, darkened)


def read(file: Path, key: MarkKey = KEY) -> Read:
    return read_back(file, key, lambda index, frame: None)


def test_both_marks_are_read_back_and_what_is_drawn_lies_over_them(master: Path, tmp_path: Path) -> None:
    made, file = of(master), tmp_path / "delivery.mp4"
    laid = lay(made, file, KEY, ASKED)
    found = read(file)
    assert (found.picture.clip, found.sound.clip) == (made.clip, made.clip)
    assert found.picture.margin > ASKED.picture_margin
    assert (laid.picture.encodings, laid.sound is not None) == (1, True)
    assert laid.picture.decibels is not None
    assert laid.picture.decibels > ASKED.psnr
    assert laid.picture.similarity is not None
    assert laid.picture.similarity > LEAST_SSIM_AT_ALL
    info = probe(file)
    assert (info.frame_count, info.seconds) == (made.frame_count, pytest.approx(SECONDS, abs=0.05))
    assert next(read_frames(file))[5:35, 5:195].max() < 24, "no mark shows through the label"
    stranger = read(file, MarkKey(b"another installation's own key"))
    assert (stranger.picture.clip, stranger.sound.clip) == (None, None)


def test_every_frame_passes_once_while_marks_are_read(master: Path, tmp_path: Path) -> None:
    file, seen = tmp_path / "delivery.mp4", list[int]()
    lay(of(master), file, KEY, ASKED)
    read_back(file, KEY, lambda index, frame: seen.append(index))
    assert seen == list(range(probe(file).frame_count))


def test_a_mark_that_was_laid_too_faintly_rises_until_it_is_read(
    master: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faint(mark: PictureMark, samples: object) -> float:
        mark.strength = 0.02
        return mark.strength

    monkeypatch.setattr(PictureMark, "fit", faint)
    made, file = of(master), tmp_path / "delivery.mp4"
    laid = lay(made, file, KEY, ASKED)
    found = read(file)
    assert 1 < laid.picture.encodings <= ENCODINGS
    assert found.picture.clip == made.clip
    assert found.picture.margin >= ASKED.picture_margin


def test_a_mark_never_rises_beyond_what_would_show(master: Path, tmp_path: Path) -> None:
    """Its film keeps the SSIM that every film keeps, long before PSNR would bound it."""
    laid = lay(of(master), tmp_path / "delivery.mp4", KEY, replace(ASKED, picture_margin=UNREACHED)).picture
    assert laid.encodings == ENCODINGS
    assert laid.decibels is not None
    assert laid.similarity is not None
    assert laid.decibels > ASKED.psnr
    assert LEAST_SSIM_AT_ALL <= laid.similarity < LEAST_SSIM_AT_ALL + 0.001


def test_where_psnr_leaves_less_room_than_ssim_it_bounds_the_rise(master: Path, tmp_path: Path) -> None:
    asked = replace(ASKED, picture_margin=UNREACHED, psnr=41.5)
    laid = lay(of(master), tmp_path / "delivery.mp4", KEY, asked).picture
    assert laid.decibels is not None
    assert laid.similarity is not None
    assert asked.psnr <= laid.decibels < asked.psnr + 0.2
    assert laid.similarity > LEAST_SSIM_AT_ALL


def test_what_is_kept_of_a_mark_is_what_its_film_shows(master: Path, tmp_path: Path) -> None:
    """Measured here over every frame, and not over the four by which it was told."""
    made = of(master)
    laid = lay(made, tmp_path / "delivery.mp4", KEY, ASKED).picture
    plain = list(read_frames(master))
    mark = PictureMark(KEY, clip_bytes(made.clip), WIDTH, HEIGHT)
    mark.fit([plain[(2 * part + 1) * len(plain) // 8] for part in range(4)])
    found = [structural_similarity(mark.drawn(one), one) for one in plain]
    assert laid.similarity == pytest.approx(np.mean(found), abs=0.002)


def test_a_mark_laid_before_its_ssim_was_kept_has_the_row_it_had() -> None:
    assert "similarity" not in LaidMark(version="3", strength=1.0, decibels=43.0).model_dump(mode="json")


def test_a_soundtrack_that_can_hide_nothing_has_no_mark(tmp_path: Path) -> None:
    times = np.arange(round(48_000 * SECONDS)) / 48_000
    tone = np.repeat(0.2 * np.sin(2 * np.pi * 440 * times)[:, None], 2, axis=1).astype(np.float32)
    master, file = tmp_path / "master.mkv", tmp_path / "delivery.mp4"
    write_master(master, film(1), RATE, tone)
    laid = lay(of(master), file, KEY, ASKED)
    found = read(file)
    assert (laid.sound, found.sound.clip) == (None, None)
    assert found.heard_seconds < ASKED.heard_seconds
    assert found.picture.clip is not None


def test_how_much_of_a_sound_can_hide_a_mark() -> None:
    noise = (0.1 * np.random.default_rng(1).standard_normal((48_000, 2))).astype(np.float32)
    assert heard_seconds(noise, 48_000) == pytest.approx(1.0, abs=0.05)
    assert heard_seconds(noise, 8_000) == pytest.approx(6.0, abs=0.2)
    assert heard_seconds(noise * 1e-5, 48_000) == 0.0
    assert heard_seconds(np.concatenate([noise, 0 * noise]), 48_000) == pytest.approx(1.0, abs=0.05)
    assert heard_seconds(np.zeros((0, 1), np.float32), 48_000) == 0.0
