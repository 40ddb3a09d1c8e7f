"""Gate 6: frames and speech keep the policy, and no recognisable face is there without consent."""

import math

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy
from moderation.text import text_rules


class PictureFound(Frozen):
    """Something the picture safety model saw. `second` is where in the take."""

    label: str
    score: float
    second: float


class PhotographSeen(Frozen):
    """What the picture safety model saw in a likeness's photograph: the scene shows it, and nothing else is real."""

    handle: str
    label: str
    score: float


class FaceFound(Frozen):
    """A face the face model found, and the consented person nearest to it (None: none is in the brief)."""

    score: float
    second: float
    nearest: str | None = None  # handle
    distance: float | None = None  # of embeddings; below about 0.6 is the same person (dlib)


class SafetyEvidence(Frozen):
    frames: int = 0  # sampled and looked at
    pictures: tuple[PictureFound, ...] = ()
    picture_model: str | None = None
    picture_reason: str | None = None  # why no model looked
    photographs: int = 0  # of likenesses, looked at
    photographed: tuple[PhotographSeen, ...] = ()
    faces: tuple[FaceFound, ...] = ()
    faces_model: str | None = None
    faces_reason: str | None = None
    drawn: tuple[str, ...] | None = None  # the scene's own objects, "species id" each, where construction says
    texts: tuple[str, ...] = ()  # lines and captions


def judge_safety(evidence: SafetyEvidence, generator: str, policy: Policy) -> Judgement:
    """Whether what is seen and said may be shown."""
    deliberation = Deliberation(Gate.SAFETY, policy)
    # A drawn face counts as invented only in a scene that has drawn persons: a face in one without is a photograph.
    persons = any(thing.startswith("person ") for thing in evidence.drawn or ())
    constructed = persons and policy.accepts("faces", generator, EvidenceKind.BY_CONSTRUCTION)
    if evidence.drawn is not None:
        deliberation.saw("scene objects", EvidenceKind.BY_CONSTRUCTION, list(evidence.drawn))
    # 1. The frames show no nudity, nor do the photographs that entered.
    nobody = evidence.drawn is not None and not persons
    _pictures(deliberation, evidence, policy, bodiless=nobody and _accepted(generator, policy))
    # 2. Every recognisable face has a consent.
    _faces(deliberation, evidence, constructed=constructed)
    # 3. What is said and captioned keeps the word rules.
    for text in evidence.texts:
        for rule in text_rules(text, policy):
            deliberation.speaks("safety.speech", f"“{text[:40]}”: {rule.id}. {rule.reason}")
    deliberation.saw("texts read", EvidenceKind.MEASURED, len(evidence.texts))
    # 4. The hash lists: this policy says that it does not ask them.
    deliberation.not_checked("hash lists", policy.rule("safety.hash_lists").not_checked or "not asked")
    deliberation.not_checked("on-screen text", "no text recognition is installed; previz draws no text")
    return deliberation.judgement()


def _accepted(generator: str, policy: Policy) -> bool:
    return policy.accepts("picture", generator, EvidenceKind.BY_CONSTRUCTION)


def _pictures(deliberation: Deliberation, evidence: SafetyEvidence, policy: Policy, *, bodiless: bool) -> None:
    """`bodiless`: the scene's own objects say that no human body was drawn, and may be believed."""
    if evidence.picture_model is None or evidence.frames == 0:
        reason = evidence.picture_reason or "no frame was sampled"
        deliberation.not_checked("picture safety", reason)
        deliberation.speaks("safety.picture_unchecked", f"The frames were not looked at: {reason}.")
        return
    worst: dict[str, float] = {}
    shown = [one for one in evidence.photographed if one.score >= policy.picture_classes.get(one.label, math.inf)]
    for one in shown:
        reason = f"{one.label} in the photograph of @{one.handle} scores {one.score:.2f}."
        deliberation.speaks("safety.nudity", reason)
    denied = 0
    for found in evidence.pictures:
        worst[found.label] = max(worst.get(found.label, 0.0), found.score)
        least = policy.picture_classes.get(found.label)
        if least is None or found.score < least:
            continue
        denied += 1
        if not bodiless or shown:
            reason = f"{found.label} at {found.second:.1f} s scores {found.score:.2f}; below {least} is wanted."
            deliberation.speaks("safety.nudity", reason)
    if denied and bodiless and not shown:  # a detector trained on people sees some in fur: three of ten animal clips
        deliberation.saw(
            "no human body drawn",
            EvidenceKind.BY_CONSTRUCTION,
            denied,
            reason=f"findings in a scene of {', '.join(evidence.drawn or ())} and {evidence.photographs} photographs, "
            "which show none",
        )
    deliberation.saw(
        f"picture safety over {evidence.frames} frames",
        EvidenceKind.MEASURED,
        {label: round(score, 3) for label, score in sorted(worst.items())},
        threshold=dict(policy.picture_classes),
        model=evidence.picture_model,
    )


def _faces(deliberation: Deliberation, evidence: SafetyEvidence, *, constructed: bool) -> None:
    if evidence.faces_model is None:
        reason = evidence.faces_reason or "no face model looked"
        deliberation.not_checked("faces", reason)
        deliberation.speaks("safety.faces_unchecked", f"Faces were not looked for: {reason}.")
        return
    least = deliberation.threshold("safety.face", "score")
    same = deliberation.threshold("safety.face", "distance")
    sure = [face for face in evidence.faces if face.score >= least]
    known = [face for face in sure if face.distance is not None and face.distance < same]
    deliberation.saw(
        "faces", EvidenceKind.MEASURED, len(sure), threshold=least, model=evidence.faces_model, reason="score at least"
    )
    strangers = [face for face in sure if face not in known]
    if not strangers:
        return
    if constructed:
        # A drawn face of an invented figure resembles no one: the scene's objects say who was drawn.
        deliberation.saw("faces drawn", EvidenceKind.BY_CONSTRUCTION, len(strangers), reason="invented figures")
        return
    for face in strangers:
        near = f"; nearest is @{face.nearest} at {face.distance:.2f}" if face.nearest and face.distance else ""
        reason = f"A face at {face.second:.1f} s (score {face.score:.2f}) is of no consented person{near}."
        deliberation.speaks("safety.face", reason)
