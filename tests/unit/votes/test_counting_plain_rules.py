"""Plurality, two rounds, approval, points and Borda: who wins, who ties, what counts as blank."""

import doctest
from fractions import Fraction

import pytest

from votes.counting import ordering, plurality as plurality_module
from votes.counting.approval import approval
from votes.counting.ballots import grades_of, marks_of, rankings_of
from votes.counting.borda import borda
from votes.counting.errors import CountError
from votes.counting.paper import Paper, told_apart
from votes.counting.plurality import plurality
from votes.counting.points import points
from votes.counting.two_rounds import two_rounds

ABC = Paper(("a", "b", "c"))


def choices(**votes: int):
    return marks_of(ABC, [[option] for option in votes], list(votes.values()))


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(plurality_module).failed == 0
    assert doctest.testmod(ordering).failed == 0


def test_the_most_votes_win_and_equal_votes_share_a_rank():
    result = plurality(choices(a=3, b=5, c=3))
    assert result.elected == ("b",)
    assert result.ranking == (("b",), ("a", "c"))


def test_a_seat_that_two_options_reach_alike_is_a_tie_and_not_the_first_by_name():
    result = plurality(choices(a=4, b=4, c=1))
    assert (result.elected, result.tie) == ((), ("a", "b"))


def test_two_seats_for_two_equal_options_are_no_tie():
    assert plurality(choices(a=4, b=4, c=1), seats=2).elected == ("a", "b")


def test_several_choices_on_a_single_choice_ballot_make_it_null():
    result = plurality(marks_of(ABC, [["a"], ["a", "b"], [], ["c"], ["c"]]))
    assert result.elected == ("c",)
    assert result.counts.as_plain() == {
        "inscrits": None, "votants": 5, "blancs": 1, "nuls": 1, "exprimés": 3,
    }  # fmt: skip


def test_a_ranking_counts_for_its_first_place_alone():
    result = plurality(rankings_of(ABC, [["b", "a"], ["b"], ["c", "b", "a"], [["a", "c"]]]))
    assert result.trace["votes"] == {"a": 0, "b": 2, "c": 1}
    assert result.counts.nuls == 1


def test_grades_do_not_say_who_a_voter_chooses():
    with pytest.raises(CountError, match="grades do not say"):
        plurality(grades_of(ABC, ("Bad", "Good"), [{"a": "Good"}]))


def test_when_nobody_expressed_a_choice_nobody_is_elected_and_nothing_is_tied():
    for ballots in (marks_of(ABC, []), marks_of(ABC, [[], []])):
        for rule in (plurality, two_rounds, approval, points):
            result = rule(ballots)
            assert (result.elected, result.tie) == ((), None)
            assert result.ranking == (("a", "b", "c"),)


def test_more_seats_than_options_elect_them_all():
    assert approval(choices(a=1, b=1), seats=9).elected == ("a", "b", "c")


def test_half_of_the_votes_is_no_absolute_majority():
    result = two_rounds(choices(a=4, b=3, c=1))
    assert result.elected == ()
    assert result.trace["qualified"] == ("a", "b")
    assert result.stages[0]["absolute_majority"] == 5


def test_more_than_half_elects_at_the_first_round():
    result = two_rounds(choices(a=5, b=3, c=1))
    assert (result.elected, result.trace["decided_in_round"]) == (("a",), 1)


def test_a_blank_ballot_does_not_raise_the_absolute_majority():
    ballots = marks_of(ABC, [["a"], ["b"], []], [3, 2, 4])
    assert two_rounds(ballots).elected == ("a",)


def test_all_those_tied_for_second_place_go_on():
    assert two_rounds(choices(a=4, b=3, c=3)).trace["qualified"] == ("a", "b", "c")


def test_the_second_round_elects_by_relative_majority():
    first, second = choices(a=4, b=3, c=2), choices(a=4, b=5)
    result = two_rounds(first, second)
    assert result.elected == ("b",)
    assert result.ranking == (("b",), ("a",), ("c",))


def test_a_second_round_vote_for_someone_left_behind_is_refused():
    with pytest.raises(CountError, match="c, who did not go on"):
        two_rounds(choices(a=4, b=3, c=2), choices(a=1, c=1))


def test_approval_counts_every_tick_and_keeps_empty_ballots_as_blank():
    result = approval(marks_of(ABC, [["a", "b"], ["b"], []]))
    assert result.trace["approvals"] == {"a": 1, "b": 2, "c": 0}
    assert (result.counts.votants, result.counts.blancs) == (3, 1)


def test_approval_does_not_count_points_as_ticks():
    with pytest.raises(CountError, match="the rule that counts them is points"):
        approval(marks_of(ABC, [{"a": 3}]))


def test_naming_an_option_twice_is_refused():
    with pytest.raises(CountError, match="named twice"):
        marks_of(ABC, [["a", "a"]])
    with pytest.raises(CountError, match="a is ranked twice"):
        rankings_of(ABC, [["a", "b", "a"]])


def test_an_option_that_is_not_on_the_paper_is_refused():
    with pytest.raises(CountError, match="d is not an option"):
        marks_of(ABC, [["d"]])


def test_points_add_up_and_show_how_many_voters_gave_them():
    result = points(marks_of(ABC, [{"a": 3, "b": 1}, {"b": 1}, {"b": 1, "c": 0}]))
    assert result.trace["points"] == {"a": 3, "b": 3, "c": 0}
    assert result.trace["voters"] == {"a": 1, "b": 3, "c": 0}
    assert result.tie == ("a", "b")


def test_a_ballot_that_spends_too_many_points_is_null():
    ballots = marks_of(ABC, [{"a": 3, "b": 3, "c": 2}, {"a": 4}, {"b": 3, "c": 3}, {"c": 1}])
    result = points(ballots, most_points=7, most_per_option=3)
    assert result.counts.nuls == 2
    assert result.trace["points"] == {"a": 0, "b": 3, "c": 4}


def test_places_are_worth_the_points_of_the_scale():
    ballots = rankings_of(ABC, [["a", "b", "c"], ["b", "a"]])
    assert points(ballots, scale=(3, 2, 1)).trace["points"] == {"a": 5, "b": 5, "c": 1}
    with pytest.raises(CountError, match="need a scale"):
        points(ballots)


def test_borda_lets_options_that_share_a_place_share_its_points():
    result = borda(rankings_of(ABC, [[["a", "b"], "c"]]))
    assert result.trace["points"] == {"a": Fraction(3, 2), "b": Fraction(3, 2), "c": 0}


def test_borda_shares_what_is_left_among_options_left_out_or_gives_them_nothing():
    ballots = rankings_of(ABC, [["a"]])
    assert borda(ballots).trace["points"] == {"a": 2, "b": Fraction(1, 2), "c": Fraction(1, 2)}
    assert borda(ballots, unranked="pessimistic").trace["points"] == {"a": 2, "b": 0, "c": 0}


def test_a_blank_ranking_gives_no_borda_points():
    assert borda(rankings_of(ABC, [[], ["b", "a"]])).trace["points"]["c"] == 0


def test_the_capital_of_tennessee_by_borda_and_by_plurality():
    cities = Paper(("Memphis", "Nashville", "Chattanooga", "Knoxville"))
    m, n, c, k = cities.options
    orders = [(m, n, c, k), (n, c, k, m), (c, k, n, m), (k, c, n, m)]
    ballots = rankings_of(cities, orders, [42, 26, 15, 17])
    assert borda(ballots).trace["points"] == {m: 126, n: 194, c: 173, k: 107}
    assert plurality(ballots).elected == (m,)


def test_two_people_of_the_same_name_stay_two_people():
    assert told_apart(["Ann", "Bob", "Ann"]) == ("Ann (no. 1)", "Bob", "Ann (no. 3)")
    with pytest.raises(CountError, match="same key: a"):
        Paper(("a", "b", "a"))
