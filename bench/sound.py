"""`python -m bench.sound`: the sound of four small scenes measured: levels, onsets against contacts, materials, speed.

One JSON line each. Onsets are read from the foley stem alone, as a rise of level after each blow or step that has
20 ms of quiet before it; they are compared with the contact's time, in milliseconds.
"""

import json
import time
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Action, Actor, Delivery, Line, Mood, Music, Prop, Shot, Storyboard
from models.previz.sound.materials import GROUNDS
from models.previz.sound.signals import RATE
from models.previz.sound.soundtrack import soundtrack
from models.previz.sound.steps import footstep
from models.previz.sound.struck import Struck, struck
from models.previz.staging.stage import stage
from models.previz.world import Contact, World
from models.roles import Samples, Spoken
from models.speech import EspeakSpeech
from models.speech_voices import cast_voices
from ops.sound_levels import measure, mix, normalise

MATERIALS = ("cloth", "rubber", "plastic", "wood", "stone", "metal", "glass")
_QUIET_BEFORE = 0.020  # seconds
_RISE = 4.0  # times the level before, that counts as an onset


def main() -> None:
    """Every measurement."""
    with EspeakSpeech() as speech:
        for name, board in _scenes().items():
            voices = cast_voices(board)
            spoken = {
                index: speech.speak(line.text, line.language, voices[line.actor], line.delivery)
                for index, line in enumerate(board.lines)
            }
            _measured(name, board, spoken)
    _line("spectral centroid by material, Hz", {name: round(_centroid(_blow(name, 0.4))) for name in MATERIALS})
    _line("by size of a wooden box", {f"{size} m": round(_centroid(_blow("wood", size))) for size in (0.1, 0.4, 1.6)})
    steps = {name: round(_centroid(footstep(np.random.default_rng(1), name, 2.0))) for name in GROUNDS}
    _line("spectral centroid of a step by ground, Hz", steps)


def _measured(name: str, board: Storyboard, spoken: Mapping[int, Spoken]) -> None:
    world = stage(board, spoken)
    began = time.process_time()
    stems, _ = soundtrack(board, world, spoken)
    took = time.process_time() - began
    again, _ = soundtrack(board, world, spoken)
    levels = measure(normalise(mix(stems)))
    errors = sorted(onset_errors(world, stems["foley"]))
    found: dict[str, object] = {
        "lufs": levels.lufs,
        "true_peak_db": levels.true_peak_db,
        "cpu_seconds_a_clip_second": round(took / board.seconds, 3),
        "same_twice": all(np.array_equal(stems[stem], again[stem]) for stem in stems),
        "stems_db": {stem: round(_decibels(samples), 1) for stem, samples in stems.items()},
    }
    if errors:
        middle = errors[len(errors) // 2]
        found["onsets"] = {
            "measured": len(errors), "of": len(world.contacts), "median_ms": round(1000 * middle, 2),
            "worst_ms": round(1000 * max(errors, key=abs), 2),
        }  # fmt: skip
    _line(name, found)


def onset_errors(world: World, foley: Samples) -> Iterator[float]:
    """Heard less happened, seconds, for each contact that stands alone enough to be told in the stem."""
    step = RATE // 2000  # half a millisecond
    mono = np.abs(foley.astype(np.float64)).max(axis=1)
    level: NDArray[np.float64] = mono[: len(mono) // step * step].reshape(-1, step).max(axis=1)
    times = sorted(contact.time for contact in world.contacts)
    for contact in world.contacts:
        at = int(contact.time * 2000)
        before = level[max(0, at - int(_QUIET_BEFORE * 2000)) : max(1, at - 4)]
        after = level[at - 2 : at + 80]
        if any(contact.time - 0.12 < other < contact.time for other in times) or len(before) == 0 or len(after) == 0:
            continue
        threshold = max(0.1 * float(after.max()), _RISE * float(before.max()))
        if after.max() <= threshold:
            continue
        yield (int(np.argmax(after > threshold)) + at - 2) / 2000 - contact.time


def _blow(material: str, size: float) -> NDArray[np.float64]:
    sides = (Struck("thing", material, "box", size), Struck("table", material, "box", size))
    contact = Contact(0.0, "thing", "table", material, material, 1.0, (0.0, 0.0, 0.0))
    return struck(np.random.default_rng(1), contact, sides)


def _centroid(signal: NDArray[np.float64]) -> float:
    power = np.abs(np.fft.rfft(signal, RATE)) ** 2
    return float((power * np.arange(len(power))).sum() / power.sum())


def _decibels(samples: Samples) -> float:
    return 20 * float(np.log10(max(1e-6, float(np.sqrt(np.mean(np.square(samples)))))))


def _scenes() -> dict[str, Storyboard]:
    ada, bo = (Actor(id=name, species="person", name=name.title(), x=x) for name, x in (("ada", -1.5), ("bo", 1.5)))
    five = (Shot(start=0, seconds=5),)
    return {
        "a kick in a park": Storyboard(
            title="kick", seconds=5, seed=3, shots=five, actors=(ada,),
            props=(Prop(id="ball", shape="ball", size=0.24, x=1),),
            actions=(Action(actor="ada", verb="walk", target="ball", start=0, seconds=2),
                     Action(actor="ada", verb="kick", target="ball", start=2, seconds=1)),
            lines=(Line(actor="ada", text="Look at it go!", start=3, delivery=Delivery.CHEERFUL),),
        ),
        "things that fall in a kitchen": Storyboard(
            title="fall", seconds=5, seed=3, shots=five, place="kitchen",
            props=tuple(Prop(id=f"{shape}{number}", shape=shape, size=size, x=-2 + 0.9 * number, z=0.8 + 0.35 * number)
                        for number, (shape, size) in enumerate(
                            (("crate", 0.5), ("can", 0.13), ("mug", 0.12), ("bottle", 0.28), ("ball", 0.2)))),
        ),
        "three places in the rain": Storyboard(
            title="places", seconds=6, seed=3, weather="rain", actors=(ada, bo), music=Music(mood=Mood.CALM, tempo=90),
            shots=(Shot(start=0, seconds=2, place="beach"), Shot(start=2, seconds=2, place="street"),
                   Shot(start=4, seconds=2, place="living_room")),
            actions=(Action(actor="ada", verb="walk", start=0, seconds=6),),
            lines=(Line(actor="ada", text="Come with me.", start=0.5),
                   Line(actor="bo", text="I am coming!", start=2.5, delivery=Delivery.SHOUTED),
                   Line(actor="ada", text="Now listen.", start=4.5, delivery=Delivery.WHISPERED)),
        ),
        "a backflip on a stage": Storyboard(
            title="flip", seconds=5, seed=3, shots=five, place="stage", actors=(ada,),
            actions=(Action(actor="ada", verb="backflip", start=1, seconds=1.5),),
            music=Music(mood=Mood.EPIC, tempo=120),
        ),
    }  # fmt: skip


def _line(what: str, found: Mapping[str, object]) -> None:
    print(json.dumps({"what": what} | dict(found), ensure_ascii=False))


if __name__ == "__main__":
    main()
