"""Whose voice it is: recorded persons against their own print and each other's, and the project's voices against them.

Each recording's speaker is known only by the set it comes from. Two sets may be of one person (pocketsphinx's cards and
commands), so nobody of one is held against the other; the two of pyannote's sample speak on one telephone line.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.util import find_spec
from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.dialogue.sounds import LINES, RATE, Recorded, decoded
from bench.dialogue.trials import Trials
from models.roles import Samples, Speech, Spoken
from models.spectra import filtered, stretched
from models.speech_voices import VOICES
from models.voice_encoder import Voice, VoiceEncoder, count_of, speakers_of, voice_of
from moderation.policy import load_policy

PIECE_SECONDS = 4.0  # of recordings joined: a challenge's phrase, or a clip's line or two
_SHORTEST = 2.5
_UNKNOWN = frozenset({"cards", "commands"})  # who may be one person
_NOISE_DB, _BITS = -15, 64_000
_PAUSE = np.zeros(RATE // 2, np.float32)
Mono = NDArray[np.float32]
Of = tuple[str, int]  # a speaker, and the number of a piece
Piece = tuple[str, int, Mono]
RULES = (("of the brief", "dialogue.voice_excluded"), ("of anyone enrolled", "dialogue.voice_elsewhere"))


def recognised(
    found: Sequence[Recorded], speech: Speech, soundtracks: Sequence[tuple[Samples, int]], every: int = 1
) -> list[Trials]:
    """The gate's thresholds on every pair, or every n-th piece: one table a rule."""
    policy = load_policy()
    tables = []
    with VoiceEncoder() as encoder:
        pairs = list(_pairs(encoder, pieces(found), speech, soundtracks, every))
        for whom, rule in RULES:
            least = policy.threshold(rule, "similarity")
            trials = Trials(f"Voices {whom}, from {least:g} on", right="same person")
            for kind, similarity in pairs:
                trials.add(kind, similarity >= least)
            tables.append(trials)
    return tables


def counted(found: Sequence[Recorded], speech: Speech, every: int = 1) -> Trials:
    """How many speak, as the windows of voice are grouped where the times of lines are not known."""
    trials = Trials("Speakers of a sound, counted", right="as many")
    persons = {who: np.concatenate(sounds) for who, sounds in pieces(found).items()}
    synthetic = {
        voice: np.concatenate([_at_rate(speech.speak(text, "en", voice)) for text in LINES[:3]])
        for voice in list(VOICES)[::every]
    }
    with VoiceEncoder() as encoder:
        for name, sounds in (("recorded", persons), ("of the project's voices", synthetic)):
            for number, said in ((1, "one"), (2, "two"), (3, "three")):
                for together in combinations(sounds, number):
                    if set(together) >= _UNKNOWN:
                        continue
                    whole = np.concatenate([part for who in together for part in (sounds[who], _PAUSE)])
                    heard = count_of(speakers_of(encoder.windows(whole, RATE)))
                    trials.add(f"as many: {said} {name}", heard == number)
                    trials.add(f"too many: {said} {name}", heard > number)
    return trials


def pieces(found: Sequence[Recorded]) -> Mapping[str, list[Mono]]:
    """Each speaker's recordings joined and cut into pieces, float32[N] at 16 kHz."""
    whole: dict[str, list[Mono]] = {}
    for one in found:
        whole.setdefault(one.speaker, []).append(one.sound)
    for speaker, sound in _telephone():
        whole.setdefault(speaker, []).append(sound)
    cut = {speaker: _cut(np.concatenate(sounds)) for speaker, sounds in whole.items()}
    return {speaker: parts for speaker, parts in cut.items() if parts}


def _pairs(
    encoder: VoiceEncoder,
    speakers: Mapping[str, list[Mono]],
    speech: Speech,
    soundtracks: Sequence[tuple[Samples, int]],
    every: int,
) -> Iterator[tuple[str, float]]:
    """Kinds of trial, and the cosine of the nearest voice heard to the print it is held against."""
    kept = [(who, number, sound) for who, sounds in speakers.items() for number, sound in enumerate(sounds)][::every]
    made = {(who, number): _print(encoder, sound) for who, number, sound in kept}
    prints = {piece: known for piece, known in made.items() if known is not None}
    yield from _alone(encoder, kept, prints)
    yield from _together(encoder, kept, prints)
    yield from _synthetic(encoder, prints.values(), speech, every)
    for sound, rate in soundtracks:
        if voices := _voices(encoder, sound, rate):
            yield from (("a person, a previz soundtrack", _nearest(voices, known)) for known in prints.values())


def _alone(encoder: VoiceEncoder, kept: Sequence[Piece], prints: Mapping[Of, Voice]) -> Iterator[tuple[str, float]]:
    """Each piece, as it is and spoiled, against other pieces of its speaker; as it is against those of others too."""
    changes = {
        "as it is": lambda sound: sound,
        "AAC at 64 kbit/s": _pressed,
        f"noise {-_NOISE_DB} dB under it": _noisy,
        "a telephone's band": _narrow,
    }
    for change, make in changes.items():
        heard = {(who, number): _voices(encoder, make(sound), RATE) for who, number, sound in kept}
        for one, voices in heard.items():
            for other, known in prints.items():
                if one == other or {one[0], other[0]} == _UNKNOWN:
                    continue
                if one[0] == other[0]:
                    yield f"same person, {change}", _nearest(voices, known)
                elif change == "as it is":
                    together = one[0].startswith("telephone") and other[0].startswith("telephone")
                    yield "two persons on one telephone line" if together else "two persons", _nearest(voices, known)


def _together(encoder: VoiceEncoder, kept: Sequence[Piece], prints: Mapping[Of, Voice]) -> Iterator[tuple[str, float]]:
    """Pieces of two speakers, one after the other, against a print of each."""
    for (by_one, first, before), (by_two, second, after) in combinations(kept, 2):
        if by_one != by_two and {by_one, by_two} != _UNKNOWN:
            voices = _voices(encoder, np.concatenate([before, _PAUSE, after]), RATE)
            for who, number in ((by_one, first), (by_two, second)):
                known = next((one for (by, at), one in prints.items() if by == who and at != number), None)
                if known is not None:
                    yield "same person, another speaks before or after", _nearest(voices, known)


def _synthetic(
    encoder: VoiceEncoder, persons: Collection[Voice], speech: Speech, every: int
) -> Iterator[tuple[str, float]]:
    """The project's voices against persons, line by line, and against each other."""
    synthetic = {voice: [speech.speak(text, "en", voice) for text in LINES] for voice in list(VOICES)[::every]}
    joined = {
        voice: (np.concatenate([one.samples[:, 0] for one in lines]), lines[0].sample_rate)
        for voice, lines in synthetic.items()
    }
    for lines in synthetic.values():
        for said in lines:
            if voices := _voices(encoder, said.samples, said.sample_rate):
                yield from (("a person, a line of the project's voices", _nearest(voices, known)) for known in persons)
    own = {voice: _print(encoder, sound, rate) for voice, (sound, rate) in joined.items()}
    for one_voice, other_voice in combinations(own.values(), 2):
        if one_voice is not None and other_voice is not None:
            yield "two of the project's voices", float(one_voice @ other_voice)


def _at_rate(said: Spoken) -> Mono:
    return stretched(said.samples[:, 0], RATE / said.sample_rate).astype(np.float32)


def _print(encoder: VoiceEncoder, sound: Samples, rate: int = RATE) -> Voice | None:
    windows = encoder.windows(sound, rate)
    return voice_of(windows) if windows else None


def _voices(encoder: VoiceEncoder, sound: Samples, rate: int) -> list[Voice]:
    return [voice_of(group) for group in speakers_of(encoder.windows(sound, rate))]


def _nearest(voices: Sequence[Voice], known: Voice) -> float:
    return max((float(voice @ known) for voice in voices), default=0.0)


def _cut(sound: Mono) -> list[Mono]:
    step = round(PIECE_SECONDS * RATE)
    parts = [sound[at : at + step] for at in range(0, len(sound), step)]
    return [part for part in parts if len(part) >= _SHORTEST * RATE]


def _telephone() -> Iterator[tuple[str, Mono]]:
    """The two of pyannote's sample where one speaks alone; nobody where the extra `models` is not installed."""
    spec = find_spec("pyannote") and find_spec("pyannote.audio")
    folder = Path(spec.origin).parent / "sample" if spec and spec.origin else None
    if folder is None or not (folder / "sample.rttm").is_file():
        return
    sound = decoded(folder / "sample.wav")
    rows = [row.split() for row in (folder / "sample.rttm").read_text("utf-8").splitlines()]
    turns = [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]
    for who, start, end in turns:
        others = [turn for turn in turns if turn[0] != who]
        alone = max([start, *(until for _, at, until in others if at <= start < until)])
        until = min([end, *(at for _, at, _ in others if alone <= at < end)])
        if until - alone > 1:
            yield f"telephone {who[-2:]}", sound[int(alone * RATE) : int(until * RATE)]


def _noisy(sound: Mono) -> Mono:
    noise = np.random.default_rng(len(sound)).normal(size=len(sound)) * sound.std() * 10 ** (_NOISE_DB / 20)
    return np.asarray(sound + noise, np.float32)


def _narrow(sound: Mono) -> Mono:
    curve = ((200, -60.0), (300, 0.0), (3400, 0.0), (4000, -60.0))
    return filtered(sound.astype(np.float64), RATE, curve).astype(np.float32)


def _pressed(sound: Mono) -> Mono:
    import av

    buffer = BytesIO()
    with av.open(buffer, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono", options={"b": str(_BITS)})
        frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    buffer.seek(0)
    with av.open(buffer, "r") as opened:
        return np.concatenate([part.to_ndarray()[0] for part in opened.decode(audio=0)]).astype(np.float32)
