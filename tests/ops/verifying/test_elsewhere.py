"""A file that leads to no clip here: what it claims is told as a claim, and whoever can know is named."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from greenroom.domain.clips import Publication
from greenroom.settings import Settings
from ops.credentials.manifest import Lineage
from ops.credentials.reading import State
from ops.studio import Studio, open_studio
from ops.verifying.elsewhere import EMPTY, KEYLESS, claimed
from ops.verifying.report import Check
from tests.ops.verifying.conftest import House, scene, tone, write
from tests.ops.verifying.planted import published, verified

THERE = "https://greenroom.example"


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Studio]:
    """The installation that published the film."""
    with open_studio(Settings.load({}, home=tmp_path / "maker", installation=THERE)) as opened:
        yield opened


@pytest.fixture
def clip(maker: Studio) -> Publication:
    return published(maker, scene(24), tone(1.0))


@pytest.fixture
def film(maker: Studio, clip: Publication, tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(maker.get(clip.marked.file))
    return path


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Studio]:
    """Somebody who installed Greenroom to look at a file."""
    with open_studio(Settings.load({}, home=tmp_path / "stranger")) as opened:
        yield opened


def greenroom(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    script = "from greenroom.cli.main import main; main()"
    asked = [sys.executable, "-c", script, *words]
    environment = {"GREENROOM_HOME": str(home), "PATH": "/usr/bin:/bin", "HOME": str(home)}
    return subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)


def test_an_installation_that_published_nothing_says_so_and_where_to_ask(
    stranger: Studio, clip: Publication, film: Path
) -> None:
    report = verified(stranger, film)
    assert (report.verified, report.clip, report.withdrawn, report.origin) == (False, None, None, None)
    assert report.credentials.state is State.VALID
    assert report.invisible.state is Check.NOT_CHECKED
    assert report.invisible.reason == "this installation has no key for its marks yet"
    assert report.answer.startswith(EMPTY)
    assert (
        f"By its manifest it is clip {clip.clip} of the installation “{THERE}”: the file claims that" in report.answer
    )
    assert "Ask there: the page /verify of its feed" in report.answer
    assert "Nothing leads" not in report.answer
    assert not (stranger.settings.keys / "mark.key").exists(), "no key is made to look for what nobody laid"


def test_what_claims_nothing_is_to_be_asked_about_where_it_is_said_to_come_from(
    stranger: Studio, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.mp4"
    write(plain, scene(6, 96, 54))
    answer = verified(stranger, plain).answer
    assert answer.startswith(EMPTY)
    assert "Ask the installation that it is said to come from: the page /verify of its feed" in answer
    assert "By its manifest" not in answer


def test_the_command_answers_no_and_says_all_that(film: Path, clip: Publication, tmp_path: Path) -> None:
    heic = tmp_path / "IMG_0001.HEIC"
    data = io.BytesIO()
    Image.fromarray(scene(1)[0]).save(data, "AVIF")
    heic.write_bytes(data.getvalue()[:8] + b"heic\0\0\0\0mif1heicmiafMiHB" + data.getvalue()[32:])
    for file, words in (
        (film, (EMPTY, clip.clip, THERE, "/verify")),
        (heic, ("This cannot be looked at: a HEIC picture", "save it as JPEG or PNG")),
    ):
        told = greenroom(tmp_path / "bare", "verify", str(file))
        assert (told.returncode, told.stdout.splitlines()[0]) == (1, "not verified")
        document = greenroom(tmp_path / "bare", "verify", str(file), "--json")
        assert document.returncode == 1
        assert json.loads(document.stdout)["clip"] is None
        for one in words:
            assert one in told.stdout
            assert one in json.loads(document.stdout)["answer"]


def test_an_installation_whose_key_is_lost_does_not_make_another_to_look_for_marks(
    maker: Studio, clip: Publication, tmp_path: Path
) -> None:
    key = maker.settings.keys / "mark.key"
    key.unlink()
    plain = tmp_path / "plain.mp4"
    write(plain, scene(6, 96, 54, seed=60))
    answer = verified(maker, plain).answer
    assert answer.startswith(KEYLESS)
    assert not key.exists()


def test_a_film_of_another_installation_is_unknown_and_its_claim_is_told(
    stranger: Studio, film: Path, clip: Publication
) -> None:
    published(stranger, scene(6, 160, 128, seed=4), tone(0.25))
    report = verified(stranger, film)
    assert (report.verified, report.clip) == (False, None)
    assert report.answer.startswith("Nothing leads from this to a clip of this installation")
    assert f"clip {clip.clip} of the installation “{THERE}”: the file claims that" in report.answer


def test_a_claim_cannot_dress_itself_up(house: House) -> None:
    hostile = house.lineage().model_copy(
        update={"clip": "x\x1b[2J", "installation": "a” is verified\x1b[31m\n\u202eevil " + "z" * 999}
    )
    told = " ".join(claimed(Lineage.model_validate(hostile.model_dump())))
    assert told.startswith("By its manifest it is a clip of the installation “a is verified[31mevil zzz")
    assert all(one.isprintable() for one in told)
    assert len(told) < 300
