"""Role picture safety, flagship: a vision-language model that reads the policy's own text and looks at frames.

The same rules, the same two messages and the same form of answer as the text model's (`text_safety.py`): the frames
stand with the data, and what is written in them is no instruction either. At an OpenAI-compatible endpoint the frames
are data URLs ("Images and vision"); in a local model the processor's own pictures.
"""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, cast

from PIL import Image
from pydantic import JsonValue

from greenroom.domain.words import BriefWords
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.chat_endpoint import AtEndpoint, ChatEndpoint
from models.local_generation import InFolder, device_of, load_model, load_tokenizer, require_data_only, written
from models.local_weights import require_whole, weights_hash
from models.roles import Loaded, Picture
from models.text_safety import RuleText, SafetyAnswer, answer_schema, as_json, enclosed, instructions, parsed
from models.text_safety_forms import final_text

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, ProcessorMixin

SETTING = "GREENROOM_PICTURE_REASONING_MODEL"
MOST_FRAMES = 16  # of one look
_LONGEST_SIDE = 768  # pixels: what vision-language models see of a frame, or a little more
_QUALITY = 90  # of JPEG: an artefact is not mistaken for a thing
_MATTER = "frames of a short video, shown in their order"


class PictureJudge(Loaded, Protocol):
    """`judge` raises `GenerationFailed` when there is no answer that can be used, and `BadInput` for no frame or more
    than `MOST_FRAMES`. Frames are uint8[H, W, 3] RGB in the film's order; `words` is what was asked for."""

    @property
    def weights(self) -> str | None:
        """SHA-256 of the weights where they are on this machine."""
        ...

    def judge(self, rules: Sequence[RuleText], frames: Sequence[Picture], words: BriefWords) -> SafetyAnswer: ...


class EndpointPictureSafety(AtEndpoint):
    """A model at an endpoint. `url` ends before /chat/completions, as https://host/v1; `seconds` is the whole time an
    answer may take; `key` is sent as a bearer token. Raises `BadInput` for what is no http or https address."""

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 120.0) -> None:
        setting = "GREENROOM_PICTURE_REASONING_URL"
        super().__init__(ChatEndpoint(url, model, key, seconds, "picture model", setting))

    def judge(self, rules: Sequence[RuleText], frames: Sequence[Picture], words: BriefWords) -> SafetyAnswer:
        """What the model says of the frames."""
        _require_some(frames)
        shown: list[JsonValue] = [{"type": "image_url", "image_url": {"url": _data_url(one)}} for one in frames]
        messages: list[JsonValue] = [
            {"role": "system", "content": instructions(rules, _MATTER)},
            {"role": "user", "content": [*shown, {"type": "text", "text": enclosed(words)}]},
        ]
        return parsed(self._endpoint.complete(messages, answer_schema(rules), "safety"), rules)


@dataclass(frozen=True, slots=True)
class _Ready:
    model: "PreTrainedModel"
    processor: "ProcessorMixin"
    tokenizer: "PreTrainedTokenizerBase"
    weights: str


class TransformersPictureSafety(InFolder[_Ready]):
    """A vision-language model in `folder`, of any architecture that transformers' auto class for pictures and text
    knows. `seconds` bounds one look; `device` is torch's, None: an accelerator where there is one.

    Use inside `with`; safe to share between threads (one look at a time). Raises `ModelMissing` on entry where the
    folder has no whole model, or the packages are not there.
    """

    def __init__(self, folder: Path, seconds: float = 120.0, device: str | None = None) -> None:
        super().__init__(folder, seconds, device)

    def __enter__(self) -> Self:
        files = require_whole(self._folder, SETTING)
        model = load_model(self._folder, "AutoModelForImageTextToText", device_of(self._device), SETTING)
        tokenizer = load_tokenizer(self._folder)
        self._ready = _Ready(model, _processor(self._folder), tokenizer, weights_hash(files))
        return self

    def judge(self, rules: Sequence[RuleText], frames: Sequence[Picture], words: BriefWords) -> SafetyAnswer:
        """What the model says of the frames."""
        _require_some(frames)
        ready = self._ready
        if ready is None:
            raise GenerationFailed("the picture model was asked outside its `with` block")
        require_data_only(ready.tokenizer, as_json(words))
        with self._lock:
            inputs = _inputs(ready.processor, instructions(rules, _MATTER), frames, enclosed(words))
            answer = written(ready.model, ready.tokenizer, inputs, self._seconds, self.name)
        return parsed(final_text(answer, [str(one) for one in ready.tokenizer.all_special_tokens]), rules)


def _processor(folder: Path) -> "ProcessorMixin":
    from transformers import AutoProcessor

    try:
        read: Callable[..., object] = AutoProcessor.from_pretrained
        found = read(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        fact = f"{folder} holds no processor of pictures that can be loaded: {error}."
        raise ModelMissing(fact, "Put preprocessor_config.json and processor_config.json there.") from error
    if getattr(found, "image_processor", None) is None or not getattr(found, "chat_template", None):
        fact = f"{folder} holds a processor that takes no pictures in a conversation."
        raise ModelMissing(fact, "Name the folder of a vision-language model with its chat template.")
    return cast("ProcessorMixin", found)


def _inputs(
    processor: "ProcessorMixin", policy: str, frames: Sequence[Picture], data: str
) -> "dict[str, torch.Tensor]":
    """The two messages as the model was taught to read them, with its pictures. Raises `GenerationFailed`."""
    from jinja2 import TemplateError

    conversation = [
        {"role": "system", "content": [{"type": "text", "text": policy}]},
        {"role": "user", "content": [*({"type": "image"} for _ in frames), {"type": "text", "text": data}]},
    ]
    try:
        shape: Callable[..., object] = processor.apply_chat_template
        text = str(shape(conversation, tokenize=False, add_generation_prompt=True))
        if policy.strip() not in text or data.strip() not in text:
            raise GenerationFailed("the model's chat template leaves out the policy or the words")
        read = processor(text=[text], images=[[_small(one) for one in frames]], return_tensors="pt")
    except (TemplateError, ValueError, TypeError, KeyError, IndexError, RuntimeError) as error:
        raise GenerationFailed(f"the model's processor takes no such conversation: {error}") from error
    return {str(key): cast("torch.Tensor", value) for key, value in read.items()}


def _require_some(frames: Sequence[Picture]) -> None:
    if not 0 < len(frames) <= MOST_FRAMES:
        raise BadInput(f"a look at pictures takes 1 to {MOST_FRAMES} frames; got {len(frames)}")


def _small(frame: Picture) -> Image.Image:
    picture = Image.fromarray(frame)
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    return picture


def _data_url(frame: Picture) -> str:
    held = io.BytesIO()
    _small(frame).save(held, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(held.getvalue()).decode()}"
