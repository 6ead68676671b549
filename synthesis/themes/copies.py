"""Copies and campaigns: the same text said by several people, found before any theme.

Candidates come from two cheap sources (word pairs that few documents hold, and MinHash bands);
each candidate pair is then verified on the words and word pairs themselves, so that a shared
subject is never taken for a copy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from synthesis.themes.text import Corpus, Stems

SHORT = 8  # words under which equal texts are agreement, not copying
FEWEST_TERMS = 3  # meaningful words under which only equal texts are copies
OWN_BODY = 5  # meaningful words with which a body is compared without its title
CAMPAIGN = 10  # documents from which a copied text is shown as a campaign
SHARED_WORDS = 0.60  # weight of the lighter text's words that a copy must share
SHARED_PAIRS = 0.55  # weight of the lighter text's word pairs that a copy must share
SPREAD_PAIRS = 0.37  # the same when they are spread over the text, not one shared heading
IN_EACH_HALF = 0.25  # what "spread" means: share of the word pairs of each half of the text
COMMON_PAIRS = ((5, 0.40), (8, 0.30), (None, 0.22))  # by meaningful words: share of both texts
RARE_PAIR = 40  # documents above which a word pair proposes no candidates
BANDS, ROWS = 24, 4
CHUNK = 50_000
COMPARED = 600  # words of each text in which differing passages are looked for


class Kind(StrEnum):
    """What a group of copies is, by facts and not by intent."""

    SHORT_ANSWER = "short answer"
    COPY = "copy"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Copies:
    """Groups of documents that say the same text.

    group : for each document, the row of the document that stands for its group (itself if alone)
    """

    group: NDArray[np.int64]

    def members(self) -> Iterator[NDArray[np.int64]]:
        """Rows of each group of two documents or more, the one that stands for it first."""
        order = np.argsort(self.group, kind="stable")
        edges = np.flatnonzero(np.diff(self.group[order])) + 1
        for rows in np.split(order, edges):
            if len(rows) > 1:
                head = self.group[rows[0]]
                yield np.concatenate([[head], rows[rows != head]])


def find_copies(corpus: Corpus, stems: Stems) -> Copies:
    """Group the documents whose texts are the same or nearly the same.

    The body is compared when it has words enough of its own, else title and body together: an
    invitation posted under eight titles is one text.
    """
    n = len(corpus.documents)
    if n == 0:
        return Copies(np.zeros(0, np.int64))
    core = core_words(corpus, stems)
    rows, words = corpus.rows[core], corpus.plain_numbers[corpus.words[core]].astype(np.int64)
    exact = _equal(rows, words, n)
    meaningful = stems.terms[core] >= 0
    first = exact[rows] == rows
    pairs = _near(rows[first], words[first], meaningful[first], n)
    return Copies(_stars(n, exact, pairs))


def core_words(corpus: Corpus, stems: Stems) -> NDArray[np.bool_]:
    """The words on which each document is compared."""
    in_body = np.arange(len(corpus.words)) >= np.repeat(corpus.bodies, corpus.lengths)
    told = in_body & (stems.terms >= 0)
    enough = np.bincount(corpus.rows[told], minlength=len(corpus.documents)) >= OWN_BODY
    return in_body | ~enough[corpus.rows]


def _equal(rows: NDArray, words: NDArray, n: int) -> NDArray[np.int64]:
    """For each document, the first one with the same words in the same order."""
    edges = np.searchsorted(rows, np.arange(n + 1))
    seen: dict[bytes, int] = {}
    first = np.arange(n)
    for row in range(n):
        key = words[edges[row] : edges[row + 1]].tobytes()
        if key:
            first[row] = seen.setdefault(key, row)
    return first


def _near(rows: NDArray, words: NDArray, meaningful: NDArray, n: int) -> NDArray[np.int64]:
    """Pairs of documents that pass the test of words and word pairs, shape (n_pairs, 2)."""
    terms = _table(rows[meaningful], words[meaningful], n)
    enough = np.diff(terms.indptr) >= FEWEST_TERMS
    rare = _by_rare_pairs(_table(*_joined(rows[meaningful], words[meaningful]), n))
    candidates = np.concatenate([rare, _by_bands(terms, enough)])
    candidates = np.unique(candidates[enough[candidates].all(axis=1)], axis=0)
    lines, joined = _joined(rows, words)
    texts = np.split(joined, np.searchsorted(lines, np.arange(1, n)))
    return _verified(candidates, terms, _table(lines, joined, n), texts)


def _joined(rows: NDArray, words: NDArray) -> tuple[NDArray, NDArray]:
    """Every two words in a row as one number, with the document they stand in."""
    follows = np.flatnonzero(np.diff(rows) == 0)
    joined = words[follows] * (int(words.max(initial=0)) + 1) + words[follows + 1]
    return rows[follows], joined


def _table(rows: NDArray, items: NDArray, n: int) -> sparse.csr_matrix:
    """Which document holds which item, as ones."""
    unique, columns = np.unique(items, return_inverse=True)
    ones = np.ones(len(rows), np.float32)
    table = sparse.csr_matrix((ones, (rows, columns)), shape=(n, max(len(unique), 1)))
    table.data[:] = 1
    return table


def _by_rare_pairs(pairs: sparse.csr_matrix) -> NDArray[np.int64]:
    """Documents that share word pairs which few hold."""
    held = np.bincount(pairs.indices, minlength=pairs.shape[1])
    rare = pairs[:, (held >= 2) & (held <= RARE_PAIR)]
    other = rare.T.tocsr()
    found = [np.zeros((0, 2), np.int64)]
    for start in range(0, rare.shape[0], CHUNK):
        shared = (rare[start : start + CHUNK] @ other).tocoo()
        ahead = shared.row + start < shared.col
        found.append(np.stack([shared.row[ahead] + start, shared.col[ahead]], axis=1))
    return np.concatenate(found).astype(np.int64)


def _by_bands(held: sparse.csr_matrix, usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Documents whose MinHash signatures agree on a band, each against the band's first.

    References
    ----------
    .. [1] Broder (1997). On the resemblance and containment of documents.
    """
    rows = np.flatnonzero(usable)
    found = [np.zeros((0, 2), np.int64)]
    if len(rows) > 1:
        table = held[rows]
        rng = np.random.default_rng(1997)
        for _ in range(BANDS):
            _, first, same = np.unique(_band(table, rng), return_index=True, return_inverse=True)
            pair = np.stack([rows[first[same]], rows], axis=1)
            found.append(pair[pair[:, 0] != pair[:, 1]])
    return np.sort(np.concatenate(found), axis=1)


def _band(table: sparse.csr_matrix, rng: np.random.Generator) -> NDArray[np.uint64]:
    """One number per row that two rows share with probability (Jaccard index) ** ROWS."""
    band = np.zeros(table.shape[0], np.uint64)
    for _ in range(ROWS):
        ranks = rng.permutation(table.shape[1]).astype(np.uint32)
        least = np.minimum.reduceat(ranks[table.indices], table.indptr[:-1])
        band = band * np.uint64(0x9E3779B97F4A7C15) + least
    return band


def _verified(
    candidates: NDArray[np.int64],
    terms: sparse.csr_matrix,
    pairs: sparse.csr_matrix,
    texts: Sequence[NDArray],
) -> NDArray[np.int64]:
    """The candidate pairs that share enough words and enough word pairs, rare ones first."""
    heavy_terms, heavy_pairs = _by_rarity(terms), _by_rarity(pairs)
    sizes = np.diff(terms.indptr)
    kept = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(candidates), CHUNK):
        part = candidates[start : start + CHUNK]
        part = part[_overlap(part, heavy_terms)[0] >= SHARED_WORDS]
        lighter, both = _overlap(part, heavy_pairs)
        enough = (lighter >= SPREAD_PAIRS) & (both >= _needed(sizes[part].min(axis=1)))
        for i in np.flatnonzero(enough & (lighter < SHARED_PAIRS)):
            enough[i] = _is_spread(texts[part[i, 0]], texts[part[i, 1]])
        kept.append(part[enough])
    return np.concatenate(kept)


def _is_spread(one: NDArray, other: NDArray) -> bool:
    """Both halves of the shorter text have their share in the longer one.

    A heading or a closing that many different texts carry fills one half only.
    """
    short, long = sorted((one, other), key=len)
    shared = np.isin(short, long)
    middle = len(shared) // 2
    return min(shared[:middle].mean(), shared[middle:].mean()) >= IN_EACH_HALF


def _needed(sizes: NDArray) -> NDArray[np.float64]:
    """Share of the word pairs of both texts that a copy needs: the shorter, the more."""
    bounds = [sizes < most for most, _ in COMMON_PAIRS[:-1]]
    return np.select(bounds, [share for _, share in COMMON_PAIRS[:-1]], COMMON_PAIRS[-1][1])


def _by_rarity(table: sparse.csr_matrix) -> sparse.csr_matrix:
    """The table with each item weighted by the logarithm of its rarity."""
    n = table.shape[0]
    holders = np.bincount(table.indices, minlength=table.shape[1])
    weights = np.log((1 + n) / np.maximum(holders, 1)).astype(np.float32)
    return (table @ sparse.diags(weights)).tocsr()


def _overlap(
    part: NDArray[np.int64], heavy: sparse.csr_matrix
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight that two documents share, over that of the lighter one and over that of both."""
    left, right = heavy[part[:, 0]], heavy[part[:, 1]]
    shared = _row_sums(left.minimum(right))
    one, other = _row_sums(left), _row_sums(right)
    lighter = np.maximum(np.minimum(one, other), 1e-9)
    return shared / lighter, shared / np.maximum(one + other - shared, 1e-9)


def _row_sums(matrix: sparse.csr_matrix) -> NDArray[np.float64]:
    return np.asarray(matrix.sum(axis=1)).ravel()


def _stars(n: int, exact: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups in which every member is a copy of one document, so that chains fall apart."""
    links = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    graph = (links + links.T).tocsr()
    degree = np.diff(graph.indptr)
    _, component = connected_components(graph, directed=False)
    head = np.full(n, -1)
    for row in np.lexsort((np.arange(n), -degree, component)):
        if head[row] < 0:
            near = graph.indices[graph.indptr[row] : graph.indptr[row + 1]]
            head[near[head[near] < 0]] = row
            head[row] = row
    return head[exact]


def kind_of(words: int, documents: int) -> Kind:
    """What a group of copies is, from the words of its text and the number of documents."""
    if words < SHORT:
        return Kind.SHORT_ANSWER
    return Kind.CAMPAIGN if documents >= CAMPAIGN else Kind.COPY


def differing(original: str, copy: str) -> list[tuple[str, str]]:
    """Passages that differ between a text and its copy, as (original's, copy's) words.

    >>> differing("Je veux un parc ici", "Bonjour, je veux un grand parc ici")
    [('Je', 'Bonjour, je'), ('', 'grand')]
    """
    left, right = original.split()[:COMPARED], copy.split()[:COMPARED]
    steps = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [
        (" ".join(left[a:b]), " ".join(right[c:d])) for step, a, b, c, d in steps if step != "equal"
    ]
