"""Gate 5's part of whose voices are heard: of no enrolled person whose consent leaves it out or whom nobody named.

A voice that matches a print is held for a person to listen to. One that matches none is not settled by that: in noise
or through a telephone a print knows few voices again (`docs/dialogue.md`).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import JsonValue

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind
from moderation.deliberation import Deliberation


class VoiceStanding(StrEnum):
    """What an enrolled person's voice is to a brief."""

    EXCLUDED = "excluded"  # named, and the consent leaves out the voice
    ALLOWED = "allowed"  # named, and the consent allows the voice
    ELSEWHERE = "elsewhere"  # not named


class _NotAllowed(NamedTuple):
    """How a voice that may not be heard is spoken of: the rule, the nearest of them, and what a maker reads of a match.

    `matched` takes handle, cosine and threshold of someone in the brief alone: whoever has a stranger's voice made must
    not learn from a reason whose it is. Evidence has the name, which reviewers see and makers do not.
    """

    rule: str
    nearest: str
    matched: str


_NOT_ALLOWED = {
    VoiceStanding.EXCLUDED: _NotAllowed(
        "dialogue.voice_excluded",
        "whose consent excludes voice",
        "is {similarity:.2f} like @{handle}'s, whose consent leaves out the voice; from {least:g} on it may be theirs",
    ),
    VoiceStanding.ELSEWHERE: _NotAllowed(
        "dialogue.voice_elsewhere",
        "enrolled and not named",
        "may be that of an enrolled person whom the brief does not name",
    ),
}


class VoiceNear(Frozen):
    """The nearest of one standing to a voice that is heard, by the cosine of their prints."""

    handle: str
    standing: VoiceStanding
    similarity: float  # -1 to 1


class VoiceOfClip(Frozen):
    """One voice that is heard, from when to when, and whose it is near to (of each standing the nearest)."""

    start: float  # seconds
    end: float
    near: tuple[VoiceNear, ...] = ()


class WithoutVoice(Frozen):
    """An enrolled person whose voice cannot be compared, and why not."""

    handle: str
    standing: VoiceStanding
    reason: str


class VoicesHeard(Frozen):
    """The voices of a sound against those of the enrolled."""

    model: str | None = None  # None: it was not asked
    compared: int = 0  # persons whose print was held against them
    voices: tuple[VoiceOfClip, ...] = ()
    counted: int | None = None  # how many speak, where that was asked
    without: tuple[WithoutVoice, ...] = ()
    reason: str | None = None  # why no voice was told, where none was


def judge_count(deliberation: Deliberation, heard: VoicesHeard, cast: int | None) -> None:
    """No more voices than the script has speaking actors; None: no script says. Fewer are often alike, or brief."""
    if heard.counted is None:
        return
    deliberation.saw("voices counted", EvidenceKind.MEASURED, heard.counted, threshold=cast, model=heard.model)
    if cast is not None and heard.counted > cast:
        reason = f"{heard.counted} voices are heard, and {cast} of the script's actors speak."
        deliberation.speaks("dialogue.speakers", reason)


def judge_voices(deliberation: Deliberation, heard: VoicesHeard, *, speech: bool, constructed: bool) -> None:
    """`constructed`: every voice is the speech model's own, whoever's it is like. `speech`: there is some."""
    _say_who_was_not_compared(deliberation, heard.without)
    matched = [_matched(deliberation, heard, voice, constructed=constructed) for voice in heard.voices]
    if not speech and not heard.voices:
        return
    if constructed:
        deliberation.saw("voices of the speech model", EvidenceKind.BY_CONSTRUCTION, len(heard.voices) or None)
        return
    if any(matched):
        return
    if heard.voices:
        why = f"its voices match none of {heard.compared} prints, which settles nothing where there is noise"
    elif heard.compared:
        why = f"no voice was told in it: {heard.reason or 'too little of it is voiced'}"
    else:
        why = heard.reason or "no voice of an enrolled person is kept that it could be held against"
    if not heard.voices:
        deliberation.not_checked("voices of likenesses", why)
    deliberation.speaks("dialogue.voice_unchecked", f"There is speech, and {why}: a person must listen.")


def _say_who_was_not_compared(deliberation: Deliberation, without: Sequence[WithoutVoice]) -> None:
    """By handle whom the brief names; the others are counted, since a maker need not learn who is enrolled."""
    for one in without:
        if one.standing is not VoiceStanding.ELSEWHERE:
            deliberation.not_checked(f"voice of @{one.handle}", one.reason)
    others = sum(one.standing is VoiceStanding.ELSEWHERE for one in without)
    if others:
        deliberation.not_checked("voices of others", f"{others} whom the brief does not name have no print to compare")


def _matched(deliberation: Deliberation, heard: VoicesHeard, voice: VoiceOfClip, *, constructed: bool) -> bool:
    """Say what one voice is near to; whether a rule spoke. Who is near and does not match is not named."""
    near = {one.standing: one for one in voice.near}
    allowed = near.get(VoiceStanding.ALLOWED)
    spoke: VoiceNear | None = None
    for standing, (rule, nearest, matched) in _NOT_ALLOWED.items():
        one, least = near.get(standing), deliberation.threshold(rule, "similarity")
        if one is None:
            continue
        own = allowed is not None and allowed.similarity >= one.similarity  # the voice of someone who may be heard
        match = one.similarity >= least and not own and (spoke is None or one.similarity > spoke.similarity)
        value: JsonValue = round(one.similarity, 3)
        deliberation.saw(
            f"voice from {voice.start:.1f} to {voice.end:.1f} s, likeness to the nearest {nearest}",
            EvidenceKind.MEASURED,
            value,
            unit="cosine",
            threshold=least,
            model=heard.model,
            reason="nearer to one whose voice is allowed" if own else None,
        )
        if match and not constructed:
            spoke = one
            name = f"whose voice it may be from {voice.start:.1f} to {voice.end:.1f} s"
            deliberation.saw(name, EvidenceKind.MEASURED, f"@{one.handle}", model=heard.model)
            told = matched.format(handle=one.handle, similarity=one.similarity, least=least)
            deliberation.speaks(rule, f"A voice between {voice.start:.1f} and {voice.end:.1f} s {told}.")
    return spoke is not None
