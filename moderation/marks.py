"""Gate 7: the visible label stands where it was put, Content Credentials and every ingredient verify."""

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy


class MarksEvidence(Frozen):
    """What was read back from the finished file."""

    label_scores: tuple[float, ...]  # of the sampled frames, 0 to 1
    label_threshold: float  # from which a score counts as found
    credentials_state: str  # as the reader calls it: "Trusted", "Valid", "Invalid"
    credentials_failures: tuple[str, ...] = ()
    ingredient_failures: tuple[str, ...] = ()
    ingredients: int = 0
    reader: str = "c2pa"


def judge_marks(evidence: MarksEvidence, policy: Policy) -> Judgement:
    """Whether a viewer and a machine can tell what the file is."""
    deliberation = Deliberation(Gate.MARKS, policy)
    measured = EvidenceKind.MEASURED
    # 1. The visible label.
    least = deliberation.threshold("marks.label", "share")
    scores = evidence.label_scores
    share = sum(score >= evidence.label_threshold for score in scores) / len(scores) if scores else 0.0
    deliberation.saw(f"label in {len(scores)} frames", measured, round(share, 3), unit="share", threshold=least)
    if share < least:
        reason = f"The label is found in {share:.0%} of {len(scores)} frames; {least:.0%} is wanted."
        deliberation.speaks("marks.label", reason)
    # 2. The credentials.
    deliberation.saw("credentials", measured, evidence.credentials_state, threshold="Trusted", model=evidence.reader)
    if evidence.credentials_state.casefold() != "trusted" or evidence.credentials_failures:
        failures = "; ".join(evidence.credentials_failures[:3]) or "no failure is named"
        reason = f"The credentials read {evidence.credentials_state}; Trusted is wanted ({failures})."
        deliberation.speaks("marks.credentials", reason)
    # 3. The ingredients. A remix of a tampered parent still reads Trusted: the failure stands only here.
    deliberation.saw("ingredients", measured, evidence.ingredients, model=evidence.reader)
    for failure in evidence.ingredient_failures:
        deliberation.speaks("marks.ingredients", f"An ingredient does not validate: {failure}.")
    # 4. The invisible mark: this policy says that it does not read it.
    deliberation.not_checked("invisible mark", policy.rule("marks.invisible").not_checked or "not read")
    return deliberation.judgement()
