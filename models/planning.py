"""Role Planner model: a language model that writes a JSON document of a given schema, for `ops/plan` to make a plan of.

What it writes is data: whoever asks checks it. No storyboard is made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import JsonValue

from models.roles import Loaded

Schema = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the exchange: instructions are the system's, what a person wrote is the user's, and only data."""

    role: Literal["system", "user", "assistant"]
    text: str


class PlannerModel(Loaded, Protocol):
    """`write` gives the text of one JSON document of the schema. It raises `GenerationFailed` when there is none: no
    answer in time, a refusal, or an endpoint that is not there."""

    def write(self, messages: Sequence[Message], schema: Schema) -> str: ...
