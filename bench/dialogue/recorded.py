"""Pocketsphinx against the script on recorded English: scripts and lines as gate 5 asks for them, and single words.

What is accepted here the gate still holds, for this recogniser never settles the words: a false accept is a difference
that the verdict does not name.
"""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.dialogue.sounds import FOREIGN, RATE, Recorded, near_word, other_word
from bench.dialogue.trials import Trials
from greenroom.domain.storyboards import Line
from greenroom.settings import Settings
from models.phrase_hearing import loaded_decoder
from models.roles import Samples, Speech
from models.script_hearing import PocketSphinxScript
from models.speech_voices import VOICES
from moderation.dialogue_words import WordsHeard
from moderation.policy import load_policy
from ops.hearing import words_heard

_PAUSE = np.zeros(RATE // 2, np.float32)
_NOWHERE = Path("no-weights")  # a folder without weights: the embedded recogniser is measured


def scripts(found: Sequence[Recorded], speech: Speech) -> tuple[Trials, float]:
    """Each recording with its script and with others; and the seconds of work a second of sound took."""
    least = load_policy().threshold("dialogue.words", "share")
    trials = Trials("Recorded English, by pocketsphinx: the script and its lines")
    spent = heard = 0.0
    for kind, sound, rate, lines in _scripts(found, speech):
        started = time.process_time()
        words, _ = words_heard(sound[:, None], rate, lines, Settings(home=_NOWHERE), speech)
        spent += time.process_time() - started
        heard += len(sound) / rate
        whole = words is not None and _whole(words, least)
        trials.add(kind, whole)
        if kind in ("right script", "one word changed for one like it"):
            trials.add(f"{kind}, words that others sound like named", whole and not (words and words.doubtful))
    return trials, spent / heard


def single_words(found: Sequence[Recorded]) -> Trials:
    """Each word of each recording as it is said, and another in its place in the script."""
    trials = Trials("Recorded English, by pocketsphinx: single words", right="right word")
    decoder, draw = loaded_decoder(compares=False), random.Random(1)
    with PocketSphinxScript() as ear:
        for one in found:
            own = ear.hear(one.sound, RATE, one.words)
            for place, word in enumerate(one.words):
                trials.add("right word", own.found[place] and not (own.doubtful and own.doubtful[place]))
                near = near_word(decoder, word, one.words, draw)
                for kind, changed in (
                    ("changed for any other", other_word(one.words, draw)),
                    ("for one like it", near),
                ):
                    if changed is None:
                        continue
                    heard = ear.hear(one.sound, RATE, (*one.words[:place], changed, *one.words[place + 1 :]))
                    doubtful = bool(heard.doubtful) and heard.doubtful[place]
                    trials.add(kind, heard.found[place] and not doubtful)
                    if kind == "for one like it":
                        trials.add("for one like it, were no word heard again", heard.found[place])
    return trials


def _scripts(found: Sequence[Recorded], speech: Speech) -> Iterator[tuple[str, Samples, int, tuple[Line, ...]]]:
    draw, decoder = random.Random(1), loaded_decoder(compares=False)
    for number, one in enumerate(found):
        follows = found[(number + 1) % len(found)]
        together = np.concatenate([one.sound, _PAUSE, follows.sound])
        place = draw.randrange(len(one.words))
        changed = (*one.words[:place], other_word(one.words, draw), *one.words[place + 1 :])
        wrong = draw.choice([two for two in found if not set(two.words) & set(one.words)] or [follows])
        language, foreign = FOREIGN[number % len(FOREIGN)]
        spoken = speech.speak(foreign, language, list(VOICES)[number % 6])
        yield "right script", one.sound, RATE, _lines(one.words)
        yield "right script, two lines", together, RATE, _lines(one.words, follows.words)
        yield "wrong script", one.sound, RATE, _lines(wrong.words)
        yield "line swapped", together, RATE, _lines(follows.words, one.words)
        yield "missing line", one.sound, RATE, _lines(one.words, follows.words)
        yield "one word changed", one.sound, RATE, _lines(changed)
        near = near_word(decoder, one.words[place], one.words, draw)
        if near is not None:
            yield (
                "one word changed for one like it",
                one.sound,
                RATE,
                _lines((*one.words[:place], near, *one.words[place + 1 :])),
            )
        yield "wrong language", spoken.samples[:, 0], spoken.sample_rate, _lines(one.words)


def _lines(*said: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(actor="ann", text=" ".join(words), start=float(at)) for at, words in enumerate(said))


def _whole(heard: WordsHeard, least: float) -> bool:
    """Whether the verdict would name no difference."""
    shares = [heard.share or 0.0, *(line.share or 0.0 for line in heard.lines)]
    return min(shares) >= least and not heard.difference.missing
