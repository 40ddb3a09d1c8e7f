"""Filing an enrolment in a process of its own: what strangers upload is decoded there, and not in what serves pages.

A decoder that crashes, or eats memory, then takes nobody else down with it.
"""

import base64
import subprocess
import sys
from pathlib import Path

from greenroom.domain.base import Frozen
from greenroom.domain.consents import Account, Consent, LikenessKind, Terms
from greenroom.domain.enrolments import Enrolment
from greenroom.errors import BadInput, Unavailable
from greenroom.processes import running
from greenroom.settings import Settings
from ops.enrolments.filing import Asked, file
from ops.studio import Studio, open_studio

_LONGEST = 90.0  # seconds: reading 256 MB and sealing them takes a few


class _Handed(Frozen):
    """What the other process is handed, on standard input."""

    settings: Settings
    handle: str
    kind: LikenessKind
    species: str
    terms: Terms
    captures: tuple[Path, ...]
    challenge: str | None
    owner: Account
    consent: Consent
    signed: str | None  # base64


class _Answer(Frozen):
    """What it answers: the enrolment, or what was wrong with what was handed in."""

    enrolment: Enrolment | None = None
    fact: str = ""
    remedy: str = ""


def file_apart(studio: Studio, asked: Asked, owner: Account, consent: Consent, signed: bytes | None) -> Enrolment:
    """`ops.enrolments.filing.file` in another process. Raises what it raises as `BadInput`, and `Unavailable`."""
    handed = _Handed(
        settings=studio.settings,
        handle=asked.handle,
        kind=asked.kind,
        species=asked.species,
        terms=asked.terms,
        captures=tuple(path.resolve() for path in asked.captures),
        challenge=asked.challenge,
        owner=owner,
        consent=consent,
        signed=base64.b64encode(signed).decode() if signed is not None else None,
    )
    command = running(__name__)
    try:
        done = subprocess.run(
            command, input=handed.model_dump_json().encode(), capture_output=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput(f"what was handed in could not be read within {_LONGEST:.0f} s", "Hand in less.") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"an enrolment could not be filed: {said[-1] if said else done.returncode}")
    answer = _Answer.model_validate_json(done.stdout)
    if answer.enrolment is None:
        raise BadInput(answer.fact, answer.remedy)
    return answer.enrolment


def _filed(handed: _Handed) -> _Answer:
    asked = Asked(handed.handle, handed.kind, handed.species, handed.terms, handed.captures, handed.challenge)
    signed = base64.b64decode(handed.signed) if handed.signed is not None else None
    with open_studio(handed.settings) as studio:
        try:
            return _Answer(enrolment=file(studio, asked, handed.owner, consent=handed.consent, signed=signed))
        except BadInput as error:
            return _Answer(fact=error.fact, remedy=error.remedy)


if __name__ == "__main__":
    sys.stdout.write(_filed(_Handed.model_validate_json(sys.stdin.buffer.read())).model_dump_json())
