"""From a brief to a storyboard: what the prompt says is planned, what it leaves open is chosen by the brief's seed.

The steps: read the prompt (`grammar.py`), complete what it means unsaid (`inferring.py`), cast it (`cast.py`), lay it
over scenes (`playing.py`) and the clip's length (`timing.py`), place everything (`placing.py`), and choose the shots
(`shots.py`). What was understood and what could not be planned is said in the plan.
"""

import random
from dataclasses import replace

from greenroom.domain.briefs import Brief, Style
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Actor, Music, Prop, Shot, Sound, Storyboard
from greenroom.errors import BadInput
from models.speech_reading import reading as spoken_as
from ops.plan.arranging import companies
from ops.plan.cast import Cast, cast_roles, dressed, voiced, what_it_is
from ops.plan.doing import resolved
from ops.plan.grammar import read
from ops.plan.inferring import completed, impossible
from ops.plan.languages import detect, slowness
from ops.plan.placing import Start, place_actors, place_props
from ops.plan.playing import Played, opened, scenes_of
from ops.plan.reading import Happening, Reading, Speech, Tune
from ops.plan.rhythm import Rhythm
from ops.plan.shots import Asked, Stretch, most_shots, plan_shots
from ops.plan.timing import Deed, Said, Schedule, most_scenes, retimed, schedule
from ops.plan.understanding import understood
from ops.plan.vocabulary import Kind, vocabulary

SHORTEST, LONGEST = 4.0, 12.0  # seconds of a clip
LONGEST_TITLE = 80  # characters
_MOST_MISSED = 200  # words handed back as not planned
_CALLS = frozenset({"meow", "bark"})  # sounds of one moment; every other lasts
_TEMPOS = (50.0, 180.0)  # beats a minute that a storyboard may hold
_PACES = {"slow": 0.75, "fast": 1.25}


def plan(brief: Brief, likenesses: tuple[Likeness, ...], parent: Storyboard | None) -> Storyboard:
    """The storyboard of a brief: the same arguments give the same plan.

    `likenesses` are those the brief names, as far as they are enrolled; all of them appear. With a `parent` (a remix)
    what the prompt names replaces the parent's, everything else is kept, ids too. `understood` says in plain words what
    the prompt was taken to mean; words without a meaning here, and what does not fit into the clip, stand in
    `not_planned`. Any prompt gives a plan.
    """
    chance = random.Random(brief.seed)
    reading = completed(read(brief.prompt, {one.handle: what_it_is(one) for one in likenesses}))
    missed = [*reading.missed, *impossible(reading), *_too_long(reading, brief)]
    reading = _shortened(reading, brief.seconds, missed)
    cast = cast_roles(reading, likenesses, parent)
    missed += [*cast.missed, *_unread(reading)]
    items, positions = resolved(reading, cast, brief, missed)
    scenes, chosen = scenes_of(reading, cast, items, positions, parent.place if parent else None)
    if not (reading.filmable or likenesses or parent):
        chosen = ["nothing in the prompt can be filmed: somebody stands in a park"]
    voiced(cast, [one.actor for one in items if isinstance(one, Said)])
    dressed(cast, chance)
    items = _paced(items, cast)
    music = _music(reading, parent, brief.seconds, missed)
    rhythm = Rhythm(60 / music.tempo, music.start) if music else None
    timed = _timed(items, scenes, cast, brief, parent, rhythm)
    begins = tuple(timed.begins[at] if at < len(timed.begins) else 0.0 for at in positions)
    actors, props = _placed(reading, cast, scenes, timed, parent, chance)
    shots = _shots(reading, cast, scenes, timed, begins, brief, parent, rhythm, chance, missed)
    first = scenes[0]
    board = Storyboard(
        title=" ".join(brief.prompt.split())[:LONGEST_TITLE],
        place=first.place,
        time_of_day=first.time_of_day or (parent.time_of_day if parent else "day"),
        weather=first.weather or (parent.weather if parent else "clear"),
        style=brief.style or first.style or (parent.style if parent else Style.REALISTIC),
        seconds=brief.seconds,
        width=brief.width,
        height=brief.height,
        frames_per_second=parent.frames_per_second if parent else 24,
        seed=brief.seed,
        shots=shots,
        actors=tuple(actors),
        props=tuple(props),
        actions=tuple(timed.actions),
        lines=tuple(timed.lines),
        sounds=_sounds(reading, begins, parent, brief.seconds),
        music=music,
        not_planned=tuple(dict.fromkeys([*missed, *timed.missed]))[:_MOST_MISSED],
    )
    return board.model_copy(update={"understood": understood(board, chosen, remix=parent is not None)})


def _paced(items: list[Deed | Said], cast: Cast) -> list[Deed | Said]:
    """The items, every line with the pace of its voice and delivery."""
    voices = {actor.id: actor.voice for actor in cast.actors}
    return [
        replace(one, pace=slowness(voices.get(one.actor), one.delivery)) if isinstance(one, Said) else one
        for one in items
    ]


def require_filmable(prompt: str) -> None:
    """Raises `BadInput` for a prompt that names nothing a picture or a sound can be made of."""
    if not read(prompt, {}).filmable:
        shown = " ".join(prompt.split())[:LONGEST_TITLE]
        remedy = "Say in English who or what is seen, where, and what happens; or bring --storyboard, or a --likeness."
        raise BadInput(f"nothing in {shown!r} can be filmed", remedy)


def length_asked(prompt: str) -> float | None:
    """Seconds of the clip a prompt asks for ("an 8-second film"), as near as a clip can be; None: it names none."""
    asked = read(prompt, {}).seconds
    return None if asked is None else min(max(asked, SHORTEST), LONGEST)


# --- what does not fit -------------------------------------------------------------------------------------------


def _too_long(reading: Reading, brief: Brief) -> list[str]:
    """A length the prompt asks for that is not the brief's."""
    asked = reading.seconds
    if asked is None or abs(asked - brief.seconds) < 0.05:
        return []
    said = f"{asked:g} seconds" if asked < 120 else f"{asked / 60:g} minutes"
    return [f"a length of {said} (this clip has {brief.seconds:g} s; --seconds asks for 4 to 12)"]


def _shortened(reading: Reading, seconds: float, missed: list[str]) -> Reading:
    """The reading with no more scenes than the clip has room for."""
    most = most_scenes(seconds)
    if len(reading.scenes) <= most:
        return reading
    missed.append(f"every shot after shot {most} ({seconds:g} s hold {most})")
    end = reading.scenes[most].before
    kept = {thing for scene in reading.scenes[:most] for thing in scene.things}
    things = (one if n in kept or one.handle else replace(one, count=0) for n, one in enumerate(reading.things))
    return replace(
        reading,
        things=tuple(things),
        scenes=reading.scenes[:most],
        sequence=reading.sequence[:end],
        wishes=tuple(wish for wish in reading.wishes if wish.scene < most),
    )


def _unread(reading: Reading) -> list[str]:
    """Japanese lines in kanji that nobody knows how to say: without a better voice than the embedded one they fail."""
    found = []
    for one in reading.sequence:
        if isinstance(one, Speech) and (one.language or detect(one.text)) == "ja":
            try:
                spoken_as(one.text, "ja")
            except BadInput as error:
                found.append(f"“{one.text[:60]}” ({error.fact} {error.remedy})")
    return found


def _music(reading: Reading, parent: Storyboard | None, seconds: float, missed: list[str]) -> Music | None:
    """The music the prompt asks for, else the parent's: its tempo as asked, else as its mood has it."""
    if reading.music is None:
        return parent.music if parent and parent.music and parent.music.start < seconds else None
    return tune_of(reading.music, missed)


def tune_of(asked: Tune, missed: list[str]) -> Music:
    """The music as a storyboard has it."""
    music = Music() if asked.mood is None else Music(mood=asked.mood)
    usual = vocabulary().data.tempos[music.mood.value] * _PACES.get(asked.speed, 1.0)
    tempo = min(max(asked.tempo or usual, _TEMPOS[0]), _TEMPOS[1])
    if asked.tempo is not None and tempo != asked.tempo:
        missed.append(f"{asked.tempo:g} beats a minute (music has {_TEMPOS[0]:g} to {_TEMPOS[1]:g}: {tempo:g})")
    return music.model_copy(update={"tempo": round(tempo, 1)})


# --- time, place and camera --------------------------------------------------------------------------------------


def _timed(
    items: list[Deed | Said],
    scenes: tuple[Played, ...],
    cast: Cast,
    brief: Brief,
    parent: Storyboard | None,
    rhythm: Rhythm | None,
) -> Schedule:
    """The schedule; in a remix whatever of deeds and lines the prompt does not name stays the parent's."""
    species = {actor.id: actor.species for actor in cast.actors}
    begins = tuple(scene.item for scene in scenes)
    elsewhere = frozenset(n for n in range(1, len(scenes)) if scenes[n].differs(scenes[n - 1]))
    done = schedule(items, species, brief.seconds, begins, elsewhere, rhythm)
    if parent is None:
        return done
    acts = any(isinstance(one, Deed) for one in items)
    speaks = any(isinstance(one, Said) for one in items)
    return retimed(done, parent, brief.seconds, acts=acts, speaks=speaks)


def _placed(
    reading: Reading,
    cast: Cast,
    scenes: tuple[Played, ...],
    timed: Schedule,
    parent: Storyboard | None,
    chance: random.Random,
) -> tuple[list[Actor], list[Prop]]:
    """Actors and props with their places: those who never share a scene each have the stage for themselves."""
    old_actors = frozenset(actor.id for actor in parent.actors) if parent else frozenset[str]()
    old_props = frozenset(prop.id for prop in parent.props) if parent else frozenset[str]()
    starts = {}
    for index, thing in enumerate(reading.things):
        names = cast.ids.get(index, ())
        onto = next(iter(cast.ids.get(thing.onto, ())), None) if thing.onto is not None else None
        for number, name in enumerate(names):
            before = names[number - 1] if number else None
            rowed = thing.rowed or thing.motion == "topple"
            row, leads = before if rowed else None, rowed and not number
            below = next(iter(cast.ids.get(thing.upon, ())), None) if thing.upon is not None and not number else None
            starts[name] = Start(thing.motion, onto, before if thing.piled and number else below, row, leads)
    if len({scene.place for scene in scenes}) == 1 or parent is not None:
        actors = place_actors(cast.actors, old_actors, parent.props if parent else (), timed.actions, chance)
        return actors, place_props(cast.props, old_props, starts, actors, timed.actions, chance)
    home = _homes(reading, cast, scenes)
    placed: dict[str, Actor] = {}
    for company in companies(tuple(scene.present for scene in scenes)):
        group = [actor for actor in cast.actors if actor.id in company]
        placed |= {one.id: one for one in place_actors(group, frozenset(), (), timed.actions, chance)}
    actors = [placed.get(actor.id, actor) for actor in cast.actors]
    props: dict[str, Prop] = {}
    for place in dict.fromkeys(home.values()):
        there = {name for scene in scenes if scene.place == place for name in scene.present}
        things = [prop.model_copy(update={"place": place}) for prop in cast.props if home[prop.id] == place]
        here = [actor for actor in actors if actor.id in there]
        props |= {one.id: one for one in place_props(things, frozenset(), starts, here, timed.actions, chance)}
    return actors, [props[prop.id] for prop in cast.props]


def _homes(reading: Reading, cast: Cast, scenes: tuple[Played, ...]) -> dict[str, str]:
    """The place where each prop stands: that of the first scene that names it."""
    found: dict[str, str] = {}
    for scene in scenes:
        for thing in scene.said.things:
            for name in cast.ids.get(thing, ()):
                found.setdefault(name, scene.place)
    return {prop.id: found.get(prop.id, scenes[0].place) for prop in cast.props}


def _shots(
    reading: Reading,
    cast: Cast,
    scenes: tuple[Played, ...],
    timed: Schedule,
    begins: tuple[float, ...],
    brief: Brief,
    parent: Storyboard | None,
    rhythm: Rhythm | None,
    chance: random.Random,
    missed: list[str],
) -> tuple[Shot, ...]:
    if parent is not None and not reading.wishes and not reading.sequence and len(scenes) == 1:
        ratio = brief.seconds / parent.seconds
        kept = [(round(shot.start * ratio, 3), round(shot.seconds * ratio, 3), shot) for shot in parent.shots]
        return tuple(shot.model_copy(update={"start": start, "seconds": length}) for start, length, shot in kept)
    everybody = tuple(actor.id for actor in cast.actors)
    found: list[Shot] = []
    for number, scene in enumerate(scenes):
        start = timed.scenes[number]
        end = timed.scenes[number + 1] if number + 1 < len(scenes) else brief.seconds
        asked = tuple(
            Asked(
                time=max(start, begins[wish.before] if wish.before < len(begins) else 0.0),
                framing=wish.framing,
                angle=wish.angle,
                move=wish.move,
                subject=next(iter(cast.ids.get(wish.subject, ())), None) if wish.subject is not None else None,
            )
            for wish in reading.wishes
            if wish.scene == number
        )
        words = [wish.word for wish in reading.wishes if wish.scene == number]
        room = most_shots(end - start)
        missed += [f"{word} ({end - start:.1f} s have no room for another shot)" for word in words[room:]]
        before = scenes[number - 1] if number else None
        things = tuple(prop.id for prop in cast.props) if not scene.present else ()
        stretch = Stretch(
            start=start,
            end=end,
            subjects=_leading(scene, cast, reading) or things,
            opens=before is None or before.place != scene.place,
            marked=scene.said.marked and len(scenes) > 1,
        )
        shots = plan_shots(stretch, timed.actions, timed.lines, asked, rhythm, chance)
        found += [opened(shots[0], scene, before, everybody), *shots[1:]]
    return tuple(found)


def _leading(scene: Played, cast: Cast, reading: Reading) -> tuple[str, ...]:
    """Who is there, those first whom the scene names itself."""
    named = [name for thing in scene.said.things for name in cast.ids.get(thing, ()) if name in scene.present]
    return tuple(dict.fromkeys([*named, *scene.present] if scene.said.before else scene.present))


def _sounds(
    reading: Reading, begins: tuple[float, ...], parent: Storyboard | None, seconds: float
) -> tuple[Sound, ...]:
    """The sounds the prompt names: calls when their animal calls, the others for the whole clip."""
    if not reading.sounds and parent is not None:
        return tuple(one for one in parent.sounds if one.start < seconds)
    words = vocabulary()
    called: dict[str, float] = {}
    for one, begin in zip(reading.sequence, begins, strict=True):
        if isinstance(one, Happening) and (label := words.sense(one.word, Kind.SOUND)) in _CALLS and label is not None:
            called.setdefault(label, begin)
    return tuple(
        Sound(label=label, start=round(called.get(label, 0.0) + 0.2, 2)) if label in _CALLS else Sound(label=label)
        for label in reading.sounds
    )
