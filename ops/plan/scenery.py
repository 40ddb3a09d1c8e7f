"""Where, when and how a prompt plays, scene by scene, and what it asks of the camera: kept while `grammar.py` reads.

A new scene begins where the prompt marks one ("Shot 2:", "cut to"), and where a sentence or a "then" names another
place, time or weather than before. Two that stand in one breath contradict each other: the first holds, and it is
said.
"""

from dataclasses import dataclass, field, replace

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Angle, CameraMove, Framing, Transition
from ops.plan.reading import Scene, Wish
from ops.plan.vocabulary import Kind

_SETTING = {Kind.PLACE: "place", Kind.TIME: "time of day", Kind.WEATHER: "weather", Kind.STYLE: "style"}
_JOINS = (Transition.CUT, Transition.DISSOLVE, Transition.FADE)
_CHANGES = (Kind.TIME, Kind.WEATHER)  # "then it rains" changes the weather, though none was named before


@dataclass(slots=True)
class _Open:
    """A scene that is being read. `unit`: of the prompt, where it begins."""

    unit: int = 0
    before: int = 0
    said: dict[Kind, str] = field(default_factory=dict)
    transition: Transition = Transition.CUT
    marked: bool = False
    sunny: str | None = None  # the word that needs the sun


class Scenery:
    """The scenes and wishes read so far."""

    def __init__(self) -> None:
        self._scenes = [_Open()]
        self._wishes: list[tuple[int, Wish]] = []  # with the unit that asks
        self._open = False  # the last wish may still get its other parts: "a close-up, orbiting"
        self.waits = False  # the last wish waits for what it looks at
        self._clause, self._item, self._then = 0, 0, False

    # --- where clauses and scenes begin ----------------------------------------------------------------------------

    def clause(self, unit: int, item: int, *, then: bool) -> None:
        """A clause begins at this unit and before this item. `then`: it is told as what comes next."""
        self._clause, self._item, self._then = unit, item, then

    def end_sentence(self) -> None:
        self._open = self.waits = False

    def mark(self, unit: int, item: int, transition: Transition, *, told: bool) -> None:
        """The prompt marks a shot. `told`: something was told in the open one; else it marks that one."""
        self._open = self.waits = False
        if not told:
            self._scenes[-1].marked = True
            self._scenes[-1].transition = max(transition, self._scenes[-1].transition, key=_JOINS.index)
        else:
            self._scenes.append(_Open(unit, item, transition=transition, marked=True))
        self.clause(unit, item, then=True)

    @property
    def began(self) -> int:
        """The unit at which the open scene begins."""
        return self._scenes[-1].unit

    @property
    def item(self) -> int:
        """The item of the sequence before which the open scene begins."""
        return self._scenes[-1].before

    @property
    def clause_begins(self) -> int:
        """The unit at which the open clause begins."""
        return self._clause

    def set(self, kind: Kind, value: str, word: str, *, told: bool, heading: bool, sunny: bool) -> str | None:
        """A word of the setting is read; what is left out comes back, with the reason.

        `told`: something was told in the open scene before this clause; `heading`: nothing yet in the clause.
        """
        scene = self._scenes[-1]
        now = next((one.said[kind] for one in reversed(self._scenes) if kind in one.said), None)
        fresh = self._clause > scene.unit and told
        changes = now is not None or (self._then and (heading or kind in _CHANGES))
        if kind is Kind.STYLE and now is None and not (scene.marked and self._clause == scene.unit):
            self._scenes[0].said[kind] = value  # said anywhere, a style is the whole clip's
        elif fresh and changes and now != value:
            self._scenes.append(_Open(self._clause, self._item, {kind: value}))
        elif kind not in scene.said:
            scene.said[kind] = value
        elif scene.said[kind] != value:
            return f"{word} (one {_SETTING[kind]} at a time: {scene.said[kind].replace('_', ' ')})"
        if sunny and self._scenes[-1].sunny is None:
            self._scenes[-1].sunny = word
        return None

    # --- the camera --------------------------------------------------------------------------------------------------

    def wish(self, kind: Kind, value: str, word: str, unit: int, item: int) -> None:
        """The prompt asks at this unit, before this item, for a framing, an angle or a move of the camera."""
        framing = Framing(value) if kind is Kind.FRAMING else None
        angle = Angle(value) if kind is Kind.ANGLE else None
        move = CameraMove(value) if kind is Kind.CAMERA else None
        last = self._wishes[-1][1] if self._wishes else None
        free = last is not None and {Kind.FRAMING: last.framing, Kind.ANGLE: last.angle, Kind.CAMERA: last.move}
        if last is not None and free and self._open and free[kind] is None:
            joined = replace(last, framing=framing or last.framing, angle=angle or last.angle, move=move or last.move)
            self._wishes[-1] = (self._wishes[-1][0], joined)
        else:
            self._wishes.append((unit, Wish(item, framing, angle, move, word=word)))
        self.waits = self._open = True

    def looks_at(self, thing: int | None) -> None:
        """What the last wish looks at."""
        if self.waits:
            unit, last = self._wishes[-1]
            self._wishes[-1] = (unit, replace(last, subject=thing))
            self.waits = False

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The wishes, each with the scene it is asked in."""
        begins = [0, *(one.unit for one in self._scenes[1:])]
        return tuple(replace(wish, scene=sum(unit >= one for one in begins) - 1) for unit, wish in self._wishes)

    # --- the end -----------------------------------------------------------------------------------------------------

    def contradictions(self) -> list[str]:
        """What needs the sun in a scene that plays at night."""
        found = []
        hour: str | None = None
        for scene in self._scenes:
            hour = scene.said.get(Kind.TIME, hour)
            if hour == "night" and scene.sunny is not None:
                found.append(f"{scene.sunny} (it is night: the sky is clear, and there is no sun)")
        return found

    def scenes(self, mentions: list[tuple[int, int]], items: int) -> tuple[Scene, ...]:
        """The scenes, each with the things named in it; `mentions` are (unit, thing), `items` the sequence's length."""
        ends = [*(one.unit for one in self._scenes[1:]), 10**9]
        found: list[Scene] = []
        for position, (one, end) in enumerate(zip(self._scenes, ends, strict=True)):
            begins = one.unit if position else 0
            things = dict.fromkeys(thing for unit, thing in mentions if begins <= unit < end)
            if position and not things and not one.said and one.before >= items and position == len(self._scenes) - 1:
                found[0] = replace(found[0], transition=one.transition)  # "... Fade in." is how the clip begins
                continue
            style = one.said.get(Kind.STYLE)
            found.append(
                Scene(
                    before=one.before if position else 0,
                    place=one.said.get(Kind.PLACE),
                    time_of_day=one.said.get(Kind.TIME),
                    weather=one.said.get(Kind.WEATHER),
                    style=Style(style) if style else None,
                    transition=one.transition,
                    marked=one.marked,
                    things=tuple(things),
                )
            )
        return tuple(found)
