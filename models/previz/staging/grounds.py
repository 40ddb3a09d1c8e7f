"""What the ground of a place is to what moves on it: its name for the ear, its grip, and how it brakes a roll."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Soil:
    """Ground as touched. `rolling` is the share of its weight that brakes a rolling ball (Crr)."""

    material: str  # a ground that `sound/foley.py` knows
    friction: float  # sliding, dimensionless
    rolling: float  # dimensionless: braking force over weight
    bounce: float  # 0 to 1: what is left of a bounce, against hard ground


_SOILS = {
    "grass": Soil("grass", 0.75, 0.060, 0.80),
    "earth": Soil("earth", 0.70, 0.045, 0.82),
    "sand": Soil("sand", 0.85, 0.160, 0.45),
    "snow": Soil("snow", 0.35, 0.130, 0.40),
    "wood": Soil("wood", 0.55, 0.014, 0.98),
    "asphalt": Soil("asphalt", 0.80, 0.020, 1.0),
    "stone": Soil("stone", 0.70, 0.018, 1.0),
    "tile": Soil("tile", 0.50, 0.012, 1.0),
    "concrete": Soil("concrete", 0.70, 0.016, 1.0),
    "ice": Soil("ice", 0.05, 0.004, 0.95),
    "dust": Soil("sand", 0.75, 0.090, 0.55),
    "water": Soil("water", 0.02, 0.020, 0.10),
}
_PLACES = {
    "park": "grass", "garden": "grass", "meadow": "grass", "field": "grass", "forest": "earth", "beach": "sand",
    "desert": "sand", "street": "asphalt", "city": "asphalt", "road": "asphalt", "square": "stone", "plaza": "stone",
    "playground": "stone", "mountain": "snow", "snow": "snow", "lake": "wood", "sea": "water", "moon": "dust",
    "ice_rink": "ice", "rooftop": "concrete", "kitchen": "tile", "bathroom": "tile",
    "studio": "concrete", "living_room": "wood", "bedroom": "wood", "room": "wood", "gym": "wood", "office": "wood",
    "stage": "wood",
}  # fmt: skip
_GRAVITY = {"moon": 1.62}  # metres a second squared; elsewhere:
EARTH = 9.81
INDOORS = frozenset({"kitchen", "bathroom", "living_room", "bedroom", "room", "gym", "office", "stage", "studio"})


def place_key(place: str) -> str:
    """A place's name as tables have it: lower case, words joined by underscores."""
    return place.strip().lower().replace(" ", "_").replace("-", "_")


def is_outdoors(place: str) -> bool:
    """Whether a place lies under the sky; one not known here does."""
    return place_key(place) not in INDOORS


def gravity_of(place: str) -> float:
    """Metres a second squared at which things fall in a place."""
    return _GRAVITY.get(place_key(place), EARTH)


def soil_of(place: str, weather: str) -> Soil:
    """The ground of a place; snow lies on it outdoors when it snows. A place not known here is open grass."""
    key = place_key(place)
    if weather == "snow" and is_outdoors(place):
        return _SOILS["snow"]
    return _SOILS[_PLACES.get(key, "grass")]
