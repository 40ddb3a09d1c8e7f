"""Ridge regression in the space of the briefs, since these are few, and a probability of what it says.

Regularised least squares for two classes (Rifkin, Yeo and Poggio 2003, Regularized Least-Squares Classification): one
inverse gives the coefficients, and what each writer's briefs would get had that writer taught nothing. What comes out
depends on no path and no seed, so that the same briefs give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

Values = NDArray[np.float64]
_LEVEL = 4.0  # how freely the bias moves beside the features
_ROUNDS, _CLOSE = 60, 1e-10


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted regression: the sum of a brief is `products with those it was taught with @ coefficients + bias`."""

    coefficients: Values  # float64[N], one for each brief
    bias: float
    wanted: Values  # float64[N]: 1 what is to be stopped, -1 what is not
    inverse: Values  # float64[N, N]

    def left_out(self, groups: Sequence[str]) -> Values:
        """The sum of each brief as the other groups alone would teach it: float64[N]; nothing of a single group."""
        names, sums = np.array(groups), np.zeros_like(self.wanted)
        for name in sorted(set(groups)):
            own = np.flatnonzero(names == name)
            sums[own] = self.wanted[own] - np.linalg.solve(self.inverse[np.ix_(own, own)], self.coefficients[own])
        return sums


def fitted(kernel: Values, stopped: NDArray[np.bool_], penalty: float, weights: Values) -> Regression:
    """The regression of briefs whose products of features are `kernel` (float64[N, N]).

    A larger `penalty` fits less closely; `weights` (float64[N], above zero) say how much each brief counts.
    Raises ValueError when the kernel is none.
    """
    wanted = np.where(stopped, 1.0, -1.0)
    factor, failed = dpotrf(kernel + _LEVEL + np.diag(penalty / weights), lower=1, overwrite_a=1)
    if failed:
        raise ValueError("the products of the features are no kernel")
    lower, _ = dpotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(lower) + np.tril(lower, -1).T
    coefficients = inverse @ wanted
    return Regression(coefficients, float(_LEVEL * coefficients.sum()), wanted, inverse)


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
