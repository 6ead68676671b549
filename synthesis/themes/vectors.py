"""From words to vectors: TF-IDF on stems, then latent semantic analysis.

Another source of vectors (a sentence encoder) only has to satisfy `Encoder`; its block stands
beside the words' own, with equal weight, and everything after this module stays the same.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from synthesis.themes.text import Corpus, Stems

TITLE_WEIGHT = 2.0  # a title says the subject; counted twice when a real body follows
TITLE_NEEDS = 10  # words of body from which a title is weighted
IDF_POWER = 1.5  # rare words tell themes apart better than idf alone grants
DIMENSIONS = (30, 50, 80, 120)  # views of one decomposition, coarse to fine


class Encoder(Protocol):
    """Optional better vectors: one row per text, any width, the same row for the same text."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


def count_terms(corpus: Corpus, stems: Stems) -> sparse.csr_matrix:
    """Terms of each document, the title's counted twice.

    Returns
    -------
    csr_matrix of shape (n_documents, n_terms)
        Weighted counts; grammar and filler words have no column.
    """
    lengths = corpus.lengths
    in_title = np.arange(len(corpus.words)) < np.repeat(corpus.bodies, lengths)
    has_body = np.repeat(corpus.starts[1:] - corpus.bodies > TITLE_NEEDS, lengths)
    weights = np.where(in_title & has_body, TITLE_WEIGHT, 1.0).astype(np.float32)
    kept = stems.terms >= 0
    cells = (weights[kept], (corpus.rows[kept], stems.terms[kept]))
    return sparse.csr_matrix(cells, shape=(len(corpus.documents), len(stems.names)))


def rarity(counts: sparse.csr_matrix) -> NDArray[np.float64]:
    """The sharpened idf of each term; zero for those that link or separate nothing.

    Terms of a single document link nothing; terms of more than half of the documents are the
    question's own words and separate nothing.
    """
    n = counts.shape[0]
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    useful = (held >= fewest_holders(n)) & (held <= most_holders(n))
    return np.where(useful, (np.log((1 + n) / (1 + held)) + 1) ** IDF_POWER, 0)


def weigh(counts: sparse.csr_matrix, idf: NDArray[np.float64] | None = None) -> sparse.csr_matrix:
    """TF-IDF with damped counts and sharpened idf, rows of length one.

    Parameters
    ----------
    counts : csr_matrix of shape (n_documents, n_terms)
        Counts, zero or more.
    idf : ndarray of shape (n_terms,), optional
        That of another corpus, with the same terms; `rarity` of this one when not given.

    Returns
    -------
    csr_matrix of shape (n_documents, n_terms)
        Weights in [0, 1]; an all-zero row shares no word with any other document.
    """
    idf = rarity(counts) if idf is None else idf
    weights = counts.astype(np.float32)
    weights.data = (1 + np.log(weights.data)) * idf[weights.indices].astype(np.float32)
    weights.eliminate_zeros()
    return unit_rows(weights)


def fewest_holders(n: int) -> int:
    """Documents that must hold a term for it to count: two, and more in a large corpus."""
    return max(2, n // 20_000)


def most_holders(n: int) -> int:
    """Documents above which a term is everybody's; a tiny corpus keeps all its terms."""
    return n if n < 10 else n // 2


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows of Euclidean length one; empty rows stay empty."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    scale = 1 / np.sqrt(np.where(squares > 0, squares, 1))
    return sparse.diags(scale.astype(np.float32)) @ matrix


def unit(points: NDArray) -> NDArray[np.float32]:
    """Rows of Euclidean length one; rows of zeros stay so."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return (points / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def reduce(weights: sparse.csr_matrix) -> list[NDArray[np.float32]]:
    """Views of the documents in a few dimensions, from one truncated SVD.

    No single number of dimensions was best on all measured corpora; the consensus draws its
    runs from several.

    Parameters
    ----------
    weights : csr_matrix of shape (n_documents, n_terms)

    Returns
    -------
    list of ndarray of shape (n_documents, d), d in DIMENSIONS
        Unit rows. At least one view, of one column when the corpus has almost no words.
    """
    return reduced(weights)[0]


def reduced(
    weights: sparse.csr_matrix,
) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
    """The views, and the directions of shape (n_terms, d) on which other texts fall."""
    most = min(min(weights.shape) - 1, DIMENSIONS[-1])
    if most < 2:
        return [unit(np.asarray(weights.sum(axis=1)))], np.ones((weights.shape[1], 1), np.float32)
    left, values, right = randomized_svd(weights, most, n_iter=4, random_state=0)
    return views_of(left * values), np.ascontiguousarray(right.T, np.float32)


def views_of(scores: NDArray) -> list[NDArray[np.float32]]:
    """Coarse to fine views of the same rows."""
    most = scores.shape[1]
    return [unit(scores[:, :d]) for d in sorted({min(d, most) for d in DIMENSIONS})]


def beside(views: list[NDArray[np.float32]], block: NDArray) -> list[NDArray[np.float32]]:
    """Each view with another source of vectors beside it, centred, both of equal weight."""
    other = unit(block - block.mean(axis=0))
    return [unit(np.hstack([view, other])) for view in views]
