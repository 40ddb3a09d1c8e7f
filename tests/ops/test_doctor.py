"""The doctor names the database that the ledger is on, and asks a signer outside for a signature."""

from pathlib import Path

import pytest

from greenroom.settings import Settings
from ops.credentials import outside
from ops.credentials.own import make_chain
from ops.doctor import State, examine


@pytest.mark.parametrize(("database", "kind"), [("sqlite", "SQLite 3."), ("postgresql", "PostgreSQL 18.")])
def test_the_ledgers_database_is_named(
    database: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if database == "postgresql" else ""
    found = {one.part: one for one in examine(Settings.load({"GREENROOM_LEDGER_URL": url}, home=tmp_path / "home"))}
    assert found["ledger"].state is State.READY
    assert found["ledger"].uses.startswith(kind)
    assert found["ledger"].uses.endswith("revision 0")


def test_a_server_that_is_not_there_is_broken_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://mia:hush@/ledger?host=/nowhere/at/all"
    found = examine(Settings.load({"GREENROOM_LEDGER_URL": url}, home=tmp_path / "home"))
    assert (found[0].part, found[0].state) == ("ledger and store", State.BROKEN)
    assert "No such file" in found[0].uses
    assert "hush" not in found[0].model_dump_json()


def test_a_signer_that_does_not_sign_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor asks it for a signature: the first clip would be too late."""
    monkeypatch.setattr(outside, "PAUSES", ())
    make_chain(tmp_path / "bought", "studio.example")
    chain = {"certificate_chain": tmp_path / "bought" / "chain.pem", "home": tmp_path / "home"}
    away = Settings.load({"GREENROOM_SIGNER_URL": "http://127.0.0.1:9/"}, **chain)
    found = {one.part: one for one in examine(away)}["credentials"]
    assert found.state is State.BROKEN
    assert found.uses.startswith("the signer at 127.0.0.1:9 does not sign")
    here = Settings.load({}, signing_key=tmp_path / "bought" / "signing.key", **chain)
    assert {one.part: one for one in examine(here)}["credentials"].state is State.READY


def test_a_reasoning_model_is_named_and_one_that_is_not_whole_is_broken(tmp_path: Path) -> None:
    endpoint: dict[str, object] = {"text_safety": "openai", "text_safety_url": "https://models.example/v1"}
    settings = Settings.load({}, home=tmp_path / "home", picture_reasoning="transformers", **endpoint)
    found = {finding.part: finding for finding in examine(settings)}
    assert found["text safety model"].state is State.READY
    assert "models.example" in found["text safety model"].uses
    assert found["vision-language model"].state is State.BROKEN
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\x08")
    settings = settings.model_copy(update={"picture_reasoning_model": str(tmp_path)})
    (broken,) = (one for one in examine(settings) if one.part == "vision-language model")
    assert broken.state is State.BROKEN
    assert "half-downloaded" in broken.uses
    assert "again, whole" in broken.remedy
