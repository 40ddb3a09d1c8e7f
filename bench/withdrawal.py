"""How fast a withdrawal holds: ten thousand remixes, ten levels deep, and the page that no longer shows them.

`python -m bench.withdrawal` prints one JSON line; milliseconds are of this machine, the ratio is to the promise.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path

from feed.studio import StudioSource
from greenroom.domain.base import BlobRef, base32, digest, new_salt, now
from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.clips import Edge, Marked, Publication, Relation, RestsOn, Take, Timing
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind
from greenroom.settings import Settings
from ledger import briefs, consents, likenesses, publications, schema
from ledger.outputs import Output
from ledger.rows import row_of
from ops.briefs import account
from ops.likenesses import withdraw
from ops.studio import Studio, open_studio
from ops.warehouse import refresh

PROMISE_SECONDS = 1.0  # from the commit until nothing is shown
CLIPS = 10_001
LEVELS = 10
MAKERS = 25
_DAY = date(2026, 11, 23)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_studio(Settings.load({}, home=Path(folder))) as studio:
        owner = account(studio, "ada")
        makers = [account(studio, f"maker{number}") for number in range(MAKERS)]
        family = plant(studio, makers, _enrolled(studio, owner), LEVELS, CLIPS, count(1))
        if not refresh(studio).swapped:
            sys.exit("the warehouse takes the planted rows for unsound")
        source = StudioSource(studio)
        if not source.page(None, 12).clips:
            sys.exit("the clips are not shown before the withdrawal")
        began = time.perf_counter()
        withdraw(studio, "tom", owner, "")
        committed = time.perf_counter()
        page = source.page(None, 12)
        shown = time.perf_counter()
        with studio.ledger.read() as tx:
            left = publications.visible(tx, family)
        asked = time.perf_counter()
        if page.clips or left:
            sys.exit(f"{len(left)} clips are still visible")
    line = {
        "name": "withdrawal of 10,000 descendants, ten levels deep",
        "ratio": round((shown - committed) / PROMISE_SECONDS, 3),
        "withdraw_ms": round((committed - began) * 1000, 1),  # commit and destruction of the key
        "feed_page_ms": round((shown - committed) * 1000, 1),  # until a page shows none of them
        "every_clip_asked_ms": round((asked - shown) * 1000, 1),
    }
    sys.stdout.write(json.dumps(line) + "\n")


def plant(
    studio: Studio,
    makers: Sequence[Account],
    shown: tuple[Likeness, Consent],
    levels: int,
    clips_in_all: int,
    ids: Iterator[int],
) -> list[str]:
    """Record one clip and remixes of it and of each other on `levels` levels below it, as rows; their ids, in order.

    Every level has about as many clips; the media are addresses without blobs.
    """
    width = -(-(clips_in_all - 1) // levels)
    above: list[Publication] = []
    made: list[str] = []
    for level in range(levels + 1):
        size = 1 if level == 0 else min(width, clips_in_all - len(made))
        number = next(ids)
        batch = Batch(id=f"ba-{number}", lane=Lane.BATCH, day=_DAY, requested_by=makers[0].id, recorded_at=now())
        parents = [above[place % len(above)] if above else None for place in range(size)]
        numbers = [next(ids) for _ in parents]
        filed = [
            _brief(number, batch, makers[number % len(makers)], shown[0], parent)
            for number, parent in zip(numbers, parents, strict=True)
        ]
        here = [_publication(*one, shown) for one in zip(numbers, filed, parents, strict=True)]
        with studio.ledger.write(run="run-1") as tx:
            briefs.add_batch(tx, batch)
            briefs.add_all(tx, filed)
            tx.insert(schema.clips, *({"id": one.clip, "brief": one.brief, "recorded_at": now()} for one in here))
            tx.insert(schema.outputs, *(_take(number, brief) for number, brief in zip(numbers, filed, strict=True)))
            publications.add_all(tx, here)
            remixes = [_remix(one.clip, parent.clip) for one, parent in zip(here, parents, strict=True) if parent]
            tx.insert(schema.edges, *(row_of(schema.edges, one) for one in remixes))
        above = here
        made += [one.clip for one in here]
    return made


def _enrolled(studio: Studio, owner: Account) -> tuple[Likeness, Consent]:
    likeness = Likeness(
        id="li-tom",
        handle="tom",
        kind=LikenessKind.PET,
        species="cat",
        owner=owner.id,
        capture=studio.put_sealed(b"capture", "image/jpeg", "li-tom"),
        reference=studio.put_sealed(b"reference", "image/png", "li-tom"),
        recorded_at=now(),
    )
    consent = Consent(
        id="co-tom",
        likeness=likeness.id,
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
    return likeness, consent


def _brief(number: int, batch: Batch, maker: Account, shown: Likeness, parent: Publication | None) -> Brief:
    return Brief(
        id=f"br-{number:06}",
        batch=batch.id,
        prompt=f"prompt {number}",
        requester=maker.id,
        likenesses=(shown.handle,) if parent is None else (),
        parent=parent.clip if parent is not None else None,
        seed=number,
        lane=Lane.BATCH,
        day=_DAY,
        recorded_at=now(),
    )


def _publication(number: int, brief: Brief, parent: Publication | None, shown: tuple[Likeness, Consent]) -> Publication:
    clip = base32(number, 13)
    blob = BlobRef(sha256=digest(clip), size=1, media_type="video/mp4")
    likeness, consent = shown
    return Publication(
        id=f"pu-{clip}",
        clip=clip,
        brief=brief.id,
        marked=Marked(
            clip=clip,
            file=blob,
            sidecar=blob,
            captions=blob,
            poster=blob,
            label=(),
            manifest=f"urn:c2pa:{clip}",
            prompt_salt=new_salt(),
        ),
        rests_on=parent.rests_on if parent is not None else (RestsOn(likeness=likeness.id, consent=consent.id),),
        verdicts=(),
        verdicts_sha256=digest([]),
        policy_version=1,
        salt=new_salt(),
        run="run-1",
        recorded_at=now(),
    )


def _take(number: int, brief: Brief) -> dict[str, object]:
    blob = BlobRef(sha256=digest(number), size=1, media_type="video/x-matroska")
    take = Take(
        generator="previz",
        model="previz-1",
        seed=number,
        master=blob,
        stems={},
        timing=Timing(),
        seconds=5.0,
        width=854,
        height=480,
        frames_per_second=24,
        frame_count=120,
        frames_sha256=digest(number),
        construction={},
    )
    output = Output(
        key=digest([brief.id, "take"]),
        stage="take",
        brief=brief.id,
        document=take.model_dump(mode="json"),
        code_version="1",
        run="run-1",
        seconds=1.0,
        recorded_at=now(),
    )
    return output.model_dump()


def _remix(child: str, parent: str) -> Edge:
    return Edge(
        child=child, parent=parent, relation=Relation.REMIX_OF, run="run-1", code_version="1", recorded_at=now()
    )


if __name__ == "__main__":
    main()
