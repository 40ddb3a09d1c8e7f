"""Gate 3: the plan keeps each owner's restrictions, stays within the brief, and its words keep the word rules."""

from collections.abc import Mapping, Sequence

from greenroom.domain.briefs import Brief
from greenroom.domain.consents import Consent
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from greenroom.domain.words import BriefWords
from moderation.concepts import lexicon_of
from moderation.consent import permits_language
from moderation.deliberation import Deliberation
from moderation.learned import Embedding, with_learned
from moderation.normalise import forbidden_characters, unread_share
from moderation.plain_words import Grade, Match, PlanWords, concept_found, excluded, plan_words
from moderation.plan_texts import PlanTexts, rules_of_plan
from moderation.policy import Policy


def judge_storyboard(
    storyboard: Storyboard,
    brief: Brief,
    consents: Mapping[str, Consent | None],
    policy: Policy,
    embedding: Embedding | None = None,
    people: tuple[str, ...] = (),
    parents: tuple[str, ...] = (),
) -> Judgement:
    """Whether the plan may be made. `consents` has one for each handle of the brief.

    `embedding`, `people` and `parents` (the prompts of remixed clips, nearest first) are as in gate 2.
    """
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
    # 4. Its words can be read, and keep the rules of words and persons; and so finds what weighs the evidence.
    texts = PlanTexts.of(storyboard, BriefWords(prompt=brief.prompt, parents=parents))
    _readable(deliberation, texts.not_typed)
    rules = rules_of_plan(texts, policy, people, brief.likenesses)
    for rule in with_learned(deliberation, texts.whole, texts.said, rules, embedding):
        deliberation.speaks(rule.id, rule.reason)
    deliberation.saw("texts read", EvidenceKind.MEASURED, len(texts.said))
    return deliberation.judgement()


def _readable(deliberation: Deliberation, texts: Sequence[str]) -> None:
    """As gate 2 asks of the prompt."""
    if hidden := sorted({character for text in texts for character in forbidden_characters(text)}):
        reason = f"The plan holds control characters ({', '.join(hidden[:5])}). Remove them."
        deliberation.speaks("prompt.control_characters", reason)
    share, most = max(map(unread_share, texts), default=0.0), deliberation.threshold("prompt.unread_script", "share")
    if share > most:
        reason = f"{share:.0%} of the letters of a text of the plan are of a script the word rules do not read."
        deliberation.speaks("prompt.unread_script", f"{reason} A person looks at it first.")


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
