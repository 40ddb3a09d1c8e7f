"""What a plan makes of a prompt, told back in plain sentences: where it plays, who does and says what, the music."""

from collections.abc import Iterator

from greenroom.domain.storyboards import (
    Action,
    Actor,
    Angle,
    CameraMove,
    Delivery,
    Framing,
    Setting,
    Storyboard,
    TimeOfDay,
    Transition,
    Weather,
)
from ops.plan.vocabulary import Kind, vocabulary

_HOURS = {
    TimeOfDay.DAWN: "at dawn",
    TimeOfDay.DAY: "by day",
    TimeOfDay.DUSK: "at dusk",
    TimeOfDay.NIGHT: "by night",
}
_SKIES = {
    Weather.CLEAR: "",
    Weather.CLOUDY: ", under clouds",
    Weather.RAIN: ", in the rain",
    Weather.SNOW: ", in falling snow",
    Weather.FOG: ", in fog",
    Weather.WIND: ", in the wind",
}
_SAYS = {
    Delivery.PLAIN: "says",
    Delivery.WHISPERED: "whispers",
    Delivery.SHOUTED: "shouts",
    Delivery.CHEERFUL: "says cheerfully",
    Delivery.SAD: "says sadly",
    Delivery.ANGRY: "says angrily",
}
_LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "ja": "Japanese",
    "cmn": "Mandarin",
    "hi": "Hindi",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "tr": "Turkish",
    "ru": "Russian",
    "ko": "Korean",
    "sv": "Swedish",
}
_JOINS = {Transition.CUT: "", Transition.DISSOLVE: "dissolving in, ", Transition.FADE: "out of black, "}
_ANGLES = {
    Angle.EYE: "",
    Angle.LOW: " from below",
    Angle.HIGH: " from above",
    Angle.OVERHEAD: " from straight above",
    Angle.DUTCH: ", tilted",
}
_THIRD = {"catch": "catches", "pick up": "picks up", "push": "pushes", "flee": "flees", "lie": "lies"}
_TOWARDS = {
    "walk": "to ",
    "run": "to ",
    "look": "at ",
    "wave": "at ",
    "talk": "to ",
    "point": "at ",
    "clap": "for ",
    "cheer": "for ",
    "bow": "to ",
    "jump": "over ",
    "backflip": "over ",
    "sit": "by ",
    "lie": "by ",
}
_LONGEST_LINE = 60  # characters of a line that are told back


def understood(plan: Storyboard, chosen: list[str], *, remix: bool) -> tuple[str, ...]:
    """The sentences. `chosen`: what was chosen where the prompt leaves it open; `remix`: it varies another plan."""
    return tuple(dict.fromkeys([*_sentences(plan, remix=remix), *(_sentence(one) for one in chosen)]))


def _sentences(plan: Storyboard, *, remix: bool) -> Iterator[str]:
    names = {actor.id: _name(actor) for actor in plan.actors}
    names |= {prop.id: f"the {prop.id.replace('_', ' ')}" for prop in plan.props}
    if remix:
        yield "What the prompt names is changed; everything else is as in the clip it is made from."
    yield from _places(plan)
    stories: dict[tuple[str, ...], list[str]] = {}
    for actor in plan.actors:
        deeds = [one for one in sorted(plan.actions, key=lambda one: one.start) if one.actor == actor.id]
        told = tuple(dict.fromkeys(_deed(one, names) for one in deeds if one.verb != "talk"))
        if told:
            stories.setdefault(told, []).append(names[actor.id])
    for told, who in stories.items():
        each = " each" if len(who) > 1 else ""
        yield _sentence(
            f"{' and '.join([', '.join(who[:-1]), who[-1]] if len(who) > 1 else who)}{each} {', then '.join(told)}"
        )
    moving = [names[prop.id] for prop in plan.props if any(prop.velocity)]
    if moving:
        yield _sentence(f"{' and '.join(moving)} {'moves' if len(moving) == 1 else 'move'}")
    for line in sorted(plan.lines, key=lambda one: one.start):
        said = line.text if len(line.text) <= _LONGEST_LINE else line.text[: _LONGEST_LINE - 1] + "…"
        language = _LANGUAGES.get(line.language.split("-")[0], line.language)
        tongue = "" if language == "English" else f" in {language}"
        yield _sentence(f"{names[line.actor]} {_SAYS[line.delivery]}{tongue}: “{said}”")
    if plan.music is not None:
        cuts = ", and the shots change on its beats" if len(plan.shots) > 1 else ""
        yield f"{plan.music.mood.value.capitalize()} music plays at {plan.music.tempo:g} beats a minute{cuts}."


def _places(plan: Storyboard) -> Iterator[str]:
    """Where and when it plays, shot by shot where there are several places, times or joins."""
    settings = plan.settings
    if len(set(settings)) == 1:
        yield f"It plays {_setting(settings[0])}, {plan.style.value}."
        return
    before: Setting | None = None
    for number, (shot, setting) in enumerate(zip(plan.shots, settings, strict=True), start=1):
        if setting != before:
            style = f", {setting.style.value}" if before is None or setting.style != before.style else ""
            yield f"From shot {number}, {_JOINS[shot.transition]}it plays {_setting(setting)}{style}."
        before = setting


def _setting(setting: Setting) -> str:
    return f"{where(setting.place)} {_HOURS[setting.time_of_day]}{_SKIES[setting.weather]}"


def where(place: str) -> str:
    """The place with its preposition: "on a beach", "in space"."""
    name = place.replace("_", " ")
    if place == "space":
        return "in space"
    if place in ("moon", "sea"):
        return f"on the {name}"
    on = ("beach", "street", "square", "playground", "mountain", "stage", "lake", "rooftop", "ice_rink")
    return f"{'on' if place in on else 'in'} {'an' if name[:1] in 'aeiou' else 'a'} {name}"


def shot_in_words(framing: Framing, angle: Angle, move: CameraMove, subject: str | None) -> str:
    """A camera as a person says it: "close on Anna from below, push in"."""
    of = f" on {subject}" if subject else ""
    return f"{framing.value}{of}{_ANGLES[angle]}, {move.value.replace('_', ' ')}"


def _name(actor: Actor) -> str:
    """As a sentence calls them: by name, "the old man", "cat 2"."""
    name = actor.name.lower()
    noun = vocabulary().sense(actor.id.rstrip("_0123456789"), Kind.SPECIES)
    if actor.likeness is not None or noun is None:
        return actor.name
    return name if name[-1:].isdigit() else f"the {name}"


def _deed(action: Action, names: dict[str, str]) -> str:
    verb = third_person(action.verb)
    towards = "on " if "trampoline" in (action.target or "") else _TOWARDS.get(action.verb, "")
    target = f" {towards}{names[action.target]}" if action.target else ""
    to = f" to {names[action.to]}" if action.to else ""
    return f"{verb}{target}{to}"


def third_person(verb: str) -> str:
    """ "runs", "catches", "flies"."""
    word = verb.replace("_", " ")
    if word in _THIRD:
        return _THIRD[word]
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word + "s"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "”")) else text + "."
