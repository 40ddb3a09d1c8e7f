"""Role Transcription, embedded: what was said, in free English, by pocketsphinx with the en-us model it carries.

Its words are a signal, not a record (one in four or five of real speech is wrong); the flagship stands in
`models.transcription_whisper`. Whether a given challenge phrase was said belongs to `models.phrase_hearing`.
"""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from greenroom.errors import BadInput, GenerationFailed
from models.phrase_hearing import FRAMES_PER_SECOND, loaded_decoder, speech_bytes
from models.roles import HeardWord, Samples, Transcript

if TYPE_CHECKING:
    from pocketsphinx import Decoder  # type: ignore[import-untyped, unused-ignore]


class PocketSphinxTranscription:
    """Free transcription of English with a trigram model, some tenths of real time.

    Use inside `with`; safe to share between threads (one recording at a time).
    """

    name = "pocketsphinx 5.1.1 en-us"

    def __init__(self) -> None:
        self._decoder: Decoder | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with self._lock:
            self._decoder = loaded_decoder(language_model="en-us/en-us.lm.bin")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._decoder = None

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> Transcript:
        """The words of `samples` (float32[N, channels] or [N]); confidence is the word's posterior, 0 to 1.

        Raises BadInput for a language other than English, and for sound that is not finite or too long.
        """
        if language.lower().replace("_", "-").split("-")[0] != "en":
            remedy = "Install whisper's weights for other languages: `greenroom models list`."
            raise BadInput(f"The embedded transcription hears English only; got {language!r}.", remedy)
        sound = speech_bytes(samples, sample_rate)
        with self._lock:
            if self._decoder is None:
                raise GenerationFailed("Sound was to be transcribed outside its `with` block.")
            if not sound.strip(b"\0"):  # the decoder hears a word in nothing
                return Transcript(words=(), language="en")
            return Transcript(words=decoded_words(self._decoder, sound), language="en")


def decoded_words(decoder: "Decoder", sound: bytes) -> tuple[HeardWord, ...]:
    """The words in `sound` (`speech_bytes`) by the decoder's search of the moment: no silence, noise or filler."""
    decoder.reinit_feat()  # forgets the noise of the sound before
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    return tuple(
        HeardWord(
            text=piece.word.split("(")[0],
            start=piece.start_frame / FRAMES_PER_SECOND,
            end=(piece.end_frame + 1) / FRAMES_PER_SECOND,
            confidence=min(1.0, float(piece.prob)),
        )
        for piece in (decoder.seg() if decoder.hyp() is not None else ())
        if piece.word[0] not in "<[+("
    )
