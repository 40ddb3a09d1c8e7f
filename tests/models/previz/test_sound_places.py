"""What places sound like: outdoors under one table for all."""

import numpy as np
import pytest

from models.previz.sound.ambience import layers_of
from models.previz.sound.foley import footstep
from models.previz.staging.grounds import is_outdoors


@pytest.mark.parametrize("place", ["square", "playground", "road", "park", "a place nobody knows"])
def test_places_under_the_sky_have_no_room_tone(place: str) -> None:
    assert is_outdoors(place)
    assert "room" not in {name for name, _ in layers_of(place, "day", "clear")}


@pytest.mark.parametrize("place", ["kitchen", "living room", "stage"])
def test_rooms_have_theirs_and_no_rain_falls_in_them_aloud(place: str) -> None:
    assert not is_outdoors(place)
    layers = dict(layers_of(place, "day", "rain"))
    assert "room" in layers
    assert layers["rain"] < dict(layers_of("square", "day", "rain"))["rain"]


def test_hooves_are_louder_than_paws() -> None:
    hoof, paw = (footstep(np.random.default_rng(3), "sand", 2.0, species) for species in ("horse", "cat"))
    assert np.sqrt(np.mean(hoof**2)) > 1.5 * np.sqrt(np.mean(paw**2))
