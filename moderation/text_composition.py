"""A brief's words as one: each part is read alone, and all of them together, as whoever sees the clip would.

A harmless prompt can stop being so with its lines, its title, or the clip it remixes.
"""

from greenroom.domain.base import Frozen


class BriefWords(Frozen):
    """What a person wrote for a clip. `parents` are the prompts of the remixed clips, nearest first."""

    prompt: str
    title: str | None = None
    lines: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts, the prompt first."""
        return (self.prompt, *([self.title] if self.title else []), *self.lines, *self.parents)

    @property
    def size(self) -> int:
        """Characters of what is asked now; the prompts of remixed clips were judged when those were made."""
        return sum(map(len, self.parts)) - sum(map(len, self.parents))


def texts_of(words: BriefWords) -> tuple[str, ...]:
    """The texts to read: the whole when there is more than the prompt, and each part; no text twice."""
    parts = words.parts
    # What is asked now stands last, nearest to what is said: a remix changes what its parent had.
    whole = "\n".join((*reversed(words.parents), words.title or "", words.prompt, *words.lines)).strip()
    return tuple(dict.fromkeys((*parts, whole)))
