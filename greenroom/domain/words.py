"""A brief's words as one: what a person wrote for a clip, and what else a judge of it reads."""

from collections.abc import Mapping

from pydantic import Field

from greenroom.domain.base import Frozen


class BriefWords(Frozen):
    """What was written for one clip.

    `parents`: the prompts of the remixed clips, nearest first; `texts`: every other text of the plan; `owners`: by
    handle, what the owner of that likeness excluded.
    """

    prompt: str
    title: str | None = None
    lines: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    owners: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """What people wrote, part by part, the prompt first."""
        return (self.prompt, *([self.title] if self.title else []), *self.lines, *self.parents)

    @property
    def size(self) -> int:
        """Characters of what is asked now; the prompts of remixed clips were judged when those were made."""
        return sum(map(len, self.parts)) - sum(map(len, self.parents))
