"""Gate 5: what is said is what was scripted, in voices that may be used, at the right level."""

from assets.handling import stage_asset
from assets.takes import takes
from ops.stages.dialogue import DEFINITION

dialogue = stage_asset(
    "dialogue",
    DEFINITION,
    after=takes,
    kind="sound",
    description="Gate 5: what is said is what was scripted, in voices that may be used, at the right level.",
)
