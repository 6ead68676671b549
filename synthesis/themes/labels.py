"""Words that name a theme, as people wrote them, and sentences that stand for it.

A label is a proposal made of frequent words, never a judgement; a quote is a passage of a
contribution, character for character.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.clustering import membership
from synthesis.themes.text import Corpus, Stems, visible

KEYWORDS = 8
LABEL_WORDS = 3
PAIR_BONUS = 1.4  # "vote blanc" says more than "vote"
GAP = 2  # grammar words allowed inside a pair: "impôt sur le revenu"
READ_FOR_CASE = 200  # contributions read to learn how a word is written
CLOSENESS = 0.7  # weight of being central against being different, when quotes are chosen
QUOTES = 4
SHORTEST, LONGEST = 5, 60  # words of a quoted passage

_SENTENCE = re.compile(r"[^.!?…\n]*[^.!?…\s][^.!?…\n]*(?:[.!?…]+[»\")]*|(?=\n)|$)")


@dataclass(frozen=True)
class Representative:
    """A contribution that stands for its theme, with the passage to quote and the reason."""

    id: str
    passage: str
    why: str


@dataclass(frozen=True)
class Lexicon:
    """Terms and pairs of terms of each document, with the written form of each.

    holds : csr_matrix of shape (n_documents, n_terms), ones
    forms : how each term is written most often
    stems : the one or two stems of each term
    """

    holds: sparse.csr_matrix
    forms: Sequence[str]
    stems: Sequence[tuple[int, ...]]


def build_lexicon(corpus: Corpus, stems: Stems) -> Lexicon:
    """Words and word pairs that may name a theme: those that several documents hold."""
    places = np.flatnonzero(stems.terms >= 0)
    word_keys = stems.terms[places].astype(np.int64)
    near = np.flatnonzero(
        (np.diff(places) <= GAP + 1)
        & (np.diff(corpus.rows[places]) == 0)
        & _same_part(corpus, places)
    )
    size = max(len(stems.names), 1)
    pair_keys = (word_keys[near] + 1) * size + word_keys[near + 1]
    words = _kept(word_keys, places, places, corpus)
    pairs = _kept(pair_keys, places[near], places[near + 1], corpus)
    of_words: list[tuple[int, ...]] = [(key,) for key in words[2]]
    of_pairs: list[tuple[int, ...]] = [(key // size - 1, key % size) for key in pairs[2]]
    return Lexicon(
        sparse.hstack([words[0], pairs[0]], format="csr"),
        words[1] + pairs[1],
        of_words + of_pairs,
    )


def _same_part(corpus: Corpus, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Neighbours that do not stand on both sides of the end of a title."""
    in_body = places >= corpus.bodies[corpus.rows[places]]
    return in_body[1:] == in_body[:-1]


def _kept(
    keys: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64], corpus: Corpus
) -> tuple[sparse.csr_matrix, list[str], list[int]]:
    """Table of the keys that enough documents hold, their written forms and the keys."""
    n = len(corpus.documents)
    unique, columns = np.unique(keys, return_inverse=True)
    ones = np.ones(len(keys), np.float32)
    table = sparse.csr_matrix((ones, (corpus.rows[first], columns)), shape=(n, len(unique)))
    table.data[:] = 1
    held = np.bincount(table.indices, minlength=len(unique))
    kept = np.flatnonzero(held >= max(2, min(4, n // 50)))
    forms = _usual_forms(columns, kept, first, last, corpus)
    return table[:, kept], forms, unique[kept].tolist()


def _usual_forms(
    columns: NDArray, kept: NDArray, first: NDArray, last: NDArray, corpus: Corpus
) -> list[str]:
    """The most frequent way each kept key is written, from its first word to its last."""
    order = np.argsort(columns, kind="stable")
    starts = np.searchsorted(columns[order], kept)
    ends = np.searchsorted(columns[order], kept, side="right")
    forms = []
    for start, end in zip(starts, ends, strict=True):
        spots = order[start : min(end, start + 500)]
        spans = Counter(
            tuple(corpus.words[a : b + 1].tolist())
            for a, b in zip(first[spots].tolist(), last[spots].tolist(), strict=True)
        )
        best = min(spans, key=lambda span: (-spans[span], _spelled(span, corpus)))
        forms.append(_spelled(best, corpus))
    return forms


ELIDED = frozenset(
    ["l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]
)


def _spelled(span: Sequence[int], corpus: Corpus) -> str:
    """Words joined as they are written, the apostrophe put back.

    The reading of a corpus loses it; French and Catalan elisions are the only ones met.
    """
    text = ""
    for number in span:
        word = corpus.forms[number]
        text += word + ("’" if word in ELIDED else " ")
    return text.strip()


def theme_words(
    lexicon: Lexicon, labels: NDArray[np.int64], themes: int, taken: Sequence[set[int]] = ()
) -> list[list[int]]:
    """Terms that set each theme apart, best first, no two sharing a stem.

    Class-based TF-IDF: a term scores p log(p / q), where p is the share of the theme's documents
    that hold it and q the share elsewhere. A term goes to the theme where it scores most, so
    labels differ.

    Parameters
    ----------
    labels : ndarray of shape (n_documents,)
        Theme of each document, -1 for none.

    Returns
    -------
    list of lists of int
        For each theme, at most `KEYWORDS` columns of the lexicon.

    References
    ----------
    .. [1] Grootendorst (2022). BERTopic: neural topic modeling with a class-based TF-IDF.
    """
    placed = np.flatnonzero(labels >= 0)
    members = membership(labels[placed], themes)
    sizes = np.asarray(members.sum(axis=0)).ravel()
    held = (members.T @ lexicon.holds[placed]).toarray()
    elsewhere = held.sum(axis=0) - held
    share = held / np.maximum(sizes, 1)[:, None]
    other = (elsewhere + 0.5) / (len(placed) - sizes + 1)[:, None]
    scores = share * np.log(np.maximum(share, 1e-12) / other)
    scores *= np.array([PAIR_BONUS if len(stems) == 2 else 1.0 for stems in lexicon.stems])
    enough = np.minimum(4, np.maximum(1, sizes // 4))[:, None]
    scores[(held < enough) | (share < 0.02)] = 0
    scores[scores < scores.max(axis=0, initial=0)] = 0
    return [_greedy(row, lexicon) for row in scores]


def _greedy(scores: NDArray[np.float64], lexicon: Lexicon) -> list[int]:
    """The best scored terms, leaving out those that share a stem with one taken before."""
    picked: list[int] = []
    used: set[int] = set()
    for column in np.argsort(-scores, kind="stable")[: 20 * KEYWORDS].tolist():
        if scores[column] <= 0 or len(picked) == KEYWORDS:
            break
        if used.isdisjoint(lexicon.stems[column]):
            picked.append(column)
            used.update(lexicon.stems[column])
    return picked


def written(forms: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The forms with the capitals that people give them inside sentences ("TVA", "Europe")."""
    read = "\n".join(text for text in texts[:READ_FOR_CASE] if not text.isupper())
    return [_cased(form, read) for form in forms]


def _cased(form: str, read: str) -> str:
    pattern = r"(?<=[a-zà-ÿ,;] )" + re.escape(form).replace("’", "['’]") + r"(?!\w)"
    seen = Counter(re.findall(pattern, read, re.I))
    if not seen:
        return form
    usual, count = max(seen.items(), key=lambda item: (item[1], item[0]))
    return usual.replace("'", "’") if count * 2 > seen.total() else form


def label_of(words: Sequence[str]) -> str:
    """A label of two to four words from the keywords, best first.

    >>> label_of(["vote blanc", "élections", "abstention", "scrutin"])
    'vote blanc, élections, abstention'
    """
    return ", ".join(words[:LABEL_WORDS])


def sentences(text: str) -> list[str]:
    """Passages of a visible text, each an exact piece of it.

    >>> sentences("Un parc ! Et des arbres.\\nMerci")
    ['Un parc !', 'Et des arbres.', 'Merci']
    """
    return [found.group().strip() for found in _SENTENCE.finditer(text) if found.group().strip()]


def passage(text: str, title: str, words: Sequence[str]) -> str:
    """The sentence that holds most of a theme's words; the title when the text has none."""
    options = sentences(text) or sentences(title)
    if not options:
        return ""
    lowered = [word.lower() for word in words]

    def worth(option: str) -> tuple[int, int, int]:
        size = len(option.split())
        held = sum(word in option.lower() for word in lowered)
        return (SHORTEST <= size <= LONGEST, held, -abs(size - 20))

    return shortened(max(options, key=worth))


def shortened(text: str) -> str:
    """The first words of a passage that is too long to quote, still an exact piece of it."""
    found = re.match(rf"(?:\S+\s+){{{2 * LONGEST}}}\S+", text)
    return (found.group() if found else text)[:600]


def diverse(points: NDArray[np.float32], centre: NDArray[np.float32], count: int) -> list[int]:
    """Rows that are close to the centre and unlike each other (maximal marginal relevance).

    References
    ----------
    .. [1] Carbonell and Goldstein (1998). The use of MMR, diversity-based reranking.
    """
    near = points @ centre
    picked = [int(near.argmax())] if len(points) else []
    while len(picked) < min(count, len(points)):
        like = (points @ points[picked].T).max(axis=1)
        worth = CLOSENESS * near - (1 - CLOSENESS) * like
        worth[picked] = -np.inf
        picked.append(int(worth.argmax()))
    return picked


def name_from(title: str, label: str) -> str:
    """A readable name: a short title as its author wrote it, else the label as a heading."""
    text = " ".join(visible(title).split()).rstrip(" .,;:")
    if not 2 <= len(text.split()) <= 14:
        text = label
    if text.isupper():
        text = text.lower()
    return text[:1].upper() + text[1:]
