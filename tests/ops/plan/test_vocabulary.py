"""The vocabulary names only what the generator has."""

import itertools
from importlib import resources

import pytest
import yaml

from models.previz.geometry.actor import HEIGHTS
from models.previz.geometry.places import place_mesh
from models.previz.geometry.shapes import SHAPES
from models.previz.render.light import light_for
from models.previz.sound.ambience import layers_of
from models.previz.staging.colours import linear
from models.previz.staging.verbs import VERBS
from models.speech import VOICES
from ops.plan.vocabulary import Kind, vocabulary

DATA = yaml.safe_load(resources.files("ops.plan").joinpath("vocabulary.yaml").read_text("utf-8"))


def test_every_species_has_a_body_and_every_shape_is_known() -> None:
    assert set(DATA["species"]) == set(HEIGHTS)
    assert set(DATA["props"]) <= set(SHAPES)


def test_every_place_has_its_own_scenery() -> None:
    park = place_mesh("park", 1)
    for place in set(DATA["places"]) - {"park"}:
        assert len(place_mesh(place, 1).vertices) != len(park.vertices), place


def test_every_verb_is_one_the_stage_carries_out() -> None:
    assert set(DATA["verbs"]) - {"play"} <= set(VERBS)  # playing is planned as one of the others


def test_every_outfit_is_of_garments_and_colours_there_are() -> None:
    words = vocabulary()
    for noun in DATA["outfits"]:
        assert words.sense(noun, Kind.SPECIES) == "person", noun
        for kind, colour in words.outfit_of(noun):
            assert kind in DATA["clothes"], (noun, kind)
            assert colour is None or words.sense(colour, Kind.COLOUR) is not None, (noun, colour)


def test_every_colour_is_a_colour_of_its_own() -> None:
    grey = linear("grey")
    assert {colour for colour in DATA["colours"] if linear(colour) == grey} == {"grey", "gray"}


def test_every_voice_is_one_of_the_speech_role_s() -> None:
    assert {voice for entry in DATA["voices"] for voice in entry["voices"]} <= set(VOICES)


@pytest.mark.parametrize("place", sorted(DATA["places"]))
def test_every_place_is_lit_and_heard(place: str) -> None:
    assert all(light_for(place, hour, "clear") for hour in DATA["times"])
    assert layers_of(place, "day", "clear")


@pytest.mark.parametrize(
    ("word", "kind", "sense"),
    [
        ("running", Kind.VERB, "run"),
        ("stopped", Kind.VERB, "stand"),
        ("carries", Kind.VERB, "catch"),
        ("picked up", Kind.VERB, "pick_up"),
        ("gives", Kind.VERB, "give"),
        ("applauding", Kind.VERB, "clap"),
        ("threw", Kind.VERB, "throw"),
        ("lying", Kind.VERB, "lie"),
        ("kittens", Kind.SPECIES, "cat"),
        ("children", Kind.SPECIES, "person"),
        ("puppies", Kind.SPECIES, "dog"),
        ("boxes", Kind.PROP, "box"),
        ("close-up", Kind.FRAMING, "close"),
        ("golden hour", Kind.TIME, "dusk"),
    ],
)
def test_words_in_every_form(word: str, kind: Kind, sense: str) -> None:
    assert vocabulary().sense(word, kind) == sense


def test_no_word_is_both_empty_and_a_noun() -> None:
    words = vocabulary()
    stops = {phrase for phrase in words.phrases() if any(one.kind is Kind.STOP for one in words.meanings(phrase))}
    nouns = (Kind.SPECIES, Kind.PROP, Kind.PLACE, Kind.COLOUR)
    clash = [p for p, kind in itertools.product(stops, nouns) if any(one.kind is kind for one in words.meanings(p))]
    assert clash == [("can",)]  # "a can" against "it can"
