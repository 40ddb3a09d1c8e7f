"""Every name a storyboard may use: what the generator has, and other words for it."""

from models.previz.geometry.actor import HEIGHTS
from models.previz.geometry.shapes import SHAPES
from models.previz.staging.colours import linear
from models.previz.staging.verbs import VERBS
from models.speech_voices import VOICES
from ops.plan.vocabulary import vocabulary

_SHADES = frozenset({"light", "pale", "pastel", "bright", "dark", "deep"})
# by their BCP 47 tags: those the planner names itself; any other is looked up in the speech role
LANGUAGES = ("en", "es", "fr", "de", "ja", "cmn", "hi", "it", "pt", "nl", "pl", "tr", "ru", "ko", "sv", "ar", "el")


BALLS = frozenset(
    {"ball", "football", "basketball", "tennis_ball", "beach_ball"}
)  # shapes that roll and are played with
CRAFTS = frozenset({"skateboard", "wakeboard", "surfboard", "boat", "car"})  # shapes that can be ridden


def places() -> tuple[str, ...]:
    return tuple(vocabulary().data.places)


def species() -> tuple[str, ...]:
    return tuple(HEIGHTS)


def shapes() -> tuple[str, ...]:
    return tuple(SHAPES)


def offered_shapes() -> tuple[str, ...]:
    """Those that have a word in the vocabulary: what docs and editors name."""
    return tuple(vocabulary().data.props)


def offered_verbs() -> tuple[str, ...]:
    return tuple(verb for verb in vocabulary().data.verbs if verb in VERBS)


def verbs() -> tuple[str, ...]:
    return tuple(VERBS)


def garments() -> tuple[str, ...]:
    return tuple(kind for kind in vocabulary().data.clothes if kind != "collar")  # that is an animal's colour


def colours() -> tuple[str, ...]:
    return vocabulary().data.colours


def voices() -> tuple[str, ...]:
    return tuple(VOICES)


def is_colour(name: str) -> bool:
    """Whether a colour of that name is another than the grey that stands for any nobody knows."""
    words = name.lower().replace("-", " ").replace("_", " ").split()
    plain = " ".join(word for word in words if word not in _SHADES)
    return "grey" in words or "gray" in words or linear(plain) != linear("grey")


def is_language(tag: str) -> bool:
    """Whether the speech role has a voice for a BCP 47 tag; asking it takes a moment for a tag not in `LANGUAGES`."""
    first = tag.lower().replace("_", "-").split("-")[0]
    if first in LANGUAGES:
        return True
    from greenroom.errors import BadInput, ModelMissing
    from models.speech import EspeakSpeech

    try:
        with EspeakSpeech() as speech:
            return bool(speech.voices(tag))
    except ModelMissing:
        return True  # nobody can tell here: the run will say it
    except BadInput:
        return False
