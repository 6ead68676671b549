"""The distinct texts that are grouped: a campaign of 400 copies weighs one text, not 400."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.copies import Copies, find_copies
from synthesis.themes.text import Corpus, Document, Stems, read, stems_of
from synthesis.themes.vectors import count_terms, weigh

FEW_WORDS = 3  # meaningful words under which a text that resembles nothing is too short


@dataclass(frozen=True)
class Units:
    """Documents, the texts they share, and the weights of their words.

    rows : for each unit, the document that stands for it
    unit_of : for each document its unit, -1 when it has none
    all_counts : csr_matrix of shape (n_distinct_texts, n_terms), those without a unit included
    counts, weights : csr_matrix of shape (n_units, n_terms)
    reasons : why a document without a unit has none, by row; documents set aside are not there
    """

    corpus: Corpus
    stems: Stems
    copies: Copies
    rows: NDArray[np.int64]
    unit_of: NDArray[np.int64]
    all_counts: sparse.csr_matrix
    counts: sparse.csr_matrix
    weights: sparse.csr_matrix
    reasons: dict[int, str]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> list[str]:
        """Ids of all documents, in the order of the corpus."""
        return [document.id for document in self.corpus.documents]


def in_order(documents: Sequence[Document]) -> list[Document]:
    """The documents in an order that depends on what they say, not on how they came.

    Raises
    ------
    ValueError
        When two have the same id.
    """
    if len({document.id for document in documents}) < len(documents):
        raise ValueError("Two contributions have the same id.")
    return sorted(documents, key=lambda d: (d.title, d.text, d.id))


def units_of(
    documents: Sequence[Document],
    aside: Collection[str] = (),
    locked: Collection[str] = (),
    stopwords: Sequence[str] = (),
) -> Units:
    """Read documents, find copies and weigh the words of each distinct text.

    Parameters
    ----------
    aside : collection of str
        Ids of documents that are read by nobody.
    locked : collection of str
        Ids whose place is fixed: a text said by a locked and a free document makes two units.
    stopwords : sequence of str
        Words of the question itself, which would be in every theme.
    """
    corpus = read(documents)
    stems = stems_of(corpus, stopwords)
    copies = find_copies(corpus, stems)
    heads, unit_of = _distinct(corpus, copies, frozenset(aside), frozenset(locked))
    counts = count_terms(corpus, stems)
    weights = weigh(counts[heads])
    speaking = np.diff(weights.indptr) > 0
    place = np.where(speaking, np.cumsum(speaking) - 1, -1)
    silent = (unit_of >= 0) & (place[unit_of] < 0) if len(heads) else unit_of >= 0
    terms = np.diff(counts.indptr)
    mute = np.flatnonzero(silent).tolist()
    reasons = {row: reason_of(corpus, row, terms[row], corpus.usual_language) for row in mute}
    kept = np.where(unit_of >= 0, place[unit_of], -1) if len(heads) else unit_of
    rows = heads[speaking]
    return Units(
        corpus, stems, copies, rows, kept, counts[heads], counts[rows], weights[speaking], reasons
    )


def _distinct(
    corpus: Corpus, copies: Copies, aside: frozenset[str], locked: frozenset[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Documents that stand for each distinct text, and the text of each document."""
    seen: dict[tuple[int, bool], int] = {}
    heads: list[int] = []
    unit_of = np.full(len(corpus.documents), -1)
    own_first = np.lexsort(
        (np.arange(len(unit_of)), copies.group != np.arange(len(unit_of)))
    )  # those that stand for a group of copies come before its members
    for row in own_first.tolist():
        document = corpus.documents[row]
        if document.id in aside:
            continue
        key = (int(copies.group[row]), document.id in locked)
        if key not in seen:
            seen[key] = len(heads)
            heads.append(row)
        unit_of[row] = seen[key]
    return np.array(heads, np.int64), unit_of


def reason_of(corpus: Corpus, row: int, terms: int, usual: str) -> str:
    """Why a text with so many different terms shares none with any other."""
    if not corpus.lengths[row]:
        return "no words"
    if terms < FEW_WORDS:
        return "too short"
    return "no neighbour" if corpus.languages[row] == usual else "other language"
