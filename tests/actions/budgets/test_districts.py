"""Who votes in which envelope: the rule that is frozen at the opening, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from civic.clock import now
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed
from civic.verification.models import Means, Verification
from tests.factories import Factories
from votes.ballots import queries as ballots
from votes.ballots.actions import take_out
from votes.budgets import actions, queries
from votes.budgets.models import Budget, DistrictChoice, Envelope


def parts(budget: Budget) -> tuple[Envelope, Envelope, Envelope]:
    town, north, south = budget.envelopes
    return town, north, south


def papers(envelope: Envelope) -> list[str]:
    assert envelope.ballot is not None
    return [paper.content for paper in ballots.papers_of(envelope.ballot)]


def test_a_person_votes_for_the_town_and_in_one_district(make: Factories) -> None:
    town, north, south = parts(make.budget())
    voter = make.account()
    make.vote(town.ballot, ["o1"], voter)
    make.vote(north.ballot, ["o2"], voter)
    with pytest.raises(NotAllowed, match="Nord"):
        make.vote(south.ballot, ["o3"], voter)
    assert [papers(each) for each in (town, north, south)] == [['["o1"]'], ['["o2"]'], []]
    assert queries.voted_in(voter, town.budget) == {town.id, north.id}
    assert queries.districts_of(voter, town.budget) == {north.id}


@pytest.mark.parametrize(("each", "expected"), [(1, 1), (2, 2), (0, 3)])
def test_the_rule_says_in_how_many_districts(make: Factories, each: int, expected: int) -> None:
    budget = make.budget(districts=("Nord", "Sud", "Est"), districts_each=each)
    voter, cast = make.account(), 0
    for envelope in budget.districts:
        try:
            make.vote(envelope.ballot, ["o1"], voter)
        except NotAllowed:
            continue
        cast += 1
    assert cast == expected
    assert sum(len(papers(envelope)) for envelope in budget.districts) == expected


def test_a_district_is_changed_before_voting_and_not_after(make: Factories) -> None:
    town, north, south = parts(make.budget(allows_change=False))
    voter = make.account()
    begin_write()
    assert actions.choose_district(north, voter)
    assert not actions.choose_district(north, voter)
    actions.leave_district(north, voter)
    actions.choose_district(south, voter)
    commit()
    make.vote(south.ballot, ["o1"], voter)
    with pytest.raises(NotAllowed):
        actions.leave_district(south, voter)
    with pytest.raises(NotAllowed):
        make.vote(north.ballot, ["o1"], voter)
    assert (papers(north), papers(south)) == ([], ['["o1"]'])


def test_where_ballots_may_change_leaving_takes_the_ballot_out(make: Factories) -> None:
    town, north, south = parts(make.budget(allows_change=True))
    voter, other = make.account(), make.account()
    make.vote(north.ballot, ["o1"], voter)
    make.vote(north.ballot, ["o2"], other)
    begin_write()
    actions.leave_district(north, voter)
    commit()
    make.vote(south.ballot, ["o3"], voter)
    assert (papers(north), papers(south)) == (['["o2"]'], ['["o3"]'])
    assert not ballots.has_voted(north.ballot, voter)
    assert ballots.voters_of(north.ballot) == 1


def test_a_district_that_was_not_chosen_cannot_be_left_with_the_ballot_of_another(
    make: Factories,
) -> None:
    town, north, south = parts(make.budget())
    voter = make.account()
    make.vote(north.ballot, ["o1"], voter)
    begin_write()
    actions.leave_district(south, voter)
    commit()
    assert papers(north) == ['["o1"]']
    assert queries.districts_of(voter, town.budget) == {north.id}


def test_the_town_is_not_a_district_to_choose(make: Factories) -> None:
    town, _north, _south = parts(make.budget())
    with pytest.raises(NotAllowed):
        actions.choose_district(town, make.account())


def test_where_the_rule_is_residence_the_verified_district_decides(
    make: Factories, db: Any
) -> None:
    town, north, south = parts(make.budget(by_residence=True))
    stranger, voter = make.account(), make.account()
    db.add(Verification(space_id=town.budget.space_id, account_id=voter.id, means=Means.AGENT,
                        district="sud", at=now()))  # fmt: skip
    db.commit()
    for person, envelope in ((stranger, north), (stranger, south), (voter, north)):
        with pytest.raises(NotAllowed):
            make.vote(envelope.ballot, ["o1"], person)
    make.vote(south.ballot, ["o1"], voter)
    make.vote(town.ballot, ["o1"], stranger)
    assert (papers(north), papers(south)) == ([], ['["o1"]'])


def test_the_database_itself_gives_no_second_place(make: Factories, db: Any) -> None:
    town, north, south = parts(make.budget())
    voter = make.account()
    begin_write()
    actions.choose_district(north, voter)
    commit()
    own = {"budget_id": town.budget_id, "account_id": voter.id, "envelope_id": south.id}
    for place in (1, 2):
        db.add(DistrictChoice(**own, place=place))
        with pytest.raises((IntegrityError, DatabaseError)):
            db.flush()
        db.rollback()
    assert db.scalars(select(DistrictChoice.envelope_id)).all() == [north.id]


def test_an_envelope_of_another_budget_is_no_district_of_this_one(make: Factories, db: Any) -> None:
    mine, other = make.budget(), make.budget()
    db.add(DistrictChoice(budget_id=mine.id, account_id=make.account().id, place=1,
                          envelope_id=other.districts[0].id))  # fmt: skip
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE envelope SET amount = 1000",
        "UPDATE envelope SET name = 'Ailleurs'",
        "DELETE FROM envelope",
        "UPDATE project SET cost = 1",
        "DELETE FROM project",
        "UPDATE budget SET districts_each = 5",
        "UPDATE budget SET by_residence = (1 = 1)",
        "UPDATE budget SET state = 'study'",
        "DELETE FROM budget",
    ],
)
def test_the_database_itself_refuses_to_touch_an_opened_budget(
    make: Factories, db: Any, tampering: str
) -> None:
    make.budget()
    with pytest.raises(DatabaseError):
        db.execute(text(tampering))
    db.rollback()


def test_a_ballot_that_was_never_cast_cannot_be_taken_out(make: Factories) -> None:
    town, _north, _south = parts(make.budget())
    with pytest.raises(Conflict):
        take_out(town.ballot, make.account())
