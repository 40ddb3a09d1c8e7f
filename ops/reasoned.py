"""The reasoning model that judges words by the policy's own text, asked for gates 2 and 3 where the settings name one.

Belongs here: which model, what it is given, and what is recorded of its answer. What follows from it decides
`moderation.reasoned`. A local model is loaded with its first question and kept for the next ones of this process.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from greenroom.domain.verdicts import Gate, Judgement, Outcome
from greenroom.domain.words import BriefWords
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from greenroom.settings import Settings
from models.roles import Loaded
from models.text_safety import RuleText, SafetyAnswer, TextSafety
from moderation.policy import Policy, TextRule
from moderation.reasoned import Fault, Reasoned, not_asked, rules_given, with_reasoned

Kind = TypeVar("Kind", bound="JudgingModel")
_LONGEST = 20_000  # characters of all words; gate 2 reads 4,000 of a prompt, a plan's texts are as many at the most


class JudgingModel(Loaded, Protocol):
    @property
    def weights(self) -> str | None: ...


class Kept(Generic[Kind]):
    """The model that was asked last, loaded: a batch loads it once, and another takes its place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] | None = None
        self._model: Kind | None = None
        self._stack = ExitStack()

    def model(self, key: tuple[object, ...], make: Callable[[], Kind]) -> Kind:
        """The model of this key. Raises what making and loading it raises; then none is kept."""
        with self._lock:
            if self._model is not None and self._key == key:
                return self._model
            self._key, self._model = None, None
            self._stack.close()
            made = make()
            self._stack.enter_context(made)
            self._key, self._model = key, made
            return made


_KEPT: Kept[TextSafety] = Kept()


def with_words_reasoned(settings: Settings, judgement: Judgement, policy: Policy, words: BriefWords) -> Judgement:
    """The judgement of a gate's embedded rules, and of the model of the settings where they name one.

    What is denied already is not asked: nothing is stricter.
    """
    if settings.text_safety == "rules":
        return judgement
    name = settings.text_safety_model or settings.text_safety
    if judgement.outcome is Outcome.DENY:
        return not_asked(judgement, name, "the policy's rules deny it already, and nothing is stricter")

    def judged(model: TextSafety) -> SafetyAnswer:
        _require_readable(words)
        return model.judge(rule_texts(policy, judgement.gate), words)

    key = model_key(settings, "text_safety", settings.text_safety_model)
    answer = attempted(name, lambda: _KEPT.model(key, lambda: text_safety_model(settings)), judged)
    return with_reasoned(judgement, answer, policy)


def attempted(name: str, opened: Callable[[], Kind], ask: Callable[[Kind], SafetyAnswer]) -> Reasoned:
    """What a model answers, or why it does not. `name` is what it is called until it is there."""
    started = time.perf_counter()
    weights: str | None = None

    def none(fault: Fault, reason: str) -> Reasoned:
        seconds = round(time.perf_counter() - started, 3)
        return Reasoned(model=name, weights=weights, reason=reason, seconds=seconds, fault=fault)

    try:
        model = opened()
        name, weights = model.name, model.weights
        answer = ask(model)
    except (ModelMissing, BadInput) as error:
        return none(Fault.MISSING, f"{error.fact} {error.remedy}".strip())
    except GenerationFailed as error:
        return none(Fault.UNANSWERED, error.fact)
    except Exception as error:  # noqa: BLE001  # the edge that reports: a model that crashed holds, and the rules stand
        return none(Fault.CRASHED, f"it crashed with {type(error).__name__}: {error}")
    return Reasoned(
        model=name,
        weights=weights,
        outcome=answer.outcome,
        rules=answer.rules,
        reason=answer.reason,
        scores=dict(answer.scores),
        seconds=round(time.perf_counter() - started, 3),
    )


def text_safety_model(settings: Settings, environment: Mapping[str, str] | None = None) -> TextSafety:
    """The model of the settings, not yet loaded. Raises `BadInput` or `ModelMissing` for settings that name none."""
    environment = os.environ if environment is None else environment
    if settings.text_safety == "openai":
        from models.text_safety_openai import EndpointTextSafety

        key = environment.get(settings.text_safety_key) or None
        return EndpointTextSafety(
            settings.text_safety_url, settings.text_safety_model, key, settings.text_safety_seconds
        )
    from models.text_safety_transformers import TransformersTextSafety

    if not settings.text_safety_model:
        raise ModelMissing("no folder of a text safety model is set.", "Set GREENROOM_TEXT_SAFETY_MODEL to its folder.")
    return TransformersTextSafety(Path(settings.text_safety_model), settings.text_safety_seconds)


def rule_texts(policy: Policy, gate: Gate) -> tuple[RuleText, ...]:
    """The policy's own text for a gate, as a model reads it: id, category, action, sentence, and a rule's examples."""
    return tuple(
        RuleText(
            id=rule.id,
            category=rule.category,
            sentence=rule.sentence,
            action=rule.action,
            stops=rule.stops if isinstance(rule, TextRule) else (),
            lets=rule.lets if isinstance(rule, TextRule) else (),
        )
        for rule in rules_given(policy, gate)
    )


def _require_readable(words: BriefWords) -> None:
    parts = (words.prompt, words.title or "", *words.lines, *words.parents, *words.texts)
    size = sum(map(len, parts))
    if size > _LONGEST:
        raise GenerationFailed(f"the words have {size:,} characters; the model is given {_LONGEST:,} at the most")


def model_key(settings: Settings, role: str, folder: str) -> tuple[object, ...]:
    """What makes it another model: any setting whose name begins with `role`, and the files of its folder."""
    chosen = settings.model_dump(include={name for name in Settings.model_fields if name.startswith(role)})
    return (*sorted(chosen.items()), *_folder_state(folder))


def _folder_state(name: str) -> tuple[tuple[str, int, int], ...]:
    """The files of a model's folder with size and time of change; nothing for a name at an endpoint."""
    folder = Path(name)
    if not name or not folder.is_dir():
        return ()
    states = ((one.name, one.stat()) for one in sorted(folder.iterdir()) if one.is_file())
    return tuple((file, state.st_size, state.st_mtime_ns) for file, state in states)
