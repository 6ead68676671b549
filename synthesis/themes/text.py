"""Reading what people wrote: visible text, language, words, stems and the forms they came in.

A corpus is read once into flat arrays of word numbers; every later step (copies, vectors,
labels) works on those arrays, so a hundred thousand contributions cost seconds, not minutes.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from synthesis.themes.stopwords import FILLERS, FUNCTION

UNKNOWN = "und"
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
MOST_CHARACTERS = 60_000  # a text longer than a book chapter is read up to here

_BLOCK = re.compile(r"<\s*/?\s*(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote)\b[^<>]*>", re.I)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w{1,31});")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\[(?:courriel|téléphone|signature)\]")
_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Document:
    """One contribution as received; `author` and `speaks_for` only serve to count people."""

    id: str
    text: str
    title: str = ""
    language: str | None = None
    author: str | None = None
    speaks_for: int = 1


def visible(text: str) -> str:
    """What a reader sees: entities decoded, tags out; a plain text comes back unchanged."""
    text = text[:MOST_CHARACTERS]
    for _ in range(3):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" not in text:
        return text
    return _TAG.sub(" ", _BLOCK.sub("\n", _UNSEEN.sub(" ", text)))


def words_of(text: str) -> list[str]:
    """Lower-case words of a visible text, addresses left out; elisions fall apart by themselves.

    >>> words_of("L’École d'à côté : www.ville.example")
    ['l', 'école', 'd', 'à', 'côté']
    """
    folded = unicodedata.normalize("NFC", _ADDRESS.sub(" ", text)).lower()
    found = _WORD.findall(folded)
    if _SPACELESS.search(folded):
        return [part for word in found for part in _pieces(word)]
    return found


def _pieces(word: str) -> list[str]:
    """Pairs of characters where the script puts no space between words."""
    if not _SPACELESS.search(word) or len(word) <= 2:
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def plain(word: str) -> str:
    """The word without accents, in lower case.

    >>> plain("Élève")
    'eleve'
    """
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


@dataclass(frozen=True)
class Corpus:
    """Documents as flat arrays of word numbers; titles stand before their body.

    words : number of each word met, in reading order, all documents after one another
    starts : where each document begins in `words` (one more than documents)
    bodies : where each document's body begins in `words`
    forms : the lower-case word behind each number
    languages : two-letter code of each document, or "und"
    """

    documents: Sequence[Document]
    words: NDArray[np.int32]
    starts: NDArray[np.int64]
    bodies: NDArray[np.int64]
    forms: Sequence[str]
    languages: Sequence[str]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The document that each word of `words` belongs to."""
        return np.repeat(np.arange(len(self.documents)), self.lengths)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each document, title included."""
        return np.diff(self.starts)

    @cached_property
    def usual_language(self) -> str:
        """The language of most documents."""
        told = list(self.languages)
        return max(sorted(set(told)), key=told.count)

    @cached_property
    def plain_numbers(self) -> NDArray[np.int32]:
        """For each word number, a number shared by the forms that differ only by accents."""
        seen: dict[str, int] = {}
        numbers = (seen.setdefault(plain(form), len(seen)) for form in self.forms)
        return np.fromiter(numbers, np.int32, len(self.forms))

    def text(self, row: int) -> str:
        """The visible text of a document, without its title."""
        return visible(self.documents[row].text)


def read(documents: Sequence[Document], usual: str = "") -> Corpus:
    """Read documents into arrays and tell each one's language.

    Parameters
    ----------
    usual : str
        The language of a text too short to tell; that of most of these texts when not given.
    """
    seen: dict[str, int] = {}
    words: list[int] = []
    starts, bodies = [0], []
    for document in documents:
        words.extend(seen.setdefault(w, len(seen)) for w in words_of(visible(document.title)))
        bodies.append(len(words))
        words.extend(seen.setdefault(w, len(seen)) for w in words_of(visible(document.text)))
        starts.append(len(words))
    flat, edges = np.array(words, np.int32), np.array(starts, np.int64)
    forms = list(seen)
    languages = tell_languages(flat, edges, forms, [d.language for d in documents], usual)
    return Corpus(documents, flat, edges, np.array(bodies, np.int64), forms, languages)


def tell_languages(
    words: NDArray[np.int32],
    starts: NDArray[np.int64],
    forms: Sequence[str],
    stated: Sequence[str | None],
    expected: str = "",
) -> list[str]:
    """Language of each document by a vote of its grammar words.

    A stated language is believed. A text that votes for none takes the language of most others,
    unless it is long enough (8 words) to have voted or written in another script.
    """
    codes = list(FUNCTION)
    votes = _votes(words, starts, forms, codes)
    best, most = votes.argmax(axis=1), votes.max(axis=1, initial=0)
    lengths = np.diff(starts)
    clear = most >= 1.5
    counts = np.bincount(best[clear], minlength=len(codes))
    usual = int(counts.argmax()) if counts.any() else codes.index("fr")
    usual = codes.index(expected) if expected in codes else usual
    foreign = _foreign_share(words, starts, forms)
    told = []
    for row, code in enumerate(stated):
        if code:
            told.append(code.lower()[:2])
        elif foreign[row] > 0.5 or (most[row] == 0 and lengths[row] >= 8):
            told.append(UNKNOWN)
        elif most[row] >= 1.5 * votes[row, usual] + 1:
            told.append(codes[best[row]])
        else:
            told.append(codes[usual])
    return told


def _votes(
    words: NDArray[np.int32],
    starts: NDArray[np.int64],
    forms: Sequence[str],
    codes: Sequence[str],
) -> NDArray[np.float64]:
    """Grammar words of each language in each document; a word of two languages counts half."""
    flat = [plain(form) for form in forms]
    known = np.array([[len(form) > 1 and form in FUNCTION[c] for c in codes] for form in flat])
    known = known.reshape(len(flat), len(codes))
    weights = known / np.maximum(known.sum(axis=1, keepdims=True), 1)
    columns = [_sums(weights[:, i][words], starts) for i in range(len(codes))]
    return np.stack(columns, axis=1)


def _sums(values: NDArray, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of the values within each document."""
    totals = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return totals[starts[1:]] - totals[starts[:-1]]


def _foreign_share(
    words: NDArray[np.int32], starts: NDArray[np.int64], forms: Sequence[str]
) -> NDArray[np.float64]:
    """Share of each document's words that are not written in Latin letters or digits."""
    other = np.fromiter((not _is_latin(form) for form in forms), bool, len(forms))
    counts = _sums(other[words], starts)
    return counts / np.maximum(np.diff(starts), 1)


def _is_latin(form: str) -> bool:
    return form.isascii() or form[0].isdigit() or "LATIN" in unicodedata.name(form[0], "")


@dataclass(frozen=True)
class Stems:
    """The terms that can make a theme.

    terms : for each word of the corpus, the number of its term, or -1 when it carries no theme
    names : the stem behind each term number
    """

    terms: NDArray[np.int32]
    names: Sequence[str]


def stems_of(corpus: Corpus, more_stopwords: Sequence[str] = ()) -> Stems:
    """Stem every word in the language of its document; grammar and filler words become -1."""
    codes = sorted(set(corpus.languages))
    place = {code: i for i, code in enumerate(codes)}
    of_document = np.array([place[code] for code in corpus.languages], np.int64)
    pair = corpus.words.astype(np.int64) * max(len(codes), 1) + of_document[corpus.rows]
    unique, inverse = np.unique(pair, return_inverse=True)
    stemmers = {code: Stemmer(code, more_stopwords) for code in codes}
    seen: dict[str, int] = {}
    found = np.full(len(unique), -1, np.int32)
    for i, number in enumerate(unique.tolist()):
        word, code = divmod(number, len(codes))
        stem = stemmers[codes[code]](corpus.forms[word])
        if stem:
            found[i] = seen.setdefault(stem, len(seen))
    return Stems(found[inverse], list(seen))


class Stemmer:
    """Stem of a word in one language; an empty answer means that the word makes no theme."""

    def __init__(self, code: str, more_stopwords: Sequence[str] = ()) -> None:
        name = STEMMERS.get(code)
        self._stem = snowballstemmer.stemmer(name).stemWord if name else str
        self._stopped = FUNCTION.get(code, frozenset()) | {plain(w) for w in more_stopwords}
        fillers = FILLERS.get(code, frozenset())
        self._filler_stems = {plain(self._stem(word)) for word in fillers} | fillers

    def __call__(self, word: str) -> str:
        bare = plain(word)
        if not _can_mean(bare) or bare in self._stopped or bare in self._filler_stems:
            return ""
        stem = plain(self._stem(word))
        return "" if stem in self._filler_stems else stem


def _can_mean(word: str) -> bool:
    """Three letters or more, or a letter with a digit ("5g"); other scripts need fewer."""
    if word.isdigit() or len(word) > 40:
        return False
    if word.isascii():
        return len(word) >= 3 or (len(word) == 2 and not word.isalpha())
    return len(word) >= 2
