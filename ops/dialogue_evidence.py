"""Gathers what gate 5 decides on, from the files of a take or a file made anywhere: measured once, judged elsewhere.

Whisper and pyannote are asked where they are installed; what hears in their stead is `ops.hearing`.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SpokenLine, Take
from greenroom.domain.storyboards import Delivery, Line, Storyboard
from greenroom.domain.verdicts import EvidenceKind
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from greenroom.settings import Settings
from models.roles import Samples, Speech, VoiceActivity
from models.transcription_whisper import checkpoint_in
from moderation.dialogue import DialogueEvidence, LineHeard
from moderation.dialogue_sound import SoundHeard
from moderation.policy import Policy
from ops.enrolled_voices import KnownVoices
from ops.hearing import speakers_heard, words_heard
from ops.hearing_voices import voices_heard
from ops.media_reading import probe, read_sound, read_stem
from ops.sound_faults import faults
from ops.sound_levels import SILENT_DB, SILENT_LUFS, measure

HEARD_LEVEL = 0.003  # root mean square from which a line without a pitch counts as heard: -50 dBFS
KNOWN = 0.75  # correlation with its own synthesis from which a line is that voice; others' speech stays below 0.1
NOBODY = KnownVoices()
ALIGNMENT_SECONDS = 0.15  # how far a line may stand from its time and still be compared


@dataclass(frozen=True, slots=True)
class HearingRoles:
    """What hears: where voices are, and what made the lines (None: not at hand). Settings say where weights lie."""

    voices: VoiceActivity
    speech: Speech | None
    settings: Settings


def dialogue_evidence(
    path: Path,
    stems: Mapping[str, bytes],
    take: Take,
    roles: HearingRoles,
    policy: Policy,
    known: KnownVoices = NOBODY,
    own_voices: frozenset[str] = frozenset(),
) -> DialogueEvidence:
    """What gate 5 wants to know of a take: voices in the dialogue stem, words against their own synthesis, levels.

    `stems` are FLAC bytes: dialogue, and music where there is one. Where construction does not settle the words for
    this generator, recognisers are asked too. `known` are the voices of the enrolled, `own_voices` voice ids of
    likenesses whose consent allows their voice. Roles are loaded and released here. Raises BadInput for a broken stem.
    """
    stem, rate = read_stem(stems["dialogue"])
    if not np.isfinite(stem).all():
        raise BadInput("The dialogue stem holds values that are not numbers.", "Make the take again.")
    spans, voice_model = _spans(stem, rate, roles.voices)
    heard, reason = _lines(take.timing.lines, stem, rate, spans, roles.speech, own_voices)
    by_construction = policy.accepts("dialogue_words", take.generator, EvidenceKind.BY_CONSTRUCTION)
    settled = by_construction and all(one.likeness is not None for one in heard)
    evidence = DialogueEvidence(
        lines=heard,
        voice_spans=spans,
        sound=sound_heard(path, stems.get("music")),
        voice_model=voice_model,
        speech_model=roles.speech.name if roles.speech is not None and reason is None else None,
        not_compared=reason,
        whose=voices_heard(stem, rate, known),
    )
    if settled and checkpoint_in(roles.settings.weights) is None:  # whisper, where it is, hears every take
        return evidence
    if not by_construction and not take.timing.lines and not spans:
        return _asked_of_unvoiced(evidence, *read_sound(path), roles)  # of the whole mix: no stem has to hold it
    script = [
        Line(actor=line.actor, text=line.text, language=line.language, start=line.start) for line in take.timing.lines
    ]
    spoken = [(line.start, line.start + line.seconds, line.actor) for line in take.timing.lines]
    return _asked(evidence, stem, rate, script, spoken, roles)


def file_evidence(
    path: Path, storyboard: Storyboard | None, roles: HearingRoles, known: KnownVoices = NOBODY
) -> DialogueEvidence:
    """What gate 5 wants to know of a file made anywhere: nothing of its lines' times is known.

    Raises BadInput for a file that is no film or whose sound is not finite.
    """
    sound = sound_heard(path, None)
    if not sound.there:
        return DialogueEvidence(timed=False, sound=sound)
    samples, rate = read_sound(path)
    spans, voice_model = _spans(samples, rate, roles.voices)
    script = storyboard.lines if storyboard is not None else ()
    whose = voices_heard(samples, rate, known, counts=bool(script or spans))
    evidence = DialogueEvidence(timed=False, voice_spans=spans, sound=sound, voice_model=voice_model, whose=whose)
    if not script and not spans:
        return _asked_of_unvoiced(evidence, samples, rate, roles)
    return _asked(evidence, samples, rate, script, (), roles)


def _asked_of_unvoiced(
    evidence: DialogueEvidence, samples: Samples, rate: int, roles: HearingRoles
) -> DialogueEvidence:
    """With what whisper hears where no voice is found: whispering has words, and no pitch to be found by."""
    if evidence.sound.lufs is None:
        return evidence
    if checkpoint_in(roles.settings.weights) is None:
        why = f"whispering has no pitch for {evidence.voice_model} to find, and whisper's weights are not installed"
        return evidence.model_copy(update={"words_reason": why})
    words, reason = words_heard(samples, rate, (), roles.settings, roles.speech)
    return evidence.model_copy(update={"words": words, "words_reason": reason})


def _asked(
    evidence: DialogueEvidence,
    samples: Samples,
    rate: int,
    script: Sequence[Line],
    spoken: Sequence[tuple[float, float, str]],
    roles: HearingRoles,
) -> DialogueEvidence:
    """With what the recognisers hear, where there is something to hear."""
    if not script and not evidence.voice_spans:
        return evidence
    spans = [(start, end) for start, end, _ in spoken]
    words, words_reason = words_heard(samples, rate, script, roles.settings, roles.speech, spans)
    speakers, speakers_reason = None, "the times of the lines are not known"
    if spoken:
        speakers, told = speakers_heard(samples, rate, spoken, roles.settings)
        speakers_reason = told or speakers_reason
    return evidence.model_copy(
        update={
            "words": words,
            "words_reason": words_reason,
            "speakers": speakers,
            "speakers_reason": speakers_reason if speakers is None else None,
        }
    )


def sound_heard(path: Path, music: bytes | None) -> SoundHeard:
    """What the meters read of a file's mix, and of its music stem (FLAC bytes) where it has one."""
    if probe(path).channels == 0:
        return SoundHeard(there=False)
    mixed, rate = read_sound(path)
    found, levels = faults(mixed, rate), measure(mixed, rate)
    return SoundHeard(
        lufs=levels.lufs if levels.lufs > SILENT_LUFS else None,
        true_peak_db=levels.true_peak_db,
        clipped_share=found.clipped_share,
        silent_seconds=found.silent_seconds,
        hum=found.hum,
        hum_hertz=found.hum_hertz,
        music_db=_level(read_stem(music)[0]) if music is not None else None,
    )


def _level(stem: Samples) -> float:
    """Root mean square of float32[N, channels], dBFS."""
    power = float(np.mean(np.square(stem.astype(np.float64)))) if stem.size else 0.0
    return max(SILENT_DB, 10 * float(np.log10(power))) if power > 0 else SILENT_DB


def _spans(samples: Samples, rate: int, activity: VoiceActivity) -> tuple[tuple[tuple[float, float], ...], str]:
    with activity as voices:
        return tuple((span.start, span.end) for span in voices.spans(samples, rate)), voices.name


def _lines(
    lines: tuple[SpokenLine, ...],
    stem: Samples,
    rate: int,
    spans: tuple[tuple[float, float], ...],
    speech: Speech | None,
    own_voices: frozenset[str],
) -> tuple[tuple[LineHeard, ...], str | None]:
    if not lines:
        return (), None
    reason = "the speech model that made the stem was not at hand" if speech is None else None
    with ExitStack() as stack:
        loaded = None
        if speech is not None:
            try:
                loaded = stack.enter_context(speech)
            except (GenerationFailed, ModelMissing) as missing:
                reason = missing.fact
        heard = []
        for line in lines:
            synthesis, shift, allowed = None, None, line.voice in own_voices
            if loaded is not None:
                try:
                    allowed = allowed or line.voice in loaded.voices(line.language)
                    spoken = loaded.speak(line.text, line.language, line.voice, line.delivery)
                    synthesis, shift = correlation(stem, rate, spoken.samples, spoken.sample_rate, line.start)
                except (BadInput, GenerationFailed, ModelMissing) as refused:
                    reason = refused.fact
            end = line.start + line.seconds
            voiced = _voiced(line.start, end, spans)
            # a whisper has no pitch to be found by; a short or echoing line may be known by its own synthesis alone
            if line.delivery is Delivery.WHISPERED or (synthesis is not None and synthesis >= KNOWN):
                voiced = max(voiced, _voiced(line.start, end, _heard(stem, rate)))
            heard.append(LineHeard(line=line, voiced=voiced, likeness=synthesis, shift=shift, voice_allowed=allowed))
    return tuple(heard), reason


def _voiced(start: float, end: float, spans: tuple[tuple[float, float], ...]) -> float:
    covered = sum(max(0.0, min(end, span[1]) - max(start, span[0])) for span in spans)
    return min(1.0, covered / (end - start)) if end > start else 0.0


def _heard(stem: Samples, rate: int) -> tuple[tuple[float, float], ...]:
    """Where a stem is not silent, in tenths of a second."""
    block = max(1, rate // 10)
    whole = stem[: len(stem) // block * block].astype(np.float64)
    levels = np.sqrt(np.mean(whole.reshape(-1, block * stem.shape[1]) ** 2, axis=1))
    return tuple((int(one) / 10, (int(one) + 1) / 10) for one in np.flatnonzero(levels > HEARD_LEVEL))


def correlation(stem: Samples, rate: int, line: Samples, line_rate: int, start: float) -> tuple[float, float]:
    """How much of a line's synthesis stands in a stem at `start` seconds: the best normalised correlation.

    `stem` float32[N, channels] at `rate`, `line` float32[M, 1] at `line_rate`; -1 to 1, unmoved by gain and panning.
    The best of all channels and of shifts within `ALIGNMENT_SECONDS` counts; the second value is that shift in seconds.
    """
    pattern = _resampled(line.mean(axis=1), line_rate, rate)
    slack = round(ALIGNMENT_SECONDS * rate)
    first = max(0, round(start * rate) - slack)
    window = stem[first : first + len(pattern) + 2 * slack]
    # a line that the end of the take cuts off is compared as far as it goes
    pattern = pattern[: max(1, len(window) - slack)]
    energy = float(np.sqrt(np.sum(pattern**2)))
    if energy == 0.0 or not len(pattern):
        return 0.0, 0.0
    best, at = 0.0, first + slack
    size = 1 << (len(window) + len(pattern)).bit_length()
    spectrum = np.conj(np.fft.rfft(pattern, size))
    shifts = len(window) - len(pattern) + 1
    for channel in window.T.astype(np.float64):
        products = np.fft.irfft(np.fft.rfft(channel, size) * spectrum, size)[:shifts]
        squares = np.concatenate([[0.0], np.cumsum(channel**2)])
        local = np.sqrt(np.maximum(squares[len(pattern) :] - squares[: -len(pattern)], 1e-12))
        fit = products / (local * energy)
        if float(fit.max()) > best:
            best, at = float(fit.max()), first + int(fit.argmax())
    return round(min(1.0, best), 4), at / rate - start


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float64]:
    mono = samples.astype(np.float64)
    if rate == wanted:
        return mono
    # Linear interpolation: what it loses above half the lower rate carries little of a voice's energy.
    times = np.arange(round(len(mono) * wanted / rate)) / wanted
    return np.interp(times, np.arange(len(mono)) / rate, mono)
