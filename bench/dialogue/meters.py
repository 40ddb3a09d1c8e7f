"""False alarms and misses of the meters of faults: recorded speech and previz soundtracks, as they are and spoiled."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.dialogue.sounds import RATE, Recorded
from bench.dialogue.trials import Trials
from bench.gallery.briefs import entries
from greenroom.domain.briefs import Brief, Lane
from models.previz.generator import SAMPLE_RATE
from models.roles import Samples, Speech
from moderation.policy import load_policy
from ops.sound_faults import faults
from ops.sound_levels import mix, normalise

HUM_DB = (-10, -20, -30)  # of the hum's root mean square under the sound's
_GAP_SECONDS = 4.5


def metered(name: str, sounds: Sequence[tuple[Samples, int]]) -> Trials:
    """What the gate's thresholds say of each sound, float32[N, channels] and its rate."""
    policy = load_policy()
    trials = Trials(f"Meters of faults, {name}", right="as it is")
    draw = random.Random(1)

    def passes(samples: Samples, rate: int, *rules: tuple[str, str]) -> bool:
        found = faults(samples, rate)
        read = {"clipped": found.clipped_share, "silence": found.silent_seconds, "hum": found.hum}
        return all(read[rule] <= policy.threshold(f"dialogue.{rule}", name) for rule, name in rules)

    every = (("clipped", "share"), ("silence", "seconds"), ("hum", "decades"))
    for samples, rate in sounds:
        trials.add("as it is", passes(samples, rate, *every))
        loud = (samples * (4 / np.abs(samples).max())).clip(-1, 1).astype(np.float32)
        trials.add("clipped by 12 dB", passes(loud, rate, every[0]))
        middle = len(samples) // 2
        gap = np.zeros((round(_GAP_SECONDS * rate), samples.shape[1]), np.float32)
        trials.add(
            f"{_GAP_SECONDS} s of silence in the middle",
            passes(np.concatenate([samples[:middle], gap, samples[middle:]]), rate, every[1]),
        )
        if len(samples) >= 3 * rate:  # shorter sounds are not asked for hum
            for level in HUM_DB:
                humming = samples + _hum(len(samples), rate, draw.choice((50, 60)), level, float(samples.std()))
                trials.add(f"hum at {level} dB of the sound", passes(humming.astype(np.float32), rate, every[2]))
    return trials


def recorded(found: Sequence[Recorded]) -> Iterator[tuple[Samples, int]]:
    """Each recording at the loudness of a clip, and the neighbours of each speaker together."""
    for one, other in pairwise(found):
        sound = np.concatenate([one.sound, other.sound]) if one.speaker == other.speaker else one.sound
        yield normalise(sound[:, None], RATE), RATE


def soundtracks(speech: Speech, every: int = 1) -> Iterator[Mapping[str, Samples]]:
    """The stems of the gallery's briefs, or of every n-th: planned, simulated and heard, not drawn."""
    from models.previz.sound.soundtrack import soundtrack
    from models.previz.staging.stage import stage
    from models.speech_voices import cast_voices
    from ops.plan.planner import plan

    for entry in entries()[::every]:
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        brief = Brief(
            id=f"br_{entry.name}", batch="ba_bench", prompt=entry.prompt, requester="ac_bench", seconds=entry.seconds,
            seed=entry.seed, lane=Lane.BATCH, day=date(2026, 1, 1), recorded_at=moment,
        )  # fmt: skip
        board = plan(brief, (), None)
        voices = cast_voices(board)
        spoken = {
            number: speech.speak(line.text, line.language, voices[line.actor], line.delivery)
            for number, line in enumerate(board.lines)
        }
        stems, _ = soundtrack(board, stage(board, spoken), spoken)
        yield stems


def mixed(stems: Mapping[str, Samples]) -> tuple[Samples, int]:
    """Stems as a clip's sound, at its loudness, and the rate."""
    return normalise(mix(stems)), SAMPLE_RATE


def _hum(count: int, rate: int, mains: int, level: float, loudness: float) -> NDArray[np.float64]:
    """Six harmonics of the mains, each half of the one before, float64[count, 1]."""
    times = np.arange(count) / rate
    wave = sum(np.sin(2 * np.pi * mains * number * times) / 2**number for number in range(1, 7))
    scaled = np.asarray(wave) * (loudness * 10 ** (level / 20) / float(np.std(wave)))
    return np.asarray(scaled[:, None], np.float64)
