"""`greenroom passes`: the control passes of a clip, as files to steer other models with."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from ops.briefs import account
from ops.control_passes import hand_out


def passes(
    clip: Annotated[str, typer.Argument(help="The clip's id.")],
    to: Annotated[Path, typer.Option("--to", help="The folder they are written to; made if it is not there.")],
    requester: Annotated[str | None, typer.Option("--as", help="The account that asks: who made the clip.")] = None,
    as_json: Json = False,
) -> None:
    """Write the control passes of a published clip that was made with --pass: depth, segmentation, pose and so on."""
    with opened() as studio:
        written = hand_out(studio, clip, account(studio, requester or studio.settings.account), to)
    document = {"clip": clip, "files": [str(path) for path in written]}
    answer(document, "\n".join(str(path) for path in written), as_json=as_json)
