"""`greenroom doctor`, `status` and `serve`: what is installed, what was made, and the feed."""

import socket
from collections import Counter
from contextlib import closing
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, errors, opened
from greenroom.cli.serving import serve_until_stopped
from greenroom.errors import Unavailable
from greenroom.settings import Settings
from ops.doctor import State, examine
from ops.status import Urgent, recent, urgent

MARKS = {State.READY: "ok", State.FALLBACK: "--", State.BROKEN: "!!"}


def doctor(as_json: Json = False) -> None:
    """What is installed, which model role runs on what, and what falls back. Exits 1 when something is broken."""
    found = examine(Settings.load())
    width = max(len(one.part) for one in found)
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.state]}  {one.part:{width}}  {one.uses}")
        if one.remedy:
            lines.append(f"    {'':{width}}  {one.remedy}")
    answer({"findings": [one.model_dump() for one in found]}, "\n".join(lines), as_json=as_json)
    raise typer.Exit(NO if any(one.state is State.BROKEN for one in found) else 0)


def status(
    days: Annotated[int, typer.Option("--days", help="How many days back, today included.", min=1, max=366)] = 1,
    name: Annotated[str | None, typer.Option("--as", help="Whose notices are shown.")] = None,
    as_json: Json = False,
) -> None:
    """What was asked for lately, what became of it, what the account is told, and what is overdue."""
    with opened() as studio:
        found = recent(studio, days)
        pressing = urgent(studio, days, name or studio.settings.account)
    counted = Counter(one.status.value for one in found)
    head = ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "nothing was asked for"
    lines = [*_late(pressing), head]
    lines += [f"  {one.status.value:9}  {one.clip or '-':13}  @{one.requester}  {one.prompt[:70]}" for one in found]
    lines += [f"told {one.recorded_at:%Y-%m-%d %H:%M}: {one.text}" for one in pressing.told]
    document = {
        "counts": dict(counted),
        "briefs": [one.model_dump(mode="json") for one in found],
        "urgent": pressing.model_dump(mode="json"),
    }
    answer(document, "\n".join(lines), as_json=as_json)


def _late(found: Urgent) -> list[str]:
    lines = [f"OVERDUE: takedown {one} waits for a decision (greenroom takedown list)" for one in found.takedowns]
    lines += [f"OVERDUE: review {one} waits for a decision (greenroom review list)" for one in found.reviews]
    if found.erasures:
        lines.append(f"OVERDUE: {found.erasures} erasures should be done (greenroom doctor)")
    return lines


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port; 0 takes a free one.", min=0, max=65535)] = None,
) -> None:
    """Show the feed in a browser until stopped."""
    from feed.app import create_app
    from feed.arrivals import Arrivals
    from feed.studio import StudioSource
    from feed.visitors import Doors
    from pipelines.carry import start as carry
    from pipelines.enrol import start

    settings = Settings.load(feed_host=host, feed_port=port)
    try:
        listener = socket.create_server((settings.feed_host, settings.feed_port))
    except OSError as error:
        raise Unavailable(
            f"{settings.feed_host}:{settings.feed_port} cannot be listened on: {error.strerror}",
            "Another program may use the port: choose one with --port, or --port 0 for a free one.",
        ) from error
    address, number = listener.getsockname()[:2]
    with listener, opened() as studio, closing(Arrivals()) as arrivals:
        errors.print(f"the feed is at http://{address}:{number} (stop it with Ctrl-C)", highlight=False)
        app = create_app(StudioSource(studio), Doors(studio, start, arrivals, carry))
        serve_until_stopped(app, listener)
