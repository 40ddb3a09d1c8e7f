"""Which language a line is in, and how long saying it takes.

Scripts are sure evidence, stop-words of languages in Latin script are simple evidence; without either it is English.
"""

import math
import unicodedata

from greenroom.domain.storyboards import Delivery
from models.speech_voices import MANNERS, VOICES

# Share of a line's letters in a script that settles the language, in order: kana before Han, as Japanese has both.
_SCRIPTS = (
    ("ja", 0.15, ("HIRAGANA", "KATAKANA")),
    ("ko", 0.3, ("HANGUL",)),
    ("cmn", 0.3, ("CJK",)),
    ("hi", 0.3, ("DEVANAGARI",)),
    ("ru", 0.3, ("CYRILLIC",)),
    ("ar", 0.3, ("ARABIC",)),
    ("el", 0.3, ("GREEK",)),
    ("he", 0.3, ("HEBREW",)),
    ("th", 0.3, ("THAI",)),
)
_EVIDENCE = {
    "en": "the and is are you to of it that this what my your have i we he she they not with for hello yes come "
    "look good",
    "es": "el la los las de que y en un una es no por con para su está hola cómo qué gracias muy pero yo tú mi amigo "
    "buenos días adiós vamos aquí",
    "fr": "le la les des et est un une je tu il elle nous vous ne pas que qui dans pour avec bonjour merci très mais "
    "ça c'est bonsoir oui mon ma salut",
    "de": "der die das und ist ein eine ich du er sie es wir nicht mit für auf zu den dem hallo guten tag danke sehr "
    "aber wie was mein ja nein",
    "it": "il lo la gli le di che e è un una non per con sono ciao come grazie molto ma io tu mio buongiorno questo",
    "pt": "o a os as de que e em um uma é não por com para seu está olá como obrigado obrigada muito mas eu você meu "
    "bom dia",
    "nl": "de het een en is ik je jij hij zij wij niet met voor op te dat dit hallo goed dank maar hoe wat mijn ja",
    "pl": "i w na z że to jest nie się do jak co tak cześć dzień dobry dziękuję ale ja ty mój bardzo",
    "tr": "ve bir bu da de için ile ne ben sen o merhaba çok ama evet hayır nasıl teşekkür",
    "sv": "och det att en ett jag du han hon vi inte med för på hej god tack mycket men hur vad min ja",
}
_KNOWN = {tag: frozenset(known.split()) for tag, known in _EVIDENCE.items()}
_SIGNS = {"es": "ñ¿¡", "fr": "çœêè", "de": "ßäöü", "pt": "ãõ", "pl": "łąęśż", "tr": "ğışı", "sv": "å"}
_LETTERS_A_SECOND = {
    "fr": 17.0,
    "es": 15.2,
    "it": 16.0,
    "de": 16.0,
    "pl": 12.5,
    "tr": 12.5,
    "sv": 13.0,
}  # in Latin script; of the slowest embedded voice
_LATIN = 14.0
_PAUSE = 0.35  # seconds a line takes beyond its letters
# seconds for one character, measured with the slowest embedded voice
_SECONDS = {
    "CJK": 0.31,
    "HIRAGANA": 0.14,
    "KATAKANA": 0.15,
    "THAI": 0.11,
    "HEBREW": 0.125,
    "HANGUL": 0.175,
    "DEVANAGARI": 0.09,
    "ARABIC": 0.1,
}
_SLOWEST_RATE = 146  # words a minute of the voice the seconds here were measured with
_DIGIT_SECONDS, _SIGN_SECONDS = 0.62, 0.6
_BREATH_SECONDS = 0.36  # at a comma or a stop with words behind it, or of a dot that is read out
_BREATHS = frozenset(",;:.!?…–—、。！？")
_WORDS_A_SECOND = 5.0  # at most, however short; gate 3 refuses more than six
_SPELT_SECONDS = 0.3  # a letter of FBI, in case it is spelt
_SILENT = frozenset(" .,;:!?…'’\"“”«»()-–—¡¿、。！？・")


def detect(text: str) -> str:
    """The BCP 47 tag of the language a line is most likely in."""
    letters = [one for one in text if one.isalpha()]
    scripts = [_script(one) for one in letters]
    for tag, share, names in _SCRIPTS:
        if letters and sum(one in names for one in scripts) / len(letters) >= share:
            return "uk" if tag == "ru" and set(text.lower()) & set("іїєґ") else tag
    words = [one.strip('.,;:!?¡¿…()"“”«»') for one in text.lower().replace("’", "'").split()]
    # a short word proves half of what a long one does, and a song of one syllable nothing
    scores = {tag: sum(2 if len(word) > 3 else 1 for word in set(words) & known) for tag, known in _KNOWN.items()}
    if len(set(words)) < 2:
        scores = {tag: score if score > 1 else 0 for tag, score in scores.items()}
    for tag, letters_of_it in _SIGNS.items():
        scores[tag] += 2 * bool(set(text.lower()) & set(letters_of_it))
    best = max(scores, key=lambda tag: (scores[tag], tag == "en"))
    return best if scores[best] > scores["en"] else "en"


def seconds_to_say(text: str, language: str) -> float:
    """Seconds a line takes, a short pause behind it included: an upper estimate for the embedded voices."""
    rate = _LETTERS_A_SECOND.get(language.split("-")[0].lower(), _LATIN)
    seconds = _PAUSE
    last = max((index for index, one in enumerate(text) if one.isalnum()), default=0)
    for word in text.split():
        letters = "".join(one for one in word if one.isalpha())
        if len(letters) in (2, 3) and letters.isupper():
            seconds += len(letters) * (_SPELT_SECONDS - 1 / rate)
    for index, one in enumerate(text):
        if one in _BREATHS and index < last:
            seconds += _BREATH_SECONDS
        elif one.isdigit():
            seconds += _DIGIT_SECONDS
        elif one.isalpha() or unicodedata.category(one).startswith("M"):
            seconds += _SECONDS.get(_script(one), 1 / rate)
        elif one in _SILENT:
            seconds += 1 / rate
        else:
            seconds += _SIGN_SECONDS  # spoken as a word: per cent, euro
    return max(seconds, len(text.split()) / _WORDS_A_SECOND)


def slowness(voice: str | None, delivery: Delivery) -> float:
    """How many times longer a voice takes than `seconds_to_say`, said that way; 1 for any that is not slower."""
    rate = VOICES[voice].rate if voice is not None and voice in VOICES else _SLOWEST_RATE
    return max(1.0, _SLOWEST_RATE / (rate * MANNERS[delivery].rate))


def fitted(text: str, language: str, seconds: float) -> tuple[str, str]:
    """The line as far as it can be said in that time, and the rest: cut behind a sentence if one fits, else a word.

    Both are empty where there is nothing; a line that fits comes back whole.
    """
    if seconds_to_say(text, language) <= seconds:
        return text, ""
    words = text.split(" ")
    fits = 0
    for count in range(1, len(words)):
        if seconds_to_say(" ".join(words[:count]), language) > seconds:
            break
        fits = count
    if not any(one.isalnum() for one in " ".join(words[:fits])):
        return "", text
    ends = [count for count in range(1, fits + 1) if words[count - 1].endswith((".", "!", "?", "…"))]
    fits = ends[-1] if ends else fits
    return " ".join(words[:fits]), " ".join(words[fits:])


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def rounded_up(seconds: float) -> float:
    """To the next hundredth, so that a plan's times are short to read and nothing is cut."""
    return math.ceil(seconds * 100 - 1e-9) / 100
