"""Plurality: one choice each, the most votes win."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from votes.counting.ballots import Ballots, Marks, Rankings
from votes.counting.errors import CountError
from votes.counting.ordering import groups_by, seat
from votes.counting.result import Counts, Result, Rule

NAME = "plurality"


def plurality(ballots: Ballots, seats: int = 1, lot: Sequence[str] | None = None) -> Result:
    """Rank options by the number of ballots that choose them.

    Parameters
    ----------
    ballots : Marks or Rankings
        A ballot that names several options is null; a ranking counts for its first place, and is
        null if two options share that place or if it is left empty.
    seats : int, default=1
        How many are elected.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        Groups by number of votes; options with equal votes share a group. A group that the last
        seat cuts through is the tie. `trace["votes"]` holds the votes.

    Examples
    --------
    >>> from votes.counting.ballots import marks_of
    >>> from votes.counting.paper import Paper
    >>> plurality(marks_of(Paper(("park", "pool")), [["park"], ["pool"], ["park"]])).elected
    ('park',)
    """
    votes, counts = first_choices(ballots)
    groups = groups_by(ballots.paper.options, votes)
    trace = {"votes": dict(zip(ballots.paper.options, votes, strict=True))}
    return seat(Rule(NAME, {"seats": seats}), counts, groups, seats=seats, lot=lot, trace=trace)


def first_choices(ballots: Ballots) -> tuple[list[int], Counts]:
    """Votes of each option, and the counts once ballots with several choices are null."""
    if isinstance(ballots, Marks):
        return _single_marks(ballots)
    if isinstance(ballots, Rankings):
        return _first_places(ballots)
    raise CountError("grades do not say which option is the voter's choice")


def _single_marks(marks: Marks) -> tuple[list[int], Counts]:
    named = np.diff(marks.starts)
    chosen = marks.columns[(named == 1)[marks.rows()]]
    votes = np.zeros(len(marks.paper.options), dtype=np.int64)
    np.add.at(votes, chosen, marks.times[named == 1])
    return votes.tolist(), marks.counts().with_nulls(int(marks.times[named > 1].sum()))


def _first_places(rankings: Rankings) -> tuple[list[int], Counts]:
    first = rankings.places == 1
    single = first.sum(axis=1) == 1
    votes = (first & single[:, None]).T @ rankings.times
    unread = ~single & rankings.places.any(axis=1)
    return votes.tolist(), rankings.counts().with_nulls(int(rankings.times[unread].sum()))
