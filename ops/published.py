"""What of a run came before viewers: the clips of briefs that are published and visible at this moment."""

from collections.abc import Iterable

from greenroom.domain.clips import Take
from ledger import clips, outputs, publications
from ops.stages.handling import Stage
from ops.studio import Studio


def durations(studio: Studio, briefs: Iterable[str]) -> dict[str, float]:
    """Seconds of each brief's clip, by clip; of those that viewers may see now."""
    found = {}
    with studio.ledger.read() as tx:
        for brief in briefs:
            clip = clips.by_brief(tx, brief)
            take = outputs.latest(tx, brief, Stage.TAKE.value)
            if clip is not None and take is not None:
                found[clip.id] = Take.model_validate(take.document).seconds
        shown = publications.visible(tx, found)
    return {clip: seconds for clip, seconds in found.items() if clip in shown}
