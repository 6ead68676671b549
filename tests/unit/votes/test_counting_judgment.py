"""Majority judgment and the usual judgment: medians, what surrounds them, and true ties."""

import doctest
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st

from votes.counting import majority_judgment as mj, merit_profile, usual_judgment as uj
from votes.counting.ballots import Grades, grades_of
from votes.counting.merit_profile import gauge
from votes.counting.paper import Paper

BOOK_A = (0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 2)
BOOK_B = (0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 1)


def cast(**profiles: tuple[int, ...]) -> Grades:
    """Ballots that give these profiles, worst grade first."""
    columns = [np.repeat(np.arange(len(p)), p) for p in profiles.values()]
    marks = np.array(columns, dtype=np.int8).T
    names = tuple(f"grade {n}" for n in range(len(next(iter(profiles.values())))))
    return Grades(Paper(tuple(profiles)), names, marks, np.ones(len(marks), dtype=np.int64))


def order(**profiles: tuple[int, ...]) -> list[str]:
    return ["".join(group) for group in mj.majority_judgment(cast(**profiles)).ranking]


def test_the_examples_in_the_documentation_hold():
    for module in (mj, merit_profile, uj):
        assert doctest.testmod(module).failed == 0


def test_half_worst_and_half_best_has_the_worst_majority_grade():
    assert gauge((2, 0, 2)).grade == 0
    assert order(A=(2, 0, 2), B=(0, 4, 0)) == ["B", "A"]


def test_a_plus_is_ahead_of_a_minus():
    assert order(A=(3, 4, 3), B=(2, 4, 4)) == ["B", "A"]


def test_as_many_above_as_below_counts_as_a_minus():
    assert gauge((2, 1, 2)).sign == "-"
    assert order(A=(2, 1, 2), B=(1, 3, 1)) == ["B", "A"]


def test_the_example_of_the_book_needs_the_majority_values():
    assert mj.majority_value(BOOK_A) == [9, 9, 11, 7, 11]
    assert mj.majority_value(BOOK_B) == [9, 9, 10, 8, 11]
    assert order(A=BOOK_A, B=BOOK_B) == ["A", "B"]


def test_equal_shares_above_are_settled_deeper_in_the_profiles():
    a, b = (1, 1, 1, 7, 8, 1), (1, 1, 4, 4, 3, 6)
    assert order(A=a, B=b) == ["A", "B"]
    assert (uj.score(a), uj.score(b)) == (Fraction(24, 7), Fraction(27, 8))


def test_identical_profiles_share_a_rank_and_none_of_them_vanishes():
    result = mj.majority_judgment(cast(A=(1, 1, 1), B=(1, 1, 1), C=(3, 0, 0)))
    assert result.ranking == (("A", "B"), ("C",))
    assert (result.elected, result.tie) == ((), ("A", "B"))


def test_a_missing_grade_counts_as_the_worst_and_an_empty_ballot_is_blank():
    ballots = grades_of(Paper(("A", "B")), ("Bad", "Good"), [{"A": "Good"}, {}, {"B": "Good"}])
    result = mj.majority_judgment(ballots)
    assert result.trace["profiles"] == {"A": (1, 1), "B": (1, 1)}
    assert (result.counts.blancs, result.counts.exprimes) == (1, 2)


def test_without_a_single_grade_nobody_is_elected():
    for rule in (mj.majority_judgment, uj.usual_judgment):
        result = rule(grades_of(Paper(("A", "B")), ("Bad", "Good"), [{}]))
        assert (result.elected, result.tie, result.ranking) == ((), None, (("A", "B"),))


def test_the_usual_judgment_can_differ_from_majority_judgment():
    # A: 4 above its grade and 3 below; B: only 3 above, but nobody below.
    ballots = cast(A=(0, 3, 3, 4), B=(0, 0, 7, 3))
    assert mj.majority_judgment(ballots).elected == ("A",)
    assert uj.usual_judgment(ballots).elected == ("B",)


profile_pairs = st.integers(1, 14).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)
)


def as_profile(grades: list[int]) -> tuple[int, ...]:
    return tuple(grades.count(grade) for grade in range(4))


@given(profile_pairs)
def test_run_lengths_order_profiles_as_taking_grades_away_one_by_one_does(pair):
    one, other = map(as_profile, pair)
    slow = (mj.majority_value(one) > mj.majority_value(other)) - (
        mj.majority_value(one) < mj.majority_value(other)
    )
    assert mj.compare_values(one, other) == slow


@given(profile_pairs)
def test_the_gauge_never_contradicts_the_majority_values(pair):
    one, other = map(as_profile, pair)
    assert mj.compare(one, other) == mj.compare_values(one, other)


@given(st.lists(st.lists(st.integers(0, 3), min_size=7, max_size=7), min_size=2, max_size=6))
def test_the_order_has_no_cycles(many):
    ranked = mj.ranked({str(i): as_profile(grades) for i, grades in enumerate(many)})
    firsts = [as_profile(many[int(group[0])]) for group in ranked]
    assert all(mj.compare(better, worse) > 0 for better, worse in pairwise(firsts))


def test_a_billion_ballots_are_compared_as_fast_as_ten():
    half = 500_000_000
    assert mj.compare((half, 1, half), (half - 1, 3, half - 1)) < 0


@pytest.mark.parametrize("seats", [1, 2])
def test_seats_go_down_the_order(seats):
    result = mj.majority_judgment(cast(A=(0, 3), B=(1, 2), C=(3, 0)), seats=seats)
    assert result.elected == ("A", "B")[:seats]
