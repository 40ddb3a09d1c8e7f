"""One clip the whole way, as a newcomer meets it: `greenroom demo` and what can be asked of it afterwards."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from playwright.sync_api import Browser
from pydantic import JsonValue

from ops.sound_levels import measure
from tests.bare_reader import told

pytestmark = pytest.mark.timeout(600)
SIZE = ("--size", "256x144", "--seconds", "4")
Answer = dict[str, JsonValue]


@dataclass(frozen=True)
class Installation:
    home: Path

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        script = "from greenroom.cli.main import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "GREENROOM_HOME": str(self.home), **variables},
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    def ask(self, *arguments: str) -> tuple[int, Answer]:
        code, output, said = self.run(*arguments, "--json")
        assert output.strip(), said
        return code, cast("Answer", json.loads(output))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("installation") / "home")


@pytest.fixture(scope="module")
def demonstrated(installation: Installation) -> Answer:
    code, answer = installation.ask("demo")
    assert code == 0, answer
    return answer


@pytest.fixture(scope="module")
def made(demonstrated: Answer) -> Answer:
    return cast("Answer", demonstrated["made"])


@pytest.fixture(scope="module")
def remixed(installation: Installation, made: Answer) -> Answer:
    code, answer = installation.ask("remix", str(made["clip"]), "at night in the rain", "--seed", "3", *SIZE)
    assert code == 0, answer
    return answer


@pytest.fixture(scope="module")
def batched(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[Answer]]:
    """The exit status, and what came of three prompts of which the second is denied."""
    file = tmp_path_factory.mktemp("batch") / "batch.jsonl"
    prompts = ["a ball bounces in a park", "a naked child in a bath", "two boxes fall on a street"]
    file.write_text("".join(json.dumps({"prompt": one, "seconds": 4, "size": "256x144"}) + "\n" for one in prompts))
    code, answer = installation.ask("batch", str(file))
    return code, cast("list[Answer]", answer["clips"])


def film(made: Answer) -> Path:
    return Path(str(made["file"]))


def test_the_file_has_one_picture_and_one_sound_and_is_as_long_as_asked(made: Answer) -> None:
    with av.open(str(film(made))) as container:
        assert [stream.codec_context.name for stream in container.streams] == ["h264", "aac"]
        picture = container.streams.video[0]
        assert (picture.width, picture.height, picture.average_rate) == (854, 480, Fraction(24))
        assert container.duration is not None
        assert 4.0 <= container.duration / av.time_base <= 5.3


def test_it_is_not_silent_and_as_loud_as_the_policy_says(made: Answer) -> None:
    with av.open(str(film(made))) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    levels = measure(np.concatenate(parts, axis=1).T.astype(np.float32), rate)
    assert levels.lufs == pytest.approx(-16, abs=1.5)


def test_trace_and_verify_say_what_the_design_says(installation: Installation, made: Answer) -> None:
    code, trace = installation.ask("trace", str(made["clip"]))
    assert code == 0
    assert {
        "clip",
        "status",
        "prompt",
        "requester",
        "consents",
        "ancestors",
        "take",
        "verdicts",
        "marks",
        "log",
        "run",
    } <= set(trace)
    assert [one["likeness"] for one in cast("list[Answer]", trace["consents"])] == ["chelsea"]
    assert [one["outcome"] for one in cast("list[Answer]", trace["verdicts"])] == ["allow"] * 8
    code, report = installation.ask("verify", str(made["file"]))
    assert (code, report["verified"], report["clip"], report["withdrawn"]) == (0, True, made["clip"], False)


def test_one_changed_byte_is_enough_for_a_no(installation: Installation, made: Answer, tmp_path: Path) -> None:
    altered = tmp_path / "altered.mp4"
    data = bytearray(film(made).read_bytes())
    at = data.index(b"mdat") + len(data) // 2
    data[at % len(data)] ^= 1
    altered.write_bytes(data)
    code, report = installation.ask("verify", str(altered))
    assert (code, report["verified"]) == (1, False)


def test_made_again_it_makes_nothing_twice(installation: Installation, made: Answer) -> None:
    code, again = installation.ask("demo")
    assert (code, cast("Answer", again["made"])["clip"]) == (0, made["clip"])
    _, status = installation.ask("status")
    assert len(cast("list[Answer]", status["briefs"])) == 1


@pytest.fixture
def feed(installation: Installation) -> Iterator[str]:
    script = "from greenroom.cli.main import main; main()"
    environment = {**os.environ, "GREENROOM_HOME": str(installation.home), "COLUMNS": "200"}
    with subprocess.Popen(
        [sys.executable, "-c", script, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        yield line.split("the feed is at ")[1].split(" ")[0]
        process.terminate()


def test_a_browser_plays_it_and_opens_its_provenance(
    browser: Browser, feed: str, installation: Installation, made: Answer
) -> None:
    page = browser.new_page()
    page.goto(feed)
    card = page.locator(f"#clip-{made['clip']}")
    card.locator("summary").click()
    assert "chases a red ball" in card.locator("blockquote").inner_text()
    assert card.locator(".gates li").count() == 8
    video = card.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 1", timeout=15_000)
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [854, 480]
    assert video.evaluate("video => video.textTracks[0].cues.length") >= 1
    page.close()


def test_the_same_words_and_seed_make_the_same_frames(installation: Installation) -> None:
    hashes = []
    for _ in range(2):
        code, made = installation.ask("make", "a dog runs after a blue ball", "--seed", "11", *SIZE)
        assert code == 0, made
        _, trace = installation.ask("trace", str(made["clip"]))
        hashes.append(cast("Answer", trace["take"])["frames_sha256"])
    assert hashes[0] == hashes[1]


def test_a_remix_asks_the_parents_likeness_again_and_names_its_parent(
    installation: Installation, made: Answer, remixed: Answer
) -> None:
    _, trace = installation.ask("trace", str(remixed["clip"]))
    assert trace["ancestors"] == [made["clip"]]
    assert [one["likeness"] for one in cast("list[Answer]", trace["consents"])] == ["chelsea"]
    code, report = installation.ask("verify", str(remixed["file"]))
    assert (code, report["verified"]) == (0, True)


def test_a_denied_clip_in_a_batch_leaves_its_neighbours_alone(batched: tuple[int, list[Answer]]) -> None:
    code, clips = batched
    assert (code, [one["status"] for one in clips]) == (1, ["published", "denied", "published"])
    assert (clips[1]["clip"], clips[1]["file"]) == (None, None)
    denied = cast("list[Answer]", clips[1]["verdicts"])[-1]
    assert denied["gate"] == 2
    assert denied["rules"]


def test_c2pas_own_reader_trusts_every_published_file(
    installation: Installation, made: Answer, remixed: Answer, batched: tuple[int, list[Answer]]
) -> None:
    root = (installation.home / "keys" / "credentials" / "root.pem").read_text()
    with sqlite3.connect(f"file:{installation.home / 'ledger.db'}?mode=ro", uri=True) as ledger:
        published = {str(clip) for (clip,) in ledger.execute("SELECT clip FROM publications")}
    files = {path.stem: path for path in (installation.home / "clips").glob("*.mp4")}
    assert {str(one["clip"]) for one in (made, remixed, batched[1][0], batched[1][2])} <= published == set(files)
    found = {clip: told(file, root) for clip, file in files.items()}
    assert {clip: (one.state, one.failures) for clip, one in found.items()} == dict.fromkeys(files, ("Trusted", ()))
    first, remix = found[str(made["clip"])], found[str(remixed["clip"])]
    assert (first.actions[0], remix.actions[0]) == ("c2pa.created", "c2pa.opened")
    assert remix.ingredients == first.ingredients + 1


def test_a_withdrawn_likeness_takes_its_clips_and_makes_no_more(
    installation: Installation, made: Answer, browser: Browser, feed: str
) -> None:
    taken_home = Path(shutil.copy(film(made), installation.home.parent / "taken-home.mp4"))
    page = browser.new_page()
    page.goto(feed)
    assert page.locator(f"#clip-{made['clip']}").count() == 1
    assert installation.run("likeness", "withdraw", "@chelsea", "--yes")[0] == 0
    page.reload()
    assert page.locator(f"#clip-{made['clip']}").count() == 0
    assert page.request.get(f"{feed}/media/{made['clip']}/clip.mp4").status == 404
    page.close()
    code, refused = installation.ask("make", "@chelsea sleeps", "--likeness", "@chelsea", *SIZE)
    rules = [
        rule["id"] for gate in cast("list[Answer]", refused["verdicts"]) for rule in cast("list[Answer]", gate["rules"])
    ]
    assert (code, refused["status"], refused["file"], rules) == (1, "denied", None, ["consent.withdrawn"])
    assert not film(made).exists()
    code, report = installation.ask("verify", str(taken_home))
    assert (code, report["withdrawn"]) == (1, True)
    code, _, said = installation.run("remix", str(made["clip"]), "in the snow", *SIZE)
    assert (code, "was withdrawn" in said) == (2, True)
    assert installation.run("verify", str(installation.home / "nothing.mp4"))[0] == 2


def test_gaps_are_none_until_a_verdict_is_deleted_by_hand(installation: Installation, demonstrated: Answer) -> None:
    assert installation.ask("audit", "gaps") == (0, {"gaps": []})
    copy = Installation(installation.home.parent / "tampered")
    shutil.copytree(installation.home, copy.home)
    with sqlite3.connect(copy.home / "ledger.db") as ledger:
        ledger.execute("DELETE FROM verdicts WHERE gate = 6 AND id IN (SELECT id FROM verdicts WHERE gate = 6 LIMIT 1)")
    code, answer = copy.ask("audit", "gaps")
    assert code == 1
    assert any("not in the ledger" in str(gap["fact"]) for gap in cast("list[Answer]", answer["gaps"]))
