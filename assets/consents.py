"""Gate 1: each likeness of a brief may be used by its requester, for this brief, now."""

from assets.handling import stage_asset
from ops.stages.consent import DEFINITION

consents = stage_asset(
    "consents",
    DEFINITION,
    after=None,
    kind="ledger",
    description="Gate 1: each likeness of a brief may be used by its requester, for this brief, now.",
)
