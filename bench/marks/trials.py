"""One trial: a segment of a clip is marked once, published, attacked in every way there is, and read again.

Every trial of a clip has another id and begins elsewhere. What is attacked is what a browser would show: the marked
frames after the encoder that Greenroom publishes with.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from bench.marks.attacks import Film
from bench.marks.clips import Clip, Corpus
from bench.marks.codecs import PUBLISHED
from bench.marks.quality import has_vmaf, psnr, ssim, vmaf
from bench.marks.results import Outcome
from bench.marks.rows import Row
from bench.marks.sounds import Heard, published
from bench.marks.tools import KEY, PictureTools, SoundTools, chance, other_key, trial_clip
from greenroom.domain.base import clip_id
from ops.watermark.reading import Reading

SEGMENT = 60  # frames: two and a half seconds, half of what a clip has if nobody asks otherwise
QUALITY = "quality.1"
UNMARKED = "unmarked.2"
UNMARKED_KEYS_A_TRIAL = 5
UNMARKED_SEARCHED = "unmarked-searched.1"
WRONG_KEYS = "wrong-keys.1"
WRONG_KEYS_A_TRIAL = 50
SOUND_ALARMS = "sound-alarms.1"
_SOUND_KEYS = 5
_WRONG_KEY_FRAMES = 12

Asked = Callable[[str], bool]  # whether a row, by its key, is wanted of this trial


def segment(corpus: Corpus, clip: Clip, trial: int) -> Film:
    """The frames of a trial, uint8[60, H, W, 3]."""
    film = corpus.film(clip)
    start = int(chance("segment", clip.name, trial).integers(0, len(film) - SEGMENT + 1))
    return film[start : start + SEGMENT]


def picture_trial(
    plain: Film, name: str, trial: int, rows: Sequence[Row[Film]], asked: Asked, tools: PictureTools, sources: str
) -> Iterator[Outcome]:
    """Every row that is asked for, one after the other."""
    clip = trial_clip(name, trial)
    marked = tools.mark(plain, clip)
    seen = PUBLISHED.through(marked)
    if asked(QUALITY):
        yield Outcome(row=QUALITY, clip=name, trial=trial, sources=sources, values=_quality(plain, marked, seen))
    for row in rows:
        if not asked(row.key):
            continue
        attacked = row.attack(seen, chance(row.key, name, trial))
        values = {}
        if row.costs:
            values = {"psnr": psnr(seen, attacked), "ssim": ssim(seen, attacked)}
        find = partial(tools.find, attacked, KEY, row.anywhere)
        yield _read(row.key, name, trial, sources, clip, find, values)
    if asked(WRONG_KEYS):
        numbers = range(trial * WRONG_KEYS_A_TRIAL, (trial + 1) * WRONG_KEYS_A_TRIAL)
        keys = [other_key(int(chance(name, number).integers(2**62))) for number in numbers]
        wrong = sum(tools.find(seen[:_WRONG_KEY_FRAMES], key, False).clip is not None for key in keys)
        yield Outcome(row=WRONG_KEYS, clip=name, trial=trial, sources=sources, readings=len(keys), wrong=wrong)


def unmarked_trial(
    plain: Film, name: str, trial: int, asked: Asked, tools: PictureTools, sources: str
) -> Iterator[Outcome]:
    """A film that was never marked, read as drawn with some keys, and searched with one; no two trials share a key.

    `frames` counts each frame once a key.
    """
    seen = PUBLISHED.through(plain)
    keys = [other_key(trial * UNMARKED_KEYS_A_TRIAL + number) for number in range(UNMARKED_KEYS_A_TRIAL)]
    for row, tried, anywhere in ((UNMARKED, keys, False), (UNMARKED_SEARCHED, keys[:1], True)):
        if not asked(row):
            continue
        started = time.perf_counter()
        wrong = sum(tools.find(seen, key, anywhere).clip is not None for key in tried)
        seconds = (time.perf_counter() - started) / len(tried)
        values = {"frames": float(len(plain) * len(tried)), "seconds": seconds}
        yield Outcome(row=row, clip=name, trial=trial, sources=sources, readings=len(tried), wrong=wrong, values=values)


def sound_trial(
    plain: Heard, name: str, trial: int, rows: Sequence[Row[Heard]], asked: Asked, tools: SoundTools, sources: str
) -> Iterator[Outcome]:
    """As `picture_trial`, for a sound at 48 kHz."""
    clip = trial_clip(name, trial)
    start = float(chance("segment", name, trial).uniform(0, 0.1)) * plain.seconds
    unmarked = plain.part(start, plain.seconds)
    heard = published(tools.mark(unmarked, clip))
    for row in rows:
        if asked(row.key):
            attacked = row.attack(heard, chance(row.key, name, trial))
            find = partial(tools.find, attacked, KEY, row.anywhere)
            yield _read(row.key, name, trial, sources, clip, find, {})
    if asked(SOUND_ALARMS):
        keys = [other_key(int(chance(SOUND_ALARMS, name, trial, at).integers(2**62))) for at in range(_SOUND_KEYS)]
        readings = [tools.find(sound, key, True) for key in keys for sound in (heard, published(unmarked))]
        wrong = sum(one.clip is not None for one in readings)
        count = len(readings)
        yield Outcome(row=SOUND_ALARMS, clip=name, trial=trial, sources=sources, readings=count, wrong=wrong)


def _read(
    row: str,
    name: str,
    trial: int,
    sources: str,
    clip: bytes,
    find: Callable[[], Reading],
    values: Mapping[str, float],
) -> Outcome:
    started = time.perf_counter()
    reading = find()
    seconds = time.perf_counter() - started
    right = reading.clip == clip_id(clip)
    return Outcome(
        row=row,
        clip=name,
        trial=trial,
        sources=sources,
        readings=1,
        right=int(right),
        wrong=int(reading.clip is not None and not right),
        values={**values, "margin": reading.margin, "seconds": seconds},
        geometry=reading.geometry,
    )


def _quality(plain: Film, marked: Film, seen: Film) -> dict[str, float]:
    """Of the mark alone, and of what it changes in what is published."""
    values = {"psnr": psnr(plain, marked), "ssim": ssim(plain, marked)}
    if has_vmaf():
        values["vmaf-drop"] = vmaf(plain, plain) - vmaf(plain, marked)
        values["vmaf-drop-published"] = vmaf(plain, PUBLISHED.through(plain)) - vmaf(plain, seen)
    return values
