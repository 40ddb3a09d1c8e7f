"""Role text safety behind an OpenAI-compatible endpoint: gpt-oss-safeguard, or any that follows a policy."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from models.chat_endpoint import ChatEndpoint
from models.text_safety import RuleText, SafetyAnswer, Words, answer_schema, asked, parsed


class EndpointTextSafety:
    """A model at an endpoint. `url` ends before /chat/completions, as https://host/v1; `seconds` is the whole time an
    answer may take; `key` is sent as a bearer token. Raises `BadInput` for what is no http or https address."""

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 60.0) -> None:
        self._endpoint = ChatEndpoint(url, model, key, seconds, "text safety model", "GREENROOM_TEXT_SAFETY_URL")

    @property
    def name(self) -> str:
        """The model and where it answers."""
        return self._endpoint.name

    @property
    def weights(self) -> str | None:
        """None: they are the endpoint's."""
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def judge(self, rules: Sequence[RuleText], words: Words) -> SafetyAnswer:
        """What the model says of the words. Raises `GenerationFailed`."""
        messages: list[JsonValue] = [{"role": one.role, "content": one.text} for one in asked(rules, words)]
        return parsed(self._endpoint.complete(messages, answer_schema(rules), "safety"), rules)
