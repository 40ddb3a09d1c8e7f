"""Gate 5's part of words and speakers: what recognisers heard against the script, and what they cannot tell."""

from pydantic import JsonValue

from greenroom.domain.base import Frozen
from greenroom.domain.storyboards import Line
from greenroom.domain.verdicts import EvidenceKind
from moderation.deliberation import Deliberation
from moderation.on_behalf import on_behalf
from moderation.text import text_rules
from moderation.wording import Comparison, ScriptedWord

_SHOWN = 12  # words that a verdict lists
_KEPT = 4000  # characters of a transcript that it keeps, for whoever decides


class HeardOfLine(Frozen):
    """What of one line was heard: the share of its words in order, or the language it is in; None: not told."""

    text: str
    language: str  # scripted, BCP 47
    share: float | None = None  # 0 to 1
    spoken: str | None = None  # primary subtag of the language that is heard
    sure: float | None = None  # probability of that language, 0 to 1


class WordsHeard(Frozen):
    """What a recogniser heard, against the script (an empty one where there is none)."""

    model: str
    exact: bool  # it tells single words; otherwise only whether this is the script at all
    difference: Comparison
    share: float | None = None  # of the script found in order, 0 to 1, by a recogniser that is not exact
    transcript: str = ""
    language: str | None = None  # told by the sound
    no_speech: float | None = None  # probability that nobody speaks, 0 to 1
    unknown: tuple[str, ...] = ()  # words that could not be looked for
    lines: tuple[HeardOfLine, ...] = ()  # of the script, in the order of their starts
    doubtful: tuple[ScriptedWord, ...] = ()  # found, but a word that sounds like it fits as well


class SpeakersHeard(Frozen):
    """Who spoke when, against the lines' times."""

    model: str
    cast: int
    voices: int
    error: float  # diarization error rate, 0 to 1 and more


def judge_words(
    deliberation: Deliberation, heard: WordsHeard | None, reason: str | None, script: tuple[Line, ...], *, settled: bool
) -> None:
    """The words and languages heard are the script's, and keep the word rules. `settled`: construction said so."""
    if heard is None:
        why = reason or "settled by construction; the recogniser was not asked"
        deliberation.not_checked("transcription", why)
        if not settled:
            deliberation.speaks("dialogue.words", f"Whether what is said is the script was not settled: {why}.")
        return
    if script:
        _against_script(deliberation, heard, script, settled=settled)
    else:
        deliberation.saw("transcript", EvidenceKind.MEASURED, heard.transcript[:_KEPT], model=heard.model)
        if not heard.exact:
            why = f"{heard.model} is wrong in one word of four or five, and hears English only"
            deliberation.not_checked("words", why)
            deliberation.speaks("dialogue.words", f"There is speech, and what it says was not settled: {why}.")
    for rule in text_rules(heard.transcript, deliberation.policy) if heard.transcript else ():
        name = on_behalf("dialogue.transcript", rule.id, deliberation.policy, sure=heard.exact)
        deliberation.speaks(name, f"{heard.model} heard: {rule.id}. {rule.reason}")


def judge_unvoiced(deliberation: Deliberation, heard: WordsHeard | None, reason: str | None) -> None:
    """A sound in which no voice is found and no line is scripted: only an exact recogniser that hears no word settles
    that nobody whispers."""
    if heard is None or not heard.exact:
        why = reason or "no recogniser that tells single words was asked"
        deliberation.not_checked("whispering", why)
        deliberation.speaks("dialogue.words", f"Whether anybody whispers was not settled: {why}. A person must listen.")
        return
    deliberation.saw("transcript", EvidenceKind.MEASURED, heard.transcript, model=heard.model)


def _against_script(deliberation: Deliberation, heard: WordsHeard, script: tuple[Line, ...], *, settled: bool) -> None:
    measured, difference = EvidenceKind.MEASURED, heard.difference
    deliberation.saw("transcript", measured, heard.transcript[:_KEPT], model=heard.model)
    if not heard.exact:
        _roughly(deliberation, heard, settled=settled)
        return
    most = deliberation.threshold("dialogue.words", "error_rate")
    rate = round(difference.error_rate, 3)
    deliberation.saw("word error rate", measured, rate, threshold=most, model=heard.model)
    if rate:
        deliberation.saw("words that differ", measured, _words(difference), model=heard.model)
    if rate > most and not settled:
        deliberation.speaks("dialogue.words", f"{rate:.0%} of the words differ; {most:.0%} may. {_words(difference)}")
    if heard.no_speech is not None:
        silent = deliberation.threshold("dialogue.words", "no_speech")
        deliberation.saw(
            "no speech", measured, round(heard.no_speech, 3), unit="probability", threshold=silent, model=heard.model
        )
        if heard.no_speech > silent and not settled:
            deliberation.speaks("dialogue.words", f"{heard.model} hears no speech ({heard.no_speech:.2f}).")
    _languages(deliberation, heard, script, settled=settled)


def _roughly(deliberation: Deliberation, heard: WordsHeard, *, settled: bool) -> None:
    """By a recogniser that tells a script and its lines from others, not each word: it never says yes."""
    measured, difference = EvidenceKind.MEASURED, heard.difference
    least = deliberation.threshold("dialogue.words", "share")
    deliberation.saw("share of the script heard", measured, heard.share, threshold=least, model=heard.model)
    for line in heard.lines:
        name = f"share of “{line.text[:30]}” heard"
        deliberation.saw(name, measured, line.share, threshold=least, model=heard.model)
    told = f"{heard.model} takes a word for another that sounds like it"
    deliberation.not_checked("word for word", f"{told} (docs/dialogue.md says how often)")
    deliberation.not_checked(
        "language of each line", f"{heard.model} hears English only: other speech is no script to it"
    )
    if heard.unknown:
        why = f"nobody could pronounce them for {heard.model}"
        deliberation.not_checked(f"words {', '.join(heard.unknown[:_SHOWN])}", why)
    if heard.doubtful:
        named = "; ".join(f"{one.actor}: {one.text}" for one in heard.doubtful[:_SHOWN])
        deliberation.saw("words that others sound like", measured, named, model=heard.model)
    if settled:
        return
    low = [line for line in heard.lines if line.share is not None and line.share < least]
    if (heard.share or 0.0) < least:
        reason = f"{heard.share or 0:.0%} of the script is heard in order; {least:.0%} wanted."
    elif low:
        lines = "; ".join(f"{line.share:.0%} of “{line.text[:40]}”" for line in low[:_SHOWN])
        reason = f"Of each line {least:.0%} is wanted in order; heard is {lines}."
    elif difference.missing:
        reason = "The script is heard, but for some of its words."
    elif heard.doubtful:
        words = ", ".join(f"“{one.text}” ({one.actor})" for one in heard.doubtful[:_SHOWN])
        reason = f"The script is heard, but a word that sounds alike fits better than {words}: a person must listen."
    else:
        reason = f"The script is heard, but {told}: a person must listen, or whisper's weights be installed."
    deliberation.speaks("dialogue.words", f"{reason} {_words(difference)}".strip())


def _languages(deliberation: Deliberation, heard: WordsHeard, script: tuple[Line, ...], *, settled: bool) -> None:
    """Each line is in its language, where the recogniser was asked line by line; else the sound is in one of them."""
    measured, least = EvidenceKind.MEASURED, deliberation.threshold("dialogue.language", "probability")
    wanted = sorted({_primary(line.language) for line in script})
    deliberation.saw("language", measured, heard.language, threshold=list(wanted), model=heard.model)
    told = [line for line in heard.lines if line.spoken is not None]
    if not told:
        deliberation.not_checked("language of each line", "the times of the lines are not known")
        if heard.language is not None and heard.language not in wanted and not settled:
            reason = f"{heard.language} is heard; {', '.join(wanted)} is scripted."
            deliberation.speaks("dialogue.language", reason)
    for line in told:
        name, sure = f"language of “{line.text[:30]}”", round(line.sure or 0.0, 3)
        value: list[JsonValue] = [line.spoken, sure]
        deliberation.saw(name, measured, value, threshold=[_primary(line.language), least], model=heard.model)
        if line.spoken != _primary(line.language) and sure >= least and not settled:
            reason = f"“{line.text[:40]}” is heard in {line.spoken} ({sure:.2f}); {line.language} is scripted."
            deliberation.speaks("dialogue.language", reason)
    for line in heard.lines:
        if line.spoken is None and told:
            deliberation.not_checked(
                f"language of “{line.text[:30]}”", "the line is too short, or its time is not known"
            )


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _words(difference: Comparison) -> str:
    parts = []
    if difference.missing:
        by = "; ".join(f"{one.actor}: {one.text}" for one in difference.missing[:_SHOWN])
        parts.append(f"Missing: {by}.")
    if difference.changed:
        changed = "; ".join(
            f"{one.scripted.actor}: {one.scripted.text} heard as {one.heard}" for one in difference.changed[:_SHOWN]
        )
        parts.append(f"Changed: {changed}.")
    if difference.added:
        parts.append(f"Added: {' '.join(difference.added[:_SHOWN])}.")
    return " ".join(parts)


def judge_speakers(
    deliberation: Deliberation, heard: SpeakersHeard | None, reason: str | None, *, settled: bool
) -> None:
    """Each actor speaks in one voice of their own."""
    if heard is None:
        why = reason or "settled by construction: each line is its own actor's voice, synthesised"
        deliberation.not_checked("number of speakers", why)
        if not settled:
            deliberation.speaks("dialogue.speakers", f"Who speaks was not settled: {why}.")
        return
    most = deliberation.threshold("dialogue.speakers", "error")
    deliberation.saw("diarization error rate", EvidenceKind.MEASURED, heard.error, threshold=most, model=heard.model)
    deliberation.saw("voices heard", EvidenceKind.MEASURED, heard.voices, threshold=heard.cast, model=heard.model)
    if heard.error > most and not settled:
        reason = f"{heard.error:.0%} of the speech is not its actor's voice; {most:.0%} may be."
        deliberation.speaks("dialogue.speakers", reason)
