"""Gathers what gates 4 and 5 decide on, from the files of a take; gate 6's evidence is `ops.sights`.

Belongs here: decoding, sampling, asking the model roles. Deciding belongs to `moderation`.
"""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import PhysicsReport, SpokenLine, Take
from greenroom.domain.storyboards import Delivery
from greenroom.errors import BadInput, ModelMissing
from models.roles import Picture, Samples, Speech, VoiceActivity
from moderation.dialogue import DialogueEvidence, LineHeard
from moderation.take import TakeEvidence
from ops.media import probe, read_frames, read_sound, read_stem
from ops.sound_levels import SILENT_LUFS, measure

HEARD_LEVEL = 0.003  # root mean square from which a line without a pitch counts as heard: -50 dBFS
KNOWN = 0.75  # correlation with its own synthesis from which a line is that voice; others' speech stays below 0.1
ALIGNMENT_SECONDS = 0.15  # how far a line may stand from its time and still be compared


def take_evidence(path: Path, physics: PhysicsReport | None = None) -> TakeEvidence:
    """What gate 4 wants to know of a take's file; a file that does not decode is evidence, not an error.

    `physics` is the report of a generator that simulates.
    """
    try:
        info = probe(path)
        luma, differences, frames = _motion(path)
        samples, rate = read_sound(path)
    except BadInput as broken:
        return TakeEvidence(error=broken.fact)
    levels = measure(samples, rate)
    return TakeEvidence(
        seconds=frames / info.frames_per_second if info.frames_per_second else 0.0,
        sound_seconds=len(samples) / rate,
        width=info.width,
        height=info.height,
        frames=frames,
        luma=luma,
        differences=differences,
        lufs=levels.lufs if levels.lufs > SILENT_LUFS else None,
        physics=physics,
    )


def _motion(path: Path) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    luma, differences, previous = [], [], None
    for frame in read_frames(path):
        # A quarter of the pixels says as much about black and still, in a quarter of the time.
        grey = _grey(frame[::2, ::2])
        luma.append(float(grey.mean()))
        if previous is not None:
            differences.append(float(np.abs(grey - previous).mean()))
        previous = grey
    return tuple(luma), tuple(differences), len(luma)


def _grey(picture: Picture) -> NDArray[np.float32]:
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
    return picture.astype(np.float32) @ weights


def dialogue_evidence(
    path: Path,
    dialogue_stem: bytes,
    take: Take,
    voice_activity: VoiceActivity,
    speech: Speech | None,
    own_voices: frozenset[str] = frozenset(),
) -> DialogueEvidence:
    """What gate 5 wants to know: voices in the dialogue stem (FLAC bytes), words against their own synthesis, levels.

    `speech` is the role that made the stem (None: words are not compared); `own_voices` are voice ids of likenesses
    whose consent allows their voice. Roles are loaded and released here. Raises BadInput for a broken stem.
    """
    stem, rate = read_stem(dialogue_stem)
    mixed, mixed_rate = read_sound(path)
    levels = measure(mixed, mixed_rate)
    with voice_activity as voices:
        spans = tuple((span.start, span.end) for span in voices.spans(stem, rate))
        voice_model = voices.name
    heard, reason = _lines(take.timing.lines, stem, rate, spans, speech, own_voices)
    return DialogueEvidence(
        lines=heard,
        voice_spans=spans,
        lufs=levels.lufs if levels.lufs > SILENT_LUFS else None,
        true_peak_db=levels.true_peak_db,
        voice_model=voice_model,
        speech_model=speech.name if speech is not None and reason is None else None,
        not_compared=reason,
    )


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
            except ModelMissing as missing:
                reason = missing.fact
        heard = []
        for line in lines:
            synthesis, allowed = None, line.voice in own_voices
            if loaded is not None:
                try:
                    allowed = allowed or line.voice in loaded.voices(line.language)
                    spoken = loaded.speak(line.text, line.language, line.voice, line.delivery)
                    synthesis = correlation(stem, rate, spoken.samples, spoken.sample_rate, line.start)
                except (BadInput, ModelMissing) as refused:
                    reason = refused.fact
            end = line.start + line.seconds
            voiced = _voiced(line.start, end, spans)
            # a whisper has no pitch to be found by; a short or echoing line may be known by its own synthesis alone
            if line.delivery is Delivery.WHISPERED or (synthesis is not None and synthesis >= KNOWN):
                voiced = max(voiced, _voiced(line.start, end, _heard(stem, rate)))
            heard.append(LineHeard(line=line, voiced=voiced, likeness=synthesis, voice_allowed=allowed))
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


def correlation(stem: Samples, rate: int, line: Samples, line_rate: int, start: float) -> float:
    """How much of a line's synthesis stands in a stem at `start` seconds: the best normalised correlation.

    `stem` float32[N, channels] at `rate`, `line` float32[M, 1] at `line_rate`; -1 to 1, unmoved by gain and panning.
    The best of all channels and of shifts within `ALIGNMENT_SECONDS` counts.
    """
    pattern = _resampled(line.mean(axis=1), line_rate, rate)
    slack = round(ALIGNMENT_SECONDS * rate)
    first = max(0, round(start * rate) - slack)
    window = stem[first : first + len(pattern) + 2 * slack]
    # a line that the end of the take cuts off is compared as far as it goes
    pattern = pattern[: max(1, len(window) - slack)]
    energy = float(np.sqrt(np.sum(pattern**2)))
    if energy == 0.0 or not len(pattern):
        return 0.0
    best = 0.0
    size = 1 << (len(window) + len(pattern)).bit_length()
    spectrum = np.conj(np.fft.rfft(pattern, size))
    shifts = len(window) - len(pattern) + 1
    for channel in window.T.astype(np.float64):
        products = np.fft.irfft(np.fft.rfft(channel, size) * spectrum, size)[:shifts]
        squares = np.concatenate([[0.0], np.cumsum(channel**2)])
        local = np.sqrt(np.maximum(squares[len(pattern) :] - squares[: -len(pattern)], 1e-12))
        best = max(best, float(np.max(products / (local * energy))))
    return round(min(1.0, best), 4)


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float64]:
    mono = samples.astype(np.float64)
    if rate == wanted:
        return mono
    # Linear interpolation: what it loses above half the lower rate carries little of a voice's energy.
    times = np.arange(round(len(mono) * wanted / rate)) / wanted
    return np.interp(times, np.arange(len(mono)) / rate, mono)
