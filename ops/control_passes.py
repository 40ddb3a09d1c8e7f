"""Handing out a clip's control passes: while it is published, to its maker or an operator."""

from pathlib import Path

from greenroom.domain.clips import Take
from greenroom.domain.consents import Account
from greenroom.errors import BadInput, NotFound
from ledger import briefs, clips, outputs, publications
from ops.accounts import operates
from ops.as_published import published_take
from ops.media import disk_errors
from ops.stages.handling import Stage
from ops.studio import Studio


def hand_out(studio: Studio, clip_id: str, who: Account, folder: Path) -> tuple[Path, ...]:
    """Write the passes into a folder, and tell where.

    Raises `NotFound` for no such clip; `BadInput` for a clip that is not to be seen, that is another's, or that was
    made without passes; for a folder that cannot be made. Raises `StoreUnavailable` for a full disk.
    """
    with studio.ledger.read() as tx:
        clip = clips.by_id(tx, clip_id)
        brief = briefs.by_id(tx, clip.brief) if clip is not None else None
        publication = publications.by_clip(tx, clip_id)
        last = outputs.latest(tx, brief.id, Stage.TAKE.value) if brief is not None else None
        take = published_take(tx, publication) if publication is not None else last
        seen = clip_id in publications.visible(tx, {clip_id})
    if brief is None or take is None:
        raise NotFound(f"no clip has the id {clip_id}", "greenroom status lists what was made.")
    if not seen:
        raise BadInput(
            f"clip {clip_id} is not published, or no longer", "Passes are handed out as long as a clip may be seen."
        )
    if who.id != brief.requester and not operates(studio, who):
        raise BadInput(f"clip {clip_id} is not @{who.name}'s", "Only its maker or an operator may have its passes.")
    passes = Take.model_validate(take.document).passes
    if not passes:
        raise BadInput(
            f"clip {clip_id} was made without control passes", "Make it again with --pass depth, or --pass all."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be a folder: {error.strerror}", "Name another one with --to.") from error
    written = []
    for name, ref in passes.items():
        path = folder / name
        with disk_errors(path):
            path.write_bytes(studio.get(ref))
        written.append(path)
    return tuple(written)
