"""The weight files: for each role its file, revision, licence, size and SHA-256, and whether it is what it should be.

The data stands in `catalogue.yaml`. Loading a model belongs to its role's file, which asks here for the path.
"""

import hashlib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import yaml
from pydantic import Field

from greenroom.domain.base import Frozen
from greenroom.errors import ModelFailed, ModelMissing


class Weight(Frozen):
    """One weight file, where it comes from and by what right it is used."""

    id: str
    role: str
    package: str  # import name of the package that carries it
    distribution: str  # and the distribution to install
    file: str  # inside the package
    revision: str
    licence: str
    licence_note: str
    size: int = Field(gt=0)  # bytes
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    def path(self) -> Path:
        """Where the file lies. Raises `ModelMissing` when the package is not installed or the file is not in it,
        `ModelFailed` when it is there in part."""
        # find_spec locates a package without running it: face_recognition_models imports pkg_resources, which is gone.
        spec = find_spec(self.package)
        folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else None
        if folder is None:
            fact = f"The {self.role} model's package {self.distribution} is not installed."
            raise ModelMissing(fact, f"Install {self.distribution}, or the project again.")
        found = folder / self.file
        if not found.is_file():
            fact = f"{self.distribution} is installed without {self.file}."
            raise ModelMissing(fact, f"Reinstall {self.distribution} {self.revision}.")
        if (size := found.stat().st_size) != self.size:  # SHA-256 takes tenths of a second: `check` computes it
            fact = f"{self.file} of {self.distribution} has {size} bytes, {self.size} are expected: it is incomplete."
            raise ModelFailed(fact, f"Reinstall {self.distribution} {self.revision}.")
        return found


class WeightState(StrEnum):
    READY = "ready"
    MISSING = "missing"
    ALTERED = "altered"


class WeightReport(Frozen):
    """Whether a weight file is there and is the one named."""

    weight: Weight
    state: WeightState
    reason: str | None = None


@cache
def catalogue() -> tuple[Weight, ...]:
    """Every weight file this project may load."""
    text = files("models").joinpath("catalogue.yaml").read_text("utf-8")
    return tuple(Weight.model_validate(entry) for entry in yaml.safe_load(text)["weights"])


def weight(weight_id: str) -> Weight:
    """The entry of this id; KeyError when the catalogue has none (a fault of the code that asks)."""
    for entry in catalogue():
        if entry.id == weight_id:
            return entry
    raise KeyError(weight_id)


def check() -> tuple[WeightReport, ...]:
    """Looks at every weight file: is it there, and are its bytes the ones the catalogue names?"""
    return tuple(_checked(entry) for entry in catalogue())


def _checked(entry: Weight) -> WeightReport:
    try:
        path = entry.path()
    except ModelFailed as altered:
        return WeightReport(weight=entry, state=WeightState.ALTERED, reason=str(altered))
    except ModelMissing as missing:
        return WeightReport(weight=entry, state=WeightState.MISSING, reason=str(missing))
    with path.open("rb") as opened:
        got = hashlib.file_digest(opened, "sha256").hexdigest()
    if got != entry.sha256:
        reason = f"SHA-256 is {got}; {entry.sha256} is expected. Reinstall {entry.distribution} {entry.revision}."
        return WeightReport(weight=entry, state=WeightState.ALTERED, reason=reason)
    return WeightReport(weight=entry, state=WeightState.READY)
