"""Gate 5: what is heard is what was scripted, in voices that may be used, at the right level."""

from greenroom.domain.base import Frozen
from greenroom.domain.clips import SpokenLine
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.policy import Policy


class LineHeard(Frozen):
    """A spoken line of the take's timing, and what was measured over its span."""

    line: SpokenLine
    voiced: float  # share of the span in which a voice is heard, 0 to 1
    likeness: float | None = None  # correlation of the stem with the line's own synthesis, -1 to 1; None: not compared
    voice_allowed: bool = False  # a voice of the speech model, or a likeness's own with consent


class DialogueEvidence(Frozen):
    lines: tuple[LineHeard, ...] = ()
    voice_spans: tuple[tuple[float, float], ...] = ()  # seconds, of the dialogue stem, where a voice is heard
    lufs: float | None = None  # of the mix; None: nothing to hear
    true_peak_db: float = 0.0  # dBTP of the mix
    voice_model: str = ""
    speech_model: str | None = None  # what the synthesis was made with; None: not compared
    not_compared: str | None = None  # why not


def judge_dialogue(evidence: DialogueEvidence, storyboard: Storyboard, generator: str, policy: Policy) -> Judgement:
    """Whether the sound of a take keeps to its script."""
    deliberation = Deliberation(Gate.DIALOGUE, policy)
    # 1. The lines are the script's.
    scripted = sorted((line.actor, line.text, line.language) for line in storyboard.lines)
    spoken = sorted((heard.line.actor, heard.line.text, heard.line.language) for heard in evidence.lines)
    deliberation.saw("lines", EvidenceKind.DECLARED, len(spoken), threshold=len(scripted))
    if scripted != spoken:
        reason = f"The script has {len(scripted)} lines, the take's timing {len(spoken)}, or they differ in words."
        deliberation.speaks("dialogue.lines", reason)
    # 2. A voice is heard over each, in a voice that may be used.
    least = deliberation.threshold("dialogue.unvoiced", "share")
    for heard in evidence.lines:
        name = f"voice over “{heard.line.text[:30]}”"
        deliberation.saw(
            name, EvidenceKind.MEASURED, round(heard.voiced, 3), threshold=least, model=evidence.voice_model
        )
        if heard.voiced < least:
            reason = (
                f"Over “{heard.line.text[:40]}” a voice is heard {heard.voiced:.0%} of the time; {least:.0%} wanted."
            )
            deliberation.speaks("dialogue.unvoiced", reason)
        if not heard.voice_allowed:
            reason = f"{heard.line.actor} speaks in the voice {heard.line.voice!r}, which may not be used here."
            deliberation.speaks("dialogue.voice", reason)
    # 3. None is heard elsewhere.
    _unscripted(deliberation, evidence)
    # 4. The words are the script's.
    _words(deliberation, evidence, generator, policy)
    # 5. The levels are right.
    _levels(deliberation, evidence)
    deliberation.not_checked("number of speakers", "no diarisation model is installed; voices are known by the script")
    return deliberation.judgement()


def _unscripted(deliberation: Deliberation, evidence: DialogueEvidence) -> None:
    margin = deliberation.threshold("dialogue.unscripted", "margin")
    most = deliberation.threshold("dialogue.unscripted", "seconds")
    lines = [(heard.line.start - margin, heard.line.start + heard.line.seconds + margin) for heard in evidence.lines]
    outside = sum(_outside(span, lines) for span in evidence.voice_spans)
    deliberation.saw(
        "voice outside the lines",
        EvidenceKind.MEASURED,
        round(outside, 3),
        unit="s",
        threshold=most,
        model=evidence.voice_model,
    )
    if outside > most:
        reason = f"A voice is heard for {outside:.2f} s where no line is scripted; at most {most} s may be."
        deliberation.speaks("dialogue.unscripted", reason)


def _outside(span: tuple[float, float], lines: list[tuple[float, float]]) -> float:
    """Seconds of the span that lie in none of the lines (which may overlap)."""
    left, reached = 0.0, span[0]
    for start, end in sorted(lines):
        left += max(0.0, min(start, span[1]) - reached)
        reached = max(reached, end)
    return left + max(0.0, span[1] - reached)


def _words(deliberation: Deliberation, evidence: DialogueEvidence, generator: str, policy: Policy) -> None:
    deliberation.not_checked("transcription", "no transcription model is installed")
    least = deliberation.threshold("dialogue.words", "correlation")
    kind = EvidenceKind.BY_CONSTRUCTION
    for heard in evidence.lines:
        text = heard.line.text[:40]
        if heard.likeness is None or not policy.accepts("dialogue_words", generator, kind):
            why = evidence.not_compared or f"for {generator} only a measurement counts, and there is none"
            deliberation.speaks("dialogue.words", f"Whether “{text}” is what is said was not settled: {why}.")
            continue
        model = evidence.speech_model
        deliberation.saw(
            f"script's synthesis of “{text}”", kind, round(heard.likeness, 3), threshold=least, model=model
        )
        if heard.likeness < least:
            reason = f"The dialogue stem has {heard.likeness:.2f} of “{text}” as synthesised; {least} is wanted."
            deliberation.speaks("dialogue.words", reason)


def _levels(deliberation: Deliberation, evidence: DialogueEvidence) -> None:
    aim, tolerance = (deliberation.threshold("dialogue.loudness", name) for name in ("lufs", "tolerance"))
    peak = deliberation.threshold("dialogue.true_peak", "db")
    measured = EvidenceKind.MEASURED
    deliberation.saw("loudness", measured, evidence.lufs, unit="LUFS", threshold=[aim - tolerance, aim + tolerance])
    if evidence.lufs is None or abs(evidence.lufs - aim) > tolerance:
        heard = "silent" if evidence.lufs is None else f"{evidence.lufs:.1f} LUFS"
        reason = f"The mix is {heard}; {aim:.0f} LUFS within {tolerance} are wanted."
        deliberation.speaks("dialogue.loudness", reason)
    deliberation.saw("true peak", measured, round(evidence.true_peak_db, 2), unit="dBTP", threshold=peak)
    if evidence.true_peak_db > peak:
        reason = f"The true peak is {evidence.true_peak_db:.1f} dBTP; at most {peak:.0f} is wanted."
        deliberation.speaks("dialogue.true_peak", reason)
