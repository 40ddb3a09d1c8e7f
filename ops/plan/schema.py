"""The JSON Schema of a storyboard document, for editors: `make docs` writes it to docs/storyboard.schema.json.

It is made from the storyboard's type and the generator's lists, so that it cannot drift: a test holds the file against
it. Names are suggested and not enforced, since other words for them are read too; `load_storyboard` tells them.
"""

import json
from collections.abc import Iterable

from pydantic import JsonValue

from greenroom.domain.storyboards import Storyboard
from ops.plan import known

Schema = dict[str, JsonValue]
_DEFINITIONS = "#/$defs/"
_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"anyOf": [_TEXT, {"type": "null"}]}


def document_schema() -> Schema:
    """The schema of a document as `load_storyboard` takes it, nested or flat."""
    made: Schema = Storyboard.model_json_schema()
    definitions = _mapping(made["$defs"])
    fields = {
        name: _mapping(_mapping(one)["properties"])
        for name, one in definitions.items()
        if "properties" in _mapping(one)
    }
    _suggest(_mapping(made["properties"]), {"place": known.places()})
    _suggest(fields["Shot"], {"place": known.places()})
    _suggest(fields["Prop"], {"shape": known.offered_shapes(), "colour": known.colours(), "place": known.places()})
    _suggest(fields["Actor"], {"species": known.species(), "voice": known.voices(), "hair": known.colours()})
    _suggest(fields["Garment"], {"kind": known.garments(), "colour": known.colours()})
    _suggest(fields["Action"], {"verb": known.offered_verbs()})
    _suggest(fields["Line"], {"language": known.LANGUAGES})
    _shorten(made, fields)
    for name in ("Shot", "Actor", "Action", "Prop", "Line", "Sound", "Storyboard"):
        holder = made if name == "Storyboard" else _mapping(definitions[name])
        optional = {"start", "seconds", "title", "seed", "name", "species", "actor", "shape"}
        required = holder.get("required")
        kept: list[JsonValue] = [one for one in required if one not in optional] if isinstance(required, list) else []
        holder["required"] = kept
    for hidden in ("understood", "not_planned"):
        _mapping(made["properties"]).pop(hidden)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Greenroom storyboard",
        "description": "Shots with camera, place, actors, actions, lines, sounds and music. See docs/storyboards.md.",
    }


def _shorten(made: Schema, fields: dict[str, Schema]) -> None:
    """What may be said in a short text, and what a shot may hold."""
    whole = _mapping(made["properties"])
    for name, example in (("actions", "anna walks to bench"), ("lines", "anna: Hello"), ("sounds", "rain")):
        item: JsonValue = {"anyOf": [_reference(name), {**_TEXT, "examples": _list(example)}, *_by_id(name)]}
        whole[name] = {"type": "array", "items": item, "description": "Times from the start of the clip."}
        fields["Shot"][name] = {"type": "array", "items": item, "description": "Times from the start of the shot."}
    for name in ("actors", "props"):
        named: JsonValue = {
            "anyOf": [_reference(name), _TEXT, {"type": "object", "additionalProperties": _TEXT_OR_NULL}]
        }
        by_id: JsonValue = {"anyOf": [_reference(name), _TEXT_OR_NULL]}
        whole[name] = {"anyOf": [{"type": "array", "items": named}, {"type": "object", "additionalProperties": by_id}]}
    camera: Schema = {**_TEXT, "examples": _list("close on anna, low angle, push in")}
    fields["Shot"]["camera"] = {"anyOf": [{"$ref": f"{_DEFINITIONS}Camera"}, camera]}
    fields["Shot"]["actors"] = {"anyOf": [{"type": "array", "items": _TEXT}, {**_TEXT, "examples": _list("anna, ben")}]}
    worn: Schema = {"type": "array", "items": {"$ref": f"{_DEFINITIONS}Garment"}}
    garments: Schema = {"anyOf": [worn, {**_TEXT, "examples": _list("red coat, black hat")}]}
    fields["Shot"]["clothes"] = {"type": "object", "additionalProperties": garments}
    fields["Actor"]["clothes"] = garments
    tune: Schema = {**_TEXT, "examples": _list("happy, 120 bpm")}
    whole["music"] = {"anyOf": [{"$ref": f"{_DEFINITIONS}Music"}, tune, {"type": "null"}]}


def _reference(name: str) -> Schema:
    return {"$ref": f"{_DEFINITIONS}{name.removesuffix('s').capitalize()}"}


def _by_id(name: str) -> list[JsonValue]:
    """A line may stand as "anna: Hello", a mapping of one."""
    return [{"type": "object", "maxProperties": 1, "additionalProperties": _TEXT}] if name == "lines" else []


def _suggest(properties: Schema, names: dict[str, Iterable[str]]) -> None:
    """An editor offers these names; others are texts too."""
    for field, offered in names.items():
        found = _mapping(properties[field])
        nullable: list[JsonValue] = [{"type": "null"}] if "anyOf" in found else []
        names_offered: list[JsonValue] = [*sorted(offered)]
        offer: Schema = {"enum": names_offered}
        properties[field] = {"anyOf": [offer, _TEXT, *nullable], "title": found.get("title")}


def _list(*texts: str) -> list[JsonValue]:
    return [*texts]


def _mapping(value: JsonValue) -> Schema:
    assert isinstance(value, dict)  # noqa: S101 - a JSON schema's own form
    return value


def written() -> str:
    """The schema's file."""
    return json.dumps(document_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
