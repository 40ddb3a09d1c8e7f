"""The measuring of clips finds what it should: sound and picture together where they are, and late ones late."""

from pathlib import Path

import numpy as np
import pytest

from bench.gallery.sync import moments
from greenroom.domain.storyboards import Action, Actor, Line, Prop, Shot, Storyboard
from models.previz.film import Film
from models.previz.generator import speak
from models.previz.sound.soundtrack import soundtrack
from models.previz.staging.stage import stage
from models.speech import EspeakSpeech
from ops.media import write_delivery
from ops.sound_levels import mix, normalise

RATE = 48_000
PLAN = Storyboard.model_validate(
    {
        "title": "a kick",
        "seconds": 4.0,
        "seed": 4,
        "width": 320,
        "height": 180,
        "actors": (Actor(id="ada", species="person", name="Ada", x=-0.9),),
        "props": (Prop(id="ball", shape="ball", size=0.3, x=-0.2),),
        "actions": (Action(actor="ada", verb="kick", target="ball", start=0.2, seconds=1.5),),
        "lines": (Line(actor="ada", text="There it goes!", start=2.4),),
        "shots": (Shot(start=0, seconds=4.0),),
    }
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The clip as it is, with its sound 80 ms late, and with its picture three frames late."""
    folder = tmp_path_factory.mktemp("sync")
    with EspeakSpeech() as speech:
        spoken = speak(speech, PLAN)
    world = stage(PLAN, spoken)
    sound = normalise(mix(soundtrack(PLAN, world, spoken)[0]))
    frames = list(Film(world, {}))
    files = {name: folder / f"{name}.mp4" for name in ("right", "sound", "picture")}
    write_delivery(files["right"], frames, 24, sound, RATE)
    write_delivery(files["sound"], frames, 24, np.roll(sound, round(0.08 * RATE), axis=0), RATE)
    write_delivery(files["picture"], [*frames[:1] * 2, *frames[:-2]], 24, sound, RATE)
    return files


@pytest.mark.parametrize(("name", "apart"), [("right", 0.0), ("sound", 0.08), ("picture", -2 / 24)])
def test_what_is_late_is_told(made: dict[str, Path], name: str, apart: float) -> None:
    with EspeakSpeech() as speech:
        spoken = speak(speech, PLAN)
    found = moments(made[name], PLAN, stage(PLAN, spoken), spoken)
    told = {one.what: one.apart for one in found}
    assert {"ada meets ball", "line 1"} <= told.keys()
    assert told["ada meets ball"] == pytest.approx(apart, abs=0.02)
    assert told["line 1"] == pytest.approx(apart, abs=0.02)
