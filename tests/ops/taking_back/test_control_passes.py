"""Control passes go to a clip's maker as long as the clip may be seen, and go with it when a consent is withdrawn."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from greenroom.errors import BadInput, NotFound
from ops.control_passes import hand_out
from ops.erase import erase_due
from ops.likenesses import withdraw

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock

PASSES = {"depth.mkv": b"how far", "pose.json": b"{}"}


def test_the_maker_and_an_operator_get_them_and_nobody_else(stock: "Stock", tmp_path: Path) -> None:
    ada, ben = stock.account("ada"), stock.account("ben")
    clip = stock.published(ada, stock.likeness("tom", ada), passes=PASSES).clip
    written = hand_out(stock.studio, clip, ada, tmp_path / "new" / "folder")
    assert {path.name: path.read_bytes() for path in written} == PASSES
    operator = stock.account(stock.studio.settings.account)
    assert len(hand_out(stock.studio, clip, operator, tmp_path / "other")) == 2
    with pytest.raises(BadInput, match="is not @ben's"):
        hand_out(stock.studio, clip, ben, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_clip_without_them_says_how_to_get_some(stock: "Stock", tmp_path: Path) -> None:
    ada = stock.account("ada")
    clip = stock.published(ada, stock.likeness("tom", ada)).clip
    with pytest.raises(BadInput, match="without control passes") as refused:
        hand_out(stock.studio, clip, ada, tmp_path)
    assert "--pass" in str(refused.value.remedy)
    with pytest.raises(NotFound, match="no clip has the id nope"):
        hand_out(stock.studio, "nope", ada, tmp_path)


def test_they_are_not_handed_out_before_publication_nor_after_a_withdrawal(stock: "Stock", tmp_path: Path) -> None:
    ada = stock.account("ada")
    shown = stock.likeness("tom", ada)
    _, draft = stock.draft(ada, shown, passes=PASSES)
    with pytest.raises(BadInput, match="not published"):
        hand_out(stock.studio, draft.clip, ada, tmp_path)
    made = stock.published(ada, shown, passes=PASSES)
    (kept,) = [ref for name, ref in stock.passes_of(made.brief).items() if name == "depth.mkv"]
    assert stock.studio.store.has(kept)
    withdraw(stock.studio, "tom", ada, "enough")
    with pytest.raises(BadInput, match="or no longer"):
        hand_out(stock.studio, made.clip, ada, tmp_path)
    erase_due(stock.studio)
    assert not stock.studio.store.has(kept)


def test_a_folder_that_cannot_be_written_is_told_of(stock: "Stock", tmp_path: Path) -> None:
    ada = stock.account("ada")
    clip = stock.published(ada, stock.likeness("tom", ada), passes=PASSES).clip
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="file"):
        hand_out(stock.studio, clip, ada, tmp_path / "file")
