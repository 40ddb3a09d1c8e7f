"""The mark of the sound: what it leads to alone, with the picture, and when the two are not of the same clip."""

from pathlib import Path

import av
import numpy as np
import pytest

from models.roles import Samples
from ops.verifying.report import Check, Source
from tests.ops.verifying.conftest import CLIP, RATE, House, Picture, read, scene, speech, tone, write

OTHER = "0therc11pc11p"
SECONDS = 6
WIDE, HIGH = 320, 180


def pictures_of(seed: int) -> list[Picture]:
    """Six seconds that stand still but for a disc: quickly made."""
    return scene(SECONDS * RATE, WIDE, HIGH, seed=seed)


@pytest.fixture
def original(house: House) -> Path:
    """A clip that was published with its marks, and speaks."""
    return house.published(house.film(pictures=pictures_of(1), samples=speech(SECONDS), marked=True))


def write_sound(path: Path, samples: Samples, codec: str, **options: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48000, layout="stereo", options=options)
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=48000, frame_size=960)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
        frame.sample_rate = 48000
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode())


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("sound.wav", "pcm_s16le"),
        ("sound.flac", "flac"),
        ("sound.mp3", "libmp3lame"),
        ("sound.m4a", "aac"),
        ("sound.ogg", "libopus"),
    ],
)
def test_its_sound_alone_leads_to_its_clip(house: House, original: Path, name: str, codec: str) -> None:
    sound = house.folder / name
    write_sound(sound, read(original)[1], codec)
    report = house.verify(sound)
    assert report.disagreements == ()
    assert (report.verified, report.clip, report.resolved_by) == (True, CLIP, Source.SOUND)
    assert report.invisible.picture is not None
    assert report.invisible.picture.reason == "it holds no picture"


def test_both_marks_of_a_copy_are_read(house: House, original: Path) -> None:
    copy = house.folder / "copy.mkv"
    pictures, samples = read(original)
    write(copy, pictures, samples)
    report = house.verify(copy)
    assert report.verified
    assert report.invisible.picture is not None
    assert report.invisible.sound is not None
    assert [report.invisible.picture.clip, report.invisible.sound.clip] == [CLIP, CLIP]


def test_the_sound_of_one_clip_under_the_picture_of_another_is_found_out(house: House, original: Path) -> None:
    other = house.published(
        house.film(OTHER, pictures_of(8), np.ascontiguousarray(speech(11)[-SECONDS * 48000 :]), marked=True), OTHER
    )
    mixed = house.folder / "mixed.mp4"
    write(mixed, read(original)[0], read(other)[1])
    report = house.verify(mixed)
    assert (report.verified, report.clip) == (False, CLIP)
    means = "the sound of one was laid under the picture of the other"
    assert f"marks: the mark in its picture names clip {CLIP}, the mark in its sound names clip {OTHER}: {means}" in (
        report.disagreements
    )
    assert means in report.answer


def test_a_clips_sound_under_somebodys_picture_is_found_out(house: House, original: Path) -> None:
    mixed = house.folder / "mixed.mp4"
    write(mixed, scene(SECONDS * RATE, WIDE, HIGH, seed=44), read(original)[1])
    report = house.verify(mixed)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.SOUND)
    assert any("the picture above it is not the clip's" in one for one in report.disagreements)


def test_a_copy_with_another_sound_says_so(house: House, original: Path) -> None:
    dubbed = house.folder / "dubbed.mp4"
    write(dubbed, read(original)[0], tone(SECONDS, 220))
    report = house.verify(dubbed)
    assert (report.verified, report.clip) == (True, CLIP)
    assert "its sound is not the clip's" in report.edits
    assert "its sound is not the clip's" in report.answer


SILENCE = np.zeros((SECONDS * 48000, 2), np.float32)


@pytest.mark.parametrize("quiet", [0.0, 0.0005])
def test_a_voice_under_a_silent_clip_is_told(house: House, quiet: float) -> None:
    silence = SILENCE + quiet * np.random.default_rng(1).standard_normal(SILENCE.shape).astype(np.float32)
    original = house.published(house.film(pictures=house.marked(pictures_of(1)), samples=silence))
    dubbed, copy = house.folder / "dubbed.mp4", house.folder / "copy.mp4"
    write(dubbed, read(original)[0], speech(SECONDS))
    report = house.verify(dubbed)
    assert (report.verified, report.clip) == (True, CLIP)
    assert "its sound is not the clip's" in report.edits
    assert "its sound is not the clip's" in report.answer
    write(copy, *read(original), crf="26")
    assert not any("sound" in one or "heard" in one for one in house.verify(copy).edits)


def test_a_word_in_a_clip_of_one_click_is_told(house: House) -> None:
    """Too little is heard in the clip to be held against anything."""
    click = SILENCE.copy()
    click[48000:52800] = speech(SECONDS)[48000:52800]
    original = house.published(house.film(pictures=house.marked(pictures_of(1)), samples=click))
    dubbed, copy = house.folder / "dubbed.mp4", house.folder / "copy.mp4"
    write(dubbed, read(original)[0], speech(SECONDS))
    assert "its sound is not the clip's" in house.verify(dubbed).edits
    write(copy, *read(original), crf="26")
    assert not any("sound" in one or "heard" in one for one in house.verify(copy).edits)


@pytest.mark.parametrize("samples", [SILENCE, None])
def test_a_silent_copy_is_known_by_its_picture(house: House, original: Path, samples: Samples | None) -> None:
    silent = house.folder / "silent.mp4"
    write(silent, read(original)[0], samples)
    report = house.verify(silent)
    assert (report.verified, report.clip) == (True, CLIP)
    assert "nothing is heard in it, though the clip has sound" in report.edits
    if samples is None:
        return
    assert report.invisible.sound is not None
    assert report.invisible.sound.state is Check.MISSING


def test_a_sound_of_too_low_a_rate_says_so(house: House) -> None:
    """A telephone's recording at 6 kHz: less than a mark is laid into."""
    path, samples = house.folder / "low.wav", tone(3.0)[::8].mean(axis=1, keepdims=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=6000, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples.T * 32767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = 6000
        container.mux([*stream.encode(frame), *stream.encode()])
    report = house.verify(path)
    assert report.invisible.sound is not None
    assert report.invisible.sound.state is Check.NOT_CHECKED
    assert report.invisible.sound.reason == "its sound has less than 8 kHz, which is too little for a mark"
    assert "Nothing leads from this to a clip" in report.answer
    assert "Not everything was looked at" not in report.answer
