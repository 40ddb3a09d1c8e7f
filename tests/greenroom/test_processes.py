"""Processes of our own, started inside a folder that came from a stranger: nothing in it is ever run."""

import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.processes import running
from models.speech import EspeakSpeech
from ops.credentials.chain import Trust
from ops.verifying.found import ToRead, Why
from ops.verifying.readers import Reader
from warehouse.validation import Validator

ROOT = Path(__file__).parents[2]
OURS = ("greenroom", "ledger", "warehouse", "moderation", "models", "ops", "assets", "pipelines", "feed")


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is there once anything in the stranger's folder, where this process now is, was run."""
    folder, sign = tmp_path / "unpacked", tmp_path / "ran"
    folder.mkdir()
    for name in ("json", "ctypes", "select", "greenroom", "ops", "models", "warehouse", "pipelines"):
        (folder / f"{name}.py").write_text(f"open({str(sign)!r}, 'w')\nraise SystemExit(9)\n")
    monkeypatch.chdir(folder)
    return sign


def test_a_module_of_the_current_directory_would_be_run_without(ran: Path) -> None:
    """What the other tests rest on: `-m` alone runs it."""
    subprocess.run([sys.executable, "-m", "models.speech_worker"], stdin=subprocess.DEVNULL, check=False)
    assert ran.exists()


@pytest.mark.parametrize("module", ["ops.enrolments.apart", "pipelines.enrol", "pipelines.carry"])
def test_a_process_that_is_started_once_imports_ours(ran: Path, module: str) -> None:
    """They end at once, for nothing is asked of them; not on an import."""
    done = subprocess.run(running(module), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert "ImportError" not in done.stderr
    assert "ModuleNotFoundError" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert not ran.exists()


def test_strangers_files_are_read_by_our_own_code(ran: Path, tmp_path: Path) -> None:
    file, reader = tmp_path / "file", Reader()
    file.write_bytes(b"no film")
    found = reader.ask(ToRead(file=file, trust=Trust(""), secret=None))
    reader.close()
    assert found.ended.why is Why.DONE
    assert found.problem is not None
    assert not ran.exists()


def test_speech_and_validation_are_our_own_code(ran: Path) -> None:
    with EspeakSpeech() as speech, Validator() as validator:
        assert speech.name != "espeak-ng unknown"
        assert validator._process is not None
        assert validator._process.stdin is not None
        validator._process.stdin.close()
        assert validator._process.wait(120) == 0
    assert not ran.exists()


def test_every_process_of_ours_is_started_so() -> None:
    """Whoever runs this Python with a module of ours asks `greenroom.processes`."""
    named = [path for name in OURS for path in (ROOT / name).rglob("*.py") if "sys.executable" in path.read_text()]
    assert [str(path.relative_to(ROOT)) for path in named] == ["greenroom/processes.py"]
