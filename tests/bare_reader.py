"""What `c2pa`'s own Reader says of a file, asked with none of our code: its state, and every failure anywhere in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import c2pa
from pydantic import JsonValue

Json = dict[str, JsonValue]


@dataclass(frozen=True)
class Told:
    """`state` as the Reader names it; `failures`: of the file and of its ingredients, theirs included, each as JSON."""

    state: str | None
    ingredients: int  # of all manifests in the file
    actions: tuple[str, ...]  # of the active one
    failures: tuple[str, ...]


def told(file: Path, root: str) -> Told:
    """What it says of an MP4 under one root, PEM, with nothing fetched."""
    settings = {"trust": {"user_anchors": root}, "verify": {"verify_trust": True, "remote_manifest_fetch": False}}
    with (
        c2pa.Context.from_json(json.dumps(settings)) as context,
        file.open("rb") as stream,
        c2pa.Reader("video/mp4", stream, context=context) as reader,
    ):
        state, store = reader.get_validation_state(), cast("Json", json.loads(reader.json()))
    manifests = cast("dict[str, Json]", store["manifests"])
    active = cast("list[Json]", manifests[str(store["active_manifest"])]["assertions"])
    acted = next(cast("Json", one["data"]) for one in active if str(one["label"]).startswith("c2pa.actions"))
    return Told(
        state=state,
        ingredients=sum(len(cast("list[Json]", one.get("ingredients", []))) for one in manifests.values()),
        actions=tuple(str(one["action"]) for one in cast("list[Json]", acted["actions"])),
        failures=tuple(_failures(store)),
    )


def _failures(value: JsonValue) -> Iterator[str]:
    """Whatever stands under `failure`, and under `validation_status`, which lists failures alone, at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from _failures(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in ("failure", "validation_status") and isinstance(one, list):
                yield from map(json.dumps, one)
            yield from _failures(one)
