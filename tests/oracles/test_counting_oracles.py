"""The same winners as the field's own programs, on random elections and on small real budgets.

pabutools, pref_voting and votelib are never needed to run Palabre, nor in its test environment:
where one is not installed its comparisons are skipped. To run them, install the three beside
pytest, hypothesis, click and numpy in an environment of their own, then

    python -m pytest --noconftest -p no:cacheprovider tests/oracles
"""

import os
import warnings
from pathlib import Path

import pytest
from hypothesis import assume, given, settings, strategies as st

from votes.counting.ballots import marks_of, rankings_of
from votes.counting.formats.opening import read_ballots
from votes.counting.paper import Paper
from votes.counting.rules import count

# Slow only where the programs are installed: pabutools needs a second for a small town.
pytestmark = [pytest.mark.oracle, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

NAMES = ("a", "b", "c", "d")
COSTS = {"a": 30, "b": 45, "c": 60, "d": 25}
DATA = Path(os.environ.get("PALABRE_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
TOWNS = [
    "poland_gdynia_2020_babie-doly-small",
    "poland_lodz_2020_im-montwilla-mireckiego",
    "poland_warszawa_2017_zoliborz-centralny",
    "poland_warszawa_2019_stare-miasto",
    "poland_zabrze_2021_helenka",
]
full_orders = st.lists(st.permutations(NAMES).map(tuple), min_size=1, max_size=11)
short_orders = st.lists(
    st.tuples(st.permutations(NAMES), st.integers(1, 4)).map(
        lambda pair: tuple(pair[0][: pair[1]])
    ),
    min_size=1,
    max_size=11,
)
baskets = st.lists(st.sets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=9)
PROFILES = settings(max_examples=60, deadline=None)


def program(name: str):
    """A module of an oracle, or a skipped test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"{name.partition('.')[0]} is not installed")


def cast(orders):
    return rankings_of(Paper(NAMES), [list(order) for order in orders])


def named(numbers) -> set[str]:
    return {NAMES[n] for n in numbers}


def possible(result) -> set[str]:
    """Who is elected, or between whom a lot decides."""
    return {*result.elected, *(result.tie or ())}


def with_ties(orders):
    profiles = program("pref_voting.profiles_with_ties")
    places = [{NAMES.index(o): place for place, o in enumerate(order, 1)} for order in orders]
    profile = profiles.ProfileWithTies(places, candidates=list(range(len(NAMES))))
    profile.use_extended_strict_preference()
    return profile


def linear(orders):
    profiles = program("pref_voting.profiles")
    return profiles.Profile([[NAMES.index(o) for o in order] for order in orders])


@PROFILES
@given(short_orders)
def test_schulze_by_winning_votes(orders):
    methods, profile = program("pref_voting.voting_methods"), with_ties(orders)
    theirs = methods.beat_path(profile, strength_function=profile.support)
    assert possible(count("schulze", cast(orders))) == named(theirs)


@PROFILES
@given(full_orders)
def test_ranked_pairs_with_every_order_of_equal_majorities(orders):
    methods = program("pref_voting.voting_methods")
    theirs = methods.ranked_pairs_with_test(linear(orders))
    assume(theirs is not None)  # it gives up where too many majorities are equal
    assert possible(count("ranked-pairs", cast(orders))) == named(theirs)


@PROFILES
@given(full_orders)
def test_borda(orders):
    methods = program("pref_voting.voting_methods")
    assert possible(count("borda", cast(orders))) == named(methods.borda(linear(orders)))


@PROFILES
@given(full_orders)
def test_instant_runoff_elects_among_those_whom_some_lot_elects(orders):
    methods = program("pref_voting.voting_methods")
    theirs = named(methods.instant_runoff_put(linear(orders)))
    ours = possible(count("irv", cast(orders)))
    # Ours looks at earlier rounds before it draws a lot, so it may leave fewer open.
    assert ours <= theirs
    assert len(theirs) > 1 or ours == theirs


@PROFILES
@given(full_orders)
def test_instant_runoff_dropping_the_tied_together(orders):
    methods = program("pref_voting.voting_methods")
    theirs = methods.instant_runoff(linear(orders))
    assert possible(count("irv", cast(orders), tied_last="together")) == named(theirs)


@PROFILES
@given(short_orders)
def test_schulze_and_votelib(orders):
    condorcet = program("votelib.evaluate.condorcet")
    convert = program("votelib.convert")
    tally: dict[tuple[str, ...], int] = {}
    for order in orders:
        tally[order] = tally.get(order, 0) + 1
    pairs = convert.RankedToCondorcetVotes().convert(tally)
    result = count("schulze", cast(orders))
    if result.tie or len({o for order in orders for o in order}) < len(NAMES):
        return  # votelib names one of the tied, and does not know options that nobody ranks
    assert set(condorcet.Schulze().evaluate(pairs, n_seats=1)) == set(result.elected)


@PROFILES
@given(full_orders, st.integers(1, 3))
def test_scottish_stv(orders, seats):
    methods = program("pref_voting.proportional_methods")
    result = count("stv-scottish", cast(orders), seats=seats)
    if result.tie is None and "ways_the_lot_could_fall" not in result.trace:
        theirs = methods.stv_scottish(with_ties(orders), num_seats=seats)
        assert set(result.elected) == named(theirs)


def instance_of(ballots):
    elections = program("pabutools.election")
    projects = {name: elections.Project(name, COSTS[name]) for name in NAMES}
    instance = elections.Instance(projects.values(), budget_limit=100)
    profile = elections.ApprovalProfile(
        [elections.ApprovalBallot([projects[name] for name in ballot]) for ballot in ballots]
    )
    return instance, profile


@PROFILES
@given(baskets, st.sampled_from([("cost", "Cost_Sat"), ("cardinality", "Cardinality_Sat")]))
def test_equal_shares(ballots, utility):
    elections, rules = program("pabutools.election"), program("pabutools.rules")
    result = count("equal-shares", box(ballots), utility=utility[0])
    bought = rules.method_of_equal_shares(
        *instance_of(ballots), sat_class=getattr(elections, utility[1]), resoluteness=False
    )
    outcomes = [{project.name for project in outcome} for outcome in bought]
    settled = count("equal-shares", box(ballots), utility=utility[0], lot=NAMES)
    # Ours prefers the cheaper of equals before any lot: one of their outcomes, not always all.
    assert set(settled.selected) in outcomes
    assert set(result.selected) <= set(settled.selected)


def box(ballots):
    paper = Paper(NAMES, costs=tuple(COSTS.values()), budget=100)
    return marks_of(paper, [sorted(ballot) for ballot in ballots])


@pytest.mark.data
@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize(
    ("utility", "satisfaction"), [("cost", "Cost_Sat"), ("cardinality", "Cardinality_Sat")]
)
def test_real_towns_by_equal_shares(town, utility, satisfaction):
    elections, rules = program("pabutools.election"), program("pabutools.rules")
    path = DATA / "ballots" / "pb-small" / f"{town}.pb"
    if not path.exists():
        pytest.skip("the real data sets are not there")
    instance, profile = elections.parse_pabulib(str(path))
    theirs = rules.method_of_equal_shares(
        instance, profile, sat_class=getattr(elections, satisfaction)
    )
    ours = count("equal-shares", read_ballots(path), utility=utility)
    assert (set(ours.selected), ours.tie) == ({p.name for p in theirs}, None)
