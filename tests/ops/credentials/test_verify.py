"""`verify`: yes to a clip of ours, no with reasons to everything else, and a report whatever the file is."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops.credentials.reading import State
from ops.credentials.signing import Signed, sign
from ops.verify import Check, ClipFacts, LogFacts, verify_file

if TYPE_CHECKING:
    from tests.ops.credentials.conftest import Studio

Made = tuple[Path, ClipFacts]


def facts_of(studio: "Studio", signed: Signed, file: Path) -> ClipFacts:
    lineage = studio.manifest().lineage
    return ClipFacts(
        clip=lineage.clip,
        file_sha256=sha256(file.read_bytes()).hexdigest(),
        manifest=signed.manifest,
        brief=lineage.brief,
        run=lineage.run,
        maker=lineage.maker,
        model=lineage.model,
        seed=int(lineage.seed),
        prompt_sha256=lineage.prompt_sha256,
        withdrawn=False,
        log=LogFacts(included=True, leaf=3, tree_size=4, root="ab" * 32),
    )


@pytest.fixture
def made(studio: "Studio", tmp_path: Path) -> Made:
    out = tmp_path / "clip.mp4"
    return out, facts_of(studio, sign(studio.film, out, studio.manifest(), studio.chain), out)


def test_a_clip_of_ours_is_verified(studio: "Studio", made: Made) -> None:
    file, facts = made
    report = verify_file(file, studio.chain.root, {facts.clip: facts}.get, studio.key)
    assert report.verified
    assert (report.clip, report.withdrawn, report.disagreements) == (facts.clip, False, ())
    assert report.credentials.state is State.TRUSTED
    assert report.visible.state is Check.FOUND
    assert report.invisible.state is Check.NOT_CHECKED
    assert report.invisible.reason
    fields = ["verified", "clip", "credentials", "invisible", "visible", "log", "withdrawn", "disagreements"]
    assert list(report.model_dump(mode="json")) == fields


def test_one_changed_byte_is_not_verified(studio: "Studio", made: Made) -> None:
    file, facts = made
    studio.flip_a_media_byte(file)
    report = verify_file(file, studio.chain.root, {facts.clip: facts}.get, studio.key)
    assert not report.verified
    assert any("bmffHash.mismatch" in reason for reason in report.disagreements)


def test_what_the_ledger_says_otherwise_is_named(studio: "Studio", made: Made) -> None:
    file, facts = made
    other = facts.model_copy(update={"run": "run-2", "log": None})
    report = verify_file(file, studio.chain.root, {facts.clip: other}.get, studio.key)
    assert not report.verified
    assert "run: the file says run-1, the ledger says run-2" in report.disagreements
    assert any(reason.startswith("log:") for reason in report.disagreements)


def test_a_clip_the_ledger_does_not_know_is_not_verified(studio: "Studio", made: Made) -> None:
    report = verify_file(made[0], studio.chain.root, lambda clip: None, studio.key)
    assert (report.verified, report.withdrawn) == (False, None)
    assert report.credentials.state is State.TRUSTED


def test_a_withdrawn_clip_says_so(studio: "Studio", made: Made) -> None:
    file, facts = made
    gone = facts.model_copy(update={"withdrawn": True})
    assert verify_file(file, studio.chain.root, {facts.clip: gone}.get, studio.key).withdrawn is True


def test_a_film_signed_without_its_label_is_found_out(studio: "Studio", tmp_path: Path) -> None:
    """Signed as another clip, the label stands on another clip's path."""
    out = tmp_path / "clip.mp4"
    signed = sign(studio.film, out, studio.manifest("3zzzzzzzzzzzz"), studio.chain)
    facts = facts_of(studio, signed, out).model_copy(update={"clip": "3zzzzzzzzzzzz"})
    report = verify_file(out, studio.chain.root, {facts.clip: facts}.get, studio.key)
    assert not report.verified
    assert report.visible.state is Check.MISSING


def test_a_signed_file_whose_picture_does_not_decode_is_not_verified(studio: "Studio", tmp_path: Path) -> None:
    """C2PA signs any bytes in MP4 boxes, a truncated film too."""
    stump, out = tmp_path / "stump.mp4", tmp_path / "clip.mp4"
    stump.write_bytes(studio.film.read_bytes()[:3000])
    facts = facts_of(studio, sign(stump, out, studio.manifest(), studio.chain), out)
    report = verify_file(out, studio.chain.root, {facts.clip: facts}.get, studio.key)
    assert report.credentials.state is State.TRUSTED
    assert (report.verified, report.visible.state) == (False, Check.NOT_CHECKED)


def test_a_remix_of_a_tampered_parent_is_not_verified(studio: "Studio", made: Made, tmp_path: Path) -> None:
    parent, facts = made
    studio.flip_a_media_byte(parent)
    out = tmp_path / "remix.mp4"
    signed = sign(studio.film, out, studio.manifest(parent=parent), studio.chain)
    facts = facts.model_copy(update={"manifest": signed.manifest})
    report = verify_file(out, studio.chain.root, {facts.clip: facts}.get, studio.key)
    assert report.credentials.state is State.TRUSTED
    assert not report.verified
    assert any(reason.startswith("ingredient:") for reason in report.disagreements)


def test_a_remuxed_copy_has_lost_its_credentials(studio: "Studio", made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    with av.open(str(made[0])) as source, av.open(str(copy), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    report = verify_file(copy, studio.chain.root, lambda clip: None, studio.key)
    assert (report.verified, report.credentials.state) == (False, State.ABSENT)


def test_no_file_a_folder_and_an_empty_file(studio: "Studio", tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    for name, reason in (("none.mp4", "no such file"), ("", "not a regular file"), ("empty.mp4", "empty")):
        report = verify_file(tmp_path / name, studio.chain.root, lambda clip: None, studio.key)
        assert not report.verified
        assert reason in report.disagreements[0]


def test_a_long_file_with_a_hole_is_answered(studio: "Studio", made: Made, tmp_path: Path) -> None:
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as stream:
        stream.write(made[0].read_bytes())
        stream.truncate(2**28)
    assert not verify_file(huge, studio.chain.root, lambda clip: None, studio.key).verified


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1), noise=st.binary(max_size=64))
def test_a_truncated_or_garbled_clip_gets_a_report(
    studio: "Studio", made: Made, tmp_path: Path, cut: float, noise: bytes
) -> None:
    file, facts = made
    whole = file.read_bytes()
    at = int(cut * (len(whole) - 1))
    for data in (whole[:at], whole[:at] + noise + whole[at + len(noise) :], noise):
        broken = tmp_path / "broken.bin"
        broken.write_bytes(data)
        report = verify_file(broken, studio.chain.root, {facts.clip: facts}.get, studio.key)
        assert report.verified == (data == whole)
