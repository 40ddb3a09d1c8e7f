"""`python -m bench.judging`: what judging a film of 5 s costs, against its goals and against decoding alone.

One JSON line each; a ratio above 1 misses its goal. The film, 854 x 480, is a photograph that the camera pans over,
cut twice, with a line of writing and a sentence that a voice says in noise: every model has something to look at or to
hear. The first clip of a batch loads the models, the next do not. `cpu` is processor time of this process: on a shared
machine the surer figure. `--seconds` and `--hashes` make the film and the hash list smaller than the goals are for.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.signal import resample_poly

from greenroom.settings import Settings
from models.roles import Picture, Samples
from models.speech import EspeakSpeech
from ops.hash_lists import hash_lists
from ops.judge_clip import judge_clip
from ops.media import write_delivery
from ops.media_reading import opened
from ops.sampling import sampled
from ops.sights import Shown, safety_evidence
from ops.stages.safety import sight_models
from ops.studio import open_studio

SECONDS, FPS, WIDTH, HEIGHT = 5, 24, 854, 480
SAMPLE_RATE = 48_000
SAID = "The last bus to the harbour leaves at seven tonight"
GOAL_SECONDS = 6.0  # all gates that judge a film, on 4 cores
GOAL_BYTES = 1.5 * 2**30
GOAL_LISTS = 0.25  # of gate 6's time, for a million hashes
HASHES = 1_000_000

Answer = TypeVar("Answer")


def main(arguments: Sequence[str] | None = None) -> None:
    """Every measurement."""
    parser = argparse.ArgumentParser(prog="python -m bench.judging", description=main.__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of the film")
    parser.add_argument("--hashes", type=int, default=HASHES, help="of the hash list")
    asked = parser.parse_args(arguments)
    _measure(asked.seconds, asked.hashes)


def _measure(seconds: int, hashes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with open_studio(Settings.load(home=Path(folder) / "home")) as studio:
            write_delivery(path, _film(seconds), FPS, _sound(seconds))
            frames = seconds * FPS
            decoding, _ = _timed(lambda: _decoded(path))
            _line("decoding alone", 1.0, frames_a_second=frames / decoding, seconds=decoding)
            sampling, looked = _timed(lambda: len(list(sampled(path))))
            _line("sampling against decoding", sampling / decoding, seconds=sampling, looked_at=looked)
            loading, models = _timed(lambda: sight_models(studio.settings))
            _line("loading the models of gate 6, once a batch", loading / GOAL_SECONDS, seconds=loading)
            lists = hash_lists(studio.settings)
            shown = Shown()
            safety_evidence(path, shown, models, lists)
            before = time.process_time()
            gate, _ = _timed(lambda: safety_evidence(path, shown, models, lists))
            spent = time.process_time() - before
            _line(
                "gate 6 against decoding alone", gate / decoding, frames_a_second=frames / gate, seconds=gate, cpu=spent
            )
            judge_clip(studio, path)
            before = time.process_time()
            judging, answer = _timed(lambda: judge_clip(studio, path))
            spent = time.process_time() - before
            gates = "and ".join(f"gate {one.gate} " for one in answer.verdicts).strip()
            goal = GOAL_SECONDS * seconds / SECONDS
            rate = frames / judging
            _line(f"judging {seconds} s, {gates}", judging / goal, frames_a_second=rate, seconds=judging, cpu=spent)
            _line("judging against decoding alone", judging / decoding, frames_a_second=rate)
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            _line("memory", most / GOAL_BYTES, bytes=most)
            _lists(studio.settings, path, gate, looked, hashes)


def _lists(settings: Settings, path: Path, gate: float, looked: int, count: int) -> None:
    """So many hashes, a million unless told: read once, compared with each frame."""
    folder = settings.hash_lists / "child_safety"
    folder.mkdir(parents=True)
    hashes = np.random.default_rng(2).bytes(32 * count).hex()
    (folder / "many.txt").write_text("\n".join(hashes[at : at + 64] for at in range(0, len(hashes), 64)))
    reading, lists = _timed(lambda: hash_lists(settings))
    frame = next(iter(sampled(path)))
    comparing, _ = _timed(lambda: lists.match(*frame))
    share = comparing * looked / gate
    _line(f"{count} hashes, of gate 6", share / GOAL_LISTS, share=share, seconds=comparing * looked, reading=reading)


def _sound(seconds: int) -> Samples:
    """A sentence in noise, float32[N, 2]."""
    sound = np.random.default_rng(1).normal(0, 0.005, (seconds * SAMPLE_RATE, 2)).astype(np.float32)
    with EspeakSpeech() as speech:
        said = speech.speak(SAID, "en", speech.voices("en")[0])
    voice = resample_poly(said.samples[:, 0], SAMPLE_RATE, said.sample_rate)[: len(sound) - SAMPLE_RATE // 4]
    sound[SAMPLE_RATE // 4 :][: len(voice)] += 0.3 * voice[:, None] / np.abs(voice).max()
    return sound


def _film(seconds: int) -> Iterator[Picture]:
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as file, Image.open(file) as picture:
        wide = np.asarray(picture.convert("RGB").resize((WIDTH + 240, HEIGHT + 120)), np.uint8)
    for number in range(seconds * FPS):
        right, down = 2 * number % 240, number % 120
        frame = wide[down : down + HEIGHT, right : right + WIDTH]
        if number // 40 % 2:
            frame = 255 - frame
        drawn = Image.fromarray(np.ascontiguousarray(frame))
        ImageDraw.Draw(drawn).text((60, 60), "Market day", font=ImageFont.load_default(32), fill="white")
        yield np.asarray(drawn, np.uint8)


def _decoded(path: Path) -> int:
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return sum(1 for _ in container.decode(stream))


def _timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def _line(name: str, ratio: float, **measured: float) -> None:
    rounded = {key: round(value, 3) for key, value in measured.items()}
    sys.stdout.write(json.dumps({"name": name, "ratio": round(ratio, 3), **rounded}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
