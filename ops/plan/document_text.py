"""The text of a document, YAML or JSON, as plain values with the line and column of every field."""

import contextlib
import json
from collections.abc import Hashable

import yaml
from pydantic import JsonValue

from greenroom.errors import BadInput
from ops.plan.mistakes import REMEDY, Path

LARGEST = 1_000_000  # bytes: a hundred times the longest plan that can be made
_LARGEST_MARKED = 100_000  # characters of JSON whose lines are noted too: it is read a second time for them


def text_of(data: bytes, name: str) -> str:
    """The document's characters. Raises `BadInput` for what is too large, no UTF-8, or empty."""
    if len(data) > LARGEST:
        raise BadInput(f"{name} has {len(data):,} bytes; a storyboard has at most {LARGEST:,}.", REMEDY)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is no UTF-8 text: byte {error.start} is {data[error.start]:#04x}.", REMEDY) from error
    if not text.strip():
        raise BadInput(f"{name} is empty; a storyboard was expected.", REMEDY)
    return text


def value_of(text: str, name: str, marks: dict[Path, tuple[int, int]]) -> JsonValue:
    """The document's value; `marks` is filled with line and column, from 1, of each field.

    A file that ends in .json, or that begins with a brace and ends in neither .yaml nor .yml, is JSON. Raises
    `BadInput` with the place of what is no document.
    """
    as_json = name.endswith(".json") or (text.lstrip().startswith("{") and not name.endswith((".yaml", ".yml")))
    return _from_json(text, name, marks) if as_json else _from_yaml(text, name, marks)


def _from_json(text: str, name: str, marks: dict[Path, tuple[int, int]]) -> JsonValue:
    def once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None) if len(keys) < 1000 else None
        if twice is not None:
            raise BadInput(f"{name} has the field {twice!r} twice in one place; expected it once.", REMEDY)
        return dict(pairs)

    try:
        value: JsonValue = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"{name} is no JSON: {where}: {error.msg}.", REMEDY) from error
    except (RecursionError, ValueError) as error:
        raise BadInput(f"{name} is no JSON that can be read: {_first_line(error)}.", REMEDY) from error
    if len(text) <= _LARGEST_MARKED:
        # JSON is nearly YAML: its places are noted where that holds, and its fields' names tell the place where not
        with contextlib.suppress(yaml.YAMLError, ValueError, RecursionError):
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            if node is not None:
                _note(node, (), marks, name)
    return value


class _Loader(yaml.SafeLoader):
    """Plain values only: no aliases, which could make a small document endless."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "an alias; expected the value itself", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _from_yaml(text: str, name: str, marks: dict[Path, tuple[int, int]]) -> JsonValue:
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise BadInput(f"{name} holds no document; a storyboard was expected.", REMEDY)
            _note(node, (), marks, name)
            value: JsonValue = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise BadInput(f"{name} is no YAML: {where}{error.problem}.", REMEDY) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise BadInput(f"{name} is no YAML that can be read: {_first_line(error)}.", REMEDY) from error
    return value


def _note(node: yaml.Node, path: Path, marks: dict[Path, tuple[int, int]], name: str) -> None:
    """The place of every field by its path: of its value, or of the item; a field that stands twice is told."""
    marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note(item, (*path, index), marks, name)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, item in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                line = key.start_mark.line + 1
                raise BadInput(f"{name}, line {line}: the field {key.value!r} stands twice; expected it once.", REMEDY)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            if isinstance(key, yaml.ScalarNode):
                _note(item, (*path, key.value), marks, name)
                marks[(*path, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)


def _first_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
