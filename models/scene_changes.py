"""Where a film's picture changes: a cut, a flash, a slow turning into something else, from small grey frames.

No weights. A cut is a large difference between successive frames, or one far above what the shot's own motion makes
of late, so that a single strange frame in a dark or still film is one too. A dissolve has no such frame: its sum does.
"""

import numpy as np
from numpy.typing import NDArray

Small = NDArray[np.float32]  # [h, w], levels 0 to 255

_CUT = 25.0  # mean levels between successive frames; a cut measures 30 and more, motion below 10
_LEAST = 4.0  # below it no viewer sees another picture, whatever the motion
_ABOVE_MOTION = 4.0  # times the shot's own mean difference
_DRIFT = 25.0  # mean levels from the frame that was last looked at: a dissolve, a pan to something else
_MEMORY = 0.9  # of the running mean of differences: about ten frames


class SceneChanges:
    """Asked frame by frame, in order: does this one show something else than the last that was looked at?"""

    def __init__(self) -> None:
        self._before: Small | None = None
        self._looked: Small | None = None
        self._motion = _LEAST / _ABOVE_MOTION

    def changed(self, small: Small) -> bool:
        """Whether `small`, the next frame, begins another picture. The first frame does."""
        before, looked = self._before, self._looked
        self._before = small
        if before is None or looked is None:
            return True
        step = float(np.abs(small - before).mean())
        usual = self._motion
        self._motion = _MEMORY * usual + (1 - _MEMORY) * step
        if step > _CUT or step > max(_LEAST, _ABOVE_MOTION * usual):
            return True
        return float(np.abs(small - looked).mean()) > _DRIFT

    def looked(self, small: Small) -> None:
        """The frame just asked about is looked at: later ones are held against it."""
        self._looked = small
