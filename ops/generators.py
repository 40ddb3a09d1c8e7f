"""Which generators this installation has, and their versions; what they make of a storyboard is `ops.generate`."""

from typing import TYPE_CHECKING

from greenroom.errors import BadInput
from ops.speech import speech_for
from ops.studio import Studio

if TYPE_CHECKING:
    from models.roles import Generator


def require_generator(name: str) -> None:
    """Raises `BadInput` for a generator this installation does not have."""
    if name != "previz":
        raise BadInput(f"no generator is called {name!r}; this installation has previz", "greenroom doctor lists them.")


def generator_for(studio: Studio, name: str) -> "Generator":
    """The generator of this name. Raises `BadInput` for one this installation does not have."""
    require_generator(name)
    from models.previz.generator import PrevizGenerator

    return PrevizGenerator(speech_for(studio.settings), studio.settings.threads)


def version_of(name: str) -> str | None:
    """The version that a generator's takes are remade for when it changes; None for one that is not here."""
    from models.previz import generator

    return generator.NAME if name == "previz" else None
