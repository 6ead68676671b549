"""Chance: would votes without any shared pattern look as structured as these?

K-means always finds groups, in noise too, and a round cloud has a silhouette near 0.35. So
before any group is published its main direction is compared with that of chance votes: the
same people answer the same statements, and each answer is drawn from that statement's own
frequencies, independently of everything else.

References
----------
.. [1] Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
   Psychometrika 30 (parallel analysis).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from synthesis.opinions.matrix import DISAGREE, PASS, VoteMatrix
from synthesis.opinions.projection import (
    DENSE_LIMIT,
    Projection,
    centred,
    leading_components,
    leading_pairwise,
    people_by_pair,
)

NEAR_ENOUGH = 0.01  # relative; the draw itself varies more
MIXERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def strength_over_chance(matrix: VoteMatrix, found: Projection, engine: str, seed: int) -> float:
    """Ratio of the main eigenvalue to the largest one seen among chance votes; 1 is chance."""
    person, statement = (_ranks(prints) for prints in fingerprints(matrix))
    cells = person[matrix.rows] * np.uint64(len(statement)) + statement[matrix.cols]
    counts = people_by_pair(centred(matrix)) if engine == "robust" else None
    draws = range(_how_many(len(matrix.values)))
    strongest = max(_chance_strength(matrix, cells, counts, seed + 7919 * i) for i in draws)
    return float(found.strengths[0] / strongest) if strongest > 0 else float("inf")


def _how_many(votes: int) -> int:
    """Large conversations vary little from one draw to the next."""
    return 19 if votes < 5_000 else 5 if votes < 100_000 else 1


def _totals(matrix: VoteMatrix) -> NDArray[np.int64]:
    return np.bincount(matrix.cols, minlength=matrix.shape[1])


def fingerprints(matrix: VoteMatrix) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """A number for each person and statement that depends on votes and not on names.

    Each mixes what it meets: a person the statements and what was said to them, a statement
    the people and what they said, three times over. Whole numbers, hence exact.
    """
    rows, cols = (np.zeros(size, np.uint64) for size in matrix.shape)
    cols += matrix.removed
    said = (matrix.values + 1).astype(np.uint64)
    by_col = np.argsort(
        matrix.cols.astype(np.uint16 if len(cols) < 2**16 else np.int32), kind="stable"
    )
    row_starts = np.searchsorted(matrix.rows, np.arange(len(rows)))
    col_starts = np.searchsorted(matrix.cols[by_col], np.arange(len(cols)))
    for _ in range(3):
        met_by_row = mixed(cols[matrix.cols] + said)
        met_by_col = mixed(rows[matrix.rows] + said)[by_col]
        rows = mixed(rows) + np.add.reduceat(met_by_row, row_starts)
        cols = mixed(cols) + np.add.reduceat(met_by_col, col_starts)
    return rows, cols


def _ranks(prints: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Place of each when sorted; those who voted exactly alike may change places freely."""
    ranks = np.empty(len(prints), np.uint64)
    ranks[np.argsort(prints, kind="stable")] = np.arange(len(prints), dtype=np.uint64)
    return ranks


def _chance_strength(
    matrix: VoteMatrix, cells: NDArray[np.uint64], counts: NDArray[np.float64] | None, seed: int
) -> float:
    """Main eigenvalue of one draw of chance votes; with `counts`, of the pairwise covariance."""
    n_cols = matrix.shape[1]
    total = np.maximum(_totals(matrix), 1)
    below = np.bincount(matrix.cols, matrix.values == DISAGREE, n_cols) / total
    upto = below + np.bincount(matrix.cols, matrix.values == PASS, n_cols) / total
    at = uniforms(cells, seed)
    values = (at >= below[matrix.cols]).astype(float) + (at >= upto[matrix.cols]) - 1.0
    drawn = centred(matrix, values)
    if counts is not None:
        return float(leading_pairwise(drawn, counts)[1][0])
    if min(drawn.shape) <= DENSE_LIMIT or not drawn.data.any():
        return float(leading_components(drawn)[1][0])
    start = np.random.default_rng(0).standard_normal(min(drawn.shape))
    strongest = svds(drawn, k=1, v0=start, tol=NEAR_ENOUGH, return_singular_vectors=False)
    return float(strongest[0] ** 2)


def uniforms(keys: NDArray[np.uint64], seed: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) that depend on key and seed alone."""
    return (mixed(keys, seed) >> np.uint64(11)).astype(np.float64) / 2.0**53


def mixed(keys: NDArray[np.uint64], seed: int = 0) -> NDArray[np.uint64]:
    """Scatter whole numbers over 64 bits (SplitMix64)."""
    step, first, second = (np.uint64(mixer) for mixer in MIXERS)
    found = (keys + np.uint64((seed * MIXERS[0] + MIXERS[1]) % 2**64)) * step
    found = (found ^ (found >> np.uint64(30))) * first
    found = (found ^ (found >> np.uint64(27))) * second
    return found ^ (found >> np.uint64(31))
