"""Tallies: whole numbers of agree, disagree and pass, by group and by statement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.matrix import AGREE, DISAGREE, VoteMatrix
from synthesis.opinions.result import Count

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tally:
    """Votes by group (rows) and statement (columns), and of everybody, grouped or not.

    Attributes
    ----------
    agree, disagree, total : ndarray of shape (n_groups, n_statements)
        Total counts passes too.
    all_agree, all_disagree, all_total : ndarray of shape (n_statements,)
    sizes : ndarray of shape (n_groups,)
        Members of each group.
    """

    agree: Ints
    disagree: Ints
    total: Ints
    all_agree: Ints
    all_disagree: Ints
    all_total: Ints
    sizes: Ints

    def count(self, group: int, col: int) -> Count:
        """What a group said to a statement."""
        return _count(self.agree[group, col], self.disagree[group, col], self.total[group, col])

    def grouped(self, col: int) -> Count:
        """What the members of all groups together said to a statement."""
        sheets = (self.agree, self.disagree, self.total)
        return _count(*(sheet[:, col].sum() for sheet in sheets))

    def overall(self, col: int) -> Count:
        """What everybody said to a statement."""
        return _count(self.all_agree[col], self.all_disagree[col], self.all_total[col])


def _count(agree: int, disagree: int, total: int) -> Count:
    return Count(int(agree), int(disagree), int(total - agree - disagree))


def tally(matrix: VoteMatrix, labels: NDArray[np.integer], k: int) -> Tally:
    """Count votes; `labels` gives each person's group, -1 for none."""
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    # One extra row collects the people without a group; it is dropped after summing.
    row = np.where(labels < 0, k, labels)[matrix.rows]
    sheets = [
        _sheet(row[chosen], matrix.cols[chosen], k + 1, matrix.shape[1])
        for chosen in (matrix.values == AGREE, matrix.values == DISAGREE, slice(None))
    ]
    agree, disagree, total = sheets
    return Tally(
        agree[:k], disagree[:k], total[:k],
        agree.sum(axis=0), disagree.sum(axis=0), total.sum(axis=0), sizes,
    )  # fmt: skip


def _sheet(rows: NDArray, cols: NDArray, n_rows: int, n_cols: int) -> Ints:
    cells = rows.astype(np.int64) * n_cols + cols
    return np.bincount(cells, minlength=n_rows * n_cols).reshape(n_rows, n_cols)
