"""Budgets by votes and by Equal Shares: who pays for what, what fits, what is tied."""

from fractions import Fraction

import numpy as np
import pytest

from votes.counting.ballots import marks_of, rankings_of
from votes.counting.budget_greedy import budget_greedy
from votes.counting.equal_shares import equal_shares
from votes.counting.errors import CountError
from votes.counting.paper import Paper

TEN_VOTERS = ["ab", "ab", "a", "ac", "c", "cd", "d", "d", "b", "a"]


def town(costs: dict[str, int], budget: int, **more) -> Paper:
    return Paper(tuple(costs), costs=tuple(costs.values()), budget=budget, **more)


def worked():
    return marks_of(town({"a": 60, "b": 50, "c": 40, "d": 30}, 100), map(list, TEN_VOTERS))


def test_the_most_supported_projects_that_fit_are_funded_and_the_cheaper_of_equals_first():
    result = budget_greedy(worked())
    assert (result.selected, result.tie) == (("a", "d"), None)
    assert result.trace["left"] == 10


def test_a_project_that_does_not_fit_is_passed_over_or_ends_the_count():
    ballots = marks_of(town({"a": 60, "b": 50, "c": 30}, 100), [["a", "b", "c"], ["a", "b"], ["a"]])
    assert budget_greedy(ballots).selected == ("a", "c")
    assert budget_greedy(ballots, convention="stop").selected == ("a",)


def test_equal_votes_and_cost_are_a_tie_only_if_some_do_not_fit():
    ballots = marks_of(town({"a": 40, "b": 40, "c": 20}, 70), [["a", "b"], ["a", "b"], ["c"]])
    result = budget_greedy(ballots)
    assert (result.selected, result.tie) == (("c",), ("a", "b"))
    assert result.trace["places_for_the_tied"] == [{"between": ["a", "b"], "how_many": 1}]
    assert budget_greedy(ballots, budget=100).tie is None
    assert budget_greedy(ballots, lot=("b", "a", "c")).selected == ("b", "c")


def test_a_floor_of_support_comes_before_the_budget():
    assert budget_greedy(worked(), least_votes=4).selected == ("a",)


def test_a_project_without_a_vote_is_not_funded():
    assert budget_greedy(marks_of(town({"a": 1, "b": 1}, 9), [["a"]])).selected == ("a",)


def test_places_and_points_order_projects_too():
    paper = town({"a": 5, "b": 5}, 5, scale=(3, 2, 1))
    assert budget_greedy(rankings_of(paper, [["a", "b"], ["b"], ["b"]])).selected == ("b",)
    assert budget_greedy(marks_of(paper, [{"a": 9}, {"b": 1}, {"b": 1}])).selected == ("a",)


def test_a_free_project_or_a_missing_budget_is_refused():
    with pytest.raises(CountError, match="must cost something: b"):
        budget_greedy(marks_of(town({"a": 5, "b": 0}, 5), []))
    with pytest.raises(CountError, match="budget above zero"):
        equal_shares(marks_of(Paper(("a",), costs=(5,)), [["a"]]))
    with pytest.raises(CountError, match="not about projects"):
        budget_greedy(marks_of(Paper(("a",)), [["a"]]))


def test_the_supporters_of_a_project_must_hold_its_cost_themselves():
    result = equal_shares(worked())
    assert result.selected == ("d",)
    bought = result.trace["purchases"][0]
    assert (bought["payment"], bought["effective_votes"]) == (10, 3)
    short = {p["project"]: p["short_by"] for p in result.trace["not_funded"]}
    # One of c's three supporters has paid for d.
    assert short == {"a": 10, "b": 20, "c": 20}


def test_more_money_for_everyone_until_the_next_step_overspends():
    result = equal_shares(worked(), completion="add1")
    assert result.selected == ("a", "d")
    assert (result.trace["increments"], result.trace["why"]) == (10, "next-overspends")
    assert result.trace["next_would_cost"] > 100


def test_more_money_for_everyone_until_nothing_more_fits():
    result = equal_shares(worked(), completion="add1-exhaustive")
    assert result.selected == ("a", "d")
    assert (result.trace["increments"], result.trace["why"]) == (2, "exhaustive")


def test_what_is_left_can_be_spent_by_votes():
    result = equal_shares(worked(), completion="utilitarian")
    assert result.selected == ("a", "d")
    assert [step["decision"] for step in result.trace["filled"]][0] == "funded"


def test_the_poorest_pay_all_they_have_and_the_others_share_the_rest():
    paper = town({"first": 20, "second": 46}, 80)
    both, one, other = ["first", "second"], ["first"], ["second"]
    paid = equal_shares(marks_of(paper, [both, both, one, other])).trace["purchases"]
    # Each holds 20. Two have paid 20/3 for the first project and hold 40/3; the last pays the rest.
    assert [p["payment"] for p in paid] == [Fraction(20, 3), 46 - 2 * Fraction(40, 3)]
    assert [(p["pay_in_full"], p["pay_all_they_had"]) for p in paid] == [(3, 0), (1, 2)]


def test_cost_and_cardinality_utilities_buy_in_different_orders():
    paper = town({"dear": 90, "cheap": 10}, 100)
    ballots = marks_of(paper, [["dear", "cheap"]] * 9 + [["dear"]])
    by_cost = equal_shares(ballots).trace["purchases"]
    by_number = equal_shares(ballots, utility="cardinality").trace["purchases"]
    assert [p["project"] for p in by_cost] == ["dear"]
    assert [p["project"] for p in by_number][0] == "cheap"


def test_blank_voters_hold_no_share():
    paper = town({"a": 50}, 100)
    assert equal_shares(marks_of(paper, [["a"], [], []])).trace["start"] == 100


def test_a_tie_that_takes_money_from_the_other_is_returned_and_a_lot_settles_it():
    paper = town({"a": 60, "b": 60}, 100)
    ballots = marks_of(paper, [["a", "b"]] * 2)
    result = equal_shares(ballots)
    assert (result.selected, result.tie) == ((), ("a", "b"))
    assert result.ranking == (("a", "b"),)
    settled = equal_shares(ballots, lot=("b", "a"))
    assert (settled.selected, settled.tie) == (("b",), None)
    assert settled.lots == ({"between": ["a", "b"], "favoured": "b"},)


def test_equal_projects_with_other_supporters_are_both_bought_and_are_no_tie():
    paper = town({"a": 50, "b": 50}, 100)
    result = equal_shares(marks_of(paper, [["a"], ["b"]]))
    assert (result.selected, result.tie) == (("a", "b"), None)


def test_if_all_projects_fit_together_add1_funds_them_all():
    result = equal_shares(marks_of(town({"a": 70, "b": 20}, 100), [["a"], ["b"], ["b"]]),
                          completion="add1")  # fmt: skip
    assert (result.selected, result.trace["why"]) == (("a", "b"), "all-fit")


def test_a_start_from_whole_sums_and_a_larger_increment():
    paper = town({"a": 100, "b": 200}, 250)
    ballots = marks_of(paper, [["a"], ["a"], ["b"]])
    result = equal_shares(ballots, completion="add1", whole_start=True, increment=10)
    assert result.trace["start"] == 83
    assert (result.trace["endowment"] - 83) % 10 == 0


def test_costs_that_no_float_can_hold_are_decided_exactly():
    # The three supporters hold exactly what the project costs; 0.1 added thrice is not 0.3.
    paper = town({"a": 3, "b": 7}, 10, unit=10)
    ballots = marks_of(paper, [["a"]] * 3 + [["b"]] * 7)
    assert equal_shares(ballots).selected == ("a", "b")
    short = marks_of(
        town({"a": 3 * 10**17 + 1, "b": 7 * 10**17}, 10**18), [["a"]] * 3 + [["b"]] * 7
    )
    assert equal_shares(short).selected == ("b",)


def slow_equal_shares(costs: list[int], ballots: list[set[int]], budget: int) -> list[int]:
    """The definition, one voter at a time, in fractions."""
    money = [Fraction(budget, len(ballots))] * len(ballots)
    bought: list[int] = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            backers = [v for v, ballot in enumerate(ballots) if p in ballot]
            if p in bought or sum(money[v] for v in backers) < cost or not backers:
                continue
            missing, payers = Fraction(cost), len(backers)
            for held in sorted(money[v] for v in backers):
                if held * payers >= missing:
                    break
                missing, payers = missing - held, payers - 1
            offers.append((Fraction(cost) / (missing / payers), -cost, len(backers), -p, backers))
        if not offers:
            return bought
        effective, cost, _, p, backers = max(offers)
        for v in backers:
            money[v] -= min(money[v], -cost / effective)
        bought.append(-p)


@pytest.mark.parametrize("seed", range(40))
def test_grouped_purses_buy_what_the_definition_buys(seed):
    rng = np.random.default_rng(seed)
    costs = [int(c) for c in rng.integers(5, 60, 7)]
    ballots = [set(map(int, rng.choice(7, rng.integers(1, 5), replace=False))) for _ in range(23)]
    names = tuple(f"p{p}" for p in range(7))
    paper = Paper(names, costs=tuple(costs), budget=150)
    result = equal_shares(marks_of(paper, [{names[p] for p in b} for b in ballots]), lot=names)
    assert set(result.selected) == {names[p] for p in slow_equal_shares(costs, ballots, 150)}
