"""Bad input and a broken environment, as a person meets them: a clear error or a denied verdict, never a traceback.

Exit codes: 0 done, 1 the answer is no, 2 bad use or a broken environment. Real processes on one installation that
holds one published clip; what breaks things works on a copy of it.
"""

import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

pytestmark = pytest.mark.timeout(300)
SIZE = ("--size", "256x144", "--seconds", "4")
BALL = ("make", "A ball bounces in a park", "--seed", "5", *SIZE)
SCRIPT = "from greenroom.cli.main import main; main()"
STATEMENT = ("--statement", "She is mine, and I agree.")
Answer = dict[str, JsonValue]


@dataclass(frozen=True)
class Installation:
    home: Path

    def start(
        self, *arguments: str, before: Callable[[], None] | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        # Not each of a dozen processes compiles every import again; lines are not broken where a path is long.
        settled = {"PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "200", "GREENROOM_HOME": str(self.home)}
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **settled, **(environment or {})},
            preexec_fn=before,  # a limit is set on the child alone
        )

    def run(
        self, *arguments: str, before: Callable[[], None] | None = None, environment: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        process = self.start(*arguments, before=before, environment=environment)
        output, said = process.communicate()
        assert "Traceback" not in output + said, said
        return process.returncode, output, said

    def ask(self, *arguments: str) -> tuple[int, Answer]:
        code, output, said = self.run(*arguments, "--json")
        assert output.strip(), said
        return code, cast("Answer", json.loads(output))

    def rows(self, query: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(f"file:{self.home / 'ledger.db'}?mode=ro", uri=True)) as ledger:
            return list(ledger.execute(query))

    def publications(self) -> int:
        return len(self.rows("SELECT id FROM publications"))

    def copied(self, name: str) -> "Installation":
        copy = Installation(self.home.parent / name)
        shutil.copytree(self.home, copy.home)
        return copy

    @contextmanager
    def served(self) -> Iterator[str]:
        """The feed's address while it is served."""
        with self.start("serve", "--port", "0") as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            yield line.split("the feed is at ")[1].split(" ")[0]
            process.terminate()


def rules(made: Answer) -> list[str]:
    gates = cast("list[Answer]", made["verdicts"])
    return [str(rule["id"]) for gate in gates for rule in cast("list[Answer]", gate["rules"])]


def got(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own feed
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("installation") / "home")


@pytest.fixture(scope="module")
def clip(installation: Installation) -> str:
    code, made = installation.ask(*BALL)
    assert code == 0, made
    return str(made["clip"])


def test_what_cannot_be_used_is_said_with_a_remedy_and_exits_2(
    installation: Installation, clip: str, tmp_path: Path
) -> None:
    def file(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    noise = bytes(range(128, 256))
    cases: list[tuple[tuple[str, ...], str]] = [
        (("make", "a ball", "--size", "12"), "width: Input should be greater than or equal to 128"),
        (("make", "a ball", "--size", "wide"), "unable to parse string as an integer"),
        (("make", "a ball", "--seconds", "99"), "less than or equal to 12, got '99.0'"),
        (("make", "a ball", "--seconds", "nan"), "finite number"),
        (("make", "a ball", "--generator", "nope"), "no generator is called 'nope'"),
        (("make", "a ball", "--style", "nope"), "'nope' is not one of"),
        (("make", "a ball", "--as", "No Name!"), "'No Name!' cannot be a name"),
        (("make", "a ball", "--storyboard", file("list.yaml", "{not: [yaml")), "list.yaml is no YAML: line 1"),
        (("make", "a ball", "--storyboard", file("part.yaml", "title: x")), "shots: got nothing"),
        (("make", "a ball", "--storyboard", file("noise.json", noise)), "is no UTF-8 text"),
        (("make", "a ball", "--storyboard", str(tmp_path / "none.yaml")), "No such file"),
        (("batch", file("second.jsonl", '{"prompt": "a ball"}\nnope\n')), "line 2 of"),
        (("batch", file("size.jsonl", '{"prompt": "a ball", "size": 7}\n')), "line 1 of"),
        (("batch", file("more.jsonl", '{"prompt": "a ball", "size": "256x144", "foo": 1}\n')), "foo: Extra inputs"),
        (("batch", file("empty.jsonl", "")), "has no request"),
        (("remix", "0000000000000", "at night"), "no clip has the id 0000000000000"),
        (("remix", "../../etc", "at night"), "no clip has the id ../../etc"),
        (("trace", "0000000000000"), "no clip has the id 0000000000000"),
        (("likeness", "enroll", file("no.jpg", noise), "--handle", "@rex", *STATEMENT), "neither a photograph"),
        (("likeness", "enroll", file("no.png", b""), "--handle", "@Rex the Dog", *STATEMENT), "cannot be a name"),
    ]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda case: installation.run(*case[0]), cases))
    for (arguments, fact), (code, output, said) in zip(cases, answers, strict=True):
        assert (code, output) == (2, ""), f"{arguments}: {output}{said}"
        assert fact in said, f"{arguments}: {said}"
    assert installation.publications() == 1
    assert len(installation.rows("SELECT id FROM briefs")) == 1, "what cannot be used was filed"


def test_a_broken_environment_is_said_with_a_remedy_and_exits_2(installation: Installation, tmp_path: Path) -> None:
    folders = {"a file": tmp_path / "file", "no database": tmp_path / "noise"}
    folders["a file"].write_text("not a folder")
    folders["no database"].mkdir()
    (folders["no database"] / "ledger.db").write_bytes(bytes(range(256)) * 32)
    fine = str(tmp_path / "fine")
    for variables, fact in [
        ({"GREENROOM_HOME": str(folders["a file"])}, "the home folder"),
        ({"GREENROOM_HOME": "/proc/greenroom"}, "the home folder /proc/greenroom cannot be used"),
        ({"GREENROOM_HOME": str(folders["no database"])}, "file is not a database"),
        (
            {"GREENROOM_HOME": fine, "GREENROOM_FEED_PORT": "abc"},
            "GREENROOM_FEED_PORT: Input should be a valid integer",
        ),
        ({"GREENROOM_HOME": fine, "GREENROOM_LEDGER_URL": "nope"}, "'nope' is no database URL"),
        ({"GREENROOM_HOME": fine, "GREENROOM_STORE_URL": "gopher://x"}, "Protocol not known: gopher"),
    ]:
        code, output, said = installation.run("status", environment=variables)
        assert (code, output, fact in said) == (2, "", True), said
        assert "\n\n" in said.strip(), f"no remedy: {said}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, said = installation.run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, "cannot be listened on" in said, "choose one with --port" in said) == (2, True, True)


def test_an_error_nobody_foresaw_is_one_sentence_and_its_traceback_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = "from greenroom.cli import main, state; state.status = lambda: 1 / 0; main.main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "status"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "GREENROOM_HOME": str(home)},
        check=False,
    )
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    assert "nobody foresaw: ZeroDivisionError: division by zero" in done.stderr
    (kept,) = (home / "logs").iterdir()
    assert str(kept) in done.stderr
    assert "ZeroDivisionError" in kept.read_text()


def test_prompts_that_cannot_be_made_are_denied_by_a_gate(
    installation: Installation, clip: str, tmp_path: Path
) -> None:
    file = tmp_path / "batch.jsonl"
    prompts = ["", " \t ", "a ball " * 3000, "a ball \x00 bounces \x1b[31m", "a ball\u202e rolls"]
    file.write_text("".join(json.dumps({"prompt": one, "seconds": 4, "size": "256x144"}) + "\n" for one in prompts))
    code, answer = installation.ask("batch", str(file))
    clips = cast("list[Answer]", answer["clips"])
    assert code == 1
    assert [one["status"] for one in clips] == ["denied"] * len(prompts)
    assert all(one["clip"] is None and one["file"] is None and rules(one) for one in clips)
    assert installation.publications() == 1


def test_likenesses_that_nobody_permits_are_denied_by_gate_1(
    installation: Installation, clip: str, tmp_path: Path
) -> None:
    photograph = Path(__file__).parent.parent / "greenroom" / "demo" / "chelsea.png"
    copy = installation.copied("likenesses")
    for handle in ("@mine", "@ended", "@none"):
        audience = ("--audience", "owner") if handle == "@mine" else ()
        asked = ("likeness", "enroll", str(photograph), "--handle", handle, "--as", "ada", *STATEMENT, *audience)
        assert copy.run(*asked)[0] == 0
    with closing(sqlite3.connect(copy.home / "ledger.db")) as ledger, ledger:
        of = "(SELECT id FROM likenesses WHERE handle = ?)"
        ended = f"UPDATE consents SET expires_at = '2026-01-01 00:00:00.000000' WHERE likeness = {of}"  # noqa: S608
        ledger.execute(ended, ("ended",))
        ledger.execute(f"DELETE FROM consents WHERE likeness = {of}", ("none",))  # noqa: S608
    file = tmp_path / "batch.jsonl"
    handles = {
        "@nobody": "consent.unknown_likeness",
        "not a handle": "consent.unknown_likeness",
        "@mine": "consent.audience",
        "@ended": "consent.expired",
        "@none": "consent.absent",
    }
    row = {"prompt": "A cat sleeps", "seconds": 4, "size": "256x144"}
    file.write_text("".join(json.dumps(row | {"likenesses": [handle]}) + "\n" for handle in handles))
    code, answer = copy.ask("batch", str(file))
    clips = cast("list[Answer]", answer["clips"])
    assert (code, [one["status"] for one in clips]) == (1, ["denied"] * len(handles))
    assert [rules(one) for one in clips] == [[rule] for rule in handles.values()]
    assert [len(cast("list[Answer]", one["verdicts"])) for one in clips] == [1] * len(handles)


def test_a_disk_without_room_stops_the_command_and_with_room_it_goes_on(tmp_path: Path) -> None:
    """No file may grow past the limit: what a full disk says to the one that does, on any machine and for any user."""
    roomy = Installation(tmp_path / "home")
    assert roomy.run("status")[0] == 0
    most = (roomy.home / "ledger.db").stat().st_size + 300 * 1024

    code, _, said = roomy.run(*BALL, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    assert (code, "File too large" in said or "disk is full" in said) == (2, True), said
    assert "Free" in said
    assert roomy.publications() == 0
    assert not list(roomy.home.glob("clips/*"))
    (before,) = roomy.rows("SELECT id FROM briefs")
    code, made = roomy.ask(*BALL)
    assert (code, made["status"], made["brief"], roomy.publications()) == (0, "published", before[0], 1)
    assert roomy.ask("audit", "gaps") == (0, {"gaps": []})


def test_a_published_file_cut_short_is_never_served_and_is_a_gap(installation: Installation, clip: str) -> None:
    copy = installation.copied("cut")
    (marked,) = copy.rows("SELECT marked FROM publications")
    address = str(json.loads(marked[0])["file"]["sha256"])
    blob = copy.home / "store" / address[:2] / address
    blob.write_bytes(blob.read_bytes()[:-1000])
    with copy.served() as feed:
        status, body = got(f"{feed}/media/{clip}/clip.mp4")
        assert (status, b"ftyp" in body) == (503, False)
        assert got(f"{feed}/clips/{clip}")[0] == 200
        blob.unlink()
        assert got(f"{feed}/media/{clip}/clip.mp4")[0] == 503
    code, answer = copy.ask("audit", "gaps")
    assert (code, [gap["subject"] for gap in cast("list[Answer]", answer["gaps"])]) == (1, [clip])


def test_garbage_in_the_warehouse_is_said_and_mended_by_a_rebuild(installation: Installation, clip: str) -> None:
    copy = installation.copied("garbage")
    (copy.home / "warehouse" / "current.json").write_bytes(b"\x00garbage")
    with copy.served() as feed:
        status, body = got(feed)
        assert (status, b"The feed cannot answer right now." in body) == (503, True)
        assert got(f"{feed}/media/{clip}/clip.mp4")[0] == 200
        code, _, said = copy.run("audit", "gaps")
        assert (code, "greenroom warehouse rebuild" in said) == (2, True)
        assert copy.run("warehouse", "rebuild")[0] == 0
        status, body = got(feed)
        assert (status, clip.encode() in body) == (200, True)
    assert copy.ask("audit", "gaps") == (0, {"gaps": []})
