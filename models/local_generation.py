"""A transformers model of a folder that writes: loaded whole or not at all, and every answer ends in time.

The likeliest token each time, so the same question gets the same answer on one machine. No network, no pickle and no
code of the folder's own.
"""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from greenroom.errors import GenerationFailed, ModelMissing
from models.local_weights import require_whole

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

LONGEST = 4_000  # tokens of an answer with its reasoning
_SHOWN = 3  # tensors that an error names


class _Writing(Protocol):
    """What transformers' generation mixin offers, as far as it is used here."""

    def generate(self, **given: object) -> "torch.Tensor": ...


class _Ready(Protocol):
    """What a model is once it is loaded."""

    @property
    def weights(self) -> str: ...


Ready = TypeVar("Ready", bound=_Ready)


class InFolder(Generic[Ready]):
    """What roles share whose model lies in `folder`: it is loaded by entering, asked by one thread at a time.

    `seconds` bounds one answer; `device` is torch's, None: an accelerator where there is one.
    """

    def __init__(self, folder: Path, seconds: float, device: str | None) -> None:
        self._folder = folder
        self._seconds = seconds
        self._device = device
        self._ready: Ready | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def weights(self) -> str | None:
        """SHA-256 over the weight files, once entered."""
        return self._ready.weights if self._ready is not None else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ready = None


def device_of(wanted: str | None) -> str:
    """torch's device: the one that is wanted, else the accelerator where there is one."""
    import torch

    return wanted or ("cuda" if torch.cuda.is_available() else "cpu")


def load_model(folder: Path, kind: str, device: str, setting: str) -> "PreTrainedModel":
    """The model of a folder by one of transformers' auto classes (`kind`), with every tensor from its files.

    Raises `ModelMissing` for a folder without a whole model, and where the packages are not installed.
    """
    require_whole(folder, setting)
    try:
        import torch
        import transformers
        from safetensors import SafetensorError
    except ImportError as error:
        raise ModelMissing("transformers is not installed.", "pip install 'greenroom[models]'") from error
    try:
        model, told = getattr(transformers, kind).from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype="auto",
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelMissing(f"{folder} holds no model that can be loaded: {error}.", "Put it there whole.") from error
    # Left to itself, the library fills what is missing with random numbers and goes on.
    lacking = sorted(map(str, [*told["missing_keys"], *told["mismatched_keys"]]))
    if lacking:
        named = ", ".join(lacking[:_SHOWN])
        raise ModelMissing(
            f"{folder} lacks {len(lacking)} of the model's tensors ({named}).", "Put the model there again, whole."
        )
    try:
        torch.nn.Module.to(model, device).train(False)
    except RuntimeError as error:  # no such device, or no room on it
        raise ModelMissing(f"{folder} cannot be put on {device}: {error}.", "Free memory there.") from error
    return cast("PreTrainedModel", model)


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerBase":
    """The tokenizer of a folder. Raises `ModelMissing`."""
    from transformers import AutoTokenizer

    try:
        return cast(
            "PreTrainedTokenizerBase",
            AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False),
        )
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise ModelMissing(
            f"{folder} holds no tokenizer that can be loaded: {error}.", "Put it there whole."
        ) from error


def require_data_only(tokenizer: "PreTrainedTokenizerBase", data: str) -> None:
    """Raises `GenerationFailed` when the tokenizer would read a control token in what strangers wrote."""
    found = set(tokenizer.encode(data, add_special_tokens=False)) & set(tokenizer.all_special_ids)
    if found:
        raise GenerationFailed("the words hold what this model would read as a control token")


def next_scores(model: "PreTrainedModel", ids: list[int], name: str) -> "torch.Tensor":
    """float32[vocabulary]: what the model gives each token behind `ids`. Raises `GenerationFailed` for no numbers."""
    import torch

    try:
        with torch.inference_mode():
            asked = torch.tensor([ids], device=model.device)
            answer = model(input_ids=asked, attention_mask=torch.ones_like(asked))
            scores = cast("torch.Tensor", answer.logits)[0, -1].float()
    except RuntimeError as error:
        raise GenerationFailed(f"{name} crashed: {error}") from error
    if not bool(torch.isfinite(scores).any()) or bool(torch.isnan(scores).any()):
        raise GenerationFailed(f"{name} returned no numbers (NaN)")
    return scores


def written(
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    inputs: "Mapping[str, torch.Tensor]",
    seconds: float,
    name: str,
) -> str:
    """What the model writes behind `inputs` (`input_ids`: int64[1, N]), control tokens and all, until its own end.

    Raises `GenerationFailed` when it takes longer than `seconds` (asked after each token), does not come to an end,
    returns NaN, or crashes.
    """
    import torch
    from transformers import LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList

    deadline = time.monotonic() + seconds

    class Finite(LogitsProcessor):
        """Refuses scores that are no numbers: the largest of them would be the first token."""

        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            if bool(torch.isnan(scores).any()):
                raise GenerationFailed(f"{name} returned no numbers (NaN)")
            return scores

    class Late(StoppingCriteria):
        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **given: object) -> torch.Tensor:
            late = time.monotonic() > deadline
            return torch.full((input_ids.shape[0],), late, device=input_ids.device, dtype=torch.bool)

    length = inputs["input_ids"].shape[1]
    ends = _ends(model, tokenizer)
    try:
        with torch.inference_mode():
            made = cast("_Writing", model).generate(
                **{key: value.to(model.device) for key, value in inputs.items()},
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                max_new_tokens=LONGEST,
                eos_token_id=ends,
                pad_token_id=ends[0],
                logits_processor=LogitsProcessorList([Finite()]),
                stopping_criteria=StoppingCriteriaList([Late()]),
            )
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        raise GenerationFailed(f"{name} crashed: {error}") from error
    answer: list[int] = made[0, length:].tolist()
    if not answer or answer[-1] not in ends:
        late = time.monotonic() > deadline
        raise GenerationFailed(f"{name} {f'did not answer in {seconds:g} s' if late else 'broke off before the end'}")
    return str(tokenizer.decode(answer, skip_special_tokens=False))


def _ends(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> list[int]:
    """The tokens that end an answer: the folder's own generation settings, and the tokenizer's."""
    settings = model.generation_config
    told = settings.eos_token_id if settings is not None else None
    found = [told] if isinstance(told, int) else [*(told or ())]
    found += [tokenizer.eos_token_id] if isinstance(tokenizer.eos_token_id, int) else []
    if not found:
        raise GenerationFailed("the model's files do not say which token ends an answer")
    return list(dict.fromkeys(found))
