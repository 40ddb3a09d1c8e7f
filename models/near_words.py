"""Whether a word of a script was said, or one that sounds like it: each word against its neighbours of the dictionary.

The script is searched for as a row of places. In each stands its word, or any word of the dictionary that differs by
one sound; the script's word has a head start, or noise would decide. Where a neighbour wins all the same, the word is
doubtful. `bench/dialogue` measures how often that is right. English, as pocketsphinx's dictionary is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pocketsphinx import Decoder  # type: ignore[import-untyped, unused-ignore]

# Chosen on half of the recordings: 60 words said there lose 7 (25 at 30 nats), 58 that were near ones 4 are taken for
# (2 at 30 nats). Nats of the best path, after the decoder's own weight of a grammar.
_HEAD_START = 150.0
_GRAMMAR_WEIGHT = 6.5  # pocketsphinx's `lw`, which the probabilities of a grammar are raised to
_SEARCH = "places"

Sounds = tuple[str, ...]


def contested(decoder: "Decoder", sound: bytes, words: Sequence[str]) -> tuple[bool, ...]:
    """For each word of a script that is in the decoder's dictionary, whether it wins its place in the sound.

    `sound` as `speech_bytes` gives it, with the words in it in this order. The decoder's search is another one after.
    """
    wins = exp(-_HEAD_START / _GRAMMAR_WEIGHT)
    places = [
        (place, place + 1, chance, word)
        for place, said in enumerate(words)
        for word, chance in ((said, 1.0), *((near, wins) for near in neighbours(decoder, said)))
    ]
    decoder.add_fsg(_SEARCH, decoder.create_fsg(_SEARCH, 0, len(words), places))
    decoder.activate_search(_SEARCH)
    decoder.reinit_feat()  # forgets the noise of the sound before
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    pieces = decoder.seg() if decoder.hyp() is not None else ()
    heard = [piece.word.split("(")[0] for piece in pieces if piece.word[0] not in "<[+("]
    won = [False] * len(words)
    for block in SequenceMatcher(None, words, heard, autojunk=False).get_matching_blocks():
        won[block.a : block.a + block.size] = [True] * block.size
    return tuple(won)


def neighbours(decoder: "Decoder", word: str) -> tuple[str, ...]:
    """A word for each pronunciation of the dictionary that is one sound away from the word's; itself never."""
    phones = decoder.lookup_word(word)
    if phones is None:
        return ()
    spelled, sounds = _dictionary()
    own = set(sounds.get(word, ())) | {tuple(phones.split())}
    near = {one for said in own for one in _one_apart(said) if one in spelled} - own
    return tuple(sorted({spelled[one] for one in near} - {word}))


@cache
def _dictionary() -> tuple[dict[Sounds, str], dict[str, list[Sounds]]]:
    """The shortest spelling of every pronunciation, and the pronunciations of every word."""
    from pocketsphinx import get_model_path

    spelled: dict[Sounds, str] = {}
    sounds: dict[str, list[Sounds]] = defaultdict(list)
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        for line in lines:
            written, *phones = line.split()
            word, said = written.split("(")[0], tuple(phones)
            sounds[word].append(said)
            if "(" not in written:  # the first pronunciation of a word is the one a grammar names it by
                spelled[said] = min(spelled.get(said, word), word, key=lambda one: (len(one), one))
    return spelled, dict(sounds)


@cache
def _phones() -> tuple[str, ...]:
    return tuple(sorted({phone for said in _dictionary()[0] for phone in said}))


def _one_apart(said: Sounds) -> Iterator[Sounds]:
    """One sound more, less, or another."""
    for place in range(len(said) + 1):
        yield from ((*said[:place], phone, *said[place:]) for phone in _phones())
        if place < len(said):
            yield said[:place] + said[place + 1 :]
            yield from ((*said[:place], phone, *said[place + 1 :]) for phone in _phones())
