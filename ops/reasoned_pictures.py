"""The vision-language model that judges sampled frames by the policy's own text, where the settings name one.

`picture_reasoning` is what gate 6 hands to `ops.sights.safety_evidence`. Frames are shown in groups, since what
happens between them counts too.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from greenroom.domain.verdicts import Gate, Outcome
from greenroom.domain.words import BriefWords
from greenroom.errors import GenerationFailed, ModelMissing
from greenroom.settings import Settings
from models.picture_safety_reasoned import PictureJudge
from models.roles import Picture
from models.text_safety import SafetyAnswer
from moderation.deliberation import gravest
from moderation.policy import Policy
from moderation.reasoned import Reasoned
from ops.reasoned import Kept, attempted, model_key, rule_texts

Frames = Sequence[tuple[float, Picture]]  # seconds from the start, uint8[H, W, 3]
GROUP = 8  # frames shown together: four seconds of a film

_KEPT: Kept[PictureJudge] = Kept()


def picture_reasoning(settings: Settings, policy: Policy, words: BriefWords) -> Callable[[Frames], Reasoned] | None:
    """What to ask of a clip's frames, or None where the settings name no model. `words`: what the clip was made from.

    What is returned never raises: where there is no answer, it says why, and `moderation.reasoned` holds.
    """
    if settings.picture_reasoning == "off":
        return None
    name = settings.picture_reasoning_model or settings.picture_reasoning
    key = model_key(settings, "picture_reasoning", settings.picture_reasoning_model)

    def opened() -> PictureJudge:
        return _KEPT.model(key, lambda: picture_model(settings))

    return lambda frames: attempted(name, opened, lambda model: _judged(model, policy, words, frames))


def picture_model(settings: Settings, environment: Mapping[str, str] | None = None) -> PictureJudge:
    """The model of the settings, not yet loaded. Raises `BadInput` or `ModelMissing` for settings that name none."""
    from models.picture_safety_reasoned import EndpointPictureSafety, TransformersPictureSafety

    environment = os.environ if environment is None else environment
    name, seconds = settings.picture_reasoning_model, settings.picture_reasoning_seconds
    if settings.picture_reasoning == "openai":
        key = environment.get(settings.picture_reasoning_key) or None
        return EndpointPictureSafety(settings.picture_reasoning_url, name, key, seconds)
    if not name:
        remedy = "Set GREENROOM_PICTURE_REASONING_MODEL to its folder."
        raise ModelMissing("no folder of a vision-language model is set.", remedy)
    return TransformersPictureSafety(Path(name), seconds)


def _judged(model: PictureJudge, policy: Policy, words: BriefWords, frames: Frames) -> SafetyAnswer:
    """The answers of all groups as one: the gravest outcome, every rule, and at which seconds for what reason."""
    if not frames:
        raise GenerationFailed("there is no frame to show it")
    rules = rule_texts(policy, Gate.SAFETY)
    outcomes: list[Outcome] = []
    named: list[str] = []
    reasons: list[str] = []
    for first in range(0, len(frames), GROUP):
        group = frames[first : first + GROUP]
        answer = model.judge(rules, [frame for _, frame in group], words)
        outcomes.append(answer.outcome)
        if answer.outcome is not Outcome.ALLOW:
            named += answer.rules
            reasons.append(f"{group[0][0]:.1f} to {group[-1][0]:.1f} s: {answer.reason}")
        elif not reasons and first + GROUP >= len(frames):
            reasons.append(answer.reason)
    return SafetyAnswer(gravest(tuple(outcomes)), tuple(dict.fromkeys(named)), " ".join(reasons))
