"""`greenroom judge clip` answers for any film: one JSON document, exit code 1 when the answer is no, 2 for no film."""

import json
from pathlib import Path

import numpy as np

from tests.greenroom.cli.test_commands import greenroom
from tests.ops.films import film


def test_a_film_from_elsewhere_is_judged_and_held_for_what_nothing_covers(tmp_path: Path) -> None:
    file = film(tmp_path / "a.webm", [np.full((96, 160, 3), 80 + number, np.uint8) for number in range(6)])
    code, output, _ = greenroom(tmp_path / "home", "judge", "clip", str(file), "--json")
    answer = json.loads(output)
    assert (code, answer["outcome"] in ("hold", "deny")) == (1, True)
    seen = next(one for one in answer["verdicts"] if one["gate"] == 6)
    assert (seen["name"], seen["outcome"]) == ("safety", "hold")
    assert [rule["id"] for rule in seen["rules"]] == ["safety.uncovered"]
    assert "violence and gore" in {one["name"] for one in seen["not_checked"]}


def test_what_is_no_film_is_bad_use(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("words")
    code, output, said = greenroom(tmp_path / "home", "judge", "clip", str(tmp_path / "a.mp4"), "--json")
    assert (code, json.loads(output)["error"], "error:" in said) == (2, "BadInput", True)
