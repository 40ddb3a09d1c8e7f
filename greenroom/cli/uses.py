"""`greenroom likeness uses`: where a likeness was used, what is new, and deleting one clip."""

from typing import Annotated

import typer

from greenroom.cli.link import hand_out
from greenroom.cli.output import Json, answer, opened
from greenroom.domain.clips import Status
from greenroom.domain.removals import Notice
from ops.briefs import account
from ops.links import Purpose
from ops.sweep import sweep
from ops.uses import Use, delete_use, every_use, new_uses


def uses(
    handle: Annotated[str, typer.Argument(help="The likeness, as @handle.")],
    new: Annotated[bool, typer.Option("--new", help="Only what happened since --new was last asked.")] = False,
    delete: Annotated[str | None, typer.Option("--delete", help="Take this clip away, published or a draft.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record; with --delete.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; with --delete.")] = False,
    owner: Annotated[str | None, typer.Option("--as", help="The owner's account.")] = None,
    link: Annotated[bool, typer.Option("--link", help="The address of the owner's page, instead.")] = False,
    as_json: Json = False,
) -> None:
    """Every use of a likeness, drafts and refusals too: its owner sees them, and may delete any single clip."""
    if delete is not None:
        _delete(handle, delete, reason, owner, yes=yes, as_json=as_json)
        return
    with opened() as studio:
        who = account(studio, owner or studio.settings.account)
        if link:
            every_use(studio, handle, who)  # the owner's, or no link
            hand_out(studio, who, Purpose.MINE, as_json=as_json)
            return
        if new:
            told = new_uses(studio, handle, who)
            text = "\n".join(map(_notice, told)) or f"nothing new of {handle}"
            answer({"new": [one.model_dump(mode="json") for one in told]}, text, as_json=as_json)
            return
        found = every_use(studio, handle, who)
    text = "\n".join(map(_line, found)) or f"{handle} was never used"
    answer({"uses": [one.model_dump(mode="json") for one in found]}, text, as_json=as_json)


def _delete(handle: str, clip: str, reason: str, owner: str | None, *, yes: bool, as_json: bool) -> None:
    if not yes:
        typer.confirm(f"Delete clip {clip} for good?", abort=True, err=True)
    with opened() as studio:
        removal = delete_use(studio, handle, account(studio, owner or studio.settings.account), clip, reason)
        swept = sweep(studio)
    document = {"removal": removal.model_dump(mode="json"), "erased": swept.model_dump()}
    answer(document, f"clip {clip} is removed, and {swept.blobs} of its files are erased.", as_json=as_json)


def _line(use: Use) -> str:
    refused = f" at gate {use.gate} ({', '.join(use.rules)})" if use.gate is not None else ""
    descent = ", through a remix" if use.by_descent else ""
    clip = use.clip if use.clip is not None and use.status is not Status.DENIED else "-"
    head = f"{use.asked_at:%Y-%m-%d %H:%M}  {use.status.value:9}  {clip:13}  @{use.requester}"
    return f"{head}  {use.prompt[:70]}{refused}{descent}"


def _notice(notice: Notice) -> str:
    clip = f"  {notice.clip}" if notice.clip is not None else ""
    return f"{notice.recorded_at:%Y-%m-%d %H:%M}  {notice.kind.value:9}{clip}  {notice.text}"
