"""The voices of enrolled persons as a brief stands to them: named with consent to the voice, named without, not named.

Whoever's enrolment keeps no print that compares is told with the reason: a capture from before prints were kept, one
in which too little was spoken, a print of another model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.consents import Likeness, LikenessKind
from ledger import likenesses, withdrawals
from moderation.dialogue_voices import VoiceStanding, WithoutVoice
from ops.enrolments.recognition import Recognition, VoicePrint, others
from ops.stages.handling import Enrolled
from ops.studio import Studio

NEVER_KEPT = "its enrolment keeps no print of a voice: it is from before they were kept; enrol it again"


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """An enrolled person's voice, float32[256] of length 1, as `model` made it."""

    handle: str
    standing: VoiceStanding
    model: str
    voice: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KnownVoices:
    """All that a sound is held against, and who cannot be."""

    voices: tuple[KnownVoice, ...] = ()
    without: tuple[WithoutVoice, ...] = ()


def enrolled_voices(studio: Studio, named: Sequence[Enrolled] = ()) -> KnownVoices:
    """Every enrolled person's voice; pets and objects have none, and what was erased is gone from here too.

    An owner's every likeness of themselves has the same voice: their own are left out with the one that is `named`.
    """
    standings = {one.handle: _standing(one) for one in named}
    with studio.ledger.read() as tx:
        persons = {one.id: one for one in likenesses.every(tx) if one.kind is LikenessKind.PERSON}
        owners = {one.owner for one in persons.values() if one.handle in standings}
        gone = withdrawals.withdrawn(tx, set(persons))
        kept = {template.likeness: known for template, known in others(studio, tx, "") if template.likeness in persons}
    asked = [
        one for one in persons.values() if one.id not in gone and (one.handle in standings or one.owner not in owners)
    ]
    return KnownVoices(
        tuple(_known(asked, kept, standings)),
        tuple(
            WithoutVoice(handle=one.handle, standing=_of(one, standings), reason=_why(kept.get(one.id)))
            for one in sorted(asked, key=lambda one: (one.handle not in standings, one.handle))  # the brief's own first
            if _print(kept.get(one.id)) is None
        ),
    )


def _standing(one: Enrolled) -> VoiceStanding:
    """A consent that cannot be read allows nothing."""
    allowed = one.consent is not None and one.consent.voice
    return VoiceStanding.ALLOWED if allowed else VoiceStanding.EXCLUDED


def _of(likeness: Likeness, standings: dict[str, VoiceStanding]) -> VoiceStanding:
    return standings.get(likeness.handle, VoiceStanding.ELSEWHERE)


def _known(
    asked: Sequence[Likeness], kept: dict[str, Recognition], standings: dict[str, VoiceStanding]
) -> Iterator[KnownVoice]:
    for one in asked:
        found = _print(kept.get(one.id))
        if found is not None:
            voice = np.asarray(found.numbers, np.float32)
            yield KnownVoice(one.handle, _of(one, standings), found.model, voice)


def _print(known: Recognition | None) -> VoicePrint | None:
    return known.voice if known is not None else None


def _why(known: Recognition | None) -> str:
    return (known.voice_reason if known is not None else None) or NEVER_KEPT
