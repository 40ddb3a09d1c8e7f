"""The bed under a scene: what each place, hour and weather of a clip sounds like, and what the plan asks for by name.

Layers stand in `nature_layers.py` and `place_layers.py`; each is made once for the whole clip, and its level follows
the settings as they come and go, so that the wind of two shots is one wind.
"""

from collections.abc import Callable, Sequence

import numpy as np

from greenroom.domain.clips import SoundEvent
from greenroom.domain.storyboards import Sound, TimeOfDay, Weather
from models.previz.sound import animals, nature_layers, place_layers
from models.previz.sound.listening import Listener
from models.previz.sound.rooms import Reverb
from models.previz.sound.scenes_heard import Heard
from models.previz.sound.signals import RATE, Mono, Stereo, add, faded
from models.previz.staging.grounds import is_outdoors, place_key
from models.previz.world import Vector, World

_LEVEL = 0.013  # root mean square of a layer of level 1: about -38 dBFS, some 19 under a voice
_ASKED = 1.3  # level of a layer that the plan asks for
_CALL_LEVEL = 0.22  # peak of an animal's call at 4 m
_SEAM = 0.25  # seconds a layer that is asked for takes to come and go

_Layers = tuple[tuple[str, float], ...]
_LAYERS: dict[str, Callable[[np.random.Generator, int], Stereo]] = {
    "breeze": nature_layers.breeze, "wind": nature_layers.wind, "leaves": nature_layers.leaves,
    "whistle": nature_layers.whistle, "birds": nature_layers.birds, "gulls": nature_layers.gulls,
    "owl": nature_layers.owl, "crickets": nature_layers.crickets, "surf": nature_layers.surf,
    "water": nature_layers.water, "lapping": nature_layers.lapping, "underwater": nature_layers.underwater,
    "rain": nature_layers.rain, "rain_on_roof": nature_layers.rain_on_roof, "snow": nature_layers.snow,
    "thunder": nature_layers.thunder, "traffic": place_layers.traffic, "city": place_layers.city,
    "room": place_layers.room, "fridge": place_layers.fridge, "clock": place_layers.clock,
    "ventilation": place_layers.ventilation, "hall": place_layers.hall, "ship": place_layers.ship,
    "void": place_layers.void, "crowd": place_layers.crowd, "applause": place_layers.applause,
    "engine": place_layers.engine, "fire": place_layers.fire,
}  # fmt: skip
# words a plan may use for a layer
_MEANS = {
    "waves": "surf", "sea": "surf", "ocean": "surf", "bird": "birds", "birdsong": "birds", "gull": "gulls",
    "storm": "thunder", "cars": "traffic", "street": "traffic", "room tone": "room", "river": "water",
    "stream": "water", "fountain": "water", "brook": "water", "people": "crowd", "audience": "crowd",
    "cheering": "applause", "clapping": "applause", "insects": "crickets", "motor": "engine", "campfire": "fire",
    "ticking": "clock", "foliage": "leaves", "cicadas": "crickets", "bubbles": "underwater", "gale": "wind",
}  # fmt: skip
_CALLS = {
    "meow": animals.meow, "cat": animals.meow, "kitten": animals.meow, "bark": animals.bark, "dog": animals.bark,
    "puppy": animals.bark, "neigh": animals.neigh, "horse": animals.neigh, "whinny": animals.neigh, "fox": animals.yip,
    "yip": animals.yip, "purr": animals.purr, "roar": animals.roar, "growl": animals.roar, "lion": animals.roar,
    "beep": animals.beeps, "robot": animals.beeps, "rabbit": animals.squeak, "mouse": animals.squeak,
    "squeak": animals.squeak, "owl hoot": animals.hoot,
}  # fmt: skip
_BEDS: dict[str, _Layers] = {
    "park": (("breeze", 0.7), ("birds", 0.5), ("city", 0.2)),
    "garden": (("breeze", 0.5), ("birds", 0.75)),
    "meadow": (("breeze", 0.9), ("birds", 0.5)),
    "field": (("breeze", 0.9), ("birds", 0.4)),
    "forest": (("breeze", 0.6), ("leaves", 0.6), ("birds", 0.8)),
    "beach": (("surf", 1.2), ("breeze", 0.4), ("gulls", 0.35)),
    "harbour": (("lapping", 0.9), ("gulls", 0.45), ("breeze", 0.5)),
    "sea": (("surf", 0.7), ("lapping", 0.8), ("wind", 0.4)),
    "lake": (("lapping", 0.9), ("breeze", 0.5), ("birds", 0.3)),
    "river": (("water", 0.9), ("breeze", 0.4), ("birds", 0.4)),
    "pool": (("lapping", 0.8), ("ventilation", 0.4)),
    "underwater": (("underwater", 1.0),),
    "street": (("traffic", 1.0), ("city", 0.3)),
    "city": (("traffic", 0.9), ("city", 0.5)),
    "road": (("traffic", 0.8), ("breeze", 0.4)),
    "rooftop": (("city", 0.9), ("breeze", 0.6)),
    "ice_rink": (("hall", 0.6), ("breeze", 0.3)),
    "square": (("city", 0.7), ("crowd", 0.45)),
    "plaza": (("city", 0.7), ("crowd", 0.45)),
    "playground": (("breeze", 0.5), ("birds", 0.4), ("crowd", 0.25), ("city", 0.2)),
    "mountain": (("whistle", 1.1),),
    "desert": (("whistle", 0.8), ("breeze", 0.4)),
    "kitchen": (("room", 0.35), ("fridge", 0.18), ("clock", 0.1)),
    "living_room": (("room", 0.35), ("clock", 0.14)),
    "bedroom": (("room", 0.3), ("clock", 0.1)),
    "office": (("ventilation", 0.5), ("room", 0.2)),
    "gym": (("hall", 0.5),),
    "stage": (("hall", 0.5),),
    "studio": (("room", 0.3),),
    "space": (("void", 0.3),),
    "moon": (("void", 0.3),),
    "spaceship": (("ship", 1.0),),
    "space_station": (("ship", 1.0),),
}
_OPEN: _Layers = (("breeze", 0.8),)  # outdoors where no bed is known
_INDOORS: _Layers = (("room", 0.4),)
_DAY_BIRDS = frozenset({"birds", "gulls"})
_NO_WEATHER = frozenset({"space", "moon", "spaceship", "space_station", "underwater"})


def layers_of(place: str, time_of_day: str, weather: str) -> _Layers:
    """The layers of a place, with levels: birds sleep at night and in the rain, crickets sing at night outdoors."""
    outdoors, place = is_outdoors(place), place_key(place)
    layers = dict(_BEDS.get(place, _OPEN if outdoors else _INDOORS))
    if place in _NO_WEATHER:
        return tuple(layers.items())
    night = time_of_day == TimeOfDay.NIGHT
    if outdoors and (night or weather in (Weather.RAIN, Weather.SNOW)):
        layers = {name: level for name, level in layers.items() if name not in _DAY_BIRDS}
    if outdoors and time_of_day in (TimeOfDay.DAWN, TimeOfDay.DUSK):
        change = 1.3 if time_of_day == TimeOfDay.DAWN else 0.6
        layers = {name: level * (change if name in _DAY_BIRDS else 1.0) for name, level in layers.items()}
    if outdoors and night and weather in (Weather.CLEAR, Weather.CLOUDY, Weather.FOG):
        if place not in ("beach", "mountain", "sea", "desert"):
            layers["crickets"] = 0.35
        if place == "forest":
            layers["owl"] = 0.3
    if weather == Weather.RAIN:
        layers["rain" if outdoors else "rain_on_roof"] = 1.1 if outdoors else 0.4
    if weather == Weather.WIND:
        layers["wind"] = max(layers.get("wind", 0.0), 1.5 if outdoors else 0.25)
    if weather == Weather.SNOW and outdoors:
        layers = {name: level * 0.45 for name, level in layers.items()} | {"snow": 0.7}
    if weather == Weather.FOG and outdoors:
        layers = {name: level * 0.7 for name, level in layers.items()}
    return tuple(layers.items())


def bed(heard: Sequence[Heard], seed: int, count: int) -> Stereo:
    """What the settings of a clip sound like as they come and go, float64[count, 2]."""
    levels: dict[str, Mono] = {}
    for one in heard:
        for name, level in layers_of(one.setting.place, one.setting.time_of_day, one.setting.weather):
            levels[name] = np.hypot(levels.get(name, np.zeros(count)), level * one.gate)
    out = np.zeros((count, 2))
    for name in sorted(levels):
        random = np.random.default_rng([seed % 2**32, 11, list(_LAYERS).index(name)])
        out += _levelled(_LAYERS[name](random, count)) * levels[name][:, None]
    return out * _LEVEL


def asked_for(
    sounds: Sequence[Sound], world: World, listener: Listener, reverb: Reverb, seed: int, count: int
) -> tuple[Stereo, Stereo, list[SoundEvent]]:
    """What the plan asks for by name: what belongs to the bed, the calls of animals, and what captions name.

    A sound with a source is heard from where that is; a label that names nothing known is left out.
    """
    out, calls = np.zeros((count, 2)), np.zeros((count, 2))
    events: list[SoundEvent] = []
    seconds = count / RATE
    for number, sound in enumerate(sounds):
        random = np.random.default_rng([seed % 2**32, 13, number])
        span = max(0.0, min(seconds, sound.start + (sound.seconds or seconds)) - sound.start)
        known = known_sound(sound.label)
        if known is None or span <= 0:
            continue
        source = sound.source if sound.source is not None else _caller(world, known)
        path = _path(world, source) if source is not None else None
        if known in _CALLS:
            signal = _CALLS[known](random) * _CALL_LEVEL
            dry, sent = listener.placed(signal, sound.start, path or _middle(world), near=0.3)
            add(calls, dry, sound.start)
            reverb.send(sent, sound.start)
            span = min(span, len(signal) / RATE)
        else:
            layer = _levelled(_LAYERS[known](random, max(1, int(span * RATE)))) * _ASKED * _LEVEL
            rise = _SEAM if sound.start > 0 else 0.02
            layer = np.stack([faded(layer[:, side], rise, _SEAM) for side in (0, 1)], axis=1)
            if path is not None:  # from one spot
                layer, sent = listener.placed(layer.mean(axis=1) * 1.4, sound.start, path)
                reverb.send(sent, sound.start)
            add(out, layer, sound.start)
        events.append(SoundEvent(label=sound.label, start=sound.start, seconds=round(span, 3)))
    return out, calls, events


def known_sound(label: str) -> str | None:
    """The layer or call that a label's words name, or None: nothing is made up for a sound not known."""
    text = " " + " ".join(label.lower().replace("-", " ").replace("_", " ").split())
    names = {name.replace("_", " "): name for name in (*_LAYERS, *_CALLS)} | _MEANS
    for word in sorted(names, key=len, reverse=True):
        if f" {word}" in text:  # words that begin so: raining, but not train
            return names[word]
    return None


def _caller(world: World, call: str) -> str | None:
    """Who calls, where the plan does not say: the first animal of the clip that calls so."""
    if call not in _CALLS:
        return None
    return next((body.id for body in world.bodies if _CALLS.get(body.species) is _CALLS[call]), None)


def _levelled(layer: Stereo) -> Stereo:
    return layer / max(1e-9, float(np.sqrt(np.mean(layer**2))))


def _path(world: World, name: str) -> tuple[Vector, ...]:
    """Where an actor or prop is in every frame, or what the camera looks at while it is away."""
    found: list[Vector] = []
    for frame in world.frames:
        if name in frame.bodies:
            x, y, z = frame.bodies[name].position
            found.append((x, y, z + 0.5))
        elif name in frame.rigids:
            found.append(frame.rigids[name].position)
        else:
            found.append(found[-1] if found else frame.camera.target)
    return tuple(found)


def _middle(world: World) -> tuple[Vector, ...]:
    """The middle of every picture: where a sound without a source stands."""
    return tuple(frame.camera.target for frame in world.frames)
