"""Gate 3: the plan of a brief (shots, actors, actions, lines, sounds) keeps each owner's restrictions."""

from assets.handling import stage_asset
from assets.prompts import prompts
from ops.stages.storyboard import DEFINITION

storyboards = stage_asset(
    "storyboards",
    DEFINITION,
    after=prompts,
    kind="planner",
    description="Gate 3: the plan of a brief (shots, actors, actions, lines, sounds) keeps each owner's restrictions.",
)
