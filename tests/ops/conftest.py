"""A real installation in a temporary folder: nothing of it is a stand-in."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from greenroom.domain.consents import Account
from greenroom.settings import Settings
from ops.briefs import account
from ops.studio import Studio, open_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=tmp_path / "home")) as studio:
        yield studio


@pytest.fixture
def owner(studio: Studio) -> Account:
    return account(studio, "ada")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(1).integers(0, 255, (1500, 2000, 3), dtype=np.uint8)
    path = tmp_path / "cat.jpg"
    Image.fromarray(pixels).save(path)
    return path
