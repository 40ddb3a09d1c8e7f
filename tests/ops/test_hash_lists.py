"""Operators fill a folder with hash lists; a change is read without a restart, and a broken file is named."""

import os
from pathlib import Path

import numpy as np

from greenroom.settings import Settings
from ops.doctor import State, examine
from ops.hash_lists import hash_lists

ONE = "a5" * 32


def put(home: Path, name: str, text: str) -> Path:
    path = Settings.load({}, home=home).hash_lists / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_no_folder_and_an_empty_one_have_no_lists(tmp_path: Path) -> None:
    settings = Settings.load({}, home=tmp_path)
    assert hash_lists(settings).lists == ()
    settings.hash_lists.mkdir()
    found = hash_lists(settings)
    assert (found.lists, found.broken) == ((), ())
    assert found.match(0.0, np.zeros((64, 64, 3), np.uint8)) == ((), False)


def test_which_folder_a_list_lies_in_says_what_it_is_of(tmp_path: Path) -> None:
    put(tmp_path, "child_safety/a.txt", ONE)
    put(tmp_path, "terror/b.csv", f"pdq\n{ONE}\n{ONE}\n")
    put(tmp_path, "child_safety.txt", ONE)
    asked = hash_lists(Settings.load({}, home=tmp_path)).asked
    assert [(one.name, one.hashes, one.child) for one in asked] == [
        ("child_safety/a.txt", 1, True),
        ("child_safety.txt", 1, False),
        ("terror/b.csv", 2, False),
    ]


def test_a_changed_file_is_read_anew_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    settings = Settings.load({}, home=tmp_path)
    path = put(tmp_path, "child_safety/a.txt", ONE)
    first = hash_lists(settings)
    assert hash_lists(settings).lists[0] is first.lists[0]  # read once while it stays as it is
    path.write_text(f"{ONE}\n{ONE}\n")
    os.utime(path, ns=(1, 1))
    assert hash_lists(settings).asked[0].hashes == 2
    path.unlink()
    assert hash_lists(settings).lists == ()


def test_a_broken_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    put(tmp_path, "child_safety/a.txt", f"{ONE}\nwrong\n")
    put(tmp_path, "child_safety/b.txt", ONE)
    put(tmp_path, "list.zip", "PK")
    found = hash_lists(Settings.load({}, home=tmp_path))
    assert [one.name for one in found.asked] == ["child_safety/b.txt"]
    assert found.broken[0].startswith("line 2 of the hash list child_safety/a.txt has 'wrong'")
    assert found.broken[1].startswith("the file list.zip of the hash lists ends in none of")


def test_the_doctor_says_what_is_compared_and_what_no_check_sees(tmp_path: Path) -> None:
    def told() -> dict[str, tuple[State, str]]:
        return {one.part: (one.state, one.uses) for one in examine(Settings.load({}, home=tmp_path))}

    assert told()["hash lists"][0] is State.FALLBACK
    assert told()["seen by no check"] == (State.FALLBACK, "violence and gore, hate symbols")
    path = put(tmp_path, "child_safety/a.txt", ONE)
    state, uses = told()["hash lists"]
    assert (state, uses.startswith("1 lists"), "1 hashes of child safety" in uses) == (State.READY, True, True)
    path.write_text("wrong")
    state, uses = told()["hash lists"]
    assert (state, "line 1 of the hash list child_safety/a.txt" in uses) == (State.BROKEN, True)


def test_lists_are_told_apart_by_what_they_hold_and_not_by_when_they_were_written(tmp_path: Path) -> None:
    settings = Settings.load({}, home=tmp_path)
    assert hash_lists(settings).fingerprint is None
    path = put(tmp_path, "child_safety/a.txt", f"{ONE}\n{'5a' * 32}\n")
    first = hash_lists(settings).fingerprint
    os.utime(path, ns=(1, 1))
    assert hash_lists(settings).fingerprint == first
    path.write_text(f"{ONE}\n{'5b' * 32}\n")  # as many hashes
    other = hash_lists(settings).fingerprint
    path.write_text("wrong\n")
    assert len({first, other, hash_lists(settings).fingerprint, None}) == 4
