"""What several parts of the tests need: a browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

_LONGEST = ("test_end_to_end.py", "test_kill.py", "test_robustness.py", "test_launch.py", "test_snapshots.py")
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
