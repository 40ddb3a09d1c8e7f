"""Gate 6: what is seen, written and said keeps the policy, and no recognisable face is there without consent."""

import math
from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome
from moderation.coverage import CATEGORIES, NEEDS, SEEN_BY_REASONING, unmeasured, unsettled
from moderation.deliberation import Deliberation
from moderation.on_behalf import on_behalf
from moderation.places import WHOLE, Box, Place, rows
from moderation.policy import Policy
from moderation.reasoned import with_reasoned
from moderation.sights import FaceFound, PictureFound, SafetyEvidence
from moderation.text import text_rules
from moderation.writing import passages

# A match of a child-safety list denies at these whatever the policy file says: a file may be stricter, never laxer.
CHILD_DISTANCE: Final = 31  # bits of 256: what the exchanges call a confident match
CHILD_QUALITY: Final = 50  # of 100: PDQ's own advice; below it a frame is so flat that its hash is chance
_SPECK: Final = 3  # letters
_MOST_SAID: Final = 5  # findings of a kind that a verdict spells out; its evidence counts all
_CHILD: Final = "safety.hash_child"

_Found = tuple[float, Box | None, str]  # second, where in the picture, what a person reads beside it


def judge_safety(evidence: SafetyEvidence, generator: str, policy: Policy) -> Judgement:
    """Whether what is seen, written and said may be shown."""
    deliberation = Deliberation(Gate.SAFETY, policy)
    # A drawn face counts as invented only in a scene that has drawn persons: a face in one without is a photograph.
    persons = any(thing.startswith("person ") for thing in evidence.drawn or ())
    constructed = persons and policy.accepts("faces", generator, EvidenceKind.BY_CONSTRUCTION)
    if evidence.drawn is not None:
        deliberation.saw("scene objects", EvidenceKind.BY_CONSTRUCTION, list(evidence.drawn))
    # 1. No frame is in a hash list; one of a list of child abuse settles everything.
    child = _hashes(deliberation, evidence)
    # 2. The frames show no nudity, nor do the photographs that entered.
    nobody = evidence.drawn is not None and not persons
    bodiless = nobody and policy.accepts("picture", generator, EvidenceKind.BY_CONSTRUCTION)
    _pictures(deliberation, evidence, policy, bodiless=bodiless)
    # 3. Every recognisable face has a consent, and is of someone whom the brief names.
    _faces(deliberation, evidence, constructed=constructed)
    # 4. What is written in the picture keeps the word rules, and so does what is said and captioned.
    _writing(deliberation, evidence, policy)
    for text in evidence.texts:
        _words(deliberation, text, "safety.speech", "", policy)
    deliberation.saw("texts read", EvidenceKind.MEASURED, len(evidence.texts))
    # 5. What nobody looked at is said, and holds where the policy wants evidence.
    _coverage(deliberation, evidence, generator, policy)
    judgement = deliberation.judgement()
    # 6. A vision-language model that was given the policy's text allows it too: the stricter wins.
    if evidence.reasoned is not None:
        judgement = with_reasoned(judgement, evidence.reasoned, policy)
    return judgement.model_copy(update={"outcome": Outcome.DENY}) if child else judgement


def _hashes(deliberation: Deliberation, evidence: SafetyEvidence) -> bool:
    """Whether a frame is in a list of child abuse."""
    child, near = False, dict.fromkeys((one.name for one in evidence.lists), 0)
    frames: list[_Found] = []
    near_to: list[JsonValue] = []
    for match in evidence.listed:
        rule = _CHILD if match.child else "safety.hash_listed"
        most, least = deliberation.threshold(rule, "distance"), deliberation.threshold(rule, "quality")
        if match.child:
            most, least = max(most, CHILD_DISTANCE), min(least, CHILD_QUALITY)
        if match.distance <= most and match.quality >= least:
            child |= match.child
            near[match.name] = near.get(match.name, 0) + 1
            frames.append((match.second, WHOLE, f"line {match.line} of {match.name}"))
            near_to.append(f"{match.second:.1f} s: {match.distance} bits of 256 from line {match.line} of {match.name}")
            # no distance, line or list: who tries pictures against a list must not learn how near they came
            deliberation.speaks(rule, f"The frame at {match.second:.1f} s is too near to a picture of a hash list.")
    for reason in evidence.lists_reasons:
        deliberation.not_checked("hash list", reason)
        deliberation.speaks("safety.hash_unchecked", f"{reason[0].upper()}{reason[1:]}.")
    for one in evidence.lists:
        rule = _CHILD if one.child else "safety.hash_listed"
        deliberation.saw(
            f"hash list {one.name}",
            EvidenceKind.MEASURED,
            near[one.name],
            unit=f"near frames of {evidence.frames}, against {one.hashes} hashes",
            threshold=deliberation.threshold(rule, "distance"),
            model="PDQ",
            reason=f"{evidence.flat_frames} frames too flat to compare" if evidence.flat_frames else None,
        )
    _located(deliberation, "frames of hash lists", frames, "PDQ")
    if near_to:
        deliberation.saw("nearest of hash lists", EvidenceKind.MEASURED, near_to[:_MOST_SAID], model="PDQ")
    if not any(one.child and one.hashes for one in evidence.lists):
        deliberation.not_checked("child-safety hash list", f"no list has a hash; {NEEDS['hashes']}")
    return child


def _pictures(deliberation: Deliberation, evidence: SafetyEvidence, policy: Policy, *, bodiless: bool) -> None:
    """`bodiless`: the scene's own objects say that no human body was drawn, and may be believed."""
    if evidence.picture_model is None or evidence.frames == 0:
        reason = evidence.picture_reason or "no frame was sampled"
        deliberation.not_checked("picture safety", reason)
        deliberation.speaks("safety.picture_unchecked", f"The frames were not looked at: {reason}.")
        return
    worst: dict[str, float] = {}
    shown = [one for one in evidence.photographed if one.score >= policy.picture_classes.get(one.label, math.inf)]
    for one in shown:
        reason = f"{one.label} in the photograph of @{one.handle} scores {one.score:.2f}."
        deliberation.speaks("safety.nudity", reason)
    denied: list[PictureFound] = []
    for found in evidence.pictures:
        worst[found.label] = max(worst.get(found.label, 0.0), found.score)
        least = policy.picture_classes.get(found.label)
        if least is None or found.score < least:
            continue
        denied.append(found)
        if not bodiless or shown:
            reason = f"{found.label} at {found.second:.1f} s scores {found.score:.2f}; below {least} is wanted."
            deliberation.speaks("safety.nudity", reason)
    if denied and bodiless and not shown:  # a detector trained on people sees some in fur: three of ten animal clips
        deliberation.saw(
            "no human body drawn",
            EvidenceKind.BY_CONSTRUCTION,
            len(denied),
            reason=f"findings in a scene of {', '.join(evidence.drawn or ())} and {evidence.photographs} photographs, "
            "which show none",
        )
    deliberation.saw(
        f"picture safety over {evidence.frames} frames",
        EvidenceKind.MEASURED,
        {label: round(score, 3) for label, score in sorted(worst.items())},
        threshold=dict(policy.picture_classes),
        model=evidence.picture_model,
    )
    exposed = ((one.second, one.box, f"{one.label} {one.score:.2f}") for one in denied)
    _located(deliberation, "places of nudity", exposed, evidence.picture_model)


def _faces(deliberation: Deliberation, evidence: SafetyEvidence, *, constructed: bool) -> None:
    if evidence.faces_model is None:
        reason = evidence.faces_reason or "no face model looked"
        deliberation.not_checked("faces", reason)
        deliberation.speaks("safety.faces_unchecked", f"Faces were not looked for: {reason}.")
        return
    least = deliberation.threshold("safety.face", "score")
    same = deliberation.threshold("safety.face", "distance")
    other = deliberation.threshold("safety.face_elsewhere", "distance")
    sure = [face for face in evidence.faces if face.score >= least]
    known = [face for face in sure if face.distance is not None and face.distance < same and not _nearer(face, other)]
    deliberation.saw(
        "faces", EvidenceKind.MEASURED, len(sure), threshold=least, model=evidence.faces_model, reason="score at least"
    )
    # 1. Someone enrolled whom the brief does not name, whoever drew them.
    strangers = [face for face in sure if face not in known]
    recognised = [face for face in strangers if face.elsewhere_distance is not None and face.elsewhere_distance < other]
    whose: list[JsonValue] = []
    for face in recognised[:_MOST_SAID]:
        whose.append(f"{face.second:.1f} s: {face.elsewhere_distance:.2f} from {_beside(face)}")
        # no name and no distance: whoever has a stranger's picture made must not learn who it is
        who = "an enrolled person whom the brief does not name, or of someone who may not be shown"
        deliberation.speaks("safety.face_elsewhere", f"A face at {face.second:.1f} s may be of {who}.")
    if whose:
        name, model = "whose faces they may be", evidence.faces_model
        deliberation.saw(name, EvidenceKind.MEASURED, whose, threshold=other, model=model)
    # 2. Someone whom nobody knows.
    strangers = [face for face in strangers if face not in recognised]
    unknown = "an invented figure" if constructed else "no consented person"
    seen = [(face, _beside(face)) for face in recognised]
    seen += [(face, unknown) for face in strangers] + [(face, f"@{face.nearest}") for face in known]
    _located(deliberation, "places of faces", ((one.second, one.box, who) for one, who in seen), evidence.faces_model)
    if strangers and constructed:
        # A drawn face of an invented figure resembles no one: the scene's objects say who was drawn.
        deliberation.saw("faces drawn", EvidenceKind.BY_CONSTRUCTION, len(strangers), reason="invented figures")
        return
    for face in strangers[:_MOST_SAID]:
        near = f"; nearest is @{face.nearest} at {face.distance:.2f}" if face.nearest and face.distance else ""
        reason = f"A face at {face.second:.1f} s (score {face.score:.2f}) is of no consented person{near}."
        deliberation.speaks("safety.face", reason)


def _beside(face: FaceFound) -> str:
    """Whose face it may be whom the brief does not name: for evidence, which reviewers see and makers do not."""
    return f"@{face.elsewhere}" if face.elsewhere else "someone who may not be shown"


def _nearer(face: FaceFound, other: float) -> bool:
    """Whether a face is someone's outside the brief rather than the one's in it that is near too."""
    apart, mine = face.elsewhere_distance, face.distance
    return apart is not None and apart < other and mine is not None and apart < mine


def _writing(deliberation: Deliberation, evidence: SafetyEvidence, policy: Policy) -> None:
    if evidence.writing_model is None:
        reason = evidence.writing_reason or "no text model looked"
        deliberation.not_checked("text in the picture", reason)
        deliberation.speaks("safety.writing_unchecked", f"Text in the picture was not read: {reason}.")
        return
    least = deliberation.threshold("safety.writing", "score")
    read = list(passages(evidence.written, least, (*evidence.own_writing, *evidence.texts)))
    deliberation.saw(
        "text in the picture",
        EvidenceKind.MEASURED,
        list[JsonValue](one.text for one in read[:20]),
        threshold=least,
        model=evidence.writing_model,
        reason="score at least; the label and the script's lines are left out",
    )
    spoke: dict[str, frozenset[str]] = {}
    for one in read:
        # what a line broke is not said again of the frame it stands in, nor of each reading of it
        told = frozenset(rule for line, rules in spoke.items() if line in one.text for rule in rules)
        where = f" stands in the frame at {one.second:.1f} s"
        spoke[one.text] = _words(deliberation, one.text, "safety.writing", where, policy, told)
    first = sorted(read, key=lambda one: not spoke[one.text])
    # What is read of leaves and bricks has three letters at the most: nobody needs to look at it.
    places = ((one.second, one.box, one.text[:60]) for one in first if spoke[one.text] or len(one.text) > _SPECK)
    _located(deliberation, "places of text", places, evidence.writing_model)


def _located(deliberation: Deliberation, name: str, found: Iterable[_Found], model: str | None) -> None:
    """Where in the pictures it was found, for whoever looks at it."""
    value = rows(Place(second=second, box=box, label=label) for second, box, label in found if box is not None)
    if value:
        deliberation.saw(name, EvidenceKind.MEASURED, value, unit="shares of the picture", model=model)


def _words(
    deliberation: Deliberation, text: str, rule_id: str, where: str, policy: Policy, told: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The word rules that a text breaks: `rule_id` or one of its sisters speaks for each.

    `told`: rules that are said to be broken already.
    """
    spoken = text_rules(text, policy)
    for rule in spoken:
        if rule.id in told:
            continue
        reason = f"“{text[:40]}”{where}: {rule.id}. {rule.reason}"
        deliberation.speaks(on_behalf(rule_id, rule.id, policy), reason)
    return frozenset(rule.id for rule in spoken)


def _coverage(deliberation: Deliberation, evidence: SafetyEvidence, generator: str, policy: Policy) -> None:
    measured = _measured(evidence)
    missing = set(unmeasured(measured))
    open_ones = unsettled(measured, constructed=evidence.drawn is not None, generator=generator, policy=policy)
    part = _shown_in_part(evidence)
    # what has a rule of its own has spoken above
    for category in SEEN_BY_REASONING:
        if category not in missing:
            continue
        why = f"{part}; it may stand in the others" if part else f"no installed check looks for it; {NEEDS[category]}"
        deliberation.not_checked(CATEGORIES[category], why)
        if category not in open_ones:
            deliberation.saw(
                CATEGORIES[category],
                EvidenceKind.BY_CONSTRUCTION,
                list(evidence.drawn or ()),
                reason="what the scene draws; photographs in it were looked at for nudity and faces alone",
            )
    wanted = [one for one in open_ones if one not in ("picture", "faces", "writing")]
    if wanted:
        ways = {**NEEDS, **(dict.fromkeys(SEEN_BY_REASONING, f"shorten it: {part}") if part else {})}
        names, needs = (", ".join(dict.fromkeys(table[one] for one in wanted)) for table in (CATEGORIES, ways))
        reason = f"No evidence says whether the clip shows {names}. A person looks at it first; or {needs}."
        deliberation.speaks("safety.uncovered", reason)


def _measured(evidence: SafetyEvidence) -> frozenset[str]:
    """The categories that something measured."""
    looked = {
        "picture": evidence.picture_model is not None and evidence.frames > 0,
        "faces": evidence.faces_model is not None and evidence.frames > 0,
        "writing": evidence.writing_model is not None and evidence.frames > 0,
        "hashes": any(one.child and one.hashes for one in evidence.lists) and not evidence.lists_reasons,
    }
    if _answered(evidence) and evidence.frames > 0 and not _shown_in_part(evidence):
        looked |= dict.fromkeys(SEEN_BY_REASONING, True)
    return frozenset(name for name, yes in looked.items() if yes)


def _answered(evidence: SafetyEvidence) -> bool:
    """Whether a vision-language model was asked and gave an answer that can be used."""
    reasoned = evidence.reasoned
    return reasoned is not None and reasoned.fault is None and reasoned.outcome is not None


def _shown_in_part(evidence: SafetyEvidence) -> str | None:
    """What to say where a vision-language model answered, and of some of the frames alone; else None."""
    reasoned = evidence.reasoned
    if reasoned is None or not _answered(evidence) or reasoned.frames >= evidence.frames:
        return None
    return f"{reasoned.model} was shown {reasoned.frames} of {evidence.frames} frames"
