"""Recordings of people, each made once for all tests, and filing them as an account's answer to a challenge."""

import fcntl
import os
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bench.captures import CaptureKind, Script, record, script_of
from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import Challenge, Enrolment
from ledger import enrolments, verifications
from ledger.keystore import KeyStore
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import adult
from ops.studio import Studio

Recorded = Callable[..., Path]
DrawChallenge = Callable[..., Challenge]
FilePerson = Callable[..., Enrolment]
Verify = Callable[[Studio, Account], None]
Left = Callable[[Studio], tuple[set[str], set[str]]]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Makes the recording of a kind and seed; `who`, a number of the pool, is the seed's choice unless told.

    All processes of a test run share them: one takes some 3 s of CPU.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "recordings"

    def made(kind: CaptureKind, seed: int, who: int | None = None) -> Path:
        place = folder / f"{kind}-{seed}-{who}"
        place.mkdir(parents=True, exist_ok=True)
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = place / "done"
            if not done.exists():
                record(kind, seed, place, who=who)
                done.touch()
        return place / f"{kind}-{seed}.mp4"

    return made


@pytest.fixture(scope="session")
def draw_challenge() -> DrawChallenge:
    """Records a challenge of an account that asks a script, good for five minutes unless told otherwise."""

    def drawn(studio: Studio, account: Account, script: Script, **changes: object) -> Challenge:
        moment = now()
        challenge = Challenge(
            id=new_id("ch"),
            account=account.id,
            words=script.words,
            directions=script.directions,
            expires_at=moment + timedelta(minutes=5),
            recorded_at=moment,
        ).model_copy(update=changes)
        with studio.ledger.write() as tx:
            enrolments.add_challenge(tx, challenge)
        return challenge

    return drawn


@pytest.fixture(scope="session")
def file_person(draw_challenge: DrawChallenge) -> FilePerson:
    """Files a recording as an account's answer to a challenge: the one named, else a new one with the seed's script."""

    def filed(
        studio: Studio, account: Account, recording: Path, asked: int | str | Script, handle: str = "eve"
    ) -> Enrolment:
        script = script_of(asked) if isinstance(asked, int) else asked
        challenge = script if isinstance(script, str) else draw_challenge(studio, account, script).id
        said = Terms(audience=Audience.OWNER, statement="It is me, and I agree.")
        return file(studio, Asked(handle, LikenessKind.PERSON, "person", said, (recording,), challenge), account)

    return filed


@pytest.fixture(scope="session")
def verify() -> Verify:
    """Records that an operator found an account's holder to be who they say, and an adult."""

    def verified(studio: Studio, account: Account) -> None:
        with studio.ledger.write() as tx:
            verifications.add(tx, adult(account.id, account.id))

    return verified


@pytest.fixture(scope="session")
def left() -> Left:
    """What an installation holds: the addresses of its blobs, and the subjects that have a key still."""

    def found(studio: Studio) -> tuple[set[str], set[str]]:
        with closing(KeyStore.open(studio.settings.keystore)) as keys:
            subjects = {key.subject for key in keys.every() if key.wrapped is not None}
        return {ref.sha256 for number in range(256) for ref in studio.store.blobs(f"{number:02x}")}, subjects

    return found
