"""The published tie-break by lot, and every way in which a lot could fall."""

from hashlib import sha256

import pytest

from votes.counting.approval import approval
from votes.counting.ballots import marks_of
from votes.counting.errors import CountError
from votes.counting.lot import Draw, every_way, lot_order
from votes.counting.ordering import common_groups
from votes.counting.paper import Paper

ABC = Paper(("a", "b", "c"))


def test_anyone_can_redo_the_lot_with_a_common_tool():
    order = lot_order("abc", "f00d", "3 14 15")
    by_hand = sorted("abc", key=lambda o: sha256(f"f00d3 14 15{o}".encode()).hexdigest())
    assert list(order) == by_hand


def test_the_lot_does_not_depend_on_how_the_options_are_listed():
    assert lot_order("abcd", "f00d", "7") == lot_order("dcba", "f00d", "7")


def test_another_draw_can_give_another_order():
    assert len({lot_order("abcd", "f00d", str(n)) for n in range(20)}) > 10


def test_a_lot_without_a_draw_is_refused():
    with pytest.raises(CountError, match="public draw"):
        lot_order("abc", "f00d", " ")


def test_using_the_lot_is_written_down_and_not_using_it_leaves_no_trace():
    ballots = marks_of(ABC, [["a"], ["b"], ["c", "a"], ["b"]])
    settled = approval(ballots, lot=("c", "b", "a"))
    assert settled.elected == ("b",)
    assert settled.tie is None
    assert settled.lots == ({"between": ["a", "b"], "order": ["b", "a"]},)
    assert approval(ballots, seats=2, lot=("c", "b", "a")).lots == ()


def test_a_drawn_order_that_leaves_out_a_tied_option_is_refused():
    with pytest.raises(CountError, match="leaves out b"):
        approval(marks_of(ABC, [["a"], ["b"]]), lot=("a", "c"))


def test_every_way_the_lots_could_fall_is_followed_once():
    def podium(draw: Draw) -> str:
        left = list("abc")
        order = ""
        while left:
            order += draw.favour(left)
            left.remove(order[-1])
        return order

    ways, complete = every_way(podium)
    assert complete
    assert sorted(ways) == ["abc", "acb", "bac", "bca", "cab", "cba"]


def test_one_order_per_election_is_reused_at_each_tie():
    def asks_twice(draw: Draw) -> tuple[str, str]:
        return draw.favour(("a", "b")), draw.drop(("a", "b"))

    ways, _ = every_way(asks_twice)
    assert sorted(ways) == [("a", "b"), ("b", "a")]


def test_too_many_ways_are_said_to_be_too_many():
    def many(draw: Draw) -> int:
        return sum(draw.favour((f"x{n}", f"y{n}"))[0] == "x" for n in range(12))

    ways, complete = every_way(many, at_most=50)
    assert (len(ways), complete) == (50, False)


def test_groups_are_kept_apart_only_where_all_rankings_agree():
    one = (("a",), ("b",), ("c",), ("d",))
    other = (("b",), ("a",), ("c", "d"))
    assert common_groups([one, other]) == (("a", "b"), ("c", "d"))
