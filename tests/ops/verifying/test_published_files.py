"""A file that says it is a published clip: yes when it is, no with reasons when it is not, a report whatever it is."""

from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.verify_records import facts_of
from greenroom.settings import Settings
from ops.credentials.chain import ensure_chain
from ops.credentials.reading import State
from ops.verifying.facts import Alike
from ops.verifying.report import Check, Source
from tests.ops.verifying.conftest import CLIP, House, flip_a_media_byte

FIELDS = ["verified", "clip", "credentials", "invisible", "visible", "log", "withdrawn", "disagreements"]


@pytest.fixture
def file(house: House) -> Path:
    return house.published(house.film())


def test_a_clip_of_ours_is_verified(house: House, file: Path) -> None:
    report = house.verify(file)
    assert report.disagreements == ()
    assert report.verified
    assert (report.clip, report.withdrawn, report.edited) == (CLIP, False, False)
    assert report.credentials.state is State.TRUSTED
    assert report.visible.state is Check.FOUND
    assert report.log is not None
    assert report.resolved_by is Source.BYTES
    assert list(report.model_dump(mode="json"))[: len(FIELDS)] == FIELDS


def test_the_answer_says_who_when_and_from_which_consent(house: House, file: Path) -> None:
    answer = house.verify(file).answer
    assert answer.startswith(f"This is clip {CLIP}, as it was published here: not a byte was changed.")
    assert "@mira made it with previz 1, and greenroom.local published it on 20 November 2026." in answer
    assert "It rests on the consent of @chelsea (version 1, for everyone); none was withdrawn." in answer


def test_one_changed_byte_is_not_verified(house: House, file: Path) -> None:
    flip_a_media_byte(file)
    report = house.verify(file, marks=False)
    assert not report.verified
    assert any("bmffHash.mismatch" in reason for reason in report.disagreements)
    assert "it is not the file that was published" in report.answer


def test_what_the_ledger_says_otherwise_is_named(house: House, file: Path) -> None:
    facts = house.records.known[CLIP]
    house.records.known[CLIP] = facts.model_copy(update={"run": "run-2", "log": None})
    report = house.verify(file)
    assert not report.verified
    assert "run: the file says run-1, the ledger says run-2" in report.disagreements
    assert any(reason.startswith("log:") for reason in report.disagreements)


def test_a_clip_the_ledger_does_not_know_is_not_verified(house: House, file: Path) -> None:
    house.records.known.clear()
    report = house.verify(file, marks=False)
    assert (report.verified, report.withdrawn, report.origin) == (False, None, None)
    assert report.credentials.state is State.TRUSTED
    assert "no clip of that id was ever published here" in report.answer


def test_a_withdrawn_clip_says_so_and_nothing_of_anyone(house: House, file: Path) -> None:
    house.records.withdraw(CLIP)
    report = house.verify(file)
    assert (report.withdrawn, report.verified) == (True, False)
    assert report.credentials.state is State.TRUSTED, "the signature is as good as ever"
    said = report.model_dump_json()
    for secret in ("mira", "chelsea", "previz", "brief-1", "run-1", "red ball", "urn:", "5" * 64):
        assert secret not in said
    assert report.answer == (
        f"This is clip {CLIP} of this installation, which was withdrawn. "
        "It may no longer be shown, and nothing more is told of it."
    )


def test_a_film_signed_without_its_label_is_found_out(house: House) -> None:
    """Signed as another clip, the label stands on another clip's path."""
    report = house.verify(house.published(house.film(), "0zzzzzzzzzzzz"), marks=False)
    assert not report.verified
    assert report.visible.state is Check.MISSING


def test_a_signed_file_whose_picture_does_not_decode_is_not_verified(house: House) -> None:
    """C2PA signs any bytes in MP4 boxes, a truncated film too."""
    film, stump, out = house.film(), house.folder / "stump.mp4", house.folder / "out.mp4"
    house.published(film)
    stump.write_bytes(film.read_bytes()[:3000])
    signed = house.sign(stump, out)
    house.records.known[CLIP] = facts_of(house.lineage(), out.read_bytes(), signed.manifest)
    report = house.verify(out, marks=False)
    assert report.credentials.state is State.TRUSTED
    assert (report.verified, report.visible.state) == (False, Check.NOT_CHECKED)


def test_a_remix_of_a_tampered_parent_is_not_verified(house: House, file: Path) -> None:
    flip_a_media_byte(file)
    remix = house.published(house.film("0remxremxremx"), "0remxremxremx", parent=file)
    report = house.verify(remix, marks=False)
    assert report.credentials.state is State.TRUSTED
    assert not report.verified
    assert any(reason.startswith("ingredient:") for reason in report.disagreements)


def test_a_strangers_manifest_that_names_our_clip_is_not_believed(house: House, file: Path, tmp_path: Path) -> None:
    stranger = House(ensure_chain(Settings(home=tmp_path / "stranger")), house.records, tmp_path)
    forged = tmp_path / "forged.mp4"
    stranger.sign(house.film(), forged)
    report = house.verify(forged, marks=False)
    assert (report.verified, report.credentials.state) == (False, State.VALID)
    assert any("whom this installation does not trust" in reason for reason in report.disagreements)


@pytest.fixture
def elsewhere(house: House, tmp_path: Path) -> Path:
    """A clip of another installation, with its Content Credentials."""
    stranger = House(ensure_chain(Settings(home=tmp_path / "stranger")), house.records, tmp_path)
    file = tmp_path / "elsewhere.mp4"
    stranger.sign(house.film("0zzzzzzzzzzzz"), file, "0zzzzzzzzzzzz")
    return file


def test_a_file_of_another_installation_is_unknown_here(house: House, elsewhere: Path) -> None:
    report = house.verify(elsewhere, marks=False)
    assert (report.verified, report.clip, report.withdrawn, report.disagreements) == (False, None, None, ())
    assert (report.credentials.state, report.credentials.genuine) == (State.VALID, False)
    assert report.answer.startswith("Nothing leads from this to a clip of this installation")
    assert "which are intact; whether to trust them is not known here" in report.answer


def test_a_manifest_of_elsewhere_does_not_hide_what_the_film_looks_like(
    house: House, file: Path, elsewhere: Path
) -> None:
    house.records.alike_to = lambda looks: (Alike(clip=CLIP, distance=0.03),)
    report = house.verify(elsewhere, marks=False)
    assert (report.clip, report.resolved_by, report.verified) == (CLIP, Source.LOOKS, False)
    assert [one.clip for one in report.found_by_content] == [CLIP]
    assert report.answer.startswith("No mark could be read in this, but it looks or sounds like")


def test_a_remuxed_copy_has_lost_its_credentials(house: House, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    with av.open(str(file)) as source, av.open(str(copy), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    report = house.verify(copy, marks=False)
    assert (report.verified, report.credentials.state) == (False, State.ABSENT)


def test_no_file_a_folder_and_an_empty_file(house: House, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    for name, reason in (("none.mp4", "no such file"), ("", "not a regular file"), ("empty.mp4", "empty")):
        report = house.verify(tmp_path / name)
        assert not report.verified
        assert reason in report.disagreements[0]
        assert reason in report.answer


def test_a_long_file_with_a_hole_is_answered(house: House, file: Path, tmp_path: Path) -> None:
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as stream:
        stream.write(file.read_bytes())
        stream.truncate(2**28)
    assert not house.verify(huge, marks=False).verified


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1), noise=st.binary(max_size=64))
def test_a_truncated_or_garbled_clip_gets_a_report(house: House, file: Path, cut: float, noise: bytes) -> None:
    whole = file.read_bytes()
    at = int(cut * (len(whole) - 1))
    for data in (whole[:at], whole[:at] + noise + whole[at + len(noise) :], noise):
        broken = house.folder / "broken.bin"
        broken.write_bytes(data)
        report = house.verify(broken, marks=False)
        assert report.verified == (data == whole)
        assert report.answer
