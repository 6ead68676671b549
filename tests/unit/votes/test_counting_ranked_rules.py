"""Instant runoff, Schulze and ranked pairs: rounds, majorities, cycles, and ties that matter."""

import doctest

import pytest

from votes.counting import pairwise as pairwise_module
from votes.counting.ballots import marks_of, rankings_of
from votes.counting.errors import CountError
from votes.counting.instant_runoff import instant_runoff
from votes.counting.pairwise import condorcet_winner, pairwise, smith_set
from votes.counting.paper import Paper
from votes.counting.ranked_pairs import ranked_pairs
from votes.counting.schulze import schulze

ABC = Paper(("a", "b", "c"))
FIVE = Paper(tuple("ABCDE"))
SCHULZE_EXAMPLE = {
    "ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8,
}  # fmt: skip
CYCLE = {"abc": 4, "bca": 3, "cab": 2}


def cast(orders: dict[str, int], paper: Paper = ABC):
    return rankings_of(paper, [list(order) for order in orders], list(orders.values()))


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(pairwise_module).failed == 0


def test_the_last_is_dropped_and_its_ballots_move_on():
    result = instant_runoff(cast({"abc": 4, "bca": 3, "cba": 2}))
    assert result.elected == ("b",)
    assert [stage["votes"] for stage in result.stages] == [
        {"a": 4, "b": 3, "c": 2},
        {"a": 4, "b": 5},
    ]
    assert result.ranking == (("b",), ("a",), ("c",))


def test_a_majority_is_of_the_ballots_that_still_count():
    result = instant_runoff(cast({"a": 4, "b": 3, "c": 2}))
    assert result.elected == ("a",)
    assert result.stages[-1]["exhausted"] == 2
    assert str(result.trace["of_continuing"]) == "4/7"
    assert str(result.trace["of_exprimés"]) == "4/9"


def test_a_skipped_place_is_ignored():
    assert instant_runoff(rankings_of(ABC, [["b"], [[], [], "a"], [[], "a"]])).elected == ("a",)


def test_a_place_shared_by_two_standing_options_exhausts_the_ballot_for_good():
    doubled = [["d", ["a", "b"], "c"], ["a"], ["b"], ["c"]]
    ballots = rankings_of(Paper(tuple("abcd")), doubled, [1, 4, 3, 2])
    result = instant_runoff(ballots)
    assert [stage["votes"].get("c") for stage in result.stages] == [2, 2, None]
    assert [stage["exhausted"] for stage in result.stages] == [0, 1, 3]


def test_a_place_shared_with_someone_already_dropped_counts_for_the_other():
    ballots = rankings_of(
        Paper(tuple("abcd")), [["a"], ["b"], ["d", ["b", "c"]], ["c"]], [4, 4, 2, 1]
    )
    result = instant_runoff(ballots)
    assert [stage.get("dropped") for stage in result.stages] == [("c",), ("d",), None]
    assert result.stages[-1]["votes"] == {"a": 4, "b": 6}


def test_the_one_behind_in_an_earlier_round_leaves_first():
    paper = Paper(tuple("abcd"))
    ballots = cast({"a": 5, "b": 4, "cb": 3, "dc": 1}, paper)
    result = instant_runoff(ballots)
    assert [stage.get("dropped") for stage in result.stages[:2]] == [("d",), ("c",)]


def test_a_tie_for_last_that_changes_the_winner_is_returned():
    result = instant_runoff(cast({"a": 4, "ba": 3, "cb": 3}))
    assert (result.elected, result.tie) == ((), ("a", "b"))
    assert len(result.stages) == 1


def test_a_tie_for_last_that_changes_nothing_is_no_tie():
    result = instant_runoff(cast({"abc": 5, "bac": 2, "cab": 2, "ac": 1, "bc": 1, "cb": 1}))
    assert (result.elected, result.tie) == (("a",), None)
    assert result.ranking == (("a",), ("b", "c"))


def test_the_drawn_order_settles_a_tie_and_is_written_down():
    ballots = cast({"a": 4, "ba": 3, "cb": 3})
    result = instant_runoff(ballots, lot=("c", "b", "a"))
    assert (result.elected, result.tie) == (("a",), None)
    assert result.lots == ({"between": ["b", "c"], "dropped": "b"},)
    assert instant_runoff(ballots, lot=("b", "c", "a")).elected == ("b",)


def test_options_without_votes_leave_together_since_their_order_changes_nothing():
    paper = Paper(tuple("abcdefghij"))
    result = instant_runoff(cast({"a": 3, "b": 3, "cb": 1}, paper))
    assert result.elected == ("b",)
    assert result.stages[0]["dropped"] == tuple("defghij")


def test_when_all_ballots_run_out_nobody_is_elected():
    result = instant_runoff(rankings_of(ABC, [[["a", "b"]], [["b", "c"]]]))
    assert (result.elected, result.tie) == ((), None)
    assert result.stages[0]["exhausted"] == 2


def test_dropping_the_tied_together_elects_someone_no_lot_would():
    ballots = cast(SCHULZE_EXAMPLE, FIVE)
    assert instant_runoff(ballots, tied_last="together").elected == ("A",)
    assert instant_runoff(ballots).elected == ("C",)


def test_dropping_all_that_are_left_together_is_a_tie():
    result = instant_runoff(cast({"a": 2, "b": 2}), tied_last="together")
    assert result.tie == ("a", "b")


def test_the_capital_of_tennessee_by_runoff_and_by_pairs():
    cities = Paper(("Memphis", "Nashville", "Chattanooga", "Knoxville"))
    m, n, c, k = cities.options
    orders = [(m, n, c, k), (n, c, k, m), (c, k, n, m), (k, c, n, m)]
    ballots = rankings_of(cities, orders, [42, 26, 15, 17])
    assert instant_runoff(ballots).elected == (k,)
    assert schulze(ballots).elected == ranked_pairs(ballots).elected == (n,)


def test_the_example_of_schulze_and_its_strongest_paths():
    result = schulze(cast(SCHULZE_EXAMPLE, FIVE))
    assert ["".join(group) for group in result.ranking] == list("EACBD")
    assert result.trace["strongest_paths"]["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert ranked_pairs(cast(SCHULZE_EXAMPLE, FIVE)).elected == ("A",)


def test_ranked_options_are_above_unranked_ones_and_equals_above_neither():
    matrix = pairwise(rankings_of(ABC, [[["a", "b"]], ["c"]], [3, 1]))
    assert matrix == [[0, 0, 3], [0, 0, 3], [1, 1, 0]]


def test_a_cycle_is_cut_at_its_weakest_majority():
    assert condorcet_winner(pairwise(cast(CYCLE))) is None
    assert smith_set(pairwise(cast(CYCLE))) == {0, 1, 2}
    for rule in (schulze, ranked_pairs):
        assert ["".join(group) for group in rule(cast(CYCLE)).ranking] == ["a", "b", "c"]
    assert ranked_pairs(cast(CYCLE)).trace["skipped"] == [("c", "a")]


@pytest.mark.parametrize("rule", [schulze, ranked_pairs])
def test_a_perfect_cycle_ties_everyone(rule):
    ballots = cast({"abc": 1, "bca": 1, "cab": 1})
    result = rule(ballots)
    assert (result.elected, result.tie) == ((), ("a", "b", "c"))
    assert result.ranking == (("a", "b", "c"),)
    assert rule(ballots, lot=("b", "a", "c")).elected == ("b",)


@pytest.mark.parametrize("rule", [schulze, ranked_pairs])
def test_an_option_that_does_not_beat_none_of_these_is_set_aside(rule):
    paper = Paper(("x", "y", "none"))
    ballots = rankings_of(paper, [["x", "none"], ["none", "x"], ["y", "none", "x"]], [4, 3, 2])
    assert rule(ballots).elected == ("none",)
    result = rule(ballots, default="none")
    assert result.ranking == (("none",), ("x", "y"))
    with pytest.raises(CountError, match="not on the paper"):
        rule(ballots, default="nobody")


def test_a_quorum_over_none_of_these_is_in_ballots():
    ballots = rankings_of(Paper(("x", "none")), [["x", "none"], ["none"]], [3, 2])
    assert schulze(ballots, default="none", least_votes=3).elected == ("x",)
    assert schulze(ballots, default="none", least_votes=4).elected == ("none",)


def test_winning_votes_and_margins_can_cut_a_cycle_at_different_places():
    # a beats b 9-8, b beats c 7-1, c beats a 8-5: many ballots leave options out.
    orders = {"ab": 5, "bc": 3, "b": 4, "ca": 4, "cb": 0, "a": 0, "c": 1}
    ballots = cast(orders)
    won, by = ranked_pairs(ballots), ranked_pairs(ballots, strength="margins")
    assert won.trace["pairwise"] == by.trace["pairwise"]
    assert won.rule.options["strength"] == "winning"
    assert {won.elected, by.elected} == {("a",), ("b",)}


def test_marks_are_no_rankings():
    for rule in (instant_runoff, schulze, ranked_pairs):
        with pytest.raises(CountError, match="rankings"):
            rule(marks_of(ABC, [["a"]]))
