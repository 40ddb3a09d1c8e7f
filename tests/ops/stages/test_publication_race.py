"""Publishing against taking back, a thousand times on each database: a withdrawal that commits first always wins."""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from greenroom.domain.base import BlobRef, digest, new_clip_id, new_id, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, Marked, Take, Timing
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Verdict
from greenroom.settings import Settings
from ledger import briefs, changes, clips, consents, likenesses, log, outputs, publications, verdicts
from ledger.database import Writer
from ops.briefs import account
from ops.stages.handling import Stage
from ops.stages.publication import DEFINITION, publish
from ops.studio import Studio, open_studio

ROUNDS = 1000
SUBJECT = "drafts"  # whose key seals what is not published yet
DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Round:
    """A brief that every gate before publication allowed, with one likeness of its own."""

    brief: str
    clip: str
    handle: str
    likeness: str
    file: bytes


@dataclass(frozen=True)
class Look:
    """What one side did, from start to end (seconds), and what a snapshot right after it shows."""

    start: float
    end: float
    revision: int
    visible: bool


# The owner's side, in a process of its own: for each line, a withdrawal after a delay, and a look right after it.
OWNER = """
import json, sys, time
from pathlib import Path
from greenroom.settings import Settings
from ledger import accounts, publications
from ops.likenesses import withdraw
from ops.studio import open_studio

home, url = sys.argv[1:]
with open_studio(Settings.load({"GREENROOM_LEDGER_URL": url}, home=Path(home))) as studio:
    with studio.ledger.read() as tx:
        owner = accounts.by_name(tx, "ada")
    print("ready", flush=True)
    for line in sys.stdin:
        handle, clip, delay = line.split()
        time.sleep(float(delay))
        start = time.perf_counter()
        withdraw(studio, handle, owner, "enough")
        end = time.perf_counter()
        with studio.ledger.read() as tx:
            visible = clip in publications.visible(tx, [clip])
            print(json.dumps({"start": start, "end": end, "revision": tx.revision, "visible": visible}), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def studio(ledger_url: str, tmp_path: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({"GREENROOM_LEDGER_URL": ledger_url}, home=tmp_path / "home")) as studio:
        yield studio


def prepare(studio: Studio, number: int) -> list[Round]:
    """Rows as enrolling and the seven gates leave them, in one transaction."""
    owner, maker = account(studio, "ada"), account(studio, "bob")
    batch = Batch(id=new_id("ba"), lane=Lane.BATCH, day=DAY, requested_by=maker.id, recorded_at=now())
    files = [f"the file of round {one}".encode() for one in range(number)]
    sealed = [studio.put_sealed(file, "video/mp4", SUBJECT) for file in files]
    with studio.ledger.write(run="run-0") as tx:
        briefs.add_batch(tx, batch)
        return [
            _round(tx, studio, batch, owner, f"cat{one}", file, ref)
            for one, (file, ref) in enumerate(zip(files, sealed, strict=True))
        ]


def _round(
    tx: Writer, studio: Studio, batch: Batch, owner: Account, handle: str, file: bytes, sealed: BlobRef
) -> Round:
    moment = now()
    likeness = Likeness(
        id=new_id("li"),
        handle=handle,
        kind=LikenessKind.PET,
        species="cat",
        owner=owner.id,
        capture=sealed,
        reference=sealed,
        recorded_at=moment,
    )
    likenesses.add(tx, likeness)
    consent = Consent(
        id=new_id("co"),
        likeness=likeness.id,
        version=1,
        audience=Audience.EVERYONE,
        statement="He is mine, and I agree.",
        salt=new_salt(),
        given_at=moment,
        recorded_at=moment,
    )
    consents.add(tx, consent)
    brief = Brief(
        id=new_id("br"),
        batch=batch.id,
        prompt="a cat sits in a garden",
        requester=batch.requested_by,
        likenesses=(handle,),
        seed=1,
        lane=batch.lane,
        day=batch.day,
        recorded_at=moment,
    )
    briefs.add(tx, brief)
    clip = Clip(id=new_clip_id(), brief=brief.id, recorded_at=moment)
    clips.add(tx, clip)
    for gate in Gate:
        if gate < Gate.PUBLICATION:
            verdicts.add(tx, _allowed(gate, brief, clip, studio.policy.version))
    for stage, document in ((Stage.TAKE, _take(sealed)), (Stage.MARKS, _marked(clip, sealed))):
        key = digest([stage.value, brief.id])
        outputs.put(tx, key, stage.value, brief.id, document.model_dump(mode="json"), "1")
    return Round(brief.id, clip.id, handle, likeness.id, file)


def _allowed(gate: Gate, brief: Brief, clip: Clip, policy: int) -> Verdict:
    return Verdict(
        id=new_id("vd"),
        brief=brief.id,
        clip=clip.id,
        judgement=Judgement(gate=gate, outcome=Outcome.ALLOW, policy_version=policy),
        inputs="00" * 32,
        code_version="1",
        run="run-0",
        seconds=0.0,
        recorded_at=now(),
    )


def _take(sealed: BlobRef) -> Take:
    return Take(
        generator="previz",
        model="previz 1",
        seed=1,
        master=sealed,
        stems={},
        timing=Timing(),
        seconds=1.0,
        width=854,
        height=480,
        frames_per_second=24,
        frame_count=24,
        frames_sha256="00" * 32,
        construction={},
    )


def _marked(clip: Clip, sealed: BlobRef) -> Marked:
    return Marked(
        clip=clip.id,
        file=sealed,
        sidecar=sealed,
        captions=sealed,
        poster=sealed,
        label=(),
        manifest="urn:c2pa:1",
        prompt_salt=new_salt(),
    )


def race(studio: Studio, rounds: list[Round]) -> list[tuple[Look, Look]]:
    """What the publisher and the owner did and saw in each round: the owner acts while the clip is published."""
    rng, took = random.Random(20261123), deque([0.03], maxlen=50)  # seconds that publishing took lately
    looks = []
    command = [sys.executable, "-c", OWNER, str(studio.settings.home), studio.settings.ledger_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdin is not None
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        for one in rounds:
            print(one.handle, one.clip, rng.uniform(0, median(took)), file=owner.stdin, flush=True)
            start = time.perf_counter()
            publish(studio, DEFINITION, one.brief, "run-1")
            end = time.perf_counter()
            with studio.ledger.read() as tx:
                mine = Look(start, end, tx.revision, one.clip in publications.visible(tx, [one.clip]))
            looks.append((mine, Look(**json.loads(owner.stdout.readline()))))
            took.append(end - start)
        owner.stdin.close()
    return looks


@pytest.mark.slow
@pytest.mark.timeout(900)  # a minute on four free cores; a busy machine takes several
def test_a_withdrawal_that_commits_first_always_wins(studio: Studio) -> None:
    rounds = prepare(studio, ROUNDS)
    looks = race(studio, rounds)
    with studio.ledger.read() as tx:
        found = dict(changes.changes(tx, 0, tables=("publications", "withdrawals")))
        published = {str(row["clip"]): int(str(row["revision"])) for row in found["publications"]}
        withdrawn = {str(row["likeness"]): int(str(row["revision"])) for row in found["withdrawals"]}
        judged = {one.brief: verdicts.latest(tx, one.brief)[Gate.PUBLICATION] for one in rounds}
        assert publications.visible(tx, [one.clip for one in rounds]) == set()
        assert log.check(tx).size == 2 * ROUNDS + len(published)
    assert len(withdrawn) == ROUNDS
    for one, (publisher, owner) in zip(rounds, looks, strict=True):
        taken, judgement = withdrawn[one.likeness], judged[one.brief].judgement
        copy = BlobRef(sha256=hashlib.sha256(one.file).hexdigest(), size=len(one.file), media_type="video/mp4")
        if one.clip in published:  # the publication committed first
            assert published[one.clip] < taken
            assert judgement.outcome is Outcome.ALLOW
        else:  # the withdrawal did
            assert judgement.outcome is Outcome.DENY
            assert "consent.withdrawn" in [rule.id for rule in judgement.rules]
        assert studio.store.has(copy) is (one.clip in published)
        # Whoever looks sees the clip up to the withdrawal's revision, and never from it on.
        assert publisher.visible is (one.clip in published and publisher.revision < taken)
        assert owner.revision >= taken
        assert not owner.visible
    # The race was one: both orders came about, and the two met.
    met = sum(one.start < other.end and other.start < one.end for one, other in looks)
    print(f"{len(published)} published first, {ROUNDS - len(published)} withdrawn first, {met} met")
    assert ROUNDS / 10 < len(published) < ROUNDS * 9 / 10
    assert met > ROUNDS / 2
