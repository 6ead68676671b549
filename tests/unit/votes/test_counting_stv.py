"""Scottish STV: quota, surpluses, exclusions, and ties that later preferences never settle."""

from decimal import Decimal

import pytest

from votes.counting.ballots import rankings_of
from votes.counting.errors import CountError
from votes.counting.paper import Paper
from votes.counting.result import plain
from votes.counting.scottish_stv import scottish_stv

FOUR = Paper(tuple("1234"))
WORKED = {"123": 9, "13": 3, "21": 4, "3": 5, "43": 3, "4": 1}


def cast(orders: dict[str, int], paper: Paper = FOUR):
    return rankings_of(paper, [list(order) for order in orders], list(orders.values()))


def test_the_worked_example_stage_by_stage():
    result = scottish_stv(cast(WORKED), seats=2)
    assert result.elected == ("1", "3")
    assert result.trace["quota"] == 9
    assert [plain(stage["totals"]) for stage in result.stages] == [
        {"1": 12, "2": 4, "3": 5, "4": 4},
        {"1": 9, "2": 6.25, "3": 5.75, "4": 4},
        {"1": 9, "2": 6.25, "3": 8.75},
        {"1": 9, "3": 11},
    ]


def test_exactly_the_quota_elects_and_leaves_no_surplus():
    result = scottish_stv(cast({"12": 9, "2": 8, "3": 8}), seats=2)
    assert result.stages[0]["elected"] == ["1"]
    assert all(stage["action"] != "surplus" for stage in result.stages)


def test_no_vote_appears_or_vanishes_except_by_truncation():
    result = scottish_stv(cast({"12": 7, "132": 6, "2": 3, "34": 4, "41": 3, "214": 2}), seats=2)
    for stage in result.stages:
        kept = sum(stage["totals"].values()) + stage["exhausted"] + stage["lost_to_truncation"]
        assert kept == 25
        assert 0 <= stage["lost_to_truncation"] < Decimal("0.001")


def test_fewer_candidates_than_seats_are_all_elected():
    assert set(scottish_stv(cast({"1": 2, "2": 1}), seats=6).elected) == set("1234")


def test_without_a_valid_paper_there_is_no_result():
    result = scottish_stv(rankings_of(FOUR, [[], [["1", "2"]]]), seats=2)
    assert (result.elected, result.tie) == ((), None)
    assert (result.counts.blancs, result.counts.nuls) == (1, 1)


def test_fewer_ballots_than_seats_still_count():
    result = scottish_stv(cast({"1": 1}), seats=3)
    assert result.elected == ("1",)
    assert result.tie == ("2", "3", "4")


def test_a_paper_ends_where_a_place_is_shared_or_empty():
    papers = rankings_of(FOUR, [["1", ["2", "3"], "4"], ["1", [], "4"], ["2"], ["4"]], [3, 3, 2, 1])
    result = scottish_stv(papers, seats=1)
    assert result.elected == ("1",)
    second = scottish_stv(papers, seats=2)
    assert second.stages[1]["received"] == {}
    assert second.stages[1]["exhausted"] > 0


def test_the_one_behind_at_an_earlier_stage_is_excluded():
    orders = {"1": 20, "2": 9, "3": 8, "43": 1}
    result = scottish_stv(cast(orders), seats=2)
    excluded = [stage["excluded"] for stage in result.stages if stage["excluded"]]
    assert excluded == [["4"], ["3"]]
    assert result.elected == ("1", "2")


def test_a_tie_for_the_last_seat_is_returned_and_later_preferences_do_not_settle_it():
    result = scottish_stv(cast({"14": 5, "2": 3, "32": 3}), seats=2)
    assert (result.elected, result.tie) == (("1",), ("2", "3"))
    assert scottish_stv(cast({"14": 5, "2": 3, "32": 3}), seats=2, lot="4321").elected == ("1", "3")


def test_candidates_without_papers_leave_together_but_never_below_the_number_of_seats():
    wide = Paper(tuple("1234567"))
    result = scottish_stv(cast({"1": 3, "2": 2, "3": 1}, wide), seats=2)
    assert result.elected == ("1", "2")
    assert result.ranking == (("1",), ("2",), ("3",), ("4", "5", "6", "7"))
    tight = scottish_stv(cast({"1": 3}, wide), seats=3)
    assert (tight.elected, tight.tie) == (("1",), tuple("234567"))


def test_stv_needs_rankings_and_seats():
    with pytest.raises(CountError, match="number of seats"):
        scottish_stv(cast(WORKED))
