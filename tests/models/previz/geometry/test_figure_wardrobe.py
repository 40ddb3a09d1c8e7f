"""People wear what their spec says, and what it leaves open goes with it."""

import numpy as np
import pytest

from models.previz.geometry.figure import Figure
from models.previz.geometry.figure_dyes import FRONT_TEXTURE, front_picture
from models.previz.geometry.figure_wardrobe import Outfit, outfit_of
from models.previz.mesh import Mesh
from models.previz.world import BodySpec, BodyState, GarmentSpec, MoveWeight, Vector

RED: Vector = (0.6, 0.02, 0.02)
BLUE: Vector = (0.02, 0.05, 0.5)
TOP, LEGS, BARE, EXTRAS = 3, 4, 5, (15, 16, 17, 18)
STAND = BodyState((0.0, 0.0, 0.0), 0.0, (MoveWeight("stand", 0.0),))
KINDS = [
    "coat",
    "jacket",
    "suit",
    "dress",
    "shirt",
    "sweater",
    "skirt",
    "trousers",
    "jeans",
    "shorts",
    "swimsuit",
    "spacesuit",
    "hat",
    "cap",
    "helmet",
    "scarf",
    "cape",
    "shoes",
    "boots",
    "gloves",
    "tie",
    "glasses",
    "apron",
    "uniform",
    "hoodie",
    "t-shirt",
    "wetsuit",
]


def spec(*clothes: GarmentSpec, seed: int = 4, **fields: object) -> BodySpec:
    return BodySpec("a", "person", (), None, seed, 1.72, clothes=clothes, **fields)  # type: ignore[arg-type]


def posed(one: BodySpec) -> Mesh:
    return Figure(one, None).pose(STAND)


def height_of(mesh: Mesh, part: int) -> tuple[float, float]:
    z = mesh.vertices[np.unique(mesh.faces[mesh.part == part])][:, 2]
    return float(z.min()), float(z.max())


def colour_of(mesh: Mesh, part: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.median(mesh.colours[np.unique(mesh.faces[mesh.part == part])], axis=0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_garment_can_be_worn(kind: str) -> None:
    mesh = posed(spec(GarmentSpec(kind, RED)))
    assert np.isfinite(mesh.vertices).all()
    assert len(mesh.faces) < 48_000
    if kind in {"hat", "cap", "helmet", "scarf", "glasses"}:
        assert np.isin(mesh.part, EXTRAS).any()


def test_colours_are_those_of_the_garments() -> None:
    mesh = posed(spec(GarmentSpec("shirt", RED), GarmentSpec("trousers", BLUE)))
    np.testing.assert_allclose(colour_of(mesh, TOP), RED, atol=1e-6)
    np.testing.assert_allclose(colour_of(mesh, LEGS), BLUE, atol=1e-6)


def test_a_dress_is_of_one_cloth_and_shorts_end_at_the_knee() -> None:
    dress = posed(spec(GarmentSpec("dress", RED)))
    np.testing.assert_allclose(colour_of(dress, TOP), colour_of(dress, LEGS))
    assert height_of(dress, LEGS)[0] > 0.35
    shorts = posed(spec(GarmentSpec("shirt", RED), GarmentSpec("shorts", BLUE)))
    assert 0.4 < height_of(shorts, LEGS)[0] < 0.6
    assert (shorts.part == BARE).any()


def test_a_suit_has_lapels_and_a_tie_on_its_front_only() -> None:
    worn = outfit_of(spec(GarmentSpec("suit", None), pronoun="he"), np.random.default_rng(4), skirts=False)
    assert worn.lapels is not None
    assert worn.tie is not None
    picture = front_picture(worn)
    assert picture is not None
    assert 0.02 < (picture[..., 3] > 128).mean() < 0.4
    mesh = posed(spec(GarmentSpec("suit", None)))
    shown = mesh.faces[mesh.texture == FRONT_TEXTURE]
    assert mesh.vertices[shown][:, :, 1].min() > 0.0  # it faces forward
    assert front_picture(outfit_of(spec(GarmentSpec("shirt", RED)), np.random.default_rng(4), skirts=False)) is None


def test_hair_does_not_come_through_a_hat() -> None:
    bare, covered = posed(spec(seed=9)), posed(spec(GarmentSpec("cap", RED), seed=9))
    assert height_of(covered, 2)[1] < height_of(bare, 2)[1] - 0.03


@pytest.mark.parametrize(("pronoun", "least", "most"), [("he", 0, 6), ("she", 40, 60)])
def test_the_seed_chooses_hair_as_the_name_says(pronoun: str, least: int, most: int) -> None:
    from models.previz.geometry.figure_person import build_of

    builds = [build_of(spec(seed=seed, pronoun=pronoun), np.random.default_rng(seed))[0] for seed in range(60)]
    assert least <= sum(build.long_hair for build in builds) <= most
    if pronoun == "he":
        assert not any(build.skirt for build in builds)


def test_builds_are_told_apart() -> None:
    wide = {
        build: np.ptp(posed(spec(GarmentSpec("shirt", RED), build=build)).vertices[:, 1])
        for build in ("slim", "average", "stocky")
    }
    assert wide["slim"] < wide["stocky"]
    grey = posed(spec(build="elder"))
    assert np.ptp(colour_of(grey, 2)) < 0.08


@pytest.mark.parametrize("seed", range(12))
def test_a_hoodie_has_a_hood_and_a_t_shirt_short_sleeves(seed: int) -> None:
    def worn(kind: str) -> Outfit:
        spec = BodySpec("a", "person", (), None, seed, 1.72, clothes=(GarmentSpec(kind, (0.1, 0.2, 0.3)),))
        return outfit_of(spec, np.random.default_rng(seed), skirts=False)

    assert worn("hoodie").extras == (("hood", (0.1, 0.2, 0.3)),)
    assert worn("hoodie").long_sleeves
    assert worn("sweater").extras == ()
    assert not worn("t-shirt").long_sleeves
