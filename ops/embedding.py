"""The text embedding that gates 2 and 3 ask where they are unsure: loaded with the first question and kept."""

import threading

import numpy as np
from numpy.typing import NDArray

from models.text_embedding import SentenceEncoder


class KeptEmbedding:
    """A sentence encoder for this process. `embed` raises `ModelMissing` and `ModelFailed` as the encoder does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: SentenceEncoder | None = None

    @property
    def name(self) -> str:
        return SentenceEncoder().name

    def embed(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """A vector for each text: float32[N, 512]."""
        with self._lock:
            if self._model is None:
                self._model = SentenceEncoder().__enter__()
        return self._model.embed(texts)


EMBEDDING = KeptEmbedding()
