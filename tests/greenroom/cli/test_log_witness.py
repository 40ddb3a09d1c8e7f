"""A witness on another machine, as an operator and an auditor meet it: one command each."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from greenroom.domain.base import digest
from greenroom.settings import Settings
from ledger import log
from ledger.log import Kind
from ops.studio import open_studio

Answer = dict[str, JsonValue]
COMMAND = [sys.executable, "-c", "from greenroom.cli.main import main; main()"]


class Operator:
    """The command line of one installation, with the witnesses that its settings name."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.witnesses = ""

    def ask(self, *arguments: str) -> tuple[int, Answer]:
        environment = {**os.environ, "GREENROOM_HOME": str(self.home), "GREENROOM_WITNESSES": self.witnesses}
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"], capture_output=True, text=True, env=environment, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, cast("Answer", json.loads(done.stdout))

    def grow(self, leaf: str) -> None:
        with open_studio(Settings.load({}, home=self.home)) as studio, studio.ledger.write() as tx:
            log.append(tx, Kind.CONSENT, digest({"leaf": leaf}))


@contextmanager
def witness(folder: Path, key: str) -> Iterator[Answer]:
    """A witness of the log of this key, in a process of its own; what it printed first."""
    arguments = ["log", "witness", "--log", key, "--folder", str(folder), "--port", "0", "--json"]
    environment = {**os.environ, "PYTHONFAULTHANDLER": "1"}
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        try:
            yield cast("Answer", json.loads("".join(_document(lines))))
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGABRT)  # where it hangs is written on standard error
                raise


def _document(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.rstrip().endswith("}") and not line.startswith(" "):
            return


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "home")


def test_a_checkpoint_is_cosigned_shown_and_checked_later(operator: Operator, tmp_path: Path) -> None:
    operator.grow("a")
    key = str(operator.ask("log", "head")[1]["verifier"])
    assert operator.ask("log", "cosign")[0] == 2, "no witness is set"
    with witness(tmp_path / "witness", key) as found:
        operator.witnesses = str(found["setting"])
        code, answer = operator.ask("log", "cosign")
        assert (code, [one["state"] for one in cast("list[Answer]", answer["witnesses"])]) == (0, ["cosigned"])
    kept = tmp_path / "kept.txt"
    head = operator.ask("log", "head")[1]
    assert (head["cosigned"], head["behind"]) == (1, {})
    kept.write_text(str(head["checkpoint"]))
    operator.grow("b")
    code, checked = operator.ask("log", "check", "--since", str(kept), "--witness", str(found["witness"]))
    assert (code, checked["extends"], list(cast("Answer", checked["cosigned"]))) == (0, 1, ["greenroom.witness"])
    # The witness is gone now: said, and nothing else stops.
    code, answer = operator.ask("log", "cosign")
    assert (code, [one["state"] for one in cast("list[Answer]", answer["witnesses"])]) == (1, ["unreachable"])
    assert operator.ask("log", "head")[1]["behind"] == {"greenroom.witness": 1}


def test_a_checkpoint_without_its_witness_is_not_taken_for_cosigned(operator: Operator, tmp_path: Path) -> None:
    operator.grow("a")
    head = operator.ask("log", "head")[1]
    kept = tmp_path / "kept.txt"
    kept.write_text(str(head["checkpoint"]))
    with witness(tmp_path / "witness", str(head["verifier"])) as found:
        pass
    code, answer = operator.ask("log", "check", "--since", str(kept), "--witness", str(found["witness"]))
    assert code == 1
    assert "no cosignature by greenroom.witness" in str(answer)
    assert operator.ask("log", "check", "--witness", str(found["witness"]))[0] == 2


def test_a_witness_ends_though_a_visitor_never_finishes(operator: Operator, tmp_path: Path) -> None:
    operator.grow("a")
    key = str(operator.ask("log", "head")[1]["verifier"])
    with witness(tmp_path / "witness", key) as found:
        port = int(str(found["setting"]).split("#")[0].rsplit(":", 1)[1])
        visitor = socket.create_connection(("127.0.0.1", port))
        visitor.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nold")
        time.sleep(0.5)
    visitor.close()
