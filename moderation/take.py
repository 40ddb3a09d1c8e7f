"""Gate 4: the take decodes, has the length and size asked for, and is neither black, frozen nor silent."""

from greenroom.domain.base import Frozen
from greenroom.domain.briefs import Brief
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy


class TakeEvidence(Frozen):
    """What was measured on the file of a take. `error` is set when it did not decode, and then nothing else counts."""

    error: str | None = None
    seconds: float = 0.0  # of picture: frames decoded divided by frames a second
    sound_seconds: float = 0.0
    width: int = 0
    height: int = 0
    frames: int = 0
    luma: tuple[float, ...] = ()  # mean of each frame, 0 to 255
    differences: tuple[float, ...] = ()  # mean absolute difference of successive frames, levels of 255
    lufs: float | None = None  # integrated loudness; None: nothing to hear


def judge_take(evidence: TakeEvidence, brief: Brief, policy: Policy) -> Judgement:
    """Whether the take is what was asked for, as a file."""
    deliberation = Deliberation(Gate.TAKE, policy)
    measured = EvidenceKind.MEASURED
    # 1. It decodes.
    if evidence.error is not None or evidence.frames == 0:
        deliberation.speaks("take.decodes", f"The take does not decode: {evidence.error or 'it has no frames'}.")
        return deliberation.judgement()
    deliberation.saw("frames decoded", measured, evidence.frames)
    # 2. It has the length asked for, in picture and in sound.
    tolerance = deliberation.threshold("take.length", "seconds")
    for name, seconds in (("picture", evidence.seconds), ("sound", evidence.sound_seconds)):
        deliberation.saw(f"{name} length", measured, round(seconds, 3), unit="s", threshold=brief.seconds)
        if abs(seconds - brief.seconds) > tolerance + 1e-6:
            reason = f"The {name} lasts {seconds:.2f} s; {brief.seconds} s were asked for, within {tolerance} s."
            deliberation.speaks("take.length", reason)
    # 3. It has the size asked for.
    size = (evidence.width, evidence.height)
    if size != (brief.width, brief.height):
        reason = f"The picture is {size[0]}x{size[1]}; {brief.width}x{brief.height} was asked for."
        deliberation.speaks("take.size", reason)
    # 4. It is not black.
    luma, dark = deliberation.threshold("take.black", "luma"), deliberation.threshold("take.black", "share")
    black = _share_below(evidence.luma, luma)
    deliberation.saw("black frames", measured, round(black, 3), unit="share", threshold=dark)
    if black > dark:
        reason = f"{black:.0%} of the frames are darker than {luma:.0f} of 255 on average; at most {dark:.0%} may be."
        deliberation.speaks("take.black", reason)
    # 5. It is not frozen.
    moving, still = (deliberation.threshold("take.frozen", name) for name in ("difference", "share"))
    frozen = _share_below(evidence.differences, moving)
    deliberation.saw("identical successive frames", measured, round(frozen, 3), unit="share", threshold=still)
    if frozen > still:
        reason = f"{frozen:.0%} of the frames are the same as the one before; at most {still:.0%} may be."
        deliberation.speaks("take.frozen", reason)
    # 6. It is not silent.
    floor = deliberation.threshold("take.silent", "lufs")
    deliberation.saw("loudness", measured, evidence.lufs, unit="LUFS", threshold=floor)
    if evidence.lufs is None or evidence.lufs < floor:
        heard = "nothing" if evidence.lufs is None else f"{evidence.lufs:.1f} LUFS"
        deliberation.speaks("take.silent", f"The take sounds of {heard}; at least {floor:.0f} LUFS are wanted.")
    return deliberation.judgement()


def _share_below(values: tuple[float, ...], threshold: float) -> float:
    """1 when there are no values: what was not measured cannot allow."""
    return sum(value < threshold for value in values) / len(values) if values else 1.0
