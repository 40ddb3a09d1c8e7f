"""Which planner plans a brief: the embedded grammar, or a language model of the settings with the grammar behind it.

A language model's answer is checked as a document that a person wrote is; one that cannot be used is asked for once
more with what is wrong, and then the grammar plans. The plan's first sentence of `understood` says who planned it
where a language model was asked.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from greenroom.domain.briefs import Brief
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Storyboard
from greenroom.errors import BadInput, GreenroomError, ModelMissing
from greenroom.settings import Settings
from models.planning import PlannerModel
from ops.plan.cast import display_name, what_it_is
from ops.plan.documents import load_storyboard
from ops.plan.planner import LONGEST_TITLE, plan
from ops.plan.understanding import understood
from ops.plan.writing import again, asked, plan_schema, quoted

_ATTEMPTS = 2
_SHORTEST_REASON = 200  # characters of a reason that the plan repeats


def planned(
    settings: Settings, brief: Brief, likenesses: tuple[Likeness, ...], parent: Storyboard | None
) -> Storyboard:
    """The storyboard of a brief by the planner of the settings. A remix is always the grammar's: it varies its parent.

    Never raises for what a language model does or does not do: then the plan is the grammar's, and says why.
    """
    if settings.planner == "grammar":
        return plan(brief, likenesses, parent)
    if parent is not None:
        return _by_grammar(brief, likenesses, parent, "A remix is planned by the grammar.")
    try:
        model = planner_model(settings)
        with model:
            return written_by(model, brief, likenesses)
    except GreenroomError as error:
        reason = error.fact.rstrip(".")[:_SHORTEST_REASON]
        return _by_grammar(brief, likenesses, None, f"Planned by the grammar, since {reason}.")


def planner_model(settings: Settings, environment: Mapping[str, str] | None = None) -> PlannerModel:
    """The language model of the settings, not yet loaded. Raises `BadInput` for settings that name none."""
    environment = os.environ if environment is None else environment
    if settings.planner == "openai":
        from models.planning_openai import EndpointPlanner

        key = environment.get(settings.planner_key) or None
        return EndpointPlanner(settings.planner_url, settings.planner_model, key, settings.planner_seconds)
    from models.planning_transformers import TransformersPlanner

    if not settings.planner_model:
        raise ModelMissing("no folder of a planner model is set", "Set GREENROOM_PLANNER_MODEL to its folder.")
    return TransformersPlanner(Path(settings.planner_model), settings.planner_seconds)


def written_by(model: PlannerModel, brief: Brief, likenesses: tuple[Likeness, ...]) -> Storyboard:
    """The storyboard a language model writes. Raises `GenerationFailed` when it does not answer, and `BadInput` when
    neither of two answers is a storyboard of this brief."""
    messages = asked(brief, likenesses)
    schema = plan_schema(brief, likenesses)
    wrong = BadInput(f"{model.name} was not asked")
    for _ in range(_ATTEMPTS):
        answer = model.write(messages, schema)
        try:
            board = _board(answer, brief, likenesses)
        except BadInput as error:
            wrong = error
            messages = (*messages, *again(answer[:20_000], error.fact))
            continue
        said = (f"Planned by the language model {model.name}.", *understood(board, [], remix=False))
        return board.model_copy(update={"understood": said})
    raise BadInput(f"{model.name} wrote no storyboard in {_ATTEMPTS} attempts: {wrong.fact}")


def _by_grammar(brief: Brief, likenesses: tuple[Likeness, ...], parent: Storyboard | None, why: str) -> Storyboard:
    board = plan(brief, likenesses, parent)
    return board.model_copy(update={"understood": (why, *board.understood)})


def _board(answer: str, brief: Brief, likenesses: Sequence[Likeness]) -> Storyboard:
    """The storyboard of an answer, with length, size, seed and likenesses as the brief has them. Raises `BadInput`."""
    # 1. It is a document.
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the answer is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadInput("the answer is no JSON object")
    # 2. What it left out, said as such; what the brief decides is the brief's.
    left_out = document.pop("left_out", [])
    missed = tuple(str(one) for one in left_out) if isinstance(left_out, list) else ()
    document = {
        key: value for key, value in document.items() if key not in ("title", "seed", "understood", "not_planned")
    }
    document |= {"title": " ".join(brief.prompt.split())[:LONGEST_TITLE], "seed": brief.seed, "seconds": brief.seconds}
    document |= {"width": brief.width, "height": brief.height}
    document |= {"style": brief.style.value} if brief.style else {}
    _fit(document, brief.seconds)
    _as_enrolled(document, likenesses)
    # 3. It is a storyboard that can be filmed.
    board = load_storyboard(json.dumps(document).encode(), "the answer.json")
    # 4. It keeps to what was asked: the likenesses, and the words.
    _keeps(board, brief, likenesses)
    return board.model_copy(update={"not_planned": missed})


def _fit(document: dict[str, JsonValue], seconds: float) -> None:
    """The shots brought to the clip's length, in proportion."""
    shots = document.get("shots")
    lengths = [shot.get("seconds") for shot in shots if isinstance(shot, dict)] if isinstance(shots, list) else []
    told = [one for one in lengths if isinstance(one, int | float) and one > 0]
    if not isinstance(shots, list) or len(told) != len(shots) or not told:
        return
    ends = [round(seconds * sum(told[: n + 1]) / sum(told), 3) for n in range(len(told))]
    for shot, start, end in zip(shots, [0.0, *ends], ends, strict=False):
        if isinstance(shot, dict):
            shot["seconds"] = round(end - start, 3)


def _as_enrolled(document: dict[str, JsonValue], likenesses: Sequence[Likeness]) -> None:
    """Likenesses play what they are enrolled as, under their names."""
    known = {one.handle: what_it_is(one) for one in likenesses}
    for key, field in (("actors", "species"), ("props", "shape")):
        listed = document.get(key)
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and isinstance(handle := one.get("likeness"), str) and handle in known:
                one[field] = known[handle][0]
                if key == "actors":
                    one["name"] = display_name(handle)


def _keeps(board: Storyboard, brief: Brief, likenesses: Sequence[Likeness]) -> None:
    """Raises `BadInput` for a likeness that was not asked for, missing or twice, and for words nobody quoted."""
    played = [(one.likeness, True) for one in board.actors if one.likeness is not None]
    played += [(one.likeness, False) for one in board.props if one.likeness is not None]
    wanted = [(one.handle, what_it_is(one)[1]) for one in likenesses]
    if sorted(played) != sorted(wanted):
        shown = ", ".join(f"{handle} as {'an actor' if body else 'a prop'}" for handle, body in wanted) or "none"
        got = ", ".join(f"{handle} as {'an actor' if body else 'a prop'}" for handle, body in played) or "none"
        raise BadInput(f"the likenesses are {got}; expected {shown}, each once")
    lines = quoted(brief.prompt)
    strange = next((one.text for one in board.lines if lines and one.text not in lines), None)
    if strange is not None:
        raise BadInput(f"the line {strange!r} is not one the prompt quotes")
