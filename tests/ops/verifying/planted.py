"""Clips of a real installation, published without its pipeline; their files are marked and signed as it does."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.base import new_clip_id, new_id, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, Publication, Relation, RestsOn, Take, Timing
from greenroom.domain.consents import Audience, Consent, Likeness, LikenessKind, Withdrawal
from ledger import briefs, clips, consents, likenesses, outputs, publications, withdrawals
from models.roles import Picture
from ops.briefs import account
from ops.mark import logged_consent, mark_take
from ops.media import write_master
from ops.stages.handling import Stage, add_edges
from ops.studio import Studio, work_folder
from ops.verify import verify_file
from ops.verifying.records import StudioRecords
from ops.verifying.report import VerifyReport

DAY = date(2026, 11, 23)
RATE = 24
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Consented:
    """A likeness, and the consent it is shown on."""

    likeness: Likeness
    consent: Consent


def consented(studio: Studio, handle: str, owner: str = "ada") -> Consented:
    """A pet whose owner allows everyone to show it."""
    name = f"li-{handle}"
    likeness = Likeness(
        id=name,
        handle=handle,
        kind=LikenessKind.PET,
        species="cat",
        owner=account(studio, owner).id,
        capture=studio.put_sealed(b"capture", "image/jpeg", name),
        reference=studio.put_sealed(b"reference", "image/png", name),
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
    with studio.ledger.write() as tx:
        likenesses.add(tx, likeness)
        consents.add(tx, consent)
    return Consented(likeness, consent)


def published(
    studio: Studio,
    pictures: list[Picture],
    samples: NDArray[np.float32],
    shown: tuple[Consented, ...] = (),
    *,
    prompt: str = "a drawing that moves",
    maker: str = "mira",
    parent: Publication | None = None,
) -> Publication:
    """A clip of these pictures, uint8[H, W, 3], and this sound, float32[N, 2] at 48 kHz, before viewers."""
    requester, number = account(studio, maker), next(_numbers)
    batch = Batch(id=f"ba-{number}", lane=Lane.BATCH, day=DAY, requested_by=requester.id, recorded_at=now())
    height, width = pictures[0].shape[:2]
    brief = Brief(
        id=f"br-{number}",
        batch=batch.id,
        prompt=prompt,
        requester=requester.id,
        likenesses=tuple(one.likeness.handle for one in shown),
        parent=parent.clip if parent is not None else None,
        seconds=max(4.0, len(pictures) / RATE),  # the shortest that can be asked for
        width=width,
        height=height,
        seed=number,
        lane=Lane.BATCH,
        day=DAY,
        recorded_at=now(),
    )
    clip = Clip(id=new_clip_id(), brief=brief.id, recorded_at=now())
    with studio.ledger.write() as tx:
        briefs.add_batch(tx, batch)
        briefs.add(tx, brief)
        clips.add(tx, clip)
        logged = tuple(logged_consent(tx, studio.ledger.origin, one.consent.id) for one in shown)
    with work_folder(studio) as folder:
        path = folder / "made.mkv"
        info = write_master(path, pictures, RATE, samples)
        take = Take(
            generator="previz",
            model="previz 1",
            seed=brief.seed,
            master=studio.put_sealed(path.read_bytes(), "video/x-matroska", brief.id),
            stems={},
            timing=Timing(),
            seconds=len(pictures) / RATE,
            width=width,
            height=height,
            frames_per_second=RATE,
            frame_count=info.frame_count,
            frames_sha256=info.frames_sha256,
            construction={},
        )
        above = None
        if parent is not None:
            above = folder / "parent.mp4"
            above.write_bytes(studio.get(parent.marked.file))
        marked = mark_take(
            studio,
            take,
            brief,
            clip,
            requester,
            tuple(one.likeness.id for one in shown),
            logged,
            above,
            "run-1",
            "1",
            folder,
            lambda words, share: None,
        )
    plain = {part: studio.unsealed(getattr(marked, part)) for part in publications.PARTS}
    inherited = parent.rests_on if parent is not None else ()
    own = (RestsOn(likeness=one.likeness.id, consent=one.consent.id) for one in shown)
    publication = Publication(
        id=f"pu-{clip.id}",
        clip=clip.id,
        brief=brief.id,
        marked=marked.model_copy(update=plain),
        rests_on=tuple({one.likeness: one for one in (*inherited, *own)}.values()),
        verdicts=(),
        verdicts_sha256="cd" * 32,
        policy_version=studio.policy.version,
        salt=new_salt(),
        run="run-1",
        recorded_at=now(),
    )
    with studio.ledger.write(run="run-1") as tx:
        for stage, document in ((Stage.TAKE, take), (Stage.MARKS, marked)):
            outputs.put(tx, f"{brief.id}-{stage}", stage.value, brief.id, document.model_dump(mode="json"), "1")
        publications.add(tx, publication)
        add_edges(tx, ((clip.id, f"take:{take.master.sha256}", Relation.MARKED_FROM),), "run-1", "1")
        if parent is not None:
            add_edges(tx, ((clip.id, parent.clip, Relation.REMIX_OF),), "run-1", "1")
    return publication


def withdraw(studio: Studio, shown: Consented) -> None:
    """Take the consent back, as its owner does."""
    likeness = shown.likeness
    row = Withdrawal(
        id=new_id("wd"), likeness=likeness.id, by=likeness.owner, reason="", salt=new_salt(), recorded_at=now()
    )
    with studio.ledger.write() as tx:
        withdrawals.add(tx, row)


def verified(studio: Studio, file: Path) -> VerifyReport:
    """What an installation says of a file."""
    work = studio.settings.home / "verifying"
    work.mkdir(exist_ok=True)
    return verify_file(file, StudioRecords(studio), work)
