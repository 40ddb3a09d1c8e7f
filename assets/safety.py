"""Gate 6: frames, speech and words keep the policy; no recognisable face without consent."""

from assets.dialogue import dialogue
from assets.handling import stage_asset
from ops.stages.safety import DEFINITION

safety = stage_asset(
    "safety",
    DEFINITION,
    after=dialogue,
    kind="picture",
    description="Gate 6: frames, speech and words keep the policy; no recognisable face without consent.",
)
