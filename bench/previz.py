"""How fast previz makes a take, by size and style: seconds of film a second, and where the time goes.

Each case runs in a process of its own, with the kernels compiled before. A ratio above 1 misses its goal, which is
for four cores: 30 s for a take of 5 s at 854x480, 10 s for a draft at 640x360, 1 GB.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from greenroom.domain.briefs import Brief, Lane, Style
from greenroom.domain.storyboards import Storyboard
from models.roles import Picture

SIZES = {(640, 360): 10.0, (854, 480): 30.0, (1280, 720): 75.0}  # pixels: seconds for a take of 5 s
MEMORY_BYTES = 2**30
PROMPT = 'A woman in a red coat walks through a park, a dog chases a ball, and she says "What a lovely day for a walk!"'


def main() -> None:
    """One line for each size and style, and one for each part of the work."""
    compiled = subprocess.run([sys.executable, "-m", "models.previz.render"], check=False)
    if compiled.returncode != 0:
        sys.exit("the kernels did not compile")
    cases = [(size, Style.REALISTIC) for size in SIZES] + [
        ((854, 480), style) for style in Style if style != "realistic"
    ]
    for (width, height), style in cases:
        done = subprocess.run(
            [sys.executable, "-m", "bench.previz", str(width), str(height), style.value],
            stdout=subprocess.PIPE,
            check=True,
        )
        spent: dict[str, float] = json.loads(done.stdout)
        memory = spent.pop("memory")
        seconds = sum(spent.values())
        name = f"take of 5 s, {width}x{height}, {style.value}"
        _line(name, seconds / SIZES[width, height], seconds=seconds, film_a_second=5.0 / seconds)
        _line(f"{name}, memory", memory / MEMORY_BYTES, bytes=memory)
        for part, share in spent.items():
            _line(f"{name}, {part} of all", share / seconds, seconds=share)


def measure(width: int, height: int, style: Style) -> dict[str, float]:
    """Seconds by part of the work for one take, and the most memory it held, bytes."""
    from models.previz.generator import PrevizGenerator
    from models.speech import EspeakSpeech
    from ops.media import write_master
    from ops.sound_levels import mix, normalise

    plan = _plan(width, height, style)
    marks: list[tuple[str, float]] = []

    def progress(part: str, _: float) -> None:
        if not marks or marks[-1][0] != part:
            marks.append((part, time.perf_counter()))

    drawn = 0.0
    with PrevizGenerator(EspeakSpeech()) as generator, tempfile.TemporaryDirectory() as folder:
        made = generator.generate(plan, {}, progress)
        marks.append(("mix", time.perf_counter()))
        sound = normalise(mix(made.stems), made.sample_rate)

        def frames() -> Iterator[Picture]:
            nonlocal drawn
            source = iter(made.frames)
            while True:
                before = time.perf_counter()
                picture = next(source, None)
                drawn += time.perf_counter() - before
                if picture is None:
                    return
                yield picture

        marks.append(("film", time.perf_counter()))
        write_master(Path(folder) / "m.mkv", frames(), plan.frames_per_second, sound, made.sample_rate)
        end = time.perf_counter()
    begins = [mark for mark in marks if mark[0] != "rendering"]
    spent = {
        part: after - begin for (part, begin), after in zip(begins, [one[1] for one in begins[1:]] + [end], strict=True)
    }
    filmed = spent.pop("film")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    return {
        "speech": spent["speech"],
        "simulation": spent["staging"],
        "sound": spent["sound"] + spent["mix"],
        "picture": drawn,
        "encoding": filmed - drawn,
        "memory": memory,
    }


def _plan(width: int, height: int, style: Style) -> Storyboard:
    from datetime import UTC, datetime

    from ops.plan.planner import plan

    moment = datetime(2026, 1, 1, tzinfo=UTC)
    brief = Brief(
        id="br_bench",
        batch="ba_bench",
        prompt=PROMPT,
        requester="ac_bench",
        width=width,
        height=height,
        style=style,
        seed=7,
        lane=Lane.INTERACTIVE,
        day=moment.date(),
        recorded_at=moment,
    )
    return plan(brief, (), None)


def _line(name: str, ratio: float, **measured: float) -> None:
    rounded = {key: round(value, 3) for key, value in measured.items()}
    sys.stdout.write(json.dumps({"name": name, "ratio": round(ratio, 3), **rounded}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.stdout.write(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), Style(sys.argv[3]))))
    else:
        main()
