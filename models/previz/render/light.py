"""What a place, an hour and a weather mean for light, air and ground: data for the renderer, no drawing.

Colours are linear RGB. The first camera stands at negative y and looks along +y, so light comes from behind it and
from its right unless the hour says otherwise.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum

from models.previz.render.grade import DULL, HOURS, ROOM, Grade
from models.previz.world import Vector


class Ground(IntEnum):
    """What the plane z = 0 is made of."""

    GRASS = 0  # with a trodden path through the middle
    SAND = 1
    SNOW = 2
    BOARDS = 3
    ASPHALT = 4
    STAGE = 5
    TILES = 6
    STUDIO = 7
    FOREST = 8
    PAVING = 9
    LAKE = 10  # a landing stage of boards before still water
    SEA = 11  # water everywhere
    MOON = 12
    ICE = 13
    ROOF = 14


class Precipitation(IntEnum):
    NONE = 0
    RAIN = 1
    SNOW = 2
    LEAVES = 3  # that the wind carries


@dataclass(frozen=True, slots=True)
class Light:
    """All that lights a clip; constant during it."""

    sun_direction: Vector  # towards the sun, moon or key light; any length
    sun_colour: Vector  # of its light on a surface that faces it
    sky_top: Vector
    sky_horizon: Vector
    ambient_up: Vector  # onto surfaces that face up
    ambient_down: Vector  # onto surfaces that face down
    fog_colour: Vector
    fog_density: float  # 1/m
    ground: Ground
    clouds: float = 0.0  # 0 none to 1 overcast
    stars: float = 0.0  # 0 to 1
    softness: float = 0.035  # width of the light as seen from a surface, radians: of a shadow's edge
    exposure: float = 0.58
    wetness: float = 0.0  # 0 to 1: how much the ground mirrors the sky
    precipitation: Precipitation = Precipitation.NONE
    pool: float = 0.0  # metres: radius of a spotlight around the origin; 0 lights everything
    slats: float = 0.0  # metres between the slats of a blind that the light falls through; 0 no blind
    shore: float = 0.0  # metres: the sea begins at this y; 0 no sea
    indoor: bool = False  # a room's air and sky, and its light stands inside
    sky_middle: Vector | None = None  # some 15 degrees up; None: half way
    moon: Vector = (0.0, 0.0, 0.0)  # towards the one that is seen, any length; (0, 0, 0) none
    mist: float = 0.0  # how much denser the air is at the ground than three metres up
    glow: float = 0.0  # how brightly lamps and lit windows burn
    wind: float = 0.12  # metres that leaves four metres up are moved by
    painted: bool = False  # clouds with edges, as on a background for drawn figures
    smooth: float = 0.0  # metres: finer things than this the ground does not show
    grade: Grade = HOURS["day"]
    lamp: bool = False  # the key light stands among the walls: very large parts cast no shadow
    outside: Vector = (1.0, 1.0, 1.0)  # of a room: on what is seen through its windows


_DAY = Light(
    sun_direction=(0.42, -0.62, 0.66),
    sun_colour=(3.0, 2.74, 2.28),
    sky_top=(0.055, 0.20, 0.72),
    sky_horizon=(0.66, 0.83, 1.02),
    ambient_up=(0.40, 0.53, 0.82),
    ambient_down=(0.20, 0.19, 0.13),
    fog_colour=(0.60, 0.74, 0.96),
    fog_density=0.0062,
    ground=Ground.GRASS,
    clouds=0.55,
    sky_middle=(0.20, 0.46, 0.95),
)
_HOURS = {
    "day": _DAY,
    "dawn": replace(
        _DAY,
        sun_direction=(-0.86, -0.20, 0.34),
        sun_colour=(3.2, 2.18, 1.46),
        sky_top=(0.16, 0.31, 0.66),
        sky_middle=(0.62, 0.62, 0.80),
        sky_horizon=(1.12, 0.78, 0.58),
        ambient_up=(0.42, 0.47, 0.68),
        ambient_down=(0.22, 0.18, 0.16),
        fog_colour=(0.72, 0.64, 0.66),
        fog_density=0.0062,
        softness=0.06,
        exposure=0.74,
        mist=1.2,
        glow=0.9,
        grade=HOURS["dawn"],
    ),
    "dusk": replace(
        _DAY,
        sun_direction=(0.88, -0.10, 0.26),
        sun_colour=(3.5, 1.84, 0.92),
        sky_top=(0.060, 0.105, 0.36),
        sky_middle=(0.40, 0.27, 0.46),
        sky_horizon=(1.26, 0.54, 0.20),
        ambient_up=(0.33, 0.32, 0.48),
        ambient_down=(0.20, 0.13, 0.12),
        fog_colour=(0.50, 0.34, 0.38),
        fog_density=0.0058,
        softness=0.06,
        exposure=0.80,
        stars=0.25,
        glow=1.5,
        grade=HOURS["dusk"],
    ),
    "night": replace(
        _DAY,
        sun_direction=(0.46, -0.50, 0.73),
        sun_colour=(0.60, 0.78, 1.16),
        sky_top=(0.006, 0.012, 0.046),
        sky_middle=(0.018, 0.034, 0.098),
        sky_horizon=(0.060, 0.090, 0.180),
        ambient_up=(0.11, 0.16, 0.30),
        ambient_down=(0.05, 0.055, 0.075),
        fog_colour=(0.045, 0.068, 0.140),
        fog_density=0.011,
        clouds=0.25,
        stars=1.0,
        softness=0.05,
        exposure=0.98,
        moon=(-0.24, 0.95, 0.165),
        mist=0.8,
        glow=2.6,
        grade=HOURS["night"],
    ),
}

_MOON = Light(  # no air: a hard sun, a black sky full of stars, light only from the ground
    sun_direction=(-0.72, -0.46, 0.52),
    sun_colour=(4.1, 4.0, 3.85),
    sky_top=(0.0015, 0.0018, 0.003),
    sky_horizon=(0.0015, 0.0018, 0.003),
    ambient_up=(0.055, 0.06, 0.08),
    ambient_down=(0.17, 0.165, 0.155),
    fog_colour=(0.0, 0.0, 0.0),
    fog_density=0.0,
    ground=Ground.MOON,
    stars=1.6,
    softness=0.009,
    exposure=0.72,
    wind=0.0,
)

_GROUNDS = {
    "park": Ground.GRASS,
    "garden": Ground.GRASS,
    "field": Ground.GRASS,
    "meadow": Ground.GRASS,
    "forest": Ground.FOREST,
    "beach": Ground.SAND,
    "desert": Ground.SAND,
    "street": Ground.ASPHALT,
    "city": Ground.ASPHALT,
    "road": Ground.ASPHALT,
    "square": Ground.PAVING,
    "playground": Ground.PAVING,
    "mountain": Ground.SNOW,
    "snow": Ground.SNOW,
    "lake": Ground.LAKE,
    "sea": Ground.SEA,
    "moon": Ground.MOON,
    "ice_rink": Ground.ICE,
    "rooftop": Ground.ROOF,
    "kitchen": Ground.TILES,
    "living_room": Ground.BOARDS,
    "bedroom": Ground.BOARDS,
    "room": Ground.BOARDS,
    "gym": Ground.BOARDS,
    "office": Ground.BOARDS,
    "stage": Ground.STAGE,
    "studio": Ground.STUDIO,
}
_INDOOR = frozenset({"kitchen", "living_room", "bedroom", "room", "gym", "office", "stage", "studio"})
_LAMPLIT = frozenset({Ground.ASPHALT, Ground.PAVING, Ground.ROOF, Ground.ICE})
_BUILT = frozenset({Ground.ASPHALT, Ground.PAVING})
_ALONG = {"dawn": (-0.30, -0.90, 0.36), "dusk": (0.32, -0.90, 0.34)}
_WHITE = frozenset({Ground.SNOW, Ground.ICE})
_BARE = frozenset({Ground.LAKE, Ground.SEA, Ground.ICE})  # where snow does not lie
_LEAFY = frozenset({Ground.GRASS, Ground.FOREST, Ground.PAVING, Ground.ASPHALT})  # where leaves fly
_BLOWN = 0.55  # metres that a strong wind moves leaves by
_LAMP_RADIUS = 6.5  # metres around the action
_SHORE = 13.0  # metres behind the middle of the beach


def light_for(place: str, time_of_day: str, weather: str) -> Light:
    """The light of a place: day, dawn, dusk or night; clear, cloudy, rain, snow or fog.

    A place not known here is lit as open grass, an hour as day, a weather as clear: a storyboard may name any.
    """
    place = place.strip().lower().replace(" ", "_")
    if place in _INDOOR:
        return _indoor(place, time_of_day)
    light = replace(_HOURS.get(time_of_day, _DAY), ground=_GROUNDS.get(place, Ground.GRASS))
    if place == "beach":
        light = replace(light, shore=_SHORE, fog_density=light.fog_density * 0.7)
    if place == "moon":
        return _MOON
    if place == "forest":  # under leaves: less sky, greener
        light = replace(
            light, ambient_up=_times(light.ambient_up, (0.80, 0.92, 0.72)), fog_density=light.fog_density * 1.5
        )
    if light.ground in _BUILT and time_of_day in _ALONG:  # between houses a low sun shines along the street
        light = replace(light, sun_direction=_ALONG[time_of_day])
    light = _weathered(light, weather)
    if light.ground in _WHITE:  # as a photographer does for snow
        light = replace(light, exposure=0.87 * light.exposure)
    if time_of_day == "night" and light.ground in _LAMPLIT:
        return _lamps(light)
    return light


def _lamps(light: Light) -> Light:
    """A street at night: a warm lamp over the action, the blue of the night around it."""
    return replace(
        light,
        sun_direction=(0.34, -0.58, 0.74),
        sun_colour=(2.5, 1.72, 0.94),
        ambient_up=_mix(light.ambient_up, (0.20, 0.22, 0.34), 0.6),
        ambient_down=_mix(light.ambient_down, (0.11, 0.09, 0.09), 0.6),
        softness=0.07,
        pool=_LAMP_RADIUS,
        lamp=True,
    )


def _weathered(light: Light, weather: str) -> Light:
    if weather == "cloudy":
        return _overcast(light, 0.42, 0.75, clouds=0.95)
    if weather == "rain":
        wet = replace(light, wetness=0.8, precipitation=Precipitation.RAIN)
        return _overcast(wet, 0.14, 0.95, clouds=1.0, fog=1.7)
    if weather == "snow":
        covered = light.ground if light.ground in _BARE else Ground.SNOW
        white = replace(light, ground=covered, precipitation=Precipitation.SNOW)
        return _overcast(white, 0.30, 0.90, clouds=1.0, fog=2.2)
    if weather == "fog":
        return _overcast(replace(light, mist=light.mist + 0.8), 0.18, 0.90, clouds=1.0, fog=7.5)
    if weather == "wind":
        if light.ground is Ground.SAND and light.shore == 0:  # the desert flies
            sand = _mix(light.fog_colour, _times((0.92, 0.68, 0.44), light.ambient_up), 0.45)
            return replace(light, wind=_BLOWN, fog_density=2.6 * light.fog_density, mist=1.4, fog_colour=sand)
        flying = Precipitation.LEAVES if light.ground in _LEAFY else Precipitation.NONE
        return replace(light, wind=_BLOWN, clouds=max(light.clouds, 0.7), precipitation=flying)
    return light


def _overcast(light: Light, sun: float, grey: float, clouds: float, fog: float = 1.3) -> Light:
    """Less sun, and from everywhere: `sun` is what is left of it, `grey` how far colours go towards grey."""
    spread = sum(light.sun_colour) / 3 * (1 - sun) * 0.16
    return replace(
        light,
        sun_colour=_times(_grey(light.sun_colour, grey * 0.7), (sun, sun, sun)),
        sky_top=_times(_grey(_mix(light.sky_top, light.sky_horizon, 0.55), grey), (0.9, 0.9, 0.92)),
        sky_middle=None,
        sky_horizon=_times(_grey(light.sky_horizon, grey), (0.95, 0.95, 0.97)),
        ambient_up=_plus(_grey(light.ambient_up, grey), spread),
        ambient_down=_plus(_grey(light.ambient_down, grey * 0.6), spread * 0.3),
        fog_colour=_grey(light.fog_colour, grey),
        fog_density=light.fog_density * fog,
        clouds=clouds,
        stars=0.0,
        moon=(0.0, 0.0, 0.0),
        softness=max(light.softness, 0.16),
        grade=DULL if light.glow < 2 else light.grade,
    )


def _indoor(place: str, time_of_day: str) -> Light:
    room = Light(
        sun_direction=(0.34, -0.48, 0.81),
        sun_colour=(1.75, 1.62, 1.40),
        sky_top=(0.72, 0.70, 0.66),
        sky_horizon=(0.62, 0.58, 0.52),
        ambient_up=(0.66, 0.66, 0.68),
        ambient_down=(0.48, 0.42, 0.36),
        fog_colour=(0.6, 0.56, 0.5),
        fog_density=0.0,
        ground=_GROUNDS[place],
        softness=0.13,
        exposure=0.57,
        indoor=True,
        wind=0.0,
        grade=ROOM,
        lamp=True,
    )
    if place == "stage":
        return replace(
            room,
            sun_direction=(0.22, -0.62, 0.75),
            sun_colour=(4.6, 4.2, 3.5),
            sky_top=(0.010, 0.008, 0.014),
            sky_horizon=(0.022, 0.016, 0.026),
            ambient_up=(0.20, 0.17, 0.24),
            ambient_down=(0.14, 0.08, 0.09),
            fog_colour=(0.020, 0.014, 0.024),
            fog_density=0.03,
            softness=0.05,
            pool=3.4,
        )
    if place == "studio":
        grey = (0.66, 0.67, 0.70)
        return replace(room, sky_top=grey, sky_horizon=grey, fog_colour=grey, fog_density=0.09)
    if time_of_day == "night":  # lamps
        return replace(
            room,
            sun_colour=(2.0, 1.44, 0.86),
            ambient_up=(0.27, 0.225, 0.20),
            ambient_down=(0.20, 0.15, 0.115),
            sky_top=(0.3, 0.25, 0.2),
            sky_horizon=(0.28, 0.22, 0.17),
            softness=0.12,
            pool=4.6,
            glow=1.6,
            outside=(0.012, 0.02, 0.05),
        )
    if time_of_day in {"dawn", "dusk"}:
        low = (0.92, 0.72, 0.62) if time_of_day == "dawn" else (0.95, 0.50, 0.30)
        return replace(room, sun_direction=(0.66, -0.44, 0.60), sun_colour=(2.1, 1.5, 0.95), glow=0.8, outside=low)
    return room


def unit(vector: Vector) -> Vector:
    """The same direction, one long."""
    length = math.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2)
    return vector[0] / length, vector[1] / length, vector[2] / length


def _times(a: Vector, b: Vector) -> Vector:
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]


def _plus(a: Vector, amount: float) -> Vector:
    return a[0] + amount, a[1] + amount, a[2] + amount


def _mix(a: Vector, b: Vector, share: float) -> Vector:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def _grey(colour: Vector, share: float) -> Vector:
    level = 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2]
    return _mix(colour, (level, level, level), share)
