"""Signing and reading real files: trusted by c2pa's own Reader, broken by one byte, and honest about a parent."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import c2pa
import pytest

from greenroom.errors import CredentialsFailed
from greenroom.settings import Settings
from ops.credentials.chain import ensure_chain
from ops.credentials.manifest import SourceType, source_type
from ops.credentials.offline import context
from ops.credentials.reading import State, read
from ops.credentials.signing import sign

if TYPE_CHECKING:
    from tests.ops.credentials.conftest import Studio


def test_c2pas_own_reader_calls_it_trusted(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    signed = sign(studio.film, out, studio.manifest(), studio.chain)
    with c2pa.Reader(str(out), context=context(studio.chain.trust)) as reader:
        assert reader.get_validation_state() == "Trusted"
        store = json.loads(reader.json())
    assert store["active_manifest"] == signed.manifest
    manifest = store["manifests"][signed.manifest]
    assert manifest["thumbnail"]["format"] == "image/jpeg"
    mining = next(a["data"]["entries"] for a in manifest["assertions"] if a["label"] == "cawg.training-mining")
    assert {entry["use"] for entry in mining.values()} == {"notAllowed"}
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"], "nothing half-made is left"


def test_the_report_gives_back_what_was_stated(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    manifest = studio.manifest()
    sign(studio.film, out, manifest, studio.chain)
    report = read(out, studio.chain.trust)
    assert (report.state, report.failures, report.ingredient_failures) == (State.TRUSTED, (), ())
    assert report.lineage == manifest.lineage
    assert report.actions == ("c2pa.created",)
    assert report.source_types == (SourceType.COMPOSITE_SYNTHETIC.value,)


def test_one_changed_media_byte_is_invalid(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    sign(studio.film, out, studio.manifest(), studio.chain)
    studio.flip_a_media_byte(out)
    report = read(out, studio.chain.trust)
    assert report.state is State.INVALID
    assert any("bmffHash.mismatch" in failure for failure in report.failures)


def test_another_installations_clip_is_valid_but_not_trusted(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    stranger = ensure_chain(Settings(home=tmp_path / "stranger"))
    sign(studio.film, out, studio.manifest(), stranger)
    assert read(out, studio.chain.trust).state is State.VALID


def test_the_sidecar_holds_the_same_manifest(studio: "Studio", tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    signed = sign(studio.film, out, studio.manifest(), studio.chain)
    assert read(studio.film, studio.chain.trust).state is State.ABSENT
    report = read(out, studio.chain.trust, signed.sidecar)
    assert (report.state, report.manifest) == (State.TRUSTED, signed.manifest)


def test_a_remix_is_opened_and_edited_with_its_parent_as_ingredient(studio: "Studio", tmp_path: Path) -> None:
    parent, out = tmp_path / "parent.mp4", tmp_path / "remix.mp4"
    sign(studio.film, parent, studio.manifest(), studio.chain)
    sign(studio.film, out, studio.manifest("remixremixrem", parent), studio.chain)
    report = read(out, studio.chain.trust)
    assert (report.state, report.ingredient_failures) == (State.TRUSTED, ())
    assert report.actions == ("c2pa.opened", "c2pa.edited")


def test_a_remix_of_a_tampered_parent_is_reported_though_it_reads_as_trusted(studio: "Studio", tmp_path: Path) -> None:
    parent, out, second = tmp_path / "parent.mp4", tmp_path / "remix.mp4", tmp_path / "second.mp4"
    sign(studio.film, parent, studio.manifest(), studio.chain)
    studio.flip_a_media_byte(parent)
    sign(studio.film, out, studio.manifest("remixremixrem", parent), studio.chain)
    report = read(out, studio.chain.trust)
    assert report.state is State.TRUSTED
    assert any("bmffHash.mismatch" in failure for failure in report.ingredient_failures)
    sign(studio.film, second, studio.manifest("secondsecond1", out), studio.chain)
    assert read(second, studio.chain.trust).ingredient_failures, "a grandparent's fault is seen too"


def test_a_parent_that_a_stranger_signed_is_reported(studio: "Studio", tmp_path: Path) -> None:
    parent, out = tmp_path / "parent.mp4", tmp_path / "remix.mp4"
    sign(studio.film, parent, studio.manifest(), ensure_chain(Settings(home=tmp_path / "stranger")))
    sign(studio.film, out, studio.manifest("remixremixrem", parent), studio.chain)
    assert any("untrusted" in failure for failure in read(out, studio.chain.trust).ingredient_failures)


def test_what_is_no_film_is_refused_and_leaves_nothing(studio: "Studio", tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all" * 40)
    with pytest.raises(CredentialsFailed, match=r"broken\.mp4"):
        sign(broken, tmp_path / "out.mp4", studio.manifest(), studio.chain)
    with pytest.raises(CredentialsFailed):
        sign(tmp_path / "missing.mp4", tmp_path / "out.mp4", studio.manifest(), studio.chain)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["broken.mp4"]


def test_the_source_type_says_what_the_clip_is() -> None:
    assert source_type(None, captured=False) is SourceType.ALGORITHMIC
    assert source_type(None, captured=True) is SourceType.COMPOSITE_SYNTHETIC
    assert source_type("a" * 64, captured=True) is SourceType.TRAINED
