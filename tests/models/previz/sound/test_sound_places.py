"""What places sound like: outdoors under one table for all."""

import numpy as np
import pytest

from models.previz.sound.ambience import known_sound, layers_of
from models.previz.sound.materials import GROUNDS
from models.previz.sound.rooms import room_of
from models.previz.sound.steps import footstep
from models.previz.staging.grounds import is_outdoors


@pytest.mark.parametrize("place", ["square", "playground", "road", "park", "a place nobody knows"])
def test_places_under_the_sky_have_no_room_tone(place: str) -> None:
    assert is_outdoors(place)
    assert "room" not in {name for name, _ in layers_of(place, "day", "clear")}


@pytest.mark.parametrize("place", ["kitchen", "living room", "stage"])
def test_rain_in_a_room_is_on_its_roof_and_fainter(place: str) -> None:
    assert not is_outdoors(place)
    layers = dict(layers_of(place, "day", "rain"))
    assert "rain" not in layers
    assert layers["rain_on_roof"] < dict(layers_of("square", "day", "rain"))["rain"]


def test_birds_sleep_at_night_and_in_the_rain() -> None:
    assert "birds" in dict(layers_of("park", "day", "clear"))
    assert "birds" not in dict(layers_of("park", "night", "clear"))
    assert "birds" not in dict(layers_of("park", "day", "rain"))
    assert "crickets" in dict(layers_of("park", "night", "clear"))
    assert "crickets" not in dict(layers_of("kitchen", "night", "clear"))


@pytest.mark.parametrize("place", ["space", "moon", "spaceship"])
@pytest.mark.parametrize("weather", ["rain", "wind", "clear"])
def test_there_is_no_weather_where_there_is_no_air(place: str, weather: str) -> None:
    assert layers_of(place, "night", weather) == layers_of(place, "day", "clear")


def test_halls_ring_and_open_land_does_not() -> None:
    assert room_of("gym").seconds > 2 * room_of("bedroom").seconds
    assert room_of("beach").wet < 0.3 * room_of("kitchen").wet
    assert room_of("a place nobody knows") == room_of("meadow")


@pytest.mark.parametrize(
    "label", ["dog barks", "It is raining", "waves", "horse neighs", "clock ticking", "rain_on_roof"]
)
def test_a_sound_is_known_by_its_words(label: str) -> None:
    assert known_sound(label) is not None


@pytest.mark.parametrize("label", ["a train of thought", "quiet", "", "xylophone"])
def test_a_sound_that_is_not_known_is_not_made_up(label: str) -> None:
    assert known_sound(label) is None


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_every_ground_has_a_step_that_begins_at_once(ground: str) -> None:
    step = footstep(np.random.default_rng(1), ground, 2.0)
    assert np.isfinite(step).all()
    assert int(np.argmax(np.abs(step) > 0.1 * np.abs(step).max())) < 480


def test_grounds_sound_apart() -> None:
    def centroid(ground: str) -> float:
        power = np.abs(np.fft.rfft(footstep(np.random.default_rng(1), ground, 2.0), 48_000)) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert centroid("boards") < centroid("asphalt") < centroid("snow")
    assert centroid("dust") < centroid("sand")


def test_hooves_are_louder_than_paws() -> None:
    hoof, paw = (footstep(np.random.default_rng(3), "sand", 2.0, species) for species in ("horse", "cat"))
    assert np.sqrt(np.mean(hoof**2)) > 1.5 * np.sqrt(np.mean(paw**2))
