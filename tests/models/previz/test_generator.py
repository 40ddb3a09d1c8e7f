"""A take of the same storyboard is the same, bit for bit: frames and sound, twice and on any number of threads."""

import hashlib

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Line, Music, Prop, Shot, Storyboard
from models.previz.generator import PrevizGenerator
from models.speech import EspeakSpeech

PLAN = Storyboard.model_validate(
    {
        "title": "a throw",
        "seconds": 4.0,
        "seed": 5,
        "width": 128,
        "height": 128,
        "actors": (Actor(id="ada", species="person", name="Ada", x=-0.8), Actor(id="rex", species="dog", name="Rex")),
        "props": (Prop(id="ball", shape="ball", size=0.24, x=-1.3, y=-0.3),),
        "actions": (Action(actor="ada", verb="throw", target="ball", to="rex", start=0.2, seconds=2.0),),
        "lines": (Line(actor="ada", text="Catch it!", start=1.0),),
        "music": Music(mood="happy", tempo=120.0),
        "shots": (Shot(start=0, seconds=2.0), Shot(start=2.0, seconds=2.0, place="kitchen", style="anime")),
    }
)


def hashes(threads: int) -> dict[str, str]:
    """Of the frames and of each stem."""
    with PrevizGenerator(EspeakSpeech(), threads) as generator:
        made = generator.generate(PLAN, {}, lambda part, share: None)
        frames = hashlib.sha256()
        for picture in made.frames:
            frames.update(picture.tobytes())
        found = {"frames": frames.hexdigest()}
        for name, stem in made.stems.items():
            assert np.isfinite(stem).all()
            found[name] = hashlib.sha256(stem.tobytes()).hexdigest()
        return found


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_frames_and_sound_are_the_same_bytes_on_any_number_of_threads(threads: int) -> None:
    first = hashes(3)
    assert set(first) == {"frames", "dialogue", "foley", "ambience", "music"}
    assert hashes(threads) == first
