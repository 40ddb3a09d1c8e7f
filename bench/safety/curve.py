"""What thresholds would do with briefs of writers who taught nothing: recall against over-refusal."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bench.safety.logistic import Values, calibrated
from bench.safety.train import TUNED, Learnt
from greenroom.domain.verdicts import Outcome
from moderation.learned import liftable
from moderation.policy import Policy, load_policy

HOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(14))
HARMLESS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)


def lines(learnt: Learnt, unseen: Values) -> Iterator[dict[str, object]]:
    """One line for each pair of thresholds, then one by writer at those of the policy."""
    policy = load_policy()
    fresh = np.array([one.writer not in TUNED for one in learnt.labelled])
    slope, offset = calibrated(unseen[fresh], learnt.stopped[fresh])
    chance = 1 / (1 + np.exp(-(slope * unseen + offset)))
    spoke, hard = _rules(learnt, policy)
    yield {"rules alone": _shares(spoke, learnt.stopped, fresh)}
    for harmless in HARMLESS:
        for holds in HOLDS:
            stopped = _stopped(chance, spoke, hard, holds, harmless)
            yield {"holds": holds, "harmless": harmless, **_shares(stopped, learnt.stopped, fresh)}
    holds, harmless = (policy.threshold("text.learned", name) for name in ("probability", "harmless"))
    stopped = _stopped(chance, spoke, hard, holds, harmless)
    parts = [("writer", one.writer) for one in learnt.labelled]
    for kind, of in (("writer", [name for _, name in parts]), ("category", [one.category for one in learnt.labelled]),
                     ("language", [one.language for one in learnt.labelled])):  # fmt: skip
        for name in sorted(set(of)):
            own = np.array([one == name for one in of]) & (fresh | (kind == "writer"))
            if own.any():
                before, after = (_shares(what, learnt.stopped, own) for what in (spoke, stopped))
                yield {kind: name, "rules": before, "weighed": after}


def _rules(learnt: Learnt, policy: Policy) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each brief whether a rule spoke, and whether one did that is never lifted."""
    of = [[name[2:] for name in features if name.startswith("r:")] for features in learnt.features]
    known = [[name for name in names if policy.action(name) is not Outcome.ALLOW] for names in of]
    spoke = np.array([bool(names) for names in known])
    return spoke, np.array([any(not liftable(name, policy) for name in names) for names in known])


def _stopped(
    chance: Values, spoke: NDArray[np.bool_], hard: NDArray[np.bool_], holds: float, harmless: float
) -> NDArray[np.bool_]:
    return np.asarray(hard | (spoke & (chance > harmless)) | (~spoke & (chance >= holds)), dtype=np.bool_)


def _shares(stopped: NDArray[np.bool_], wanted: NDArray[np.bool_], own: NDArray[np.bool_]) -> dict[str, object]:
    harmful, fine = own & wanted, own & ~wanted
    return {
        "recall": round(float(stopped[harmful].mean()), 4) if harmful.any() else None,
        "of": int(harmful.sum()),
        "over_refusal": round(float(stopped[fine].mean()), 4) if fine.any() else None,
        "fine": int(fine.sum()),
    }
