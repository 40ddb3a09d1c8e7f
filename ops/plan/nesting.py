"""A document as a person writes it, made into the flat form of a storyboard.

A shot may hold its own actions, lines and sounds, with times from the shot's start, where the flat form has them all
side by side with times from the clip's start; and most things may be said in a short text. What is left out gets the
time a person would give it: actions of one actor follow each other and fill the shot, lines follow each other, a clip
is as long as its shots. Where each flat field was written is kept, so that a mistake in it is told at its own line.
"""

import zlib
from collections.abc import Callable
from typing import TypeGuard

from pydantic import JsonValue

from ops.plan import short_forms
from ops.plan.cast import display_name
from ops.plan.languages import detect, seconds_to_say
from ops.plan.mistakes import Mistake, Path, Positions, shown
from ops.plan.short_forms import Fields, Read
from ops.plan.shot_timing import spread

_FIRST_LINE, _BETWEEN_LINES = 0.2, 0.15  # seconds
_LAST_LINE = 0.3  # seconds before the end of a shot that a line begins at the latest, however long the one before
_NESTED = ("actions", "lines", "sounds")


class Flattening:
    """One document on its way to the flat form. `positions.origins` and `mistakes` are filled by `flat`."""

    def __init__(self, document: Fields, name: str, seed: int | None, positions: Positions) -> None:
        self._document = document
        self._name = name
        self._seed = seed
        self._origins = positions.origins
        self.mistakes: list[Mistake] = []
        self._spans: list[tuple[float, float] | None] = []  # start and seconds of each shot, where they are known

    def flat(self) -> Fields:
        """The flat form. What is no mapping or list where one belongs is left for the storyboard's own check."""
        flat = dict(self._document)
        flat["actors"] = self._each("actors", self._named(flat.get("actors"), "actors"), self._actor)
        flat["props"] = self._each("props", self._named(flat.get("props"), "props"), self._prop)
        ids = {str(one["id"]) for key in ("actors", "props") for one in _mappings(flat[key]) if "id" in one}
        self._ids = ids
        if isinstance(music := flat.get("music"), str):
            flat["music"] = self._read(short_forms.music(music), ("music",))
        for key in _NESTED:
            single: Callable[[JsonValue, Path], JsonValue] = {
                "actions": self._action,
                "lines": self._line,
                "sounds": self._sound,
            }[key]
            flat[key] = self._each(key, flat.get(key), single)
        self._shots(flat)
        flat.setdefault("title", display_name(self._name.rsplit(".", 1)[0].rsplit("/", 1)[-1]) or "Storyboard")
        if "seed" not in flat:
            flat["seed"] = self._seed if self._seed is not None else zlib.crc32(repr(self._document).encode())
        return {key: value for key, value in flat.items() if value is not None}

    # --- lists -----------------------------------------------------------------------------------------------------

    def _named(self, value: JsonValue, key: str) -> JsonValue:
        """A list of actors or props; a mapping by id stands for one too."""
        if not isinstance(value, dict):
            return value
        listed: list[JsonValue] = []
        for name, one in value.items():
            self._origins[(key, len(listed))] = (key, name)
            listed.append({"id": name, **one} if isinstance(one, dict) else {name: one})
        return listed

    def _each(self, key: str, value: JsonValue, read: Callable[[JsonValue, Path], JsonValue]) -> JsonValue:
        if not isinstance(value, list):
            return value if value is not None else []
        return [read(one, self._origins.get((key, index), (key, index))) for index, one in enumerate(value)]

    def _read(self, read: Read, path: Path) -> Fields:
        self.mistakes += [Mistake(path, says, written=True) for says in read.wrong]
        return read.fields

    def _actor(self, value: JsonValue, path: Path) -> JsonValue:
        if isinstance(value, str):
            value = {value: None}
        if isinstance(value, dict) and len(value) == 1 and "id" not in value:
            ((name, text),) = value.items()
            if text is None:
                text = name if short_forms.species_named(name) else ""
            if isinstance(text, str):
                value = self._read(short_forms.actor(name, text), path)
        if not isinstance(value, dict):
            return value
        if isinstance(clothes := value.get("clothes"), str):
            value = {**value, **self._read(short_forms.garments(clothes), (*path, "clothes"))}
        own = value.get("id")
        return {"species": "person", **({"name": display_name(own)} if isinstance(own, str) else {}), **value}

    def _prop(self, value: JsonValue, path: Path) -> JsonValue:
        if isinstance(value, str):
            value = {value: value}
        if isinstance(value, dict) and len(value) == 1 and "id" not in value:
            ((name, text),) = value.items()
            if isinstance(text, str) or text is None:
                return self._read(short_forms.prop(name, text or name), path)
        return value

    def _action(self, value: JsonValue, path: Path) -> JsonValue:
        return self._read(short_forms.action(value, self._ids), path) if isinstance(value, str) else value

    def _line(self, value: JsonValue, path: Path) -> JsonValue:
        """ "anna: Hello", which YAML reads as a mapping, and JSON as a text."""
        if isinstance(value, str):
            who, colon, words = value.partition(":")
            if not colon:
                says = f"got {shown(value)}, expected who says what, as 'anna: Hello'"
                self.mistakes.append(Mistake(path, says, written=True))
                return {}
            value = {who.strip(): words.strip().strip('"“”')}
        if isinstance(value, dict) and len(value) == 1 and not {"actor", "text"} & value.keys():
            ((name, said),) = value.items()
            value = {"actor": name, "text": said}
        if isinstance(value, dict) and isinstance(text := value.get("text"), str):
            return {"language": detect(text), **value}
        return value

    def _sound(self, value: JsonValue, path: Path) -> JsonValue:
        return {"label": value} if isinstance(value, str) else value

    # --- shots -----------------------------------------------------------------------------------------------------

    def _shots(self, flat: Fields) -> None:
        shots = flat.get("shots")
        if not isinstance(shots, list):
            return
        _share(shots, flat.get("seconds"))
        made: list[JsonValue] = []
        end = 0.0
        for index, shot in enumerate(shots):
            if not isinstance(shot, dict):
                made.append(shot)
                continue
            start, seconds = shot.get("start", round(end, 4)), shot.get("seconds")
            span = (float(start), float(seconds)) if _number(start) and _number(seconds) else None
            end = sum(span) if span else end
            made.append({"start": start, **self._shot(shot, index)})
            self._nested(shot, index, span, flat)
        flat["shots"] = made
        if "seconds" not in flat:
            flat["seconds"] = round(end, 4)
            self._origins[("seconds",)] = ("shots",)

    def _shot(self, shot: Fields, index: int) -> Fields:
        own = {key: value for key, value in shot.items() if key not in _NESTED}
        path: Path = ("shots", index)
        if isinstance(camera := own.get("camera"), str):
            own["camera"] = self._read(short_forms.camera(camera, self._ids), (*path, "camera"))
        if isinstance(actors := own.get("actors"), str):
            own["actors"] = [one.strip() for one in actors.replace(" and ", ",").split(",") if one.strip()]
        if isinstance(clothes := own.get("clothes"), dict):
            own["clothes"] = {
                name: self._read(short_forms.garments(worn), (*path, "clothes", name))["clothes"]
                if isinstance(worn, str)
                else worn
                for name, worn in clothes.items()
            }
        return own

    def _nested(self, shot: Fields, index: int, span: tuple[float, float] | None, flat: Fields) -> None:
        """What the shot holds, put to the flat lists with times from the start of the clip."""
        start, seconds = span or (0.0, 4.0)
        for key, read in (("actions", self._action), ("lines", self._line), ("sounds", self._sound)):
            held = shot.get(key)
            if held is None:
                continue
            path: Path = ("shots", index, key)
            if not isinstance(held, list):
                says = f"got {shown(held)}, expected a list of {key}"
                self.mistakes.append(Mistake(path, says, written=True))
                continue
            items = [read(one, (*path, number)) for number, one in enumerate(held)]
            for number, one in enumerate(items):
                if not isinstance(one, dict):
                    says = f"got {shown(held[number])}, expected a mapping of fields or a short text"
                    self.mistakes.append(Mistake((*path, number), says, written=True))
                else:
                    self._within(one, (*path, number), seconds)
            timed = self._timed(key, [one for one in items if isinstance(one, dict)], seconds)
            into = flat[key]
            if not isinstance(into, list):
                continue
            kept = [number for number, one in enumerate(items) if isinstance(one, dict)]
            for number, one in zip(kept, timed, strict=True):
                self._origins[(key, len(into))] = (*path, number)
                own = one.get("start")
                into.append({**one, "start": round(start + own, 4) if _number(own) else own})

    def _within(self, one: Fields, path: Path, seconds: float) -> None:
        """Told times lie in the shot."""
        start, length = one.get("start", 0.0), one.get("seconds", 0.0)
        if not (_number(start) and _number(length)):
            return
        if start >= seconds or start < 0:
            says = (
                f"got {start:g}, expected a time in the shot, which has {seconds:g} s (times in a shot begin with it)"
            )
            self.mistakes.append(Mistake((*path, "start"), says, written=True))
        elif start + length > seconds + 0.02:
            says = f"got {length:g}, and it ends {start + length - seconds:g} s after the shot; "
            self.mistakes.append(
                Mistake((*path, "seconds"), says + f"expected at most {seconds - start:g}", written=True)
            )

    def _timed(self, key: str, items: list[Fields], seconds: float) -> list[Fields]:
        if key == "actions":
            return spread(items, seconds)
        if key == "sounds":
            return [_lasting({"start": 0.0, **one}, seconds) for one in items]
        timed, at = [], _FIRST_LINE
        for one in items:
            latest = max(0.0, seconds - _LAST_LINE)
            start, text = one.get("start", round(min(at, latest), 3)), one.get("text")
            timed.append({**one, "start": start})
            language = one.get("language")
            length = seconds_to_say(text, str(language or "en")) if isinstance(text, str) else 0.0
            at = (float(start) if _number(start) else at) + length + _BETWEEN_LINES
        return timed


def _share(shots: list[JsonValue], seconds: JsonValue) -> None:
    """Shots without a length share what the others leave of the clip's, if it has one."""
    without = [shot for shot in shots if isinstance(shot, dict) and "seconds" not in shot]
    if not without or not _number(seconds):
        return
    told = [shot.get("seconds") for shot in shots if isinstance(shot, dict)]
    left = float(seconds) - sum(one for one in told if _number(one))
    if left > 0:
        for shot in without:
            shot["seconds"] = round(left / len(without), 4)


def _lasting(one: Fields, seconds: float) -> Fields:
    start = one["start"]
    left = seconds - float(start) if _number(start) else 0.0
    return {**one, "seconds": round(left, 4)} if "seconds" not in one and left > 0 else one


def _mappings(value: JsonValue) -> list[Fields]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _number(value: JsonValue) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
