"""A clip that gate 6 holds goes on by a person's approval alone, and not past what no approval lifts.

Everything is the real thing: previz takes, the models of the gates, an operator's hash list, the command line.
"""

import json
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import pipelines.launch
from greenroom.cli import review as commands
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import Status, Take
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import EnrolmentState
from greenroom.domain.verdicts import Gate, Outcome
from ledger import briefs, notices, publications, verdicts
from models.hash_lists import picture_hashes
from ops.briefs import Request, account, submit
from ops.enrolments.filing import Asked
from ops.enrolments.whole import enrol
from ops.likenesses import withdraw
from ops.media_reading import read_frames
from ops.review import waiting
from ops.review_case import case
from ops.review_pictures import Shown
from ops.stages import consent, prompt, storyboard, take
from ops.stages.handling import Stage, handle, read_work
from ops.status import standing
from ops.studio import Studio, work_folder
from ops.trace import trace
from pipelines.definitions import build_defs
from pipelines.launch import run_batch
from warehouse.validation import Validator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
FINE = Request(prompt="A dog runs after a ball in a park", seconds=4, width=256, height=144, seed=3)
WITH_TOM = FINE.model_copy(update={"prompt": "@tom sits in a park", "likenesses": ("@tom",)})


@pytest.fixture(autouse=True)
def _one_validator(validator: Validator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines.launch, "build_defs", partial(build_defs, {"validator": validator}))
    monkeypatch.setenv("GREENROOM_OPERATORS", "vera")


@pytest.fixture
def maker(studio: Studio) -> Account:
    return account(studio, "ada")


def say(*arguments: str) -> dict[str, Any]:
    """What `greenroom review` answers."""
    done = CliRunner().invoke(commands.app, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def listed(studio: Studio, maker: Account, *asked: Request, under: str = "others") -> None:
    """Put a frame of the take that each request makes on an operator's list: with the same seed it is made again."""
    for request in asked:
        _, (brief,) = submit(studio, (request,), maker, Lane.BATCH)
        for stage in (consent, prompt, storyboard, take):
            assert handle(studio, stage.DEFINITION, brief.id, "").outcome is Outcome.ALLOW
        with studio.ledger.read() as tx:
            made = Take.model_validate(read_work(tx, brief.id, "").products[Stage.TAKE].document)
        with work_folder(studio) as folder:
            (folder / "master.mkv").write_bytes(studio.get(made.master))
            frame = next(iter(read_frames(folder / "master.mkv")))
        path = studio.settings.hash_lists / under / "known.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write("".join(f"{int(word):016x}" for word in picture_hashes(frame)[0][0]) + "\n")


def held(studio: Studio, maker: Account, *asked: Request) -> tuple[Brief, ...]:
    """Briefs that gate 6 holds for two persons: a frame of each take is on the list."""
    listed(studio, maker, *asked)
    batch, filed = submit(studio, asked, maker, Lane.BATCH)
    run_batch(batch)
    for brief in filed:
        with studio.ledger.read() as tx:
            found = verdicts.latest(tx, brief.id)[Gate.SAFETY].judgement
        assert (found.outcome, {rule.id for rule in found.rules}) == (Outcome.HOLD, {"safety.hash_listed"})
    return filed


def approved(studio: Studio, brief: Brief, *how: str) -> dict[str, Any]:
    """By two persons, as the gravest wants it; what the second was answered."""
    question = next(one for one in waiting(studio) if one.review.subject == brief.id)
    first = say("approve", question.review.id, "--reason", "A dog, and no more.", "--as", "vera", *how)
    assert (first["decision"], first["batch"]) == (None, None)
    return say("approve", question.review.id, "--reason", "I see a dog too.", "--as", studio.settings.account, *how)


def status(studio: Studio, brief: Brief) -> Status:
    with studio.ledger.read() as tx:
        return standing(tx, brief.id)


def again(studio: Studio, brief: Brief) -> None:
    """Run the brief's batch once more."""
    with studio.ledger.read() as tx:
        batch = briefs.batch(tx, brief.batch)
    assert batch is not None
    run_batch(batch)


@pytest.mark.usefixtures("instance")
def test_an_approval_publishes_and_a_denial_ends(studio: Studio, maker: Account) -> None:
    fine, other = held(studio, maker, FINE, FINE.model_copy(update={"seed": 4}))
    # 1. What holds it is laid out: the frame of the list, whole, and the clip around it.
    (question, _) = sorted(waiting(studio), key=lambda one: one.review.subject != fine.id)
    laid = case(studio, question.review.id)
    assert [place.label for shot in laid.shots for place in shot.places][:1] == ["line 1 of others/known.txt"]
    assert all(Shown(studio).pictures(question.review, laid.shots, laid.take, None))
    told = say("show", question.review.id)
    assert told["places"][0]["box"] == [0.0, 0.0, 1.0, 1.0]
    assert told["rules"][0]["sentence"] == "No frame is a picture of another hash list."
    assert len(told["rules"][0]["reasons"]) >= 1
    # 2. The second approval carries the batch on by itself, and the clip is published.
    answered = approved(studio, fine)
    assert answered["batch"] == fine.batch
    assert status(studio, fine) is Status.PUBLISHED
    assert status(studio, other) is Status.HELD, "its neighbour waits still"
    # 3. The trace says who said yes, after whom, why, and to what.
    with studio.ledger.read() as tx:
        clip = next(one.clip for one in publications.every_visible(tx) if one.brief == fine.id)
    said = next(line for line in trace(studio, clip).verdicts if line.gate == Gate.SAFETY)
    assert said.outcome is Outcome.ALLOW
    assert said.person is not None
    assert (said.person.by, said.person.approved_before_by) == (studio.settings.account, ("vera",))
    assert said.person.reason == "I see a dog too."
    assert {rule.id for rule in said.person.held_by} == {"safety.hash_listed"}
    # 4. A denial needs no run: it is denied from now on, and its maker told.
    question = next(one for one in waiting(studio) if one.review.subject == other.id)
    say("deny", question.review.id, "--reason", "That is a picture I know.", "--as", "vera")
    assert status(studio, other) is Status.DENIED
    with studio.ledger.read() as tx:
        texts = [one.text for one in notices.of_account(tx, maker.id)]
    assert any("denied it: That is a picture I know." in text for text in texts)
    # 5. Run again, the batch finds both as they are.
    with studio.ledger.read() as tx:
        before = len(verdicts.of_brief(tx, fine.id)), len(verdicts.of_brief(tx, other.id))
    assert waiting(studio) == ()
    again(studio, fine)
    with studio.ledger.read() as tx:
        assert (len(verdicts.of_brief(tx, fine.id)), len(verdicts.of_brief(tx, other.id))) == before
    assert (status(studio, fine), status(studio, other)) == (Status.PUBLISHED, Status.DENIED)


@pytest.fixture
def tom(studio: Studio, maker: Account, tmp_path: Path) -> None:
    """A cat of the maker's, for everyone."""
    photograph = tmp_path / "cat.png"
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea:
        photograph.write_bytes(chelsea.read_bytes())
    said = Terms(audience=Audience.EVERYONE, statement="He is mine, and I agree.")
    _, state = enrol(studio, Asked("tom", LikenessKind.PET, "cat", said, (photograph,)), maker)
    assert state is EnrolmentState.ENROLLED


@pytest.mark.usefixtures("instance", "tom")
def test_what_two_persons_approved_is_refused_all_the_same_by_what_no_approval_lifts(
    studio: Studio, maker: Account
) -> None:
    asked = held(studio, maker, WITH_TOM, FINE)
    for brief in asked:
        approved(studio, brief, "--queue")
    # Before the batch goes on, the consent is withdrawn, and the list turns out to be one of child abuse.
    withdraw(studio, "tom", maker, "I changed my mind.")
    worse = studio.settings.hash_lists / "child_safety"
    worse.mkdir()
    (studio.settings.hash_lists / "others" / "known.txt").rename(worse / "known.txt")
    again(studio, asked[0])
    refused: dict[tuple[str, Gate], set[str]] = {}
    for brief in asked:
        assert status(studio, brief) is Status.DENIED
        with studio.ledger.read() as tx:
            found = verdicts.latest(tx, brief.id)
        refused |= {
            (brief.id, gate): {rule.id for rule in one.judgement.rules}
            for gate, one in found.items()
            if one.judgement.outcome is Outcome.DENY
        }
    assert "consent.withdrawn" in refused[asked[0].id, Gate.CONSENT]
    assert "safety.hash_child" in refused[asked[1].id, Gate.SAFETY]
    with studio.ledger.read() as tx:
        assert [*publications.every_visible(tx)] == []
