"""Positions: each person and each statement as a point in a plane, from votes alone.

Two estimators share one shape. `compatible` is the one Polis uses: missing votes take the
mean of their statement, then principal components. `robust` estimates the covariance of two
statements from the people who voted on both, so it does not confuse "shown often" with
"dividing". Both work on cast votes only: after centring, a missing vote is exactly zero.

References
----------
.. [1] Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional opinion
   spaces. Recerca 26(2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh, svds

from synthesis.opinions.matrix import VoteMatrix

DENSE_LIMIT = 300  # below this many rows or columns an exact eigen-solver is as fast
TIED = 1e-9  # eigenvalues nearer than this, relative to the first, single out no direction

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Projection:
    """Where people and statements stand.

    Attributes
    ----------
    persons : ndarray of shape (n_persons, 2)
    statements : ndarray of shape (n_statements, 2)
        Where somebody would stand who agreed with this statement and said nothing else.
    loadings : ndarray of shape (n_statements, 2)
        Unit-length directions; zero for removed statements and unused axes.
    strengths : ndarray of shape (2,)
        Eigenvalues of the two directions; 0 where the votes single out none.
    """

    persons: Floats
    statements: Floats
    loadings: Floats
    strengths: Floats

    @property
    def dimensions(self) -> int:
        """How many directions the votes single out: 0, 1 or 2."""
        return int((self.strengths > 0).sum())

    @property
    def extremity(self) -> Floats:
        """Distance of each statement from the middle; it drives which is shown next."""
        return np.hypot(self.statements[:, 0], self.statements[:, 1])

    def flipped(self, signs: Floats) -> "Projection":
        """The same picture, mirrored along axes where `signs` is -1."""
        return Projection(
            self.persons * signs, self.statements * signs, self.loadings * signs, self.strengths
        )


def column_means(matrix: VoteMatrix) -> Floats:
    """Mean vote on each statement over those who voted on it; 0 for removed ones."""
    count = np.bincount(matrix.cols, minlength=matrix.shape[1])
    total = np.bincount(matrix.cols, weights=matrix.values, minlength=matrix.shape[1])
    return np.where(matrix.removed, 0.0, total / np.maximum(count, 1))


def centred(matrix: VoteMatrix, values: Floats | None = None) -> csr_array:
    """Votes minus their statement's mean; removed statements are zero everywhere.

    `values` replaces the votes cell by cell, for drawing chance votes with the same means.
    """
    cast = matrix.values if values is None else values
    cells = (cast - column_means(matrix)[matrix.cols]) * matrix.kept()
    starts = np.zeros(matrix.shape[0] + 1, np.int32)
    np.cumsum(matrix.votes_by_person(), out=starts[1:])
    return csr_array((cells, matrix.cols, starts), shape=matrix.shape)


def project(matrix: VoteMatrix, engine: str, shrinkage: int | None = None) -> Projection:
    """Place people and statements.

    Parameters
    ----------
    engine : {"compatible", "robust"}
    shrinkage : int, optional
        Votes added to everybody when positions are scaled, so that people with few votes
        are not thrown far out. By default the number of removed statements, as in Polis.
    """
    if shrinkage is None:
        shrinkage = int(matrix.removed.sum())
    if not len(matrix.values):
        nowhere = np.zeros((0, 2))
        return Projection(nowhere, nowhere, nowhere, np.zeros(2))
    cells = centred(matrix)
    if engine == "robust":
        loadings, strengths = _axes(*leading_pairwise(cells))
        persons = ridge_scores(cells, loadings)
    else:
        loadings, strengths = _axes(*leading_components(cells))
        persons = scaled_scores(cells, loadings, matrix, shrinkage)
    reach = np.sqrt(len(matrix.statements)) * (1 - column_means(matrix))
    return Projection(persons, reach[:, None] * loadings, loadings, strengths)


def leading_components(cells: csr_array, want: int = 3) -> tuple[Floats, Floats]:
    """Leading eigenvectors (columns) and eigenvalues of Z'Z, largest first."""
    n_rows, n_cols = cells.shape
    if n_cols <= DENSE_LIMIT:
        return _top(np.linalg.eigh((cells.T @ cells).toarray()), want)
    if n_rows <= DENSE_LIMIT:
        left, values = _top(np.linalg.eigh((cells @ cells.T).toarray()), want)
        scale = np.sqrt(np.where(values > 0, values, 1.0))
        return (cells.T @ left) / scale, values
    if not cells.data.any():
        return np.zeros((n_cols, want)), np.zeros(want)
    # ARPACK stalls on a start vector orthogonal to the answer, hence one without pattern.
    start = np.random.default_rng(0).standard_normal(min(cells.shape))
    _, singular, right = svds(cells, k=want, v0=start)
    order = np.argsort(-singular)
    return right[order].T, singular[order] ** 2


def leading_pairwise(
    cells: csr_array, counts: Floats | None = None, want: int = 3
) -> tuple[Floats, Floats]:
    """Leading eigenvectors and eigenvalues of the covariance of statement pairs.

    Entry (j, l) is the sum of z_ij z_il over people who voted both, over their number + 10;
    the diagonal, which only says how contested a statement is, is set to 0.

    Parameters
    ----------
    counts : ndarray of shape (n_statements, n_statements), optional
        `people_by_pair(cells)`, when already at hand.
    """
    together = (cells.T @ cells).toarray()
    together /= (people_by_pair(cells) if counts is None else counts) + 10.0
    np.fill_diagonal(together, 0.0)
    if len(together) <= DENSE_LIMIT or not together.any():
        return _top(np.linalg.eigh(together), want)
    start = np.random.default_rng(0).standard_normal(len(together))
    values, vectors = eigsh(together, k=want, which="LA", v0=start)
    return _top((values, vectors), want)


def people_by_pair(cells: csr_array) -> Floats:
    """How many people voted on both statements of each pair."""
    voted = _voted(cells)
    return (voted.T @ voted).toarray()


def _voted(cells: csr_array) -> csr_array:
    """1 for each vote cast, on the same places."""
    return csr_array((np.ones_like(cells.data), cells.indices, cells.indptr), shape=cells.shape)


def _top(solved: tuple[Floats, Floats], want: int) -> tuple[Floats, Floats]:
    """Largest eigenvalues first, padded with zeros."""
    values, vectors = solved
    order = np.argsort(-values)[:want]
    values, vectors = values[order], vectors[:, order]
    short = want - len(values)
    return np.pad(vectors, ((0, 0), (0, short))), np.pad(np.maximum(values, 0), (0, short))


def _axes(vectors: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Keep two directions at most, and only such as the votes single out.

    Where the second and third eigenvalue tie, the second axis could as well be any other in
    their plane: it would depend on the order of rows. It is left out.
    """
    floor = TIED * max(values[0], 1e-12)
    useful = values[:2] > floor
    useful[1] &= values[1] - values[2] > floor
    useful[0] &= useful[1] or values[0] - values[1] > floor
    loadings = np.where(useful, vectors[:, :2], 0.0)
    return loadings * _signs(loadings), np.where(useful, values[:2], 0.0)


def _signs(loadings: Floats) -> Floats:
    """Orient each axis so that its largest loading (all of them, when tied) is positive."""
    if not len(loadings):
        return np.ones(2)
    largest = np.abs(loadings).max(axis=0)
    leading = np.where(np.abs(loadings) >= largest * (1 - TIED), loadings, 0.0).sum(axis=0)
    return np.where(leading < -TIED, -1.0, 1.0)


def scaled_scores(cells: csr_array, loadings: Floats, matrix: VoteMatrix, shrinkage: int) -> Floats:
    """Project rows and undo the pull of missing votes towards the middle.

    sqrt((S + m) / (n_i + m)) with S kept statements, n_i votes on them and m the shrinkage.
    With m = the number of removed statements this is exactly what Polis computes.
    """
    voted = np.bincount(matrix.rows, weights=matrix.kept(), minlength=matrix.shape[0])
    everything = int((~matrix.removed).sum()) + shrinkage
    scale = np.sqrt(everything / np.maximum(voted + shrinkage, 1))
    return (cells @ loadings) * scale[:, None]


def ridge_scores(cells: csr_array, loadings: Floats) -> Floats:
    """Least-squares position of each person from own votes only, ridge 2 / S.

    Solves (sum of v_j v_j' over voted j + 2/S I) u_i = sum of z_ij v_j, two by two.
    """
    voted = _voted(cells)
    x, y = loadings[:, 0], loadings[:, 1]
    xx, xy, yy = (voted @ np.column_stack([x * x, x * y, y * y])).T
    ridge = 2.0 / max(cells.shape[1], 1)
    xx, yy = xx + ridge, yy + ridge
    along_x, along_y = (cells @ loadings).T
    det = xx * yy - xy * xy
    return (
        np.column_stack([yy * along_x - xy * along_y, xx * along_y - xy * along_x]) / det[:, None]
    )
