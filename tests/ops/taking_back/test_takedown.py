"""Anyone may ask for a takedown; copies are found by their looks; a person decides once, on time or loudly late."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from feed.studio import StudioSource
from greenroom.domain.base import now
from greenroom.domain.clips import Status
from greenroom.domain.removals import NoticeKind, RemovalCause
from greenroom.domain.reviews import Decision
from greenroom.errors import BadInput, BlobMissing, NotFound
from ledger import audit, log, notices, publications, removals
from ops.erase import erase_due
from ops.media import write_delivery
from ops.studio import Studio
from ops.takedown import CLOCK, TakedownState, contact_of, every, overdue, request, resolve
from ops.trace import trace

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock

Frames = NDArray[np.uint8]
SECONDS, RATE, WIDTH, HEIGHT = 2, 24, 192, 128


def scene(seed: int) -> Frames:
    """A patterned ground over which soft shapes drift: uint8[frames, height, width, 3]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    places, speeds = rng.uniform(0, 1, (12, 2)), rng.uniform(-0.1, 0.1, (12, 2))
    colours, widths = rng.uniform(-80, 80, (12, 3)), rng.uniform(8, 30, 12)
    ground = np.kron(rng.uniform(20, 160, (8, 12, 3)), np.ones((16, 16, 1)))
    frames = np.repeat(ground[None], SECONDS * RATE, axis=0)
    for number in range(len(frames)):
        for place, speed, colour, width in zip(places, speeds, colours, widths, strict=True):
            down, across = (place + speed * number / RATE) * (HEIGHT, WIDTH)
            frames[number] += np.exp(-((y - down) ** 2 + (x - across) ** 2) / (2 * width**2))[..., None] * colour
    return np.clip(frames, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files of one scene as it is, brighter and smaller, in a mirror, and of another scene."""
    folder, plain = tmp_path_factory.mktemp("films"), scene(1)

    def written(name: str, frames: Frames) -> bytes:
        path: Path = folder / f"{name}.mp4"
        samples = np.zeros((SECONDS * 48_000, 2), dtype=np.float32)
        write_delivery(path, iter(frames), RATE, samples, 48_000)
        return path.read_bytes()

    return {
        "plain": written("plain", plain),
        "worse": written("worse", np.clip(plain[:, ::2, ::2].astype(int) + 12, 0, 255).astype(np.uint8)),
        "mirrored": written("mirrored", np.ascontiguousarray(plain[:, :, ::-1])),
        "other": written("other", scene(2)),
    }


def test_copies_are_found_and_a_person_decides_over_them(
    studio: Studio, stock: "Stock", films: dict[str, bytes]
) -> None:
    bob, operator = stock.account("bob"), stock.account("studio")
    clip = stock.published(bob, film=films["plain"])
    worse = stock.published(stock.account("eve"), film=films["worse"])
    mirror = stock.published(stock.account("eve"), film=films["mirrored"])
    other = stock.published(bob, film=films["other"])
    before = now()

    asked = request(studio, clip.clip, " That is me. ", "me@example.org")
    assert {one.clip for one in asked.copies} == {worse.clip, mirror.clip}
    assert all(one.distance < 0.25 for one in asked.copies)
    assert asked.state is TakedownState.WAITING
    assert before + CLOCK <= asked.takedown.due_at <= now() + CLOCK
    assert asked.takedown.contact is not None
    assert b"example" not in studio.store.get(asked.takedown.contact)
    assert contact_of(studio, asked.takedown, operator) == "me@example.org"
    with pytest.raises(BadInput, match="no operator"):
        contact_of(studio, asked.takedown, bob)
    with studio.ledger.read() as tx:
        assert publications.visible(tx, {clip.clip}), "asking alone removes nothing"
        size = log.size(tx)

    with pytest.raises(BadInput, match="no operator"):
        resolve(studio, asked.takedown.id, Decision.APPROVE, bob, "I like it")
    with pytest.raises(BadInput, match=other.clip):
        resolve(studio, asked.takedown.id, Decision.APPROVE, operator, "yes", (other.clip,))
    answered = resolve(studio, asked.takedown.id, Decision.APPROVE, operator, "it is them", (worse.clip,))
    assert answered.state is TakedownState.REMOVED
    assert answered.by == "studio"
    assert {one.clip for one in answered.removals} == {clip.clip, worse.clip}
    assert {one.cause for one in answered.removals} == {RemovalCause.TAKEDOWN}
    with pytest.raises(BadInput, match="answered before"):
        resolve(studio, asked.takedown.id, Decision.DENY, operator, "no")

    source = StudioSource(studio)
    assert source.clip(clip.clip) is None
    assert source.clip(mirror.clip) is not None
    assert trace(studio, clip.clip).status is Status.REMOVED
    with studio.ledger.read() as tx:
        assert publications.visible(tx, [one.clip for one in (clip, worse, mirror, other)]) == {mirror.clip, other.clip}
        (told,) = notices.of_account(tx, bob.id)
        assert (told.kind, told.clip) == (NoticeKind.REMOVED, clip.clip)
        assert log.size(tx) == size + 2
        assert audit.altered(tx) == ()
        leaf = removals.leaf(tx, answered.removals[0].id)
        assert leaf is not None
        assert log.leaf(tx, leaf.index).kind is log.Kind.REMOVAL
    assert erase_due(studio).overdue == 0
    with pytest.raises(BlobMissing):
        studio.get(clip.marked.file)
    assert studio.get(mirror.marked.file) == films["mirrored"]


def test_a_take_of_the_very_same_frames_is_identical_and_a_remix_is_shown_whatever_it_looks_like(
    studio: Studio, stock: "Stock", films: dict[str, bytes]
) -> None:
    bob = stock.account("bob")
    clip = stock.published(bob, film=films["plain"])
    same = stock.published(bob, film=films["plain"])
    remix = stock.published(bob, film=films["other"], parent=clip.clip)
    stock.remixes(remix.clip, clip.clip)
    found = {one.clip: one.distance for one in request(studio, clip.clip, "mine").copies}
    assert found.keys() == {same.clip, remix.clip}
    assert found[same.clip] == 0.0
    assert found[remix.clip] > 0.25
    asked = every(studio)[0].takedown.id
    answered = resolve(studio, asked, Decision.APPROVE, stock.account("studio"), "it is them", None)
    assert {one.clip for one in answered.removals} == {clip.clip, same.clip}, (
        "a remix that looks otherwise goes by name"
    )


def test_a_request_that_nobody_answers_is_overdue_after_48_hours(
    studio: Studio, stock: "Stock", films: dict[str, bytes]
) -> None:
    clip = stock.published(stock.account("bob"), film=films["plain"])
    asked = request(studio, clip.clip, "mine")
    soon, late = now() + CLOCK - timedelta(minutes=1), now() + CLOCK + timedelta(minutes=1)
    assert overdue(studio, soon) == ()
    (found,) = overdue(studio, late)
    assert (found.takedown, found.state) == (asked.takedown, TakedownState.OVERDUE)
    kept = resolve(studio, asked.takedown.id, Decision.DENY, stock.account("studio"), "it is not them")
    assert (kept.state, kept.removals) == (TakedownState.KEPT, ())
    assert overdue(studio, late) == ()
    assert [one.state for one in every(studio, late)] == [TakedownState.KEPT]
    with studio.ledger.read() as tx:
        assert publications.visible(tx, {clip.clip})


def test_bad_requests_are_refused_clearly(studio: Studio, stock: "Stock", films: dict[str, bytes]) -> None:
    draft, _ = stock.draft(stock.account("bob"), film=films["plain"])
    clip = stock.published(stock.account("bob"), film=films["plain"])
    with pytest.raises(NotFound):
        request(studio, "nosuchclip", "mine")
    with pytest.raises(NotFound):
        request(studio, f"clip{draft.id[3:]}", "mine")
    with pytest.raises(BadInput, match="reason"):
        request(studio, clip.clip, "  ")
    with pytest.raises(BadInput, match="more than"):
        request(studio, clip.clip, "x" * 5000)
    with pytest.raises(NotFound):
        resolve(studio, "td-none", Decision.DENY, stock.account("studio"), "no")
    assert every(studio) == ()


def test_nobody_keeps_a_clip_of_their_own_where_another_operator_decides(
    studio: Studio, stock: "Stock", films: dict[str, bytes]
) -> None:
    vera, operator = stock.account("vera"), stock.account("studio")
    two = replace(studio, settings=studio.settings.model_copy(update={"operators": "vera"}))
    first, second = (request(two, stock.published(vera, film=films["other"]).clip, "Me.").takedown.id for _ in range(2))
    with pytest.raises(BadInput, match="this is @vera's own"):
        resolve(two, first, Decision.DENY, vera, "It is mine.")
    assert resolve(two, first, Decision.DENY, operator, "It is a cat.").state is TakedownState.KEPT
    assert resolve(two, second, Decision.APPROVE, vera, "So it is.").state is TakedownState.REMOVED
