"""A storyboard a person wrote, in YAML or JSON: every mistake is told with its line, what was got and expected.

Four steps: the text is a document (`document_text.py`), it is brought to the flat form (`nesting.py`), its fields are a
storyboard's, and what they say can be filmed (`checking.py`).
"""

import difflib

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from greenroom.domain.base import canonical
from greenroom.domain.storyboards import Action, Actor, Camera, Garment, Line, Music, Prop, Shot, Sound, Storyboard
from greenroom.errors import BadInput
from ops.plan import checking, naming
from ops.plan.arranging import arranged
from ops.plan.document_text import text_of, value_of
from ops.plan.mistakes import REMEDY, Mistake, Positions, refusal, shown
from ops.plan.nesting import Flattening

_FIELDS: dict[str, type[BaseModel]] = {
    "shots": Shot,
    "camera": Camera,
    "actors": Actor,
    "actions": Action,
    "props": Prop,
    "lines": Line,
    "sounds": Sound,
    "clothes": Garment,
    "music": Music,
}
_NESTED = ("actions", "lines", "sounds")  # that a shot may hold too


def load_storyboard(data: bytes, name: str, seed: int | None = None) -> Storyboard:
    """The storyboard of a document of at most 1 MB, UTF-8; `name` is the file's, for messages and as its title.

    `seed` is taken where the document names none; None: one that the document's content gives. Raises `BadInput` for
    anything else: it names up to 20 mistakes, each by line, column and field, with what was got and what was expected.
    """
    # 1. It is text, and a document.
    positions = Positions()
    value = value_of(text_of(data, name), name, positions.marks)
    if not isinstance(value, dict):
        raise BadInput(f"{name} holds {shown(value)}; expected a mapping of fields (title, seconds, shots, …).", REMEDY)
    # 2. It has a flat form.
    flattening = Flattening({str(key): one for key, one in value.items()}, name, seed, positions)
    flat = checking.renamed(flattening.flat())
    # 3. Its fields are a storyboard's.
    try:
        storyboard = Storyboard.model_validate(flat)
    except ValidationError as error:
        found = error.errors(include_url=False)
        deeper = {one["loc"][:end] for one in found for end in range(len(one["loc"]))}
        found = [one for one in found if one["type"] != "too_short" or one["loc"] not in deeper]
        unread = {one.path[:2] for one in flattening.mistakes}  # what could not be read has no fields to miss
        named = list(naming.mistakes(flat))
        told = [Mistake(one["loc"], _says(one)) for one in found if one["loc"] or not named]  # else it stands by its id
        told = [one for one in told if not _follows(one, positions, unread, "shots" in value)]
        raise refusal(name, [*flattening.mistakes, *named, *told], positions) from error
    if flattening.mistakes:
        raise refusal(name, [*flattening.mistakes, *naming.mistakes(flat)], positions)
    # 4. What they say can be filmed.
    try:
        canonical(storyboard)
    except UnicodeEncodeError as error:
        raise BadInput(
            f"{name} holds half of a surrogate pair ({error.object[error.start]!a}), no text.", REMEDY
        ) from error
    if wrong := [*naming.mistakes(flat), *checking.mistakes(storyboard)]:
        raise refusal(name, wrong, positions)
    return arranged(storyboard, _placed(flat))


def _placed(flat: dict[str, JsonValue]) -> frozenset[str]:
    """Ids of those whose place the document names."""
    listed = [one for key in ("actors", "props") if isinstance(many := flat.get(key), list) for one in many]
    return frozenset(str(one["id"]) for one in listed if isinstance(one, dict) and {"x", "y"} & one.keys())


def _follows(mistake: Mistake, positions: Positions, unread: set[tuple[str | int, ...]], shots: bool) -> bool:
    """Whether a mistake only follows from a text that could not be read, or from there being no shots."""
    if mistake.path == ("seconds",) and not shots:
        return True
    origin = positions.origins.get(mistake.path[:2], mistake.path)
    return "got nothing" in mistake.says and (origin[:2] in unread or origin[:4] in unread)


def _says(error: ErrorDetails) -> str:
    """One mistake of a field: what was got, what was expected."""
    path = error["loc"]
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return "got nothing, expected this field"
    if error["type"] == "extra_forbidden":
        holder = next((_FIELDS[part] for part in reversed(path[:-1]) if part in _FIELDS), Storyboard)
        known = sorted([*holder.model_fields, *(_NESTED if holder is Shot else ())])
        close = difflib.get_close_matches(str(path[-1]), known, 1)
        meant = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
        return f"got a field that does not exist, {meant}"
    if error["type"] == "value_error":
        return message
    if error["type"] == "too_short":
        return "got none, expected at least one"
    if error["type"] == "invalid_key":
        return f"got the field {error['input']!r}, expected a name"
    return f"got {shown(error['input'])}, expected {_expected(message)}{_meant(error)}"


def _meant(error: ErrorDetails) -> str:
    """What was meant, where one of a few words was expected and another is near."""
    expected = str(error.get("ctx", {}).get("expected", "")) if error["type"] == "enum" else ""
    words = [word for part in expected.split(", ") for word in part.split(" or ")]
    names = [word.strip().strip("'") for word in words if word.strip()]
    near = difflib.get_close_matches(str(error["input"]).lower().replace(" ", "_").replace("-", "_"), names, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _expected(message: str) -> str:
    """pydantic's sentence as what was expected: "Input should be greater than 0" is "a value greater than 0"."""
    rest = message.removeprefix("Input should be ")
    return rest if rest.startswith(("a ", "an ", "'")) else f"a value {rest[0].lower()}{rest[1:]}"
