"""Borda: with m options, m - 1 points for a first place, down to 0 for the last."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import UNRANKED, Ballots, Ints, Rankings
from votes.counting.errors import CountError
from votes.counting.ordering import groups_by, seat
from votes.counting.result import Result, Rule

NAME = "borda"
Unranked = Literal["averaged", "pessimistic"]


def borda(
    ballots: Ballots,
    seats: int = 1,
    *,
    unranked: Unranked = "averaged",
    lot: Sequence[str] | None = None,
) -> Result:
    """Rank options by Borda points.

    Options that share a place share the average of the points of the places they take up together.
    Sums are kept doubled, so that halves stay whole numbers.

    Parameters
    ----------
    ballots : Rankings
    seats : int, default=1
        How many are elected.
    unranked : {"averaged", "pessimistic"}, default="averaged"
        Options that a ballot leaves out share the average of the places left ("averaged", which
        neither rewards nor punishes a short ballot), or get 0 ("pessimistic").
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `trace["points"]` holds the sums, exact (halves are possible). Blank ballots give nothing.

    References
    ----------
    .. [1] Borda (1781). Mémoire sur les élections au scrutin.
    """
    if not isinstance(ballots, Rankings):
        raise CountError("Borda counts rankings")
    if unranked not in ("averaged", "pessimistic"):
        raise CountError("options left out are either averaged or pessimistic")
    doubled = _doubled_sums(ballots, unranked)
    options = ballots.paper.options
    trace = {"points": {o: Fraction(d, 2) for o, d in zip(options, doubled, strict=True)}}
    rule = Rule(NAME, {"seats": seats, "unranked": unranked})
    groups = groups_by(options, doubled)
    return seat(rule, ballots.counts(), groups, seats=seats, lot=lot, trace=trace)


def _doubled_sums(rankings: Rankings, unranked: Unranked) -> list[int]:
    spoken = rankings.places.any(axis=1)
    places, times = rankings.places[spoken], rankings.times[spoken]
    last = np.where(places == UNRANKED, np.iinfo(np.int16).max, places)
    columns = np.ascontiguousarray(last.T)
    sums = [int(_doubled_points(columns, x) @ times) for x in range(len(columns))]
    if unranked == "pessimistic":
        return [s - _left_out(columns, x, times) for x, s in enumerate(sums)]
    return sums


def _doubled_points(columns: NDArray[np.int16], x: int) -> Ints:
    """Twice the points of option x on each ballot: 2 per option behind it, 1 per option beside."""
    behind: Ints = (columns > columns[x]).sum(axis=0, dtype=np.int64)
    beside: Ints = (columns == columns[x]).sum(axis=0, dtype=np.int64) - 1
    return 2 * behind + beside


def _left_out(columns: NDArray[np.int16], x: int, times: Ints) -> int:
    absent = columns[x] == np.iinfo(np.int16).max
    return int((_doubled_points(columns, x) * absent) @ times)
