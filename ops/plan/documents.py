"""A storyboard a person wrote, in YAML or JSON: every mistake is told with its line, what was got and expected."""

import difflib
import json
from collections.abc import Hashable

import yaml
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from greenroom.domain.base import canonical
from greenroom.domain.storyboards import Action, Actor, Camera, Line, Prop, Shot, Sound, Storyboard
from greenroom.errors import BadInput

_LARGEST = 1_000_000  # bytes: a hundred times the longest plan that can be made
_MOST_TOLD = 20  # mistakes
_FIELDS: dict[str, type[BaseModel]] = {
    "shots": Shot,
    "camera": Camera,
    "actors": Actor,
    "actions": Action,
    "props": Prop,
    "lines": Line,
    "sounds": Sound,
}
_REMEDY = "Mend the document; title, seconds, seed and shots are needed, every other field has a default."


def load_storyboard(data: bytes, name: str) -> Storyboard:
    """The storyboard of a document of at most 1 MB, UTF-8; `name` is the file's, for messages.

    Raises `BadInput` for anything else: it names up to 20 mistakes, each by field (and line in YAML), with what was
    got and what was expected.
    """
    # 1. It is text, and small enough to be one.
    if len(data) > _LARGEST:
        raise BadInput(f"{name} has {len(data):,} bytes; a storyboard has at most {_LARGEST:,}.", _REMEDY)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is no UTF-8 text: byte {error.start} is {data[error.start]:#04x}.", _REMEDY) from error
    if not text.strip():
        raise BadInput(f"{name} is empty; a storyboard was expected.", _REMEDY)
    # 2. It is a document.
    lines: dict[tuple[str | int, ...], int] = {}
    as_json = name.endswith(".json") or (text.lstrip().startswith("{") and not name.endswith((".yaml", ".yml")))
    value = _from_json(text, name) if as_json else _from_yaml(text, name, lines)
    if not isinstance(value, dict):
        raise BadInput(
            f"{name} holds {_shown(value)}; expected a mapping of fields (title, seconds, shots, …).", _REMEDY
        )
    # 3. It is a storyboard.
    try:
        storyboard = Storyboard.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        deeper = {one["loc"][:end] for one in found for end in range(len(one["loc"]))}
        found = [one for one in found if one["type"] != "too_short" or one["loc"] not in deeper]
        told = [_told(one, lines) for one in found[:_MOST_TOLD]]
        more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
        raise BadInput(f"{name} is no storyboard: {'; '.join(told)}{more}.", _REMEDY) from error
    try:
        canonical(storyboard)
    except UnicodeEncodeError as error:
        raise BadInput(
            f"{name} holds half of a surrogate pair ({error.object[error.start]!a}), no text.", _REMEDY
        ) from error
    return storyboard


def _from_json(text: str, name: str) -> JsonValue:
    def once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None) if len(keys) < 1000 else None
        if twice is not None:
            raise BadInput(f"{name} has the field {twice!r} twice in one place; expected it once.", _REMEDY)
        return dict(pairs)

    try:
        value: JsonValue = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"{name} is no JSON: {where}: {error.msg}.", _REMEDY) from error
    except (RecursionError, ValueError) as error:
        raise BadInput(f"{name} is no JSON that can be read: {_first_line(error)}.", _REMEDY) from error
    return value


class _Loader(yaml.SafeLoader):
    """Plain values only: no aliases, which could make a small document endless."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "an alias; expected the value itself", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _from_yaml(text: str, name: str, lines: dict[tuple[str | int, ...], int]) -> JsonValue:
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise BadInput(f"{name} holds no document; a storyboard was expected.", _REMEDY)
            _note_lines(node, (), lines, name)
            value: JsonValue = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise BadInput(f"{name} is no YAML: {where}{error.problem}.", _REMEDY) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise BadInput(f"{name} is no YAML that can be read: {_first_line(error)}.", _REMEDY) from error
    return value


def _note_lines(
    node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], name: str
) -> None:
    """The line of every field by its path, counted from 1; a field that stands twice is told."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines, name)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, item in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                line = key.start_mark.line + 1
                raise BadInput(f"{name}, line {line}: the field {key.value!r} stands twice; expected it once.", _REMEDY)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            if isinstance(key, yaml.ScalarNode):
                _note_lines(item, (*path, key.value), lines, name)
                lines[(*path, key.value)] = key.start_mark.line + 1


def _told(error: ErrorDetails, lines: dict[tuple[str | int, ...], int]) -> str:
    """One mistake: where, what was got, what was expected."""
    path = error["loc"]
    line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    place = (f"line {line}, " if line is not None else "") + (f"{where}: " if where else "")
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{place.rstrip(': ')}: got nothing, expected this field"
    if error["type"] == "extra_forbidden":
        holder = next((_FIELDS[part] for part in reversed(path[:-1]) if isinstance(part, str)), Storyboard)
        known = sorted(holder.model_fields)
        close = difflib.get_close_matches(str(path[-1]), known, 1)
        meant = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
        return f"{place}got a field that does not exist, {meant}"
    if error["type"] == "value_error":
        return f"{place}{message}"
    if error["type"] == "too_short":
        return f"{place}got none, expected at least one"
    if error["type"] == "invalid_key":
        return f"{place}got the field {error['input']!r}, expected a name"
    return f"{place}got {_shown(error['input'])}, expected {_expected(message)}"


def _expected(message: str) -> str:
    """pydantic's sentence as what was expected: "Input should be greater than 0" is "a value greater than 0"."""
    rest = message.removeprefix("Input should be ")
    return rest if rest.startswith(("a ", "an ", "'")) else f"a value {rest[0].lower()}{rest[1:]}"


def _shown(value: object) -> str:
    shown = repr(value) if isinstance(value, str | int | float | bool) or value is None else f"a {type(value).__name__}"
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _first_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
