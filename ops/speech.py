"""Which speech this installation speaks with: espeak-ng, or the models of a folder where the settings name one."""

from typing import TYPE_CHECKING

from greenroom.settings import Settings

if TYPE_CHECKING:
    from models.roles import Speech


def speech_for(settings: Settings) -> "Speech":
    """The speech role, not yet entered; the same for making a take and for checking it."""
    from models.speech import EspeakSpeech

    if settings.speech_folder is None:
        return EspeakSpeech()
    from models.speech_transformers import TransformersSpeech

    return TransformersSpeech(settings.speech_folder, EspeakSpeech())
