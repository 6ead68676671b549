"""Opinion groups as a whole: what holds for any conversation, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from synthesis.opinions.engine import find_groups
from synthesis.opinions.matrix import Vote
from synthesis.opinions.result import Previous


def conversation(seed=0, sizes=(30, 20), statements=20, seen=0.7, loyalty=0.9):
    """Votes of people who follow their camp's line on each statement with that loyalty."""
    rng = np.random.default_rng(seed)
    lines = rng.choice([1, -1], (len(sizes), statements))
    votes = []
    for camp, size in enumerate(sizes):
        for person in range(size):
            said = np.where(rng.random(statements) < loyalty, lines[camp], -lines[camp])
            said[rng.random(statements) < 0.1] = 0
            votes += [
                Vote(f"{camp}-{person}", f"s{at}", int(said[at]))
                for at in np.flatnonzero(rng.random(statements) < seen)
            ]
    return votes


def members(result):
    return {frozenset(group.members) for group in result.groups}


def bridges(result):
    return {(name, item.overall.agree) for name, item in result.bridging.items()}


def figures(result):
    """What represents each group, without names."""
    return {
        tuple((item.stance, item.n, item.share, item.figures["z_others"]) for item in listed)
        for listed in result.representative.values()
    }


conversations = st.builds(
    conversation,
    seed=st.integers(0, 10_000),
    sizes=st.sampled_from([(30, 20), (25, 25), (18, 16, 14), (40,), (12, 7)]),
    statements=st.integers(8, 24),
    seen=st.sampled_from([0.4, 0.7, 1.0]),
    loyalty=st.sampled_from([0.6, 0.75, 0.9]),
)
engines = st.sampled_from(["compatible", "robust"])
anything = st.lists(
    st.builds(
        Vote,
        person=st.integers(0, 25).map(str),
        statement=st.integers(0, 8).map(str),
        value=st.sampled_from([-1, 0, 1]),
    ),
    max_size=150,
)


@pytest.mark.parametrize("engine", ["compatible", "robust"])
def test_two_camps_are_found_again(engine):
    found = find_groups(conversation(), engine=engine)
    assert {"".join({name[0] for name in group.members}) for group in found.groups} == {"0", "1"}
    assert found.quality.reason == ""
    assert [group.size for group in found.groups] == [30, 20]


@pytest.mark.parametrize("engine", ["compatible", "robust"])
def test_three_camps_are_found_again(engine):
    found = find_groups(conversation(sizes=(30, 25, 20), statements=30), engine=engine)
    assert found.quality.k == 3
    assert all(len({name[0] for name in group.members}) == 1 for group in found.groups)


@settings(max_examples=12)
@given(conversations, engines, st.randoms(use_true_random=False))
def test_the_order_in_which_votes_arrive_changes_nothing(votes, engine, random):
    shuffled = list(votes)
    random.shuffle(shuffled)
    assert find_groups(shuffled, engine=engine).as_json() == (
        find_groups(votes, engine=engine).as_json()
    )


@settings(max_examples=12)
@given(conversations, engines, st.randoms(use_true_random=False))
def test_what_people_and_statements_are_called_changes_nothing(votes, engine, random):
    persons, statements = sorted({v.person for v in votes}), sorted({v.statement for v in votes})
    new_p = dict(zip(persons, random.sample(range(10_000), len(persons)), strict=True))
    new_s = dict(zip(statements, random.sample(range(10_000), len(statements)), strict=True))
    renamed = [Vote(str(new_p[v.person]), str(new_s[v.statement]), v.value) for v in votes]
    before, after = find_groups(votes, engine=engine), find_groups(renamed, engine=engine)
    assert members(after) == {
        frozenset(str(new_p[name]) for name in group) for group in members(before)
    }
    assert after.categories == {str(new_s[s]): kind for s, kind in before.categories.items()}
    assert after.quality.because == before.quality.because
    assert bridges(after) == {(str(new_s[s]), agreed) for s, agreed in bridges(before)}
    assert figures(after) == figures(before)


@settings(max_examples=12)
@given(conversations, engines)
def test_a_statement_nobody_answered_changes_nothing(votes, engine):
    names = sorted({vote.statement for vote in votes})
    before = find_groups(votes, statements=names, engine=engine)
    after = find_groups(votes, statements=[*names, "unseen", "0"], engine=engine)
    assert after.as_json() == before.as_json()


@settings(max_examples=12)
@given(conversations, engines)
def test_somebody_who_votes_exactly_like_another_joins_the_same_group(votes, engine):
    twin = [Vote("twin", vote.statement, vote.value) for vote in votes if vote.person == "0-0"]
    found = find_groups([*votes, *twin], engine=engine)
    for group in found.groups:
        assert ("twin" in group.members) == ("0-0" in group.members)


@settings(max_examples=60)
@given(anything, engines)
def test_any_votes_give_a_result_that_says_what_it_is(votes, engine):
    found = find_groups(votes, engine=engine)
    assert bool(found.groups) == (found.quality.reason == "")
    assert found.groups or found.quality.reason.startswith("no distinct groups")
    assert json.loads(found.as_json())["digest"] == found.digest


@settings(max_examples=12)
@given(conversations, engines)
def test_no_group_is_smaller_than_five_and_nobody_is_in_two(votes, engine):
    found = find_groups(votes, engine=engine)
    everyone = [person for group in found.groups for person in group.members]
    assert all(group.size == len(group.members) >= 5 for group in found.groups)
    assert len(everyone) == len(set(everyone))
    assert not found.groups or len(everyone) == found.quality.placed
    people = len({vote.person for vote in votes})
    assert found.quality.placed + found.quality.not_placed == people


@settings(max_examples=12)
@given(conversations)
def test_every_count_is_the_number_of_votes_cast(votes):
    found = find_groups(votes)
    group_of = {person: group.letter for group in found.groups for person in group.members}
    for name, item in found.statements.items():
        cast = [vote for vote in votes if vote.statement == name]
        assert item.overall.agree == sum(vote.value == 1 for vote in cast)
        assert item.overall.n == len(cast)
        for letter, count in item.groups.items():
            own = [vote.value for vote in cast if group_of.get(vote.person) == letter]
            assert (count.agree, count.disagree, count.n) == (own.count(1), own.count(-1), len(own))
    for letter, listed in found.representative.items():
        for item in listed:
            assert item.share == item.figures[item.stance] / item.n
            assert found.statements[item.statement].groups[letter].n == item.n >= 5


@pytest.mark.parametrize(
    ("votes", "because"),
    [
        ([], "no votes"),
        ([Vote("a", "s", 1)], "few people"),
        ([Vote(str(p), str(s), 1) for p in range(40) for s in range(9)], "no direction"),
        ([Vote(str(p), str(s), 0) for p in range(40) for s in range(9)], "no direction"),
        ([Vote(str(p), "only", 1 - 2 * (p % 2)) for p in range(9)], "few people"),
    ],
)
def test_without_groups_the_reason_is_said(votes, because):
    quality = find_groups(votes).quality
    assert (quality.k, quality.because) == (0, because)
    assert quality.reason.startswith("no distinct groups: ")


@pytest.mark.parametrize("engine", ["compatible", "robust"])
@pytest.mark.parametrize(("people", "statements", "seen"), [(60, 20, 1.0), (300, 40, 0.3)])
def test_people_who_answer_at_random_are_not_called_groups(engine, people, statements, seen):
    found = [
        find_groups(conversation(s, (people,), statements, seen, loyalty=0.5), engine=engine)
        for s in range(6)
    ]
    assert {result.quality.because for result in found} == {"chance"}


def test_a_vote_on_a_hidden_statement_never_enters():
    votes = conversation()
    listed = [f"s{at}" for at in range(1, 20)]
    hidden = find_groups(votes, statements=listed)
    without = find_groups([vote for vote in votes if vote.statement != "s0"], statements=listed)
    assert hidden.as_json() == without.as_json()
    assert "s0" not in hidden.as_json()


def test_a_removed_statement_is_shown_nowhere():
    found = find_groups(conversation(), removed={"s0", "s1"})
    shown = {*found.statements, *found.categories, *found.bridging}
    shown |= {item.statement for listed in found.representative.values() for item in listed}
    shown |= {item.statement for item in [*found.consensus, *found.divisive, *found.uncertain]}
    assert not shown & {"s0", "s1"}
    assert found.parameters["removed"] == ["s0", "s1"]


def test_a_changed_mind_counts_once():
    votes = conversation()
    first = [Vote(vote.person, vote.statement, -vote.value) for vote in votes]
    assert find_groups([*first, *votes]).as_json() == find_groups(votes).as_json()


def test_a_vote_that_is_no_vote_is_refused_in_words():
    with pytest.raises(ValueError, match="must be 1 .agree., -1 .disagree. or 0 .pass."):
        find_groups([Vote("a", "s", 2)])
    with pytest.raises(ValueError, match="Unknown engine"):
        find_groups([], engine="magic")


def test_letters_and_sides_stay_when_people_arrive():
    votes = conversation(sizes=(30, 20))
    before = find_groups(votes)
    # Forty newcomers join the smaller camp, which becomes the larger one.
    grown = conversation(sizes=(30, 60))
    after = find_groups(grown, previous=before.as_previous())
    for letter in ("A", "B"):
        camp = {group.letter: group.members[0][0] for group in before.groups}[letter]
        now = next(group for group in after.groups if group.letter == letter)
        assert {name[0] for name in now.members} == {camp}
    shared = [person for person in before.positions.persons if person in after.positions.persons]
    x = [(before.positions.persons[p][0], after.positions.persons[p][0]) for p in shared]
    assert sum(a * b for a, b in x) > 0


def test_what_comes_before_can_be_kept_as_a_file():
    before = find_groups(conversation())
    assert Previous.from_json(before.as_json()) == before.as_previous()


def test_a_new_number_of_groups_must_be_wished_twice():
    two = find_groups(conversation(sizes=(30, 30), statements=30))
    three = conversation(sizes=(30, 30, 30), statements=30)
    once = find_groups(three, previous=two.as_previous())
    assert (two.quality.k, find_groups(three).quality.k, once.quality.k) == (2, 3, 2)
    twice = find_groups(three, previous=once.as_previous())
    assert twice.quality.k == 3
    assert [group.letter for group in twice.groups] == ["A", "B", "C"]


def test_a_letter_never_comes_to_mean_other_people():
    gone = Previous(groups={"A": ("x", "y")}, letters_used=("A",))
    found = find_groups(conversation(), previous=gone, cold=True)
    assert [group.letter for group in found.groups] == ["B", "C"]


def test_who_was_placed_stays_placed():
    votes = conversation(statements=6, seen=1.0)
    before = find_groups(votes)
    later = [*votes, *(Vote("new", f"t{at}", 1) for at in range(4))]
    found = find_groups(later, previous=before.as_previous())
    assert {person for g in found.groups for person in g.members} == (
        {vote.person for vote in votes}
    )


def test_progress_is_told_from_start_to_end():
    told = []
    find_groups(conversation(), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
