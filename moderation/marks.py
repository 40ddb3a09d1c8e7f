"""Gate 7: the visible label stands where it was put, the invisible marks are read back, the credentials verify."""

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy

INVISIBLE = "marks.invisible"


class InvisibleRead(Frozen):
    """An invisible mark as it was laid, and as it was read back from the finished file.

    `clip`: the id that was read, None where none was; `margin`: decibels that the noise could rise by until it is lost.
    """

    clip: str | None
    margin: float
    version: str  # of the code that laid and read it
    strength: float | None = None  # None: as strong as the sound hides, moment by moment
    psnr: float | None = None  # decibels, of the marked pictures against the plain ones
    encodings: int = 1


class MarksEvidence(Frozen):
    """What was read back from the finished file. An invisible mark that was never laid is None."""

    clip: str  # whose file it is
    label_scores: tuple[float, ...]  # of the sampled frames, 0 to 1
    label_threshold: float  # from which a score counts as found
    credentials_state: str  # as the reader calls it: "Trusted", "Valid", "Invalid"
    credentials_failures: tuple[str, ...] = ()
    ingredient_failures: tuple[str, ...] = ()
    ingredients: int = 0
    reader: str = "c2pa"
    picture: InvisibleRead | None = None
    sound: InvisibleRead | None = None
    heard_seconds: float = 0.0  # of sound that can hide a mark, as long as it fills all pitches


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
    # 4. The invisible marks.
    _judge_invisible(deliberation, "picture", evidence.clip, evidence.picture)
    # 5. A soundtrack that can hide none, silence or single tones, needs none; another clip's mark is one too many.
    needed = deliberation.threshold(INVISIBLE, "heard_seconds")
    sound = evidence.sound
    if evidence.heard_seconds < needed and (sound is None or sound.clip is None):
        heard = f"The soundtrack has {evidence.heard_seconds:.1f} s of sound that can hide a mark"
        deliberation.not_checked("sound mark", f"{heard}; {needed:g} s are wanted.")
    else:
        _judge_invisible(deliberation, "sound", evidence.clip, sound)
    return deliberation.judgement()


def _judge_invisible(deliberation: Deliberation, part: str, clip: str, read: InvisibleRead | None) -> None:
    """Whether the invisible mark of one part of the file, its picture or its sound, is this clip's and can be read."""
    measured, least = EvidenceKind.MEASURED, deliberation.threshold(INVISIBLE, f"{part}_margin")
    # 1. It was laid.
    if read is None:
        deliberation.saw(f"{part} mark", measured, None, threshold=clip)
        deliberation.speaks(INVISIBLE, f"The {part} carries no invisible mark: none was laid. Mark the clip again.")
        return
    model = f"{part} mark {read.version}"
    deliberation.saw(f"{part} mark", measured, read.clip, threshold=clip, model=model)
    deliberation.saw(f"{part} mark margin", measured, round(read.margin, 2), unit="dB", threshold=least, model=model)
    if read.strength is not None:
        deliberation.saw(f"{part} mark strength", measured, round(read.strength, 3), model=model)
    # 2. It does not show.
    if read.psnr is not None:
        lowest = deliberation.threshold(INVISIBLE, "psnr")
        deliberation.saw(f"{part} mark PSNR", measured, round(read.psnr, 2), unit="dB", threshold=lowest, model=model)
        if read.psnr < lowest:
            reason = f"The {part}'s invisible mark may be seen: PSNR {read.psnr:.1f} dB; {lowest:g} dB is wanted."
            deliberation.speaks(INVISIBLE, reason)
    # 3. It is read back, as this clip's, with margin.
    tried = f"{read.encodings} encodings" if read.encodings > 1 else "one encoding"
    risen = "as strong as the sound hides it"
    if read.strength is not None:
        risen = f"after {tried}, at strength {read.strength:.2f}; stronger it would show"
    if read.clip is None:
        reason = f"The {part}'s invisible mark cannot be read back from the encoded file ({risen})."
        deliberation.speaks(INVISIBLE, reason)
    elif read.clip != clip:
        reason = f"The {part} carries the invisible mark of clip {read.clip}; that of {clip} is wanted."
        deliberation.speaks(INVISIBLE, reason)
    elif read.margin < least:
        reason = f"The {part}'s invisible mark is read with a margin of {read.margin:.1f} dB; {least:g} dB is wanted"
        deliberation.speaks(INVISIBLE, f"{reason} ({risen}).")
