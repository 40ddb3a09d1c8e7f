"""Work is never lost and never done twice: `kill -9` at one stage after another, and two processes at once.

A killed command is run again word for word; the ledger, read beside it, says when to strike and what was made.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

pytestmark = pytest.mark.timeout(300)
SIZE = ("--size", "256x144", "--seconds", "4")
BALL = ("make", "A ball bounces in a park", "--seed", "5", *SIZE)
Answer = dict[str, JsonValue]
Rows = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Installation:
    home: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        script = "from greenroom.cli.main import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Not each of a dozen processes compiles every import again.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "GREENROOM_HOME": str(self.home)},
        )

    def ask(self, *arguments: str) -> tuple[int, Answer]:
        return answered(self.start(*arguments))

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """What the ledger says at this moment, read beside whoever writes it; nothing where it is not made yet."""
        try:
            with closing(sqlite3.connect(f"file:{self.home / 'ledger.db'}?mode=ro", uri=True)) as ledger:
                return list(ledger.execute(query))
        except sqlite3.OperationalError:
            return []

    def outputs(self) -> Rows:
        """Each stage's product: its address, and when it was recorded."""
        found = self.rows("SELECT stage, key, recorded_at FROM outputs")
        return {stage: (key, moment) for stage, key, moment in found}

    def judged(self) -> int:
        """The last gate that gave its verdict."""
        return max((int(gate) for (gate,) in self.rows("SELECT gate FROM verdicts")), default=0)

    def killed(self, moment: Callable[[], bool], *arguments: str) -> None:
        """Run a command and `kill -9` it once `moment` has come."""
        with self.start(*arguments) as process:
            while not moment():
                assert process.poll() is None, f"it ended before its moment: {process.communicate()}"
                time.sleep(0.005)
            process.kill()


def answered(process: subprocess.Popen[str]) -> tuple[int, Answer]:
    output, said = process.communicate()
    assert "Traceback" not in said, said
    assert output.strip(), said
    return process.returncode, cast("Answer", json.loads(output))


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "home")


def test_killed_at_every_stage_it_goes_on_where_it_stopped_and_publishes_once(installation: Installation) -> None:
    def work_files() -> bool:
        """The take, or the marks, are being written: a codec has its file open."""
        return any(file.stat().st_size > 0 for file in (installation.home / "work").rglob("*") if file.is_file())

    def published() -> bool:
        return bool(installation.rows("SELECT id FROM publications"))

    moments: dict[str, Callable[[], bool]] = {
        "filed, not begun": lambda: bool(installation.rows("SELECT id FROM briefs")),
        "planned": lambda: "storyboard" in installation.outputs(),
        "while it is filmed": lambda: installation.judged() == 3 and work_files(),
        "while faces are looked for": lambda: installation.judged() == 5,
        "while it is marked": lambda: installation.judged() == 6 and work_files(),
        "all judged but the last": lambda: installation.judged() == 7,
        "published, not in the warehouse": published,
    }
    kept: Rows = {}
    for when, moment in moments.items():
        installation.killed(moment, *BALL)
        made = installation.outputs()
        assert {stage: made.get(stage) for stage in kept} == kept, f"{when}: what was made before was made again"
        kept = made
        ids = installation.rows("SELECT id FROM briefs")
        assert len(ids) == 1, f"{when}: the same command filed another brief"
    code, answer = installation.ask(*BALL)
    assert (code, answer["status"], answer["brief"]) == (0, "published", ids[0][0])
    assert {stage: row for stage, row in installation.outputs().items() if stage in kept} == kept
    assert len(installation.rows("SELECT id FROM publications")) == 1
    assert len(installation.rows("SELECT id FROM clips")) == 1
    assert installation.ask("audit", "gaps") == (0, {"gaps": []})
    assert (installation.home / "warehouse" / "current.json").exists()
    kept_whole = [file for file in (installation.home / "store").rglob("*") if file.is_file()]
    assert all(len(file.name) == 64 for file in kept_whole if file.parent.name != "partial")


def test_two_processes_making_the_same_share_the_work_and_a_third_makes_another_thing(
    installation: Installation,
) -> None:
    first = installation.start(*BALL)
    while "storyboard" not in installation.outputs():
        assert first.poll() is None, first.communicate()
        time.sleep(0.05)
    second = installation.start(*BALL)
    third = installation.start("make", "Two boxes fall on a street", "--seed", "6", *SIZE)
    (code, made), (same_code, same), (other_code, other) = (answered(one) for one in (first, second, third))
    assert (code, same_code, other_code) == (0, 0, 0)
    assert (made["clip"], made["status"], other["status"]) == (same["clip"], "published", "published")
    assert other["clip"] != made["clip"]
    assert len(installation.rows("SELECT id FROM publications")) == 2
    assert len(installation.rows("SELECT key FROM outputs WHERE stage = 'take'")) == 2
    assert installation.ask("audit", "gaps") == (0, {"gaps": []})


def test_a_master_that_was_cut_short_between_stages_holds_the_clip(installation: Installation) -> None:
    installation.killed(lambda: installation.judged() == 4, *BALL)
    ((take,),) = installation.rows("SELECT document FROM outputs WHERE stage = 'take'")
    address = str(json.loads(take)["master"]["sha256"])
    blob = installation.home / "store" / address[:2] / address
    blob.write_bytes(blob.read_bytes()[:-1000])
    code, answer = installation.ask(*BALL)
    last = cast("list[Answer]", answer["verdicts"])[-1]
    (rule,) = cast("list[Answer]", last["rules"])
    assert (code, answer["status"], answer["file"]) == (1, "held", None)
    assert (rule["id"], address in str(rule["reason"])) == ("evidence.missing", True)
    assert not installation.rows("SELECT id FROM publications")
    assert installation.ask("audit", "gaps") == (0, {"gaps": []})
