"""Held-out votes: do the groups tell anything about votes they have not seen?

One vote in ten is hidden, groups are found from the rest, and each hidden vote is predicted
from what the person's group said. The gain is over predicting it from what everybody said. It
compares engines without asking which groups are "true", a question that has no answer.

References
----------
.. [1] Good, I. J. (1952). Rational decisions. J. Royal Stat. Soc. B 14 (logarithmic score).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.chance import uniforms
from synthesis.opinions.matrix import VoteMatrix, from_arrays
from synthesis.opinions.projection import project
from synthesis.opinions.search import Settings, placed_people, search

HIDDEN = 0.1
WEIGHT = 4.0  # how many votes of their own a group needs to outweigh everybody's
OUTCOMES = 3


@dataclass(frozen=True)
class Gain:
    """Mean gain in log-likelihood per hidden vote, in nats, and how far splits vary.

    Attributes
    ----------
    mean : float
        0 when groups tell nothing; 0.05 is usual for real conversations.
    error : float
        Standard error over the splits.
    splits : tuple of float
    """

    mean: float
    error: float
    splits: tuple[float, ...]


def held_out_gain(matrix: VoteMatrix, engine: str, *, splits: int = 5, seed: int = 0) -> Gain:
    """Gain of an engine's groups on hidden votes; pass the same seed to compare engines."""
    found = [_one_split(matrix, engine, seed + split) for split in range(splits)]
    error = np.std(found, ddof=1) / np.sqrt(splits) if splits > 1 else 0.0
    return Gain(float(np.mean(found)), float(error), tuple(found))


def better_engine(matrix: VoteMatrix, *, splits: int = 5, seed: int = 0) -> tuple[str, float]:
    """The engine whose groups predict hidden votes better, and by how much.

    The compatible engine stays unless the robust one gains more than one standard error of
    the differences over the same splits.
    """
    if not len(matrix.values):
        return "compatible", 0.0
    gains = [
        np.array(held_out_gain(matrix, engine, splits=splits, seed=seed).splits)
        for engine in ("robust", "compatible")
    ]
    difference = gains[0] - gains[1]
    error = difference.std(ddof=1) / np.sqrt(splits)
    ahead = float(difference.mean())
    return ("robust" if ahead > error else "compatible"), ahead


def _one_split(matrix: VoteMatrix, engine: str, seed: int) -> float:
    cells = matrix.rows.astype(np.uint64) * np.uint64(matrix.shape[1]) + matrix.cols.astype(
        np.uint64
    )
    hidden = (uniforms(cells, seed) < HIDDEN) & matrix.kept()
    if not hidden.any() or hidden.all():
        return 0.0
    labels, k = _groups_without(matrix, hidden, engine, seed)
    overall = _rates(matrix, ~hidden, np.zeros(len(matrix.rows), int), 1, 1 / OUTCOMES, OUTCOMES)
    of_vote = labels[matrix.rows]
    by_group = _rates(matrix, ~hidden & (of_vote >= 0), of_vote, k, overall, WEIGHT)
    outcome = matrix.values[hidden] + 1
    base = overall[0, matrix.cols[hidden], outcome]
    known = of_vote[hidden] >= 0
    better = np.where(
        known, by_group[np.maximum(of_vote[hidden], 0), matrix.cols[hidden], outcome], base
    )
    return float(np.log(better / base).mean())


def _rates(
    matrix: VoteMatrix,
    used: NDArray[np.bool_],
    groups: NDArray[np.integer],
    k: int,
    prior: NDArray[np.float64] | float,
    weight: float,
) -> NDArray[np.float64]:
    """Shares of the three answers, drawn towards a prior; shape (k, n_statements, 3)."""
    shape = (max(k, 1), matrix.shape[1], OUTCOMES)
    counts = np.zeros(shape)
    np.add.at(counts, (groups[used], matrix.cols[used], matrix.values[used] + 1), 1.0)
    return (counts + weight * prior) / (counts.sum(axis=2, keepdims=True) + weight)


def _groups_without(
    matrix: VoteMatrix, hidden: NDArray[np.bool_], engine: str, seed: int
) -> tuple[NDArray[np.intp], int]:
    """Group of each person (-1 for none), found from the votes that are not hidden."""
    seen = from_arrays(
        matrix.rows[~hidden], matrix.cols[~hidden], matrix.values[~hidden],
        persons=matrix.persons, statements=matrix.statements,
        removed=[matrix.statements[col] for col in np.flatnonzero(matrix.removed)],
    )  # fmt: skip
    placed = placed_people(seen, None)
    found = search(seen, project(seen, engine), placed, Settings(engine, seed))
    labels = np.full(matrix.shape[0], -1)
    if found.cut is None:
        return labels, 0
    still_there = np.isin(matrix.persons, seen.persons)
    labels[np.flatnonzero(still_there)[placed]] = found.cut.labels
    return labels, found.cut.k
