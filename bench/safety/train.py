"""`python -m bench.safety.train [--out FOLDER]`: learn the weights of the learned judgement from the briefs.

The same briefs, rules and words give the same bytes. `python -m bench.safety.curve` measures it with one writer after
the other left out. The briefs kept apart (`held_out_4.jsonl`, and those before it) are never read here.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.safety.regression import Regression, Values, calibrated, fitted
from bench.safety.sets import BRIEFS, Labelled, briefs
from greenroom.domain.words import BriefWords
from models.text_embedding import SentenceEncoder
from moderation.learned_features import Features, features_of
from moderation.learned_weights import (
    CATEGORY_PLACES,
    EMBEDDED,
    FILE,
    KINDS_OF_CATEGORIES,
    PLACES,
    Head,
    Weights,
    places,
    quantised,
    read,
    written,
)
from moderation.policy import Policy, load_policy
from moderation.prompt import rules_of
from moderation.text_composition import texts_of

SETS = ("development", "training", "later", "latest", "composed", "everyday", "ordinary")
NAME, VERSION = "greenroom briefs", 2
PENALTY = 10.0  # chosen with the writers left out one by one, as the shares of `learned_features`
MEANING = 2.3  # what a text's vector of length 1 is multiplied with, chosen alike
_SEEN_OFTEN = 2  # briefs that a place of the table has to stand in; what one brief has says more of its writer
_SPOKEN_OFTEN = 5  # briefs that a rule has to speak for before its doubt may be weighed
_CATEGORY_PENALTY = 3.0
# The rules were widened until they did well on these writers, so that "no rule spoke" means more there than elsewhere:
# their briefs count less, and say nothing of what a probability is worth.
EXAMPLES = "examples of rules"
TUNED = ("development", "a", "b", "c", "d", "e", EXAMPLES, "ordinary")
_TUNED_WEIGHT = 0.4
EVERYDAY = ("x", "y")  # wrote harmless prompts alone, which say nothing of what a probability is worth
SPELT = ("w:", "b:", "g:")
_COMMON = 0.05  # share of the briefs from which a word, or letters in a row, weigh half
SEALED = "0" * 64


@dataclass(frozen=True, slots=True)
class Learnt:
    """The briefs as the training sees them."""

    labelled: tuple[Labelled, ...]
    features: tuple[Features, ...]
    matrix: csr_matrix  # of the features, each place by its weight
    weight: Values  # float64[PLACES]: what is in many briefs says little
    stopped: NDArray[np.bool_]
    vectors: Values  # float64[briefs, dimensions]: what each text means, by its weight; of no dimension without
    embedding: str | None = None  # whose vectors they are


def main() -> None:
    """Learn, and write the weights."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("moderation"))
    options = asked.parse_args()
    learnt = everything()
    for name, taught in ((FILE, learnt), (EMBEDDED, embedded(learnt))):
        (options.out / name).write_bytes(trained(taught, regression(taught), training_sha256()))
    sys.stderr.write(f"{options.out}: learned from {len(learnt.labelled)} briefs\n")


def everything() -> Learnt:
    """All that the judgement is taught with: the briefs, ordinary ones too, and the policy's own examples."""
    policy = load_policy()
    return seen((*(one for name in SETS for one in briefs(name)), *examples(policy)), policy)


def training_sha256() -> str:
    """The SHA-256 of the files of briefs that are learned from, one after the other."""
    return sha256(b"".join((BRIEFS / f"{name}.jsonl").read_bytes() for name in SETS)).hexdigest()


def seen(labelled: tuple[Labelled, ...], policy: Policy) -> Learnt:
    """The features of briefs, with the rules that speak for them, as a matrix: csr float64[briefs, PLACES]."""
    found = tuple(
        features_of(texts_of(one.words)[-1], (rule.id for rule in rules_of(one.words, policy)), policy)
        for one in labelled
    )
    matrix = hashed(found, PLACES)
    seen_in = np.asarray((matrix != 0).sum(axis=0)).ravel()
    spelt = np.zeros(PLACES, dtype=np.bool_)
    for one in found:
        spelt[places({name: 1.0 for name in one if name.startswith(SPELT)}, PLACES)] = True
    rare = 1.3 * _COMMON / (_COMMON + seen_in / len(labelled))  # smooth inverse frequency (Arora and others 2017)
    weight = np.where(spelt, rare, 1.0) * (seen_in >= _SEEN_OFTEN)
    kept = csr_matrix(matrix.multiply(weight[None, :]))
    stopped = np.array([one.refuse for one in labelled], dtype=np.bool_)
    return Learnt(labelled, found, kept, weight, stopped, np.zeros((len(labelled), 0)))


def embedded(learnt: Learnt) -> Learnt:
    """The briefs with what each means, by the text embedding. Raises `ModelMissing` when that is not installed."""
    with SentenceEncoder() as encoder:
        vectors = encoder.embed(tuple(texts_of(one.words)[-1] for one in learnt.labelled))
        return replace(learnt, vectors=vectors.astype(np.float64) * MEANING, embedding=encoder.name)


def examples(policy: Policy) -> tuple[Labelled, ...]:
    """The policy's own examples, for and against each word rule, as briefs: short, and never to be lifted."""
    return tuple(
        Labelled(rule.id, BriefWords(prompt=text), stops, rule.category, writer=EXAMPLES)
        for rule in policy.text.rules
        for stops, texts in ((True, rule.stops), (False, rule.lets))
        for text in texts
    )


def regression(learnt: Learnt) -> Regression:
    """What all of the briefs teach."""
    weights = np.where([one.writer in TUNED for one in learnt.labelled], _TUNED_WEIGHT, 1.0)
    return fitted(_kernel(learnt.matrix) + learnt.vectors @ learnt.vectors.T, learnt.stopped, PENALTY, weights)


def unseen(labelled: Sequence[Labelled]) -> NDArray[np.bool_]:
    """Whose briefs say what a probability is worth: of writers on whom no rule was tuned, who wrote both kinds."""
    return np.array([one.writer not in (*TUNED, *EVERYDAY) for one in labelled], dtype=np.bool_)


def left_out(learnt: Learnt, found: Regression) -> Values:
    """A sum for each brief, by what the writers other than its own taught: float64[briefs]."""
    return found.left_out([one.writer for one in learnt.labelled])


def trained(learnt: Learnt, found: Regression, training: str) -> bytes:
    """The file of weights: learned from all, with the probabilities that held on the writers left out."""
    table = np.asarray(learnt.matrix.T @ found.coefficients).ravel() * learnt.weight
    fresh = unseen(learnt.labelled)
    fresh = fresh if fresh.any() else ~fresh
    slope, offset = calibrated(left_out(learnt, found)[fresh], learnt.stopped[fresh])
    categories, by_category = _categories(learnt)
    meaning = MEANING * (learnt.vectors.T @ found.coefficients)
    body, largest = quantised(np.concatenate([table, meaning]))
    of_categories, category_largest = quantised(by_category)
    head = Head(
        name=NAME,
        version=VERSION,
        briefs=len(learnt.labelled),
        training_sha256=training,
        sha256=SEALED,
        largest=largest,
        bias=round(found.bias, 4),
        slope=round(slope, 4),
        offset=round(offset, 4),
        categories=categories,
        category_largest=category_largest,
        embedding=learnt.embedding,
        dimensions=len(meaning),
        rules=_often_spoken(learnt),
    )
    content = written(head, body + of_categories)
    if not isinstance(read(content), Weights):
        raise ValueError("the weights just written cannot be read")
    return content


def hashed(features: Sequence[Features], among: int) -> csr_matrix:
    """Features as a sparse matrix: csr float64[len(features), among]."""
    columns = [places(one, among) for one in features]
    rows = np.repeat(np.arange(len(features)), [len(one) for one in columns])
    values = np.concatenate([np.fromiter(one.values(), np.float64, len(one)) for one in features])
    return csr_matrix((values, (rows, np.concatenate(columns))), shape=(len(features), among))


def _often_spoken(learnt: Learnt) -> tuple[str, ...]:
    spoken = Counter(name[2:] for features in learnt.features for name in features if name.startswith("r:"))
    return tuple(sorted(rule for rule, briefs_of in spoken.items() if briefs_of >= _SPOKEN_OFTEN))


def _kernel(matrix: csr_matrix) -> Values:
    return np.asarray((matrix @ matrix.T).toarray(), dtype=np.float64)


def _categories(learnt: Learnt) -> tuple[tuple[str, ...], Values]:
    """One line against the others for each category of the briefs to refuse (ridge regression)."""
    harmful = [number for number, one in enumerate(learnt.labelled) if one.refuse and one.writer != EXAMPLES]
    names = tuple(sorted({learnt.labelled[number].category for number in harmful}))
    telling = [
        {name: value for name, value in learnt.features[number].items() if name.startswith(KINDS_OF_CATEGORIES)}
        for number in harmful
    ]
    matrix = hashed(telling, CATEGORY_PLACES)
    wanted = np.array([[learnt.labelled[number].category == name for name in names] for number in harmful], np.float64)
    kernel = _kernel(matrix) + _CATEGORY_PENALTY * np.eye(len(harmful))
    return names, np.asarray(matrix.T @ np.linalg.solve(kernel, wanted - 1 / len(names))).ravel()


if __name__ == "__main__":
    main()
