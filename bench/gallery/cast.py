"""Who plays in the gallery: two people who answer a challenge, a cat and a mug, each with a consent for everyone.

The people are the heads of `bench/captures`, rendered; nobody real is in the gallery. The mug's photograph is rendered
by previz, the cat is the demo's.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.captures.recording import CaptureKind, record
from bench.captures.takes import Script
from greenroom.domain.enrolments import Challenge

PEOPLE = {"nora": 791, "leo": 888}  # handle: number of the head
_TRIES = 6  # honest recordings are refused now and then, as docs/consent.md says
_SAYS = "This is mine to give, and I agree that anyone makes clips with it here."


@dataclass(frozen=True, slots=True)
class Installation:
    """A home folder, and its command line."""

    home: Path

    def answer(self, *arguments: str, quiet: bool = False) -> dict[str, object]:
        """The JSON answer of a command, whether yes or no. Raises RuntimeError for one that could not run."""
        done = subprocess.run(
            [sys.executable, "-c", "from greenroom.cli.main import main; main()", *arguments, "--json"],
            env={**os.environ, "GREENROOM_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1) or not done.stdout.strip():
            raise RuntimeError(f"greenroom {' '.join(arguments)} ended with {done.returncode}")
        found: dict[str, object] = json.loads(done.stdout)
        return found


def enrol(installation: Installation, folder: Path) -> None:
    """Enrol everybody who is not enrolled yet; `folder` takes recordings and photographs."""
    for handle, head in PEOPLE.items():
        if not _known(installation, handle):
            _person(installation, folder, handle, head)
    if not _known(installation, "chelsea"):
        photograph = Path(__file__).parents[2] / "greenroom" / "demo" / "chelsea.png"
        _thing(installation, "chelsea", "pet", "cat", photograph)
    if not _known(installation, "bluemug"):
        photograph = folder / "mug.png"
        Image.fromarray(mug()).save(photograph)
        _thing(installation, "bluemug", "object", "mug", photograph)


def mug() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The photograph of a mug, uint8[480, 640, 3]: rendered, since a photograph has a photographer who must agree."""
    from greenroom.domain.briefs import Style
    from models.previz.geometry.props import rigid_mesh
    from models.previz.mesh import EMPTY, transformed
    from models.previz.render.light import light_for
    from models.previz.render.renderer import Renderer
    from models.previz.world import CameraState, RigidSpec

    mesh = rigid_mesh(RigidSpec("mug", "mug", (0.03, 0.09, 0.42), 0.12, "stone"), -1)
    lifted = transformed(mesh, np.eye(3), (0.0, 0.0, 0.06))
    renderer = Renderer(640, 480, Style.REALISTIC, light_for("studio", "day", "clear"), EMPTY, ())
    return renderer.render(lifted, CameraState((0.18, -0.42, 0.2), (0.0, 0.0, 0.055), 0.42), 0.0).picture


def _known(installation: Installation, handle: str) -> bool:
    try:
        installation.answer("likeness", "show", f"@{handle}", quiet=True)
    except RuntimeError:
        return False
    return True


def _person(installation: Installation, folder: Path, handle: str, head: int) -> None:
    for attempt in range(_TRIES):
        drawn = Challenge.model_validate(installation.answer("likeness", "challenge", "--as", handle))
        _approve(installation, "account")
        script = Script(drawn.words, drawn.directions)
        made = record(CaptureKind.GENUINE, 40 + attempt, folder, script=script, who=head)
        terms = ("--statement", _SAYS, "--audience", "everyone", "--as", handle, "--challenge", drawn.id)
        found = installation.answer(
            "likeness", "enroll", str(made.path), "--kind", "person", "--handle", handle, *terms
        )
        if found["state"] == "review":
            _approve(installation, "enrolment")
        if _known(installation, handle):
            return
    raise RuntimeError(f"@{handle} was refused {_TRIES} times; greenroom likeness enroll --json says why")


def _thing(installation: Installation, handle: str, kind: str, species: str, photograph: Path) -> None:
    named = ("--kind", kind, "--handle", handle, "--species", species)
    terms = ("--statement", _SAYS, "--audience", "everyone", "--yes")
    installation.answer("likeness", "enroll", str(photograph), *named, *terms)


def _approve(installation: Installation, kind: str) -> None:
    """An operator says yes to what waits: these people are drawn, and grown up."""
    waiting = installation.answer("review", "list", "--kind", kind)["reviews"]
    for question in waiting if isinstance(waiting, list) else ():
        installation.answer("review", "approve", str(question["id"]), "--reason", "A rendered head of the gallery.")
