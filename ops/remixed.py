"""The prompts behind a remix: what a clip shows was asked for by all of them together."""

from greenroom.domain.briefs import Brief
from ledger import briefs, clips
from ops.studio import Studio

MOST = 8  # remixes of remixes that are read; what is further back left its trace in the plans between


def parent_prompts(studio: Studio, brief: Brief) -> tuple[str, ...]:
    """The prompts of the clips a brief remixes, the nearest first; none when it is no remix."""
    found: list[str] = []
    with studio.ledger.read() as tx:
        parent = brief.parent
        while parent is not None and len(found) < MOST:
            clip = clips.by_id(tx, parent)
            asked = briefs.by_id(tx, clip.brief) if clip is not None else None
            if asked is None:
                break
            found.append(asked.prompt)
            parent = asked.parent
    return tuple(found)
