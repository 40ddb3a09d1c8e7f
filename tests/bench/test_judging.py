"""The measuring of judging measures all of it: both gates at work on a film that gives each model something to do."""

import json

import pytest

from bench.judging import FPS, GOAL_LISTS, main

pytestmark = pytest.mark.timeout(300)
SECONDS = 2


def test_a_short_run_prints_every_line_against_decoding_alone(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--seconds", str(SECONDS), "--hashes", "1000"])
    lines = {line["name"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert list(lines) == [
        "decoding alone",
        "sampling against decoding",
        "loading the models of gate 6, once a batch",
        "gate 6 against decoding alone",
        "judging 2 s, gate 5 and gate 6",
        "judging against decoding alone",
        "memory",
        "1000 hashes, of gate 6",
    ]
    alone = lines["decoding alone"]
    gate_6, both = lines["gate 6 against decoding alone"], lines["judging 2 s, gate 5 and gate 6"]
    assert alone["frames_a_second"] == pytest.approx(FPS * SECONDS / alone["seconds"], rel=0.1)
    assert gate_6["ratio"] == pytest.approx(gate_6["seconds"] / alone["seconds"], rel=0.1)
    assert both["ratio"] == pytest.approx(both["seconds"] / (6 * SECONDS / 5), rel=0.1)
    assert lines["sampling against decoding"]["looked_at"] >= 2 * SECONDS
    listed = lines["1000 hashes, of gate 6"]
    assert listed["seconds"] > 0
    assert listed["ratio"] == pytest.approx(listed["share"] / GOAL_LISTS, abs=0.001 / GOAL_LISTS)
