"""A line in the stem against the synthesis of the script, as gate 5 asks it of previz; voices told apart by prints."""

from itertools import combinations

import numpy as np

from bench.dialogue.sounds import FOREIGN, LINES, RATE
from bench.dialogue.trials import Trials
from models.roles import Speech
from models.script_hearing import OTHER_WORDS
from models.speakers import PrintSpeakers
from models.speech_voices import VOICES
from models.voice_activity import HarmonicVoiceActivity
from moderation.policy import load_policy
from ops.dialogue_evidence import correlation
from ops.speaker_error import speaker_error

_NOISE = 0.1  # of the line's root mean square: 20 dB below it


def synthesised(speech: Speech, every: int = 1) -> Trials:
    """Accepted from the policy's correlation on; the project's voices, each line of `LINES`, or every n-th voice."""
    least = load_policy().threshold("dialogue.words", "correlation")
    trials = Trials("The project's voices at 20 dB over noise, by the script's own synthesis")
    for voice in list(VOICES)[::every]:
        for number, text in enumerate(LINES):
            said = speech.speak(text, "en", voice)
            padded = np.pad(said.samples, ((RATE // 10, RATE // 2), (0, 0)))
            noise = np.random.default_rng(number).normal(size=padded.shape) * padded.std() * _NOISE
            stem = (padded + noise).astype(np.float32)
            words = text.split()
            place = len(words) // 2
            language, foreign = FOREIGN[number % len(FOREIGN)]
            for kind, script, tongue in (
                ("right script", text, "en"),
                ("wrong script, or a line swapped", LINES[(number + 1) % len(LINES)], "en"),
                ("one word changed", " ".join([*words[:place], OTHER_WORDS[number], *words[place + 1 :]]), "en"),
                ("the last word changed", " ".join([*words[:-1], OTHER_WORDS[number]]), "en"),
                ("wrong language", foreign, language),
            ):
                wanted = speech.speak(script, tongue, voice)
                fits, _ = correlation(stem, said.sample_rate, wanted.samples, wanted.sample_rate, 0.1)
                trials.add(kind, fits >= least)
            fits, _ = correlation(stem * 0, said.sample_rate, said.samples, said.sample_rate, 0.1)
            trials.add("missing line", fits >= least)
    return trials


def diarised(speech: Speech) -> list[float]:
    """The diarisation error of voice prints, their number given: every pair of six voices, four lines in turn."""
    errors = []
    with PrintSpeakers(HarmonicVoiceActivity()) as speakers:
        for pair in combinations(list(VOICES)[:6], 2):
            pieces, spoken, at = [], [], 0.0
            for number, text in enumerate(LINES[:4]):
                said = speech.speak(text, "en", pair[number % 2])
                seconds = len(said.samples) / said.sample_rate
                spoken.append((at, at + seconds, pair[number % 2]))
                pieces += [said.samples, np.zeros((said.sample_rate // 2, 1), np.float32)]
                at += seconds + 0.5
            turns = speakers.turns(np.concatenate(pieces), said.sample_rate, 2)
            errors.append(speaker_error(spoken, turns))
    return errors
