"""What a sample teaches, and how it places any text: alone, and always in the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.copies import core_words
from synthesis.themes.engine import DOUBTFUL, Learned, second_of
from synthesis.themes.text import Corpus, Document, Stems, plain, read, stems_of
from synthesis.themes.units import reason_of
from synthesis.themes.vectors import count_terms, rarity, views_of, weigh

REASONS = ("", "no words", "too short", "no neighbour", "other language", "locked")
BANDS, ROWS = 8, 4  # of the MinHash signature by which near copies are proposed


@dataclass(frozen=True)
class Model:
    """Themes learned from a sample.

    keys : the id of each theme; the first `locked` take nothing in
    columns : the number of each stem of the sample
    idf, directions : of shape (n_stems,) and (n_stems, d)
    centres : of each run, the number of its view and an ndarray of shape (k, d of the view)
    met : of each run, an ndarray of shape (k, n_themes): the affinity that its groups give
    usual : the median affinity of the sample's texts with their own theme
    """

    keys: tuple[str, ...]
    locked: int
    columns: dict[str, int]
    idf: NDArray[np.float64]
    directions: NDArray[np.float32]
    centres: tuple[tuple[int, NDArray[np.float32]], ...]
    met: tuple[NDArray[np.float64], ...]
    usual: NDArray[np.float64]
    language: str
    stopwords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Some texts, placed. Every array has one entry a text.

    keys : the id of each theme
    theme, second : number of the theme, -1 for none
    strength : share of the runs, in [0, 1]
    reason : index in REASONS of why it is in none
    digest : of its words in their order, 0 for a text without words; equal texts have equal ones
    words : how many it has
    bands : of shape (n, BANDS); texts that agree on one may be near copies; 0 for none
    author, speaks_for : a number for each author, 0 when unknown, and people spoken for
    """

    keys: tuple[str, ...]
    ids: tuple[str, ...]
    theme: NDArray[np.int16]
    second: NDArray[np.int16]
    strength: NDArray[np.float32]
    is_doubtful: NDArray[np.bool_]
    reason: NDArray[np.int8]
    digest: NDArray[np.uint64]
    words: NDArray[np.int32]
    bands: NDArray[np.uint64]
    author: NDArray[np.uint64]
    speaks_for: NDArray[np.int32]


def model_of(learned: Learned, stopwords: Sequence[str] = ()) -> Model:
    """What `engine.learn` found in a sample, ready to place other texts."""
    units, grouping = learned.units, learned.grouping
    themes = len(learned.keys)
    met = grouping.met_with(learned.of_unit, themes)
    edges = np.cumsum([0, *(len(centres) for _view, centres in grouping.centres)])
    affinity = grouping.affinity_with(learned.of_unit, themes)
    usual = np.zeros(themes)
    for theme in range(themes):
        inside = learned.of_unit == theme
        usual[theme] = np.median(affinity[inside, theme]) if inside.any() else 0.0
    return Model(
        keys=tuple(learned.keys),
        locked=learned.locked,
        columns={name: n for n, name in enumerate(units.stems.names)},
        idf=rarity(units.all_counts),
        directions=learned.directions,
        centres=tuple(grouping.centres),
        met=tuple(met[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)),
        usual=usual,
        language=units.corpus.usual_language if len(units.corpus.documents) else "",
        stopwords=tuple(stopwords),
    )


def place(model: Model, documents: Sequence[Document]) -> Block:
    """Place some texts; each one's place does not depend on the others'."""
    corpus = read(documents, model.language)
    own = stems_of(corpus, model.stopwords)
    column = np.array([model.columns.get(name, -1) for name in own.names] or [-1], np.int32)
    terms = np.where(own.terms >= 0, column[own.terms], -1)
    counts = count_terms(corpus, Stems(terms, list(model.columns)))
    weights = weigh(counts, model.idf)
    affinity = _affinity(model, views_of(np.asarray(weights @ model.directions)))
    speaking = np.diff(weights.indptr) > 0
    best = affinity.argmax(axis=1) if len(model.keys) else np.full(len(documents), -1)
    theme = np.where(speaking & (best >= model.locked), best, -1)
    strength = _taken(affinity, theme)
    reasons = _reasons(corpus, np.diff(counts.indptr), theme, speaking, model.language)
    digest, bands = _signatures(corpus, own)
    return Block(
        keys=model.keys,
        ids=tuple(document.id for document in documents),
        theme=theme.astype(np.int16),
        second=second_of(affinity, theme).astype(np.int16),
        strength=strength.astype(np.float32),
        is_doubtful=(theme >= 0) & (strength < DOUBTFUL * np.append(model.usual, 0)[theme]),
        reason=reasons,
        digest=digest,
        words=corpus.lengths.astype(np.int32),
        bands=bands,
        author=np.array([_number(d.author) for d in documents], np.uint64),
        speaks_for=np.array([d.speaks_for for d in documents], np.int32),
    )


def _affinity(model: Model, views: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Mean share of runs in which each text meets the members of each theme."""
    found = np.zeros((len(views[0]), len(model.keys)))
    for (view, centres), met in zip(model.centres, model.met, strict=True):
        found += met[(views[view] @ centres.T).argmax(axis=1)]
    return found


def _taken(affinity: NDArray[np.float64], theme: NDArray[np.int64]) -> NDArray[np.float64]:
    rows = np.arange(len(theme))
    taken = affinity[rows, theme] if affinity.shape[1] else np.zeros(len(theme))
    return np.where(theme >= 0, np.minimum(taken, 1.0), 0.0)


def _reasons(
    corpus: Corpus, terms: NDArray, theme: NDArray, speaking: NDArray, usual: str
) -> NDArray[np.int8]:
    found = np.zeros(len(theme), np.int8)
    for row in np.flatnonzero(theme < 0).tolist():
        why = "locked" if speaking[row] else reason_of(corpus, row, int(terms[row]), usual)
        found[row] = REASONS.index(why)
    return found


def _number(author: str | None) -> int:
    return _hash(author) if author is not None else 0


def _hash(word: str) -> int:
    raw = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "big") or 1


# --- Copies -----------------------------------------------------------------------------------


def _signatures(corpus: Corpus, stems: Stems) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The digest of each text's words, and its MinHash bands (Broder 1997)."""
    n = len(corpus.documents)
    core = core_words(corpus, stems)
    rows, words = corpus.rows[core], corpus.plain_numbers[corpus.words[core]]
    names = _plain_names(corpus)
    hashes = np.array([_hash(name) for name in names] or [1], np.uint64)
    told = hashes[words] if len(words) else np.zeros(0, np.uint64)
    edges = np.searchsorted(rows, np.arange(n + 1))
    return _digests(told, edges), _bands(told, edges)


def _plain_names(corpus: Corpus) -> list[str]:
    """One spelling for each plain number, whatever order words were met in."""
    found: dict[int, str] = {}
    for form, number in zip(corpus.forms, corpus.plain_numbers.tolist(), strict=True):
        found.setdefault(number, plain(form))
    return [found[number] for number in range(len(found))]


def _digests(told: NDArray[np.uint64], edges: NDArray[np.int64]) -> NDArray[np.uint64]:
    found = np.zeros(len(edges) - 1, np.uint64)
    for row, (start, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        if end > start:
            raw = hashlib.blake2b(told[start:end].tobytes(), digest_size=8).digest()
            found[row] = int.from_bytes(raw, "big") or 1
    return found


def _bands(told: NDArray[np.uint64], edges: NDArray[np.int64]) -> NDArray[np.uint64]:
    filled = np.flatnonzero(np.diff(edges) > 0)
    found = np.zeros((len(edges) - 1, BANDS), np.uint64)
    draw = np.random.default_rng(1997)
    for band in range(BANDS):
        mixed = np.zeros(len(filled), np.uint64)
        for _row in range(ROWS):
            by = np.uint64(int(draw.integers(1, 1 << 61)) | 1)
            shuffled = (told * by) ^ ((told * by) >> np.uint64(29))
            least = np.minimum.reduceat(shuffled, edges[filled]) if len(filled) else mixed
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + least
        found[filled, band] = np.maximum(mixed, np.uint64(1))
    return found
