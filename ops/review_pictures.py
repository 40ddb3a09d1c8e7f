"""Which pictures and which sound a case shows to whoever decides on it, and making them: kept in memory alone.

Of a clip, the moments that a rule names, then those where something was found, then the rest evenly. Of an enrolment,
what was handed in, the picture that would be used, and where two accounts claim one face the other account's.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

import numpy as np
from PIL import Image

from greenroom.domain.clips import Take
from greenroom.domain.consents import LikenessKind
from greenroom.domain.enrolments import Enrolment
from greenroom.domain.reviews import Review
from greenroom.domain.verdicts import Evidence
from greenroom.errors import BadInput, BlobMissing, Erased, SealBroken
from ledger import enrolments
from models.roles import Picture
from moderation.places import Place, places
from ops.media import poster, write_delivery, write_stem
from ops.media_reading import read_frames, read_sound
from ops.studio import Studio, work_folder

STILLS = 8  # pictures of a clip at most
ONE_FACE = "face.enrolled"  # the rule that holds where two accounts claim one face
_NAMED = 6  # of them, where a rule or a check found something: the rest of the clip is seen as well
_CAPTURED = 6  # frames of a person's recording
_APART = 0.15  # seconds between a finding and a picture that is only there to show the rest
_ROUNDED = 0.06  # seconds by which a reason's moment may differ from the frame's
_AT = re.compile(r"\bat (\d+(?:\.\d+)?) s\b")  # how a gate's reason tells where in the clip it saw something
_KEPT = 4  # cases


class Source(StrEnum):
    """What a picture is of."""

    CLIP = "the clip"
    CAPTURE = "what was handed in"
    USED = "what would be used"
    OTHER = "the other account's"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to show. `second` is where in a clip; `places` what was found in it."""

    source: Source
    second: float | None = None
    places: tuple[Place, ...] = ()


def of_clip(take: Take, review: Review, evidence: Iterable[Evidence]) -> tuple[Shot, ...]:
    """The moments of a take to show, in order of time."""
    marked: dict[float, tuple[Place, ...]] = {}
    for seen in evidence:
        for place in places(seen):
            marked[place.second] = (*marked.get(place.second, ()), place)
    said = (_nearest(float(at), marked) for rule in review.rules for at in _AT.findall(rule.reason))
    told = [at for at in dict.fromkeys(said) if 0 <= at < take.seconds][:_NAMED]
    rest = [at for at in sorted(marked) if 0 <= at < take.seconds and at not in told]
    found = [*told, *_spread(rest, _NAMED - len(told))]
    even = [take.seconds * (place + 0.5) / STILLS for place in range(STILLS)]
    apart = [at for at in even if all(abs(at - one) > _APART for one in found)]
    chosen = sorted([*found, *_spread(apart, STILLS - len(found))])
    return tuple(Shot(Source.CLIP, at, marked.get(at, ())) for at in chosen)


def of_enrolment(enrolment: Enrolment, review: Review) -> tuple[Shot, ...]:
    """The pictures of an enrolment to show."""
    from ops.enrolments.filing import RECORDING

    recorded = len(enrolment.captures) == 1 and enrolment.captures[0].media_type == RECORDING
    captured = _CAPTURED if recorded else len(enrolment.captures)
    other = any(rule.id == ONE_FACE for rule in review.rules)
    return (Shot(Source.USED), *([Shot(Source.OTHER)] if other else []), *[Shot(Source.CAPTURE)] * captured)


@dataclass(slots=True)
class Shown:
    """Makes the pictures and the sound of cases, and keeps them for the last few: a page asks for all at once."""

    studio: Studio
    _made: OrderedDict[str, tuple[bytes | None, ...]] = field(default_factory=OrderedDict)
    _film: tuple[str, bytes | None] = ("", None)  # of the last case that was played
    _lock: Lock = field(default_factory=Lock)

    def pictures(
        self, review: Review, shots: tuple[Shot, ...], take: Take | None, enrolment: Enrolment | None
    ) -> tuple[bytes | None, ...]:
        """One picture (JPEG or PNG) for each shot; None for one that is erased, or that its file does not have."""
        with self._lock:  # one request makes them, the others wait
            if review.id not in self._made:
                try:
                    self._made[review.id] = tuple(self._making(shots, take, enrolment))
                except (Erased, BlobMissing, BadInput):
                    self._made[review.id] = (None,) * len(shots)
            self._made.move_to_end(review.id)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[review.id]

    def film(self, review: Review, take: Take) -> bytes | None:
        """The clip as a browser plays it (MP4); None for one that is erased."""
        with self._lock:
            if self._film[0] != review.id:
                try:
                    self._film = (review.id, self._played(take))
                except (Erased, BlobMissing, BadInput):
                    self._film = (review.id, None)
            return self._film[1]

    def forget(self, review: str) -> None:
        """Drop the pictures of a case that was decided."""
        with self._lock:
            self._made.pop(review, None)
            if self._film[0] == review:
                self._film = ("", None)

    def _making(
        self, shots: tuple[Shot, ...], take: Take | None, enrolment: Enrolment | None
    ) -> Iterator[bytes | None]:
        if take is not None:
            yield from self._stills(take, [shot.second or 0.0 for shot in shots])
        elif enrolment is not None:
            most = sum(shot.source is Source.CAPTURE for shot in shots)
            captured = iter(self._captured(enrolment, most))
            for shot in shots:
                match shot.source:
                    case Source.USED:
                        yield portrait(self.studio, enrolment)
                    case Source.OTHER:
                        yield self._other(enrolment)
                    case _:
                        yield next(captured, None)

    def _stills(self, take: Take, seconds: list[float]) -> list[bytes | None]:
        wanted = [min(round(at * take.frames_per_second), take.frame_count - 1) for at in seconds]
        found: dict[int, bytes] = {}
        with work_folder(self.studio) as folder:
            path = folder / "master.mkv"
            path.write_bytes(self.studio.get(take.master))
            for number, frame in enumerate(read_frames(path)):
                if number in wanted:
                    found[number] = poster(frame)
                if number >= max(wanted, default=0):
                    break
        return [found.get(number) for number in wanted]

    def _played(self, take: Take) -> bytes:
        with work_folder(self.studio) as folder:
            master, film = folder / "master.mkv", folder / "film.mp4"
            master.write_bytes(self.studio.get(take.master))
            write_delivery(film, read_frames(master), take.frames_per_second, *read_sound(master), crf=26)
            return film.read_bytes()

    def _captured(self, enrolment: Enrolment, most: int) -> list[bytes]:
        from ops.enrolments.captured import pictures

        return [poster(_bounded(one)) for one in pictures(self.studio, enrolment, most)]

    def _other(self, enrolment: Enrolment) -> bytes | None:
        """The picture of the nearest face that another account enrolled or waits to."""
        from ops.enrolments.recognition import nearest_other_owner, read

        with self.studio.ledger.read() as tx:
            template = enrolments.template(tx, enrolment.id)
            known = read(self.studio, template) if template is not None else None
            if known is None or known.face is None:
                return None
            _, other = nearest_other_owner(self.studio, tx, enrolment.id, enrolment.account, known.face)
            nearest = enrolments.by_id(tx, other) if other is not None else None
        return portrait(self.studio, nearest) if nearest is not None else None


def portrait(studio: Studio, enrolment: Enrolment) -> bytes | None:
    """The picture that was made of an enrolment's capture (PNG); None when it is gone, or none was made."""
    from ops.enrolments.recognition import read

    with studio.ledger.read() as tx:
        template = enrolments.template(tx, enrolment.id)
    known = read(studio, template) if template is not None else None
    try:
        return studio.get(known.reference) if known is not None and known.reference is not None else None
    except (SealBroken, BlobMissing):
        return None


def sound(studio: Studio, take: Take | None, enrolment: Enrolment | None) -> bytes | None:
    """What is said in a take, alone, or in a person's recording (FLAC); None where there is no sound, or no longer."""
    try:
        if take is not None:
            stem = take.stems.get("dialogue")
            return studio.get(stem) if stem is not None else None
        if enrolment is not None and enrolment.kind is LikenessKind.PERSON:
            from ops.enrolments.captured import heard

            samples, rate = heard(studio, enrolment)
            return write_stem(samples, rate) if len(samples) else None
    except (SealBroken, BlobMissing, BadInput):
        return None
    return None


def _nearest(at: float, marked: Iterable[float]) -> float:
    """The moment of the finding that a reason rounds; the moment itself where there is none."""
    return min((one for one in marked if abs(one - at) <= _ROUNDED), key=lambda one: abs(one - at), default=at)


def _spread(moments: list[float], most: int) -> list[float]:
    """At most so many of them, evenly."""
    if len(moments) <= most:
        return moments
    return [moments[int((place + 0.5) * len(moments) / most)] for place in range(most)]


def _bounded(picture: Picture) -> Picture:
    small = Image.fromarray(picture)
    small.thumbnail((960, 960))
    return np.asarray(small, np.uint8)
