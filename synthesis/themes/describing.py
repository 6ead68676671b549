"""What a theme is called, whom to quote for it, and the parts of a large one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from synthesis.themes.clustering import consensus
from synthesis.themes.labels import (
    SHORTEST,
    Representative,
    build_lexicon,
    diverse,
    label_of,
    name_from,
    passage,
    theme_words,
    written,
)  # fmt: skip
from synthesis.themes.result import SubTheme, Theme
from synthesis.themes.units import Units
from synthesis.themes.vectors import reduce, unit, weigh

LARGE = 40  # distinct texts above which a theme is looked at for parts
AGREE = 0.3  # adjusted Rand index of two starts under which a theme has no parts
PART_RUNS = 20
QUOTED = 4
READ_FOR_NAMES = 5  # titles nearest the centre among which a name is looked for


@dataclass(frozen=True)
class Told:
    """The words for a group of texts."""

    name: str
    label: str
    keywords: tuple[str, ...]


class Describer:
    """Words and quotes for groups of documents that do not overlap."""

    def __init__(
        self,
        units: Units,
        points: NDArray[np.float32],
        of_document: NDArray[np.int64],
        groups: int,
        seed: int,
    ) -> None:
        self.units, self.points, self.seed = units, points, seed
        self.of_document, self.groups = of_document, groups
        self.of_unit = of_document[units.rows]
        self.lexicon = build_lexicon(units.corpus, units.stems)
        self.words = self._words_for(self.of_unit, groups)

    def _words_for(self, of_unit: NDArray[np.int64], groups: int) -> list[list[int]]:
        """Terms of each group, a text said many times counted once."""
        labels = np.full(len(self.of_document), -1)
        labels[self.units.rows] = of_unit
        if not (labels >= 0).any():
            return [[] for _ in range(groups)]
        return theme_words(self.lexicon, labels, groups)

    def describe(self, group: int) -> Told:
        """Name, label and keywords of one group."""
        return self._told(np.flatnonzero(self.of_unit == group), self.words[group])

    def _told(self, inside: NDArray[np.int64], words: Sequence[int]) -> Told:
        rows = self.units.rows[inside]
        texts = [self.units.corpus.text(int(row)) for row in rows[:200]]
        keywords = tuple(written([self.lexicon.forms[word] for word in words], texts))
        label = label_of(keywords)
        return Told(self._name(inside, keywords, label), label, keywords)

    def _name(self, inside: NDArray[np.int64], keywords: Sequence[str], label: str) -> str:
        """The title near the centre that holds most of the keywords, else the keywords."""
        titles = [self.units.corpus.documents[row].title for row in self._nearest(inside)]
        lowered = [word.lower() for word in keywords]

        def held(title: str) -> int:
            return sum(word in title.lower() for word in lowered)

        best = max(titles, key=held, default="")
        return name_from(best if held(best) else "", label)

    def _nearest(self, inside: NDArray[np.int64]) -> NDArray[np.int64]:
        """Documents of the texts nearest the centre of a group, nearest first."""
        if not len(inside):
            return np.zeros(0, np.int64)
        near = self.points[inside] @ _centre(self.points[inside])
        return self.units.rows[inside[np.argsort(-near, kind="stable")[:READ_FOR_NAMES]]]

    def told_apart(self, themes: Sequence[Theme], names: Mapping[str, str]) -> list[Theme]:
        """The themes under the names people gave, no two of the same name."""
        used = {name.casefold() for name in names.values()}
        found = []
        for theme in themes:
            name = names.get(theme.id) or self._free_name(theme, used)
            used.add(name.casefold())
            found.append(replace(theme, name=name))
        return found

    def _free_name(self, theme: Theme, used: set[str]) -> str:
        options = [theme.name, theme.label[:1].upper() + theme.label[1:], ", ".join(theme.keywords)]
        options += [f"{theme.name or theme.id} ({n})" for n in range(2, len(used) + 3)]
        return next(name for name in options if name and name.casefold() not in used)

    def representatives(self, group: int, keywords: Sequence[str]) -> Iterator[Representative]:
        """Contributions to quote: the most central first, then unlike ones."""
        inside = np.flatnonzero(self.of_unit == group)
        lengths = self.units.corpus.lengths[self.units.rows[inside]]
        inside = inside[lengths >= SHORTEST] if (lengths >= SHORTEST).any() else inside
        if not len(inside):
            return
        points = self.points[inside]
        for n, place in enumerate(diverse(points, _centre(points), QUOTED)):
            document = self.units.corpus.documents[self.units.rows[inside[place]]]
            text = self.units.corpus.text(int(self.units.rows[inside[place]]))
            quoted = passage(text, document.title, keywords)
            if quoted:
                yield Representative(document.id, quoted, "different" if n else "central")

    def subthemes(self, group: int, key: str) -> Iterator[SubTheme]:
        """Parts of a large theme; none when two starts do not find the same ones."""
        inside = np.flatnonzero(self.of_unit == group)
        labels = self._parts(inside)
        if labels is None:
            return
        of_unit = np.full(len(self.units), -1)
        of_unit[inside] = labels
        words = self._words_for(of_unit, int(labels.max()) + 1)
        for n in np.argsort(-np.bincount(labels[labels >= 0]), kind="stable").tolist():
            part = inside[labels == n]
            told = self._told(part, words[n])
            held = np.isin(self.units.unit_of, part) & (self.of_document == group)
            members = tuple(self.units.ids[row] for row in np.flatnonzero(held))
            yield SubTheme(
                f"{key}.{n + 1}", told.name, told.label, told.keywords, len(members), members
            )

    def _parts(self, inside: NDArray[np.int64]) -> NDArray[np.int64] | None:
        if len(inside) <= LARGE:
            return None
        weights = weigh(self.units.counts[inside])
        speaking = np.flatnonzero(np.diff(weights.indptr) > 0)
        if len(speaking) <= LARGE:
            return None
        views = reduce(weights[speaking])
        k = int(min(max(round(len(speaking) ** 0.5 / 3), 2), 8))
        one, other = (consensus(views, k, self.seed + n, runs=PART_RUNS).labels for n in (0, 1))
        if adjusted_rand_score(one, other) < AGREE or len(np.unique(one)) < 2:
            return None
        labels = np.full(len(inside), -1)
        labels[speaking] = np.unique(one, return_inverse=True)[1]
        return labels


def _centre(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return unit(points.mean(axis=0, keepdims=True))[0]


def split_in(
    units: Units, parts: int, seed: int, tell: Callable[[float], None]
) -> NDArray[np.int64] | None:
    """A part for each document, or None when the texts do not fall into two at least."""
    if len(units) < max(parts, 2):
        return None
    found = consensus(reduce(units.weights), parts, seed, tell).labels
    used, found = np.unique(found, return_inverse=True)
    if len(used) < 2:
        return None
    rest = int(np.bincount(found).argmax())  # texts without a common word follow the largest
    return np.append(found, rest)[units.unit_of]
