"""An installation in a folder of its own, and Dagster's instance for it: the one that dagster.yaml describes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import numpy as np
import pytest

import ops.generate
from greenroom.domain.storyboards import Storyboard
from greenroom.settings import Settings
from models.previz.generator import SAMPLE_RATE, PrevizGenerator, construction, speak
from models.roles import ControlSink, Generated, Picture, Progress
from models.speech import EspeakSpeech
from ops.studio import Studio, open_studio
from pipelines.instance import open_instance
from warehouse.validation import Validator


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("GREENROOM_HOME", str(tmp_path))
    return Settings.load()


@pytest.fixture
def studio(settings: Settings) -> Iterator[Studio]:
    with open_studio(settings) as studio:
        yield studio


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance() as instance:
        yield instance


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    """One for all runs: it takes 12 s of CPU to start."""
    with Validator() as validator:
        yield validator


class PlainGenerator(PrevizGenerator):
    """Previz that draws bands of colour: the storyboard's own speech, staging and sound, in a tenth of the time.

    For what happens around a take; what a take looks like is tested where it is drawn.
    """

    def generate(
        self,
        storyboard: Storyboard,
        likenesses: Mapping[str, Picture],
        progress: Progress,
        attempt: int = 0,
        controls: ControlSink | None = None,
    ) -> Generated:
        from models.previz.sound.soundtrack import soundtrack
        from models.previz.staging.stage import stage

        spoken = speak(self._speech, storyboard)
        world = stage(storyboard, spoken, attempt)
        stems, timing = soundtrack(storyboard, world, spoken)
        return Generated(
            frames=self._bands(storyboard, len(world.frames)),
            stems=stems,
            sample_rate=SAMPLE_RATE,
            timing=timing,
            construction=construction(storyboard, world),
            physics=world.physics,
        )

    @staticmethod
    def _bands(storyboard: Storyboard, count: int) -> Iterator[Picture]:
        across = np.arange(storyboard.width)[:, None]
        for index in range(count):
            wave = 128 + 60 * np.sin((across + 3 * index) / 17 + np.arange(3))
            yield np.broadcast_to(wave.astype(np.uint8), (storyboard.height, storyboard.width, 3)).copy()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes are made by the plain generator."""
    monkeypatch.setattr(ops.generate, "generator_for", lambda studio, name: PlainGenerator(EspeakSpeech()))
