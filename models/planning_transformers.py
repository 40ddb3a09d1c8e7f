"""Role Planner model from a folder of a local transformers model: no network, every answer keeps the schema.

The model chooses among what `planning_guided.py` allows, the likeliest token each time, so the same messages give the
same document. Nothing is downloaded: the folder holds config, weights and tokenizer as `save_pretrained` writes them.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from greenroom.errors import GenerationFailed, ModelMissing
from models.planning import Message, Schema
from models.planning_guided import write

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_ANCHOR = "a"  # a token's text is what it adds behind this one: alone, some tokenizers drop its leading space


class TransformersPlanner:
    """A causal language model in `folder`. `seconds` bounds one answer; `device` is torch's, such as cuda.

    Use inside `with`. Raises `ModelMissing` on entry where the folder or the packages are not there.
    """

    def __init__(self, folder: Path, seconds: float = 120.0, device: str = "cpu") -> None:
        self._folder = folder
        self._seconds = seconds
        self._device = device
        self._loaded: tuple[PreTrainedModel, PreTrainedTokenizerBase, dict[str, list[int]]] | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    def __enter__(self) -> Self:
        if not (self._folder / "config.json").is_file():
            raise ModelMissing(
                f"{self._folder} holds no transformers model (config.json).", "Set GREENROOM_PLANNER_MODEL to a folder."
            )
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise ModelMissing("transformers is not installed.", "pip install 'greenroom[models]'") from error
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(self._folder, local_files_only=True)
            torch.nn.Module.to(model, self._device).train(False)
        except (OSError, ValueError, KeyError) as error:
            raise ModelMissing(f"{self._folder} holds no model that can be loaded: {error}.") from error
        self._loaded = (model, tokenizer, _texts(tokenizer))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded = None

    def write(self, messages: Sequence[Message], schema: Schema) -> str:
        """One JSON text of the schema. Raises `GenerationFailed` when the time is over."""
        if self._loaded is None:
            raise GenerationFailed("The planner's model was asked outside its `with` block.")
        model, tokenizer, texts = self._loaded
        asked = _asked(tokenizer, messages)
        chooser = _Chooser(model, tokenizer, texts, asked, time.monotonic() + self._seconds, self.name)
        return write(schema, chooser)


class _Chooser:
    """The model's choices behind what is written so far (`planning_guided.Chooser`)."""

    def __init__(
        self,
        model: "PreTrainedModel",
        tokenizer: "PreTrainedTokenizerBase",
        texts: dict[str, list[int]],
        asked: list[int],
        deadline: float,
        name: str,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._texts = texts
        self._plain = [(text, token) for text, tokens in texts.items() if _is_plain(text) for token in tokens]
        self._waiting = asked  # tokens the model has not read yet
        self._past: object = None
        self._deadline = deadline
        self._name = name

    def add(self, text: str) -> None:
        self._waiting += self._tokenizer.encode(text, add_special_tokens=False)

    def choose(self, options: Sequence[str]) -> str:
        written = ""
        while written not in options:
            rests = [option[len(written) :] for option in options if option.startswith(written)]
            beginnings = {rest[:length] for rest in rests for length in range(1, len(rest) + 1)}
            allowed = [(text, token) for text in beginnings for token in self._texts.get(text, ())]
            if not allowed:  # no token of this model spells it: the rest of the first option is written for it
                self.add(rests[0])
                return written + rests[0]
            written += self._likeliest(allowed)
        return written

    def compose(self, longest: int) -> str:
        written = ""
        closing = [('"', token) for token in self._texts.get('"', ())]
        while len(written) < longest:
            text = self._likeliest([*self._plain, *closing] if closing else self._plain)
            if text == '"':
                return written
            written += text
        self.add('"')
        return written[:longest]

    def _likeliest(self, allowed: Sequence[tuple[str, int]]) -> str:
        """The allowed token the model gives the most, and it is written."""
        if time.monotonic() > self._deadline:
            raise GenerationFailed(f"{self._name} took too long")
        if len(allowed) == 1:
            self._waiting.append(allowed[0][1])
            return allowed[0][0]
        scores = self._scores()
        best = max(allowed, key=lambda one: (scores[one[1]], -one[1]))
        self._waiting.append(best[1])
        return best[0]

    def _scores(self) -> list[float]:
        """How likely the model finds each token next; what waits is read first."""
        import torch

        with torch.inference_mode():
            ids: torch.Tensor = torch.tensor([self._waiting], device=self._model.device)
            read: Callable[..., object] = self._model
            answer = read(input_ids=ids, past_key_values=self._past, use_cache=True)
            self._past = getattr(answer, "past_key_values")  # noqa: B009 - the answer's type is the architecture's own
            logits: torch.Tensor = getattr(answer, "logits")  # noqa: B009
        self._waiting = []
        scores: list[float] = logits[0, -1].float().tolist()
        return scores


def _asked(tokenizer: "PreTrainedTokenizerBase", messages: Sequence[Message]) -> list[int]:
    """The messages as the model was taught to read them, or in plain words where it was taught no form."""
    if tokenizer.chat_template is None:
        text = "\n\n".join(one.text for one in messages) + "\n\n"
        return list(tokenizer.encode(text))
    conversation = [{"role": one.role, "content": one.text} for one in messages]
    text = str(tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True))
    return list(tokenizer.encode(text, add_special_tokens=False))


def _texts(tokenizer: "PreTrainedTokenizerBase") -> dict[str, list[int]]:
    """The tokens by the text each adds. A part of a character, and a token that stands for no text, is left out."""
    anchor = tokenizer.encode(_ANCHOR, add_special_tokens=False)[-1:]
    before = len(tokenizer.decode(anchor))
    special = set(tokenizer.all_special_ids)
    tokens = [token for token in range(len(tokenizer)) if token not in special]
    found: dict[str, list[int]] = {}
    for token, text in zip(tokens, tokenizer.batch_decode([[*anchor, token] for token in tokens]), strict=True):
        added = text[before:]
        if added and "\ufffd" not in added:
            found.setdefault(added, []).append(token)
    return found


def _is_plain(text: str) -> bool:
    """Whether it may stand in a JSON string as it is."""
    return not any(one in '"\\' or ord(one) < 32 for one in text)
