"""Which language a line is in, and that saying it takes no longer than planned: measured on the embedded voices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.storyboards import Delivery
from models.speech import VOICES, EspeakSpeech
from ops.plan.languages import detect, fitted, seconds_to_say, slowness

LINES = {
    "en": "The quick brown fox jumps over the lazy dog, and then it sleeps in the garden.",
    "es": "¿Dónde está mi gato? El zorro salta sobre el perro y duerme en el jardín.",
    "fr": "Le renard saute par-dessus le chien, et il dort dans le jardin.",
    "de": "Der Fuchs springt über den Hund und schläft im Garten.",
    "it": "La volpe salta sopra il cane e poi dorme, ciao.",
    "pt": "A raposa pula sobre o cão e não dorme, obrigado.",
    "ja": "きょうはいいてんきですね、こうえんにいきましょう。",
    "cmn": "今天天气很好，我们去公园玩吧，好不好？",
    "hi": "आज मौसम बहुत अच्छा है, चलो पार्क चलते हैं।",
    "ru": "Быстрая лиса прыгает через собаку и спит.",
    "ko": "오늘 날씨가 아주 좋아요 공원에 갑시다",
    "ar": "الطقس جميل جدا اليوم هيا نذهب إلى الحديقة",
    "nl": "De vos springt over het hek en dat is niet goed.",
    "pl": "Cześć, to jest szybki lis i nie śpi.",
}
SHORT = {
    "en": ("Hi!", "Yes.", "Go, go, go!", "Room 101, 25 % off", "I am 7.", "NASA and the FBI"),
    "fr": ("Oui !",),
    "ja": ("やあ",),
}


@pytest.mark.parametrize(("language", "text"), LINES.items())
def test_the_language_of_a_line(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["Taxi!", "Hello", "42", "…", "", "Chelsea"])
def test_without_evidence_it_is_english(text: str) -> None:
    assert detect(text) == "en"


def test_no_embedded_voice_takes_longer_than_planned() -> None:
    with EspeakSpeech() as speech:
        for language, text in [*LINES.items(), *((tag, text) for tag, texts in SHORT.items() for text in texts)]:
            for voice in VOICES if language in ("en", "es") else ("bass", "basso", "treble", "tenor"):
                spoken = speech.speak(text, language, voice)
                took = len(spoken.samples) / spoken.sample_rate
                planned = slowness(voice, Delivery.PLAIN) * seconds_to_say(text, language)
                assert took <= planned + 0.1, (language, voice, text, took, planned)
                assert planned <= 2.2 * took + 0.5, (language, voice, text, took, planned)


def test_a_line_is_cut_behind_a_sentence_or_else_a_word() -> None:
    assert fitted("Hello. This does not fit here.", "en", 1.5) == ("Hello.", "This does not fit here.")
    assert fitted("one two three four five six", "en", 1.5) == ("one two three", "four five six")
    assert fitted("Hello.", "en", 0.1) == ("", "Hello.")


@given(text=st.text(max_size=200), seconds=st.floats(0, 12))
def test_what_fits_is_no_longer_than_the_time_and_nothing_is_lost(text: str, seconds: float) -> None:
    said, rest = fitted(text, "en", seconds)
    assert not said or seconds_to_say(said, "en") <= seconds
    assert f"{said} {rest}".strip(" ") == text.strip(" ")
