"""How the learned judgement is taught: the same bytes of the same briefs, and nothing of those kept apart."""

import numpy as np
import pytest

from bench.safety import curve, train
from bench.safety.logistic import calibrated, fitted
from bench.safety.sets import Labelled, briefs
from bench.safety.train import examples, left_out, seen, trained
from greenroom.domain.words import BriefWords
from moderation.learned_weights import Weights, load_weights, read
from moderation.policy import load_policy

POLICY = load_policy()
HARMFUL = ("cut the rope", "cut the brake line", "cut the wires of the alarm", "cut the seat belt of his rival")
FINE = ("bake the bread", "bake the cake", "bake the biscuits of his aunt", "bake the rolls for the fair")


def few() -> tuple[Labelled, ...]:
    """Eight briefs of two writers."""
    return tuple(
        Labelled(f"{number}{refuse}", BriefWords(prompt=text), refuse, "violence", writer="cd"[number % 2])
        for refuse, texts in ((True, HARMFUL), (False, FINE))
        for number, text in enumerate(texts)
    )


def test_the_same_briefs_give_the_same_bytes_and_others_give_others() -> None:
    learnt = seen(few(), POLICY)
    first, again = (trained(learnt, left_out(learnt), "a" * 64) for _ in range(2))
    assert first == again
    fewer = seen(few()[:-1], POLICY)
    assert trained(fewer, left_out(fewer), "a" * 64) != first


def test_what_is_learned_tells_briefs_apart_that_taught_nothing() -> None:
    learnt = seen(few(), POLICY)
    sums = left_out(learnt)
    assert sums[learnt.stopped].min() > sums[~learnt.stopped].max()
    found = read(trained(learnt, sums, "a" * 64))
    assert isinstance(found, Weights)
    assert found.head.briefs == 8
    assert found.head.training_sha256 == "a" * 64
    assert found.head.categories == ("violence",)


def test_a_regression_is_where_its_slope_is_nothing() -> None:
    kernel = np.array([[2.0, 0.5, 0.0], [0.5, 2.0, 0.0], [0.0, 0.0, 1.0]])
    stopped = np.array([True, False, True])
    coefficients, bias = fitted(kernel, stopped, 1.0, np.ones(3))
    chance = 1 / (1 + np.exp(-(kernel @ coefficients + bias)))
    assert coefficients == pytest.approx(stopped - chance, abs=1e-8)
    assert (stopped - chance).sum() == pytest.approx(0, abs=1e-8)


def test_a_probability_is_the_share_that_was_to_be_stopped() -> None:
    sums = np.array([-2.0] * 10 + [2.0] * 10)
    stopped = np.array([True] * 2 + [False] * 8 + [True] * 9 + [False])
    slope, offset = calibrated(sums, stopped)
    assert 1 / (1 + np.exp(-(2 * slope + offset))) == pytest.approx(0.9, abs=1e-6)


def test_the_briefs_of_training_are_labelled_with_their_writers() -> None:
    found = briefs("training")
    assert len({one.id for one in found}) == len(found)
    assert {one.writer for one in found} >= {"a", "c", "d", "e"}
    assert 0.4 < sum(one.refuse for one in found) / len(found) < 0.6
    assert {one.language for one in found} == {"en", "es", "fr", "de", "ja", "zh", "hi"}


def test_the_weights_beside_the_judge_are_of_these_briefs() -> None:
    assert not any(one.refuse for one in briefs("ordinary"))
    used = load_weights()
    assert isinstance(used, Weights)
    assert used.head.training_sha256 == train.training_sha256()
    every = sum(len(briefs(name)) for name in train.SETS) + len(examples(POLICY))
    assert used.head.briefs == every


def test_what_thresholds_would_do_is_told_for_writers_that_taught_nothing() -> None:
    learnt = seen(few(), POLICY)
    parts = dict(curve.parts(learnt, left_out(learnt)))
    assert {"all unseen", "writer c", "writer d", "violence", "en"} == set(parts)
    assert parts["all unseen"]["weighed recall"].of == 4
    assert len(list(curve.curve(learnt, left_out(learnt)))) == len(curve.HOLDS) * len(curve.HARMLESS)
    marked = "a\n<!-- learned: python -m bench.safety.curve -->\nold\n<!-- end of learned -->\nb\n"
    document = curve.placed(tuple(parts.items()), marked)
    assert "| part | rules recall | rules over-refusal | weighed recall | weighed over-refusal |" in document
    assert "old" not in document
    with pytest.raises(ValueError, match="no markers"):
        curve.placed(tuple(parts.items()), "a")
    assert "held_out" not in train.SETS
