"""Copies that lost their manifest: led back to their clip by the invisible mark, if they show what the clip shows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ops.credentials.reading import State
from ops.verifying.facts import Alike
from ops.verifying.report import Check, Source
from tests.ops.verifying.conftest import CLIP, House, Picture, read, scene, write

OTHER = "0therc11pc11p"
WIDE, HIGH = 640, 360


@pytest.fixture
def original(house: House) -> Path:
    """A clip that was published with its marks."""
    return house.published(house.film(pictures=scene(24, WIDE, HIGH), marked=True))


@pytest.fixture
def pictures(original: Path) -> list[Picture]:
    return read(original)[0]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("copy.mp4", {"crf": "28"}),
        ("copy.mov", {"crf": "24"}),
        ("copy.mkv", {"crf": "26"}),
        ("copy.webm", {"picture": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "0"}),
        ("copy.gif", {"picture": "gif"}),
    ],
)
def test_a_reencoded_copy_leads_to_its_clip(house: House, original: Path, name: str, how: dict[str, str]) -> None:
    pictures, samples = read(original)
    copy = house.folder / name
    write(copy, pictures, samples, **how)
    report = house.verify(copy)
    assert report.disagreements == ()
    assert report.verified
    assert (report.clip, report.edited, report.withdrawn) == (CLIP, True, False)
    assert (report.credentials.state, report.invisible.state) == (State.ABSENT, Check.FOUND)
    assert report.resolved_by is Source.PICTURE
    assert report.answer.startswith(f"This is a copy of clip {CLIP}, which was published here; it was edited since")
    assert "@mira made it with previz 1" in report.answer


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_still_of_it_leads_to_its_clip(house: House, pictures: list[Picture], kind: str) -> None:
    still = house.folder / "still"
    Image.fromarray(pictures[9]).save(still, kind, quality=90)
    report = house.verify(still)
    assert (report.verified, report.clip) == (True, CLIP)


def test_of_a_tiny_copy_it_is_not_said_that_the_label_was_taken_out(house: House, pictures: list[Picture]) -> None:
    """Its words are a few pixels high: nobody can tell, whether or not they are there."""
    blurred = (Image.fromarray(one).resize((192, 108)) for one in pictures)
    tiny = [np.asarray(one.resize((320, 180))) for one in blurred]
    copy = house.folder / "tiny.mp4"
    write(copy, tiny, crf="20")
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, CLIP)
    assert report.visible.state is Check.NOT_CHECKED
    assert report.visible.reason == "in a picture so small the label cannot be told"
    assert not any("label" in one for one in report.edits)


def test_a_mirrored_crop_leads_to_its_clip_and_says_what_it_is(house: House, pictures: list[Picture]) -> None:
    cut = [np.ascontiguousarray(one[20:340, 16:592, :][:, ::-1]) for one in pictures]
    copy = house.folder / "copy.mp4"
    write(copy, cut)
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, CLIP)
    assert any("mirrored" in one for one in report.edits)


def test_a_screen_recording_leads_to_its_clip(house: House, pictures: list[Picture]) -> None:
    """The clip in a player that takes three quarters of a screen."""
    desk = scene(1, 1280, 720, seed=70)[0]
    shown = []
    for one in pictures:
        screen = desk.copy()
        screen[90:630, 200:1160] = np.asarray(Image.fromarray(one).resize((960, 540)))
        shown.append(screen)
    copy = house.folder / "screen.mp4"
    write(copy, shown, crf="23")
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, CLIP)


def test_after_a_withdrawal_the_copy_says_withdrawn_and_nothing_of_anyone(
    house: House, pictures: list[Picture]
) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, pictures, crf="28")
    house.records.withdraw(CLIP)
    report = house.verify(copy)
    assert (report.withdrawn, report.clip, report.origin, report.log) == (True, CLIP, None, None)
    said = report.model_dump_json()
    for secret in ("mira", "chelsea", "previz", "red ball", "urn:"):
        assert secret not in said


def test_a_copy_of_a_remix_shows_the_parent(house: House, original: Path) -> None:
    remix = house.published(house.film(OTHER, scene(24, WIDE, HIGH, seed=8), marked=True), OTHER, parent=original)
    house.records.origins[OTHER] = house.records.origins[OTHER].model_copy(update={"parents": (CLIP,)})
    copy = house.folder / "copy.mp4"
    write(copy, read(remix)[0], crf="28")
    report = house.verify(copy)
    assert (report.verified, report.clip) == (True, OTHER)
    assert f"It is a remix of clip {CLIP}." in report.answer


def test_a_mark_that_was_laid_over_another_picture_is_found_out(house: House, original: Path) -> None:
    forged = house.folder / "forged.mp4"
    write(forged, house.marked(scene(24, WIDE, HIGH, seed=31)))
    report = house.verify(forged)
    assert (report.verified, report.clip) == (False, CLIP)
    assert any("laid over another picture" in reason for reason in report.disagreements)
    assert "laid over another picture" in report.answer


def test_a_manifest_of_one_clip_in_a_file_of_another_is_found_out(house: House, original: Path) -> None:
    other = house.published(house.film(OTHER, scene(24, WIDE, HIGH, seed=8), marked=True), OTHER)
    transplanted = house.folder / "transplanted.mp4"
    transplanted.write_bytes(with_manifest_of(original.read_bytes(), other.read_bytes()))
    report = house.verify(transplanted)
    assert (report.verified, report.credentials.state, report.credentials.genuine) == (False, State.INVALID, True)
    assert any(
        f"the mark in its picture names clip {CLIP}" in one and f"names clip {OTHER}" in one
        for one in report.disagreements
    )
    assert "the manifest of one clip was put into a file of another" in report.answer


def test_a_withdrawn_clips_manifest_in_a_file_of_another_tells_nothing_of_anyone(house: House, original: Path) -> None:
    other = house.published(house.film(OTHER, scene(24, WIDE, HIGH, seed=8), marked=True), OTHER)
    house.records.withdraw(OTHER)
    transplanted = house.folder / "transplanted.mp4"
    transplanted.write_bytes(with_manifest_of(original.read_bytes(), other.read_bytes()))
    report = house.verify(transplanted)
    assert (report.verified, report.clip, report.withdrawn) == (False, CLIP, False)
    assert (report.credentials.lineage, report.credentials.manifest) == (None, None)
    assert any(f"names clip {OTHER}, which was withdrawn" in one for one in report.disagreements)


def test_a_mark_whose_clip_nobody_published_leads_to_nothing(house: House, original: Path) -> None:
    draft = house.folder / "draft.mp4"
    write(draft, house.marked(scene(24, WIDE, HIGH), OTHER))
    report = house.verify(draft)
    assert (report.verified, report.clip, report.withdrawn) == (False, OTHER, None)
    assert "no clip of that id was ever published here" in report.answer


def test_a_copy_whose_stored_manifest_is_broken_is_not_verified(house: House, pictures: list[Picture]) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, pictures, crf="28")
    kept = house.records.files[CLIP]
    assert kept.sidecar is not None
    house.records.files[CLIP] = replace(kept, sidecar=kept.sidecar.replace(b"brief-1", b"brief-2"))
    report = house.verify(copy)
    assert not report.verified
    assert any(one.startswith("manifest: the stored manifest") for one in report.disagreements)


def test_another_installations_mark_is_not_read(house: House, original: Path) -> None:
    from ops.watermark.carrier import MarkKey

    copy = house.folder / "copy.mp4"
    write(copy, read(original)[0], crf="28")
    house.records.key = MarkKey(b"another key")
    report = house.verify(copy)
    assert (report.clip, report.invisible.state) == (None, Check.MISSING)
    assert "Nothing leads from this to a clip" in report.answer


def test_what_only_looks_like_a_clip_is_told_to_be_no_proof(house: House, original: Path) -> None:
    copy = house.folder / "copy.mp4"
    write(copy, scene(24, WIDE, HIGH))
    house.records.alike_to = lambda looks: (Alike(clip=CLIP, distance=0.03), Alike(clip=OTHER, distance=0.6))
    report = house.verify(copy)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.LOOKS)
    assert [one.clip for one in report.found_by_content] == [CLIP]
    assert "this is no proof" in report.answer


def with_manifest_of(film: bytes, other: bytes) -> bytes:
    """A signed MP4 with the manifest's box of another; what points into the media is moved with it."""
    start, size = manifest_box(film)
    at, length = manifest_box(other)
    moved = film[:start] + other[at : at + length] + film[start + size :]
    return shifted(moved, length - size)


def manifest_box(film: bytes) -> tuple[int, int]:
    at = film.index(b"uuid\xd8\xfe\xc3\xd6") - 4
    return at, int.from_bytes(film[at : at + 4], "big")


def shifted(film: bytes, by: int) -> bytes:
    """With the offsets of chunks moved (the `stco` boxes)."""
    data, at = bytearray(film), 0
    while (at := data.find(b"stco", at)) >= 0:
        count = int.from_bytes(data[at + 8 : at + 12], "big")
        for place in range(at + 12, at + 12 + 4 * count, 4):
            data[place : place + 4] = (int.from_bytes(data[place : place + 4], "big") + by).to_bytes(4, "big")
        at += 4
    return bytes(data)
