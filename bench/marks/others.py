"""What an adversary learns from many clips of one installation: the mean of their residuals, clip by clip."""

from pathlib import Path

import numpy as np

from bench.marks.clips import HOME, Corpus
from bench.marks.codecs import PUBLISHED
from bench.marks.removal import Plane, residual
from bench.marks.tools import PictureTools, trial_clip

_CLIPS, _FRAMES = 40, 6
_SHAPE = (854, 480)  # of the clips it is learnt from; for another size it is scaled


class Others:
    """Learnt once, and kept for the sources named by `digest`."""

    def __init__(self, corpus: Corpus, tools: PictureTools, digest: str, folder: Path = HOME) -> None:
        self._corpus = corpus
        self._tools = tools
        self._file = folder / f"others-{digest}.npy"
        self._plane: Plane | None = None

    def plane(self, width: int, height: int) -> Plane:
        """The residual that is common to the clips, float32[height, width]. Raises ValueError where there are none."""
        from PIL import Image

        if self._plane is None:
            self._plane = np.asarray(np.load(self._file)) if self._file.is_file() else self._learnt()
        if self._plane.shape == (height, width):
            return self._plane
        scaled = Image.fromarray(self._plane).resize((width, height), Image.Resampling.BICUBIC)
        return np.asarray(scaled, np.float32)

    def _learnt(self) -> Plane:
        clips = [one for one in self._corpus.clips() if (one.width, one.height) == _SHAPE][:_CLIPS]
        if not clips:
            raise ValueError(f"the corpus has no clip of {_SHAPE[0]}x{_SHAPE[1]}")
        planes = []
        for clip in clips:
            film = self._corpus.film(clip)[:: max(1, clip.frames // _FRAMES)]
            marked = PUBLISHED.through(self._tools.mark(film, trial_clip(clip.name, 1_000_000)))
            planes.append(np.mean([residual(picture) for picture in marked], axis=0))
        plane = np.asarray(np.mean(planes, axis=0), np.float32)
        beside = self._file.with_name(f".{self._file.name}.{np.random.default_rng().integers(2**31)}.npy")
        np.save(beside, plane)
        beside.rename(self._file)
        return plane
