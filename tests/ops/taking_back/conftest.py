"""Published clips and drafts with real blobs, recorded without running the pipeline: what taking back is about."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import MappingProxyType

import pytest

from bench.withdrawal import plant
from greenroom.domain.base import BlobRef, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, Marked, Publication, Relation, RestsOn, SaltedLikeness, Take, Timing
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Verdict
from greenroom.settings import Settings
from ledger import briefs, changes, clips, consents, likenesses, outputs, publications, verdicts
from ops.briefs import account
from ops.stages.handling import Stage, add_edges
from ops.studio import Studio, open_studio
from warehouse.snapshot import writing
from warehouse.tables import LEDGER_TABLES
from warehouse.validation import Expectation, Validation

DAY = date(2026, 11, 23)


@dataclass
class Stock:
    """Makes likenesses, drafts and published clips of an installation; ids count up."""

    studio: Studio
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def account(self, name: str) -> Account:
        return account(self.studio, name)

    def likeness(self, handle: str, owner: Account) -> tuple[Likeness, Consent]:
        name = f"li-{handle}"
        made = Likeness(
            id=name,
            handle=handle,
            kind=LikenessKind.PET,
            species="cat",
            owner=owner.id,
            capture=self.studio.put_sealed(f"capture of {handle}".encode(), "image/jpeg", name),
            reference=self.studio.put_sealed(f"reference of {handle}".encode(), "image/png", name),
            recorded_at=now(),
        )
        consent = Consent(
            id=f"co-{handle}",
            likeness=name,
            version=1,
            audience=Audience.EVERYONE,
            statement="yes",
            salt=new_salt(),
            given_at=now(),
            recorded_at=now(),
        )
        with self.studio.ledger.write() as tx:
            likenesses.add(tx, made)
            consents.add(tx, consent)
        return made, consent

    def brief(self, requester: Account, *shown: tuple[Likeness, Consent], parent: str | None = None) -> Brief:
        number = next(self.ids)
        batch = Batch(id=f"ba-{number}", lane=Lane.BATCH, day=DAY, requested_by=requester.id, recorded_at=now())
        brief = Brief(
            id=f"br-{number}",
            batch=batch.id,
            prompt=f"prompt {number}",
            requester=requester.id,
            likenesses=tuple(one.handle for one, _ in shown),
            parent=parent,
            seed=number,
            lane=Lane.BATCH,
            day=DAY,
            recorded_at=now(),
        )
        with self.studio.ledger.write() as tx:
            briefs.add_batch(tx, batch)
            briefs.add(tx, brief)
        return brief

    def draft(
        self,
        requester: Account,
        *shown: tuple[Likeness, Consent],
        parent: str | None = None,
        captions: str = "WEBVTT",
        film: bytes | None = None,
        passes: Mapping[str, bytes] = MappingProxyType({}),
    ) -> tuple[Brief, Marked]:
        """A brief whose take is made and marked, and not published. `film` is its file, `passes` those beside it."""
        brief = self.brief(requester, *shown, parent=parent)
        name = f"clip{brief.id[3:]}"

        def sealed(text: str | bytes, kind: str) -> BlobRef:
            data = text if isinstance(text, bytes) else f"{text} of {name}".encode()
            return self.studio.put_sealed(data, kind, brief.id)

        take = Take(
            generator="previz",
            model="previz-1",
            seed=brief.seed,
            master=sealed("master", "video/x-matroska"),
            stems={"dialogue": sealed("dialogue", "audio/flac"), "foley": sealed("foley", "audio/flac")},
            timing=Timing(),
            passes={one: sealed(data, "video/x-matroska") for one, data in passes.items()},
            seconds=5.0,
            width=854,
            height=480,
            frames_per_second=24,
            frame_count=120,
            frames_sha256=sha256(film or name.encode()).hexdigest(),
            construction={},
        )
        marked = Marked(
            clip=name,
            file=sealed(film if film is not None else "file", "video/mp4"),
            sidecar=sealed("sidecar", "application/c2pa"),
            captions=sealed(captions.encode(), "text/vtt"),
            poster=sealed("poster", "image/jpeg"),
            label=(),
            manifest="urn:c2pa:1",
            prompt_salt=new_salt(),
            likenesses=tuple(SaltedLikeness(likeness=one.id, salt=new_salt()) for one, _ in shown),
        )
        board = sealed("storyboard", "application/json")
        with self.studio.ledger.write(run="run-1") as tx:
            clips.add(tx, Clip(id=name, brief=brief.id, recorded_at=now()))
            for stage, document in ((Stage.STORYBOARD, board), (Stage.TAKE, take), (Stage.MARKS, marked)):
                key = f"{brief.id}-{stage}"
                outputs.put(tx, key, stage.value, brief.id, document.model_dump(mode="json"), "1")
        return brief, marked

    def published(
        self,
        requester: Account,
        *shown: tuple[Likeness, Consent],
        parent: str | None = None,
        captions: str = "WEBVTT",
        film: bytes | None = None,
        passes: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Publication:
        """A clip before viewers; a remix also rests on what its parent rests on."""
        brief, marked = self.draft(requester, *shown, parent=parent, captions=captions, film=film, passes=passes)
        plain = {part: self.studio.unsealed(getattr(marked, part)) for part in publications.PARTS}
        own = [RestsOn(likeness=one.id, consent=consent.id) for one, consent in shown]
        with self.studio.ledger.write(run="run-1") as tx:
            above = publications.by_clip(tx, parent) if parent is not None else None
            inherited = above.rests_on if above is not None else ()
            made = Publication(
                id=f"pu-{marked.clip}",
                clip=marked.clip,
                brief=brief.id,
                marked=marked.model_copy(update=plain),
                rests_on=tuple({one.likeness: one for one in (*inherited, *own)}.values()),
                verdicts=(),
                verdicts_sha256="cd" * 32,
                policy_version=1,
                salt=new_salt(),
                run="run-1",
                recorded_at=now(),
            )
            publications.add(tx, made)
        return made

    def passes_of(self, brief: str) -> Mapping[str, BlobRef]:
        """The control passes of a brief's take."""
        with self.studio.ledger.read() as tx:
            take = outputs.latest(tx, brief, Stage.TAKE.value)
        assert take is not None
        return Take.model_validate(take.document).passes

    def allowed(self, brief: Brief) -> None:
        """Every gate before publication allowed a draft, under the present policy."""
        clip = f"clip{brief.id[3:]}"
        with self.studio.ledger.write(run="run-1") as tx:
            for gate in Gate:
                if gate < Gate.PUBLICATION:
                    judged = Judgement(gate=gate, outcome=Outcome.ALLOW, policy_version=self.studio.policy.version)
                    verdict = Verdict(
                        id=f"vd-{brief.id}-{gate}",
                        brief=brief.id,
                        clip=clip,
                        judgement=judged,
                        inputs="ef" * 32,
                        code_version="1",
                        run="run-1",
                        seconds=0.1,
                        recorded_at=now(),
                    )
                    verdicts.add(tx, verdict)

    def remixes(self, child: str, parent: str) -> None:
        with self.studio.ledger.write(run="run-1") as tx:
            add_edges(tx, ((child, parent, Relation.REMIX_OF),), "run-1", "1")

    def snapshot(self) -> None:
        """The warehouse as it stands; whether its rows are sound is asked elsewhere, and costs seconds."""
        with writing(self.studio.settings.warehouse) as writer, self.studio.ledger.read() as tx:
            candidate = writer.rebuild(changes.changes(tx, 0, tables=LEDGER_TABLES), tx.revision)
            sound = Expectation(
                name="rows", table="clips", column="id", success=True, expected="some", observed="some", rows=1
            )
            files = (candidate.base.name, candidate.recent.name, candidate.after)
            writer.publish(candidate, Validation(files=files, expectations=(sound,), seconds=0))

    def forest(self, makers: list[Account], shown: tuple[Likeness, Consent], *, levels: int, clips: int) -> list[str]:
        """One clip and remixes of it and of each other, `clips` in all on `levels` levels below it, as rows alone."""
        return plant(self.studio, makers, shown, levels, clips, self.ids)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({}, home=tmp_path / "home")


@pytest.fixture
def studio(settings: Settings) -> Iterator[Studio]:
    with open_studio(settings) as opened:
        yield opened


@pytest.fixture
def stock(studio: Studio) -> Stock:
    return Stock(studio)


@pytest.fixture
def stock_of() -> Callable[[Studio], Stock]:
    return Stock
