"""What an owner's plain words mean against a plan: does this storyboard contain what a restriction excludes?

Simple word sense: words are compared by stem, a word stands for those the policy's vocabulary puts under it, and a
restriction of several words speaks when all of them are there. A later version may ask a language model.
"""

import re

from greenroom.domain.storyboards import Storyboard
from moderation.normalise import normalise
from moderation.policy import Policy

_WORD = re.compile(r"[a-z][a-z'-]+")
_ALTERNATIVE = re.compile(r"\bor\b|\band\b|,|;|/")
# Words that carry the form of a restriction, not its matter.
_EMPTY = frozenset(
    re.findall(
        r"\S+",
        "a an the no not never without with in on at of to any be is are was being been do does don't doesn't must may "
        "should shall can cannot can't my her his its their me him it them this that please use used using show shown "
        "showing near around next by from for have has having put placed place scene scenes video videos clip clips "
        "content anything something kind like only as into",
    )
)


def storyboard_words(storyboard: Storyboard, prompt: str) -> frozenset[str]:
    """Stems of every word of the plan: what is seen, done, said and heard, and what the prompt asked for."""
    parts = [storyboard.title, storyboard.place, storyboard.time_of_day, storyboard.weather, prompt]
    parts += [text for actor in storyboard.actors for text in (actor.species, actor.name)]
    parts += [action.verb for action in storyboard.actions]
    parts += [text for prop in storyboard.props for text in (prop.id, prop.shape)]
    parts += [line.text for line in storyboard.lines]
    parts += [sound.label for sound in storyboard.sounds]
    parts += storyboard.not_planned
    # Handles name likenesses, they describe nothing: @beer_dog is no beer.
    text = re.sub(r"@[a-z0-9_.]+", " ", " ".join(parts).lower()).replace("_", " ")
    return frozenset(_stem(word) for word in _WORD.findall(normalise(text)))


def excluded(phrase: str, words: frozenset[str], policy: Policy) -> str | None:
    """What of the plan the phrase excludes, in words; None when nothing, or when the phrase says nothing."""
    for part in _ALTERNATIVE.split(normalise(phrase)):
        wanted = [word for word in _WORD.findall(part) if word not in _EMPTY]
        found = [_meets(word, words, policy) for word in wanted]
        if found and all(found):
            return " ".join(word for word in found if word)
    return None


def category_found(category: str, words: frozenset[str], policy: Policy) -> str | None:
    """The first word of the plan that falls under the category; KeyError when the policy has no such category."""
    stems = {_stem(word): word for word in policy.vocabulary[category]}
    return next((stems[stem] for stem in sorted(words & stems.keys())), None)


def _meets(word: str, words: frozenset[str], policy: Policy) -> str | None:
    stem = _stem(word)
    if stem in words:
        return word
    for category, members in policy.vocabulary.items():
        if _stem(category) == stem:
            found = category_found(category, words, policy)
            if found and members:
                return found
    return None


def _stem(word: str) -> str:
    # Enough to meet "swimming" with "swims" and "dogs" with "dog"; both sides go through it, so it need not be right.
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
