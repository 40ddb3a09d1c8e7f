"""Recordings that are broken, of something else, or answer nothing: each is told what is wrong, and leaves nothing.

What can be told at filing is refused there; the rest at the first step that sees it, in words for its maker.
"""

import os
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.captures import CaptureKind, script_of
from bench.captures.files import read as read_recorded
from bench.captures.files import write as write_recorded
from bench.captures.sound import RATE, spoken
from greenroom.domain.base import now
from greenroom.domain.consents import Account
from greenroom.domain.enrolments import Challenge, Enrolment, EnrolmentState, EnrolmentStep
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput, GreenroomError, NotFound
from ledger import enrolments, log
from models.roles import Samples
from models.speech import EspeakSpeech
from moderation.presentation import judge_step, load_presentation_policy
from ops.briefs import account
from ops.enrolments import filing
from ops.enrolments.checking import check
from ops.enrolments.person import Person
from ops.enrolments.recording import read_recording
from ops.enrolments.settling import settle, standing
from ops.enrolments.statement import state_consent
from ops.studio import Studio

Frames = NDArray[np.uint8]
Recorded = Callable[..., Path]
DrawChallenge = Callable[..., Challenge]
FilePerson = Callable[..., Enrolment]
Left = Callable[[Studio], tuple[set[str], set[str]]]
NOTHING: tuple[set[str], set[str]] = (set(), set())
SEED, WHO = 3, 782


@pytest.fixture(scope="module")
def good(recorded: Recorded) -> Path:
    """A genuine recording, which answers `SEED`'s script."""
    return recorded(CaptureKind.GENUINE, SEED, WHO)


@pytest.fixture(scope="module")
def frames(good: Path) -> Frames:
    return read_recorded(good)[0]


@pytest.fixture(scope="module")
def samples(good: Path) -> Samples:
    return read_recorded(good)[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recording.mp4"


@pytest.fixture
def refused(
    studio: Studio, owner: Account, path: Path, file_person: FilePerson, left: Left
) -> Iterator[Callable[[], str]]:
    """Files the recording, which is refused at once; its error. Nothing of it may be left: no key, no blob, no row."""

    def filed() -> str:
        with pytest.raises(BadInput) as error:
            file_person(studio, owner, path, SEED)
        return str(error.value)

    yield filed
    assert left(studio) == NOTHING
    with studio.ledger.read() as tx:
        assert enrolments.of_account(tx, owner.id) == ()
        assert log.size(tx) == 0


@pytest.fixture
def last_step(
    studio: Studio, owner: Account, path: Path, file_person: FilePerson, left: Left
) -> Callable[[], EnrolmentStep]:
    """Files the recording and checks it; the step that refused it. What was handed in is erased by then."""

    def checked() -> EnrolmentStep:
        filed = file_person(studio, owner, path, SEED)
        row = check(studio, filed.id, "run")[-1]
        assert row.outcome is Outcome.DENY
        state_consent(studio, filed.id, "run")
        assert settle(studio, filed.id, "run") is EnrolmentState.REFUSED
        assert standing(studio, filed.id).rules == row.rules
        assert left(studio) == NOTHING
        return row

    return checked


def rules(row: EnrolmentStep) -> set[str]:
    return {rule.id for rule in row.rules}


def silence(frames: Frames) -> Samples:
    return np.zeros(len(frames) * RATE // 15, np.float32)


@pytest.mark.parametrize("content", [b"", b"no recording at all", os.urandom(5000), b"\0\0\0\x18ftypmp42" + bytes(900)])
def test_what_is_no_recording_is_said_to_be_none(refused: Callable[[], str], path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "recording.mp4 is neither a photograph nor a recording that can be read" in refused()


def test_a_recording_cut_short_is_refused(refused: Callable[[], str], path: Path, good: Path) -> None:
    path.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    assert "neither a photograph nor a recording that can be read" in refused()


def test_a_file_over_the_limit_is_not_read(refused: Callable[[], str], path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(filing.LARGEST_FILE + 1)  # a hole: no disk is filled
    assert f"at most {filing.LARGEST_FILE} are read" in refused()


def test_a_missing_file_and_a_pipe_are_named(refused: Callable[[], str], path: Path) -> None:
    assert "cannot be read" in refused()
    os.mkfifo(path)
    assert "is not a file" in refused()


def test_a_damaged_recording_ends_at_its_container(
    last_step: Callable[[], EnrolmentStep], path: Path, good: Path
) -> None:
    """Its index is whole and its pictures are not: only decoding tells."""
    data = bytearray(good.read_bytes())
    start = data.index(b"mdat") + 4
    data[start : start + len(data) // 2] = os.urandom(len(data) // 2)
    path.write_bytes(data)
    row = last_step()
    assert row.name == "container"
    assert rules(row) <= {"container.broken", "container.gap", "container.rate", "container.length"}


def test_sound_alone_is_no_recording_of_a_person(
    last_step: Callable[[], EnrolmentStep], path: Path, samples: Samples
) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        block = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        block.sample_rate, block.pts, block.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    row = last_step()
    assert rules(row) == {"container.broken"}
    assert "holds no picture" in row.rules[0].reason


def test_a_recording_without_a_sound_stream_is_told_so(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames
) -> None:
    with av.open(str(path), "w") as container:
        _encode(container, frames, [Fraction(number, 15) for number in range(len(frames))])
    row = last_step()
    assert rules(row) == {"container.sound"}
    assert "Record again with the microphone on." in row.rules[0].reason


@pytest.mark.parametrize(("times", "rule"), [(Fraction(1, 4), "container.length"), (6, "container.too_long")])
def test_too_short_and_too_long_are_told_apart(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, times: Fraction | int, rule: str
) -> None:
    small = frames[: int(len(frames) * times), ::1, ::1] if times < 1 else np.tile(frames, (int(times), 1, 1, 1))
    write_recorded(path, small, silence(small))
    row = last_step()
    assert (row.name, rules(row)) == ("container", {rule})


def test_no_more_than_a_minute_is_read_of_what_goes_on_for_ever(path: Path, frames: Frames) -> None:
    with av.open(str(path), "w") as container:
        _encode(container, frames[:1].repeat(200, axis=0), [Fraction(number) for number in range(200)])
    found = read_recording(path)
    assert len(found.frames) == 61
    assert found.seconds == pytest.approx(60)


def test_a_small_and_a_slow_picture_are_refused_at_their_container(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, samples: Samples
) -> None:
    with av.open(str(path), "w") as container:
        slow = frames[::5, ::2, ::2]
        _encode(container, slow, [Fraction(number, 3) for number in range(len(slow))], samples)
    assert rules(last_step()) == {"container.size", "container.rate"}


def test_a_silent_recording_says_no_phrase(
    studio: Studio, owner: Account, path: Path, frames: Frames, file_person: FilePerson, tmp_path: Path
) -> None:
    write_recorded(path, frames, silence(frames))
    assert step_of(studio, file_person(studio, owner, path, SEED), "container", tmp_path)[0] is Outcome.ALLOW
    filed = file_person(studio, owner, path, SEED, handle="eva")
    outcome, broken = step_of(studio, filed, "phrase", tmp_path)
    assert (outcome, "phrase.heard" in broken) == (Outcome.DENY, True)
    assert step_of(studio, filed, "mouth", tmp_path)[0] is not Outcome.ALLOW


def test_a_phrase_in_another_language_is_not_the_one_asked(
    studio: Studio, owner: Account, path: Path, frames: Frames, file_person: FilePerson, tmp_path: Path
) -> None:
    with EspeakSpeech() as speech:
        said = speech.speak("Oktober, Klavier, Bücherei, Magnet, Fabrik.", "de", "alto")
        asked = spoken(speech, script_of(SEED).words, "alto")
    assert script_of(SEED).words == ("october", "piano", "library", "magnet", "factory")
    mono = np.interp(
        np.arange(len(said.samples) * RATE // said.sample_rate) * said.sample_rate / RATE,
        np.arange(len(said.samples)),
        said.samples[:, 0],
    )
    for name, sound, outcomes in (
        ("german", mono.astype(np.float32), {Outcome.DENY, Outcome.HOLD}),
        ("english", asked.samples, {Outcome.ALLOW}),
    ):
        heard = silence(frames)
        heard[RATE : RATE + len(sound)] = sound[: len(heard) - RATE]
        write_recorded(path, frames, heard)
        filed = file_person(studio, owner, path, SEED, handle=name)
        assert step_of(studio, filed, "phrase", tmp_path)[0] in outcomes


def test_a_room_without_anyone_shows_no_face(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, samples: Samples
) -> None:
    room = frames.copy()
    room[:, 40:, 60:260] = np.random.default_rng(1).integers(90, 110, (200, 200, 3), dtype=np.uint8)
    write_recorded(path, room, samples)
    row = last_step()
    assert (row.name, "face.alone" in rules(row)) == ("face", True)


def test_two_faces_are_a_crowd(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, samples: Samples
) -> None:
    write_recorded(path, np.concatenate([frames, frames[:, :, ::-1]], axis=2)[::1], samples)
    row = last_step()
    assert (row.name, "face.crowd" in rules(row)) == ("face", True)


def test_a_face_upside_down_is_none(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, samples: Samples
) -> None:
    write_recorded(path, np.ascontiguousarray(frames[:, ::-1]), samples)
    row = last_step()
    assert (row.name, "face.alone" in rules(row)) == ("face", True)


# The matrix of an MP4's track (ISO/IEC 14496-12, 8.3.2) says how to turn what is stored to show it: clockwise, degrees
MATRICES = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@pytest.mark.parametrize("clockwise", MATRICES)
def test_a_recording_is_shown_as_its_camera_says_it_was_held(
    path: Path, frames: Frames, samples: Samples, clockwise: int
) -> None:
    """What is stored was turned the other way by as much, as a telephone held upright stores it."""
    short = frames[:5]
    stored = np.rot90(short, clockwise // 90, axes=(1, 2))  # numpy turns anticlockwise
    write_recorded(path, np.ascontiguousarray(stored), samples[:RATE])
    a, b, c, d = (number * 65536 for number in MATRICES[clockwise])
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 40  # version and flags, times, layer and volume come before it
    assert struct.unpack_from(">9i", data, place) == (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    struct.pack_into(">9i", data, place, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    found = read_recording(path).frames
    assert found[0].shape == short[0].shape
    apart = [
        np.abs(np.rot90(found[0], turns).astype(int)[:240, :240] - short[0][:240, :240]).mean() for turns in (0, 2)
    ]
    assert apart[0] < 5
    assert apart[1] > 15


def test_a_variable_frame_rate_is_read_by_the_clock(
    studio: Studio,
    owner: Account,
    path: Path,
    frames: Frames,
    samples: Samples,
    file_person: FilePerson,
    tmp_path: Path,
) -> None:
    """A telephone's camera slows down in the dark: frames come when they come, movements take as long as they took."""
    rng = np.random.default_rng(4)
    kept = [number for number in range(len(frames)) if number == 0 or rng.random() < 0.85]
    with av.open(str(path), "w") as container:
        _encode(container, frames[kept], [Fraction(number, 15) for number in kept], samples)
    found = read_recording(path)
    assert found.moments == pytest.approx([number / 15 for number in kept], abs=0.002)
    assert found.longest_gap > 1.9 / 15
    filed = file_person(studio, owner, path, SEED)
    assert step_of(studio, filed, "container", tmp_path)[0] is Outcome.ALLOW
    assert step_of(studio, filed, "movements", tmp_path) == (Outcome.ALLOW, set())


def test_a_picture_that_stops_is_not_let_through(
    last_step: Callable[[], EnrolmentStep], path: Path, frames: Frames, samples: Samples
) -> None:
    kept = [*range(30), *range(60, len(frames))]
    with av.open(str(path), "w") as container:
        _encode(container, frames[kept], [Fraction(number, 15) for number in kept], samples)
    assert rules(last_step()) == {"container.gap"}


def test_a_challenge_is_good_once_for_its_account_and_for_five_minutes(
    studio: Studio, owner: Account, good: Path, file_person: FilePerson, draw_challenge: DrawChallenge, left: Left
) -> None:
    bob, script = account(studio, "bob"), script_of(SEED)
    late = draw_challenge(studio, owner, script, expires_at=now() - timedelta(seconds=1))
    theirs = draw_challenge(studio, bob, script)
    used = file_person(studio, owner, good, SEED).challenge
    kept = left(studio)
    for challenge, said in (
        (late.id, "ran out at"),
        (theirs.id, "drawn for another account"),
        (used, "answered before"),
    ):
        with pytest.raises(BadInput, match=said):
            file_person(studio, owner, good, challenge, handle="eva")
    with pytest.raises(NotFound, match="there is no challenge ch_none"):
        file_person(studio, owner, good, "ch_none", handle="eva")
    assert left(studio) == kept
    with studio.ledger.read() as tx:
        assert [one.handle for one in enrolments.of_account(tx, owner.id)] == ["eve"]
        assert not enrolments.answered(tx, theirs.id)


def test_an_answer_that_comes_second_while_it_is_filed_leaves_no_key_and_no_blob(
    studio: Studio, owner: Account, good: Path, file_person: FilePerson, draw_challenge: DrawChallenge, left: Left
) -> None:
    """Twelve answers to one challenge at once: one is filed, whatever the others had sealed is gone."""
    challenge = draw_challenge(studio, owner, script_of(SEED))
    together = threading.Barrier(12)
    refused: list[str] = []

    def answer(number: int) -> None:
        together.wait()
        try:
            file_person(studio, owner, good, challenge.id, handle=f"eve{number}")
        except GreenroomError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with studio.ledger.read() as tx:
        (filed,) = enrolments.of_account(tx, owner.id)
    assert len(refused) == 11
    assert all("was answered before" in said for said in refused)
    assert left(studio) == ({filed.captures[0].sha256}, {filed.likeness})


def step_of(studio: Studio, filed: Enrolment, name: str, folder: Path) -> tuple[Outcome, set[str]]:
    """What one step comes to by itself, and the rules it broke."""
    (step,) = [one for one in load_presentation_policy().of(filed.kind) if one.name == name]
    judged = judge_step(step, Person(studio, filed, folder).measures(name))
    return judged.outcome, {rule.id for rule in judged.rules}


def _encode(
    container: "av.container.OutputContainer", frames: Frames, moments: list[Fraction], samples: Samples | None = None
) -> None:
    """H.264 with each frame at its moment (seconds), and AAC if there are samples."""
    video = container.add_stream("libx264", rate=15)
    video.width, video.height, video.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
    video.codec_context.time_base = Fraction(1, 15_000)
    video.options = {"preset": "ultrafast"}
    sound = container.add_stream("aac", rate=RATE, layout="mono") if samples is not None else None
    for pixels, moment in zip(frames, moments, strict=True):
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        picture.pts, picture.time_base = round(moment * 15_000), Fraction(1, 15_000)
        container.mux(video.encode(picture))
    container.mux(video.encode(None))
    if sound is not None and samples is not None:
        block = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        block.sample_rate, block.pts, block.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(sound.encode(block))
        container.mux(sound.encode(None))
