"""When the actions of a shot happen, where its document does not say."""

from pydantic import JsonValue

Fields = dict[str, JsonValue]
_SHORTEST = 0.2  # seconds that an action without a length gets at least


def spread(actions: list[Fields], seconds: float) -> list[Fields]:
    """The actions with `start` and `seconds`, from the shot's start: those of one actor follow each other.

    What is told is kept. Actions without a length share the time up to the next told start of the same actor, or to
    the end of the shot.
    """
    timed = [dict(one) for one in actions]
    for name in dict.fromkeys(str(one.get("actor")) for one in timed):
        own = [one for one in timed if str(one.get("actor")) == name]
        at = 0.0
        for index, one in enumerate(own):
            start = _time(one.get("start", at))
            if start is None:
                continue
            one["start"] = round(start, 4)
            if "seconds" not in one:
                one["seconds"] = round(_share(own[index:], start, seconds), 4)
            at = start + (_time(one["seconds"]) or 0.0)
    return timed


def _share(rest: list[Fields], start: float, seconds: float) -> float:
    """The part of the first of `rest`, of the time until a start is told."""
    end, lengths, without = seconds, 0.0, 1
    for one in rest[1:]:
        if (told := _time(one.get("start"))) is not None:
            end = told
            break
        length = _time(one.get("seconds"))
        lengths, without = lengths + (length or 0.0), without + (length is None)
    return max(_SHORTEST, (end - start - lengths) / without)


def _time(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
