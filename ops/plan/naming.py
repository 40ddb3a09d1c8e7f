"""Whether the names in a document name somebody or something: told by their fields, before the storyboard is made."""

from collections.abc import Iterator

from pydantic import JsonValue

from ops.plan import known
from ops.plan.mistakes import Mistake, Path, unknown

Fields = dict[str, JsonValue]


def mistakes(flat: Fields) -> Iterator[Mistake]:
    """Every id that nobody has or two have, every name nobody knows and every moment after the end, in a flat form."""
    actors = _ids(flat.get("actors"))
    things = [*actors, *_ids(flat.get("props"))]
    yield from _twice(flat)
    yield from _unknown(flat)
    for key, fields, among, what in (
        ("actions", ("actor",), actors, "the id of an actor"),
        ("actions", ("target", "to"), things, "the id of an actor or prop"),
        ("lines", ("actor",), actors, "the id of an actor"),
        ("sounds", ("source",), things, "the id of an actor or prop"),
    ):
        for index, one in _items(flat.get(key)):
            for field in fields:
                yield from _known(one.get(field), (key, index, field), among, what)
    for index, shot in _items(flat.get("shots")):
        camera = shot.get("camera")
        if isinstance(camera, dict):
            path: Path = ("shots", index, "camera", "subject")
            yield from _known(camera.get("subject"), path, things, "the id of an actor or prop")
        listed, worn = shot.get("actors"), shot.get("clothes")
        for number, name in enumerate(listed if isinstance(listed, list) else []):
            yield from _known(name, ("shots", index, "actors", number), actors, "the id of an actor")
        for name in worn if isinstance(worn, dict) else {}:
            yield from _known(name, ("shots", index, "clothes", name), actors, "the id of an actor")
    seconds = flat.get("seconds")
    for key in ("actions", "lines"):
        for index, one in _items(flat.get(key)):
            start = one.get("start")
            if isinstance(start, int | float) and isinstance(seconds, int | float) and start >= seconds:
                yield Mistake((key, index, "start"), f"got {start:g}, after the end at {seconds:g} s; expected less")


def _unknown(flat: Fields) -> Iterator[Mistake]:
    """Places, species, shapes, verbs and voices that the generator does not know."""
    named: list[tuple[Path, JsonValue, str, tuple[str, ...]]] = [
        (("place",), flat.get("place"), "a place", known.places())
    ]
    for key, field, what, names in (
        ("shots", "place", "a place", known.places()),
        ("props", "place", "a place", known.places()),
        ("props", "shape", "a shape", known.shapes()),
        ("actors", "species", "a species", known.species()),
        ("actors", "voice", "a voice", known.voices()),
        ("actions", "verb", "a verb", known.verbs()),
    ):
        named += [((key, index, field), one.get(field), what, names) for index, one in _items(flat.get(key))]
    for path, name, what, names in named:
        if isinstance(name, str) and name not in names:
            yield Mistake(path, unknown(name, what, names))


def _twice(flat: Fields) -> Iterator[Mistake]:
    seen: set[str] = set()
    for key in ("actors", "props"):
        for index, one in _items(flat.get(key)):
            name = one.get("id")
            if isinstance(name, str):
                if name in seen:
                    yield Mistake((key, index, "id"), f"got {name!r} again, expected an id of its own")
                seen.add(name)


def _known(name: JsonValue, path: Path, among: list[str], what: str) -> Iterator[Mistake]:
    if isinstance(name, str) and name not in among:
        says = unknown(name, what, among) if among else f"got {name!r}, expected {what}, and there is none"
        yield Mistake(path, says)


def _ids(value: JsonValue) -> list[str]:
    return [name for _, one in _items(value) if isinstance(name := one.get("id"), str)]


def _items(value: JsonValue) -> list[tuple[int, Fields]]:
    listed = value if isinstance(value, list) else []
    return [(index, one) for index, one in enumerate(listed) if isinstance(one, dict)]
