"""`python -m bench.marks_sound [--trials N] [--also FOLDER]`: the mark in the sound, by itself: heard, found, how fast.

Beside the rows of `bench.marks`, which measures sounds with their films, this goes on to where the mark is lost. The
sounds: the gallery's briefs as previz sounds them, its music in each mood, a real voice (tests/data/jfk.flac), and the
recordings in a folder of one's own. A trial marks a sound with a key and an id of its own, encodes it as Greenroom
publishes (AAC 160 kbit/s), attacks it, and reads it. Intervals are Wilson's, 95 %.
"""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.gallery.briefs import entries
from bench.marks.rendered import storyboard_of
from bench.marks.report import Share
from bench.marks.sounds import Attack, Heard, Random, aac, at_rate, five_seconds, mp3, published, resampled, trimmed
from greenroom.domain.base import clip_id
from greenroom.domain.storyboards import Mood, Music
from models.roles import Samples
from ops.media_reading import read_sound
from ops.sound_levels import measure, mix, normalise
from ops.watermark.carrier import MarkKey
from ops.watermark.finding_sound import find_in_sound
from ops.watermark.psychoacoustics import noise_to_mask
from ops.watermark.sound import mark_sound

RATE = 48_000
FAST_SECONDS, SEARCH_SECONDS = 0.3, 4.0  # goals: 5 s marked and read, 10 s searched, of one core
VOICE = Path(__file__).parents[1] / "tests" / "data" / "jfk.flac"
_LONGEST = 8.0  # seconds taken of a recording
_SEGMENT = 0.02  # seconds over which a signal-to-noise ratio is taken
_QUIET_DB = 40.0  # under the loudest segment: what is softer is left out of the mean


@dataclass(frozen=True, slots=True)
class Row:
    """One attack. `anywhere`: whether the detector is let search."""

    name: str
    attack: Attack
    anywhere: bool = False


def part(seconds: float) -> Attack:
    """So much of it, from any sample on."""

    def cut(heard: Heard, random: Random) -> Heard:
        start = random.uniform(0, max(0.0, heard.seconds - seconds))
        return heard.part(start, start + seconds)

    return cut


def noisy(decibels: float) -> Attack:
    """White noise under it by so much, as all of it is loud."""

    def noised(heard: Heard, random: Random) -> Heard:
        noise = random.normal(size=heard.samples.shape) * heard.samples.std() * 10 ** (-decibels / 20)
        return Heard((heard.samples + noise).astype(np.float32), heard.rate)

    return noised


def in_room(heard: Heard, random: Random) -> Heard:
    """Played in a room and recorded there: an echo of 0.4 s, 8 dB under the sound, and noise 25 dB under it."""
    tail = random.normal(size=RATE // 2) * np.exp(-np.arange(RATE // 2) * 6.9 / (0.4 * RATE))
    tail *= 10 ** (-8 / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    size = 1 << (len(heard.samples) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(heard.samples, size, axis=0) * np.fft.rfft(tail, size)[:, None], size, axis=0)
    return noisy(25)(Heard(wet[: len(heard.samples)].astype(np.float32), heard.rate), random)


def faster(heard: Heard, random: Random) -> Heard:
    """At 0.9 to 1.1 times its speed, and its pitch with it."""
    rate = round(RATE * random.uniform(0.9, 1.1))
    return Heard(at_rate(Heard(heard.samples, rate), RATE).samples, RATE)


def faster_at_its_pitch(heard: Heard, random: Random) -> Heard:
    """At 0.9 to 1.1 times its speed by ffmpeg's `atempo`, as players do it."""
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo")
    tempo, sink = graph.add("atempo", f"{random.uniform(0.9, 1.1):.4f}"), graph.add("abuffersink")
    graph.link_nodes(source, tempo, sink).configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(heard.samples.T), format="fltp", layout="stereo")
    frame.sample_rate = RATE
    graph.push(frame)
    graph.push(None)
    blocks = []
    while True:
        try:
            blocks.append(graph.pull().to_ndarray().reshape(-1, 2))  # packed
        except (av.error.EOFError, av.error.BlockingIOError):
            return Heard(np.concatenate(blocks).astype(np.float32), RATE)


def beside_another(heard: Heard, random: Random) -> Heard:
    """In the left channel alone; the right one is noise as loud."""
    noise = random.normal(size=len(heard.samples)) * heard.samples.std()
    return Heard(np.stack([heard.samples[:, 0], noise], axis=1).astype(np.float32), heard.rate)


def cut_in(heard: Heard, random: Random) -> Heard:
    """Six seconds of noise as loud before it, and six after."""
    noise = (random.normal(size=(12 * RATE, 2)) * heard.samples.std()).astype(np.float32)
    return Heard(np.concatenate([noise[: 6 * RATE], heard.samples, noise[6 * RATE :]]), heard.rate)


def turned_over(heard: Heard, random: Random) -> Heard:
    return Heard(-heard.samples[:, ::-1], heard.rate)


def side(heard: Heard, random: Random) -> Heard:
    """What the channels differ by, as a singer is taken out of a song; the left one where they do not differ."""
    found = heard.samples[:, :1] - heard.samples[:, 1:]
    return Heard(found if np.square(found).mean() > 1e-6 else heard.samples[:, :1], heard.rate)


ROWS = (
    Row("as published", lambda heard, _: heard),
    Row("AAC 64 kbit/s", aac(64_000)),
    Row("AAC 48 kbit/s", aac(48_000)),
    Row("AAC 32 kbit/s", aac(32_000)),
    Row("MP3 64 kbit/s", mp3(64_000)),
    Row("MP3 48 kbit/s", mp3(48_000)),
    Row("at 16 kHz, mono", resampled(16_000, mono=True)),
    Row("at 8 kHz, mono", resampled(8_000, mono=True)),
    Row("trimmed at both ends, AAC 64 kbit/s", trimmed),
    Row("any five seconds, AAC 64 kbit/s", five_seconds),
    Row("any three seconds", part(3.0)),
    Row("any two seconds", part(2.0)),
    Row("any one second", part(1.0)),
    Row("polarity and sides turned", turned_over),
    Row("what the channels differ by", side),
    Row("noise 20 dB under it", noisy(20)),
    Row("noise 10 dB under it", noisy(10)),
    Row("played and recorded in a room", in_room),
    Row("0.9 to 1.1 times as fast", faster, anywhere=True),
    Row("0.9 to 1.1 times as fast at its pitch", faster_at_its_pitch, anywhere=True),
    Row("beside noise in the other channel", beside_another, anywhere=True),
    Row("between noise", cut_in, anywhere=True),
)


def main() -> None:
    """Every measurement."""
    asked = _parser().parse_args()
    sounds = dict(_sounds(asked.also))
    _inaudible(sounds)
    _speed(sounds)
    random = np.random.default_rng(asked.seed)
    hits: dict[str, list[bool]] = defaultdict(list)
    margins: dict[str, list[float]] = defaultdict(list)
    wrong = 0
    for _ in range(asked.trials):
        for sound in sounds.values():
            key, clip = MarkKey(random.bytes(32)), random.bytes(8)
            heard = published(Heard(mark_sound(sound, RATE, key, clip), RATE))
            for row in ROWS:
                attacked = row.attack(heard, random)
                found = find_in_sound(attacked.samples, attacked.rate, key, anywhere=row.anywhere)
                hits[row.name].append(found.clip == clip_id(clip))
                wrong += found.clip not in (None, clip_id(clip))
                if found.clip is not None:
                    margins[row.name].append(found.margin)
    for name, read in hits.items():
        share = Share(sum(read), len(read))
        low, high = share.interval
        margin = statistics.median(margins[name]) if margins[name] else None
        _line(name, percent=share.percent, low=low, high=high, trials=share.of, median_margin_db=margin)
    _line("another clip's id read", count=wrong)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.marks_sound")
    parser.add_argument("--trials", type=int, default=1, help="of every row with every sound")
    parser.add_argument("--also", type=Path, help="a folder of recordings that ops.media_reading reads")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def _inaudible(sounds: Mapping[str, Samples]) -> None:
    """What the mark adds, by kind of sound: against the masking threshold, against the sound, and to its levels."""
    over: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    louder, peak = 0.0, -120.0
    for name, sound in sounds.items():
        marked = mark_sound(sound, RATE, MarkKey(name.encode()), name.encode()[:8].ljust(8))
        kind = name.split()[0]
        for channel in range(sound.shape[1]):
            found = noise_to_mask(sound[:, channel], (marked - sound)[:, channel], RATE)
            over[kind].append(found[np.isfinite(found)])
        ratios[kind].append(segmental_snr(sound, marked - sound))
        before, after = measure(sound, RATE), measure(marked, RATE)
        louder = max(louder, abs(after.lufs - before.lufs))
        peak = max(peak, after.true_peak_db)
    for kind, parts in over.items():
        decibels = np.concatenate(parts)
        _line(
            f"noise to mask, {kind}",
            under_percent=100 * float(np.mean(decibels < 0)),
            median_db=float(np.median(decibels)),
            p99_db=float(np.percentile(decibels, 99)),
            segmental_snr_db=statistics.fmean(ratios[kind]),
            sounds=len(ratios[kind]),
        )
    _line("levels", loudness_moved_lu=louder, highest_true_peak_db=peak)


def segmental_snr(sound: Samples, noise: Samples) -> float:
    """The mean over 20 ms segments with sound of how far the noise is under it, decibels."""
    block = round(_SEGMENT * RATE)
    count = len(sound) // block

    def power(samples: Samples) -> NDArray[np.float64]:
        squares = np.square(samples[: count * block].astype(np.float64))
        return np.asarray(squares.reshape(count, -1).mean(axis=1))

    signal = power(sound)
    heard = signal > signal.max() * 10 ** (-_QUIET_DB / 10)
    return float(np.mean(np.clip(10 * np.log10(signal[heard] / (power(noise)[heard] + 1e-14)), 0, 60)))


def _speed(sounds: Mapping[str, Samples]) -> None:
    key, clip = MarkKey(b"speed"), bytes(8)
    five = next(sound for sound in sounds.values() if len(sound) >= 5 * RATE)[: 5 * RATE]
    ten = np.concatenate([five, five])

    def both() -> None:
        find_in_sound(mark_sound(five, RATE, key, clip), RATE, key, anywhere=False)

    seconds = _fastest(both)
    _line("marking and reading five seconds", ratio=seconds / FAST_SECONDS, seconds=seconds)
    seconds = _fastest(lambda: find_in_sound(ten, RATE, key))
    _line("searching ten seconds that have no mark", ratio=seconds / SEARCH_SECONDS, seconds=seconds)


def _fastest(done: Callable[[], object]) -> float:
    """CPU seconds of the fastest of three runs, after one that compiles."""
    done()
    found = []
    for _ in range(3):
        began = time.process_time()
        done()
        found.append(time.process_time() - began)
    return min(found)


def _sounds(folder: Path | None) -> Iterator[tuple[str, Samples]]:
    """Named by kind first: "previz", "music", "voice" or "recording"; float32[N, 2] at 48 kHz, brought to -16 LUFS."""
    from models.previz.generator import speak
    from models.previz.sound.music import music
    from models.previz.sound.soundtrack import soundtrack
    from models.previz.staging.stage import stage
    from models.speech import EspeakSpeech

    with EspeakSpeech() as speech:
        for entry in entries():
            storyboard = storyboard_of(entry)
            spoken = speak(speech, storyboard)
            stems, _ = soundtrack(storyboard, stage(storyboard, spoken), spoken)
            yield f"previz {entry.name}", normalise(mix(stems), RATE)
    for number, mood in enumerate(Mood):
        stem = music(Music(mood=mood, tempo=80 + 10 * number), number, 8 * RATE)
        yield f"music {mood}", normalise(stem.astype(np.float32), RATE)
    for name, file in [("voice jfk", VOICE), *((f"recording {one.stem}", one) for one in _files(folder))]:
        samples, rate = read_sound(file)
        stereo = at_rate(Heard(samples, rate), RATE).samples
        stereo = np.repeat(stereo, 2, axis=1) if stereo.shape[1] == 1 else stereo
        middle = max(0, len(stereo) // 2 - round(_LONGEST / 2 * RATE))
        yield name, normalise(stereo[middle : middle + round(_LONGEST * RATE)], RATE)


def _files(folder: Path | None) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_file()) if folder is not None else []


def _line(name: str, **measured: float | None) -> None:
    rounded = {key: value if value is None else round(value, 3) for key, value in measured.items()}
    print(json.dumps({"name": f"sound mark, {name}", **rounded}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
