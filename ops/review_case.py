"""A question laid out for whoever decides: rules in the policy's own words, evidence, what nobody checked, the script.

Belongs here: gathering from ledger and store. Pictures of it are in `ops.review_stills`, deciding in `ops.review`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from pydantic import JsonValue

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Take
from greenroom.domain.enrolments import Enrolment
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate
from greenroom.errors import BlobMissing, NotFound, SealBroken
from ledger import accounts, briefs, enrolments, outputs, reviews, verdicts
from ledger.database import Reader
from moderation.presentation import load_presentation_policy
from ops.review import Waiting, waiting
from ops.studio import Studio

STILLS = 8  # pictures of a clip at most
_APART = 0.15  # seconds between a finding and a picture that is only there to show the rest
_AT = re.compile(r"\bat (\d+(?:\.\d+)?) s\b")  # how a gate's reason tells where in the clip it saw something


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rule that refused: its sentence in the policy, and its reason for this very case."""

    id: str
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where in a picture something was found: pixels from the top left."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word of script or transcript. `state`: both have it, only the script (missing), or only the sound (added)."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a person decided on the same subject before."""

    decision: Decision
    by: str  # account name
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything at hand on one question. `take`: what pictures and sound are taken from, None before gate 4."""

    waiting: Waiting
    brief: Brief | None
    enrolment: Enrolment | None
    rules: tuple[Spoken, ...]
    evidence: tuple[Evidence, ...]
    not_checked: tuple[Evidence, ...]
    script: tuple[tuple[str, str], ...]  # speaker, line
    compared: tuple[Word, ...]  # script against transcript, word by word; empty where nothing was transcribed
    seconds: tuple[float, ...]  # of the pictures to show
    boxes: dict[float, tuple[Box, ...]]
    take: Take | None
    earlier: tuple[Earlier, ...]


def case(studio: Studio, review_id: str) -> Case:
    """Lay out a question that waits. Raises `NotFound` for one that does not."""
    found = next((one for one in waiting(studio) if one.review.id == review_id), None)
    if found is None:
        raise NotFound(f"no review {review_id} waits for a person", "It may be decided by now: greenroom review list.")
    review = found.review
    with studio.ledger.read() as tx:
        brief = briefs.by_id(tx, review.subject) if review.kind is ReviewSubject.BRIEF else None
        enrolment = enrolments.by_id(tx, review.subject) if review.kind is ReviewSubject.ENROLMENT else None
        evidence = _evidence(tx, review)
        take = _take(tx, review, brief)
        earlier = tuple(_earlier(tx, review))
    marked = _marked(evidence)
    script = tuple((line.speaker, line.text) for line in take.timing.lines) if take is not None else ()
    return Case(
        waiting=found,
        brief=brief,
        enrolment=enrolment,
        rules=tuple(_spoken(studio, review)),
        evidence=tuple(one for one in evidence if one.kind is not EvidenceKind.NOT_CHECKED),
        not_checked=tuple(one for one in evidence if one.kind is EvidenceKind.NOT_CHECKED),
        script=script,
        compared=compared(" ".join(line for _, line in script), _transcript(evidence)),
        seconds=_seconds(take, review, marked) if take is not None else (),
        boxes=marked,
        take=take,
        earlier=earlier,
    )


def compared(script: str, transcript: str) -> tuple[Word, ...]:
    """Two texts word by word, in the order of the script: what both have, what is missing, what was added."""
    if not transcript.strip():
        return ()
    wanted, heard = script.split(), transcript.split()
    plain, said = ([re.sub(r"[^\w']", "", word).casefold() for word in words] for words in (wanted, heard))
    found: list[Word] = []
    for what, a, b, c, d in SequenceMatcher(None, plain, said, autojunk=False).get_opcodes():
        if what == "equal":
            found += [Word(word, "both") for word in wanted[a:b]]
            continue
        found += [Word(word, "missing") for word in wanted[a:b]] + [Word(word, "added") for word in heard[c:d]]
    return tuple(found)


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


def dialogue(take: Take) -> BlobRef | None:
    """What is said in a take, alone (FLAC)."""
    return take.stems.get("dialogue")


def _spoken(studio: Studio, review: Review) -> Iterator[Spoken]:
    steps = {rule.id: rule.sentence for step in load_presentation_policy().steps for rule in step.rules}
    for rule in review.rules:
        sentence = studio.policy.sentence(rule.id) or steps.get(rule.id, "This rule is of another policy version.")
        yield Spoken(rule.id, sentence, rule.reason)


def _evidence(tx: Reader, review: Review) -> tuple[Evidence, ...]:
    if review.kind is ReviewSubject.ENROLMENT:
        return tuple(seen for step in enrolments.steps(tx, review.subject) for seen in step.evidence)
    found = [one for one in verdicts.of_brief(tx, review.subject) if one.judgement.gate is review.gate]
    return found[-1].judgement.evidence if found else ()


def _take(tx: Reader, review: Review, brief: Brief | None) -> Take | None:
    if brief is None or review.gate is None or review.gate < Gate.TAKE:
        return None
    made = outputs.latest(tx, brief.id, "take")
    return Take.model_validate(made.document) if made is not None else None


def _earlier(tx: Reader, review: Review) -> Iterator[Earlier]:
    for asked in reviews.of_subject(tx, review.kind, review.subject):
        made = reviews.decision(tx, asked.id) if asked.gate is review.gate else None
        if made is not None:
            by = accounts.by_id(tx, made.by)
            yield Earlier(made.decision, by.name if by is not None else made.by, made.reason)


def _transcript(evidence: Iterable[Evidence]) -> str:
    """What a gate heard: the value of the evidence of that name, a text or a list of texts (or of `{"text": …}`)."""
    value = next((one.value for one in evidence if one.name.startswith("transcript")), None)
    parts = value if isinstance(value, list) else [value]
    said = [one.get("text") if isinstance(one, dict) else one for one in parts]
    return " ".join(one for one in said if isinstance(one, str))


def _marked(evidence: Iterable[Evidence]) -> dict[float, tuple[Box, ...]]:
    """Findings with a place: values `{"second", "box": [x, y, width, height], "label"}`, alone or in a list."""
    found: dict[float, tuple[Box, ...]] = {}
    for one in evidence:
        for value in one.value if isinstance(one.value, list) else [one.value]:
            if (placed := _box(value, one.name)) is not None:
                second, box = placed
                found[second] = (*found.get(second, ()), box)
    return found


def _box(value: JsonValue, name: str) -> tuple[float, Box] | None:
    if not isinstance(value, dict):
        return None
    second, box, label = value.get("second"), value.get("box"), value.get("label")
    if not isinstance(second, (int, float)) or not isinstance(box, list) or len(box) != 4:
        return None
    sides = [float(side) for side in box if isinstance(side, (int, float))]
    return (float(second), Box(str(label or name), *sides)) if len(sides) == 4 else None


def _seconds(take: Take, review: Review, marked: dict[float, tuple[Box, ...]]) -> tuple[float, ...]:
    """Where something was found, then evenly over the clip: at most `STILLS`, in order of time."""
    told = [float(at) for rule in review.rules for at in _AT.findall(rule.reason)]
    even = [take.seconds * (place + 0.5) / STILLS for place in range(STILLS)]
    found = dict.fromkeys(at for at in (*marked, *told) if 0 <= at < take.seconds)
    apart = [at for at in even if all(abs(at - one) > _APART for one in found)]
    return tuple(sorted([*found, *apart][:STILLS]))
