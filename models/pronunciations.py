"""How a word that a dictionary lacks is pronounced: espeak-ng's sounds (IPA) as the recogniser's phones (ARPABET)."""

from greenroom.errors import BadInput, GenerationFailed
from models.roles import Speech

_VOICE = "alto"
# The longest spelling that fits is taken first; length, stress and tie marks are left out before.
_PHONES = {
    "aɪə": ("AY", "AH"), "aɪ": ("AY",), "aʊ": ("AW",), "eɪ": ("EY",), "oʊ": ("OW",), "əʊ": ("OW",), "ɔɪ": ("OY",),
    "tʃ": ("CH",), "dʒ": ("JH",), "ɪə": ("IH", "R"), "əl": ("AH", "L"), "a": ("AE",), "æ": ("AE",), "ɐ": ("AH",),
    "ʌ": ("AH",), "ə": ("AH",), "ɚ": ("ER",), "ɜ": ("ER",), "ɝ": ("ER",), "ɑ": ("AA",), "ɒ": ("AA",), "ɔ": ("AO",),
    "o": ("OW",), "e": ("EH",), "ɛ": ("EH",), "ɪ": ("IH",), "i": ("IY",), "ᵻ": ("IH",), "ʊ": ("UH",), "u": ("UW",),
    "b": ("B",), "d": ("D",), "ð": ("DH",), "f": ("F",), "ɡ": ("G",), "g": ("G",), "h": ("HH",), "k": ("K",),
    "l": ("L",), "ɫ": ("L",), "m": ("M",), "n": ("N",), "ŋ": ("NG",), "p": ("P",), "ɹ": ("R",), "r": ("R",),
    "ɾ": ("T",), "s": ("S",), "ʃ": ("SH",), "t": ("T",), "θ": ("TH",), "v": ("V",), "w": ("W",), "j": ("Y",),
    "z": ("Z",), "ʒ": ("ZH",), "x": ("K",), "ʔ": ("T",),
}  # fmt: skip


def pronounced(word: str, speech: Speech) -> tuple[str, ...] | None:
    """The ARPABET phones of an English word, by an entered speech role that times IPA phonemes; None: unreadable."""
    try:
        spoken = speech.speak(word, "en", _VOICE)
    except (BadInput, GenerationFailed):
        return None
    return phones_of("".join(one.sound for one in spoken.phonemes)) or None


def phones_of(sounds: str) -> tuple[str, ...]:
    """The ARPABET phones of a word in IPA; sounds that English lacks are left out."""
    plain = "".join(letter for letter in sounds if letter not in "ˈˌːˑ̩ ‍͡")
    phones: list[str] = []
    while plain:
        size = next((size for size in (3, 2, 1) if plain[:size] in _PHONES), 0)
        phones += _PHONES[plain[:size]] if size else ()
        plain = plain[max(1, size) :]
    return tuple(phones)
