"""Role PhraseCheck, embedded: whether a challenge phrase was spoken, by pocketsphinx with a grammar of its words.

Three searches over the same sound, scored by the same acoustic model. The loop hears any sequence of the vocabulary,
so a word of another phrase is heard as itself. The phones hear any sequence of phones, which bounds what the sound
could be: a word from outside the vocabulary, or another language, fits phones far better than the loop's best word.
The line is the expected phrase alone, which tells how far behind the best it is when the loop heard something else.
What the figures mean for a person belongs to the judgement; `bench/phrases.py` measures them.
"""

import threading
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.phrases import VOCABULARY
from models.roles import HeardWord, PhraseHearing, Samples

if TYPE_CHECKING:
    from pocketsphinx import Decoder  # type: ignore[import-untyped, unused-ignore]

RATE = 16_000  # hertz, of the acoustic model
FRAMES_PER_SECOND = 100
LONGEST_SECONDS = 60.0
_NATS = 1024 * 1e-4  # a score of one, in nats: the model counts in logarithms to base 1.0001, shifted by ten bits
# Thresholds by `bench/phrases.py`: a word that was said fits at -2.5 or better, nearly all others worse than -3.
SURE_FIT = -2.5  # nats a frame, of the worst word
DOUBTFUL_FIT = -4.0
MOST_EXTRA = 1  # words heard beyond the phrase: a slip of the tongue; who reads out the whole list says more
DOUBTFUL_EXTRA = 4
# Short vocal tracts (children, many women) have formants higher than the model's: such a voice is heard again slower,
# which lowers them (vocal tract length normalisation, Lee and Rose 1996).
_SLOWER = 1.15
_HOPELESS = 0.4  # score under which no other voice would make it the phrase
_SHORTEST_BYTES = RATE * 2 // 5  # 0.2 s: the decoder breaks on less
_UNDERFLOW = -745.0  # nats: the logarithm of the smallest double
_NOWHERE = -10.0  # nats a frame: worse than nearly any word that a search placed
_FOR_GRAMMARS = {
    "silprob": 0.1,  # people pause between words that make no sentence
    "fillprob": 1e-3,
    "compallsen": True,  # scores are relative to the best state scored: score all, so that searches compare
}


class Answer(StrEnum):
    """Whether a phrase was said."""

    SAID = "said"
    UNSURE = "unsure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word or phone of a search's best path: frames first to last, its acoustic score in nats."""

    name: str
    first: int
    last: int
    nats: float


class PocketSphinxPhraseCheck:
    """Hears the words of the vocabulary with the en-us model that pocketsphinx carries; a tenth of real time.

    Use inside `with`; safe to share between threads (one recording at a time).
    """

    name = "pocketsphinx 5.1.1 en-us, phrases 1"

    def __init__(self) -> None:
        self._decoder: Decoder | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with self._lock:
            self._decoder = loaded_decoder()
            self._decoder.add_jsgf_string("loop", _grammar(f"( {' | '.join(VOCABULARY)} )+"))
            self._decoder.add_allphone_file("phones")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._decoder = None

    def hear(self, samples: Samples, sample_rate: int, expected: tuple[str, ...]) -> PhraseHearing:
        """What of `expected` was said in `samples` (float32[N, channels] or [N]), and how well it fits.

        Raises BadInput for an expected word outside the vocabulary, and for sound that is not finite or too long.
        """
        unknown = [word for word in expected if word not in VOCABULARY]
        if unknown or not expected:
            raise BadInput(f"A phrase is words of the vocabulary; got {', '.join(unknown) or 'none'}.")
        sound = speech_bytes(samples, sample_rate)
        hearing = self._heard(sound, expected, 1.0)
        if answer(hearing) is Answer.SAID or hearing.score < _HOPELESS:
            return hearing
        slower = self._heard(speech_bytes(samples, sample_rate, _SLOWER), expected, _SLOWER)
        return max(hearing, slower, key=lambda one: (one.score, min(one.fits)))

    def _heard(self, sound: bytes, expected: tuple[str, ...], slower: float) -> PhraseHearing:
        with self._lock:
            if self._decoder is None:
                raise GenerationFailed("A phrase was to be heard outside its `with` block.")
            self._decoder.add_jsgf_string("line", _grammar(" ".join(expected)))
            loop, phones, line = (_searched(self._decoder, name, sound) for name in ("loop", "phones", "line"))
        return _compared(expected, loop, phones, line, FRAMES_PER_SECOND * slower)


def answer(hearing: PhraseHearing) -> Answer:
    """Whether the phrase was said, by the thresholds above."""
    worst = min(hearing.fits)
    if all(hearing.found) and worst >= SURE_FIT and hearing.extra <= MOST_EXTRA:
        return Answer.SAID
    if sum(hearing.found) >= len(hearing.expected) - 1 and worst >= DOUBTFUL_FIT and hearing.extra <= DOUBTFUL_EXTRA:
        return Answer.UNSURE
    return Answer.OTHER


def loaded_decoder(language_model: str | None = None, *, compares: bool = True) -> "Decoder":
    """A decoder with the en-us model inside the package: for grammars, or for a language model of the package.

    `compares`: scores of searches can be compared, which costs twice the time.

    Raises ModelMissing when pocketsphinx is not installed.
    """
    try:
        from pocketsphinx import Config, Decoder, get_model_path
    except ImportError as absent:
        raise ModelMissing(
            "Hearing needs pocketsphinx, which is not installed.", "pip install pocketsphinx"
        ) from absent
    return Decoder(
        Config(
            hmm=get_model_path("en-us/en-us"),
            dict=get_model_path("en-us/cmudict-en-us.dict"),
            loglevel="FATAL",
            lm=get_model_path(language_model) if language_model is not None else None,
            **({} if language_model is not None else _FOR_GRAMMARS | {"compallsen": compares}),
        )
    )


def speech_bytes(samples: Samples, sample_rate: int, slower: float = 1.0) -> bytes:
    """Sound as the acoustic model takes it: one channel, 16 kHz, 16 bits, its peak at half of full scale.

    `slower` stretches it, pitch and formants going down. Raises BadInput for sound that is not finite or too long.
    """
    from scipy.signal import resample_poly

    mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
    if sample_rate < 4_000 or len(mono) > LONGEST_SECONDS * sample_rate:
        fact = f"A recording is at most {LONGEST_SECONDS:.0f} s at 4 kHz or more"
        raise BadInput(f"{fact}; got {len(mono) / max(1, sample_rate):.1f} s at {sample_rate} Hz.")
    if not np.isfinite(mono).all():
        raise BadInput("The sound holds values that are not numbers.")
    wanted = round(RATE * slower)
    common = int(np.gcd(wanted, sample_rate))
    narrow = resample_poly(mono, wanted // common, sample_rate // common) if len(mono) else mono
    peak = float(np.abs(narrow).max()) if len(narrow) else 0.0
    return np.asarray(narrow * (0.5 * 32767 / peak if peak > 1e-6 else 0.0)).astype("<i2").tobytes()


def _grammar(rule: str) -> str:
    return f"#JSGF V1.0;\ngrammar phrase;\npublic <said> = {rule} ;\n"


def _searched(decoder: "Decoder", search: str, sound: bytes) -> tuple[_Piece, ...]:
    """The best path of one search; none where the sound is too short or no path reaches its end."""
    if len(sound) < _SHORTEST_BYTES:
        return ()
    decoder.activate_search(search)
    decoder.reinit_feat()  # forgets the noise of the sound before
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    if decoder.hyp() is None:
        return ()
    # a grammar's scores are shifted by ten bits, the phones' are not
    unit = 1e-4 if search != "phones" else _NATS
    log = decoder.logmath.log
    return tuple(
        _Piece(
            piece.word.split("(")[0],
            piece.start_frame,
            piece.end_frame,
            # a likelihood too small for a double comes back as 0
            log(piece.ascore) * unit if piece.ascore > 0 else _UNDERFLOW,
        )
        for piece in decoder.seg()
        if piece.end_frame > piece.start_frame
    )


def _compared(
    expected: tuple[str, ...],
    loop: tuple[_Piece, ...],
    phones: tuple[_Piece, ...],
    line: tuple[_Piece, ...],
    rate: float,
) -> PhraseHearing:
    bound = _by_frame(phones)
    words = [piece for piece in loop if piece.name in VOCABULARY]
    forced = [piece for piece in line if piece.name in VOCABULARY]
    found, fits = [False] * len(expected), [_NOWHERE] * len(expected)
    if len(forced) == len(expected):
        fits = [_fit(piece, bound) for piece in forced]
    blocks = SequenceMatcher(None, expected, [piece.name for piece in words], autojunk=False).get_matching_blocks()
    for block in blocks:
        for offset in range(block.size):
            fit = _fit(words[block.b + offset], bound)
            found[block.a + offset] = fit >= DOUBTFUL_FIT  # a long speech holds every word, as badly as this
            fits[block.a + offset] = fit
    return PhraseHearing(
        expected=expected,
        heard=tuple(
            HeardWord(
                text=piece.name,
                start=piece.first / rate,
                end=(piece.last + 1) / rate,
                confidence=min(1.0, float(np.exp(_fit(piece, bound)))),
            )
            for piece in words
        ),
        found=tuple(found),
        fits=tuple(round(fit, 4) for fit in fits),
    )


def _fit(piece: _Piece, bound: NDArray[np.float64]) -> float:
    """Nats a frame by which the word explains its frames worse than free phones do; 0 or less, nearly always."""
    frames = piece.last - piece.first + 1
    return float(piece.nats - bound[piece.first : piece.last + 1].sum()) / frames


def _by_frame(pieces: tuple[_Piece, ...]) -> NDArray[np.float64]:
    """A path's score in nats for each frame, even within a piece."""
    last = max((piece.last for piece in pieces), default=-1)
    scores = np.zeros(last + 1)
    for piece in pieces:
        scores[piece.first : piece.last + 1] = piece.nats / (piece.last - piece.first + 1)
    return scores
