"""Themes of thousands of contributions: stems, TF-IDF, LSA, and a vote of many k-means.

Every computation is repeatable: the same texts give the same result whatever their order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.themes import clustering
from synthesis.themes.clustering import Grouping, consensus, propose_number, smallest_theme
from synthesis.themes.continuity import (
    Fixed,
    Previous,
    fresh_key,
    recognised,
    themes_of,
    unheard,
)  # fmt: skip
from synthesis.themes.copies import differing, kind_of
from synthesis.themes.describing import Describer, split_in
from synthesis.themes.passages import second_subjects
from synthesis.themes.result import (
    Alone,
    Assignment,
    Coverage,
    Duplicates,
    Part,
    Theme,
    ThemesResult,
)  # fmt: skip
from synthesis.themes.text import Document
from synthesis.themes.units import Units, in_order, units_of
from synthesis.themes.vectors import DIMENSIONS, Encoder, beside, reduce, reduced

__all__ = ["Document", "Fixed", "Previous", "find_themes", "split_theme"]

DOUBTFUL = 0.8  # of its theme's median strength, under which a person should look at a placement
SECOND = 0.3  # share of runs in which a text meets a second theme that it also belongs to
SECOND_SHARE = 0.6  # the same, over its share with the first
COMPARED_COPIES = 50  # copies of one text whose differing passages are written out
Progress = Callable[[float], None]


def find_themes(
    documents: Sequence[Document],
    themes: int | None = None,
    seed: int = 0,
    previous: Previous | None = None,
    fixed: Fixed | None = None,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    stopwords: Sequence[str] = (),
) -> ThemesResult:
    """Group contributions by what they talk about.

    With an earlier result and no other number of themes wanted, what is already placed stays,
    what is new joins, and a new theme appears only for texts far from all earlier ones. With
    another number, everything is grouped again and themes keep their identity by overlap.

    Parameters
    ----------
    documents : sequence of Document
        In any order; ids differ.
    themes : int, optional
        How many are wanted; proposed from the number of distinct texts when not given.
    seed : int
        Start of the random draws.
    previous : Previous, optional
        Themes of the result before.
    fixed : Fixed, optional
        What people decided.
    progress : callable, optional
        Told the share of the work done, in [0, 1].
    encoder : Encoder, optional
        Better vectors, set beside the words' own.
    stopwords : sequence of str
        Words of the question itself.

    Raises
    ------
    ValueError
        When two documents have the same id or fewer than one theme is wanted.
    """
    return learn(documents, themes, seed, previous, fixed, progress, encoder, stopwords).result


@dataclass(frozen=True)
class Learned:
    """A result with what it was made of, from which other texts can be placed (`scale.py`)."""

    result: ThemesResult
    units: Units
    directions: NDArray[np.float32]
    grouping: Grouping
    keys: Sequence[str]
    locked: int
    of_unit: NDArray[np.int64]


def learn(
    documents: Sequence[Document],
    themes: int | None = None,
    seed: int = 0,
    previous: Previous | None = None,
    fixed: Fixed | None = None,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    stopwords: Sequence[str] = (),
) -> Learned:
    """`find_themes`, with what stands behind its result."""
    if themes is not None and themes < 1:
        raise ValueError("At least one theme is needed.")
    tell, fixed, previous = progress or _silent, fixed or Fixed(), previous or Previous()
    units = units_of(in_order(documents), fixed.set_aside, fixed.held, stopwords)
    tell(0.25)
    views, directions = _views(units, encoder)
    tell(0.35)
    wanted = _wanted(units, themes, previous)
    grouping = consensus(views, wanted, seed, lambda share: tell(0.35 + 0.4 * share))
    places = _Places(units, grouping, previous, fixed)
    places.start(again=themes is not None and themes != len(previous.themes))
    places.settle()
    tell(0.8)
    parameters = _parameters(units, wanted, seed, places, encoder)
    result = _written(places, views, seed, parameters, lambda share: tell(0.8 + 0.2 * share))
    return Learned(result, units, directions, grouping, places.keys, places.locked, places.of_unit)


def _silent(share: float) -> None:
    pass


def _views(
    units: Units, encoder: Encoder | None
) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
    if not len(units):
        return [np.zeros((0, 1), np.float32)], np.zeros((len(units.stems.names), 1), np.float32)
    views, directions = reduced(units.weights)
    if encoder is None:
        return views, directions
    texts = [f"{d.title}\n{units.corpus.text(int(row))}".strip() for row, d in _stand(units)]
    return beside(views, encoder(texts)), directions


def _stand(units: Units) -> list[tuple[int, Document]]:
    """The documents that stand for the distinct texts."""
    return [(int(row), units.corpus.documents[row]) for row in units.rows]


def _wanted(units: Units, themes: int | None, previous: Previous) -> int:
    """Number of groups to look for: beside the earlier themes, room for new subjects."""
    most = max(len(units), 1)
    if themes is not None and themes != len(previous.themes):
        return min(themes, most)
    known = themes_of(previous.themes)
    new = sum(units.ids[row] not in known for row in units.rows)
    room = propose_number(new) if previous.themes and new else 0
    return min(max(propose_number(len(units)), len(previous.themes) + room), most)


class _Places:
    """The theme of every document, in the making.

    keys : id of each theme
    of_unit : theme of each distinct text, -1 for none
    of_document : theme of each document, -1 for none
    reasons : why a document is in no theme
    """

    def __init__(self, units: Units, grouping: Grouping, previous: Previous, fixed: Fixed) -> None:
        self.units, self.grouping, self.fixed = units, grouping, fixed
        self.held = fixed.held
        self.keys = list(dict.fromkeys([*fixed.locked, *previous.themes]))
        self.locked = len(fixed.locked)  # the first keys are those of locked themes
        free = {key: held for key, held in previous.themes.items() if key not in fixed.locked}
        self.before = self._numbers(themes_of(free) | themes_of(fixed.locked))
        self.unit_before = self._of_units(self.before)
        self.of_unit = np.full(len(units), -1)
        self.reasons = dict(units.reasons)

    def _numbers(self, themes: dict[str, str]) -> NDArray[np.int64]:
        """The theme of each document as a number."""
        numbers = {key: n for n, key in enumerate(self.keys)}
        found = [numbers.get(themes.get(one, ""), -1) for one in self.units.ids]
        return np.array(found, np.int64)

    def _of_units(self, of_document: NDArray[np.int64]) -> NDArray[np.int64]:
        """The theme of each text: its own document's, else that of its first placed copy."""
        found = np.full(len(self.units), -1)
        for row in np.flatnonzero((self.units.unit_of >= 0) & (of_document >= 0))[::-1]:
            found[self.units.unit_of[row]] = of_document[row]
        own = of_document[self.units.rows]
        return np.where(own >= 0, own, found)

    def start(self, again: bool) -> None:
        """Give every text a theme: from the vote alone, or around the themes of before."""
        if not len(self.units):
            return
        groups = int(self.grouping.labels.max()) + 1
        earlier = bool((self.unit_before[self._free()] >= 0).any())
        if again or not earlier:
            self._from_groups(groups)
        else:
            self._from_before(groups)
        self._away_from_locked()

    def _free(self) -> NDArray[np.bool_]:
        """Texts that no locked theme holds."""
        return ~((self.unit_before >= 0) & (self.unit_before < self.locked))

    def _from_groups(self, groups: int) -> None:
        """Each group becomes a theme: an earlier one that it continues, or a new one."""
        free = self._free()
        labels = np.where(free, self.grouping.labels, -1)
        before = np.where(free, self.unit_before, -1)
        for group, theme in enumerate(recognised(labels, groups, before, len(self.keys))):
            inside = np.flatnonzero(labels == group)
            if len(inside):
                self.of_unit[inside] = self._new_theme(inside) if theme < 0 else theme
        self.of_unit[~free] = self.unit_before[~free]

    def _from_before(self, groups: int) -> None:
        """What was placed stays; the others join the theme they meet most, or make a new one."""
        before = self.unit_before
        affinity = self.grouping.affinity_with(before, len(self.keys))
        self.of_unit = np.where(before >= 0, before, affinity.argmax(axis=1))
        fewest = max(smallest_theme(len(before)), 5)
        for new in unheard(self.grouping.labels, groups, before, affinity, fewest):
            self.of_unit[new] = self._new_theme(new)

    def _new_theme(self, inside: NDArray[np.int64]) -> int:
        ids = [self.units.corpus.documents[row].id for row in self.units.rows[inside]]
        self.keys.append(fresh_key(ids, self.keys))
        return len(self.keys) - 1

    def _away_from_locked(self) -> None:
        """Nothing joins a locked theme: a person places what resembles it."""
        if not self.locked:
            return
        affinity = self.grouping.affinity_with(self.of_unit, len(self.keys))
        near = affinity.argmax(axis=1) < self.locked
        inside = (self.of_unit >= 0) & (self.of_unit < self.locked)
        away = np.flatnonzero(self._free() & (inside | (near & (self.unit_before < 0))))
        self.of_unit[away] = -1
        for row in np.flatnonzero(np.isin(self.units.unit_of, away)):
            self.reasons[int(row)] = "locked"

    def settle(self) -> None:
        """Leave apart what shares no word with its theme, then do what people decided."""
        self._apart()
        copies = np.append(self.of_unit, -1)[self.units.unit_of]
        stays = (self.before >= 0) & np.isin(self.before, self.of_unit) & (copies >= 0)
        kept = stays & ~self._regrouped()
        self.of_document = np.where(kept, self.before, copies)
        for row, one in enumerate(self.units.ids):
            self._decided(row, one)
        self.affinity = self.grouping.affinity_with(self.of_unit, len(self.keys))

    def _regrouped(self) -> NDArray[np.bool_]:
        """Documents whose text left the theme that it was in."""
        now = np.append(self.of_unit, -1)[self.units.unit_of]
        was = np.append(self.unit_before, -1)[self.units.unit_of]
        return now != was

    def _apart(self) -> None:
        """Texts that share no word with any other of their theme are in none."""
        weights = self.units.weights
        for theme in range(self.locked, len(self.keys)):
            inside = np.flatnonzero((self.of_unit == theme) & (self.unit_before != theme))
            if not len(inside):
                continue
            total = np.asarray(weights[self.of_unit == theme].sum(axis=0)).ravel()
            shared = weights[inside] @ total - 1  # a text shares all of itself with itself
            lone = inside[shared < 1e-4]
            self.of_unit[lone] = -1
            for row in np.flatnonzero(np.isin(self.units.unit_of, lone)):
                self.reasons[int(row)] = "no neighbour"

    def _decided(self, row: int, one: str) -> None:
        key = self.fixed.moved.get(one)
        if one in self.fixed.set_aside:
            self.of_document[row] = -1
            self.reasons[row] = "by hand"
        elif one in self.held:
            self.of_document[row] = self.before[row]
        elif key is not None:
            if key not in self.keys:
                self.keys.append(key)
            self.of_document[row] = self.keys.index(key)

    def strength(self, row: int) -> float:
        """Share of runs in which a document's text met its theme; 1 where a person placed it."""
        unit, theme = self.units.unit_of[row], self.of_document[row]
        one = self.units.ids[row]
        if unit < 0 or one in self.held or one in self.fixed.moved:
            return 1.0
        return float(min(self.affinity[unit, theme], 1.0))

    def seconds(self) -> NDArray[np.int64]:
        """Another theme that each document's text meets often, or -1."""
        found = np.full(len(self.of_document), -1)
        rows = np.flatnonzero((self.units.unit_of >= 0) & (self.of_document >= 0))
        affinity = self.affinity[self.units.unit_of[rows]]
        found[rows] = second_of(affinity, self.of_document[rows])
        return found


def second_of(affinity: NDArray, theme: NDArray[np.int64]) -> NDArray[np.int64]:
    """Another theme that each text meets nearly as often as its own, or -1.

    Parameters
    ----------
    affinity : ndarray of shape (n, themes), in [0, 1]
    theme : ndarray of shape (n,)
        The theme of each text, -1 for none.
    """
    if affinity.shape[1] < 2:
        return np.full(len(theme), -1)
    rows = np.arange(len(theme))
    others = affinity.copy()
    others[rows, theme] = 0
    enough = others.max(axis=1) >= np.maximum(SECOND, SECOND_SHARE * affinity[rows, theme])
    return np.where(enough & (theme >= 0), others.argmax(axis=1), -1)


def _parameters(
    units: Units, wanted: int, seed: int, places: _Places, encoder: Encoder | None
) -> dict[str, Any]:
    return {
        "documents": len(units.corpus.documents),
        "texts": len(units),
        "groups_looked_for": wanted,
        "seed": seed,
        "runs": clustering.RUNS,
        "dimensions": list(DIMENSIONS),
        "earlier_themes": len(set(places.before[places.before >= 0].tolist())),
        "encoder": "" if encoder is None else type(encoder).__name__,
        "languages": sorted(set(units.corpus.languages)),
    }


def _written(
    places: _Places,
    views: Sequence[NDArray[np.float32]],
    seed: int,
    parameters: dict[str, Any],
    tell: Progress,
) -> ThemesResult:
    """The result as plain data."""
    units = places.units
    describer = Describer(units, views[-1], places.of_document, len(places.keys), seed)
    sizes = np.bincount(places.of_document[places.of_document >= 0], minlength=len(places.keys))
    order = [n for n in np.argsort(-sizes, kind="stable").tolist() if sizes[n]]
    found = []
    for n in order:
        found.append(_theme(places, describer, n))
        tell(len(found) / len(order))
    themes = describer.told_apart(found, places.fixed.names)
    assignments, alone = _assignments(places)
    return ThemesResult(
        themes=tuple(themes),
        assignments=assignments,
        alone=tuple(alone),
        duplicates=tuple(_duplicates(units)),
        coverage=Coverage(len(units.ids), len(assignments), len(alone), _texts(places)),
        parameters=parameters | {"themes": len(themes)},
    )


def _texts(places: _Places) -> int:
    """Different texts received, those that no theme could hold included."""
    groups = places.units.copies.group
    return len(np.unique(groups))


def _theme(places: _Places, describer: Describer, n: int) -> Theme:
    inside = np.flatnonzero(places.of_document == n)
    documents = [places.units.corpus.documents[row] for row in inside.tolist()]
    told = describer.describe(n)
    return Theme(
        id=places.keys[n],
        name=told.name,
        label=told.label,
        keywords=told.keywords,
        size=len(inside),
        texts=len(np.unique(places.units.copies.group[inside])),
        people=_people(documents),
        representatives=tuple(describer.representatives(n, told.keywords)),
        subthemes=tuple(describer.subthemes(n, places.keys[n])),
    )


def _people(documents: Sequence[Document]) -> int:
    """People who speak: an author counts once, a contribution for several people for all."""
    known = {d.author for d in documents if d.author is not None and d.speaks_for == 1}
    others = (d.speaks_for for d in documents if d.author is None or d.speaks_for > 1)
    return len(known) + sum(others)


def _assignments(places: _Places) -> tuple[dict[str, Assignment], list[Alone]]:
    strengths = {r: places.strength(r) for r in np.flatnonzero(places.of_document >= 0).tolist()}
    seconds, usual = _seconds(places), _usual(places, strengths)
    assignments, alone = {}, []
    for row, one in enumerate(places.units.ids):
        theme = int(places.of_document[row])
        if theme < 0:
            alone.append(Alone(one, places.reasons.get(row, "no neighbour")))
            continue
        second = int(seconds[row])
        second_key = places.keys[second] if 0 <= second != theme else None
        strength = strengths[row]
        assignments[one] = Assignment(
            places.keys[theme], strength, second_key, strength < DOUBTFUL * usual[theme]
        )
    return assignments, alone


def _usual(places: _Places, strengths: Mapping[int, float]) -> dict[int, float]:
    """The median strength of the members of each theme."""
    held: dict[int, list[float]] = {}
    for row, strength in strengths.items():
        held.setdefault(int(places.of_document[row]), []).append(strength)
    return {theme: float(np.median(found)) for theme, found in held.items()}


def _seconds(places: _Places) -> NDArray[np.int64]:
    """The second theme of each document, or -1: what the passages of a long text say goes first."""
    units = places.units
    of_unit = np.full(len(units) + 1, -1)  # the last stands for documents without a unit
    for unit, theme in second_subjects(units, places.of_unit, len(places.keys)):
        of_unit[unit] = theme
    spoken = of_unit[units.unit_of]
    return np.where(spoken >= 0, spoken, places.seconds())


def _duplicates(units: Units) -> list[Duplicates]:
    groups = []
    for rows in units.copies.members():
        documents = [units.corpus.documents[row] for row in rows]
        groups.append(
            Duplicates(
                ids=tuple(document.id for document in documents),
                kind=kind_of(int(units.corpus.lengths[rows[0]]), len(documents)),
                people=_people(documents),
                differing=_differing(units, rows),
            )
        )
    return sorted(groups, key=lambda group: (-len(group.ids), group.ids))


def _differing(units: Units, rows: NDArray[np.int64]) -> dict[str, tuple[tuple[str, str], ...]]:
    original = units.corpus.text(int(rows[0]))
    found = {}
    for row in rows[1 : COMPARED_COPIES + 1].tolist():
        passages = tuple(differing(original, units.corpus.text(row)))
        if passages:
            found[units.corpus.documents[row].id] = passages
    return found


def split_theme(
    documents: Sequence[Document],
    parts: int = 2,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Part]:
    """Propose a cut of one theme; a person decides on it.

    Parameters
    ----------
    documents : sequence of Document
        Everything in the theme.
    parts : int
        How many are wanted, at least 2.

    Returns
    -------
    list of Part
        Each document is in exactly one. Empty when the texts do not fall into parts.
    """
    units = units_of(in_order(documents))
    tell = progress or _silent
    labels = split_in(units, parts, seed, lambda share: tell(0.9 * share))
    if labels is None:
        return []
    describer = Describer(units, reduce(units.weights)[-1], labels, int(labels.max()) + 1, seed)
    found = []
    for n in range(int(labels.max()) + 1):
        told = describer.describe(n)
        members = [units.ids[row] for row in np.flatnonzero(labels == n)]
        found.append(Part(told.name, told.label, told.keywords, tuple(members)))
    tell(1.0)
    return found
