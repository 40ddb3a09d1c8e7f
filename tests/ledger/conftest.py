"""A ledger in a folder of its own, and domain values that differ only where a test says so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from greenroom.domain.base import BlobRef, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, Marked, Publication, RestsOn
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Withdrawal
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Rule, Verdict
from ledger import accounts, briefs, clips, consents, likenesses, publications
from ledger.database import Ledger, Writer

DAY = date(2026, 11, 23)
BLOB = BlobRef(sha256="ab" * 32, size=3, media_type="image/png", sealed_for="lk-1")


@dataclass
class Cast:
    """Makes and records values in one transaction; ids count up."""

    tx: Writer
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def account(self, name: str = "mia") -> Account:
        made = Account(id=f"ac-{name}", name=name, recorded_at=now())
        accounts.add(self.tx, made)
        return made

    def likeness(self, handle: str, owner: Account) -> tuple[Likeness, Consent]:
        made = Likeness(
            id=f"lk-{handle}",
            handle=handle,
            kind=LikenessKind.PET,
            species="cat",
            owner=owner.id,
            capture=BLOB,
            reference=BLOB,
            recorded_at=now(),
        )
        likenesses.add(self.tx, made)
        consent = self.consent_of(made.id)
        consents.add(self.tx, consent)
        return made, consent

    def brief(self, requester: Account, **more: object) -> Brief:
        number = next(self.ids)
        batch = Batch(id=f"ba-{number}", lane=Lane.BATCH, day=DAY, requested_by=requester.id, recorded_at=now())
        briefs.add_batch(self.tx, batch)
        values: dict[str, object] = {
            "id": f"br-{number}",
            "batch": batch.id,
            "prompt": "a cat kicks a ball — “¡olé!”",
            "requester": requester.id,
            "seed": 2**63 - 1,
            "lane": Lane.BATCH,
            "day": DAY,
            "recorded_at": now(),
        }
        made = Brief.model_validate(values | more)
        briefs.add(self.tx, made)
        return made

    def clip(self, brief: Brief, clip: str) -> Clip:
        made = Clip(id=clip, brief=brief.id, recorded_at=now())
        clips.add(self.tx, made)
        return made

    def published(self, clip: str, requester: Account, *rests_on: tuple[Likeness, Consent]) -> Publication:
        brief = self.brief(requester)
        self.clip(brief, clip)
        made = self.publication_of(clip, brief.id, *rests_on)
        publications.add(self.tx, made)
        return made

    @staticmethod
    def consent_of(likeness: str, version: int = 1) -> Consent:
        return Consent(
            id=f"co-{likeness}-{version}",
            likeness=likeness,
            version=version,
            audience=Audience.EVERYONE,
            never=("violence",),
            statement="yes, but no fights",
            salt=new_salt(),
            given_at=now(),
            recorded_at=now(),
        )

    @staticmethod
    def withdrawal_of(likeness: Likeness) -> Withdrawal:
        return Withdrawal(
            id=f"wi-{likeness.handle}",
            likeness=likeness.id,
            by=likeness.owner,
            reason="enough",
            salt=new_salt(),
            recorded_at=now(),
        )

    @staticmethod
    def publication_of(clip: str, brief: str, *rests_on: tuple[Likeness, Consent]) -> Publication:
        return Publication(
            id=f"pu-{clip}",
            clip=clip,
            brief=brief,
            marked=Marked(
                clip=clip,
                file=BLOB,
                sidecar=BLOB,
                captions=BLOB,
                poster=BLOB,
                label=(),
                manifest="urn:c2pa:1",
                prompt_salt=new_salt(),
            ),
            rests_on=tuple(RestsOn(likeness=likeness.id, consent=consent.id) for likeness, consent in rests_on),
            verdicts=("vd-1", "vd-2"),
            verdicts_sha256="cd" * 32,
            policy_version=1,
            salt=new_salt(),
            run="run-1",
            recorded_at=now(),
        )

    @staticmethod
    def verdict_of(brief: str, gate: Gate, outcome: Outcome, number: int = 1) -> Verdict:
        evidence = Evidence(
            name="loudness", kind=EvidenceKind.MEASURED, value=-16.02, unit="lufs", threshold=[-17, -15]
        )
        return Verdict(
            id=f"vd-{brief}-{gate}-{number}",
            brief=brief,
            judgement=Judgement(
                gate=gate,
                outcome=outcome,
                rules=(Rule(id="prompt.empty", reason="nothing is asked for"),),
                evidence=(evidence,),
                policy_version=number,
            ),
            inputs="ef" * 32,
            code_version="1",
            run="run-1",
            seconds=0.25,
            recorded_at=now(),
        )


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A new ledger, on each database that is supported."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url, "greenroom.test")
    yield opened
    opened.close()


@pytest.fixture
def cast() -> type[Cast]:
    return Cast
