"""Colour words of a storyboard as linear RGB: what a dyed, painted or furred surface of that name reflects.

Only words and the default of each species and shape belong here; shading is the renderer's.
"""

import numpy as np

from models.previz.world import Vector

# sRGB, 0 to 255, of surfaces and not of lights: no channel is 0 or 255, since nothing real is
_NAMED: dict[str, tuple[int, int, int]] = {
    "black": (28, 28, 31), "white": (238, 238, 235), "grey": (128, 130, 134), "gray": (128, 130, 134),
    "silver": (186, 190, 196), "charcoal": (54, 56, 60),
    "red": (200, 34, 38), "crimson": (164, 20, 48), "maroon": (104, 24, 36), "scarlet": (214, 40, 28),
    "pink": (240, 146, 174), "magenta": (198, 44, 136), "rose": (222, 108, 128), "coral": (240, 118, 96),
    "orange": (236, 122, 28), "peach": (246, 184, 146), "apricot": (244, 172, 116), "amber": (236, 160, 34),
    "ginger": (204, 118, 52), "rust": (164, 74, 34), "copper": (178, 104, 64), "bronze": (150, 106, 56),
    "yellow": (246, 206, 48), "gold": (216, 168, 52), "golden": (206, 154, 92), "mustard": (206, 158, 42),
    "cream": (240, 226, 196), "ivory": (240, 234, 216), "beige": (216, 196, 164), "sand": (210, 184, 140),
    "tan": (196, 156, 112), "khaki": (170, 156, 112), "brown": (94, 65, 46), "chocolate": (84, 50, 34),
    "chestnut": (132, 70, 44), "hazel": (142, 104, 58), "fawn": (204, 168, 124),
    "green": (48, 142, 62), "lime": (150, 206, 52), "olive": (112, 116, 46), "mint": (152, 218, 184),
    "emerald": (28, 140, 96), "teal": (26, 128, 130), "turquoise": (54, 186, 182), "cyan": (48, 184, 212),
    "blue": (40, 88, 190), "navy": (30, 44, 92), "sky": (120, 182, 232), "azure": (56, 140, 224),
    "indigo": (66, 52, 142), "purple": (122, 54, 152), "violet": (138, 82, 190), "lilac": (190, 156, 214),
    "lavender": (184, 172, 220), "tabby": (150, 122, 90), "calico": (222, 188, 146), "tortoiseshell": (92, 58, 38),
    "blonde": (222, 188, 122), "brindle": (110, 84, 58), "spotted": (210, 190, 160), "striped": (150, 118, 86),
}  # fmt: skip
_COATS: dict[str, tuple[str, ...]] = {  # what an invented figure wears when nobody says
    "cat": ("tabby", "cream"), "dog": ("golden", "cream"), "fox": ("rust", "white"), "rabbit": ("fawn", "white"),
    "horse": ("chestnut", "black"), "robot": ("silver", "azure"),
}  # fmt: skip
_WARDROBE: tuple[tuple[str, ...], ...] = (
    ("teal", "charcoal"), ("mustard", "navy"), ("crimson", "grey"), ("sky", "brown"), ("coral", "navy"),
    ("emerald", "khaki"), ("lavender", "charcoal"), ("cream", "blue"),
)  # fmt: skip
_THINGS = {
    "ball": "red", "box": "tan", "cone": "orange", "cylinder": "teal", "chair": "brown", "table": "brown",
    "crate": "tan", "bench": "brown", "barrel": "brown", "rock": "grey", "tree": "green", "guitar": "brown",
    "balloon": "pink", "bottle": "green", "cup": "white", "umbrella": "navy", "car": "red", "vase": "azure",
    "football": "black", "basketball": "orange", "tennis_ball": "lime", "beach_ball": "red", "hoop": "orange",
    "ring": "pink", "trampoline": "azure", "bicycle": "teal", "traffic_light": "red", "flag": "red", "drum": "crimson",
    "microphone": "gold", "rocket": "red", "skateboard": "orange", "wakeboard": "azure", "surfboard": "turquoise",
    "boat": "azure", "kite": "crimson", "cake": "pink", "book": "crimson", "mug": "azure", "lamp": "cream",
    "hat": "charcoal", "domino": "ivory", "can": "red",
}  # fmt: skip
_PAINTS = ("red", "yellow", "azure", "orange", "emerald", "violet")


def linear(name: str) -> Vector:
    """Linear RGB, 0 to 1, of a colour word; "light", "pale", "bright" lighten it, "dark", "deep" darken it.

    A name may have several words ("dark green"); the last known one is the colour. Mid grey for a name without one.
    """
    words = name.lower().replace("-", " ").replace("_", " ").split()
    known = [word for word in words if word in _NAMED]
    colour = np.array(_NAMED[known[-1]] if known else _NAMED["grey"]) / 255.0
    if {"light", "pale", "pastel"} & set(words):
        colour = colour + (1 - colour) * 0.45
    if {"dark", "deep"} & set(words):
        colour = colour * 0.6
    curved = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)  # IEC 61966-2-1
    return (round(float(curved[0]), 5), round(float(curved[1]), 5), round(float(curved[2]), 5))


def actor_colours(names: tuple[str, ...], species: str, seed: int) -> tuple[Vector, ...]:
    """Main and second colour of a figure: the storyboard's, filled up with its species' own or from the wardrobe."""
    usual = _COATS.get(species) or _WARDROBE[seed % len(_WARDROBE)]
    if not names:
        return tuple(linear(name) for name in usual)
    return tuple(linear(name) for name in (*names, *usual[len(names) :]))


def prop_colour(name: str | None, shape: str, seed: int) -> Vector:
    """Colour of a prop: the storyboard's, else what its shape usually has, else a bright paint."""
    return linear(name or _THINGS.get(shape) or _PAINTS[seed % len(_PAINTS)])
