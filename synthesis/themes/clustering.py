"""Consensus clustering: many k-means runs vote on which texts belong together.

One run of k-means depends on its start; the share of runs in which two texts meet does so far
less, and it tells how sure each placement is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from synthesis.themes.vectors import unit

RUNS = 60
SPREAD = 0.25  # each run draws its number of groups within a quarter of the target
SAMPLE = 3_000  # texts on which the vote is held; the others follow
ROUNDS = 30


@dataclass(frozen=True)
class Grouping:
    """The outcome of the vote.

    meetings : csr_matrix of shape (n_texts, n_groups_of_all_runs), zeros and ones
    runs : number of runs
    labels : ndarray of shape (n_texts,), the group each text met most
    centres : of each run in turn, the number of its view and an ndarray of shape (k, d)
    """

    meetings: sparse.csr_matrix
    runs: int
    labels: NDArray[np.int64]
    centres: Sequence[tuple[int, NDArray[np.float32]]] = ()

    def met_with(self, labels: NDArray[np.int64], groups: int) -> NDArray[np.float64]:
        """For each group of each run, the share of runs that one of its texts spends, by it, with
        the members of each group of `labels`: shape (n_groups_of_all_runs, groups)."""
        return _met(self.meetings, np.flatnonzero(labels >= 0), labels, groups, self.runs)

    def affinity_with(self, labels: NDArray[np.int64], groups: int) -> NDArray[np.float32]:
        """Mean share of runs in which each text meets the members of each group.

        Parameters
        ----------
        labels : ndarray of shape (n_texts,)
            A group for some of the texts, -1 for the others.
        groups : int
            Number of groups; one without members has affinity zero with everything.

        Returns
        -------
        ndarray of shape (n_texts, groups), in [0, 1]
        """
        return _affinity(self.meetings, np.flatnonzero(labels >= 0), labels, groups, self.runs)

    def among(self, rows: NDArray[np.int64]) -> "Grouping":
        """The same vote for some of the texts."""
        return Grouping(self.meetings[rows], self.runs, self.labels[rows], self.centres)


def propose_number(n: int) -> int:
    """Number of themes to show first for `n` distinct texts: a matter of reading, not of truth.

    Quality was flat between 8 and 25 themes on every labelled corpus measured, so size decides.

    >>> [propose_number(n) for n in (2, 30, 300, 1500, 100_000)]
    [1, 2, 6, 13, 15]
    """
    if n < 8:
        return 1
    return int(min(max(round(n**0.5 / 3), 4 if n >= 40 else 2), 15))


def kmeans(points: NDArray[np.float32], k: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Centres of spherical k-means (cosine), started by k-means++.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Unit rows.
    k : int
        Number of groups, at most `n`.

    Returns
    -------
    ndarray of shape (k, d)
        Unit rows.

    References
    ----------
    .. [1] Dhillon and Modha (2001). Concept decompositions for large sparse text data.
    .. [2] Arthur and Vassilvitskii (2007). k-means++: the advantages of careful seeding.
    """
    centres = _careful_start(points, k, rng)
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        closeness = points @ centres.T
        new = closeness.argmax(axis=1)
        if np.array_equal(new, labels):
            break
        labels = new
        centres = _centres(points, labels, k, closeness.max(axis=1))
    return centres


def _careful_start(
    points: NDArray[np.float32], k: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Starting points drawn in proportion to their distance from those drawn before."""
    chosen = [int(rng.integers(len(points)))]
    far = np.ones(len(points))
    for _ in range(k - 1):
        far = np.minimum(far, np.maximum(1 - points @ points[chosen[-1]], 0))
        odds = far.astype(np.float64) + 1e-12
        chosen.append(int(rng.choice(len(points), p=odds / odds.sum())))
    return points[chosen]


def _centres(
    points: NDArray[np.float32], labels: NDArray, k: int, closeness: NDArray
) -> NDArray[np.float32]:
    """Mean direction of each group; an empty group restarts from the worst placed text."""
    sums = membership(labels, k).T @ points
    empty = np.flatnonzero(np.bincount(labels, minlength=k) == 0)
    if len(empty):
        sums[empty] = points[np.argsort(closeness, kind="stable")[: len(empty)]]
    return unit(sums)


def membership(labels: NDArray, k: int) -> sparse.csr_matrix:
    """One row per text, a single 1 in the column of its group."""
    ones = np.ones(len(labels), np.float32)
    return sparse.csr_matrix((ones, (np.arange(len(labels)), labels)), shape=(len(labels), k))


def consensus(
    views: Sequence[NDArray[np.float32]],
    k: int,
    seed: int,
    tell: Callable[[float], None] = lambda share: None,
    runs: int = RUNS,
) -> Grouping:
    """Group texts by the vote of many k-means runs over several views of them.

    Each run draws a view in turn and a number of groups around `k`; average linkage on the share
    of runs in which two texts meet gives the groups. Above `SAMPLE` texts the vote is held on a
    sample, and every text then joins the group whose members its own runs meet most.

    Parameters
    ----------
    views : sequence of ndarray of shape (n, d)
        Unit rows, the same texts in each.
    k : int
        Number of groups wanted; fewer come back when there are not enough different texts.
    seed : int
        Seed of every draw.

    Returns
    -------
    Grouping

    References
    ----------
    .. [1] Fred and Jain (2005). Combining multiple clusterings using evidence accumulation.
    """
    n = len(views[0])
    k = min(k, n)
    if k < 2:
        one = [(0, views[0][:1])]
        return Grouping(membership(np.zeros(n, np.int64), 1), 1, np.zeros(n, np.int64), one)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(n)[:SAMPLE])
    meetings, centres = _meetings(views, sample, k, runs, rng, tell)
    groups = np.full(n, -1, np.int64)
    groups[sample] = _cut(meetings[sample], k, runs)
    placed = np.flatnonzero(groups >= 0)
    affinity = _affinity(meetings, placed, groups, int(groups.max()) + 1, runs)
    return Grouping(meetings, runs, affinity.argmax(axis=1), centres)


def _meetings(
    views: Sequence[NDArray[np.float32]],
    sample: NDArray[np.int64],
    k: int,
    runs: int,
    rng: np.random.Generator,
    tell: Callable[[float], None],
) -> tuple[sparse.csr_matrix, list[tuple[int, NDArray[np.float32]]]]:
    """Group of every text in every run, as zeros and ones: rows texts, columns groups of runs;
    and the centres of each run."""
    low, high = max(2, round(k * (1 - SPREAD))), round(k * (1 + SPREAD))
    votes, kept = [], []
    for run in range(runs):
        view = run % len(views)
        points = views[view]
        size = min(int(rng.integers(low, high + 1)), len(sample))
        centres = kmeans(points[sample], size, rng)
        votes.append(membership((points @ centres.T).argmax(axis=1), size))
        kept.append((view, centres))
        tell((run + 1) / runs)
    return sparse.hstack(votes, format="csr", dtype=np.float32), kept


def _cut(meetings: sparse.csr_matrix, k: int, runs: int) -> NDArray[np.int64]:
    """Average linkage on the share of runs in which two texts do not meet, cut at `k`."""
    apart = 1 - (meetings @ meetings.T).toarray() / runs
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(np.maximum(apart, 0), checks=False), "average")
    return _cut_above_floor(tree, k, floor=smallest_theme(meetings.shape[0]))


def smallest_theme(n: int) -> int:
    """Distinct texts under which a group is not a theme of its own."""
    return 1 if n < 20 else max(3, n // 200)


def _cut_above_floor(tree: NDArray, k: int, floor: int) -> NDArray[np.int64]:
    """Cut a tree so that `k` groups reach the floor; -1 for texts of the smaller ones."""
    best = np.zeros(len(tree) + 1, np.int64)
    for cut in range(k, min(4 * k, len(tree) + 1) + 1):
        labels = fcluster(tree, cut, "maxclust") - 1
        large = np.bincount(labels) >= floor
        if large.sum() > best.max() + 1 or cut == k:
            place = np.where(large, np.cumsum(large) - 1, -1)
            best = place[labels] if large.any() else np.zeros_like(labels)
        if large.sum() >= k:
            break
    return best


def _affinity(
    meetings: sparse.csr_matrix,
    placed: NDArray[np.int64],
    labels: NDArray[np.int64],
    groups: int,
    runs: int,
) -> NDArray[np.float32]:
    """Mean share of runs in which each text meets the placed members of each group."""
    return np.asarray(meetings @ _met(meetings, placed, labels, groups, runs), np.float32)


def _met(
    meetings: sparse.csr_matrix,
    placed: NDArray[np.int64],
    labels: NDArray[np.int64],
    groups: int,
    runs: int,
) -> NDArray[np.float64]:
    members = membership(labels[placed], groups)
    sizes = np.maximum(np.asarray(members.sum(axis=0)).ravel(), 1)
    return (meetings[placed].T @ members).toarray() / (sizes * runs)
