"""The generated recordings are what they claim: real heads that turn and speak, and attacks that differ as named."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.feature import ORB, match_descriptors
from skimage.measure import ransac
from skimage.transform import ProjectiveTransform, warp

from bench.captures import POOL, CaptureKind, Recording, Script, identity, record, script_of, who_of
from bench.captures.figure import Pose
from bench.captures.files import read
from bench.captures.film import filmed, setting_of
from bench.captures.flat import STILL
from greenroom.domain.enrolments import Direction
from models.faces import LEAST_SCORE, SAME_PERSON, DlibFaces
from models.speech import EspeakSpeech

Frames = NDArray[np.uint8]
SCRIPT = Script(("rocket", "museum"), (Direction.LEFT, Direction.UP))
SEED = 5


@pytest.fixture(scope="module")
def speech() -> Iterator[EspeakSpeech]:
    with EspeakSpeech() as voice:
        yield voice


@pytest.fixture(scope="module")
def faces() -> Iterator[DlibFaces]:
    with DlibFaces() as model:
        yield model


@pytest.fixture(scope="module")
def genuine(speech: EspeakSpeech, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    folder = tmp_path_factory.mktemp("genuine")
    return record(CaptureKind.GENUINE, SEED, folder, script=SCRIPT, who=POOL[0], speech=speech)


def posed(yaw: float, pitch: float = 0.0, mouth: float = 0.0) -> Pose:
    return Pose(float(np.radians(yaw)), float(np.radians(pitch)), 0.0, mouth, 0.0, (0.0, 0.0, 0.0))


def test_the_same_seed_gives_the_same_frames_and_sound(
    genuine: Recording, speech: EspeakSpeech, tmp_path: Path
) -> None:
    again = record(CaptureKind.GENUINE, SEED, tmp_path, script=SCRIPT, who=POOL[0], speech=speech)
    frames, samples = read(genuine.path)
    frames_again, samples_again = read(again.path)
    assert np.array_equal(frames, frames_again)
    assert np.array_equal(samples, samples_again)


def test_a_seed_draws_a_script_and_a_person() -> None:
    assert script_of(3) == script_of(3) != script_of(4)
    assert len({who_of(seed) for seed in range(100)}) == len(POOL)
    assert all(one != next_ for one, next_ in zip(script_of(9).directions, script_of(9).directions[1:], strict=False))


def test_one_face_is_found_in_nearly_all_frames(genuine: Recording, faces: DlibFaces) -> None:
    found = [faces.find(frame, embed=False) for frame in read(genuine.path)[0][::3]]
    assert sum(len(one) == 1 for one in found) >= 0.9 * len(found)


def test_turning_left_moves_the_nose_to_the_viewers_right(faces: DlibFaces) -> None:
    """The five-point model sees the nose's base move against the eyes: the person's left is the viewer's right."""
    import dlib

    from models.catalogue import weight

    landmarks = dlib.shape_predictor(str(weight("dlib_five_point").path()))

    def nose(pose: Pose) -> float:
        picture = filmed(POOL[0], [pose], setting_of(SEED), SEED)[0]
        (face,) = faces.find(picture, embed=False)
        box = dlib.rectangle(face.x, face.y, face.x + face.width - 1, face.y + face.height - 1)
        points = [landmarks(picture, box).part(number) for number in range(5)]
        eyes = [point.x for point in points[:4]]
        return float((points[4].x - np.mean(eyes)) / (max(eyes) - min(eyes)))

    ahead, left, right = nose(STILL), nose(posed(25)), nose(posed(-25))
    assert left > ahead + 0.1
    assert right < ahead - 0.1


def test_people_differ_and_stay_themselves_as_they_turn(faces: DlibFaces) -> None:
    def embedding(number: int, pose: Pose) -> NDArray[np.float32]:
        found = faces.find(filmed(number, [pose], setting_of(SEED), SEED)[0], embed=True)
        assert len(found) == 1
        assert found[0].score > LEAST_SCORE
        assert found[0].embedding is not None
        return found[0].embedding

    ahead = [embedding(number, STILL) for number in POOL[:6]]
    for number, one in enumerate(ahead):
        for other in ahead[:number]:
            assert np.linalg.norm(one - other) > SAME_PERSON - 0.06  # the pool was measured under an even lamp
    for number, one in zip(POOL[:2], ahead[:2], strict=True):
        for pose in (posed(25), posed(-25), posed(0, 18), posed(0, -15), posed(0, 0, 1.0)):
            assert np.linalg.norm(one - embedding(number, pose)) < 0.5


def test_a_spoken_phrase_opens_the_mouth(genuine: Recording) -> None:
    closed, opened = (filmed(POOL[0], [posed(0, 0, mouth)], setting_of(SEED), SEED)[0] for mouth in (0.0, 1.0))
    changed = np.abs(closed.astype(int) - opened).max(axis=2) > 30
    rows = np.flatnonzero(changed.any(axis=1))
    assert changed.sum() > 200
    assert rows[0] > closed.shape[0] * 0.4  # the eyes are not touched
    assert np.abs(read(genuine.path)[1]).max() > 0.1


def _explained(frames: Frames, faces: DlibFaces) -> float:
    """How like the face that moved most is to the first frame's under the best homography: a correlation."""
    far = int(np.argmax([np.abs(frame.astype(int) - frames[0]).mean() for frame in frames]))
    (face,) = faces.find(frames[0], embed=False)
    box = (slice(face.y, face.y + face.height), slice(face.x, face.x + face.width))
    grey = [frames[number].mean(axis=2) / 255 for number in (0, far)]
    points = []
    for picture, part in zip(grey, (box, (slice(None), slice(None))), strict=True):
        orb = ORB(n_keypoints=400, fast_threshold=0.03)
        orb.detect_and_extract(picture[part])
        assert orb.keypoints is not None
        points.append((orb.keypoints[:, ::-1] + [part[1].start or 0, part[0].start or 0], orb.descriptors))
    pairs = match_descriptors(points[0][1], points[1][1], cross_check=True, max_ratio=0.9)
    source, target = points[0][0][pairs[:, 0]], points[1][0][pairs[:, 1]]
    found, _ = ransac(
        (source, target), ProjectiveTransform, min_samples=4, residual_threshold=2.0, max_trials=500, rng=1
    )
    back = warp(grey[1], found, order=1)  # the later frame as the first would show it
    return float(np.corrcoef(back[box].ravel(), grey[0][box].ravel())[0, 1])


def made(kind: CaptureKind, folder: Path, speech: EspeakSpeech, seed: int = SEED) -> tuple[Recording, Frames]:
    recording = record(kind, seed, folder, script=SCRIPT, who=POOL[0], speech=speech)
    assert recording.script_asked == SCRIPT
    return recording, read(recording.path)[0]


def test_a_warped_still_leaves_the_room_and_never_blinks(tmp_path: Path, speech: EspeakSpeech) -> None:
    _, frames = made(CaptureKind.WARPED_STILL, tmp_path, speech)
    edge = frames[:, 10:60, 5:40].astype(float).mean(axis=(1, 2, 3))
    assert np.ptp(edge) < 6
    assert np.abs(frames[0].astype(int) - frames[len(frames) // 2]).max() > 40


def test_a_replay_is_its_earlier_recording_seen_again(tmp_path: Path, speech: EspeakSpeech) -> None:
    recording, frames = made(CaptureKind.REPLAY, tmp_path, speech)
    assert recording.earlier is not None
    assert recording.script_shown == script_of(recording.earlier) != SCRIPT
    first = record(CaptureKind.GENUINE, recording.earlier, tmp_path, who=recording.identity.number, speech=speech)
    before = read(first.path)[0]
    assert before.shape == frames.shape
    middle = len(frames) // 2
    likeness = np.corrcoef(before[middle].mean(axis=2).ravel(), frames[middle].mean(axis=2).ravel())[0, 1]
    assert likeness > 0.9


def test_other_words_keep_person_and_movements(tmp_path: Path, speech: EspeakSpeech) -> None:
    recording, _ = made(CaptureKind.WRONG_PHRASE, tmp_path, speech)
    assert recording.identity == identity(POOL[0])
    assert recording.script_shown.words != SCRIPT.words
    assert recording.script_shown.directions == SCRIPT.directions


def test_another_face_is_another(tmp_path: Path, speech: EspeakSpeech) -> None:
    recording, _ = made(CaptureKind.OTHER_FACE, tmp_path, speech)
    assert recording.identity != identity(POOL[0])


def test_a_cut_has_one_step_that_no_movement_makes(tmp_path: Path, speech: EspeakSpeech, genuine: Recording) -> None:
    def steps(frames: Frames) -> NDArray[np.float64]:
        grey = frames.astype(float).mean(axis=3)
        return np.abs(np.diff(grey, axis=0)).mean(axis=(1, 2))

    _, frames = made(CaptureKind.CUT, tmp_path, speech)
    steps_cut, steps_whole = steps(frames), steps(read(genuine.path)[0])
    assert steps_cut.max() / np.median(steps_cut) > 1.3 * steps_whole.max() / np.median(steps_whole)


def test_a_held_still_is_one_picture_seen_flat(
    tmp_path: Path, speech: EspeakSpeech, genuine: Recording, faces: DlibFaces
) -> None:
    _, flat = made(CaptureKind.HELD_STILL, tmp_path, speech)
    assert _explained(flat, faces) > 0.95
    assert _explained(read(genuine.path)[0], faces) < 0.9
