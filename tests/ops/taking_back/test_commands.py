"""Taking back on the command line: exit codes, one JSON document each, and what is overdue is loud."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from greenroom.cli.main import app
from greenroom.domain.base import new_id, now
from greenroom.domain.removals import Takedown
from greenroom.domain.reviews import Review, ReviewSubject
from greenroom.settings import Settings
from ledger import reviews, takedowns
from ops.studio import Studio

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock


@dataclass
class CommandLine:
    """The command line in this process, on one installation."""

    said: pytest.CaptureFixture[str]

    def text(self, *arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            app(list(arguments))
        code = ended.value.code
        return code if isinstance(code, int) else 0, self.said.readouterr().out

    def ask(self, *arguments: str) -> tuple[int, Any]:
        code, text = self.text(*arguments, "--json")
        return code, json.loads(text)


@pytest.fixture
def greenroom(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.setenv("GREENROOM_HOME", str(settings.home))
    return CommandLine(capsys)


def test_uses_are_shown_and_one_is_deleted(greenroom: CommandLine, studio: Studio, stock: "Stock") -> None:
    ada = stock.account("ada")
    shown = stock.published(stock.account("bob"), stock.likeness("tom", ada))
    code, found = greenroom.ask("likeness", "uses", "@tom", "--as", "ada")
    assert (code, [one["clip"] for one in found["uses"]]) == (0, [shown.clip])
    code, gone = greenroom.ask("likeness", "uses", "@tom", "--delete", shown.clip, "--yes", "--as", "ada")
    assert (code, gone["removal"]["clip"]) == (0, shown.clip)
    assert not studio.store.has(shown.marked.file)
    assert greenroom.ask("trace", shown.clip)[1]["status"] == "removed"
    code, told = greenroom.ask("status", "--as", "bob")
    assert code == 0
    assert "was removed" in str(told["urgent"])
    assert greenroom.ask("likeness", "uses", "@tom", "--new", "--as", "ada") == (0, {"new": []})


def test_withdrawing_erases_at_once(greenroom: CommandLine, studio: Studio, stock: "Stock") -> None:
    tom = stock.likeness("tom", stock.account("ada"))
    shown = stock.published(stock.account("bob"), tom)
    code, said = greenroom.ask("likeness", "withdraw", "@tom", "--yes", "--as", "ada")
    assert (code, said["clips"]) == (0, [shown.clip])
    assert said["erased"] == {"orders": 2, "blobs": 14, "size": said["erased"]["size"], "overdue": 0}
    assert not studio.store.has(tom[0].capture)


def test_an_overdue_takedown_is_loud_everywhere(greenroom: CommandLine, studio: Studio, stock: "Stock") -> None:
    clip = stock.published(stock.account("bob"))
    past = now() - timedelta(hours=49)
    takedown = Takedown(
        id=new_id("td"), clip=clip.clip, reason="mine", due_at=past + timedelta(hours=48), recorded_at=past
    )
    review = Review(
        id="rv-1", kind=ReviewSubject.TAKEDOWN, subject=takedown.id, due_at=takedown.due_at, recorded_at=past
    )
    with studio.ledger.write() as tx:
        takedowns.add(tx, takedown)
        reviews.open_once(tx, review)
    assert greenroom.ask("takedown", "list")[0] == 1
    assert greenroom.ask("audit", "takedowns")[0] == 1
    assert takedown.id in greenroom.text("status")[1].splitlines()[0]
    code, found = greenroom.ask("doctor")
    assert code == 1
    assert any(one["part"] == "takedowns" and one["state"] == "broken" for one in found["findings"])
    code, kept = greenroom.ask("takedown", "resolve", takedown.id, "keep", "--reason", "not them")
    assert (code, kept["state"], kept["by"]) == (0, "kept", "studio")
    assert greenroom.ask("takedown", "list")[0] == 0
