"""Role text safety behind an OpenAI-compatible endpoint: gpt-oss-safeguard, or any that follows a policy."""

from collections.abc import Sequence

from pydantic import JsonValue

from greenroom.domain.words import BriefWords
from models.chat_endpoint import AtEndpoint, ChatEndpoint
from models.text_safety import RuleText, SafetyAnswer, answer_schema, asked, parsed


class EndpointTextSafety(AtEndpoint):
    """A model at an endpoint. `url` ends before /chat/completions, as https://host/v1; `seconds` is the whole time an
    answer may take; `key` is sent as a bearer token. Raises `BadInput` for what is no http or https address."""

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 60.0) -> None:
        super().__init__(ChatEndpoint(url, model, key, seconds, "text safety model", "GREENROOM_TEXT_SAFETY_URL"))

    def judge(self, rules: Sequence[RuleText], words: BriefWords) -> SafetyAnswer:
        """What the model says of the words. Raises `GenerationFailed`."""
        messages: list[JsonValue] = [{"role": one.role, "content": one.text} for one in asked(rules, words)]
        return parsed(self._endpoint.complete(messages, answer_schema(rules), "safety"), rules)
