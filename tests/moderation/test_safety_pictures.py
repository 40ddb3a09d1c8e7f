"""What the picture model sees counts, unless the scene has no human body and its photographs are clean."""

from greenroom.domain.verdicts import EvidenceKind, Outcome
from moderation.policy import load_policy
from moderation.safety import judge_safety
from moderation.sights import PhotographSeen, PictureFound, SafetyEvidence

POLICY = load_policy()
SEEN = PictureFound(label="BUTTOCKS_EXPOSED", score=0.66, second=1.0)


def evidence(
    drawn: tuple[str, ...] | None,
    photographed: tuple[PhotographSeen, ...] = (),
    found: tuple[PictureFound, ...] = (SEEN,),
) -> SafetyEvidence:
    return SafetyEvidence(
        frames=10, pictures=found, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", drawn=drawn,
        photographs=1, photographed=photographed,
    )  # fmt: skip


def outcome(evidence: SafetyEvidence, generator: str = "previz") -> Outcome:
    return judge_safety(evidence, generator, POLICY).outcome


def test_fur_is_no_skin_where_the_scene_draws_no_human_body() -> None:
    judgement = judge_safety(evidence(("dog rex", "ball ball")), "previz", POLICY)
    assert judgement.outcome is Outcome.ALLOW
    noted = next(one for one in judgement.evidence if one.name == "no human body drawn")
    assert (noted.kind, noted.value) == (EvidenceKind.BY_CONSTRUCTION, 1)


def test_the_same_finding_denies_where_a_person_is_drawn_or_nothing_is_known_of_the_scene() -> None:
    assert outcome(evidence(("person ann", "dog rex"))) is Outcome.DENY
    assert outcome(evidence(None)) is Outcome.DENY


def test_for_a_diffusion_model_only_the_measurement_counts() -> None:
    assert outcome(evidence(("dog rex",)), "ltx2") is Outcome.DENY


def test_a_photograph_that_shows_nudity_denies_whatever_was_drawn() -> None:
    nude = PhotographSeen(handle="mug", label="FEMALE_BREAST_EXPOSED", score=0.8)
    judgement = judge_safety(evidence(("mug cup",), (nude,), ()), "previz", POLICY)
    assert judgement.outcome is Outcome.DENY
    assert "@mug" in judgement.rules[0].reason
    assert outcome(evidence(("mug cup",), (nude,))) is Outcome.DENY
