"""The beats of the music, for cuts to fall on."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Beats on `start` and every `interval` seconds after it."""

    interval: float
    start: float = 0.0

    def nearest(self, time: float, first: float, last: float) -> float:
        """The beat nearest to `time` between `first` and `last`; the time itself, kept between them, if there is none.

        All are seconds from the start of the clip.
        """
        number = round((time - self.start) / self.interval)
        lowest = math.ceil((first - self.start) / self.interval - 1e-9)
        highest = math.floor((last - self.start) / self.interval + 1e-9)
        if lowest > highest:
            return min(max(time, first), max(first, last))
        return self.start + min(max(number, lowest), highest) * self.interval
