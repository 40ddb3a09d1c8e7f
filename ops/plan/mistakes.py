"""A mistake in a document: where it stands, what was got, what was expected; and one refusal that tells them all."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from greenroom.errors import BadInput

Path = tuple[str | int, ...]
_MOST_TOLD = 20
_MOST_NAMED = 40  # names listed where nothing is near to what was got
_NEAR = 0.6  # of difflib's ratio
REMEDY = "Mend the document; docs/storyboards.md shows every field, and an editor checks it by storyboard.schema.json."


@dataclass(frozen=True, slots=True)
class Mistake:
    """`path`: of the field, as the storyboard has it, or as it is written if `written`."""

    path: Path
    says: str  # "got 'huge', expected 'wide', 'medium' or 'close'"
    written: bool = False


@dataclass(slots=True)
class Positions:
    """Where each field stands: line and column by the path it is written at, and the written path of fields that were
    written another way than the storyboard has them."""

    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)  # from 1
    origins: dict[Path, Path] = field(default_factory=dict)

    def place(self, mistake: Mistake) -> tuple[int, str]:
        """The line (0 if unknown) and the words that say where."""
        path = mistake.path if mistake.written else self._written(mistake.path)
        mark = next((self.marks[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.marks), None)
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        at = f"line {mark[0]}, column {mark[1]}" if mark is not None else ""
        return (mark[0] if mark else 0), ", ".join(part for part in (at, where) if part)

    def _written(self, path: Path) -> Path:
        for end in range(len(path), 0, -1):
            if (origin := self.origins.get(path[:end])) is not None:
                return (*origin, *path[end:])
        return path


def refusal(name: str, mistakes: Iterable[Mistake], positions: Positions) -> BadInput:
    """The error that tells the mistakes of the document `name`, in the order of their lines, up to 20 of them."""
    told: list[tuple[int, str]] = []
    for mistake in mistakes:
        line, place = positions.place(mistake)
        told.append((line, f"{place}: {mistake.says}" if place else mistake.says))
    ordered = [text for _, text in sorted(dict.fromkeys(told), key=lambda one: one[0])]
    more = f"; and {len(ordered) - _MOST_TOLD} more" if len(ordered) > _MOST_TOLD else ""
    return BadInput(f"{name} is no storyboard: {'; '.join(ordered[:_MOST_TOLD])}{more}.", REMEDY)


def unknown(got: str, what: str, known: Iterable[str], also: Mapping[str, str] | None = None) -> str:
    """What to say of a name that nobody knows: what was meant if one is near, else all there are.

    `also`: other words that are understood, each with the name it stands for.
    """
    names = sorted(known)
    words = {name.replace("_", " "): name for name in names} | dict(also or {})
    near = difflib.get_close_matches(got.lower().replace("_", " "), list(words), 1, _NEAR)
    if near:
        return f"got {got!r}, expected {what}; did you mean {near[0]}?"
    listed = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return f"got {got!r}, expected {what}: one of {listed}"


def shown(value: object) -> str:
    """A value as a message shows it: short, on one line."""
    text = repr(value) if isinstance(value, str | int | float | bool) or value is None else f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "…"
