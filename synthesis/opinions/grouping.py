"""Groups: cutting a cloud of points in two to five parts, and saying how clear the cut is.

Everything here depends on the points alone, never on whose they are: points are rounded and
sorted before anything random happens, so renaming people cannot change their groups.

References
----------
.. [1] Arthur, D. and Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding.
.. [2] Rousseeuw, P. (1987). Silhouettes. J. Comput. Appl. Math. 20.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STARTS = 10
ROUNDS = 100
DIRECT_LIMIT = 3_000  # more people than this are first gathered in cells of a grid
SILHOUETTE_LIMIT = 2_000
SET_ASIDE_AT_MOST = 0.10
START_MARGIN = 0.10

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Partition:
    """One way to cut: a label per point, a centre per group, and its silhouette."""

    k: int
    labels: Labels
    centres: Floats
    silhouette: float


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points in canonical order, gathered in weighted cells when they are many.

    Attributes
    ----------
    points : ndarray of shape (n_points, 2)
        As given by the caller, rounded to a billionth of their spread.
    cells : ndarray of shape (n_cells, 2)
        What k-means runs on: the sorted points themselves, or means of grid cells.
    weights : ndarray of shape (n_cells,)
        How many people each cell stands for.
    sample : ndarray of int
        Points on which the silhouette is measured, evenly spaced in sorted order.
    distances : ndarray of shape (n_sample, n_sample)
        Between the points of the sample; every cut is measured with them.
    """

    points: Floats
    cells: Floats
    weights: Floats
    sample: Labels
    distances: Floats


def cloud(points: Floats) -> Cloud:
    """Prepare points for grouping."""
    spread = float(np.abs(points).max()) or 1.0
    # + 0.0 turns -0.0 into 0.0, which would sort apart.
    points = np.round(points / spread, 9) * spread + 0.0
    order = np.lexsort((points[:, 1], points[:, 0]))
    chosen = np.linspace(0, len(order) - 1, min(len(order), SILHOUETTE_LIMIT)).astype(int)
    cells, weights = points[order], np.ones(len(order))
    if len(order) > DIRECT_LIMIT:
        cells, weights = gathered(points[order])
    sample = order[chosen]
    distances = np.sqrt(_squared(points[sample], points[sample]))
    return Cloud(points, cells, weights, sample, distances)


def gathered(points: Floats, across: int = 64) -> tuple[Floats, Floats]:
    """Replace points by the means of the cells of a grid, each with its number of people."""
    low, high = points.min(axis=0), points.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    place = np.minimum((points - low) / width * across, across - 1).astype(int)
    key = place[:, 0] * across + place[:, 1]
    weights = np.bincount(key, minlength=across * across).astype(float)
    sums = [np.bincount(key, points[:, axis], across * across) for axis in (0, 1)]
    full = weights > 0
    return np.column_stack(sums)[full] / weights[full, None], weights[full]


def nearest(points: Floats, centres: Floats) -> Labels:
    """Index of the nearest centre of each point; the first one when two are as near."""
    return _squared(points, centres).argmin(axis=1)


def _squared(points: Floats, centres: Floats) -> Floats:
    """Squared distances, shape (n_points, n_centres)."""
    dx = points[:, 0, None] - centres[:, 0]
    dy = points[:, 1, None] - centres[:, 1]
    dx *= dx
    dy *= dy
    dx += dy
    return dx


def lloyd(points: Floats, weights: Floats, centres: Floats) -> tuple[Labels, Floats, float]:
    """Move centres to the mean of their points until nothing changes.

    Returns
    -------
    labels, centres, inertia
        Inertia is the weighted sum of squared distances to the own centre.
    """
    k = len(centres)
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        before, labels = labels, nearest(points, centres)
        if np.array_equal(before, labels):
            break
        mass = np.bincount(labels, weights, k)
        sums = [np.bincount(labels, weights * points[:, axis], k) for axis in (0, 1)]
        means = np.column_stack(sums) / np.maximum(mass, 1e-300)[:, None]
        centres = np.where(mass[:, None] > 0, means, centres)
    own = centres[labels]
    return labels, centres, float((weights * ((points - own) ** 2).sum(axis=1)).sum())


def spread_start(points: Floats, weights: Floats, k: int, rng: np.random.Generator) -> Floats:
    """Draw start centres far from one another (k-means++)."""
    chosen = [_drawn(weights, rng)]
    distance = _squared(points, points[chosen]).ravel()
    while len(chosen) < k:
        chosen.append(_drawn(weights * distance, rng))
        distance = np.minimum(distance, _squared(points, points[chosen[-1:]]).ravel())
    return points[chosen]


def _drawn(weights: Floats, rng: np.random.Generator) -> int:
    """An index drawn with probability proportional to its weight."""
    heap = np.cumsum(weights)
    return min(int(np.searchsorted(heap, rng.random() * heap[-1], side="right")), len(heap) - 1)


def cut(
    data: Cloud, k: int, rng: np.random.Generator, minimum: int, first: Floats | None = None
) -> Partition | None:
    """The best cut in k parts, or None when some part would stay too small.

    Ten spread starts, lowest inertia. Members of parts under `minimum` are set aside (at most
    one person in ten), the rest is cut again, and those set aside join the nearest centre.
    A start from `first`, given points, replaces it only when clearly better.
    """
    found = _without_tiny(data, minimum, lambda cells, weights: _best_start(cells, weights, k, rng))
    if first is None or len(first) < k:
        return found
    other = from_start(data, first[:k], minimum)
    if found is None or other is None:
        return found or other
    return other if other.silhouette > found.silhouette + START_MARGIN else found


def from_start(data: Cloud, centres: Floats, minimum: int) -> Partition | None:
    """The cut reached from given centres, or None when some part stays too small."""
    return _without_tiny(data, minimum, lambda cells, weights: lloyd(cells, weights, centres))


def _best_start(
    points: Floats, weights: Floats, k: int, rng: np.random.Generator
) -> tuple[Labels, Floats, float]:
    runs = [lloyd(points, weights, spread_start(points, weights, k, rng)) for _ in range(STARTS)]
    return min(runs, key=lambda run: run[2])


def _without_tiny(data, minimum, fit) -> Partition | None:
    """Fit, set small parts aside and fit again, until every part is large enough."""
    inside = np.ones(len(data.cells), bool)
    everybody = data.weights.sum()
    while data.weights[~inside].sum() <= SET_ASIDE_AT_MOST * everybody:
        labels, centres, _ = fit(data.cells[inside], data.weights[inside])
        size = np.bincount(labels, data.weights[inside], len(centres))
        if (size >= minimum).all():
            return _partition(data, centres, minimum)
        inside[np.flatnonzero(inside)[(size < minimum)[labels]]] = False
        if not inside.any() or (size == 0).any():
            return None
    return None


def _partition(data: Cloud, centres: Floats, minimum: int) -> Partition | None:
    """Give everybody the nearest centre, and measure the cut."""
    labels = nearest(data.points, centres)
    if (np.bincount(labels, minlength=len(centres)) < minimum).any():
        return None
    measured = silhouette(data.distances, labels[data.sample], len(centres))
    return Partition(len(centres), labels, centres, measured)


def silhouette(distances: Floats, labels: Labels, k: int) -> float:
    """How much nearer people are to their own group than to the next, on average.

    From -1 to 1; about 0.35 is what a round cloud without any gap gives. A person alone in
    a group counts 0.

    Parameters
    ----------
    distances : ndarray of shape (n_points, n_points)
    labels : ndarray of shape (n_points,)
        From 0 to k - 1.
    """
    at = (np.arange(len(labels)), labels)
    member = np.zeros((len(labels), k))
    member[at] = 1.0
    size = member.sum(axis=0)
    total = distances @ member
    own = total[at] / np.maximum(size[labels] - 1, 1)
    mean = total / np.maximum(size, 1)
    mean[:, size == 0] = np.inf
    mean[at] = np.inf
    other = mean.min(axis=1)
    widest = np.maximum(own, other)
    value = np.where(widest > 0, (other - own) / np.where(widest > 0, widest, 1.0), 0.0)
    return float(np.where(size[labels] > 1, value, 0.0).mean())
