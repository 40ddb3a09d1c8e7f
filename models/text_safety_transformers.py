"""Role text safety from a folder of a local transformers model: gpt-oss-safeguard, Llama Guard 3, ShieldGemma.

Which form it is asked in, its own chat template shows (`text_safety_forms.py`). Nothing is downloaded.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from greenroom.domain.words import BriefWords
from greenroom.errors import GenerationFailed, ModelMissing
from models.local_generation import (
    InFolder,
    device_of,
    load_model,
    load_tokenizer,
    next_scores,
    require_data_only,
    written,
)
from models.local_weights import require_whole, weights_hash
from models.text_safety import RuleText, SafetyAnswer, as_json, asked, parsed
from models.text_safety_forms import (
    Form,
    final_text,
    form_of,
    llama_guard_answer,
    llama_guard_text,
    shield_gemma_answer,
    shield_gemma_text,
)

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SETTING = "GREENROOM_TEXT_SAFETY_MODEL"


@dataclass(frozen=True, slots=True)
class _Ready:
    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    form: Form
    weights: str


class TransformersTextSafety(InFolder[_Ready]):
    """A model in `folder`. `seconds` bounds one judgement; `device` is torch's, None: an accelerator where there is
    one. Use inside `with`; safe to share between threads (one judgement at a time).

    Raises `ModelMissing` on entry where the folder has no whole model, or the packages are not there.
    """

    def __init__(self, folder: Path, seconds: float = 60.0, device: str | None = None) -> None:
        super().__init__(folder, seconds, device)

    def __enter__(self) -> Self:
        files = require_whole(self._folder, SETTING)
        model = load_model(self._folder, "AutoModelForCausalLM", device_of(self._device), SETTING)
        tokenizer = load_tokenizer(self._folder)
        template = tokenizer.chat_template
        if not isinstance(template, str):
            fact = f"{self._folder} holds a model without a chat template, so it cannot be told how to be asked."
            raise ModelMissing(fact, "Put chat_template.jinja there as the model's publisher has it.")
        self._ready = _Ready(model, tokenizer, form_of(template), weights_hash(files))
        return self

    def judge(self, rules: Sequence[RuleText], words: BriefWords) -> SafetyAnswer:
        """What the model says of the words. Raises `GenerationFailed`."""
        ready = self._ready
        if ready is None:
            raise GenerationFailed("the text safety model was asked outside its `with` block")
        require_data_only(ready.tokenizer, as_json(words))
        with self._lock:
            if ready.form is Form.SHIELD_GEMMA:
                return self._by_rule(ready, rules, words)
            if ready.form is Form.LLAMA_GUARD:
                return llama_guard_answer(self._written(ready, llama_guard_text(rules, words)), rules)
            return parsed(self._written(ready, _conversation(ready.tokenizer, rules, words)), rules)

    def _written(self, ready: _Ready, text: str) -> str:
        """The model's answer behind a text that has its control tokens."""
        import torch

        ids = torch.tensor([ready.tokenizer.encode(text, add_special_tokens=False)])
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        answer = written(ready.model, ready.tokenizer, inputs, self._seconds, self.name)
        return final_text(answer, [str(one) for one in ready.tokenizer.all_special_tokens])

    def _by_rule(self, ready: _Ready, rules: Sequence[RuleText], words: BriefWords) -> SafetyAnswer:
        """One question a rule: how likely is Yes, of Yes and No?"""
        import torch

        deadline = time.monotonic() + self._seconds
        yes, no = (ready.tokenizer.convert_tokens_to_ids(one) for one in ("Yes", "No"))
        unknown = ready.tokenizer.unk_token_id
        if not isinstance(yes, int) or not isinstance(no, int) or unknown in (yes, no):
            raise GenerationFailed(f"{self.name} has no tokens for Yes and No")
        scores: dict[str, float] = {}
        for rule in rules:
            if time.monotonic() > deadline:
                raise GenerationFailed(f"{self.name} did not answer in {self._seconds:g} s")
            ids = ready.tokenizer.encode(shield_gemma_text(rule, words), add_special_tokens=False)
            both = next_scores(ready.model, ids, self.name)[[yes, no]]
            scores[rule.id] = round(float(torch.softmax(both, dim=0)[0]), 4)
        return shield_gemma_answer(scores, rules)


def _conversation(tokenizer: "PreTrainedTokenizerBase", rules: Sequence[RuleText], words: BriefWords) -> str:
    """The two messages as the model was taught to read them. Raises `GenerationFailed` for a template that takes no
    instructions apart from data."""
    from jinja2 import TemplateError

    messages = asked(rules, words)
    conversation = [{"role": one.role, "content": one.text} for one in messages]
    try:
        text = str(tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True))
    except TemplateError as error:
        raise GenerationFailed(f"the model's chat template takes no policy: {error}") from error
    if any(one.text.strip() not in text for one in messages):
        raise GenerationFailed("the model's chat template leaves out the policy or the words")
    return text
