"""`python -m bench.judging`: what judging a film of 5 s costs, against its goals and against decoding alone.

One JSON line each; a ratio above 1 misses its goal. The film, 854 x 480, is a photograph that the camera pans over,
cut twice, with a line of writing: every model has something to look at. The first clip of a batch loads the models,
the next do not. `cpu` is processor time of this process: on a shared machine the surer figure.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from greenroom.settings import Settings
from models.roles import Picture
from ops.hash_lists import hash_lists
from ops.judge_clip import judge_clip
from ops.media import opened, write_delivery
from ops.sampling import sampled
from ops.sights import Shown, safety_evidence
from ops.stages.safety import sight_models
from ops.studio import open_studio

SECONDS, FPS, WIDTH, HEIGHT = 5, 24, 854, 480
GOAL_SECONDS = 6.0  # all gates that judge a film, on 4 cores
GOAL_BYTES = 1.5 * 2**30
GOAL_LISTS = 0.25  # of gate 6's time, for a million hashes
HASHES = 1_000_000

Answer = TypeVar("Answer")


def main() -> None:
    """Every measurement."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with open_studio(Settings.load(home=Path(folder) / "home")) as studio:
            sound = np.random.default_rng(1).normal(0, 0.05, (SECONDS * 48_000, 2)).astype(np.float32)
            write_delivery(path, _film(), FPS, sound)
            frames = SECONDS * FPS
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
            asked = "and ".join(f"gate {one.gate} " for one in answer.verdicts).strip()
            _line(f"judging 5 s, {asked}", judging / GOAL_SECONDS, seconds=judging, cpu=spent)
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            _line("memory", most / GOAL_BYTES, bytes=most)
            _lists(studio.settings, path, gate, looked)


def _lists(settings: Settings, path: Path, gate: float, looked: int) -> None:
    """A million hashes: read once, compared with each frame."""
    folder = settings.hash_lists / "child_safety"
    folder.mkdir(parents=True)
    hashes = np.random.default_rng(2).bytes(32 * HASHES).hex()
    (folder / "many.txt").write_text("\n".join(hashes[at : at + 64] for at in range(0, len(hashes), 64)))
    reading, lists = _timed(lambda: hash_lists(settings))
    frame = next(iter(sampled(path)))
    comparing, _ = _timed(lambda: lists.match(*frame))
    share = comparing * looked / gate
    _line("a million hashes, of gate 6", share / GOAL_LISTS, share=share, seconds=comparing * looked, reading=reading)


def _film() -> Iterator[Picture]:
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as file, Image.open(file) as picture:
        wide = np.asarray(picture.convert("RGB").resize((WIDTH + 240, HEIGHT + 120)), np.uint8)
    for number in range(SECONDS * FPS):
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
