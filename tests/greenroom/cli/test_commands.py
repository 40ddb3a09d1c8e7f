"""The command line as a person meets it: real processes, exit codes 0, 1 and 2, one JSON document, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image
from pydantic import JsonValue

Answer = dict[str, JsonValue]


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


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    path = tmp_path / "tom.png"
    Image.fromarray(pixels).save(path)
    return path


def enroll(home: Path, photograph: Path) -> tuple[int, str, str]:
    said = ("--handle", "@tom", "--statement", "He is mine, and I agree.", "--as", "ada")
    return greenroom(home, "likeness", "enroll", str(photograph), "--kind", "pet", *said, "--json")


def document(output: str) -> Answer:
    return cast("Answer", json.loads(output))


def test_a_likeness_is_enrolled_shown_and_taken_back(tmp_path: Path, photograph: Path) -> None:
    home = tmp_path / "home"
    code, output, _ = enroll(home, photograph)
    assert code == 0
    assert document(output)["likeness"]["handle"] == "tom"  # type: ignore[index, call-overload]
    code, output, _ = greenroom(home, "likeness", "show", "@tom")
    assert (code, "consent version 1, for everyone; 0 clips" in output) == (0, True)
    code, _, said = greenroom(home, "likeness", "withdraw", "@tom", "--yes", "--as", "mallory")
    assert (code, "belongs to another account" in said) == (2, True)
    assert greenroom(home, "likeness", "withdraw", "@tom", "--yes", "--as", "ada")[0] == 0
    assert "withdrawn" in greenroom(home, "likeness", "show", "@tom")[1]
    code, output, _ = greenroom(home, "log", "check", "--json")
    assert (code, document(output)["size"]) == (0, 2)
    code, output, _ = greenroom(home, "log", "prove", "1", "--json")
    assert (code, document(output)["kind"], document(output)["holds"]) == (0, "withdrawal", True)
    code, output, _ = greenroom(home, "log", "head", "--json")
    assert (code, str(document(output)["checkpoint"]).splitlines()[:2]) == (0, ["greenroom.local", "2"])


def test_what_cannot_be_used_is_said_and_exits_2(tmp_path: Path) -> None:
    home = tmp_path / "home"
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photograph")
    for arguments, fact in [
        (("likeness", "show", "@nobody"), "no likeness is enrolled as @nobody"),
        (("trace", "0000000000000"), "no clip has the id 0000000000000"),
        (("log", "prove", "7"), "none with index 7"),
        (("judge", "text", str(tmp_path / "none.jsonl")), "cannot be read"),
    ]:
        code, _, said = greenroom(home, *arguments)
        assert (code, fact in said) == (2, True), said
    code, output, said = enroll(home, broken)
    assert (code, document(output)["error"], "neither a photograph nor a recording" in said) == (2, "BadInput", True)


def test_judge_text_answers_each_line_and_exits_1_when_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "briefs.jsonl"
    file.write_text('{"id": "a", "prompt": "A cat sits in a garden"}\n\n{"prompt": ""}\n')  # the second by its line
    code, output, _ = greenroom(tmp_path / "home", "judge", "text", str(file), "--json")
    answers = [document(line) for line in output.splitlines()]
    assert code == 1
    assert [(one["id"], one["outcome"]) for one in answers] == [("a", "allow"), (3, "deny")]
    assert [rule["id"] for rule in answers[1]["rules"]] == ["prompt.empty"]  # type: ignore[index, union-attr, call-overload]
    remix = {"id": 3, "prompt": "She is nine years old now", "parent": "A woman in lace underwear", "lines": ["Hello"]}
    file.write_text(json.dumps(remix) + "\n" + json.dumps(remix | {"id": 4, "parent": "A woman in a coat"}) + "\n")
    code, output, _ = greenroom(tmp_path / "home", "judge", "text", str(file), "--json")
    assert [document(line)["outcome"] for line in output.splitlines()] == ["deny", "allow"]


@pytest.mark.parametrize("wrong", [b'{"id": 1}', b"{", b'{"prompt": "\xff"}', b'["A cat"]'])
def test_a_line_that_is_none_is_answered_too_and_the_lines_after_it_are_judged(tmp_path: Path, wrong: bytes) -> None:
    file = tmp_path / "briefs.jsonl"
    file.write_bytes(b'{"prompt": "A cat sits in a garden"}\n' + wrong + b'\n{"id": "c", "prompt": ""}\n')
    code, output, said = greenroom(tmp_path / "home", "judge", "text", str(file), "--json")
    answers = [document(line) for line in output.splitlines()]
    assert code == 2
    assert [(one["id"], one.get("outcome"), one.get("error")) for one in answers] == [
        (1, "allow", None), (2, None, "BadInput"), ("c", "deny", None),
    ]  # fmt: skip
    assert "line 2 of" in str(answers[1]["fact"])
    assert "line 2 of" in said
    code, output, said = greenroom(tmp_path / "home", "judge", "text", str(file))
    assert (code, output.split(), "line 2 of" in said) == (2, ["1:", "allow", "c:", "deny", "prompt.empty"], True)


def test_a_file_that_is_no_clip_is_not_verified(tmp_path: Path) -> None:
    stray = tmp_path / "stray.mp4"
    stray.write_bytes(b"nothing that plays")
    code, output, _ = greenroom(tmp_path / "home", "verify", str(stray), "--json")
    answered = document(output)
    assert (code, answered["verified"], answered["clip"]) == (1, False, None)


def test_a_command_waits_for_nothing_it_does_not_use() -> None:
    """Each line: the modules that the imports before it may not have loaded."""
    script = """
import sys
import greenroom.cli.main
assert not {"dagster", "sqlalchemy", "duckdb", "numpy", "fastapi"} & set(sys.modules)
import greenroom.cli.log
assert not {"dagster", "duckdb", "numpy", "fastapi"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
