"""Gate 5: what is heard is what was scripted, in voices that may be used, at the right level."""

from greenroom.domain.base import Frozen
from greenroom.domain.clips import SpokenLine
from greenroom.domain.storyboards import Line, Storyboard
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.dialogue_sound import SoundHeard, judge_levels
from moderation.dialogue_voices import VoicesHeard, judge_count, judge_voices
from moderation.dialogue_words import HeardOfLine as HeardOfLine
from moderation.dialogue_words import SpeakersHeard as SpeakersHeard
from moderation.dialogue_words import WordsHeard as WordsHeard
from moderation.dialogue_words import judge_speakers, judge_unvoiced, judge_words
from moderation.policy import Policy

_CONSTRUCTED = EvidenceKind.BY_CONSTRUCTION


class LineHeard(Frozen):
    """A spoken line of the take's timing, and what was measured over its span."""

    line: SpokenLine
    voiced: float  # share of the span in which a voice is heard, 0 to 1
    likeness: float | None = None  # correlation of the stem with the line's own synthesis, -1 to 1; None: not compared
    shift: float | None = None  # seconds by which the stem's sound follows the line's time, where it correlates best
    voice_allowed: bool = False  # a voice of the speech model, or a likeness's own with consent


class DialogueEvidence(Frozen):
    lines: tuple[LineHeard, ...] = ()
    timed: bool = True  # the lines' times are the take's own; False: of a file made elsewhere nobody knows them
    voice_spans: tuple[tuple[float, float], ...] = ()  # seconds, of the dialogue stem, where a voice is heard
    sound: SoundHeard = SoundHeard()
    voice_model: str = ""
    speech_model: str | None = None  # what the synthesis was made with; None: not compared
    not_compared: str | None = None  # why not
    words: WordsHeard | None = None
    words_reason: str | None = None  # why nobody heard the words
    speakers: SpeakersHeard | None = None
    speakers_reason: str | None = None
    whose: VoicesHeard = VoicesHeard()  # the voices against those of the enrolled


def judge_dialogue(
    evidence: DialogueEvidence, storyboard: Storyboard | None, generator: str, policy: Policy
) -> Judgement:
    """Whether the sound of a take keeps to its script; None: there is none to keep to."""
    deliberation = Deliberation(Gate.DIALOGUE, policy)
    script = storyboard.lines if storyboard is not None else ()
    if evidence.timed:
        # 1. The lines are the script's.
        _lines(deliberation, evidence, script)
        # 2. A voice is heard over each, in a voice that may be used.
        _voiced(deliberation, evidence)
    # 3. None is heard elsewhere.
    if evidence.timed or (storyboard is not None and not script):
        _unscripted(deliberation, evidence)
    else:
        why = "no storyboard says what is scripted" if storyboard is None else "the times of its lines are not known"
        deliberation.not_checked("voice outside the lines", why)
    # 4. The words are the script's, and keep the rules; so do the speakers, the voices and the lips.
    whispered = evidence.words is not None and bool(evidence.words.transcript)
    speech = bool(script or evidence.voice_spans or whispered)
    settled = _constructed(deliberation, evidence, generator, policy)
    if speech:
        judge_words(deliberation, evidence.words, evidence.words_reason, script, settled=settled)
        judge_speakers(deliberation, evidence.speakers, evidence.speakers_reason, settled=settled)
        cast = None if storyboard is None else len({line.actor for line in script})
        judge_count(deliberation, evidence.whose, cast)
    elif evidence.sound.lufs is not None and not policy.accepts("dialogue_words", generator, _CONSTRUCTED):
        judge_unvoiced(deliberation, evidence.words, evidence.words_reason)
    constructed = settled and policy.accepts("voices", generator, _CONSTRUCTED)
    judge_voices(deliberation, evidence.whose, speech=speech, constructed=constructed)
    if speech and not settled:
        _lips(deliberation)
    # 5. The levels are right, nothing spoils the sound, and music plays only where it is scripted.
    judge_levels(deliberation, evidence.sound, music=None if storyboard is None else storyboard.music is not None)
    return deliberation.judgement()


def _lines(deliberation: Deliberation, evidence: DialogueEvidence, script: tuple[Line, ...]) -> None:
    scripted = sorted((line.actor, line.text, line.language) for line in script)
    spoken = sorted((heard.line.actor, heard.line.text, heard.line.language) for heard in evidence.lines)
    deliberation.saw("lines", EvidenceKind.DECLARED, len(spoken), threshold=len(scripted))
    if scripted != spoken:
        reason = f"The script has {len(scripted)} lines, the take's timing {len(spoken)}, or they differ in words."
        deliberation.speaks("dialogue.lines", reason)


def _voiced(deliberation: Deliberation, evidence: DialogueEvidence) -> None:
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


def _constructed(deliberation: Deliberation, evidence: DialogueEvidence, generator: str, policy: Policy) -> bool:
    """Whether the script's own synthesis stands in the stem, and that settles the words for this generator."""
    least = deliberation.threshold("dialogue.words", "correlation")
    latest = deliberation.threshold("dialogue.lips", "seconds")
    kind, settled = _CONSTRUCTED, bool(evidence.lines)
    if not policy.accepts("dialogue_words", generator, kind):
        return False
    for heard in evidence.lines:
        text, model = heard.line.text[:40], evidence.speech_model
        if heard.likeness is None:
            settled = False
            if evidence.not_compared is not None:
                deliberation.not_checked(f"script's synthesis of “{text}”", evidence.not_compared)
            continue
        deliberation.saw(
            f"script's synthesis of “{text}”", kind, round(heard.likeness, 3), threshold=least, model=model
        )
        if heard.likeness < least:
            reason = f"The dialogue stem has {heard.likeness:.2f} of “{text}” as synthesised; {least} is wanted."
            deliberation.speaks("dialogue.words", reason)
        elif heard.shift is not None:  # mouths are drawn from the line's time on
            late = round(heard.shift, 3)
            deliberation.saw(f"speech after the lips in “{text}”", kind, late, unit="s", threshold=latest, model=model)
            if abs(late) > latest:
                reason = f"“{text}” is heard {late:+.3f} s from when the lips say it; {latest} s may lie between."
                deliberation.speaks("dialogue.lips", reason)
    return settled


def _lips(deliberation: Deliberation) -> None:
    """By construction every mouth moves with its voice; else nothing here tells."""
    why = "no installed check measures lips of a film that is not drawn"
    deliberation.not_checked("lips and speech", why)
    deliberation.speaks("dialogue.lips_unchecked", f"There is speech, and {why}: a person must look.")
