"""A brief's words as one: each part is read alone, and all of them together, as whoever sees the clip would.

A harmless prompt can stop being so with its lines, its title, or the clip it remixes.
"""

from greenroom.domain.words import BriefWords


def texts_of(words: BriefWords) -> tuple[str, ...]:
    """The texts to read: each part, and last the whole with the plan's other texts; no text twice."""
    parts = words.parts
    # What is asked now stands last, nearest to what is said: a remix changes what its parent had.
    whole = "\n".join((*reversed(words.parents), words.title or "", words.prompt, *words.lines, *words.texts)).strip()
    return tuple(dict.fromkeys((*parts, whole)))
