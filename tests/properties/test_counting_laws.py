"""What must hold for every election: no order, no name and no repetition changes who wins."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from votes.counting.ballots import Ballots, grades_of, marks_of, rankings_of
from votes.counting.paper import Paper
from votes.counting.result import Result, plain
from votes.counting.rules import count

NAMES = ("ash", "beech", "cedar", "elm", "fir")
GRADES = ("Bad", "Fair", "Good")
COSTS = (30, 45, 60, 60, 25)
BUDGET = 120
ON_MARKS = ("plurality", "approval", "two-rounds", "budget-greedy", "equal-shares")
ON_RANKINGS = ("plurality", "borda", "irv", "stv-scottish", "schulze", "ranked-pairs")
ON_GRADES = ("majority-judgment", "usual-judgment")
EVERY = (
    [(rule, "marks") for rule in ON_MARKS]
    + [(rule, "rankings") for rule in ON_RANKINGS]
    + [(rule, "grades") for rule in ON_GRADES]
    + [("points", "points")]
)
OPTIONS = {"stv-scottish": {"seats": 2}}

option = st.sampled_from(NAMES)
one_ballot = {
    "marks": st.sets(option, max_size=5).map(sorted),
    "points": st.dictionaries(option, st.integers(0, 4)),
    "rankings": st.permutations(NAMES).flatmap(
        lambda order: st.integers(0, len(order)).map(lambda n: list(order[:n]))
    ),
    "grades": st.dictionaries(option, st.sampled_from(GRADES)),
}
many = {kind: st.lists(ballot, max_size=14) for kind, ballot in one_ballot.items()}
any_box = st.data()


def box(kind: str, ballots: list, names: tuple[str, ...] = NAMES) -> Ballots:
    paper = Paper(names, costs=tuple(COSTS[NAMES.index(n)] for n in names if n in NAMES) or COSTS,
                  budget=BUDGET)  # fmt: skip
    if kind == "rankings":
        return rankings_of(paper, ballots)
    return grades_of(paper, GRADES, ballots) if kind == "grades" else marks_of(paper, ballots)


def outcome(rule: str, ballots: Ballots) -> Result:
    return count(rule, ballots, **OPTIONS.get(rule, {}))


def decided(result: Result) -> tuple:
    return (result.ranking, result.elected and set(result.elected),
            result.selected and set(result.selected), result.tie)  # fmt: skip


def chosen(result: Result) -> set[str]:
    return set(result.elected or result.selected or ())


@pytest.mark.parametrize(("rule", "kind"), EVERY)
@given(data=any_box)
def test_the_order_in_which_ballots_arrive_changes_nothing(rule, kind, data):
    ballots = data.draw(many[kind])
    shuffled = data.draw(st.permutations(ballots))
    one, other = outcome(rule, box(kind, ballots)), outcome(rule, box(kind, shuffled))
    assert plain(one.as_plain()) == plain(other.as_plain())


@pytest.mark.parametrize(("rule", "kind"), EVERY)
@given(data=any_box)
def test_the_order_in_which_options_are_listed_changes_nothing(rule, kind, data):
    ballots, names = data.draw(many[kind]), data.draw(st.permutations(NAMES).map(tuple))
    listed = outcome(rule, box(kind, ballots, names))
    assert decided(listed) == decided(outcome(rule, box(kind, ballots)))


@pytest.mark.parametrize(("rule", "kind"), [pair for pair in EVERY if pair[0] not in
                         ("budget-greedy", "equal-shares")])  # fmt: skip
@given(data=any_box)
def test_renaming_options_renames_the_result_and_nothing_else(rule, kind, data):
    ballots = data.draw(many[kind])
    new = dict(zip(NAMES, data.draw(st.permutations(NAMES)), strict=True))
    renamed = outcome(rule, box(kind, [relabelled(ballot, new) for ballot in ballots]))
    plainly = outcome(rule, box(kind, ballots))
    groups = tuple(tuple(sorted(new[o] for o in group)) for group in plainly.ranking)
    assert renamed.ranking == groups
    assert chosen(renamed) == {new[o] for o in chosen(plainly)}
    assert set(renamed.tie or ()) == {new[o] for o in plainly.tie or ()}


def relabelled(ballot, new: dict[str, str]):
    if isinstance(ballot, dict):
        return {new[o]: mark for o, mark in ballot.items()}
    return [new[o] for o in ballot]


@pytest.mark.parametrize(("rule", "kind"), EVERY)
@given(data=any_box)
def test_the_groups_hold_every_option_exactly_once(rule, kind, data):
    result = outcome(rule, box(kind, data.draw(many[kind])))
    assert sorted(o for group in result.ranking for o in group) == sorted(NAMES)
    assert not set(result.tie or ()) & chosen(result)


@pytest.mark.parametrize(("rule", "kind"), [pair for pair in EVERY if pair[0] not in
                         ("stv-scottish",)])  # fmt: skip
@given(data=any_box)
def test_counting_everyone_twice_changes_nobody_elected(rule, kind, data):
    # STV is left out: its quota is a whole number of votes, so twice the votes is not the same.
    ballots = data.draw(many[kind])
    once, twice = outcome(rule, box(kind, ballots)), outcome(rule, box(kind, ballots * 2))
    assert (chosen(once), once.tie) == (chosen(twice), twice.tie)


@pytest.mark.parametrize(("rule", "kind"), EVERY)
@given(data=any_box)
def test_a_drawn_order_leaves_no_tie_and_agrees_with_what_was_certain(rule, kind, data):
    ballots, lot = data.draw(many[kind]), data.draw(st.permutations(NAMES))
    free = outcome(rule, box(kind, ballots))
    extra = OPTIONS.get(rule, {})
    settled = count(rule, box(kind, ballots), lot=tuple(lot), **extra)
    assert settled.tie is None
    assert chosen(free) <= chosen(settled) <= chosen(free) | set(free.tie or ())


@pytest.mark.parametrize("rule", ["plurality", "approval", "borda", "schulze"])
@given(data=any_box)
def test_one_more_ballot_for_the_winner_alone_never_makes_it_lose(rule, data):
    kind = "marks" if rule == "approval" else "rankings"
    ballots = data.draw(many[kind])
    for winner in outcome(rule, box(kind, ballots)).elected:
        assert outcome(rule, box(kind, [*ballots, [winner]])).elected == (winner,)


@given(many["grades"], option)
def test_raising_a_grade_never_lowers_an_option(ballots, raised):
    before = count("majority-judgment", box("grades", ballots)).ranking
    better = [{**b, raised: GRADES[-1]} if b else b for b in ballots]
    after = count("majority-judgment", box("grades", better)).ranking
    assert place(after, raised) <= place(before, raised)


def place(ranking, wanted: str) -> int:
    return next(i for i, group in enumerate(ranking) if wanted in group)


@given(many["rankings"], option)
def test_an_option_that_everyone_puts_first_is_elected(ballots, loved):
    unanimous = [[loved, *(o for o in b if o != loved)] for b in ballots] + [[loved]]
    for rule in ON_RANKINGS:
        assert loved in outcome(rule, box("rankings", unanimous)).elected


@given(many["rankings"])
def test_whoever_beats_everyone_else_is_elected_by_the_pairwise_rules(ballots):
    cast = box("rankings", ballots)
    winner = count("schulze", cast).trace["condorcet_winner"]
    if winner and cast.counts().exprimes:
        assert count("schulze", cast).elected == count("ranked-pairs", cast).elected == (winner,)


@pytest.mark.parametrize(
    ("rule", "options"),
    [("budget-greedy", {}), ("budget-greedy", {"convention": "stop"}), ("equal-shares", {}),
     ("equal-shares", {"utility": "cardinality"}),
     ("equal-shares", {"completion": "add1"}),
     ("equal-shares", {"completion": "add1-exhaustive+utilitarian"}),
     ("equal-shares", {"completion": "utilitarian"})],
)  # fmt: skip
@given(ballots=many["marks"])
def test_the_budget_is_never_exceeded(rule, options, ballots):
    result = count(rule, box("marks", ballots), **options)
    assert sum(COSTS[NAMES.index(project)] for project in result.selected) <= BUDGET


@given(many["marks"])
def test_in_equal_shares_nobody_pays_more_than_a_share_or_for_what_they_did_not_choose(ballots):
    result = count("equal-shares", box("marks", ballots))
    for bought in result.trace.get("purchases", []):
        share = Fraction(result.trace["start"])
        assert 0 < Fraction(bought["payment"]) <= share
        assert bought["pay_in_full"] + bought["pay_all_they_had"] == bought["votes"]
        assert bought["pay_in_full"] >= 1


@given(many["rankings"])
def test_every_vote_is_somewhere_at_each_stage(ballots):
    for rule in ("irv", "stv-scottish"):
        result = outcome(rule, box("rankings", ballots))
        for stage in result.stages or ():
            held = sum(stage.get("votes", stage.get("totals")).values())
            assert held + stage["exhausted"] + stage.get("lost_to_truncation", 0) == (
                result.counts.exprimes
            )
