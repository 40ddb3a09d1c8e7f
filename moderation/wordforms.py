"""The forms an English word takes: plural, verb endings, the irregular ones.

Forms are made from the base, never guessed back from the text, so that "wins" is no form of "wine". They are for
matching: that some are no words does no harm.
"""

import re
from functools import cache

_IRREGULAR_FORMS = """
swim swam swum, drink drank drunk, fight fought, shoot shot, drive drove driven, ride rode ridden,
fly flew flown, eat ate eaten, sing sang sung, steal stole stolen, throw threw thrown, bite bit bitten,
beat beaten, run ran, break broke broken, take took taken, wear wore worn, fall fell fallen, weep wept,
sleep slept, leap leapt, burn burnt, catch caught, hang hung, hold held, light lit, swear swore sworn,
tear tore torn, sell sold, buy bought, pay paid, make made, give gave, blow blew blown, draw drew drawn,
slide slid, kneel knelt, bleed bled, strike struck, fling flung, swing swung, win won, lose lost,
sink sank sunk, child children, man men, woman women, wolf wolves, knife knives, wife wives, thief thieves,
calf calves, leaf leaves, mouse mice, goose geese, foot feet, person people, policeman policemen,
policewoman policewomen, fisherman fishermen, fireman firemen, church churches, die dying, lie lying,
tie tying, spit spat, hit hit, bet bet, grind ground, stab stabbed, freeze froze frozen, speak spoke spoken
"""
_IRREGULAR = {
    base: tuple(others.split()) for base, others in re.findall(r"(\w+) ([\w ]+)", _IRREGULAR_FORMS.replace("\n", " "))
}
_VOWELS = "aeiouy"


@cache
def forms(base: str) -> frozenset[str]:
    """Every form of a base word: itself, plural or third person, past, gerund, and the irregular ones."""
    found = {base, *_IRREGULAR.get(base, ())}
    if len(base) < 3:
        return frozenset(found)
    if base[-1] == "y" and base[-2] not in _VOWELS:
        found |= {f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base}ing"}
    elif base.endswith(("s", "x", "z", "ch", "sh", "o")):
        found |= {f"{base}es", f"{base}s", f"{base}ed", f"{base}ing"}
    elif base[-1] == "e":
        found |= {f"{base}s", f"{base}d", f"{base[:-1]}ing", f"{base}ing"}
    else:
        found.add(f"{base}s")
        doubles = base[-1] not in "aeiouywx" and base[-2] in "aeiou" and base[-3] not in "aeiou"
        if doubles:
            found |= {f"{base}{base[-1]}ing", f"{base}{base[-1]}ed"}
        if not doubles or _syllables(base) > 1:
            found |= {f"{base}ing", f"{base}ed"}
    return frozenset(found)


@cache
def forms_of_form(word: str) -> frozenset[str]:
    """The forms of whatever bases a word may be a form of: for a word whose base is not known."""
    bases = {word}
    if word.endswith("ies") and len(word) > 4:
        bases.add(f"{word[:-3]}y")
    for ending in ("es", "s", "ed", "d", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and not word.endswith("ss"):
            bases |= {rest, f"{rest}e"}
            if rest[-1] == rest[-2]:
                bases.add(rest[:-1])
    bases |= {base for base, irregular in _IRREGULAR.items() if word in irregular}
    return frozenset().union(*(forms(base) for base in bases if base == word or word in forms(base)))


def one_slip(word: str) -> frozenset[str]:
    """Every spelling one letter away: left out, put in, changed, or two swapped; the first letter stays."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    found = {head + tail[1:] for head, tail in cuts if tail}
    found |= {head + letter + tail for head, tail in cuts for letter in letters}
    found |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return frozenset(found - {word})


def _syllables(word: str) -> int:
    groups, before = 0, False
    for letter in word:
        vowel = letter in _VOWELS
        groups += vowel and not before
        before = vowel
    return groups
