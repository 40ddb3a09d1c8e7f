"""Gate 4: the take decodes, is as long and large as asked for, not black, frozen or silent, and obeys physics."""

from greenroom.domain.base import Frozen
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import PhysicsReport
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Rule
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
    physics: PhysicsReport | None = None  # of a generator that simulates


def physics_faults(report: PhysicsReport, policy: Policy) -> tuple[Rule, ...]:
    """The laws of physics that a simulated take breaks by more than the policy lets pass: rule, and how."""
    if not report.finite:
        return (Rule(id="take.finite", reason="The simulation left all bounds."),)
    found = []
    for rule, name, value, unit, what in _laws(report):
        most = policy.threshold(rule, name)
        if value > most:
            found.append(Rule(id=rule, reason=f"{what}: {value:.3g}{unit}, at most {most:g}{unit} may be."))
    return tuple(found)


def _laws(report: PhysicsReport) -> tuple[tuple[str, str, float, str, str], ...]:
    """Rule, threshold, value, unit and what it is, of each law the report speaks of."""
    pair = " and ".join(report.penetration_of or ("two", "things"))
    return (
        ("take.penetration", "metres", report.penetration_metres, " m", f"{pair} are inside each other".capitalize()),
        ("take.energy", "share", report.energy_gained_share, "", "Energy appears from nowhere, as a share of what was"),
        ("take.momentum", "share", report.momentum_error, "", "An impact loses or makes momentum, as a share of it"),
        ("take.sliding", "metres", report.foot_slide_metres, " m", "A planted foot slides"),
        ("take.flight", "share", report.flight_error, "", "A flight is off the arc of gravity, as a share of it"),
    )


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
    # 7. What was simulated keeps the laws of physics.
    if evidence.physics is None:
        deliberation.not_checked("physics", "This generator does not simulate: nothing says what moves how.")
    else:
        for rule_id, name, value, unit, what in _laws(evidence.physics):
            most = deliberation.threshold(rule_id, name)
            deliberation.saw(what, EvidenceKind.BY_CONSTRUCTION, round(value, 4), unit=unit.strip(), threshold=most)
        for rule in physics_faults(evidence.physics, policy):
            deliberation.speaks(rule.id, rule.reason)
    return deliberation.judgement()


def _share_below(values: tuple[float, ...], threshold: float) -> float:
    """1 when there are no values: what was not measured cannot allow."""
    return sum(value < threshold for value in values) / len(values) if values else 1.0
