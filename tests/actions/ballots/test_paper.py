"""Paper ballots: two readings, a third look, the same box, and nobody twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from civic import clock
from civic.accounts.models import Account
from civic.checking import CHECKS, faults
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, NotOpen
from tests.factories import Factories
from votes import recount
from votes.ballots import actions as ballots, queries as boxes
from votes.ballots.batches import actions, queries
from votes.ballots.batches.models import SETTLED, Batch
from votes.ballots.describing import definition_of
from votes.ballots.export import NULL, file_of
from votes.ballots.models import Ballot, Electorate, State

PAPERS = [["o1"], ["o2"], None]
ROLL = ["anne@example.org", "Bernard Petit, 1931", "Claire Roux, 1940", "Denis Mas, 1938"]


def done(act: Callable[..., Any], *given: Any) -> Any:
    begin_write()
    found = act(*given)
    commit()
    return found


def declared(make: Factories, ballot: Ballot, size: int = 3, reference: str = "Mairie") -> Batch:
    return done(actions.declare, ballot, make.official(ballot.space), reference, size)


def typed(batch: Batch, by: Account, papers: list[Any]) -> None:
    done(actions.take_reading, batch, by)
    for number, content in enumerate(papers, 1):
        done(actions.type_paper, batch, by, number, content)
    done(actions.end_reading, batch, by)


def after(ballot: Ballot) -> Any:
    return clock.at(ballot.closes_at + timedelta(hours=1))


def admitted(make: Factories, ballot: Ballot, papers: list[Any], reference: str = "M") -> Batch:
    first, second = make.official(ballot.space), make.official(ballot.space)
    batch = declared(make, ballot, len(papers), reference)
    with after(ballot):
        typed(batch, first, papers)
        typed(batch, second, papers)
        done(actions.admit, batch, first)
    return batch


def listed(make: Factories) -> tuple[Ballot, Account]:
    ballot = make.ballot(electorate=Electorate.LISTED, emails=ROLL)
    return ballot, make.account(email="anne@example.org")


def line(ballot: Ballot, words: str) -> Any:
    ((entry, _online, _batch),) = queries.lines(ballot, words)
    return entry


def test_papers_read_alike_go_into_the_box_and_are_counted_with_the_others(
    make: Factories, db: Any
) -> None:
    ballot = make.ballot()
    for _n in range(10):
        make.vote(ballot, ["o3"])
    before = {paper.id for paper in boxes.papers_of(ballot)}
    admitted(make, ballot, PAPERS)
    new = [paper for paper in boxes.papers_of(ballot) if paper.id not in before]
    assert sorted(paper.content for paper in new) == ['["o1"]', '["o2"]', NULL]
    with after(ballot):
        done(ballots.seal, ballot, make.official(ballot.space))
    assert ballot.result["counts"] == {
        "inscrits": ballot.roll_size, "votants": 13, "blancs": 0, "nuls": 1, "exprimés": 12,
    }  # fmt: skip
    contents = [paper.content for paper in boxes.papers_of(ballot)]
    file = file_of(definition_of(ballot), contents, ballot.result, vars(boxes.seal_of(ballot)))
    assert list(recount.faults(file)) == []
    assert '{"null":"paper"}' in file.splitlines()
    assert '"paper":3' in file.splitlines()[0]
    assert '"paper":3' in boxes.seal_of(ballot).statement
    assert list(faults()) == []
    assert "every batch of papers is in the box as it was read" in dict(CHECKS)


def test_papers_are_not_read_before_the_close(make: Factories) -> None:
    ballot = make.ballot()
    batch = declared(make, ballot)
    with pytest.raises(NotOpen):
        actions.take_reading(batch, make.official(ballot.space))


def test_one_person_does_not_type_both_readings(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    first = make.official(ballot.space)
    batch = declared(make, ballot)
    with after(ballot):
        typed(batch, first, PAPERS)
        with pytest.raises(NotAllowed):
            actions.take_reading(batch, first)
        typed(batch, make.official(ballot.space), PAPERS)
        with pytest.raises(NotAllowed):
            actions.take_reading(batch, make.official(ballot.space))


def test_the_database_itself_wants_two_people(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    official = make.official(ballot.space)
    batch = declared(make, ballot)
    batch.first_by_id = batch.second_by_id = official.id
    with pytest.raises(DatabaseError):
        db.flush()
    db.rollback()


def test_a_finished_reading_stays_as_it_is_and_an_unfinished_one_is_not_finished(
    make: Factories,
) -> None:
    ballot = make.ballot()
    first = make.official(ballot.space)
    batch = declared(make, ballot)
    with after(ballot):
        done(actions.take_reading, batch, first)
        done(actions.type_paper, batch, first, 1, ["o1"])
        with pytest.raises(Conflict):
            actions.end_reading(batch, first)
        with pytest.raises(NotAllowed):
            actions.type_paper(batch, first, 4, ["o1"])
        for number in (2, 3):
            done(actions.type_paper, batch, first, number, ["o1"])
        done(actions.end_reading, batch, first)
        with pytest.raises(NotAllowed):
            actions.type_paper(batch, first, 1, ["o2"])


def differing(make: Factories) -> tuple[Ballot, Batch, Account, Account]:
    """A batch of which the second paper was read in two ways."""
    ballot = make.ballot()
    first, second = make.official(ballot.space), make.official(ballot.space)
    batch = declared(make, ballot)
    with after(ballot):
        typed(batch, first, PAPERS)
        typed(batch, second, [["o1"], ["o3"], None])
    return ballot, batch, first, second


def test_differences_are_found_and_settled_by_a_third_look(make: Factories) -> None:
    ballot, batch, first, _second = differing(make)
    third = make.official(ballot.space)
    assert queries.differences(batch) == {2: ('["o2"]', '["o3"]')}
    with after(ballot):
        with pytest.raises(NotAllowed, match="deux"):
            actions.admit(batch, first)
        with pytest.raises(Conflict):
            actions.settle(batch, third, 1, ["o2"])
        done(actions.settle, batch, third, 2, ["o3"])
        done(actions.admit, batch, third)
    assert queries.reading(batch, SETTLED) == {2: '["o3"]'}
    assert sorted(p.content for p in boxes.papers_of(ballot)) == ['["o1"]', '["o3"]', NULL]


def test_what_a_typist_settles_another_person_confirms(make: Factories) -> None:
    ballot, batch, first, second = differing(make)
    with after(ballot):
        done(actions.settle, batch, first, 2, ["o2"])
        with pytest.raises(NotAllowed):
            actions.admit(batch, first)
        done(actions.admit, batch, second)
    assert batch.admitted_by_id == second.id


def test_no_box_is_sealed_over_papers_that_wait(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    make.vote(ballot, ["o1"])
    batch, other = declared(make, ballot), make.official(ballot.space)
    with after(ballot):
        with pytest.raises(Conflict):
            ballots.seal(ballot, other)
        with pytest.raises(NotAllowed):
            actions.withdraw(batch, db.get(Account, batch.declared_by_id), "Urne ouverte.")
        done(actions.withdraw, batch, other, "Urne ouverte trop tôt.")
        done(ballots.seal, ballot, other)
    assert ballot.state is State.SEALED
    assert ballot.result["counts"]["votants"] == 1
    assert list(faults()) == []


def test_whoever_is_marked_on_the_roll_does_not_vote_online(make: Factories) -> None:
    ballot, anne = listed(make)
    batch = declared(make, ballot, 1)
    done(actions.mark, batch, make.official(ballot.space), line(ballot, "anne"))
    assert queries.voted_on_paper(ballot, anne)
    with pytest.raises(Conflict, match="papier"):
        make.vote(ballot, ["o1"], anne)
    done(actions.unmark, batch, make.official(ballot.space), line(ballot, "anne"))
    make.vote(ballot, ["o1"], anne)
    with pytest.raises(Conflict, match="en ligne"):
        actions.mark(batch, make.official(ballot.space), line(ballot, "anne"))


def test_nobody_is_marked_twice(make: Factories) -> None:
    ballot, _anne = listed(make)
    here, there = declared(make, ballot, 1), declared(make, ballot, 1, "École")
    done(actions.mark, here, make.official(ballot.space), line(ballot, "roux"))
    for batch in (here, there):
        with pytest.raises(Conflict):
            actions.mark(batch, make.official(ballot.space), line(ballot, "roux"))


@pytest.mark.parametrize(
    "order",
    [("INSERT INTO emargement", "INSERT INTO paper_mark"),
     ("INSERT INTO paper_mark", "INSERT INTO emargement")],
)  # fmt: skip
def test_the_database_itself_keeps_a_line_from_voting_both_ways(
    make: Factories, db: Any, order: tuple[str, str]
) -> None:
    ballot, anne = listed(make)
    batch = declared(make, ballot, 1)
    given = {"ballot": ballot.id, "line": line(ballot, "anne").id, "who": anne.id,
             "batch": batch.id}  # fmt: skip
    rows = {
        "INSERT INTO emargement": " (ballot_id, account_id, roll_entry_id, day)"
        " VALUES (:ballot, :who, :line, '2026-11-25')",
        "INSERT INTO paper_mark": " (ballot_id, roll_entry_id, batch_id, day)"
        " VALUES (:ballot, :line, :batch, '2026-11-25')",
    }
    db.execute(text(order[0] + rows[order[0]]), given)
    with pytest.raises(DatabaseError):
        db.execute(text(order[1] + rows[order[1]]), given)
    db.rollback()


def test_where_the_roll_has_names_there_are_as_many_marks_as_papers(make: Factories) -> None:
    ballot, anne = listed(make)
    make.vote(ballot, ["o1"], anne)
    first, second = make.official(ballot.space), make.official(ballot.space)
    batch = declared(make, ballot, 2)
    done(actions.mark, batch, first, line(ballot, "petit"))
    with after(ballot):
        typed(batch, first, [["o1"], ["o2"]])
        typed(batch, second, [["o1"], ["o2"]])
        with pytest.raises(NotAllowed, match="autant"):
            actions.admit(batch, first)
        done(actions.mark, batch, second, line(ballot, "roux"))
        done(actions.admit, batch, first)
        done(ballots.seal, ballot, first)
    assert (ballot.roll_size, ballot.cast_count) == (4, 3)
    assert list(faults()) == []


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE typed_paper SET content = '[\"o3\"]'", "DELETE FROM typed_paper",
     "UPDATE paper_batch SET size = 2", "DELETE FROM paper_batch", "DELETE FROM paper_mark",
     "UPDATE paper_mark SET roll_entry_id = roll_entry_id + 1"],
)  # fmt: skip
def test_the_database_itself_keeps_a_batch_that_is_in_the_box(
    make: Factories, db: Any, tampering: str
) -> None:
    ballot, _anne = listed(make)
    official = make.official(ballot.space)
    batch = declared(make, ballot, 1)
    done(actions.mark, batch, official, line(ballot, "roux"))
    with after(ballot):
        typed(batch, official, [["o1"]])
        typed(batch, make.official(ballot.space), [["o1"]])
        done(actions.admit, batch, official)
    with pytest.raises(DatabaseError):
        db.execute(text(tampering))
    db.rollback()


def test_a_typed_paper_changed_behind_the_triggers_is_found(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    admitted(make, ballot, PAPERS)
    if db.connection().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER guard_typed_paper_update"))
    else:
        db.execute(text("ALTER TABLE typed_paper DISABLE TRIGGER guard_typed_paper_update"))
    db.execute(text("UPDATE typed_paper SET content = '[\"o3\"]' WHERE number = 1"))
    db.expire_all()
    assert any("does not hold its papers" in fault for _title, fault in faults())


def test_the_number_of_papers_is_corrected_until_somebody_types(make: Factories) -> None:
    ballot = make.ballot()
    official = make.official(ballot.space)
    batch = declared(make, ballot, 3)
    done(actions.recount_papers, batch, official, 2)
    with after(ballot):
        done(actions.take_reading, batch, official)
        with pytest.raises(Conflict):
            actions.recount_papers(batch, official, 3)
    with pytest.raises(Conflict):
        declared(make, ballot, 1, "Mairie")
