"""When what happens: the sequence of a reading laid over the length of the clip.

What is told one after the other happens so; whoever shares a "while" acts at once. Moves that are over in a moment
get their own time (`models/previz/moves.py`), lines get the time it takes to say them, the rest shares what is left.
A line belongs to its clause: who "sits and says" speaks seated, and what came before is kept shorter for it.
Scenes (`ops/plan/reading.py`) come one after the other, each as long as what happens in it needs; with music they
change on its beats (`rhythm.py`).
"""

from dataclasses import dataclass, field, replace

from greenroom.domain.storyboards import Action, Delivery, Line, Storyboard
from models.previz.geometry.actor import HEIGHTS
from models.previz.moves import MOVES, cycle_seconds
from models.previz.staging.verbs import GESTURES
from ops.plan.languages import fitted, rounded_up, seconds_to_say, slowness
from ops.plan.reading import Joined
from ops.plan.rhythm import Rhythm

_POSTURES = frozenset({"sit", "lie", "fall"})
# what goes on until the same actor does something else
_HELD = _POSTURES | {"dance", "eat", "stand", "look", "ride", "clap", "cheer", "point"}
_FLIGHTS = frozenset({"jump", "backflip"})  # repeated for as long as they are given
_WAYS = ((False, False), (False, True), (True, False), (True, True))  # to fit lines in: of any deed, hurried
_REACHING = frozenset({"kick", "throw", "catch", "pick_up", "give", "hug", "eat"})  # one may have to get there first
_SHORTEST = 0.5  # seconds of anything that is to be seen
_LEAD, _TAIL = 0.2, 0.1  # seconds of a clip in which nobody speaks
_BREATH = 0.5  # seconds before a clip begins with something sudden
_LONGEST_REST = 300  # characters of what a line had no time for that are handed back
_GAP = 0.15  # seconds between two lines
_LONGEST_PAUSE = 0.8  # seconds more between lines where nothing else fills the time
_SETTLING = 0.3  # seconds into what one does before one speaks in it
_SHORTEST_SCENE = 1.5  # seconds
_STILL_SHARE = 0.6  # of the time left over, for a scene in which nothing happens
_HURRIED = 0.75  # seconds of a way or a dance in a clip that has hardly time for it


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done, by ids."""

    verb: str
    word: str  # as the prompt says it, for when there is no time
    actors: tuple[str, ...]
    target: str | None = None
    joined: Joined = Joined.AND
    speed: str = ""
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One line, by id of its speaker."""

    actor: str
    text: str
    language: str
    joined: Joined = Joined.THEN
    delivery: Delivery = Delivery.PLAIN
    pace: float = 1.0  # how many times longer than `seconds_to_say` its voice takes for it

    @property
    def seconds(self) -> float:
        """How long saying it takes."""
        return self.pace * seconds_to_say(self.text, self.language)


@dataclass(slots=True)
class Schedule:
    """What is done and said when. `begins`: when each item of the sequence begins; `scenes`: when each scene does;
    `missed`: what had no time."""

    actions: list[Action] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    scenes: list[float] = field(default_factory=lambda: [0.0])
    missed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Beat:
    """Items that happen at once."""

    items: list[tuple[int, Deed | Said]]
    seconds: float = 0.0
    flexible: float = 0.0  # share of the time that is left
    speaks_after: float = 0.0  # seconds into it that its line begins

    @property
    def actors(self) -> set[str]:
        return {name for _, one in self.items for name in (one.actors if isinstance(one, Deed) else (one.actor,))}


def spoken_seconds(line: Line) -> float:
    """How long a line is heard, about."""
    return slowness(None, line.delivery) * seconds_to_say(line.text, line.language)


def most_scenes(seconds: float) -> int:
    """How many scenes a clip of that length has room for."""
    return max(1, int(seconds // _SHORTEST_SCENE))


def schedule(
    sequence: list[Deed | Said],
    species: dict[str, str],
    seconds: float,
    scenes: tuple[int, ...] = (0,),
    elsewhere: frozenset[int] = frozenset(),
    rhythm: Rhythm | None = None,
) -> Schedule:
    """The sequence over a clip of that length; `species` by actor. Every line ends inside the clip, and its scene.

    `scenes`: the item each scene begins with, at most `most_scenes`; `elsewhere`: those of them in which nothing goes
    on from the scene before; `rhythm`: of the music, which they change by.
    """
    done = Schedule(begins=[0.0] * len(sequence))
    kept = _sayable(sequence, scenes, seconds, done)
    speaks = [any(isinstance(one, Said) for _, one in items) for items in kept]
    for of_any_deed, hurried in _WAYS if any(speaks) else _WAYS[:1]:
        parts = [_beats(items, species, of_any_deed=of_any_deed, hurried=hurried) for items in kept]
        needs = [_needed(part) for part in parts]
        if not any(speaks) or sum(needs) <= seconds:
            shares = [sum(beat.flexible for beat in part) if part else _STILL_SHARE for part in parts]
            spans = _spans(needs, shares, seconds, rhythm, speaks)
            for part, (start, end) in zip(parts, spans, strict=True):
                _lay(part, species, start, end, done)
            break
    else:  # lines and deeds side by side
        lines = [_beats([one for one in items if isinstance(one[1], Said)], species) for items in kept]
        deeds = [_beats([one for one in items if isinstance(one[1], Deed)], species) for items in kept]
        spans = _spans([_needed(part) for part in lines], [1.0] * len(kept), seconds, rhythm, speaks)
        for said, acted, (start, end) in zip(lines, deeds, spans, strict=True):
            _lay(said, species, start, end, done)
            _lay(acted, species, start, end, done)
    done.scenes = [start for start, _ in spans]
    _hold(done, [*(done.scenes[one] for one in sorted(elsewhere)), seconds])
    _gesture(done, seconds)
    return done


def _sayable(
    sequence: list[Deed | Said], scenes: tuple[int, ...], seconds: float, done: Schedule
) -> list[list[tuple[int, Deed | Said]]]:
    """The items of each scene, lines cut to what there is time for; what is cut is noted as missed."""
    ends = [*scenes[1:], len(sequence)]
    silent = sum(
        not any(isinstance(one, Said) for one in sequence[begin:end])
        for begin, end in zip(scenes, ends, strict=True)
    )  # fmt: skip
    left = seconds - (len(scenes) - silent) * (_LEAD + _TAIL) - silent * _SHORTEST_SCENE * (len(scenes) > 1)
    kept: list[list[tuple[int, Deed | Said]]] = []
    for begin, end in zip(scenes, ends, strict=True):
        kept.append([])
        for index, one in enumerate(sequence[begin:end], start=begin):
            if isinstance(one, Said):
                text, rest = fitted(one.text, one.language, left / one.pace)
                done.missed += [f"“{rest[:_LONGEST_REST]}” (no time is left to say it)"] if rest else []
                if text:
                    left -= rounded_up(one.pace * seconds_to_say(text, one.language)) + _GAP
                    kept[-1].append((index, replace(one, text=text)))
            else:
                kept[-1].append((index, one))
    return kept


def _needed(beats: list[_Beat]) -> float:
    """Seconds a scene cannot do without."""
    speaks = any(isinstance(one, Said) for beat in beats for _, one in beat.items)
    return sum(beat.seconds for beat in beats) + (_LEAD + _TAIL if speaks else 0.0)


def _spans(
    needs: list[float], shares: list[float], seconds: float, rhythm: Rhythm | None, speaks: list[bool]
) -> list[tuple[float, float]]:
    """Start and end of each scene: what it needs and its share of the rest, changed on a beat where that leaves room.

    Scenes in which nobody speaks are kept shorter where the time does not do; what is said is never cut.
    """
    if len(needs) == 1:
        return [(0.0, seconds)]
    least = [max(need, _SHORTEST_SCENE) for need in needs]
    if sum(least) > seconds:
        fixed = sum(need for need, said in zip(least, speaks, strict=True) if said)
        rest = sum(need for need, said in zip(least, speaks, strict=True) if not said)
        ratio = max(0.0, seconds - fixed) / rest if rest else 1.0
        least = [need if said else need * ratio for need, said in zip(least, speaks, strict=True)]
    spare, wanted = max(0.0, seconds - sum(least)), sum(shares) or 1.0
    given = [need + spare * (share if sum(shares) else 1.0) / wanted for need, share in zip(least, shares, strict=True)]
    ends: list[float] = []
    for position in range(len(given) - 1):
        start = ends[-1] if ends else 0.0
        even = sum(given[: position + 1])
        first, last = start + least[position], seconds - sum(least[position + 1 :])
        ends.append(round(rhythm.nearest(even, first, last) if rhythm else even, 3))
    return list(zip([0.0, *ends], [*ends, seconds], strict=True))


def retimed(done: Schedule, parent: Storyboard, seconds: float, *, acts: bool, speaks: bool) -> Schedule:
    """A remix's schedule: the parent's lines unless the prompt `speaks`, the parent's deeds of all it does not move."""
    ratio = seconds / parent.seconds
    if not speaks:
        lines = sorted(parent.lines, key=lambda line: line.start)
        if ratio >= 1:
            done.lines = [line.model_copy(update={"start": round(line.start * ratio, 2)}) for line in lines]
        else:
            again = schedule(
                [Said(one.actor, one.text, one.language, delivery=one.delivery) for one in lines], {}, seconds
            )
            done.lines = again.lines
            done.missed += again.missed
    done.actions = [one for one in done.actions if acts]  # else there are gestures only, and they come again below
    acting = {one.actor for one in done.actions}
    spoken = {(line.actor, line.start) for line in parent.lines}
    for one in parent.actions:
        start, length = round(one.start * ratio, 2), round(max(0.1, one.seconds * ratio), 2)
        of_a_line = one.verb == "talk" and (one.actor, one.start) in spoken
        if not of_a_line and one.actor not in acting and start < seconds:
            done.actions.append(one.model_copy(update={"start": start, "seconds": length}))
    _gesture(done, seconds)
    done.actions.sort(key=lambda one: (one.start, one.actor))
    return done


def _beats(
    items: list[tuple[int, Deed | Said]], species: dict[str, str], *, of_any_deed: bool = False, hurried: bool = False
) -> list[_Beat]:
    """What happens at once, in order. `of_any_deed`: one speaks in whatever one does, not only seated."""
    beats: list[_Beat] = []
    for index, one in items:
        acting = set(one.actors) if isinstance(one, Deed) else {one.actor}
        open_beat = beats[-1] if beats else None
        if open_beat is not None and not _two_speak(open_beat, one):
            apart = not (acting & open_beat.actors)
            at_once = apart and (one.joined is Joined.WHILE or (one.joined is Joined.AND and isinstance(one, Deed)))
            own = _spoken_in(open_beat, one, of_any_deed=of_any_deed) if isinstance(one, Said) else None
            if at_once or own is not None:
                open_beat.items.append((index, one))
                open_beat.speaks_after = own or 0.0
                continue
        beats.append(_Beat([(index, one)]))
    for beat in beats:
        beat.seconds = max(
            _least(one, species, hurried=hurried) + (beat.speaks_after if isinstance(one, Said) else 0.0)
            for _, one in beat.items
        )
        beat.flexible = max(_share(one) for _, one in beat.items)
    return beats


def _spoken_in(beat: _Beat, line: Said, *, of_any_deed: bool) -> float | None:
    """Seconds into a beat that a line is spoken in what its speaker does there; None: it comes after that."""
    doing = [one.verb for _, one in beat.items if isinstance(one, Deed) and line.actor in one.actors]
    if not doing or not (of_any_deed or (line.joined is not Joined.THEN and doing[0] in _HELD)):
        return None
    over = doing[0] in MOVES and not MOVES[doing[0]].cyclic and doing[0] not in _POSTURES
    return MOVES[doing[0]].cycle if over and line.joined is not Joined.WHILE else _SETTLING


def _two_speak(beat: _Beat, one: Deed | Said) -> bool:
    return isinstance(one, Said) and any(isinstance(other, Said) for _, other in beat.items)


def _least(one: Deed | Said, species: dict[str, str], *, hurried: bool) -> float:
    """The seconds an item cannot do without, or the fewest that still show it."""
    if isinstance(one, Said):
        return rounded_up(one.seconds) + _GAP
    natural = max(_natural(one.verb, species.get(name, "person")) for name in one.actors)
    if hurried:
        return min(natural, _HURRIED) if one.verb not in MOVES or MOVES[one.verb].cyclic else natural
    return natural + (0.6 if one.verb in _REACHING and one.target else 0.2)


def _natural(verb: str, species: str) -> float:
    if verb in MOVES and not MOVES[verb].cyclic:
        return cycle_seconds(verb, HEIGHTS.get(species, HEIGHTS["person"]))
    return 1.0


def _share(one: Deed | Said) -> float:
    """How much of the time left over an item wants: going somewhere fills time, a kick does not."""
    if isinstance(one, Said):
        return 0.0
    pace = {"slow": 1.6, "fast": 0.6}.get(one.speed, 1.0)
    if one.verb in MOVES and not MOVES[one.verb].cyclic:
        return 0.25 * pace
    return 1.0 * pace


def _sudden(beat: _Beat) -> bool:
    """Whether it would be over before one has looked. A throw is not: the thing is in the hand from the first frame."""
    return all(
        isinstance(one, Deed)
        and one.verb in MOVES
        and not MOVES[one.verb].cyclic
        and one.verb not in _POSTURES | {"throw"}
        for _, one in beat.items
    )


def _lay(beats: list[_Beat], species: dict[str, str], begin: float, seconds: float, done: Schedule) -> None:
    """Give every beat its time from `begin` to `seconds`. Too many for it: the last ones are missed."""
    if not beats:
        return
    silent = all(isinstance(one, Deed) for beat in beats for _, one in beat.items)
    lead = begin if silent or not isinstance(beats[0].items[0][1], Said) else begin + _LEAD
    end = seconds if silent else seconds - _TAIL
    while silent and len(beats) > 1 and len(beats) * _SHORTEST > seconds - begin:
        for _, one in beats.pop().items:
            done.missed += [f"{one.word} (no time is left for it)"] if isinstance(one, Deed) else []
    needed, shares = sum(beat.seconds for beat in beats), sum(beat.flexible for beat in beats)
    spare = end - lead - needed
    if spare > 2 * _BREATH and _sudden(beats[0]):
        lead, spare = lead + _BREATH, spare - _BREATH
    pause = min(_LONGEST_PAUSE, spare / (len(beats) + 1)) if shares == 0 and spare > 0 else 0.0
    lead += pause
    time = lead
    for position, beat in enumerate(beats):
        given = beat.seconds
        if spare < 0:
            given = beat.seconds * (end - lead) / needed
        elif shares > 0:
            given += spare * beat.flexible / shares
        given += pause
        last = position == len(beats) - 1
        stop = min(seconds, seconds if last and silent else time + given)
        for index, one in beat.items:
            done.begins[index] = round(time, 2)
            if isinstance(one, Said):
                start = round(time + beat.speaks_after, 2)
                done.begins[index] = start
                done.lines.append(
                    Line(actor=one.actor, text=one.text, language=one.language, delivery=one.delivery, start=start)
                )
                continue
            for name in one.actors:
                wanted = stop - time
                if one.verb in MOVES and not MOVES[one.verb].cyclic and one.verb not in _FLIGHTS | _POSTURES:
                    wanted = max(_natural(one.verb, species.get(name, "person")), wanted)
                start = round(time, 2)
                length = round(max(0.1, min(wanted, seconds - start)), 2)
                action = Action(actor=name, verb=one.verb, target=one.target, to=one.to, start=start, seconds=length)
                done.actions.append(action)
        time += given


def _hold(done: Schedule, ends: list[float]) -> None:
    """A posture, a dance or a meal goes on until its actor does something else, or to the end of its scene."""
    for position, action in enumerate(done.actions):
        if action.verb in _HELD:
            own = [one for one in done.actions if one.actor == action.actor and one.start > action.start]
            after = [one.start for one in own if action.verb != "ride" or one.verb not in GESTURES]
            end = next(end for end in ends if end > action.start + _GAP or end == ends[-1])
            length = min([*after, end]) - action.start
            done.actions[position] = action.model_copy(update={"seconds": round(max(0.1, length), 2)})


def _gesture(done: Schedule, seconds: float) -> None:
    """Who speaks and does nothing else talks with the hands too."""
    for line in done.lines:
        length = min(spoken_seconds(line), seconds - line.start)
        busy = any(
            one.actor == line.actor and one.start < line.start + length and one.start + one.seconds > line.start
            for one in done.actions
        )
        if not busy:
            start, length = line.start, round(max(0.1, length), 2)
            done.actions.append(Action(actor=line.actor, verb="talk", start=start, seconds=length))
    done.actions.sort(key=lambda one: (one.start, one.actor))
