"""Gate 2: the policy allows the words of the prompt."""

from assets.consents import consents
from assets.handling import stage_asset
from ops.stages.prompt import DEFINITION

prompts = stage_asset(
    "prompts",
    DEFINITION,
    after=consents,
    kind="policy",
    description="Gate 2: the policy allows the words of the prompt.",
)
