"""Writing JSON of a schema with a language model's choices: what the schema fixes is written, the rest is asked for.

A guided writer, in the manner of Willard and Louf, "Efficient guided generation for large language models" (2023), for
the part of JSON Schema that plans need: objects whose properties stand in order and are all required, arrays with
bounds, enumerations (of numbers too, if none begins with another), texts of a bounded length, and `anyOf`. Anything
the model can choose keeps the schema, so a model of any quality writes a valid document. No model is loaded here:
`Chooser` is one.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pydantic import JsonValue

from greenroom.errors import BadInput

_LONGEST_TEXT = 120  # characters of a text whose schema sets no bound
_LONGEST_ARRAY = 8


class Chooser(Protocol):
    """A model at the place in the text that is written so far."""

    def add(self, text: str) -> None:
        """This text stands next, whatever the model would write."""

    def choose(self, options: Sequence[str]) -> str:
        """The option the model writes next; it is added. No option begins with another one."""

    def compose(self, longest: int) -> str:
        """Characters of a JSON string as the model writes them, without the closing quotation mark, which is added."""


def write(schema: Mapping[str, JsonValue], chooser: Chooser) -> str:
    """The JSON text. Raises `BadInput` for a schema of another kind than the writer knows."""
    return _Writer(chooser, schema).value(schema)


class _Writer:
    def __init__(self, chooser: Chooser, root: Mapping[str, JsonValue]) -> None:
        self._chooser = chooser
        self._definitions = root.get("$defs")

    def value(self, schema: Mapping[str, JsonValue]) -> str:
        """One value."""
        schema = self._resolved(schema)
        options = schema.get("enum")
        if isinstance(options, list):
            return self._option([json.dumps(one, ensure_ascii=False) for one in options])
        many = schema.get("anyOf")
        if isinstance(many, list):
            return self._alternative([one for one in many if isinstance(one, dict)])
        kinds: dict[str, Callable[[Mapping[str, JsonValue]], str]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "boolean": lambda _: self._option(["true", "false"]),
            "null": lambda _: self._fixed("null"),
        }
        kind = schema.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            raise BadInput(f"the guided writer knows no schema of the type {kind!r}.")
        return kinds[kind](schema)

    def _resolved(self, schema: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not isinstance(self._definitions, dict):
            return schema
        found = self._definitions.get(reference.rpartition("/")[2])
        return found if isinstance(found, dict) else schema

    def _fixed(self, text: str) -> str:
        self._chooser.add(text)
        return text

    def _option(self, options: list[str]) -> str:
        return self._fixed(options[0]) if len(options) == 1 else self._chooser.choose(options)

    def _alternative(self, many: list[dict[str, JsonValue]]) -> str:
        """A value of one of several schemas: the model chooses by the first character."""
        begins = {_begin(self._resolved(one)): one for one in many}
        if len(begins) != len(many):
            raise BadInput("the guided writer cannot tell the alternatives of a schema by their first character.")
        plain = [one for one in begins if one != "null"]
        if len(begins) == 2 and "null" in begins and len(plain) == 1:
            chosen = self._chooser.choose(["null", plain[0]])
        else:
            chosen = self._chooser.choose(list(begins))
        return chosen if chosen == "null" else self._rest(begins[chosen], chosen)

    def _rest(self, schema: Mapping[str, JsonValue], begun: str) -> str:
        """A value whose first character is written already."""
        whole = self._resolved(schema)
        options = whole.get("enum")
        if isinstance(options, list):
            rests = [json.dumps(one, ensure_ascii=False).removeprefix(begun) for one in options]
            return begun + self._option(rests)
        if whole.get("type") == "string":
            return begun + self._text(whole)
        if whole.get("type") == "object":
            return begun + self._members(whole)
        return begun + self._items(whole)

    def _object(self, schema: Mapping[str, JsonValue]) -> str:
        return self._fixed("{") + self._members(schema)

    def _members(self, schema: Mapping[str, JsonValue]) -> str:
        written = ""
        properties = schema.get("properties")
        members = list(properties.items()) if isinstance(properties, dict) else []
        for number, (name, one) in enumerate(members):
            written += self._fixed(("" if number == 0 else ", ") + json.dumps(name) + ": ")
            written += self.value(one if isinstance(one, dict) else {})
        return written + self._fixed("}")

    def _array(self, schema: Mapping[str, JsonValue]) -> str:
        return self._fixed("[") + self._items(schema)

    def _items(self, schema: Mapping[str, JsonValue]) -> str:
        item = schema.get("items")
        item = item if isinstance(item, dict) else {}
        least, most = _whole(schema.get("minItems"), 0), _whole(schema.get("maxItems"), _LONGEST_ARRAY)
        begin = _begin(self._resolved(item))
        written = ""
        for count in range(most):
            lead = ", " if count else ""
            if count < least:
                written += self._fixed(lead + begin)
            else:
                chosen = self._chooser.choose([lead + begin, "]"])
                written += chosen
                if chosen == "]":
                    return written
            written = written.removesuffix(begin) + self._rest(item, begin)
        return written + self._fixed("]")

    def _string(self, schema: Mapping[str, JsonValue]) -> str:
        return self._fixed('"') + self._text(schema)

    def _text(self, schema: Mapping[str, JsonValue]) -> str:
        return self._chooser.compose(_whole(schema.get("maxLength"), _LONGEST_TEXT)) + '"'


def _begin(schema: Mapping[str, JsonValue]) -> str:
    """The first character of any value of a schema, or null whole."""
    options = schema.get("enum")
    if isinstance(options, list):
        return '"'
    return {"object": "{", "array": "[", "string": '"', "null": "null"}.get(str(schema.get("type")), "")


def _whole(value: JsonValue, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
