"""What a person has on, from the garments of its spec; what they leave open goes with them, or is the seed's choice."""

from dataclasses import dataclass

import numpy as np

from models.previz.geometry.solids import paint
from models.previz.world import BodySpec, GarmentSpec, Vector

SHIRTS = ((0.60, 0.035, 0.025), (0.03, 0.16, 0.42), (0.62, 0.52, 0.10), (0.06, 0.26, 0.12), (0.55, 0.53, 0.50))
TROUSERS = ((0.020, 0.043, 0.13), (0.055, 0.05, 0.045), (0.20, 0.15, 0.09), (0.015, 0.017, 0.022))
SHOES = ((0.80, 0.80, 0.78), (0.030, 0.022, 0.018), (0.30, 0.10, 0.04))
_LINEN = paint("#ece7dc")
_USUAL: dict[str, Vector] = {  # what a garment is like when nobody says its colour
    "coat": paint("#b08a5b"), "jacket": paint("#3d4a5c"), "suit": paint("#33363d"), "dress": paint("#8c2f4a"),
    "jeans": paint("#31507c"), "shorts": paint("#b9a57e"), "swimsuit": paint("#1d2733"), "spacesuit": paint("#e6e4de"),
    "hat": paint("#5f4a35"), "cap": paint("#24476e"), "helmet": paint("#d9d6cf"), "scarf": paint("#a3322c"),
    "cape": paint("#5a1f2b"), "boots": paint("#33261d"), "gloves": paint("#2b2a2a"), "tie": paint("#7a1f2b"),
    "glasses": paint("#1b1b1d"), "apron": _LINEN, "uniform": paint("#2d3c58"),
}  # fmt: skip
_TOPS = ("coat", "cape", "jacket", "suit", "uniform", "dress", "sweater", "shirt", "swimsuit", "spacesuit")
_LONG = frozenset({"coat", "cape", "jacket", "suit", "uniform", "sweater", "swimsuit", "spacesuit"})
_SHORT = frozenset({"t-shirt", "tshirt", "vest", "jersey", "top"})
_WHOLE = frozenset({"suit", "uniform", "dress", "swimsuit", "spacesuit"})  # above and below of one cloth
_LEGS = ("trousers", "jeans", "shorts", "skirt")
_WORN_WITH = frozenset({"hat", "cap", "helmet", "scarf", "tie", "glasses", "gloves", "apron"})
_NEAREST = {  # words that plans use for what is known by another name
    "t-shirt": "shirt", "tshirt": "shirt", "blouse": "shirt", "vest": "shirt", "jersey": "shirt", "top": "shirt",
    "hoodie": "sweater", "jumper": "sweater", "pullover": "sweater", "cardigan": "sweater",
    "raincoat": "coat", "cloak": "cape", "robe": "coat", "gown": "dress", "pants": "trousers", "leggings": "trousers",
    "wetsuit": "swimsuit", "overalls": "uniform", "armour": "uniform", "armor": "uniform", "costume": "uniform",
    "sneakers": "shoes", "crown": "hat", "beanie": "cap", "sunglasses": "glasses", "shawl": "scarf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outfit:
    """Everything worn. Colours are linear RGB; None where there is no such thing."""

    top: Vector
    legs: Vector
    shoes: Vector
    long_sleeves: bool
    skirt: bool
    coat: bool  # to the knee
    shorts: bool
    barefoot: bool
    boots: bool
    lapels: Vector | None  # the shirt that shows between them
    tie: Vector | None
    apron: Vector | None
    gloves: Vector | None
    extras: tuple[tuple[str, Vector], ...]  # hat, cap, helmet, scarf, glasses, pack: meshes of their own


def outfit_of(spec: BodySpec, random: np.random.Generator, *, skirts: bool) -> Outfit:
    """What a spec's person wears. `skirts`: whether the seed may choose one."""
    shirt, trousers, shoes = (_of(one, random) for one in (SHIRTS, TROUSERS, SHOES))
    drawn_skirt, drawn_coat, drawn_sleeves = (random.random() < share for share in (0.5, 0.16, 0.35))
    main = spec.colours[0] if spec.colours else None
    second = spec.colours[1] if len(spec.colours) > 1 else None
    worn = {_NEAREST.get(one.kind, one.kind): one for one in spec.clothes}
    said = {one.kind for one in spec.clothes}
    if not worn:
        skirt = bool(drawn_skirt) and skirts
        coat = bool(drawn_coat) and not skirt
        return _outfit(
            main or shirt, second or trousers, shoes, sleeves=coat or bool(drawn_sleeves), skirt=skirt, coat=coat
        )
    upper = next((kind for kind in _TOPS if kind in worn), None)
    lower = next((kind for kind in _LEGS if kind in worn), None)
    top = _colour(worn[upper]) if upper is not None else None
    top = top or (main if upper is not None or lower is None else None) or shirt
    legs = _colour(worn[lower]) if lower is not None else None
    if legs is None:
        legs = top if upper in _WHOLE else _USUAL.get(lower or "") or second or trousers
    feet = next((worn[kind] for kind in ("boots", "shoes") if kind in worn), None)
    skirt = lower == "skirt" or upper == "dress" or (lower is None and upper is None and skirts and bool(drawn_skirt))
    return Outfit(
        top=top,
        legs=legs,
        shoes=(_colour(feet) if feet is not None else None) or shoes,
        long_sleeves=upper in _LONG or (upper in (None, "shirt") and bool(drawn_sleeves) and not said & _SHORT),
        skirt=skirt and upper not in _WHOLE - {"dress"},
        coat=upper in ("coat", "cape"),
        shorts=lower == "shorts",
        barefoot=upper == "swimsuit" and feet is None,
        boots="boots" in worn or upper == "spacesuit",
        lapels=_LINEN if upper in ("suit", "jacket") else None,
        tie=_USUAL["tie"] if upper == "suit" and "tie" not in worn and not skirts else _colour(worn.get("tie")),
        apron=_colour(worn.get("apron")),
        gloves=_colour(worn.get("gloves")) or (_USUAL["spacesuit"] if upper == "spacesuit" else None),
        extras=tuple(_extras(worn, upper)) + ((("hood", top),) if "hoodie" in said else ()),
    )


def _outfit(top: Vector, legs: Vector, shoes: Vector, *, sleeves: bool, skirt: bool, coat: bool) -> Outfit:
    return Outfit(top, legs, shoes, sleeves, skirt, coat, False, False, False, None, None, None, None, ())


def _extras(worn: dict[str, GarmentSpec], upper: str | None) -> list[tuple[str, Vector]]:
    found = []
    for kind in ("hat", "cap", "helmet", "scarf", "glasses"):
        colour = _colour(worn.get(kind))
        if colour is not None:
            found.append((kind, colour))
    if upper == "spacesuit":
        found += [("bowl", _USUAL["spacesuit"]), ("pack", _USUAL["spacesuit"])]
    return found


def _colour(garment: GarmentSpec | None) -> Vector | None:
    """A garment's colour, or what it usually has; None for no garment, or one that has no usual colour."""
    if garment is None:
        return None
    kind = _NEAREST.get(garment.kind, garment.kind)
    return garment.colour or _USUAL.get(kind)


def _of(choices: tuple[Vector, ...], random: np.random.Generator) -> Vector:
    return choices[int(random.integers(len(choices)))]
