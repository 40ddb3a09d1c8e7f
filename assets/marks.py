"""Gate 7: the visible label, the invisible marks and the credentials are in the file, and verify."""

from assets.handling import stage_asset
from assets.safety import safety
from ops.stages.marks import DEFINITION

marks = stage_asset(
    "marks",
    DEFINITION,
    after=safety,
    kind="c2pa",
    description="Gate 7: the visible label, the invisible marks and the credentials are in the file, and verify.",
)
