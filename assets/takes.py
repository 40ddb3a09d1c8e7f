"""Gate 4: what was made decodes, is as long as asked, and is neither black, frozen nor silent."""

from assets.handling import stage_asset
from assets.storyboards import storyboards
from ops.stages.take import DEFINITION

takes = stage_asset(
    "takes",
    DEFINITION,
    after=storyboards,
    kind="generator",
    pool="generator",
    description="Gate 4: what was made decodes, is as long as asked, and is neither black, frozen nor silent.",
)
