"""Clips as an installation published them under policy version 3, before there were invisible marks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import ops.mark
from greenroom.domain.base import BlobRef, digest, new_clip_id, new_id, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Clip, InvisibleMarks, LaidMark, Marked, Publication, Relation, Take, Timing
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Verdict
from ledger import briefs, clips, outputs, publications, verdicts
from models.roles import Picture, Samples
from moderation.policy import Policy
from ops.briefs import account
from ops.invisible import Film, Wanted
from ops.media import write_delivery, write_master
from ops.media_reading import read_frames, read_sound
from ops.stages import marks, publication
from ops.stages.handling import Definition, Product, Stage, Work, add_edges, handle
from ops.studio import Studio
from ops.watermark.carrier import MarkKey

DAY = date(2026, 11, 23)
WIDTH, HEIGHT, RATE, SECONDS = 640, 360, 12, 4.0
THEN = 3  # the policy version


def film(seed: int) -> Iterator[Picture]:
    """A textured picture that moves, as much as a filmed one does."""
    random = np.random.default_rng(seed)
    coarse = random.integers(40, 210, (HEIGHT // 40 + 2, WIDTH // 40 + 2, 3))
    ground = np.kron(coarse, np.ones((40, 40, 1)))[:HEIGHT, :WIDTH]
    grain = random.normal(0, 6, (HEIGHT, WIDTH, 1))
    for number in range(round(RATE * SECONDS)):
        moved = np.roll(ground, (number, 2 * number), (0, 1)) + np.roll(grain, (number, 2 * number), (0, 1))
        yield np.clip(moved, 0, 255).astype(np.uint8)


def sound(seed: int, level: float = 0.12) -> Samples:
    """Noise that comes and goes as speech does."""
    random = np.random.default_rng(seed)
    times = np.arange(round(48_000 * SECONDS)) / 48_000
    swell = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 1.7 * times))
    noise = np.convolve(random.standard_normal(len(times)), np.ones(12) / 12, "same")
    return np.repeat((level * swell * noise)[:, None], 2, axis=1).astype(np.float32)


def asking(studio: Studio, **thresholds: float) -> Studio:
    """The same installation under a policy that asks other numbers of the invisible marks."""
    asked = studio.policy.rule("marks.invisible")
    other = asked.model_copy(update={"thresholds": asked.thresholds | thresholds})
    rules = tuple(other if one.id == asked.id else one for one in studio.policy.rules)
    return replace(studio, policy=studio.policy.model_copy(update={"rules": rules}))


@dataclass
class Older:
    """Publishes clips the way version 3 did: real films, signed, with the visible label alone."""

    studio: Studio
    seeds: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def then(self) -> Studio:
        """The installation while it judged by version 3."""
        now_: Policy = self.studio.policy
        text = now_.text.model_copy(update={"version": THEN})
        return replace(self.studio, policy=now_.model_copy(update={"version": THEN, "text": text}))

    def published(self, folder: Path, *handles: str, parent: str | None = None) -> Publication:
        """One clip, a second file of whose kind is never the same; `parent` is the clip that it remixes."""
        brief = self.filed(folder, handles, parent)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(ops.mark, "lay", _lay_nothing)
            patched.setattr(ops.mark, "of_marks", lambda clip, *, picture, sound: None)
            old = Definition(stage=Stage.MARKS, code_version="1", judge=_judged_as_then, produce=_marked_as_then)
            assert handle(self.then, old, brief, "run-then").outcome is Outcome.ALLOW
        done = handle(self.then, publication.DEFINITION, brief, "run-then")
        assert done.outcome is Outcome.ALLOW, done.rules
        with self.studio.ledger.read() as tx:
            found = publications.by_clip(tx, done.clip or "")
        assert found is not None
        assert found.marked.invisible is None
        return found

    def filed(self, folder: Path, handles: tuple[str, ...], parent: str | None) -> str:
        """A brief with its plan and take, that the gates before the marks allowed under version 3; its id."""
        maker, seed = account(self.studio, "bob"), next(self.seeds)
        batch = Batch(id=new_id("ba"), lane=Lane.BATCH, day=DAY, requested_by=maker.id, recorded_at=now())
        brief = Brief(
            id=new_id("br"), batch=batch.id, prompt=f"a film {seed}", requester=maker.id, likenesses=handles,
            parent=parent, seed=seed, lane=batch.lane, day=batch.day, width=WIDTH, height=HEIGHT, recorded_at=now(),
        )  # fmt: skip
        clip = Clip(id=new_clip_id(), brief=brief.id, recorded_at=now())
        with self.studio.ledger.write() as tx:
            briefs.add_batch(tx, batch)
            briefs.add(tx, brief)
        take, plan = self._take(folder, brief), self.studio.put_sealed(b"{}", "application/json", brief.id)
        with self.studio.ledger.write(run="run-then") as tx:
            clips.add(tx, clip)
            for stage, document in ((Stage.STORYBOARD, plan), (Stage.TAKE, take)):
                key = digest([stage, brief.id])
                outputs.put(tx, key, stage.value, brief.id, document.model_dump(mode="json"), "1")
            edge = (f"take:{take.master.sha256}", f"storyboard:{plan.sha256}", Relation.MADE_FROM)
            add_edges(tx, (edge,), "run-then", "1")
            for gate in Gate:
                if gate < Gate.MARKS:
                    verdicts.add(tx, _allowed(brief.id, clip.id, gate))
        return brief.id

    def _take(self, folder: Path, brief: Brief) -> Take:
        path = folder / f"{brief.id}.mkv"
        made = write_master(path, film(brief.seed), RATE, sound(brief.seed))
        master: BlobRef = self.studio.put_sealed(path.read_bytes(), "video/x-matroska", brief.id)
        return Take(
            generator="previz", model="previz 1", seed=brief.seed, master=master, stems={}, timing=Timing(),
            seconds=SECONDS, width=WIDTH, height=HEIGHT, frames_per_second=RATE, frame_count=made.frame_count,
            frames_sha256=made.frames_sha256, construction={},
        )  # fmt: skip


def _marked_as_then(studio: Studio, work: Work) -> Product:
    marked = Marked.model_validate(marks.produce(studio, work).document)
    return Product(marked.model_copy(update={"invisible": None}).model_dump(mode="json"))


def _lay_nothing(film: Film, delivery: Path, key: MarkKey, wanted: Wanted) -> InvisibleMarks:
    """What stood where the marks are laid now: the label drawn, the delivery encoded."""
    frames: Iterable[Picture] = film.drawn(read_frames(film.master))
    write_delivery(delivery, frames, film.frames_per_second, *read_sound(film.master))
    return InvisibleMarks(picture=LaidMark(version="none", strength=0.0), sound=None)


def _judged_as_then(studio: Studio, work: Work, document: object) -> Judgement:
    unread = Evidence(name="invisible mark", kind=EvidenceKind.NOT_CHECKED, reason="This policy has none yet.")
    return Judgement(gate=Gate.MARKS, outcome=Outcome.ALLOW, evidence=(unread,), policy_version=THEN)


def _allowed(brief: str, clip: str, gate: Gate) -> Verdict:
    return Verdict(
        id=new_id("vd"), brief=brief, clip=clip, code_version="1", run="run-then", seconds=0.1, recorded_at=now(),
        judgement=Judgement(gate=gate, outcome=Outcome.ALLOW, policy_version=THEN),
        inputs=sha256(f"{brief} {gate}".encode()).hexdigest(),
    )  # fmt: skip
