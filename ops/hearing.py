"""What the models of gate 5 hear in a sound: its words, languages, who speaks. A model that fails leaves its reason.

Whisper and pyannote are asked where their files lie in the weights' folder; else pocketsphinx is, for English, and the
voice prints. What could be heard by nobody is left None beside the reason, and the gate decides.
"""

from collections.abc import Sequence
from pathlib import Path

from greenroom.domain.storyboards import Line
from greenroom.errors import GreenroomError
from greenroom.settings import Settings
from models.roles import Samples, Speech, Transcript
from models.speakers import Speakers
from moderation.dialogue import SpeakersHeard, WordsHeard
from moderation.wording import Comparison, ScriptedWord, compared, words_of

SPEAKERS_FOLDER = "speaker-diarization"  # of pyannote's pipeline, in the weights' folder
_BROKEN = (RuntimeError, ValueError, OSError, MemoryError, ImportError, KeyError, ArithmeticError)  # what models die of


def words_heard(
    samples: Samples, sample_rate: int, script: Sequence[Line], settings: Settings, speech: Speech | None
) -> tuple[WordsHeard | None, str | None]:
    """What was said in float32[N, channels] against the script, by whisper or else pocketsphinx; or why nothing was."""
    from models.transcription_whisper import WhisperTranscription, checkpoint_in

    words = script_words(script)
    checkpoint = checkpoint_in(settings.weights)
    try:
        if checkpoint is not None:
            with WhisperTranscription(settings.weights, checkpoint) as ear:
                return _exact(ear.transcribe(samples, sample_rate, None), words, ear.name), None
        return _approximate(samples, sample_rate, script, words, speech)
    except GreenroomError as failed:
        return None, f"{failed.fact} {failed.remedy}".strip()
    except _BROKEN as crashed:
        return None, f"the recogniser crashed with {type(crashed).__name__}: {crashed}; `greenroom doctor` looks at it"


def script_words(script: Sequence[Line]) -> tuple[ScriptedWord, ...]:
    """The script's words in the order of its lines' starts, each with its actor."""
    ordered = sorted(script, key=lambda line: line.start)
    return tuple(ScriptedWord(text=word, actor=line.actor) for line in ordered for word in words_of(line.text))


def _exact(transcript: Transcript, words: tuple[ScriptedWord, ...], name: str) -> WordsHeard:
    heard = tuple(word for one in transcript.words for word in words_of(one.text))
    return WordsHeard(
        model=name,
        exact=True,
        difference=compared(words, heard),
        transcript=" ".join(heard),
        language=transcript.language,
        no_speech=transcript.no_speech,
    )


def _approximate(
    samples: Samples, sample_rate: int, script: Sequence[Line], words: tuple[ScriptedWord, ...], speech: Speech | None
) -> tuple[WordsHeard | None, str | None]:
    from models.script_hearing import PocketSphinxScript
    from models.transcription import PocketSphinxTranscription

    if not words:
        with PocketSphinxTranscription() as free:
            heard = tuple(word.text for word in free.transcribe(samples, sample_rate, "en").words)
            return (
                WordsHeard(model=free.name, exact=False, difference=compared((), heard), transcript=" ".join(heard)),
                None,
            )
    with PocketSphinxScript(speech) as ear:
        foreign = {line.language for line in script if line.language.split("-")[0].lower() not in ear.languages()}
        if foreign:
            return None, f"{ear.name} hears English only, and the script is {', '.join(sorted(foreign))}: see whisper"
        hearing = ear.hear(samples, sample_rate, tuple(word.text for word in words))
        looked = [word for word in words if word.text not in hearing.unknown]
        missing = tuple(word for word, found in zip(looked, hearing.found, strict=True) if not found)
        others = tuple(one.text for one in hearing.heard if one.text not in hearing.words)
        difference = Comparison(words=len(words), missing=missing, added=others)
        return WordsHeard(
            model=ear.name,
            exact=False,
            difference=difference,
            share=round(hearing.score, 3),
            unknown=hearing.unknown,
        ), None


def speakers_heard(
    samples: Samples, sample_rate: int, spoken: Sequence[tuple[float, float, str]], settings: Settings
) -> tuple[SpeakersHeard | None, str | None]:
    """Who speaks in float32[N, channels] against (start, end, actor) of each line; or why nobody could be told."""
    from models.speakers import PrintSpeakers
    from models.speakers_pyannote import PyannoteSpeakers
    from models.voice_activity import HarmonicVoiceActivity
    from ops.speaker_error import speaker_error

    folder: Path = settings.weights / SPEAKERS_FOLDER
    model: Speakers = PyannoteSpeakers(folder) if folder.exists() else PrintSpeakers(HarmonicVoiceActivity())
    cast = len({actor for _, _, actor in spoken})
    try:
        with model as speakers:
            turns = speakers.turns(samples, sample_rate, cast)
            return SpeakersHeard(
                model=speakers.name,
                cast=cast,
                voices=len({turn.speaker for turn in turns}),
                error=round(speaker_error(spoken, turns), 3),
            ), None
    except GreenroomError as failed:
        return None, f"{failed.fact} {failed.remedy}".strip()
    except _BROKEN as crashed:
        return None, f"the diarisation crashed with {type(crashed).__name__}: {crashed}; `greenroom doctor` looks at it"
