"""Copies among a million texts: equal ones by digest, near ones by band, verified on the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from synthesis.themes.copies import find_copies
from synthesis.themes.scale.model import BANDS
from synthesis.themes.scale.table import Table
from synthesis.themes.text import Document, read, stems_of

VERIFIED = 4_000  # texts compared word for word at a time
CROWD = 200  # texts that share a band above which it tells a form letter's frame, not a copy


def groups_of(
    table: Table, fetch: Callable[[Sequence[int]], list[Document]], language: str
) -> NDArray[np.int64]:
    """For each text, the first text of which it is a copy (itself when it is none).

    Parameters
    ----------
    fetch : callable
        The texts at these places, in their order.
    language : str
        Of texts too short to tell.
    """
    head = _equal(table)
    for places in _batches(_candidates(table, head)):
        _verify(head, places, fetch(places.tolist()), language)
    return head[head]


def _equal(table: Table) -> NDArray[np.int64]:
    """The first text with the same words in the same order; texts without words stay alone."""
    digest = np.asarray(table["digest"])
    head = np.arange(table.n)
    order = np.argsort(digest, kind="stable")
    starts = _starts(digest[order])
    firsts = order[np.maximum.accumulate(np.where(starts, np.arange(table.n), 0))]
    said = digest[order] != 0
    head[order[said]] = firsts[said]
    return head


def _candidates(table: Table, head: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of different texts that agree on a band, shape (n_pairs, 2)."""
    own = np.flatnonzero((head == np.arange(table.n)) & (table["digest"] != 0))
    found = np.zeros(0, np.int64)  # of a pair: the first place times n, plus the second
    for band in range(BANDS):
        values = np.asarray(table.band(band))[own]
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        starts = _starts(ordered)
        first = np.maximum.accumulate(np.where(starts, np.arange(len(ordered)), 0))
        sizes = np.bincount(np.cumsum(starts) - 1)[np.cumsum(starts) - 1]
        near = ~starts & (sizes <= CROWD)
        found = np.union1d(found, own[order[first[near]]] * table.n + own[order[near]])
    return np.stack(np.divmod(found, max(table.n, 1)), axis=1)


def _starts(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Where a run of equal values begins."""
    return np.concatenate([np.ones(min(len(ordered), 1), bool), ordered[1:] != ordered[:-1]])


def _batches(pairs: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Places of groups of candidates, a few thousand at a time; only a larger group is cut."""
    if not len(pairs):
        return
    places, ends = np.unique(pairs, return_inverse=True)
    ends = ends.reshape(pairs.shape)
    links = sparse.coo_matrix((np.ones(len(ends)), ends.T), shape=(len(places),) * 2)
    _count, component = connected_components(links, directed=False)
    order = np.argsort(component, kind="stable")
    edges = np.flatnonzero(np.diff(component[order])) + 1
    batch: list[NDArray[np.int64]] = []
    held = 0
    for group in np.split(places[order], edges):
        for piece in np.array_split(group, -(-len(group) // VERIFIED)):
            batch.append(piece)
            held += len(piece)
            if held >= VERIFIED:
                yield np.sort(np.concatenate(batch))
                batch, held = [], 0
    if batch:
        yield np.sort(np.concatenate(batch))


def _verify(
    head: NDArray[np.int64], places: NDArray[np.int64], documents: list[Document], language: str
) -> None:
    corpus = read(documents, language)
    group = find_copies(corpus, stems_of(corpus)).group
    head[places] = np.minimum(places, places[group])
