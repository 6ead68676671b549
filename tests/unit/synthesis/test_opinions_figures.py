"""Representative statements, consensus and categories: figures one can check by hand."""

from fractions import Fraction

import numpy as np
import pytest

from synthesis.opinions.consensus import (
    Findings,
    bridging_score,
    category,
    consensus,
    group_aware_consensus,
    upper_quartile,
)
from synthesis.opinions.matrix import Vote, from_votes
from synthesis.opinions.representative import (
    against_half,
    against_others,
    choose,
    measure,
    probability,
    strongest_first,
)
from synthesis.opinions.result import Count
from synthesis.opinions.tallies import tally


def votes_of(table):
    """Votes from {statement: [(agree, disagree, pass) of group 0, of group 1, …]}."""
    votes = []
    for name, groups in table.items():
        for group, counts in enumerate(groups):
            said = [value for value, n in zip((1, -1, 0), counts, strict=True) for _ in range(n)]
            votes += [Vote(f"{group}-{at:03}", name, value) for at, value in enumerate(said)]
    return votes


def counted(table, removed=()):
    matrix = from_votes(votes_of(table), removed=removed)
    labels = np.array([int(person[0]) for person in matrix.persons])
    return matrix, tally(matrix, labels, int(labels.max()) + 1)


def test_votes_are_counted_by_group():
    _, counts = counted({"s": [(3, 2, 1), (0, 4, 0)]})
    assert counts.count(0, 0) == Count(3, 2, 1)
    assert counts.count(1, 0) == Count(0, 4, 0)
    assert counts.overall(0) == counts.grouped(0) == Count(3, 6, 1)


def test_people_without_a_group_count_overall_only():
    matrix = from_votes([Vote("a", "s", 1), Vote("b", "s", 1)])
    counts = tally(matrix, np.array([0, -1]), 1)
    assert (counts.count(0, 0).n, counts.overall(0).n) == (1, 2)


def test_the_tests_give_the_figures_worked_out_by_hand():
    agree, n = np.array([8]), np.array([10])
    assert probability(agree, n)[0] == pytest.approx(9 / 12)
    # 2 * sqrt(11) * (9/11 - 1/2)
    assert against_half(agree, n)[0] == pytest.approx(2.1106, abs=1e-4)
    # 9/11 against 3/21, pooled 12/32: 0.675325 / sqrt(0.375 * 0.625 * (1/11 + 1/21))
    assert against_others(agree, n, np.array([2]), np.array([20]))[0] == pytest.approx(
        3.7478, abs=1e-4
    )
    assert against_others(n, n, n, n)[0] == 0


def test_what_sets_a_group_apart_represents_it():
    table = {
        "ours": [(30, 2, 3), (3, 28, 4)],
        "theirs": [(2, 30, 3), (29, 3, 3)],
        "everybody's": [(30, 2, 3), (30, 2, 3)],
        "nobody's": [(15, 15, 5), (15, 15, 5)],
    }
    matrix, counts = counted(table)
    measured = measure(counts)
    chosen = choose(measured, counts, 0, strongest_first(measured, 0, range(4)))
    found = [(matrix.statements[item.col], item.agree) for item in chosen]
    assert found == [("ours", True), ("theirs", False)]
    assert chosen[0].best_agree


def test_a_group_is_represented_by_five_statements_at_most_agreements_first():
    table = {f"s{at}": [(30, 2, 0), (2, 30, 0)] if at % 2 else [(2, 30, 0), (30, 2, 0)]
             for at in range(9)}  # fmt: skip
    _, counts = counted(table)
    chosen = choose(measure(counts), counts, 0, range(9))
    assert len(chosen) == 5
    assert [item.agree for item in chosen] == sorted((i.agree for i in chosen), reverse=True)


def test_a_group_that_differs_in_nothing_shows_what_it_agrees_with_most():
    _, counts = counted({"a": [(20, 5, 5), (20, 5, 5)], "b": [(25, 1, 4), (25, 1, 4)]})
    chosen = choose(measure(counts), counts, 0, range(2))
    assert [(item.col, item.agree, item.best_agree) for item in chosen] == [(1, True, True)]
    assert choose(measure(counts), counts, 0, []) == []


def test_a_group_that_agrees_with_nothing_shows_where_it_differs_most():
    _, counts = counted({"a": [(1, 2, 20), (5, 2, 16)], "b": [(2, 3, 18), (1, 3, 19)]})
    chosen = choose(measure(counts), counts, 0, range(2))
    assert [(item.col, item.best_agree) for item in chosen] == [(1, False)]


def test_consensus_counts_everybody_and_shows_both_sides():
    matrix, counts = counted({"yes": [(40, 2, 3)], "no": [(1, 40, 3)], "split": [(20, 20, 2)]})
    found = consensus(matrix, counts, votes_needed=5)
    assert [(item.statement, item.stance) for item in found] == [
        ("yes", "agree"),
        ("no", "disagree"),
    ]
    assert (found[0].share, found[0].n, found[0].figures["passed"]) == (40 / 45, 45, 3)


def test_group_aware_consensus_is_the_product_of_smoothed_agreement():
    _, counts = counted({"s": [(8, 1, 1), (4, 4, 0)]})
    assert group_aware_consensus(counts)[0] == pytest.approx(9 / 12 * 5 / 10)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ((6, 2, 2), (9, 1, 0), "common ground"),
        ((2, 6, 2), (0, 9, 1), "shared refusal"),
        ((9, 1, 0), (6, 1, 3), "common ground"),
        ((9, 1, 0), (5, 4, 1), "divided"),
        ((5, 5, 0), (5, 4, 1), "divided"),
        ((5, 1, 4), (4, 3, 3), "uncertain"),
        ((5, 3, 2), (6, 3, 1), None),
    ],
)
def test_categories_are_what_their_thresholds_say(a, b, kind):
    groups = {"A": Count(*a), "B": Count(*b)}
    overall = Count(*(x + y for x, y in zip(a, b, strict=True)))
    assert category(overall, groups, Fraction(1, 5)) == kind


def test_without_groups_common_ground_asks_for_more():
    assert category(Count(7, 2, 1), {}, Fraction(1, 5)) == "common ground"
    assert category(Count(69, 21, 10), {}, Fraction(1, 5)) is None


def test_a_threshold_met_exactly_is_met():
    # 0.6 as a float is a little less or more than three fifths; whole numbers are exact.
    for n in range(5, 200, 5):
        groups = {"A": Count(3 * n // 5, 2 * n // 5, 0), "B": Count(n, 0, 0)}
        assert category(Count(8 * n // 5, 2 * n // 5, 0), groups, Fraction(1)) == "common ground"


def test_too_few_votes_in_one_group_mean_no_statement_about_it():
    table = {"filler": [(60, 0, 0), (50, 0, 0)], "seen": [(50, 2, 0), (5, 0, 0)],
             "few": [(50, 2, 0), (4, 0, 0)], "tenth": [(5, 0, 0), (5, 0, 0)]}  # fmt: skip
    matrix, counts = counted(table)
    found = Findings(matrix, counts, ["A", "B"])
    # "few" has 4 votes in B; "tenth" has 5 of 60 in A, under one in ten.
    assert set(found.categories) == {"filler", "seen"}
    assert set(found.bridging()) == {"filler", "seen"}
    assert set(found.statements) == set(table)


def test_bridging_needs_most_of_every_group():
    table = {"both": [(20, 5, 0), (18, 5, 0)], "half": [(20, 5, 0), (11, 11, 0)]}
    matrix, counts = counted(table)
    bridging = Findings(matrix, counts, ["A", "B"]).bridging()
    assert list(bridging) == ["both"]
    assert bridging["both"].groups["B"].n == 23
    assert bridging["both"].score == pytest.approx((21 / 27 * 19 / 25) ** 0.5)


def test_bridging_does_not_shrink_with_the_number_of_groups():
    one = Count(8, 1, 1)
    assert bridging_score({"A": one, "B": one}) == pytest.approx(
        bridging_score(dict.fromkeys("ABCDE", one))
    )


def test_the_upper_quartile_is_one_of_the_values():
    assert upper_quartile([Fraction(n, 10) for n in (1, 2, 3, 4)]) == Fraction(3, 10)
    assert upper_quartile([Fraction(1, 2)]) == Fraction(1, 2)
    assert upper_quartile([]) == 0
