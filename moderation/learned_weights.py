"""The weights of the learned judgement: two small files beside this module, checked against their own hash when read.

A line of JSON says what they are; then follow the weights, a signed byte for each place of a hashed table, for each
dimension of a text's embedding, and for each place of the categories' table. A byte stands for its square, so that the
many small weights keep their digits beside the few large ones.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from greenroom.domain.base import Frozen

FILE, EMBEDDED = "learned.weights", "learned_embedded.weights"  # without the text embedding, and with it
PLACES, CATEGORY_PLACES = 1 << 20, 1 << 13  # of the hashed tables; powers of two
KINDS_OF_CATEGORIES = ("s:", "r:", "w:")  # the features that tell categories apart
_STEPS = 127


class Head(Frozen):
    """What the weights are: which version, of which briefs, and what makes a probability of them."""

    name: str
    version: int
    briefs: int
    training_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")  # of the files of briefs, in order
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")  # of the bytes that follow
    largest: float  # what a byte of 127 stands for
    bias: float
    slope: float  # what a sum is multiplied with, and what is added, for a probability that held on unseen writers
    offset: float
    categories: tuple[str, ...]
    category_largest: float
    embedding: str | None = None  # the model whose vectors it weighs too, and how many numbers each has
    dimensions: int = 0
    rules: tuple[str, ...]  # that it saw speak often enough to weigh them; an operator's own are none of them


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights ready for use: `table` float32[PLACES], `by_category` float32[CATEGORY_PLACES, categories], `meaning`
    float32[dimensions] of an embedding."""

    head: Head
    table: NDArray[np.float32]
    by_category: NDArray[np.float32]
    meaning: NDArray[np.float32]

    def parts(self, features: Mapping[str, float]) -> NDArray[np.float32]:
        """What each feature adds to the sum, in their order: more than nothing speaks for harm."""
        values = np.fromiter(features.values(), np.float32, len(features))
        return np.asarray(self.table[places(features, PLACES)] * values, dtype=np.float32)

    def probability(self, total: float) -> float:
        """Of a sum of parts: how many of such briefs of unseen writers were to be refused, 0 to 1."""
        z = (total + self.head.bias) * self.head.slope + self.head.offset
        return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))

    def category(self, features: Mapping[str, float]) -> str:
        """The category that a harmful text with these features is most likely of."""
        telling = {name: value for name, value in features.items() if name.startswith(KINDS_OF_CATEGORIES)}
        values = np.fromiter(telling.values(), np.float32, len(telling))
        return self.head.categories[int(np.argmax(values @ self.by_category[places(telling, CATEGORY_PLACES)]))]


@dataclass(frozen=True, slots=True)
class Unusable:
    """There are no weights to judge with, and why."""

    reason: str


def places(features: Mapping[str, float], among: int) -> NDArray[np.int64]:
    """The place of each feature in a hashed table (CRC-32 of its name)."""
    return np.fromiter((zlib.crc32(name.encode("utf-8", "replace")) % among for name in features), np.int64)


def quantised(values: NDArray[np.float64]) -> tuple[bytes, float]:
    """Values as signed bytes, and what the largest stands for."""
    largest = float(np.abs(values).max(initial=0.0)) or 1.0
    steps = np.sign(values) * np.rint(np.sqrt(np.abs(values) / largest) * _STEPS)
    return steps.astype(np.int8).tobytes(), float(f"{largest:.6g}")


def written(head: Head, body: bytes) -> bytes:
    """The file of these weights; the same bytes for the same weights."""
    head = head.model_copy(update={"sha256": sha256(body).hexdigest()})
    line = json.dumps(head.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return line.encode() + b"\n" + body


def read(content: bytes) -> Weights | Unusable:
    """The weights of a file's content; what is wrong with it when it cannot be used."""
    line, _, body = content.partition(b"\n")
    try:
        head = Head.model_validate_json(line)
    except ValidationError:
        return Unusable("its first line does not say what it is")
    first = PLACES + head.dimensions
    if len(body) != first + CATEGORY_PLACES * len(head.categories):
        return Unusable(f"it has {len(body)} bytes of weights where {PLACES} and more are wanted: it is cut off")
    if sha256(body).hexdigest() != head.sha256:
        return Unusable("its bytes are not those that its first line names")
    steps = np.frombuffer(body, np.int8)
    by_category = _values(steps[first:], head.category_largest).reshape(CATEGORY_PLACES, len(head.categories))
    table = _values(steps[:first], head.largest)
    return Weights(head, table[:PLACES], by_category, table[PLACES:])


@cache
def load_weights(name: str = FILE) -> Weights | Unusable:
    """The weights this code judges with."""
    return from_file(files("moderation").joinpath(name))


def from_file(file: Traversable) -> Weights | Unusable:
    """The weights of a file; why there are none, and what to do, when it is missing or broken."""
    remedy = "python -m bench.safety.train writes it anew, or take it from the release."
    try:
        found = read(file.read_bytes())
    except OSError as error:
        return Unusable(f"{file.name} cannot be read ({type(error).__name__}); {remedy}")
    return Unusable(f"{file.name} cannot be used: {found.reason}; {remedy}") if isinstance(found, Unusable) else found


def _values(steps: NDArray[np.int8], largest: float) -> NDArray[np.float32]:
    shares = steps.astype(np.float32) / _STEPS
    return np.asarray(np.sign(shares) * shares * shares * np.float32(largest), dtype=np.float32)
