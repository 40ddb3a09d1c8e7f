"""Role Planner model behind an OpenAI-compatible endpoint: any server that takes `response_format: json_schema`."""

from collections.abc import Sequence

from pydantic import JsonValue

from models.chat_endpoint import AtEndpoint, ChatEndpoint
from models.planning import Message, Schema


class EndpointPlanner(AtEndpoint):
    """A model at an endpoint. `url` ends before /chat/completions, as https://host/v1; `seconds` is the whole time an
    answer may take; `key` is sent as a bearer token. Raises `BadInput` for what is no http or https address."""

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 30.0) -> None:
        super().__init__(ChatEndpoint(url, model, key, seconds, "planner", "GREENROOM_PLANNER_URL"))

    def write(self, messages: Sequence[Message], schema: Schema) -> str:
        """One JSON text. Raises `GenerationFailed`."""
        asked: list[JsonValue] = [{"role": one.role, "content": one.text} for one in messages]
        return self._endpoint.complete(asked, {name: _strict(one) for name, one in schema.items()}, "storyboard")


def _strict(schema: JsonValue) -> JsonValue:
    """The schema without the bounds of texts, which strict endpoints do not take; what is made of it checks them."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if isinstance(schema, dict):
        return {name: _strict(one) for name, one in schema.items() if name != "maxLength"}
    return schema
