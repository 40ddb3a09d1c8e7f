"""Files that are written read back as what went in, and a broken one is named as broken."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.errors import BadInput, StoreUnavailable
from models.roles import Picture, Samples
from ops.media import contact_sheet, poster, write_delivery, write_master, write_stem
from ops.media_reading import probe, read_frames, read_sound, read_stem

RATE, FPS, SECONDS = 48_000, 24, 2


def frames(count: int = FPS * SECONDS, flash: int = 24) -> Iterator[Picture]:
    for number in range(count):
        picture = np.zeros((96, 160, 3), np.uint8)
        picture[:, :40] = (200, 30, 30)
        picture[:, 40:80] = (30, 180, 60)
        picture[:, 80:120] = (40, 60, 220)
        picture[:, 120:] = 255 if number == flash else 90
        yield picture


def click(at: float = 1.0) -> Samples:
    samples = np.zeros((RATE * SECONDS, 2), np.float32)
    start = int(at * RATE)
    samples[start : start + 480] = 0.8 * np.sin(np.arange(480) * 0.3)[:, None]
    return samples


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "clip.mp4"
    write_delivery(path, frames(), FPS, click(), RATE)
    return path


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "master.mkv"
    write_master(path, frames(), FPS, click(), RATE)
    return path


def test_a_delivery_is_h264_high_and_aac_tagged_bt709(delivery: Path) -> None:
    info = probe(delivery)
    assert (info.video_codec, info.audio_codec, info.pixel_format, info.colour) == ("h264", "aac", "yuv420p", "bt709")
    assert (info.width, info.height, info.frame_count, info.frames_per_second) == (160, 96, 48, 24.0)
    assert abs(info.seconds - SECONDS) < 0.05
    data = delivery.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_master_says_what_it_was_given(tmp_path: Path) -> None:
    info = write_master(tmp_path / "master.mkv", frames(), FPS, click(), RATE)
    expected = hashlib.sha256(b"".join(frame.tobytes() for frame in frames())).hexdigest()
    assert (info.frame_count, info.frames_sha256) == (48, expected)


@pytest.mark.parametrize(("name", "worst"), [("master", 3.0), ("delivery", 8.0)])
def test_colours_come_back(name: str, worst: float, request: pytest.FixtureRequest) -> None:
    back = next(iter(read_frames(request.getfixturevalue(name)))).astype(float)
    for column, colour in ((20, (200, 30, 30)), (60, (30, 180, 60)), (100, (40, 60, 220))):
        assert np.abs(back[48, column] - colour).max() <= worst


def test_a_master_with_flac_is_lossless_in_sound(master: Path) -> None:
    samples, rate = read_sound(master)
    assert rate == RATE
    assert np.abs(samples[: RATE * SECONDS] - click()).max() < 1 / 32000


def test_picture_and_sound_stay_together(delivery: Path) -> None:
    samples, rate = read_sound(delivery)
    heard = int(np.argmax(np.abs(samples[:, 0]) > 0.2)) / rate
    bright = [float(frame[48, 140].mean()) for frame in read_frames(delivery)]
    seen = int(np.argmax(bright)) / FPS
    assert abs(heard - seen) < 0.040
    assert abs(heard - 1.0) < 0.010


def test_the_same_frames_give_the_same_file(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_delivery(tmp_path / name, frames(), FPS, click(), RATE)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.97])
@pytest.mark.parametrize("name", ["delivery", "master"])
def test_a_file_cut_short_is_bad_input(name: str, share: float, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    whole: Path = request.getfixturevalue(name)
    data = whole.read_bytes()
    cut = tmp_path / whole.name
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(BadInput):
        probe(cut)


@pytest.mark.parametrize("name", ["delivery", "master"])
def test_an_altered_file_is_read_or_refused_and_nothing_else(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    whole: Path = request.getfixturevalue(name)
    data, random = whole.read_bytes(), np.random.default_rng(0)
    altered = tmp_path / whole.name
    refused = 0
    for number in range(40):
        changed = bytearray(data)
        for _ in range(int(random.integers(1, 30))):
            changed[int(random.integers(0, len(data) if number % 2 else 3000))] = int(random.integers(0, 256))
        altered.write_bytes(changed)
        for read in (probe, read_sound, lambda path: list(read_frames(path))):
            try:
                read(altered)
            except BadInput:
                refused += 1
    assert refused > 0


def test_what_is_no_media_is_bad_input(tmp_path: Path) -> None:
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
    for path in (playlist, tmp_path / "absent.mp4", tmp_path):
        with pytest.raises(BadInput):
            probe(path)
        with pytest.raises(BadInput):
            list(read_frames(path))
        with pytest.raises(BadInput):
            read_sound(path)


def test_a_full_disk_is_the_stores_error(tmp_path: Path) -> None:
    for name in ("full.mkv", "full.mp4"):
        full = tmp_path / name
        full.symlink_to("/dev/full")
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            write_master(full, frames(), FPS, click(), RATE)


def test_frames_of_two_sizes_or_none_are_refused(tmp_path: Path) -> None:
    mixed = [np.zeros((96, 160, 3), np.uint8), np.zeros((98, 160, 3), np.uint8)]
    with pytest.raises(BadInput, match="one size"):
        write_master(tmp_path / "m.mkv", mixed, FPS, click(), RATE)
    with pytest.raises(BadInput, match="no frames"):
        write_master(tmp_path / "n.mkv", [], FPS, click(), RATE)


def test_a_stem_reads_back_and_its_bytes_are_stable() -> None:
    data = write_stem(click(), RATE)
    samples, rate = read_stem(data)
    assert rate == RATE
    assert samples.shape == click().shape
    assert np.abs(samples - click()).max() < 1 / 32000
    assert data == write_stem(click(), RATE)
    with pytest.raises(BadInput):
        read_stem(b"not flac at all")


def test_stills_are_jpeg() -> None:
    assert poster(next(frames())).startswith(b"\xff\xd8\xff")
    assert contact_sheet(list(frames(5))).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("layout", ["7.1", "hexadecagonal"])
def test_a_sound_of_many_channels_is_refused(tmp_path: Path, layout: str) -> None:
    """PyAV would read past the end of its planes, and the process be gone."""
    path = tmp_path / "many.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout=layout)
        channels = stream.layout.nb_channels
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800 * channels), np.int16), format="s16", layout=layout)
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
    with pytest.raises(BadInput, match=f"{channels} channels"):
        read_sound(path)
