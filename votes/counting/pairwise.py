"""Pairwise comparisons: for each two options, how many ballots put one above the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import UNRANKED, Ballots, Ints, Rankings
from votes.counting.errors import CountError
from votes.counting.result import Groups

Matrix = list[list[int]]


def pairwise(ballots: Ballots) -> Matrix:
    """Count the ballots that rank each option strictly above each other one.

    Equal places and two unranked options count for neither; a ranked option is above an unranked
    one.

    Parameters
    ----------
    ballots : Rankings

    Returns
    -------
    list of list of int
        `d[x][y]`: ballots with x above y; the diagonal is 0.
    """
    if not isinstance(ballots, Rankings):
        raise CountError("pairwise comparisons need rankings")
    columns = _columns(ballots.places)
    times = ballots.times if (ballots.times != 1).any() else None
    every = range(len(columns))
    return [
        [_number(columns[x] < columns[y], times) if x != y else 0 for y in every] for x in every
    ]


def _columns(places: NDArray[np.int16]) -> NDArray[np.signedinteger]:
    """Places by option, an absent option after all others."""
    small = np.int8 if places.max(initial=0) < np.iinfo(np.int8).max else np.int16
    last = places.astype(small)
    last[last == UNRANKED] = np.iinfo(small).max
    return np.ascontiguousarray(last.T)


def _number(which: NDArray[np.bool_], times: Ints | None) -> int:
    return int(np.count_nonzero(which) if times is None else times[which].sum())


def named(matrix: Sequence[Sequence[int]], options: Sequence[str]) -> dict[str, dict[str, int]]:
    """The matrix with its options written beside it, for a trace."""
    return {
        x: {y: matrix[i][j] for j, y in enumerate(options) if i != j} for i, x in enumerate(options)
    }


def condorcet_winner(matrix: Matrix) -> int | None:
    """The option that beats every other one, if there is one."""
    every = range(len(matrix))
    for x in every:
        if all(matrix[x][y] > matrix[y][x] for y in every if y != x):
            return x
    return None


def acceptable(matrix: Matrix, default: int, least_votes: int = 0) -> list[int]:
    """Options that beat a default option ("none of these"), the default itself included.

    As in Debian: an option must be preferred to the default by a majority, and by at least
    `least_votes` ballots; the others are set aside before any cycle is resolved.
    """
    return [
        x
        for x in range(len(matrix))
        if x == default
        or (matrix[x][default] > matrix[default][x] and matrix[x][default] >= least_votes)
    ]


def restricted(matrix: Matrix, kept: Sequence[int]) -> Matrix:
    """The comparisons between some of the options only."""
    return [[matrix[x][y] for y in kept] for x in kept]


def smith_set(matrix: Matrix) -> set[int]:
    """The smallest set of options that beat all the options outside it."""
    by_wins = sorted(range(len(matrix)), key=lambda x: -_not_beaten(matrix, x))
    inside: set[int] = set()
    for x in by_wins:
        outside = set(by_wins) - inside
        if inside and all(matrix[i][o] > matrix[o][i] for i in inside for o in outside):
            break
        inside.add(x)
    return inside


def _not_beaten(matrix: Matrix, x: int) -> int:
    return sum(matrix[x][y] >= matrix[y][x] for y in range(len(matrix)) if y != x)


def layers(options: Sequence[str], above: Mapping[str, Iterable[str]]) -> Groups:
    """Ordered groups from "x is above y": each group is what nothing left is above of.

    Parameters
    ----------
    options : sequence of str
    above : mapping of str to iterable of str
        For each option, those it is above; without cycles.

    Examples
    --------
    >>> layers(("a", "b", "c"), {"a": ["c"], "b": ["c"]})
    (('a', 'b'), ('c',))
    """
    left, groups = set(options), []
    while left:
        below = {y for x in left for y in above.get(x, ())}
        top = tuple(sorted(left - below))
        if not top:
            raise ValueError("the order has a cycle")
        groups.append(top)
        left -= set(top)
    return tuple(groups)
