"""Schulze: the option whose strongest path of majorities beats every path back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from votes.counting.ballots import Ballots
from votes.counting.errors import CountError
from votes.counting.ordering import seat
from votes.counting.pairwise import (
    Matrix,
    acceptable,
    condorcet_winner,
    layers,
    named,
    pairwise,
    restricted,
)
from votes.counting.result import Groups, Result, Rule

NAME = "schulze"


def schulze(
    ballots: Ballots,
    seats: int = 1,
    *,
    default: str | None = None,
    least_votes: int = 0,
    lot: Sequence[str] | None = None,
) -> Result:
    """Rank options by their strongest paths of majorities (winning votes).

    The link from x to y is as strong as the number of ballots with x above y, if that is the
    majority of the two, else 0; a path is as strong as its weakest link. x ranks above y if its
    strongest path to y is stronger than the strongest path back.

    Parameters
    ----------
    ballots : Rankings
    seats : int, default=1
        How many are elected, the first of the order.
    default : str, optional
        "None of these": options not preferred to it by a majority are set aside first.
    least_votes : int, default=0
        Ballots that must put an option above the default.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        The first group holds every option that no other ranks above; the next group what remains
        unbeaten once these are taken out, and so on. Options set aside by the default come last,
        together. `trace` holds the pairwise matrix, the strongest paths and the Condorcet winner.

    References
    ----------
    .. [1] Schulze (2011). A new monotonic, clone-independent, reversal symmetric, and
       Condorcet-consistent single-winner election method. Social Choice and Welfare 36.
    """
    compared = compare(ballots, default, least_votes)
    strongest = strongest_paths(links(compared.matrix))
    ahead = _ahead(compared.options, strongest)
    groups = (*layers(compared.options, ahead), *compared.set_aside)
    options = {"seats": seats, "strength": "winning", "default": default}
    trace = compared.trace | {"strongest_paths": named(strongest, compared.options)}
    rule = Rule(NAME, options | {"least_votes": least_votes})
    return seat(rule, ballots.counts(), groups, seats=seats, lot=lot, trace=trace)


@dataclass(frozen=True)
class Compared:
    """The options still in the running, their matrix, and those the default option set aside."""

    options: tuple[str, ...]
    matrix: Matrix
    set_aside: Groups
    trace: dict[str, Any]


def compare(ballots: Ballots, default: str | None, least_votes: int) -> Compared:
    """Compare all options in pairs, then set aside those that a default option beats."""
    names, matrix = ballots.paper.options, pairwise(ballots)
    winner = condorcet_winner(matrix)
    trace: dict[str, Any] = {
        "pairwise": named(matrix, names),
        "condorcet_winner": None if winner is None else names[winner],
    }
    if default is None:
        return Compared(names, matrix, (), trace)
    if default not in names:
        raise CountError(f"the default option {default} is not on the paper")
    kept = acceptable(matrix, names.index(default), least_votes)
    aside = tuple(sorted(names[x] for x in range(len(names)) if x not in kept))
    in_running = tuple(names[x] for x in kept)
    trace["set_aside"] = aside
    return Compared(in_running, restricted(matrix, kept), (aside,) if aside else (), trace)


def links(matrix: Matrix) -> Matrix:
    """Winning votes: the votes of a majority, 0 for the other side and for equality."""
    every = range(len(matrix))
    return [[matrix[x][y] if matrix[x][y] > matrix[y][x] else 0 for y in every] for x in every]


def strongest_paths(strength: Matrix) -> Matrix:
    """Strength of the strongest path between any two options (Floyd-Warshall on max and min)."""
    best, every = [row[:] for row in strength], range(len(strength))
    for by in every:
        for x in every:
            through = best[x][by]
            best[x] = [max(best[x][y], min(through, best[by][y])) for y in every]
    return best


def _ahead(options: Sequence[str], best: Matrix) -> dict[str, list[str]]:
    every = range(len(options))
    return {
        options[x]: [options[y] for y in every if x != y and best[x][y] > best[y][x]] for x in every
    }
