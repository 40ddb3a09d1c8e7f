"""What the models of gate 5 hear in a sound: its words, languages, who speaks. A model that fails leaves its reason.

Whisper and pyannote are asked where their files lie in the weights' folder; else pocketsphinx is, for English, and the
voice prints. What could be heard by nobody is left None beside the reason, and the gate decides. Models are loaded for
the first clip that a thread judges and kept for those after it.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, TypeVar, cast

from greenroom.domain.storyboards import Line
from greenroom.errors import GreenroomError
from greenroom.settings import Settings
from models.roles import Loaded, Samples, Speech, Transcript
from models.speakers import Speakers
from moderation.dialogue import HeardOfLine, SpeakersHeard, WordsHeard
from moderation.wording import Comparison, ScriptedWord, compared, words_of

if TYPE_CHECKING:
    from models.script_hearing import ScriptHearing

Ear = TypeVar("Ear", bound=Loaded)
SPEAKERS_FOLDER = "speaker-diarization"  # of pyannote's pipeline, in the weights' folder
BROKEN = (RuntimeError, ValueError, OSError, MemoryError, ImportError, KeyError, ArithmeticError)  # what models die of
_KEPT = local()


def words_heard(
    samples: Samples,
    sample_rate: int,
    script: Sequence[Line],
    settings: Settings,
    speech: Speech | None,
    spans: Sequence[tuple[float, float]] = (),
) -> tuple[WordsHeard | None, str | None]:
    """What was said in float32[N, channels] against the script, by whisper or else pocketsphinx; or why nothing was.

    `spans`: start and end of each line of the script in seconds, in its order, where they are known: whisper then
    tells the language of each.
    """
    from models.transcription_whisper import WhisperTranscription, checkpoint_in

    checkpoint = checkpoint_in(settings.weights)
    try:
        if checkpoint is not None:
            folder = settings.weights
            ear = kept(_stamp(folder / checkpoint.file), lambda: WhisperTranscription(folder, checkpoint))
            heard = _exact(ear.transcribe(samples, sample_rate, None), script_words(script), ear.name)
            spoken = ear.languages(samples, sample_rate, spans) if spans else ()
            return heard.model_copy(update={"lines": _in_languages(script, spoken)}), None
        return _approximate(samples, sample_rate, script, settings, speech)
    except GreenroomError as failed:
        return None, f"{failed.fact} {failed.remedy}".strip()
    except BROKEN as crashed:
        return None, f"the recogniser crashed with {type(crashed).__name__}: {crashed}; `greenroom doctor` looks at it"


def script_words(script: Sequence[Line]) -> tuple[ScriptedWord, ...]:
    """The script's words in the order of its lines' starts, each with its actor."""
    return tuple(ScriptedWord(text=word, actor=line.actor) for line in _ordered(script) for word in words_of(line.text))


def _ordered(script: Sequence[Line]) -> list[Line]:
    return sorted(script, key=lambda line: line.start)


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


def _in_languages(script: Sequence[Line], spoken: Sequence[tuple[str, float] | None]) -> tuple[HeardOfLine, ...]:
    told = zip(script, spoken, strict=True) if spoken else ()
    return tuple(
        HeardOfLine(
            text=line.text,
            language=line.language,
            spoken=found[0] if found is not None else None,
            sure=found[1] if found is not None else None,
        )
        for line, found in sorted(told, key=lambda one: one[0].start)
    )


def _approximate(
    samples: Samples, sample_rate: int, script: Sequence[Line], settings: Settings, speech: Speech | None
) -> tuple[WordsHeard | None, str | None]:
    from models.script_hearing import PocketSphinxScript
    from models.transcription import PocketSphinxTranscription

    words = script_words(script)
    if not words:
        free = kept(PocketSphinxTranscription.name, PocketSphinxTranscription)
        said = tuple(word.text for word in free.transcribe(samples, sample_rate, "en").words)
        return (
            WordsHeard(model=free.name, exact=False, difference=compared((), said), transcript=" ".join(said)),
            None,
        )
    # words that the dictionary lacks stay taught: whose speech pronounces them is part of which ear it is
    pronouncer = settings.speech_folder if speech is not None else "nobody"
    ear = kept(f"{PocketSphinxScript.name}, {pronouncer}", lambda: PocketSphinxScript(speech))
    foreign = {line.language for line in script if line.language.split("-")[0].lower() not in ear.languages()}
    if foreign:
        return None, f"{ear.name} hears English only, and the script is {', '.join(sorted(foreign))}: see whisper"
    hearing = ear.hear(samples, sample_rate, tuple(word.text for word in words))
    looked = [word for word in words if word.text not in hearing.unknown]
    missing = tuple(word for word, found in zip(looked, hearing.found, strict=True) if not found)
    others = tuple(one.text for one in hearing.heard if one.text not in hearing.words)
    return WordsHeard(
        model=ear.name,
        exact=False,
        difference=Comparison(words=len(words), missing=missing, added=others),
        share=round(hearing.score, 3),
        transcript=" ".join(one.text for one in hearing.heard),
        unknown=hearing.unknown,
        lines=_shares(script, hearing),
        doubtful=tuple(word for word, unsure in zip(looked, hearing.doubtful, strict=False) if unsure),
    ), None


def _shares(script: Sequence[Line], hearing: "ScriptHearing") -> tuple[HeardOfLine, ...]:
    """Of each line, the share of the words that were looked for and found."""
    found, lines = iter(hearing.found), []
    for line in _ordered(script):
        words = [next(found) for word in words_of(line.text) if word not in hearing.unknown]
        share = round(sum(words) / len(words), 3) if words else None
        lines.append(HeardOfLine(text=line.text, language=line.language, share=share))
    return tuple(lines)


def speakers_heard(
    samples: Samples, sample_rate: int, spoken: Sequence[tuple[float, float, str]], settings: Settings
) -> tuple[SpeakersHeard | None, str | None]:
    """Who speaks in float32[N, channels] against (start, end, actor) of each line; or why nobody could be told."""
    from models.speakers import PrintSpeakers
    from models.speakers_pyannote import PyannoteSpeakers
    from models.voice_activity import HarmonicVoiceActivity
    from ops.speaker_error import speaker_error

    folder: Path = settings.weights / SPEAKERS_FOLDER
    cast = len({actor for _, _, actor in spoken})
    try:
        speakers: Speakers = (
            kept(_stamp(folder / "config.yaml"), lambda: PyannoteSpeakers(folder))
            if folder.exists()
            else PrintSpeakers(HarmonicVoiceActivity())
        )
        turns = speakers.turns(samples, sample_rate, cast)
        return SpeakersHeard(
            model=speakers.name,
            cast=cast,
            voices=len({turn.speaker for turn in turns}),
            error=round(speaker_error(spoken, turns), 3),
        ), None
    except GreenroomError as failed:
        return None, f"{failed.fact} {failed.remedy}".strip()
    except BROKEN as crashed:
        return None, f"the diarisation crashed with {type(crashed).__name__}: {crashed}; `greenroom doctor` looks at it"


def kept(which: str, make: Callable[[], Ear]) -> Ear:
    """The model that `which` names, loaded once in a thread; one whose loading fails is tried again the next time."""
    if not hasattr(_KEPT, "ears"):
        _KEPT.ears, _KEPT.stack = {}, ExitStack()
    ears = cast("dict[str, Loaded]", _KEPT.ears)
    if which not in ears:
        ears[which] = _KEPT.stack.enter_context(make())
    return cast("Ear", ears[which])


def release() -> None:
    """Let go of this thread's models and their memory."""
    if hasattr(_KEPT, "ears"):
        _KEPT.stack.close()
        del _KEPT.ears, _KEPT.stack


def _stamp(file: Path) -> str:
    """A file as it is now: another that is put in its place is loaded anew."""
    if not file.is_file():
        return str(file)
    status = file.stat()
    return f"{file} {status.st_size} {status.st_mtime_ns}"
