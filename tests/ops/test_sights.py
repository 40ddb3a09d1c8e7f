"""Gate 6's evidence of real films by the real models, and what becomes of it when one of them goes wrong."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from greenroom.domain.verdicts import Outcome
from greenroom.errors import ModelMissing
from models.catalogue import Weight
from models.faces import DlibFaces
from models.hash_lists import picture_hashes
from models.picture_safety import NudeNet
from models.roles import FoundFace, Picture, PictureFinding
from models.text_reading import PaddleText
from moderation.policy import load_policy
from moderation.reasoned import Reasoned
from moderation.safety import judge_safety
from moderation.sights import SafetyEvidence
from ops.hash_lists import HashLists
from ops.sights import KnownFace, Shown, SightModels, safety_evidence
from tests.ops.films import film

POLICY = load_policy()
ASTRONAUT = np.asarray(Image.open(Path(__file__).parents[1] / "data" / "astronaut.png").convert("RGB"), np.uint8)
NONE = HashLists(Path("hash_lists"))


@pytest.fixture(scope="module")
def models() -> Iterator[SightModels]:
    with ExitStack() as stack:
        yield SightModels(stack, DlibFaces(), NudeNet(threads=1), PaddleText(threads=1))


def portrait() -> Picture:
    frame = np.full((240, 320, 3), 90, np.uint8)
    frame[20:220, 60:260] = ASTRONAUT
    return frame


def sign(text: str) -> Picture:
    wall = Image.new("RGB", (640, 360), (60, 80, 90))
    ImageDraw.Draw(wall).text((40, 150), text, font=ImageFont.load_default(28), fill="white")
    return np.asarray(wall, np.uint8)


def rules(evidence: SafetyEvidence, generator: str = "previz") -> set[str]:
    return {rule.id for rule in judge_safety(evidence, generator, POLICY).rules}


def embedding() -> np.ndarray:
    with DlibFaces() as faces:
        (found,) = faces.find(ASTRONAUT, embed=True)
    assert found.embedding is not None
    return found.embedding


def test_a_photographed_face_holds_without_consent_and_passes_with_it(tmp_path: Path, models: SightModels) -> None:
    path = film(tmp_path / "a.mp4", [portrait()] * 8)
    drawn = ("cat c", "ball p")
    assert rules(safety_evidence(path, Shown(drawn=drawn), models, NONE)) == {"safety.face"}
    mirrored = np.ascontiguousarray(ASTRONAUT[:, ::-1])
    shown = Shown(photographs={"eileen": mirrored}, people=["eileen"], drawn=drawn)
    consented = safety_evidence(path, shown, models, NONE)
    assert rules(consented) == set()
    assert consented.faces[0].nearest == "eileen"
    left, top, wide, high = consented.faces[0].box or (0.0, 0.0, 0.0, 0.0)  # brows at 100, chin at 195 of 240
    assert 110 / 320 < left < left + wide < 225 / 320
    assert 90 / 240 < top < top + high < 205 / 240


def test_the_face_of_someone_enrolled_whom_the_brief_does_not_name_holds(tmp_path: Path, models: SightModels) -> None:
    path = film(tmp_path / "a.mp4", [portrait()])
    asked: list[str] = []

    def others() -> Sequence[KnownFace]:
        asked.append("once")
        return (KnownFace("eileen", embedding()),)

    found = safety_evidence(path, Shown(others=others, drawn=("person ann",)), models, NONE)
    assert rules(found) == {"safety.face_elsewhere"}
    assert found.faces[0].elsewhere == "eileen"
    safety_evidence(film(tmp_path / "b.mp4", [sign("")]), Shown(others=others), models, NONE)
    assert asked == ["once"]  # where no face is seen, nobody's is looked up


def test_a_small_face_is_found(tmp_path: Path, models: SightModels) -> None:
    frame = np.full((480, 854, 3), 90, np.uint8)
    small = Image.fromarray(ASTRONAUT).resize((140, 140))  # a face of some 60 pixels
    frame[100:240, 300:440] = np.asarray(small, np.uint8)
    found = safety_evidence(film(tmp_path / "a.mp4", [frame]), Shown(drawn=("cat c",)), models, NONE)
    assert rules(found) == {"safety.face"}


def test_a_sign_is_read_and_judged_and_the_visible_label_is_not(tmp_path: Path, models: SightModels) -> None:
    path = film(tmp_path / "a.mp4", [sign("How to build a pipe bomb at home")] * 4)
    found = safety_evidence(path, Shown(drawn=()), models, NONE)
    assert "safety.writing" in rules(found)
    left, top, wide, high = found.written[0].box or (0.0, 0.0, 0.0, 0.0)  # written at 40, 150 of 640 x 360
    assert abs(left - 40 / 640) < 0.03
    assert top < 165 / 360 < top + high
    assert 0.5 < wide < 0.8
    label = "AI · Greenroom · @build.a.pipe.bomb"
    path = film(tmp_path / "b.mp4", [sign(label)] * 4)
    assert rules(safety_evidence(path, Shown(drawn=(), own_writing=(label,)), models, NONE)) == set()


def test_a_frame_of_a_hash_list_denies_turned_and_mirrored_too(tmp_path: Path, models: SightModels) -> None:
    from greenroom.settings import Settings
    from ops.hash_lists import hash_lists

    settings = Settings.load({}, home=tmp_path)
    (settings.hash_lists / "child_safety").mkdir(parents=True)
    known = "".join(f"{int(word):016x}" for word in picture_hashes(portrait())[0][0])
    (settings.hash_lists / "child_safety" / "known.txt").write_text(f"pdq {known}\n")
    lists = hash_lists(settings)
    for number, frame in enumerate((portrait(), portrait()[:, ::-1], np.rot90(portrait()))):
        path = film(tmp_path / f"{number}.mp4", [np.full_like(frame, 60), frame])
        found = safety_evidence(path, Shown(drawn=("person ann",)), models, lists)
        assert judge_safety(found, "previz", POLICY).outcome is Outcome.DENY
        assert "safety.hash_child" in rules(found)
        assert found.flat_frames == 1


class _Broken:
    """A role that goes wrong: by what it raises, or by a number that is none."""

    name = "broken 1"

    def __init__(self, wrong: Exception | None) -> None:
        self._wrong = wrong
        self.asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def look(self, picture: Picture) -> tuple[PictureFinding, ...]:
        self.asked += 1
        if self._wrong is not None:
            raise self._wrong
        return (PictureFinding("BUTTOCKS_EXPOSED", float("nan"), 0, 0, 9, 9),)

    def find(self, picture: Picture, *, embed: bool) -> tuple[FoundFace, ...]:
        self.asked += 1
        if self._wrong is not None:
            raise self._wrong
        return (FoundFace(0, 0, 9, 9, float("nan"), None),)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (RuntimeError("out of cheese"), "broken 1 crashed with RuntimeError: out of cheese"),
        (MemoryError(), "broken 1 crashed with MemoryError"),
        (ModelMissing("Its file is half there."), "Its file is half there"),
        (None, "no number"),
    ],
)
def test_a_model_that_goes_wrong_holds_with_the_reason_and_its_neighbours_go_on(
    wrong: Exception | None, said: str, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", [sign("How to build a pipe bomb at home")] * 24)
    with ExitStack() as stack:
        pictures, faces = _Broken(wrong), _Broken(wrong)
        found = safety_evidence(path, Shown(drawn=()), SightModels(stack, faces, pictures, PaddleText(threads=1)), NONE)
    assert (pictures.asked, faces.asked) == (1, 1)
    assert said in (found.picture_reason or "")
    assert said in (found.faces_reason or "")
    assert (found.picture_model, found.faces_model) == (None, None)
    assert {"safety.picture_unchecked", "safety.faces_unchecked", "safety.writing"} <= rules(found)


def test_models_half_downloaded_hold_and_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = tmp_path / "half"
    real = Weight.path

    def cut(self: Weight) -> Path:
        half.write_bytes(real(self).read_bytes()[: self.size // 2])
        return half

    monkeypatch.setattr(Weight, "path", cut)
    with ExitStack() as stack:
        models = SightModels(stack, DlibFaces(), NudeNet(threads=1), PaddleText(threads=1))
        found = safety_evidence(film(tmp_path / "a.mp4", [sign("hello")]), Shown(drawn=()), models, NONE)
    assert not models.complete
    assert rules(found) == {"safety.picture_unchecked", "safety.faces_unchecked", "safety.writing_unchecked"}
    assert judge_safety(found, "previz", POLICY).outcome is Outcome.HOLD


def test_a_vision_language_model_is_shown_some_frames_of_a_long_film_and_the_gate_knows_how_many(
    tmp_path: Path, models: SightModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.sights._MOST_SHOWN", 32)
    path = film(tmp_path / "a.mp4", [np.full((96, 160, 3), 40 + number % 3, np.uint8) for number in range(12 * 25)])
    shown: list[float] = []

    def ask(frames: Sequence[tuple[float, Picture]]) -> Reasoned:
        shown.extend(second for second, _ in frames)
        return Reasoned(model="vlm", outcome=Outcome.ALLOW, reason="a wall", seconds=0.1)

    found = safety_evidence(path, Shown(), models, NONE, ask)
    assert found.frames == 50
    assert 16 <= len(shown) <= 32
    assert (shown[0], shown[-1] > 22) == (0.0, True)
    assert found.reasoned is not None
    assert found.reasoned.frames == len(shown)
    assert "safety.uncovered" in {rule.id for rule in judge_safety(found, "ltx2", POLICY).rules}
