"""Gate 8: consent and all verdicts are asked again inside the transaction that publishes."""

from collections.abc import Sequence

from assets import summary
from assets.handling import stage_asset
from assets.marks import marks
from ops.published import durations
from ops.stages.handling import Handled
from ops.stages.publication import DEFINITION
from ops.studio import Studio


def shows(studio: Studio, handled: Sequence[Handled]) -> summary.Metadata:
    """The clips published, with links to the feed."""
    return summary.of_clips(studio.settings, handled, durations(studio, [one.brief for one in handled]))


publications = stage_asset(
    "publications",
    DEFINITION,
    after=marks,
    kind="ledger",
    description="Gate 8: consent and all verdicts are asked again inside the transaction that publishes.",
    shows=shows,
)
