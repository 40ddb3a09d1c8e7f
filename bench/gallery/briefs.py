"""The gallery's briefs, as `briefs.yaml` has them."""

from pathlib import Path

import yaml
from pydantic import Field, TypeAdapter

from greenroom.domain.base import Frozen

SEED = 11


class Entry(Frozen):
    """One brief of the gallery."""

    name: str
    prompt: str
    likenesses: tuple[str, ...] = ()
    seconds: float = 5.0
    width: int = 854
    height: int = 480
    seed: int = SEED
    still: float = Field(gt=0)  # seconds: the moment on the sheet


def entries() -> tuple[Entry, ...]:
    """The briefs in the order of the sheet."""
    written = yaml.safe_load((Path(__file__).parent / "briefs.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Entry, ...]).validate_python(written)
