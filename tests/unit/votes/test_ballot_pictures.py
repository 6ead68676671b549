"""Pictures of a result add up: every vote that leaves an option arrives somewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from votes.ballots import pictures
from votes.ballots.pictures import BAR, HEIGHT, NOBODY
from votes.counting.ballots import rankings_of
from votes.counting.paper import Paper
from votes.counting.rules import count

NAMES = ("a", "b", "c", "d")
WORKED = (
    [["a", "b", "c"]] * 9 + [["a", "c"]] * 3 + [["b", "a"]] * 4 + [["c"]] * 5
    + [["d", "c"]] * 3 + [["d"]]
)  # fmt: skip
orders = st.lists(
    st.tuples(st.permutations(NAMES), st.integers(1, 4)).map(lambda pair: pair[0][: pair[1]]),
    min_size=1, max_size=12,
)  # fmt: skip


def stages_of(rule: str, ballots: list[list[str]], **options: int) -> list[dict]:
    return count(rule, rankings_of(Paper(NAMES), ballots), **options).as_plain()["stages"]


def test_the_transfers_of_the_worked_example() -> None:
    surplus, first_out, second_out = pictures.transfers(stages_of("stv-scottish", WORKED, seats=2))
    assert (surplus.losers, surplus.lost, surplus.stays) == (("a",), 3, True)
    assert surplus.gains == {"b": Fraction("2.25"), "c": Fraction("0.75")}
    assert (first_out.losers, first_out.gains) == (("d",), {"c": 3, NOBODY: 1})
    assert (second_out.losers, second_out.stays) == (("b",), False)
    assert second_out.gains == {"c": Fraction("2.25"), NOBODY: 4}


@given(orders)
def test_what_leaves_arrives(ballots: list[list[str]]) -> None:
    for moved in pictures.transfers(stages_of("irv", ballots) or []):
        assert moved.lost == sum(moved.gains.values())


@given(orders)
def test_bars_do_not_overlap_and_have_the_height_of_their_votes(ballots: list[list[str]]) -> None:
    stages = stages_of("irv", ballots)
    flows = pictures.flows(stages, NAMES)
    if len(stages) < 2:
        assert flows is None
        return
    assert flows is not None
    for x in flows.rounds:
        column = sorted((n for n in flows.nodes if n.x == x), key=lambda n: n.y)
        assert sum(n.height for n in column) == pytest.approx(HEIGHT)
        for above, below in zip(column, column[1:], strict=False):
            assert below.y > above.y + above.height
        assert all(n.x + BAR <= flows.width for n in column)
        assert all(n.y + n.height <= flows.height for n in column)


def test_options_that_leave_together_are_drawn_through_one_knot() -> None:
    stages = [
        {"votes": {"a": 5, "b": 3, "c": 1, "d": 1}, "exhausted": 0},
        {"votes": {"a": 6, "b": 3}, "exhausted": 1},
    ]
    flows = pictures.flows(stages, NAMES)
    assert flows is not None
    moving = [band for band in flows.bands if band.moves]
    assert len(moving) == 4, "two into the knot, two out of it"
    assert {band.hue for band in moving} == {0, 3, 4}


@pytest.mark.parametrize(
    ("won", "lost", "shade"), [(51, 49, 1), (70, 30, 3), (9, 0, 5), (5, 5, 0), (4, 6, 0), (0, 0, 0)]
)
def test_a_duel_is_darker_the_more_clearly_it_is_won(won: int, lost: int, shade: int) -> None:
    assert pictures.shade(won, lost) == shade
