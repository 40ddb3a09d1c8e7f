"""Whose voices a sound has, against those of the enrolled. A model that fails leaves its reason; the gate decides."""

from collections.abc import Sequence

from greenroom.errors import GreenroomError
from models.roles import Samples
from models.voice_encoder import LEAST_SECONDS, VoiceEncoder, VoiceWindow, count_of, speakers_of, voice_of
from moderation.dialogue_voices import VoiceNear, VoiceOfClip, VoicesHeard, WithoutVoice
from ops.enrolled_voices import KnownVoice, KnownVoices
from ops.hearing import BROKEN, kept


def voices_heard(samples: Samples, sample_rate: int, known: KnownVoices, *, counts: bool = False) -> VoicesHeard:
    """The voices in float32[N, channels], each with the nearest print of each standing; no model where none is kept.

    `counts`: how many speak is told too, whether or not a print is kept.
    """
    if not known.voices and not counts:
        return VoicesHeard(without=known.without)
    try:
        encoder = kept(VoiceEncoder().name, VoiceEncoder)
        asked = [one for one in known.voices if one.model == encoder.name]
        older = tuple(
            WithoutVoice(
                handle=one.handle,
                standing=one.standing,
                reason=f"its print is of {one.model}, and clips are heard by {encoder.name}; enrol it again",
            )
            for one in known.voices
            if one.model != encoder.name
        )
        groups = speakers_of(encoder.windows(samples, sample_rate)) if asked or counts else ()
        voices = tuple(_heard(group, asked) for group in groups) if asked else ()
    except GreenroomError as failed:
        return VoicesHeard(without=known.without, reason=f"{failed.fact} {failed.remedy}".strip())
    except BROKEN as crashed:
        why = f"the voice encoder crashed with {type(crashed).__name__}: {crashed}; `greenroom doctor` looks at it"
        return VoicesHeard(without=known.without, reason=why)
    return VoicesHeard(
        model=encoder.name,
        compared=len(asked),
        voices=voices,
        counted=count_of(groups) if counts else None,
        without=(*known.without, *older),
        reason=f"less than {LEAST_SECONDS} s of it are voiced" if asked and not groups else None,
    )


def _heard(group: Sequence[VoiceWindow], asked: Sequence[KnownVoice]) -> VoiceOfClip:
    voice = voice_of(group)
    near = [
        VoiceNear(handle=one.handle, standing=one.standing, similarity=round(float(voice @ one.voice), 4))
        for one in asked
    ]
    best = {one.standing: one for one in sorted(near, key=lambda one: one.similarity)}
    return VoiceOfClip(start=round(group[0].start, 2), end=round(group[-1].end, 2), near=tuple(best.values()))
