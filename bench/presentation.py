"""`python -m bench.presentation [N] [KIND ...]`: how often the presentation check errs, N of each kind (default 100).

ISO/IEC 30107-3's figures, on recordings that `bench.captures` makes: APCER, the share of attack presentations of a
kind that are enrolled; BPCER, the share of bona fide presentations that are not. What goes to a person is neither let
through nor refused: it is counted by itself, and as an error of bona fide presentations. The thresholds of
`moderation/presentation.yaml` were set on the seeds from 0; what is counted here are others, of the same people. Each
is filed and checked as a user's would be, in an installation of its own for each process, with the challenge that it
answers and by an account that the recording's face belongs to, so that no attack is caught merely because its victim
is enrolled.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bench.captures import CaptureKind, Recording, Script, record, script_of
from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import Challenge, EnrolmentState
from greenroom.domain.verdicts import Outcome
from greenroom.settings import Settings
from ledger import enrolments, verifications
from models.speech import EspeakSpeech
from ops.briefs import account
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import adult, standing
from ops.enrolments.whole import carried
from ops.studio import Studio, open_studio

_FIRST = 10_000  # seed: below it lie those that the thresholds were set on

Told = dict[str, object]


def main() -> None:
    """Make and check them, and print one line for each kind; each recording's own line goes to standard error."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    kinds = [CaptureKind(name) for name in sys.argv[2:]] or list(CaptureKind)
    work = [(kind, seed) for seed in range(_FIRST, _FIRST + count) for kind in kinds]
    processes = min(os.cpu_count() or 1, len(work))
    for library in ("OMP", "OPENBLAS", "MKL", "NUMBA"):  # one core each: the processes share the machine
        os.environ[f"{library}_NUM_THREADS"] = "1"
    shares = [work[number::processes] for number in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found = [one for part in pool.map(_some, shares) for one in part]
    for kind in kinds:
        _line(kind, [one for one in found if one["kind"] == kind.value])


def _line(kind: CaptureKind, found: list[Told]) -> None:
    states = Counter(str(one["state"]) for one in found)
    rules = Counter(rule for one in found for rule in _list(one["rules"]))
    total = len(found)
    enrolled = states[EnrolmentState.ENROLLED.value] / total
    measure = {"BPCER": round(1 - enrolled, 3)} if kind is CaptureKind.GENUINE else {"APCER": round(enrolled, 3)}
    seconds = sorted(float(str(one["seconds"])) for one in found)[total // 2]
    line = {"kind": kind.value, "recordings": total, **measure, **states, "median seconds": round(seconds, 2)}
    sys.stdout.write(json.dumps(line | {"rules": dict(rules.most_common(6))}) + "\n")
    sys.stdout.flush()


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _some(work: list[tuple[CaptureKind, int]]) -> list[Told]:
    """Make and check some recordings in one installation."""
    with tempfile.TemporaryDirectory() as folder, EspeakSpeech() as speech:
        settings = Settings.load({}, home=Path(folder) / "home")
        with open_studio(settings) as studio:
            return [_one(studio, kind, seed, Path(folder), speech) for kind, seed in work]


def _one(studio: Studio, kind: CaptureKind, seed: int, folder: Path, speech: EspeakSpeech) -> Told:
    made = record(kind, seed, folder, speech=speech)
    if made.earlier is not None:  # what a replay shows again was handed in before
        earlier = record(CaptureKind.GENUINE, made.earlier, folder, speech=speech)
        _checked(studio, earlier, script_of(made.earlier))
        earlier.path.unlink()
    started = time.perf_counter()
    enrolment = _checked(studio, made, made.script_asked)
    seconds = time.perf_counter() - started
    made.path.unlink()
    stands = standing(studio, enrolment)
    measured = {item.name: item.value for step in stands.steps for item in step.evidence}
    told: Told = {
        "kind": kind.value,
        "seed": seed,
        "state": stands.state.value,
        "rules": [rule.id for step in stands.steps if step.outcome is not Outcome.ALLOW for rule in step.rules],
        "measured": measured,
        "seconds": seconds,
    }
    sys.stderr.write(json.dumps(told) + "\n")
    sys.stderr.flush()
    return told


def _checked(studio: Studio, made: Recording, script: Script) -> str:
    """File a recording with the challenge it answers, and carry it to its end; the enrolment's id."""
    owner = _owner(studio, made)
    moment = now()
    drawn = Challenge(
        id=new_id("ch"),
        account=owner.id,
        words=script.words,
        directions=script.directions,
        expires_at=moment + timedelta(minutes=5),
        recorded_at=moment,
    )
    with studio.ledger.write() as tx:
        enrolments.add_challenge(tx, drawn)
    said = Terms(audience=Audience.OWNER, statement="It is me, and I agree.")
    handle = f"p{drawn.id[-12:]}"
    filed = file(studio, Asked(handle, LikenessKind.PERSON, "person", said, (made.path,), drawn.id), owner)
    carried(studio, filed.id)
    return filed.id


def _owner(studio: Studio, made: Recording) -> Account:
    """The account that the recording's face belongs to, verified."""
    owner = account(studio, f"face{made.identity.number}")
    with studio.ledger.write() as tx:
        if verifications.of_account(tx, owner.id) is None:
            verifications.add(tx, adult(owner.id, owner.id))
    return owner


if __name__ == "__main__":
    main()
