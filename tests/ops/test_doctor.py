"""The doctor names the database that the ledger is on, and asks a signer outside for a signature."""

from pathlib import Path

import pytest

from greenroom.settings import Settings
from ops.credentials import outside
from ops.credentials.own import make_chain
from ops.doctor import Finding, State, examine


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


def test_what_hears_clips_is_named_with_where_it_lies_and_what_its_absence_means(tmp_path: Path) -> None:
    settings = Settings.load({}, home=tmp_path / "home")

    def found(part: str) -> Finding:
        return next(one for one in examine(settings) if one.part == part)

    for part, instead in (("words of clips", "pocketsphinx"), ("speakers of clips", "voice prints")):
        assert found(part).state is State.FALLBACK
        assert instead in found(part).uses
        assert "held for a person" in found(part).uses
        assert str(settings.weights) in found(part).remedy
    folder = settings.weights / "speaker-diarization"
    folder.mkdir(parents=True)
    assert found("speakers of clips").state is State.BROKEN
    assert "holds no config.yaml" in found("speakers of clips").uses
    (folder / "config.yaml").write_text("version: 4.0.0")
    (settings.weights / "small.pt").write_bytes(b"weights")
    assert found("speakers of clips").state is State.READY
    assert found("words of clips").state is State.READY
    assert f"{settings.weights / 'small.pt'}, its SHA-256 is asked" in found("words of clips").uses
