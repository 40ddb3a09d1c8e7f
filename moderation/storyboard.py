"""Gate 3: the plan keeps each owner's restrictions, stays within the brief, and its words keep the word rules."""

from collections.abc import Mapping

from greenroom.domain.briefs import Brief
from greenroom.domain.consents import Consent
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Rule
from moderation.concepts import lexicon_of
from moderation.consent import permits_language
from moderation.deliberation import Deliberation
from moderation.learned import Embedding, with_learned
from moderation.plain_words import Grade, Match, PlanWords, concept_found, excluded, plan_words
from moderation.policy import Policy
from moderation.text import text_rules


def judge_storyboard(
    storyboard: Storyboard,
    brief: Brief,
    consents: Mapping[str, Consent | None],
    policy: Policy,
    embedding: Embedding | None = None,
) -> Judgement:
    """Whether the plan may be made. `consents` has one for each handle of the brief; `embedding` as in gate 2."""
    deliberation = Deliberation(Gate.STORYBOARD, policy)
    # 1. It uses no likeness beyond the brief's.
    named = [actor.likeness for actor in storyboard.actors] + [prop.likeness for prop in storyboard.props]
    placed = {handle for handle in named if handle is not None}
    deliberation.saw("likenesses placed", EvidenceKind.DECLARED, [*sorted(placed)])
    for handle in sorted(placed - set(brief.likenesses)):
        reason = f"The plan places @{handle}, which the brief does not name. Name it in the brief, so that gate 1 asks."
        deliberation.speaks("storyboard.likeness", reason)
    # 2. It keeps what each owner excluded. All of the brief's likenesses count, placed or not.
    lexicon = lexicon_of(policy.concepts)
    for handle in sorted({*brief.likenesses, *placed}):
        consent = consents.get(handle)
        if consent is None:
            reason = f"The consent of @{handle} is not at hand, so its restrictions cannot be kept."
            deliberation.speaks("storyboard.consent_missing", reason)
            continue
        _owner(deliberation, handle, consent, plan_words(storyboard, brief.prompt, lexicon, handle), policy)
        _languages(deliberation, handle, consent, storyboard)
    # 3. It can be made, as asked.
    _bounds(deliberation, storyboard, brief)
    # 4. Its words keep the word rules, each text alone and all of them together; and so finds what weighs the evidence.
    said = [*storyboard.words]
    said += [*(line.text for line in storyboard.lines), *(sound.label for sound in storyboard.sounds)]
    whole, spoken = "\n".join(said), dict[str, Rule]()
    for text in dict.fromkeys((*said, whole)):
        for rule in text_rules(text, policy, consented=brief.likenesses):
            spoken.setdefault(rule.id, rule)
    for rule in with_learned(deliberation, whole, tuple(said), tuple(spoken.values()), embedding):
        deliberation.speaks(rule.id, rule.reason)
    deliberation.saw("texts read", EvidenceKind.MEASURED, len(said))
    return deliberation.judgement()


def _owner(deliberation: Deliberation, handle: str, consent: Consent, words: PlanWords, policy: Policy) -> None:
    lexicon = lexicon_of(policy.concepts)
    for restriction in consent.restrictions:
        match = excluded(restriction, words, lexicon)
        if match.grade is Grade.CLEAR:
            reason = f"The owner of @{handle} asks “{restriction}”; the plan has “{match.words}”. Plan without it."
            deliberation.speaks("storyboard.restriction", reason)
        elif match.grade is Grade.DOUBTFUL:
            reason = (
                f"The owner of @{handle} asks “{restriction}”; that is doubtful here: {match.words}. A person decides."
            )
            deliberation.speaks("storyboard.doubtful", reason)
    for category in consent.never:
        if category not in policy.vocabulary:
            known = ", ".join(sorted(policy.vocabulary))
            reason = f"The owner of @{handle} excludes {category!r}, which the policy does not know ({known})."
            deliberation.speaks("storyboard.unknown_category", reason)
            continue
        match = concept_found(category, words, lexicon)
        if match.grade is Grade.CLEAR:
            reason = f"The owner of @{handle} never allows {category}; the plan has “{match.words}”. Plan without it."
            deliberation.speaks("storyboard.never", reason)
        elif match.grade is Grade.DOUBTFUL:
            _doubtful(deliberation, f"The owner of @{handle} never allows {category}", match)
    asked = len(consent.restrictions) + len(consent.never)
    deliberation.saw(f"restrictions of @{handle}", EvidenceKind.DECLARED, asked, reason="matched by word sense")


def _doubtful(deliberation: Deliberation, said: str, match: Match) -> None:
    deliberation.speaks("storyboard.doubtful", f"{said}; whether the plan keeps that is doubtful: {match.words}.")


def _languages(deliberation: Deliberation, handle: str, consent: Consent, storyboard: Storyboard) -> None:
    actors = {actor.id for actor in storyboard.actors if actor.likeness == handle}
    for line in storyboard.lines:
        if line.actor in actors and not permits_language(line.language, consent):
            allowed = ", ".join(consent.languages)
            reason = f"@{handle} speaks {line.language} at {line.start} s; its owner allows {allowed}."
            deliberation.speaks("storyboard.language", reason)


def _bounds(deliberation: Deliberation, storyboard: Storyboard, brief: Brief) -> None:
    def at_most(name: str) -> float:
        return deliberation.threshold("storyboard.bounds", name)

    def refuse(reason: str) -> None:
        deliberation.speaks("storyboard.bounds", reason)

    if abs(storyboard.seconds - brief.seconds) > at_most("seconds"):
        refuse(f"The plan lasts {storyboard.seconds} s; the brief asks for {brief.seconds} s.")
    if (storyboard.width, storyboard.height) != (brief.width, brief.height):
        refuse(f"The plan is {storyboard.width}x{storyboard.height}; the brief asks for {brief.width}x{brief.height}.")
    for name in ("actors", "props", "lines"):
        count = len(getattr(storyboard, name))
        if count > at_most(name):
            refuse(f"The plan has {count} {name}; at most {at_most(name):.0f} can be made.")
    for line in storyboard.lines:
        if len(line.text) > at_most("line_characters"):
            refuse(f"A line has {len(line.text)} characters; at most {at_most('line_characters'):.0f} can be said.")
        room = storyboard.seconds - line.start
        if len(line.text.split()) > max(1.0, room * at_most("words_a_second")):
            refuse(f"“{line.text[:40]}” has {len(line.text.split())} words and {room:.1f} s to be said in.")
