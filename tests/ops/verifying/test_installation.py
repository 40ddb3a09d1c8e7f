"""The verifier over a real installation: clips marked and signed as the pipeline does, and what became of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.base import new_id, new_salt, now
from greenroom.domain.clips import Publication, Take
from greenroom.domain.consents import Withdrawal
from greenroom.domain.removals import RemovalCause
from greenroom.settings import Settings
from ledger import clips, outputs, withdrawals
from ops.briefs import account
from ops.removals import remove
from ops.stages.handling import Stage
from ops.studio import WORK, Studio, open_studio
from ops.trace import trace
from ops.verifying.report import Check, Source
from tests.ops.verifying.conftest import read, scene, speech, write
from tests.ops.verifying.planted import Consented, consented, published, verified

WIDE, HIGH, FRAMES, SECONDS = 480, 270, 144, 6
PROMPT = "@chelsea chases a red ball"


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("GREENROOM_HOME", str(tmp_path / "home"))
    with open_studio(Settings.load()) as opened:
        yield opened


@pytest.fixture
def cat(studio: Studio) -> Consented:
    return consented(studio, "chelsea")


@pytest.fixture
def clip(studio: Studio, cat: Consented) -> Publication:
    return published(studio, scene(FRAMES, WIDE, HIGH), speech(SECONDS), (cat,), prompt=PROMPT)


@pytest.fixture
def film(studio: Studio, clip: Publication, tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(studio.get(clip.marked.file))
    return path


@pytest.fixture
def copy(film: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.mkv"
    write(path, *read(film), crf="28")
    return path


def greenroom(*words: str) -> "subprocess.CompletedProcess[str]":
    """The command line, which finds the installation by the environment."""
    script = "from greenroom.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)


def withdraw(studio: Studio, cat: Consented) -> None:
    taken = Withdrawal(
        id=new_id("wd"),
        likeness=cat.likeness.id,
        by=cat.likeness.owner,
        reason="",
        salt=new_salt(),
        recorded_at=now(),
    )
    with studio.ledger.write() as tx:
        withdrawals.add(tx, taken)


def test_the_published_file_and_a_copy_of_it_lead_to_the_same_clip(
    studio: Studio, clip: Publication, film: Path, copy: Path
) -> None:
    own, other = verified(studio, film), verified(studio, copy)
    assert (own.disagreements, other.disagreements) == ((), ())
    assert (own.verified, own.clip, own.edited, own.resolved_by) == (True, clip.clip, False, Source.BYTES)
    assert (other.verified, other.clip, other.edited, other.resolved_by) == (True, clip.clip, True, Source.PICTURE)
    assert own.origin == other.origin
    assert own.origin is not None
    assert (own.origin.maker, own.origin.prompt) == ("mira", PROMPT)
    assert [one.likeness for one in own.origin.consents] == ["chelsea"]
    for report in (own, other):
        assert report.log is not None
        assert report.log.included
        assert report.invisible.sound is not None
        assert report.invisible.sound.clip == clip.clip


def test_another_take_of_its_brief_by_newer_code_changes_nothing(
    studio: Studio, clip: Publication, film: Path, copy: Path
) -> None:
    with studio.ledger.write(run="run-2") as tx:
        made = outputs.latest(tx, clip.brief, Stage.TAKE.value)
        assert made is not None
        take = Take.model_validate(made.document)
        master = take.master.model_copy(update={"sha256": "ab" * 32})
        other = take.model_copy(update={"master": master, "model": "previz 2", "seed": 7, "width": 96, "height": 54})
        outputs.put(tx, "another", Stage.TAKE.value, clip.brief, other.model_dump(mode="json"), "2")
    own = verified(studio, film)
    assert (own.disagreements, own.verified, own.edited) == ((), True, False)
    assert own.origin is not None
    assert own.origin.model == "previz 1"
    assert own.visible.state is Check.FOUND, "in the published size"
    assert verified(studio, copy).verified
    found = trace(studio, clip.clip).take
    assert found is not None
    assert (found.model, found.seed, found.width) == ("previz 1", take.seed, WIDE)


def test_its_poster_is_a_still_of_it_and_no_published_film(studio: Studio, clip: Publication, tmp_path: Path) -> None:
    poster = tmp_path / "poster.jpg"
    poster.write_bytes(studio.get(clip.marked.poster))
    report = verified(studio, poster)
    assert (report.verified, report.clip, report.resolved_by) == (True, clip.clip, Source.PICTURE)


def test_a_copy_of_a_remix_shows_its_parent(studio: Studio, clip: Publication, cat: Consented, tmp_path: Path) -> None:
    remix = published(studio, scene(48, WIDE, HIGH, seed=8), speech(2), parent=clip)
    whole, copy = tmp_path / "remix.mp4", tmp_path / "copy.mkv"
    whole.write_bytes(studio.get(remix.marked.file))
    write(copy, *read(whole), crf="26")
    report = verified(studio, copy)
    assert (report.verified, report.clip) == (True, remix.clip)
    assert report.origin is not None
    assert report.origin.parents == (clip.clip,)
    assert f"It is a remix of clip {clip.clip}." in report.answer
    withdraw(studio, cat)
    assert verified(studio, copy).withdrawn is True, "what rests on a withdrawn consent goes with it"


@pytest.mark.parametrize("how", ["withdrawn", "removed"])
def test_what_was_taken_back_says_so_and_nothing_of_anyone(
    studio: Studio, clip: Publication, cat: Consented, film: Path, copy: Path, how: str
) -> None:
    if how == "withdrawn":
        withdraw(studio, cat)
    else:
        with studio.ledger.write() as tx:
            found = clips.by_id(tx, clip.clip)
            assert found is not None
            remove(tx, found, RemovalCause.OWNER, account(studio, "ada"), "no more")
    for file in (film, copy):
        for json_wanted in (False, True):
            answer = greenroom("verify", str(file), *(["--json"] if json_wanted else []))
            assert answer.returncode == 1
            if json_wanted:
                told = json.loads(answer.stdout)
                assert (told["verified"], told["withdrawn"]) == (False, True)
            else:
                assert answer.stdout.splitlines()[0] == f"withdrawn: clip {clip.clip}"
            for secret in ("mira", "chelsea", "red ball", "previz", clip.brief, clip.marked.manifest, "everyone"):
                assert secret not in answer.stdout
        assert verified(studio, file).withdrawn is True


def test_the_command_answers_by_its_exit_code_and_leaves_nothing(
    studio: Studio, clip: Publication, copy: Path, tmp_path: Path
) -> None:
    answer = greenroom("verify", str(copy), "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["clip"] == clip.clip
    stranger = tmp_path / "stranger.mp4"
    write(stranger, scene(6, 96, 54, seed=9))
    answer = greenroom("verify", str(stranger))
    assert (answer.returncode, answer.stdout.splitlines()[0]) == (1, "not verified")
    assert list((studio.settings.home / WORK).rglob("*")) == []


def test_a_film_without_a_mark_that_looks_like_a_clip_is_told_to_be_no_proof(
    studio: Studio, clip: Publication, tmp_path: Path
) -> None:
    from ops.lookalikes import complete

    complete(studio)
    plain = tmp_path / "plain.mp4"
    write(plain, scene(FRAMES, WIDE, HIGH), np.zeros((48000, 2), np.float32))
    report = verified(studio, plain)
    assert (report.verified, report.clip, report.resolved_by) == (False, clip.clip, Source.LOOKS)
    assert [one.clip for one in report.found_by_content] == [clip.clip]
    assert report.invisible.state is Check.MISSING
