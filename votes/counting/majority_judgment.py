"""Majority judgment: every option gets a grade from everyone; the best median grade wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cmp_to_key
from typing import Any

from votes.counting.ballots import Ballots, Grades
from votes.counting.merit_profile import Profile, gauge, profiles
from votes.counting.ordering import seat
from votes.counting.result import Groups, Result, Rule

NAME = "majority-judgment"


def majority_judgment(ballots: Ballots, seats: int = 1, lot: Sequence[str] | None = None) -> Result:
    """Rank options by majority grade, then by what surrounds it, then by the whole profile.

    The majority grade is the lower median: the ceil(n/2)-th grade counted from the worst. With p
    grades above it and q below, the sign is + if p > q, else - (when p = q, contestation prevails).
    Order: grade; then + before -; then the larger p (+) or the smaller q (-); then the majority
    values, which take away one majority grade after the other until two options differ. Two
    options with the same profile share a rank: neither name nor order decides.

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
        `trace["gauges"]` holds grade, above, below and sign, `trace["profiles"]` the ballots per
        grade, worst first.

    References
    ----------
    .. [1] Balinski, Laraki (2007). A theory of measuring, electing, and ranking. PNAS 104.
    .. [2] Balinski, Laraki (2011). Majority Judgment. MIT Press.
    """
    by_option = dict(zip(ballots.paper.options, profiles(ballots), strict=True))
    counts = ballots.counts()
    groups = ranked(by_option) if counts.exprimes else (ballots.paper.options,)
    rule = Rule(NAME, {"seats": seats, "grades": _grades(ballots)})
    trace = explained(by_option, _grades(ballots)) if counts.exprimes else {}
    return seat(rule, counts, groups, seats=seats, lot=lot, trace=trace)


def _grades(ballots: Ballots) -> tuple[str, ...]:
    return ballots.grades if isinstance(ballots, Grades) else ()


def explained(by_option: dict[str, Profile], grades: Sequence[str]) -> dict[str, Any]:
    """What the result page needs: the profile of each option and its gauge, in words."""
    gauges = {option: gauge(profile) for option, profile in by_option.items()}
    told = {
        option: {"grade": grades[g.grade], "above": g.above, "below": g.below, "sign": g.sign}
        for option, g in gauges.items()
    }
    return {"grades": tuple(grades), "profiles": by_option, "gauges": told}


def ranked(by_option: dict[str, Profile]) -> Groups:
    """Ordered groups; only identical profiles share one."""
    options_by_profile: dict[Profile, list[str]] = {}
    for option, profile in by_option.items():
        options_by_profile.setdefault(profile, []).append(option)
    best_first = sorted(options_by_profile, key=cmp_to_key(compare), reverse=True)
    return tuple(tuple(sorted(options_by_profile[profile])) for profile in best_first)


def compare(one: Profile, other: Profile) -> int:
    """Above 0 if the first profile is better, below 0 if worse, 0 if they are the same."""
    mine, theirs = gauge(one).key(), gauge(other).key()
    if mine != theirs:
        return 1 if mine > theirs else -1
    return compare_values(one, other)


def compare_values(one: Profile, other: Profile) -> int:
    """Compare majority values by the lengths of their runs, whatever the number of ballots.

    Taking away lower medians one by one walks outwards from the middle of the sorted grades, one
    step down and one step up in turn. So the values first differ where the walk down or the walk
    up first does, whichever comes first.
    """
    total = sum(one)
    lower = (total + 1) // 2
    down = _first_difference(one, other, range(lower, 0, -1))
    up = _first_difference(one, other, range(lower + 1, total + 1))
    found = [(2 * steps + late, sign) for late, (steps, sign) in _in_turn(down, up, total) if sign]
    return min(found)[1] if found else 0


def _in_turn(
    down: tuple[int, int], up: tuple[int, int], total: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """An odd total takes down, down, up, down, up...; an even one down, up, down, up..."""
    steps_down, sign_down = down
    yield 0, (steps_down, sign_down)
    yield 1, (up[0] + total % 2, up[1])


def _first_difference(one: Profile, other: Profile, walk: range) -> tuple[int, int]:
    """Steps until the two walks meet different grades, and which is better there (0 if never)."""
    steps = 0
    while steps < len(walk):
        at = walk[steps]
        (mine, left), (theirs, right) = (_grade_at(p, at, walk.step) for p in (one, other))
        if mine != theirs:
            return steps, 1 if mine > theirs else -1
        steps += min(left, right)
    return steps, 0


def _grade_at(profile: Profile, position: int, step: int) -> tuple[int, int]:
    """The grade at a position counted from the worst (1 first), and how long it lasts that way."""
    passed = 0
    for grade, count in enumerate(profile):
        if position <= passed + count:
            return grade, position - passed if step < 0 else passed + count - position + 1
        passed += count
    raise IndexError(position)


def majority_value(profile: Profile) -> list[int]:
    """The grades in the order in which taking away majority grades removes them.

    As long as the number of ballots: for explanations and tests, never for counting.

    Examples
    --------
    >>> majority_value((2, 0, 2))
    [0, 2, 0, 2]
    """
    grades = [grade for grade, count in enumerate(profile) for _ in range(count)]
    return [grades.pop((len(grades) - 1) // 2) for _ in range(len(grades))]
