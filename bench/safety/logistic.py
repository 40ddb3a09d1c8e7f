"""Logistic regression with an L2 penalty, solved to machine precision in the space of the briefs: these are few.

Newton's method on the dual form (iteratively reweighted least squares; Bishop, Pattern Recognition and Machine
Learning, 4.3.3): what comes out does not depend on a path or a seed, so that the same briefs give the same bytes.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

Values = NDArray[np.float64]
_ROUNDS, _CLOSE = 60, 1e-10


def fitted(kernel: Values, stopped: NDArray[np.bool_], cost: float, weights: Values) -> tuple[Values, float]:
    """Coefficients of the briefs and the bias; a sum is `kernel @ coefficients + bias`.

    `kernel` float64[N, N]: products of the briefs' features. `cost` is what an error costs beside the penalty: larger
    fits closer. `weights` float64[N]: how much each brief counts. Raises ValueError when it does not settle.
    """
    wanted = stopped.astype(np.float64)
    coefficients, bias = np.zeros(len(wanted)), 0.0
    for _ in range(_ROUNDS):
        sums = kernel @ coefficients + bias
        chance = 1 / (1 + np.exp(-np.clip(sums, -40, 40)))
        curve = np.maximum(cost * weights * chance * (1 - chance), 1e-9)
        target = sums + cost * weights * (wanted - chance) / curve
        ones = np.ones_like(target)
        solved = solve(kernel + np.diag(1 / curve), np.stack([ones, target], axis=1), assume_a="pos")
        found_bias = float(solved[:, 1].sum() / solved[:, 0].sum())
        found = solved[:, 1] - found_bias * solved[:, 0]
        moved = float(np.abs(found - coefficients).max())
        coefficients, bias = found, found_bias
        if moved < _CLOSE * max(1.0, float(np.abs(coefficients).max())):
            return coefficients, bias
    raise ValueError(f"the regression did not settle in {_ROUNDS} rounds")


def calibrated(sums: Values, stopped: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make a probability of a sum, where the sums are of briefs not trained on (Platt 1999)."""
    wide = sums.astype(np.float64)
    design = np.stack([wide, np.ones_like(wide)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -40, 40)))
        slope = design.T @ (stopped - chance)
        curve = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(curve + 1e-9 * np.eye(2), slope)
        found = found + step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return float(found[0]), float(found[1])
