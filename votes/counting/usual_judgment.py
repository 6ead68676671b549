"""Usual judgment (*jugement usuel*): majority judgment's medians, with another tie-break."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from votes.counting.ballots import Ballots, Grades
from votes.counting.majority_judgment import explained
from votes.counting.merit_profile import Profile, gauge, profiles
from votes.counting.ordering import groups_by, seat
from votes.counting.result import Result, Rule

NAME = "usual-judgment"


def usual_judgment(ballots: Ballots, seats: int = 1, lot: Sequence[str] | None = None) -> Result:
    """Rank options by their median grade moved by the balance of those above and below.

    Score: a + (p - q) / (2 (n - p - q)), with the lower median a (0 the worst), p grades above it,
    q below and n in all. The move is at most half a grade either way, and exact. The order can
    differ from that of majority judgment: a vote must say beforehand which of the two it uses.

    Parameters
    ----------
    ballots : Grades
        A missing grade counts as the worst; a ballot without any grade is blank.
    seats : int, default=1
        How many are elected.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `trace["scores"]` holds the scores as fractions, beside profiles and gauges.

    References
    ----------
    .. [1] Fabre (2021). Tie-breaking the highest median: alternatives to the majority judgment.
       Social Choice and Welfare 56.
    """
    by_option = dict(zip(ballots.paper.options, profiles(ballots), strict=True))
    counts, grades = ballots.counts(), ballots.grades if isinstance(ballots, Grades) else ()
    rule = Rule(NAME, {"seats": seats, "grades": grades})
    if not counts.exprimes:
        return seat(rule, counts, (tuple(by_option),), seats=seats, lot=lot, trace={})
    scores = {option: score(profile) for option, profile in by_option.items()}
    groups = groups_by(list(scores), list(scores.values()))
    trace = {**explained(by_option, grades), "scores": scores}
    return seat(rule, counts, groups, seats=seats, lot=lot, trace=trace)


def score(profile: Profile) -> Fraction:
    """The usual judgment's score of one profile.

    Examples
    --------
    >>> score((1, 1, 1, 7, 8, 1))
    Fraction(24, 7)
    """
    seen = gauge(profile)
    at_grade = sum(profile) - seen.above - seen.below
    return seen.grade + Fraction(seen.above - seen.below, 2 * at_grade)
