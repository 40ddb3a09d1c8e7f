"""The words of a dictionary that are one sound away from another, and whether they win its place in a sound."""

from models.near_words import contested, neighbours
from models.phrase_hearing import loaded_decoder, speech_bytes
from models.speech import EspeakSpeech


def test_neighbours_differ_by_one_sound_and_sound_different() -> None:
    decoder = loaded_decoder(compares=False)
    near = neighbours(decoder, "cat")
    assert {"hat", "cut", "at", "scat"} <= set(near)
    assert "cat" not in near
    assert "dog" not in near
    assert not {"two", "too"} & set(neighbours(decoder, "to"))  # which nobody could tell by ear
    assert neighbours(decoder, "zorblax") == ()


def test_every_word_is_answered_and_again_the_same() -> None:
    decoder = loaded_decoder(compares=False)
    with EspeakSpeech() as speech:
        said = speech.speak("Please close the window before the rain comes", "en", "baritone")
    words = ("please", "close", "the", "window", "before", "the", "rain", "comes")
    sound = speech_bytes(said.samples, said.sample_rate)
    won = contested(decoder, sound, words)
    assert len(won) == len(words)
    assert contested(decoder, sound, words) == won
