"""Points: each voter spreads a few points over the options; the largest sum wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import Ballots, Marks, Rankings
from votes.counting.errors import CountError
from votes.counting.ordering import groups_by, seat
from votes.counting.result import Result, Rule

NAME = "points"


def points(
    ballots: Ballots,
    seats: int = 1,
    *,
    most_points: int | None = None,
    most_per_option: int | None = None,
    scale: Sequence[int] | None = None,
    lot: Sequence[str] | None = None,
) -> Result:
    """Rank options by the sum of their points.

    Parameters
    ----------
    ballots : Marks or Rankings
        Rankings need a scale. A ballot without points is blank.
    seats : int, default=1
        How many are elected.
    most_points : int, optional
        Points that one ballot may spread; a ballot above it is null. By default that of the paper.
    most_per_option : int, optional
        Points that one ballot may give to one option; a ballot above it is null.
    scale : sequence of int, optional
        What a first, second, third place is worth (Kraków: 3, 2, 1); places beyond are worth 0.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `trace["points"]` holds the sums, `trace["voters"]` how many ballots gave each option any.
    """
    paper = ballots.paper
    most_points = most_points if most_points is not None else paper.most_points
    most_per_option = most_per_option if most_per_option is not None else paper.most_per_option
    scale = tuple(scale) if scale else paper.scale
    marks = within_limits(as_points(ballots, scale), most_points, most_per_option)
    sums = marks.totals(marks.points)
    trace = {
        "points": dict(zip(paper.options, sums, strict=True)),
        "voters": dict(zip(paper.options, marks.totals(), strict=True)),
    }
    limits = {"most_points": most_points, "most_per_option": most_per_option, "scale": scale}
    rule = Rule(NAME, {"seats": seats, **limits})
    groups = groups_by(paper.options, sums)
    return seat(rule, marks.counts(), groups, seats=seats, lot=lot, trace=trace)


def as_points(ballots: Ballots, scale: Sequence[int] | None) -> Marks:
    """The ballots as points; places become points by the scale."""
    if isinstance(ballots, Marks):
        return ballots
    if not isinstance(ballots, Rankings):
        raise CountError("points cannot be counted on grades")
    if not scale:
        raise CountError("ranked ballots need a scale of points, such as 3,2,1")
    return _by_scale(ballots, scale)


def _by_scale(rankings: Rankings, scale: Sequence[int]) -> Marks:
    worth = np.zeros(max(int(rankings.places.max(initial=0)), len(scale)) + 1, dtype=np.int64)
    worth[1 : len(scale) + 1] = scale
    given = worth[rankings.places]
    rows, columns = np.nonzero(given)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(given)))])
    return Marks(
        rankings.paper, starts, columns.astype(np.int32), given[rows, columns],
        rankings.times, rankings.nulls, rankings.notes,
    )  # fmt: skip


def within_limits(marks: Marks, most_points: int | None, most_per_option: int | None) -> Marks:
    """The same box, where ballots above a limit are null."""
    fits = np.ones(len(marks.times), dtype=np.bool_)
    spent = np.zeros(len(marks.times), dtype=np.int64)
    np.add.at(spent, marks.rows(), marks.points)
    if most_points is not None:
        fits &= spent <= most_points
    if most_per_option is not None:
        fits[marks.rows()[marks.points > most_per_option]] = False
    return marks if fits.all() else _only(marks, fits)


def _only(marks: Marks, kept: NDArray[np.bool_]) -> Marks:
    inside, sizes = kept[marks.rows()], np.diff(marks.starts)[kept]
    return replace(
        marks,
        starts=np.concatenate([[0], np.cumsum(sizes)]),
        columns=marks.columns[inside],
        points=marks.points[inside],
        times=marks.times[kept],
        nulls=marks.nulls + int(marks.times[~kept].sum()),
    )
