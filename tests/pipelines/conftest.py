"""An installation in a folder of its own, and Dagster's instance for it: the one that dagster.yaml describes."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from greenroom.settings import Settings
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
