"""Long contributions often speak of two things: their passages are read one by one."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.clustering import membership
from synthesis.themes.units import Units
from synthesis.themes.vectors import unit_rows

LONG = 120  # words from which a text is cut
PASSAGE = 50  # words of a passage
MARGIN = 1.3  # how much closer to another theme than to its own a passage must be
CLOSE = 0.12  # cosine with the other theme's words that a passage needs
SHARE = 0.3  # share of the passages that must speak of the second theme


def second_subjects(units: Units, of_unit: NDArray[np.int64], themes: int) -> list[tuple[int, int]]:
    """The second theme of each long text that has one.

    Parameters
    ----------
    of_unit : ndarray of shape (n_units,)
        Theme of each text, -1 for none.

    Returns
    -------
    list of (unit, theme)
    """
    lengths = units.corpus.lengths[units.rows]
    long = np.flatnonzero((lengths >= LONG) & (of_unit >= 0))
    if not len(long) or themes < 2:
        return []
    owners, passages = _cut(units, long)
    closeness = passages @ _centres(units, of_unit, themes)
    own = closeness[np.arange(len(owners)), of_unit[owners]]
    best = closeness.argmax(axis=1)
    most = closeness.max(axis=1)
    elsewhere = (best != of_unit[owners]) & (most >= CLOSE) & (most >= MARGIN * own)
    return _most_spoken(owners, best, elsewhere)


def _cut(units: Units, long: NDArray[np.int64]) -> tuple[NDArray[np.int64], sparse.csr_matrix]:
    """Unit of each passage and the weights of its words, unit rows."""
    corpus = units.corpus
    rows = units.rows[long]
    place = np.full(len(corpus.documents), -1)
    place[rows] = np.arange(len(rows))
    inside = np.flatnonzero((place[corpus.rows] >= 0) & (units.stems.terms >= 0))
    offset = (inside - corpus.starts[corpus.rows[inside]]) // PASSAGE
    keys = place[corpus.rows[inside]] * (int(offset.max(initial=0)) + 1) + offset
    unique, passage = np.unique(keys, return_inverse=True)
    shape = (len(unique), units.weights.shape[1])
    ones = np.ones(len(inside), np.float32)
    counts = sparse.csr_matrix((ones, (passage, units.stems.terms[inside])), shape=shape)
    useful = np.bincount(units.weights.indices, minlength=shape[1])
    n = len(units)
    idf = np.where(useful > 0, np.log((1 + n) / (1 + useful)) + 1, 0).astype(np.float32)
    owners = long[unique // (int(offset.max(initial=0)) + 1)]
    return owners, unit_rows(counts @ sparse.diags(idf))


def _centres(units: Units, of_unit: NDArray[np.int64], themes: int) -> NDArray[np.float32]:
    """Mean words of each theme, shape (n_terms, n_themes), columns of length one."""
    placed = np.flatnonzero(of_unit >= 0)
    sums = (membership(of_unit[placed], themes).T @ units.weights[placed]).toarray()
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.where(lengths > 0, lengths, 1)).T.astype(np.float32)


def _most_spoken(
    owners: NDArray[np.int64], best: NDArray[np.int64], elsewhere: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    totals = Counter(owners.tolist())
    spoken: dict[int, Counter[int]] = {}
    for owner, theme in zip(owners[elsewhere].tolist(), best[elsewhere].tolist(), strict=True):
        spoken.setdefault(owner, Counter())[theme] += 1
    found = []
    for owner, themes in spoken.items():
        theme, count = min(themes.items(), key=lambda item: (-item[1], item[0]))
        if count >= SHARE * totals[owner]:
            found.append((owner, theme))
    return found
