"""What an owner's plain words mean against a plan: does this plan contain what a restriction excludes?

By word sense (`concepts.yaml`): a clear match, a doubtful one that a person decides, or none. A restriction of several
words speaks when all of them are met. What the lexicon does not know is doubtful, never allowed in silence.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from greenroom.domain.storyboards import Storyboard
from moderation.concepts import Lexicon, Sense, phrases_at
from moderation.normalise import normalise, spellings
from moderation.wordforms import one_slip

_TOKEN = re.compile(r"[a-z][a-z']*|[.,;:!?]")
_REASON = re.compile(r" \([^()]*\)$")
_ALTERNATIVE = re.compile(r"\bor\b|\band\b|\bnor\b|[,;/&.]")
_NEGATING = frozenset({"no", "not", "never", "without", "cannot", "nobody", "neither", "nor", "avoids", "avoiding"})
_CANCELLING = frozenset({"stop", "stops", "only", "just", "resist", "help", "longer", "until", "enough", "mind", "but"})
_WORN = frozenset({"clothes", "clothing", "shirt", "pants", "trousers"})  # being without them is a matter of its own
_SCOPE = 3  # words that a negation reaches; a clause's end, or another verb's beginning, is nearly always nearer
_LONGEST_SLIP = 6  # letters from which a word with one wrong letter is taken for another
_FOREIGN_WORDS = 2  # of the lexicon's list, from which a text is taken for one in another language


class Grade(IntEnum):
    """How far a plan meets what is excluded."""

    NONE = 0
    DOUBTFUL = 1
    CLEAR = 2


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: the grade, and the words of the plan (or why it is doubtful)."""

    grade: Grade
    words: str = ""


NOTHING = Match(Grade.NONE)


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The words of a plan, a tuple for each text of it, with those that a negation takes away marked as absent."""

    texts: tuple[tuple[str, ...], ...]
    foreign: bool = False


def words_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The tokens of a text in each spelling it may be read in, negated words and handles left out."""
    shown = re.sub(r"@[a-z0-9_.]*[a-z0-9_]", " @ ", text.lower())
    found = [_kept(_TOKEN.findall(spelling)) for spelling in spellings(shown.replace("_", " "))]
    return tuple(dict.fromkeys(found))


def plan_words(storyboard: Storyboard, prompt: str, lexicon: Lexicon, handle: str | None = None) -> PlanWords:
    """Every word of a plan: what is seen, done, said and heard, and what the prompt asked for.

    The one mention of what `handle` itself is ("a cat") is no cat beside it.
    """
    own = next((one.species for one in storyboard.actors if handle and one.likeness == handle), None)
    things = {actor.id: actor.species for actor in storyboard.actors} | {
        prop.id: prop.shape for prop in storyboard.props
    }
    asked = set(_TOKEN.findall(normalise(prompt)))
    others = {actor.name for actor in storyboard.actors if handle and actor.likeness == handle}
    parts = [prompt, *(word for word in storyboard.words if word not in others)]
    parts += [word for setting in storyboard.settings for word in (setting.time_of_day, setting.weather, setting.style)]
    parts += [actor.build for actor in storyboard.actors if actor.build is not None]
    parts += [f"{storyboard.music.mood} music"] if storyboard.music is not None else []
    parts += [actor.species for actor in storyboard.actors if not handle or actor.likeness != handle]
    parts += [f"{action.verb} {things.get(action.target or '', '')}" for action in storyboard.actions]
    parts += [word for prop in storyboard.props for word in (prop.id, prop.shape)]
    parts += [line.text for line in storyboard.lines]
    parts += [sound.label for sound in storyboard.sounds]
    missed = [_REASON.sub("", one) for one in storyboard.not_planned]  # why it was is the planner's word, nobody's wish
    parts += [word for word in missed if normalise(word) not in asked]
    texts = [tokens for part in dict.fromkeys(parts) for tokens in words_of(part)]
    if own is not None:
        texts = [_without_first(tokens, own) for tokens in texts]
    foreign = [
        line.text for line in storyboard.lines if not line.language.startswith("en") and line.text.count(" ") > 2
    ]
    return PlanWords(tuple(texts), foreign=bool(foreign) or len(asked & set(lexicon.data.foreign)) >= _FOREIGN_WORDS)


def excluded(restriction: str, words: PlanWords, lexicon: Lexicon) -> Match:
    """How far the plan meets what a restriction in words excludes; the worst of its alternatives counts."""
    plain = normalise(restriction)
    said = _TOKEN.findall(plain)
    wanted = " ".join(said)
    if demanding := [one for one in lexicon.data.demanding if re.search(rf"\b{one.replace('_', ' ')}\b", wanted)]:
        return Match(Grade.DOUBTFUL, f"“{demanding[0].replace('_', ' ')}” says what is to be, which a person judges")
    best, asked = NOTHING, False
    for part in _ALTERNATIVE.split(plain):
        content = [one for one in _TOKEN.findall(part) if one not in lexicon.form_words]
        if content:
            asked = True
            best = max(best, _part(content, words, lexicon), key=lambda match: match.grade)
    if not asked:
        return Match(Grade.DOUBTFUL, "it names nothing that can be looked for")
    if best.grade is Grade.NONE and words.foreign:
        return Match(Grade.DOUBTFUL, "the plan has words of another language")
    return best


def concept_found(name: str, words: PlanWords, lexicon: Lexicon) -> Match:
    """How far the plan meets a concept; KeyError when the lexicon has no such."""
    found = _meets(lexicon.senses[name], words, lexicon)
    if found.grade is Grade.NONE and words.foreign:
        return Match(Grade.DOUBTFUL, "the plan has words of another language")
    return found


def _part(content: list[str], words: PlanWords, lexicon: Lexicon) -> Match:
    senses = list({sense.name: sense for sense in map(lexicon.sense, content)}.values())
    found = [(sense, _meets(sense, words, lexicon)) for sense in senses]
    found = [(sense, match if match.grade else _kin(sense, words, lexicon)) for sense, match in found]
    grades = [match.grade for _, match in found]
    shown = " ".join(match.words for _, match in found if match.words)
    if all(grades):
        return Match(min(grades), shown)
    unknown = [sense.name for sense, match in found if not sense.known and match.grade is Grade.NONE]
    absent = [sense for sense, match in found if sense.known and match.grade is Grade.NONE]
    if not absent:
        return Match(Grade.DOUBTFUL, f"the lexicon does not know “{' '.join(unknown)}”")
    # Words of one matter ("smoking cigarettes", and the plan has a cigar): one of them met is doubt enough.
    met = [sense for sense, match in found if match.grade is Grade.CLEAR]
    if any(_related(one, other) for one in met for other in absent):
        return Match(Grade.DOUBTFUL, shown)
    return NOTHING


def _kin(sense: Sense, words: PlanWords, lexicon: Lexicon) -> Match:
    """A plan with something else of the same matter ("no horses", and it has a stallion) is doubtful."""
    for name in sense.kin:
        match = _meets(lexicon.senses[name], words, lexicon)
        if match.grade is Grade.CLEAR:
            return Match(Grade.DOUBTFUL, match.words)
    return NOTHING


def _related(one: Sense, other: Sense) -> bool:
    return bool(one.clear & (other.clear | other.maybe) or other.clear & one.maybe)


def _meets(sense: Sense, words: PlanWords, lexicon: Lexicon) -> Match:
    best, explained = NOTHING, set[str]()
    for number, tokens in enumerate(words.texts):
        masked = {
            at for phrase in sense.unless for first, last in phrases_at(tokens, phrase) for at in range(first, last + 1)
        }
        explained |= {tokens[at] for at in masked} if number == 0 else set()
        for at, token in enumerate(tokens):
            if token in sense.clear and at not in masked and not (number and token in explained):
                return Match(Grade.CLEAR, token)
            if token in sense.maybe and at not in masked and token not in explained:
                best = max(best, Match(Grade.DOUBTFUL, token), key=lambda match: match.grade)
        for phrase in sense.clear_phrases:
            for first, last in phrases_at(tokens, phrase):
                return Match(Grade.CLEAR, " ".join(tokens[first : last + 1]))
        for phrase in sense.maybe_phrases:
            for first, last in phrases_at(tokens, phrase):
                best = max(best, Match(Grade.DOUBTFUL, " ".join(tokens[first : last + 1])), key=lambda m: m.grade)
    return best if best.grade else _slip(sense, words, lexicon)


def _slip(sense: Sense, words: PlanWords, lexicon: Lexicon) -> Match:
    for tokens in words.texts:
        for token in tokens:
            if len(token) >= _LONGEST_SLIP and token not in lexicon.known and _slips(token) & sense.clear:
                return Match(Grade.DOUBTFUL, token)
    return NOTHING


@lru_cache(maxsize=4096)
def _slips(token: str) -> frozenset[str]:
    return one_slip(token)


def _kept(tokens: list[str]) -> tuple[str, ...]:
    """The tokens but those that a negation takes away; a double negation takes nothing."""
    gone: set[int] = set()
    for at, token in enumerate(tokens):
        if token not in _NEGATING and not token.endswith("n't"):
            continue
        scope = []
        for later in range(at + 1, min(at + 1 + _SCOPE, len(tokens))):
            if tokens[later] in ".,;:!?" or tokens[later] in ("but", "and", "then", "while"):
                break
            scope.append(later)
        near = {tokens[later] for later in scope} | {tokens[earlier] for earlier in range(max(0, at - 2), at)}
        if not near & (_CANCELLING | _NEGATING | _WORN):
            gone |= set(scope)
    return tuple(token for at, token in enumerate(tokens) if at not in gone)


def _without_first(tokens: tuple[str, ...], own: str) -> tuple[str, ...]:
    if own not in tokens:
        return tokens
    at = tokens.index(own)
    return (*tokens[:at], *tokens[at + 1 :])
