"""What the manifest of a marked clip states of the people in it, and that a clip waits for a signer outside."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import c2pa
import numpy as np
import pytest
from PIL import Image
from pydantic import JsonValue

from greenroom.domain.base import new_clip_id, new_id, new_salt, now, salted_digest
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, Marked, Take, Timing
from greenroom.domain.consents import Audience, Consent, Likeness, LikenessKind
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Verdict
from greenroom.errors import Unavailable
from greenroom.settings import Settings
from ledger import briefs, clips, consents, likenesses, log, outputs, verdicts
from ops.briefs import account
from ops.credentials import outside
from ops.credentials.own import make_chain
from ops.media import write_master
from ops.stages.handling import Stage, handle, read_work
from ops.stages.marks import DEFINITION, produce
from ops.studio import Studio, open_studio

WIDTH, HEIGHT, RATE, FRAMES = 640, 360, 24, 24


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=tmp_path_factory.mktemp("studio") / "home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def likeness(studio: Studio) -> Likeness:
    """A cat, whose consent is in the log after another leaf."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 120, 40)).save(picture, "PNG")
    made = Likeness(
        id=new_id("li"),
        handle="chelsea",
        kind=LikenessKind.PET,
        species="cat",
        owner=account(studio, "ada").id,
        capture=studio.put_sealed(picture.getvalue(), "image/png", "li"),
        reference=studio.put_sealed(picture.getvalue(), "image/png", "li"),
        recorded_at=now(),
    )
    with studio.ledger.write() as tx:
        log.append(tx, log.Kind.WITHDRAWAL, "00" * 32)
        likenesses.add(tx, made)
        consents.add(
            tx,
            Consent(
                id=new_id("co"),
                likeness=made.id,
                version=1,
                audience=Audience.EVERYONE,
                statement="She is mine, and I agree.",
                salt=new_salt(),
                given_at=now(),
                recorded_at=now(),
            ),
        )
    return made


def filed(studio: Studio, likeness: Likeness, folder: Path) -> str:
    """A brief with the likeness whose take, a small film, passed all gates before the marks."""
    maker = account(studio, "bob")
    batch = Batch(id=new_id("ba"), lane=Lane.BATCH, day=date(2026, 11, 23), requested_by=maker.id, recorded_at=now())
    brief = Brief(
        id=new_id("br"),
        batch=batch.id,
        prompt="@chelsea sits in a garden",
        requester=maker.id,
        likenesses=(likeness.handle,),
        seed=7,
        lane=batch.lane,
        day=batch.day,
        recorded_at=now(),
    )
    noise = np.random.default_rng(1).integers(60, 200, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8)
    still = np.repeat(np.repeat(noise, 8, axis=0), 8, axis=1)
    sound = (0.1 * np.random.default_rng(2).standard_normal((48_000, 2))).astype(np.float32)
    film = write_master(folder / "master.mkv", [np.roll(still, n, axis=1) for n in range(FRAMES)], RATE, sound)
    take = Take(
        generator="previz",
        model="previz 1",
        seed=7,
        master=studio.put_sealed((folder / "master.mkv").read_bytes(), "video/x-matroska", brief.id),
        stems={},
        timing=Timing(),
        seconds=FRAMES / RATE,
        width=WIDTH,
        height=HEIGHT,
        frames_per_second=RATE,
        frame_count=FRAMES,
        frames_sha256=film.frames_sha256,
        construction={},
    )
    with studio.ledger.write(run="run-1") as tx:
        briefs.add_batch(tx, batch)
        briefs.add(tx, brief)
        clips.add(tx, Clip(id=new_clip_id(), brief=brief.id, recorded_at=now()))
        outputs.put(tx, brief.id, Stage.TAKE.value, brief.id, take.model_dump(mode="json"), "1")
        for gate in Gate:
            if gate < Gate.MARKS:
                verdicts.add(tx, _allowed(gate, brief.id, studio.policy.version))
    return brief.id


def _allowed(gate: Gate, brief: str, policy: int) -> Verdict:
    return Verdict(
        id=new_id("vd"),
        brief=brief,
        clip=None,
        judgement=Judgement(gate=gate, outcome=Outcome.ALLOW, policy_version=policy),
        inputs="00" * 32,
        code_version="1",
        run="run-0",
        seconds=0.0,
        recorded_at=now(),
    )


def marked(studio: Studio, likeness: Likeness, folder: Path) -> Marked:
    """A clip of the likeness with its marks on, as the stage of gate 7 makes it."""
    brief = filed(studio, likeness, folder)
    with studio.ledger.read() as tx:
        work = read_work(tx, brief, "run-1")
    return Marked.model_validate(produce(studio, work).document)


def stated(studio: Studio, file: bytes) -> tuple[str, dict[str, JsonValue]]:
    """All that the file's manifest says, and its lineage, read by c2pa alone."""
    with c2pa.Reader("video/mp4", io.BytesIO(file)) as reader:
        said = reader.json()
    store = json.loads(said)
    assertions = store["manifests"][store["active_manifest"]]["assertions"]
    return said, next(one["data"] for one in assertions if one["label"] == "org.greenroom.lineage")


def test_a_likeness_is_a_hash_of_its_own_in_every_clip(studio: Studio, likeness: Likeness, tmp_path: Path) -> None:
    shown = []
    for _ in range(2):
        clip = marked(studio, likeness, tmp_path)
        said, lineage = stated(studio, studio.get(clip.file))
        # 1. Nothing else tells who is in it.
        assert likeness.id not in said
        assert "chelsea" not in said
        # 2. Whoever has the salt that the ledger keeps makes the same hash of the likeness's id.
        [kept] = clip.likenesses
        assert kept.likeness == likeness.id
        assert lineage["likenesses"] == [salted_digest(kept.salt, likeness.id)]
        shown.append(lineage["likenesses"])
        # 3. The consent is named by what the log holds, and where.
        with studio.ledger.read() as tx:
            leaf = log.leaf(tx, 1)
        assert leaf.kind is log.Kind.CONSENT
        assert lineage["consents"] == [{"receipt_sha256": leaf.hash, "log": studio.ledger.origin, "leaf": 1}]
        # 4. So are the words.
        assert lineage["prompt_sha256"] == salted_digest(clip.prompt_salt, "@chelsea sits in a garden")
        assert "garden" not in said
    assert shown[0] != shown[1], "two clips of one likeness do not tell that it is one"


def test_the_salt_leaves_with_the_row_alone(studio: Studio, likeness: Likeness, tmp_path: Path) -> None:
    """A row that was recorded before there were salts is the same row when it is read and written again."""
    clip = marked(studio, likeness, tmp_path)
    older = clip.model_dump(mode="json", exclude={"likenesses", "label_version"})
    assert Marked.model_validate(older).model_dump(mode="json", exclude={"invisible"}) == {
        name: value for name, value in older.items() if name != "invisible"
    }


def test_a_signer_that_does_not_answer_leaves_the_brief_for_the_next_run(
    studio: Studio, likeness: Likeness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is recorded of it: no verdict, no half product. The next run finds the take and goes on."""
    monkeypatch.setattr(outside, "PAUSES", ())
    make_chain(tmp_path / "bought", "studio.example")
    brief = filed(studio, likeness, tmp_path)
    chain = {"certificate_chain": tmp_path / "bought" / "chain.pem"}
    away = studio.settings.model_copy(update={**chain, "signer_url": "http://127.0.0.1:9/"})
    with pytest.raises(Unavailable, match="does not sign"):
        handle(replace(studio, settings=away), DEFINITION, brief, "run-1")
    with studio.ledger.read() as tx:
        assert Gate.MARKS not in verdicts.latest(tx, brief)
        assert outputs.latest(tx, brief, Stage.MARKS.value) is None
    here = studio.settings.model_copy(update={**chain, "signing_key": tmp_path / "bought" / "signing.key"})
    handled = handle(replace(studio, settings=here), DEFINITION, brief, "run-2")
    assert handled.outcome is not None
    with studio.ledger.read() as tx:
        output = outputs.latest(tx, brief, Stage.MARKS.value)
    assert output is not None
    assert output.run == "run-2"
    assert '"run": "run-2"' in stated(studio, studio.get(Marked.model_validate(output.document).file))[0]
