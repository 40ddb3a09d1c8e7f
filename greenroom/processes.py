"""Starting processes of our own beside this one."""

import sys


def running(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module of ours in this Python.

    `-P` keeps the current directory out of what is imported: `-m` would put it first, and a command may be given
    inside a folder that came from a stranger, whose `json.py` would then be run with all that this process may do.
    """
    return (sys.executable, "-P", "-m", module, *arguments)
