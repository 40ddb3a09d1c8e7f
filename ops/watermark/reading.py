"""What a detector of an invisible mark answers, the same for pictures and for sound."""

from greenroom.domain.base import Frozen


class Reading(Frozen):
    """`clip`: the id in a mark whose tag is of this installation's key; None: there is none that can be read.

    `margin` says how surely: how far, in decibels, the noise could rise until the message no longer decodes (0 where
    there is none). `geometry` says in words what became of the picture or the sound since ("mirrored, cut to 90 %").
    """

    clip: str | None = None
    margin: float = 0.0
    geometry: str | None = None
