"""Rendered film for the benchmark: the gallery's briefs drawn by previz, without label or marks, with their sound.

Of each brief three seconds are drawn, around the moment that stands on the gallery's sheet. The people of the gallery
are drawn as previz draws somebody without a reference picture; the cat and the mug have theirs. A dissolve between two
shots is a cut here.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from bench.gallery.briefs import Entry, entries
from bench.gallery.cast import mug
from bench.marks.clips import FRAMES, Corpus, Film
from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Likeness, LikenessKind
from greenroom.domain.storyboards import Storyboard
from models.previz.film import Drawing, Drawn, shown_frames
from models.previz.world import World
from models.roles import Picture, Samples

KIND = "rendered"
SOURCE = "previz, brief {} of bench/gallery/briefs.yaml"
LICENCE = "Apache-2.0, made by this project"
LARGER = ("park-chase", "kitchen-talk", "skateboard-anime", "noir-rain")  # drawn at 1280x720 too
_PEOPLE = ("nora", "leo")
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_NOTHING = BlobRef(sha256="0" * 64, size=0, media_type="image/png")
_AHEAD = 4  # frames drawn at a time


def render(corpus: Corpus, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """Draw what the corpus lacks, or what it lacks of these names; the name of each as it is done."""
    large = [one.model_copy(update={"width": 1280, "height": 720}) for one in entries() if one.name in LARGER]
    for entry in (*entries(), *large):
        name = f"previz-{entry.name}" + ("-720" if entry.height == 720 else "")
        if name in corpus.names() or (names and name not in names):
            continue
        film, sound = drawn(entry)
        corpus.add(name, KIND, SOURCE.format(entry.name), LICENCE, film, sound)
        yield name


def drawn(entry: Entry) -> tuple[Film, Samples]:
    """Three seconds of a brief, uint8[72, H, W, 3], and the whole take's mix, float32[N, 2] at 48 kHz."""
    from models.previz.generator import SAMPLE_RATE, speak
    from models.previz.sound.soundtrack import soundtrack
    from models.previz.staging.stage import stage
    from models.speech import EspeakSpeech
    from ops.sound_levels import mix, normalise

    storyboard = storyboard_of(entry)
    with EspeakSpeech() as speech:
        spoken = speak(speech, storyboard)
    world = stage(storyboard, spoken)
    stems, _ = soundtrack(storyboard, world, spoken)
    first = round(entry.still * world.frames_per_second) - FRAMES // 2
    first = min(max(0, first), len(world.frames) - FRAMES)
    return _pictures(world, range(first, first + FRAMES), entry.likenesses), normalise(mix(stems), SAMPLE_RATE)


def _pictures(world: World, wanted: range, likenesses: tuple[str, ...]) -> Film:
    shown = shown_frames(world)
    film = np.empty((len(wanted), world.height, world.width, 3), np.uint8)
    order = list(dict.fromkeys(shown[index] for index in wanted))
    drawing = Drawing(world, _references(likenesses))
    coming: dict[int, Future[Drawn]] = {}
    pictures: dict[int, Picture] = {}
    try:
        for at, index in enumerate(order):
            for ahead in order[at : at + _AHEAD]:
                if ahead not in coming and ahead not in pictures:
                    coming[ahead] = drawing.draw(ahead)
            pictures[index] = coming.pop(index).result().picture
    finally:
        drawing.close()
    for place, index in enumerate(wanted):
        film[place] = pictures[shown[index]]
    return film


def storyboard_of(entry: Entry) -> Storyboard:
    """What is planned for a brief of the gallery."""
    from ops.plan.planner import plan

    brief = Brief(
        id="br_bench",
        batch="ba_bench",
        prompt=entry.prompt,
        requester="ac_bench",
        likenesses=entry.likenesses,
        seconds=entry.seconds,
        width=entry.width,
        height=entry.height,
        seed=entry.seed,
        lane=Lane.BATCH,
        day=_MOMENT.date(),
        recorded_at=_MOMENT,
    )
    return plan(brief, tuple(_likeness(handle) for handle in entry.likenesses), None)


def _likeness(handle: str) -> Likeness:
    kind, species = {
        "chelsea": (LikenessKind.PET, "cat"),
        "bluemug": (LikenessKind.OBJECT, "mug"),
    }.get(handle, (LikenessKind.PERSON, "person"))
    return Likeness(
        id=f"li_{handle}",
        handle=handle,
        kind=kind,
        species=species,
        owner="ac_bench",
        capture=_NOTHING,
        reference=_NOTHING,
        recorded_at=_MOMENT,
    )


def _references(handles: tuple[str, ...]) -> dict[str, Picture]:
    """The reference pictures of those who have one."""
    if not handles:
        return {}
    photograph = Path(__file__).parents[2] / "greenroom" / "demo" / "chelsea.png"
    with Image.open(photograph) as opened:
        cat = np.asarray(opened.convert("RGB"), np.uint8)
    return {"chelsea": cat, "bluemug": mug()}
