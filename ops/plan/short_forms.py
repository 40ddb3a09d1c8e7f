"""What a storyboard's short texts mean: "close on anna, push in", "a tall woman, red coat", "anna throws ball to ben".

Each function gives the fields the text stands for, and what it could not read. Words are the planner's vocabulary's.
"""

import re
from dataclasses import dataclass, field

from pydantic import JsonValue

from greenroom.domain.storyboards import Angle, CameraMove, Framing, Mood
from models.previz.staging.verbs import VERBS
from ops.plan.mistakes import unknown
from ops.plan.vocabulary import Kind, vocabulary

Fields = dict[str, JsonValue]
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*m")
_TEMPO = re.compile(r"(\d+(?:\.\d+)?)\s*bpm")
_ARTICLES = re.compile(r"^(?:an?|the|with|in|wearing|and)\s+")


@dataclass(slots=True)
class Read:
    """Fields, and a message for each part that means nothing."""

    fields: Fields = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def camera(text: str, ids: set[str]) -> Read:
    """ "wide", "close on anna, low angle, push in": framing, angle, move and subject (one of `ids`), in any order."""
    read = Read()
    known = {Kind.FRAMING: "framing", Kind.ANGLE: "angle", Kind.CAMERA: "move"}
    for part in _parts(text):
        head, on, subject = part.partition(" on ")
        if not on and part.startswith(("on ", "of ")):
            head, subject = "", part[3:]
        if subject:
            read.fields["subject"] = _id(subject, ids)
        if not head:
            continue
        found = _exact(head, (Framing, "framing"), (Angle, "angle"), (CameraMove, "move"))
        found = found or next(((name, value) for kind, name in known.items() if (value := _sense(head, kind))), None)
        if found is None:
            names = [*Framing, *Angle, *CameraMove]
            read.wrong.append(unknown(head, "a framing, an angle or a move", (one.value for one in names)))
        else:
            read.fields[found[0]] = found[1]
    return read


def actor(name: str, text: str) -> Read:
    """ "a tall woman, red coat, blonde hair, @handle, voice alto", or "cat, ginger"."""
    words = vocabulary()
    read = Read({"id": name})
    for part in _parts(text):
        rest = part
        if rest.startswith("@"):
            read.fields["likeness"] = rest[1:]
            continue
        if rest.startswith("voice "):
            read.fields["voice"] = rest.removeprefix("voice ").strip()
            continue
        colours: list[JsonValue] = []
        pieces = rest.split()
        while pieces:
            taken = _looks(pieces, colours, read)
            if not taken:
                known = [*(w for w in words.data.species), *words.data.clothes, *words.data.builds]
                read.wrong.append(unknown(" ".join(pieces), "a species, a build, a garment, hair or a colour", known))
                break
            pieces = pieces[taken:]
        if colours:
            read.fields.setdefault("colours", []).extend(colours)  # type: ignore[union-attr]
    return read


def prop(name: str, text: str) -> Read:
    """ "red ball, 0.3 m", "@handle", "mug"."""
    words = vocabulary()
    read = Read({"id": name})
    for part in _parts(text):
        size = _SIZE.fullmatch(part)
        if size is not None:
            read.fields["size"] = float(size[1])
        elif part.startswith("@"):
            read.fields["likeness"] = part[1:]
        else:
            pieces = part.split()
            while pieces and (colour := _sense(pieces[0], Kind.COLOUR)) is not None:
                read.fields["colour"] = colour
                pieces = pieces[1:]
            noun = " ".join(pieces)
            shape = shape_named(noun) if noun else None
            if shape is not None:
                read.fields["shape"] = shape
                read.fields.setdefault("size", words.prop_size(noun))
            elif noun:
                read.wrong.append(unknown(noun, "a shape, a colour or a size as 0.4 m", words.data.props))
    if "shape" not in read.fields and not read.wrong:
        shape = shape_named(name.rstrip("_0123456789"))
        if shape is not None:
            read.fields["shape"] = shape
            read.fields.setdefault("size", words.prop_size(name.rstrip("_0123456789")))
        else:
            read.wrong.append(unknown(name, "a shape", words.data.props))
    return read


def action(text: str, ids: set[str]) -> Read:
    """ "anna throws ball to ben", "anna walks to the bench"; `ids`: of every actor and prop."""
    read = Read()
    pieces = text.replace(",", " ").split()
    if not pieces:
        return Read(wrong=["got an empty text, expected who does what, as 'anna walks to bench'"])
    read.fields["actor"] = _id(pieces[0].removesuffix(":"), ids)
    if read.fields["actor"] not in ids:
        read.wrong.append(unknown(pieces[0], "the id of an actor or prop, first of all", ids))
        return read
    rest = pieces[1:]
    length = next((n for n in range(min(4, len(rest)), 0, -1) if verb_named(" ".join(rest[:n]))), 0)
    if not length:
        read.wrong.append(unknown(" ".join(rest[:1]), "a verb", VERBS))
        return read
    read.fields["verb"] = verb_named(" ".join(rest[:length]))
    towards = False
    for piece in rest[length:]:
        name = _id(piece, ids)
        if name in ids:
            field_name = "to" if "target" in read.fields and towards else "target"
            if field_name in read.fields:
                read.wrong.append(f"got {piece!r}, expected no third thing: an action has a target and a `to`")
            read.fields[field_name] = name
        elif piece.lower() in ("to", "at", "into", "towards"):
            towards = True
        elif not any(one.kind in _SMALL for one in vocabulary().meanings((piece.lower(),))):
            read.wrong.append(unknown(piece, "the id of an actor or prop", ids))
    return read


_SMALL = (Kind.STOP, Kind.DETERMINER, Kind.PREPOSITION)


def garments(text: str) -> Read:
    """ "red coat, black hat": fields `clothes`, a list of garments."""
    read = Read({"clothes": []})
    worn: list[JsonValue] = []
    for part in _parts(text):
        pieces, colours = part.split(), []
        while len(pieces) > 1 and _sense(pieces[0], Kind.CLOTHES) is None:
            colours.append(pieces.pop(0))
        kind = _sense(" ".join(pieces), Kind.CLOTHES)
        if kind is None:
            read.wrong.append(unknown(part, "a garment, as 'red coat'", vocabulary().data.clothes))
        else:
            worn.append({"kind": kind, **({"colour": " ".join(colours)} if colours else {})})
    read.fields["clothes"] = worn
    return read


def music(text: str) -> Read:
    """ "happy, 120 bpm": mood and tempo; the tempo is the mood's own where none is said."""
    read = Read()
    for part in _parts(text):
        tempo = _TEMPO.fullmatch(part)
        if tempo is not None:
            read.fields["tempo"] = float(tempo[1])
            continue
        mood = _sense(part.removesuffix(" music"), Kind.MOOD)
        if mood not in set(Mood):
            read.wrong.append(unknown(part, "a mood, or a tempo as 120 bpm", (one.value for one in Mood)))
        else:
            read.fields["mood"] = mood
            read.fields.setdefault("tempo", vocabulary().data.tempos[str(mood)])
    return read


def place_named(text: str) -> str | None:
    """The place a word names."""
    return _sense(text, Kind.PLACE)


def shape_named(text: str) -> str | None:
    """The shape a noun names."""
    return _sense(text, Kind.PROP)


def species_named(text: str) -> str | None:
    """The species a noun names."""
    return _sense(text, Kind.SPECIES)


def verb_named(text: str) -> str | None:
    """The verb a word names, in any form."""
    key = text.strip().lower().replace(" ", "_")
    return key if key in VERBS else _sense(text, Kind.VERB)


def _looks(pieces: list[str], colours: list[JsonValue], read: Read) -> int:
    """Read one phrase of an actor's looks off the front; how many words it took, 0 for none."""
    words = vocabulary()
    for length in range(min(4, len(pieces)), 0, -1):
        phrase = " ".join(pieces[:length])
        if phrase in ("and", "with", "in", "a", "an", "wearing"):
            return length
        if (species := species_named(phrase)) is not None:
            read.fields["species"] = species
            if (build := words.build_of(phrase)) is not None and species == "person":
                read.fields.setdefault("build", build)
            if (pronoun := words.gender_of(phrase)) is not None and species == "person":
                read.fields["pronoun"] = pronoun
            return length
        if (build := _sense(phrase, Kind.BUILD)) is not None or phrase in words.data.builds or phrase == "child":
            read.fields["build"] = build or phrase
            return length
        if (kind := _sense(phrase, Kind.CLOTHES)) is not None:
            garment: Fields = {"kind": kind, **({"colour": str(colours[-1])} if colours else {})}
            read.fields.setdefault("clothes", []).append(garment)  # type: ignore[union-attr]
            colours.clear()
            return length
        if _sense(phrase, Kind.HAIR) is not None and colours:
            read.fields["hair"] = str(colours.pop())
            return length
        if (hair := _sense(phrase, Kind.HAIR_COLOUR)) is not None:
            read.fields["hair"] = hair
            return length + (pieces[length : length + 1] == ["hair"])
        if (colour := _sense(phrase, Kind.COLOUR)) is not None:
            colours.append(colour)
            return length
    return 0


def _parts(text: str) -> list[str]:
    found = [" ".join(part.split()).lower() for part in text.split(",")]
    return [_ARTICLES.sub("", part) for part in found if part]


def _id(text: str, ids: set[str]) -> str:
    name = text.strip().removeprefix("the ").strip()
    return next((one for one in ids if one.lower() == name.lower()), name)


def _sense(text: str, kind: Kind) -> str | None:
    return vocabulary().sense(text.strip().lower(), kind)


def _exact(text: str, *kinds: tuple[type[Framing] | type[Angle] | type[CameraMove], str]) -> tuple[str, str] | None:
    key = text.strip().lower().replace(" ", "_").replace("-", "_")
    for names, name in kinds:
        if key in {one.value for one in names}:
            return name, key
    return None
