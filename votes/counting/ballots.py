"""Ballots as arrays: marks (choices, approvals, points), rankings, and grades.

Identical ballots may share a row; `times` says how many there are. The three kinds answer
`counts()` in the terms of French electoral law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from votes.counting.errors import CountError
from votes.counting.paper import Paper
from votes.counting.result import Counts

Ints = NDArray[np.int64]
UNGRADED = -1
UNRANKED = 0


@dataclass(frozen=True)
class Marks:
    """Ballots that name options, each with a number of points (1 for a tick).

    Parameters
    ----------
    paper : Paper
    starts : ndarray of shape (n_rows + 1,)
        Row i holds the marks from `starts[i]` to `starts[i + 1]`.
    columns : ndarray of shape (n_marks,)
        Position of the option of each mark; never twice the same in a row.
    points : ndarray of shape (n_marks,)
        At least 1.
    times : ndarray of shape (n_rows,)
        How many identical ballots a row stands for.
    nulls : int
        Invalid ballots found in the box; they have no row.
    astray : int
        How many of these are null only because they name nothing that is on the paper. Equal
        Shares keeps their share of the budget aside rather than hand it to the others.
    notes : tuple of str
        What a reader had to set aside, line by line.
    """

    paper: Paper
    starts: Ints
    columns: NDArray[np.int32]
    points: Ints
    times: Ints
    nulls: int = 0
    notes: tuple[str, ...] = ()
    astray: int = 0

    def rows(self) -> Ints:
        """The row of each mark."""
        return np.repeat(np.arange(len(self.times)), np.diff(self.starts))

    def counts(self) -> Counts:
        """A ballot without any mark is blank."""
        empty = int(self.times[np.diff(self.starts) == 0].sum())
        return count_of(self.paper, self.times, empty, self.nulls)

    def totals(self, worth: Ints | None = None) -> list[int]:
        """Sum, for each option, of what its marks are worth (1 each unless told)."""
        sums = np.zeros(len(self.paper.options), dtype=np.int64)
        each = self.times[self.rows()]
        np.add.at(sums, self.columns, each if worth is None else each * worth)
        return [int(total) for total in sums]


@dataclass(frozen=True)
class Rankings:
    """Ballots that put options in order.

    Parameters
    ----------
    paper : Paper
    places : ndarray of shape (n_rows, n_options)
        1 for the first place; 0 where the option is not ranked. Two options may share a place
        and a place may be skipped: each rule says what that means.
    times : ndarray of shape (n_rows,)
    nulls : int
    notes : tuple of str
    """

    paper: Paper
    places: NDArray[np.int16]
    times: Ints
    nulls: int = 0
    notes: tuple[str, ...] = ()

    def counts(self) -> Counts:
        """A ballot that ranks nobody is blank."""
        empty = int(self.times[~self.places.any(axis=1)].sum())
        return count_of(self.paper, self.times, empty, self.nulls)


@dataclass(frozen=True)
class Grades:
    """Ballots that grade every option.

    Parameters
    ----------
    paper : Paper
    grades : tuple of str
        The grades, worst first.
    marks : ndarray of shape (n_rows, n_options)
        Index of the grade, 0 the worst; -1 where the voter gave none.
    times : ndarray of shape (n_rows,)
    nulls : int
    notes : tuple of str
    """

    paper: Paper
    grades: tuple[str, ...]
    marks: NDArray[np.int8]
    times: Ints
    nulls: int = 0
    notes: tuple[str, ...] = ()

    def counts(self) -> Counts:
        """A ballot without any grade is blank."""
        empty = int(self.times[self.blank()].sum())
        return count_of(self.paper, self.times, empty, self.nulls)

    def blank(self) -> NDArray[np.bool_]:
        """The rows that grade nobody."""
        return (self.marks.max(axis=1) == UNGRADED) if self.marks.size else self.times > 0


Ballots = Marks | Rankings | Grades


def count_of(paper: Paper, times: Ints, blank: int, nulls: int) -> Counts:
    """Inscrits, votants, blancs, nuls: the rest are exprimés."""
    return Counts(votants=int(times.sum()) + nulls, blancs=blank, nuls=nulls, inscrits=paper.roll)


def once_each(times: Sequence[int] | None, rows: int) -> Ints:
    """How many ballots each row stands for; one each unless told."""
    if times is None:
        return np.ones(rows, dtype=np.int64)
    if len(times) != rows or any(count < 0 for count in times):
        raise CountError("each row of ballots needs one count, not below zero")
    return np.array(times, dtype=np.int64)


def marks_of(
    paper: Paper,
    ballots: Iterable[Iterable[str] | Mapping[str, int]],
    times: Sequence[int] | None = None,
    nulls: int = 0,
    notes: Sequence[str] = (),
) -> Marks:
    """Marks from sets of options, or from points by option; zero points are no mark."""
    where, rows = paper.position(), [_points_by_option(ballot) for ballot in ballots]
    pairs = [sorted((_place_of(o, where), p) for o, p in row.items() if p) for row in rows]
    flat = [mark for row in pairs for mark in row]
    if any(points < 0 for _, points in flat):
        raise CountError("points cannot be below zero")
    return Marks(
        paper,
        starts=np.cumsum([0, *map(len, pairs)], dtype=np.int64),
        columns=np.array([column for column, _ in flat], dtype=np.int32),
        points=np.array([points for _, points in flat], dtype=np.int64),
        times=once_each(times, len(pairs)),
        nulls=nulls,
        notes=tuple(notes),
    )


def rankings_of(
    paper: Paper,
    ballots: Iterable[Sequence[str | Sequence[str]]],
    times: Sequence[int] | None = None,
    nulls: int = 0,
    notes: Sequence[str] = (),
) -> Rankings:
    """Rankings from lists of options, best first; a list within the list is a shared place.

    An empty list within the list is a skipped place.
    """
    where, rows = paper.position(), list(ballots)
    places = np.zeros((len(rows), len(paper.options)), dtype=np.int16)
    for row, ballot in enumerate(rows):
        places[row] = _row_of_places(ballot, where)
    return Rankings(paper, places, once_each(times, len(rows)), nulls, tuple(notes))


def grades_of(
    paper: Paper,
    grades: Sequence[str],
    ballots: Iterable[Mapping[str, str]],
    times: Sequence[int] | None = None,
    nulls: int = 0,
    notes: Sequence[str] = (),
) -> Grades:
    """Grades from one mapping of option to grade per ballot."""
    where, level = paper.position(), {grade: i for i, grade in enumerate(grades)}
    rows = list(ballots)
    marks = np.full((len(rows), len(paper.options)), UNGRADED, dtype=np.int8)
    for row, ballot in enumerate(rows):
        for option, grade in ballot.items():
            if grade not in level:
                raise CountError(f"{grade} is not one of the grades")
            marks[row, _place_of(option, where)] = level[grade]
    return Grades(paper, tuple(grades), marks, once_each(times, len(rows)), nulls, tuple(notes))


def _row_of_places(ballot: Sequence[str | Sequence[str]], where: Mapping[str, int]) -> list[int]:
    row = [UNRANKED] * len(where)
    for place, group in enumerate(ballot, start=1):
        for option in [group] if isinstance(group, str) else group:
            column = _place_of(option, where)
            if row[column] != UNRANKED:
                raise CountError(f"{option} is ranked twice on one ballot")
            row[column] = place
    return row


def _points_by_option(ballot: Iterable[str] | Mapping[str, int]) -> dict[str, int]:
    if isinstance(ballot, Mapping):
        return dict(ballot)
    named = list(ballot)
    if len(set(named)) != len(named):
        raise CountError("an option is named twice on one ballot")
    return dict.fromkeys(named, 1)


def _place_of(option: str, where: Mapping[str, int]) -> int:
    if option not in where:
        raise CountError(f"{option} is not an option of this vote")
    return where[option]
