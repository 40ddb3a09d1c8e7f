"""The web server of a command."""

import signal
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

_STOPPING_SECONDS = 5  # what a visitor may still be given once the command is to end: a slow one does not keep it


def serve_until_stopped(app: "Starlette", listener: socket.socket) -> None:
    """Answer on a socket that listens, until SIGINT or SIGTERM; ends within seconds of it."""
    import uvicorn  # only what serves needs a web server

    # Whoever started this command may ignore it, and a process inherits that: one sent before uvicorn listens is lost.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # The loop of Python itself: uvloop, which comes with other packages, was seen not to end on a signal under load.
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_STOPPING_SECONDS, loop="asyncio")
    uvicorn.Server(config).run(sockets=[listener])
