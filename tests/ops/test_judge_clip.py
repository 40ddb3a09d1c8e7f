"""A film made anywhere is judged by what is measured of it alone, whatever its container, with sound or without."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from greenroom.domain.verdicts import Gate, Outcome
from greenroom.errors import BadInput
from models.hash_lists import picture_hashes
from models.roles import Picture
from ops.judge_clip import GENERATOR, GateAnswer, judge_clip
from ops.stages.safety import release
from ops.studio import Studio
from tests.ops.films import film

ASTRONAUT = np.asarray(Image.open(Path(__file__).parents[1] / "data" / "astronaut.png").convert("RGB"), np.uint8)


@pytest.fixture(autouse=True, scope="module")
def _no_models_left() -> object:
    yield
    release()


def wall(level: int = 90) -> Picture:
    return np.full((240, 320, 3), level, np.uint8)


def portrait() -> Picture:
    frame = wall()
    frame[20:220, 60:260] = ASTRONAUT
    return frame


def seen(studio: Studio, file: Path) -> GateAnswer:
    """What gate 6 says."""
    return next(one for one in judge_clip(studio, file).verdicts if one.gate == Gate.SAFETY)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
@pytest.mark.parametrize("sound", [False, True])
@pytest.mark.parametrize("frames", [1, 9])
def test_any_film_is_looked_at_and_held_for_what_no_check_covers(
    suffix: str, sound: bool, frames: int, studio: Studio, tmp_path: Path
) -> None:
    found = seen(studio, film(tmp_path / f"a{suffix}", [wall(60 + number) for number in range(frames)], sound=sound))
    assert (found.outcome, [rule.id for rule in found.rules]) == (Outcome.HOLD, ["safety.uncovered"])
    assert {one.name for one in found.not_checked} == {"child-safety hash list", "violence and gore", "hate symbols"}


def test_a_strangers_face_holds_and_a_child_safety_list_denies(studio: Studio, tmp_path: Path) -> None:
    file = film(tmp_path / "a.mp4", [portrait()] * 3)
    assert "safety.face" in {rule.id for rule in seen(studio, file).rules}
    folder = studio.settings.hash_lists / "child_safety"
    folder.mkdir(parents=True)
    known = "".join(f"{int(word):016x}" for word in picture_hashes(portrait())[0][0])
    (folder / "known.csv").write_text(f"signal_type,signal_str\npdq,{known}\n")
    answer = judge_clip(studio, file)
    assert answer.outcome is Outcome.DENY  # no restart in between
    assert "safety.hash_child" in {rule.id for one in answer.verdicts for rule in one.rules}


def test_nothing_of_the_file_is_kept_and_the_generator_is_no_ones(studio: Studio, tmp_path: Path) -> None:
    before = {path for path in studio.settings.home.rglob("*") if path.is_file()}
    judge_clip(studio, film(tmp_path / "a.mp4", [wall()]))
    assert {path for path in studio.settings.home.rglob("*") if path.is_file()} == before
    assert GENERATOR not in studio.policy.acceptable["violence"]


def test_what_is_no_film_or_no_storyboard_is_bad_input(studio: Studio, tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("no film")
    board = tmp_path / "board.yaml"
    board.write_text("shots: 3")
    fine = film(tmp_path / "b.mp4", [wall()])
    for file, plan in ((text, None), (tmp_path / "gone.mp4", None), (fine, board), (fine, tmp_path / "gone.yaml")):
        with pytest.raises(BadInput):
            judge_clip(studio, file, plan)
