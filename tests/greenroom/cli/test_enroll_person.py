"""A person on the command line: draws a challenge, answers it with a recording, and is enrolled. Real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from bench.captures import CaptureKind, Script, record
from greenroom.domain.enrolments import Challenge, EnrolmentState

Answer = dict[str, JsonValue]
pytestmark = pytest.mark.slow
TRIES = 3  # a challenge is drawn at random: of a hundred genuine recordings some go to a person, a few are refused
WHO = 782


def greenroom(home: Path, *arguments: str) -> tuple[int, str, str]:
    script = "from greenroom.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "GREENROOM_HOME": str(home)},
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def asked(home: Path, *arguments: str) -> Answer:
    code, output, said = greenroom(home, *arguments, "--json")
    assert code in {0, 1}, said
    return cast("Answer", json.loads(output))


def reviews(home: Path, kind: str) -> list[Answer]:
    return cast("list[Answer]", asked(home, "review", "list", "--kind", kind)["reviews"])


def enroll(home: Path, recording: Path, challenge: str, handle: str) -> tuple[str, ...]:
    said = ("--statement", "It is me, and I agree.", "--audience", "owner", "--as", "ada")
    named = ("--kind", "person", "--handle", handle, "--challenge", challenge)
    return ("likeness", "enroll", str(recording), *named, *said)


def test_a_person_answers_a_challenge_and_is_enrolled(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for attempt in range(TRIES):
        drawn = Challenge.model_validate(asked(home, "likeness", "challenge", "--as", "ada"))
        if attempt == 0:  # the first challenge puts the account before an operator, who answers meanwhile
            (question,) = reviews(home, "account")
            assert question["about"] == "is @ada who they say, and an adult?"
            approved = greenroom(home, "review", "approve", str(question["id"]), "--reason", "I know her.")
            assert approved[0] == 0
        assert reviews(home, "account") == []
        made = record(CaptureKind.GENUINE, attempt, tmp_path, script=Script(drawn.words, drawn.directions), who=WHO)
        handle = f"eve{attempt}"
        found = asked(home, *enroll(home, made.path, drawn.id, handle))
        state = EnrolmentState(str(found["state"]))
        numbers = [cast("Answer", step)["number"] for step in cast("list[JsonValue]", found["steps"])]
        if state is not EnrolmentState.REFUSED:
            assert numbers == list(range(1, 13))
        if state is EnrolmentState.ENROLLED:
            break
        assert state in {EnrolmentState.REVIEW, EnrolmentState.REFUSED}
    assert state is EnrolmentState.ENROLLED
    assert cast("Answer", found["likeness"])["handle"] == handle
    assert cast("Answer", found["consent"])["audience"] == "owner"
    code, _, said = greenroom(home, *enroll(home, made.path, drawn.id, "again"))
    assert (code, "was answered before" in said) == (2, True)
    code, output, _ = greenroom(home, "likeness", "show", f"@{handle}")
    assert (code, "consent version 1" in output) == (0, True)
