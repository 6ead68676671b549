"""From drafting to publication, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from civic import clock
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, NotOpen
from civic.spaces.actions import give_role, take_role
from civic.spaces.models import Role
from tests.factories import Factories
from votes import recount
from votes.ballots import actions, checks, queries, rules, sealing
from votes.ballots.describing import definition_of
from votes.ballots.export import file_of
from votes.ballots.models import Act, Ballot, BoxPaper, Electorate, Emargement, State


def faults() -> list[str]:
    every = (checks._as_many, checks._roots, checks._definitions, checks._recounts, checks._seals)
    return [fault for check in every for fault in check()]


def sealed(make: Factories, choices: list[list[str]], **given: Any) -> Ballot:
    """A ballot that these people voted in, one each, sealed after its close."""
    ballot = make.ballot(**given)
    for content in choices:
        make.vote(ballot, content)
    with clock.at(ballot.closes_at + timedelta(seconds=1)):
        begin_write()
        actions.seal(ballot, make.official(ballot.space))
        commit()
    return ballot


def test_a_vote_leaves_one_signature_and_one_paper_that_names_nobody(make: Factories) -> None:
    ballot, voter = make.ballot(), make.account()
    receipt = make.vote(ballot, ["o1"], voter)
    (paper,) = queries.papers_of(ballot)
    assert queries.has_voted(ballot, voter)
    assert (paper.content, paper.voter_key) == ('["o1"]', None)
    assert paper.receipt == sealing.receipt_digest(receipt.lower().replace("-", " "))
    assert {c.name for c in BoxPaper.__table__.columns} == {
        "id", "ballot_id", "content", "receipt", "voter_key",
    }  # fmt: skip
    assert faults() == []


def test_a_second_ballot_of_the_same_person_is_refused(make: Factories) -> None:
    ballot, voter = make.ballot(), make.account()
    make.vote(ballot, ["o1"], voter)
    with pytest.raises((NotAllowed, Conflict)):
        make.vote(ballot, ["o2"], voter)
    assert [paper.content for paper in queries.papers_of(ballot)] == ['["o1"]']


def test_a_changed_mind_replaces_the_paper_and_its_receipt(make: Factories) -> None:
    ballot, voter = make.ballot(allows_change=True), make.account()
    first, second = make.vote(ballot, ["o1"], voter), make.vote(ballot, ["o2"], voter)
    assert [paper.content for paper in queries.papers_of(ballot)] == ['["o2"]']
    assert not queries.holds_receipt(ballot, sealing.receipt_digest(first))
    assert queries.holds_receipt(ballot, sealing.receipt_digest(second))


def test_the_second_of_closing_is_too_late_and_the_one_before_is_not(make: Factories) -> None:
    ballot = make.ballot()
    with clock.at(ballot.closes_at), pytest.raises(NotOpen):
        make.vote(ballot, ["o1"], make.account())
    with clock.at(ballot.closes_at - timedelta(seconds=1)):
        make.vote(ballot, ["o1"])
    assert queries.voters_of(ballot) == 1


def test_sealing_destroys_what_joined_voters_to_papers(make: Factories) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o1"]], allows_change=True)
    assert ballot.state is State.SEALED
    assert ballot.secret == ""
    assert {paper.voter_key for paper in queries.papers_of(ballot)} == {None}
    assert ballot.result["elected"] == ["o1"]
    assert ballot.result["counts"]["votants"] == 3
    assert faults() == []


def test_a_ballot_is_not_sealed_before_its_close_nor_twice(make: Factories) -> None:
    ballot = make.ballot()
    with pytest.raises(NotOpen):
        actions.seal(ballot, make.official(ballot.space))
    done = sealed(make, [["o1"]])
    with clock.at(done.closes_at + timedelta(days=1)), pytest.raises(NotAllowed):
        actions.seal(done, make.official(done.space))


def test_a_paper_without_a_signature_stops_the_sealing(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    make.vote(ballot, ["o1"])
    db.add(BoxPaper(id="ab" * 16, ballot_id=ballot.id, content='["o2"]', receipt="x"))
    db.commit()
    assert faults() == [f"ballot {ballot.id}: 2 ≠ 1"]
    with clock.at(ballot.closes_at), pytest.raises(Conflict):
        actions.seal(ballot, make.official(ballot.space))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE box_paper SET content = '[\"o2\"]'",
        "DELETE FROM box_paper",
        "DELETE FROM emargement",
        "INSERT INTO box_paper (id, ballot_id, content, receipt)"
        " SELECT 'f', id, '[]', 'r' FROM ballot",
        "UPDATE ballot SET merkle_root = 'other'",
        "UPDATE ballot SET state = 'open'",
        "UPDATE ballot SET question = 'Another question'",
        "UPDATE ballot_option SET name = 'Another name'",
        "UPDATE ballot SET closes_at = '2040-01-01'",
        "UPDATE ballot_seal SET statement = ''",
        "DELETE FROM ballot_seal",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_touch_a_sealed_ballot(
    make: Factories, db: Any, tampering: str
) -> None:
    sealed(make, [["o1"]])
    with pytest.raises(DatabaseError):
        db.execute(text(tampering))
    db.rollback()


def test_a_byte_changed_behind_the_triggers_is_found(make: Factories, db: Any) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o1"]])
    paper_id = queries.papers_of(ballot)[0].id
    if db.connection().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER guard_box_paper_update"))
    else:
        db.execute(text("ALTER TABLE box_paper DISABLE TRIGGER guard_box_paper_update"))
    db.execute(
        text("UPDATE box_paper SET content = '[\"o3\"]' WHERE id = :id"), {"id": paper_id}
    )  # fmt: skip
    db.expire_all()
    assert any("not the one that was sealed" in fault for fault in faults())


def without_guards(db: Any) -> None:
    """As whoever has full power over the database could."""
    for event in ("insert", "update", "delete"):
        if db.connection().dialect.name == "sqlite":
            db.execute(text(f"DROP TRIGGER guard_box_paper_{event}"))
        else:
            db.execute(text(f"ALTER TABLE box_paper DISABLE TRIGGER guard_box_paper_{event}"))


@pytest.mark.parametrize("tampering", ["one dropped", "one added", "one exchanged"])
def test_a_ballot_dropped_added_or_exchanged_behind_the_triggers_is_found(
    make: Factories, db: Any, tampering: str
) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o1"]])
    first = queries.papers_of(ballot)[0].id
    without_guards(db)
    if tampering != "one added":
        db.execute(text("DELETE FROM box_paper WHERE id = :id"), {"id": first})
    if tampering != "one dropped":
        db.add(BoxPaper(id="ab" * 16, ballot_id=ballot.id, content='["o3"]', receipt="c" * 64))
        db.flush()
    db.expire_all()
    found = faults()
    assert any("not the one that was sealed" in fault for fault in found)
    assert any("≠" in fault for fault in found) == (tampering != "one exchanged")


def test_the_box_lies_in_no_telling_order_once_it_is_sealed(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    for number in range(12):
        make.vote(ballot, [f"o{number % 3 + 1}"])
    with clock.at(ballot.closes_at):
        begin_write()
        actions.seal(ballot, make.official(ballot.space))
        commit()
    as_stored = list(db.scalars(text("SELECT id FROM box_paper")))
    assert as_stored == sorted(as_stored)


def test_identical_options_and_all_tied_ballots_are_told_as_a_tie(make: Factories) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o3"]])
    assert ballot.result["ranking"] == [["o1", "o2", "o3"]]
    assert (ballot.result["tie"], ballot.result["elected"]) == (["o1", "o2", "o3"], [])
    nobody = sealed(make, [])
    assert nobody.result["counts"]["votants"] == 0
    assert nobody.result["elected"] == []


@pytest.mark.parametrize("change", ["dropped", "added", "moved"])
def test_a_line_dropped_added_or_moved_in_the_file_is_named(make: Factories, change: str) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o3"], ["o1"]] * 3)
    contents = [paper.content for paper in queries.papers_of(ballot)]
    seal = vars(queries.seal_of(ballot))
    lines = file_of(definition_of(ballot), contents, ballot.result, seal).splitlines()
    if change == "dropped":
        del lines[2]
    elif change == "added":
        lines.insert(2, '{"ballot":["o2"]}')
    else:
        lines[1], lines[2] = lines[2], lines[1]
    assert any(fault.startswith("line 3:") for fault in recount.faults("\n".join(lines) + "\n"))


def test_a_seal_that_says_something_else_is_found(make: Factories, db: Any) -> None:
    sealed(make, [["o1"], ["o2"], ["o1"]])
    if db.connection().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER guard_ballot_seal_update"))
    else:
        db.execute(text("ALTER TABLE ballot_seal DISABLE TRIGGER guard_ballot_seal_update"))
    change = "UPDATE ballot_seal SET statement = replace(statement, 'cast', 'Cast')"
    db.execute(text(change))
    db.expire_all()
    assert any("signature of its seal does not hold" in fault for fault in faults())


def test_from_the_opening_on_nothing_can_be_changed(make: Factories) -> None:
    ballot = make.ballot()
    plans = [actions.OptionPlan("Un autre"), actions.OptionPlan("Encore un")]
    with pytest.raises(NotAllowed):
        actions.redraft(ballot, make.account(), "Autre question", "approval", plans)


def test_publishing_needs_two_people(make: Factories) -> None:
    ballot = sealed(make, [["o1"]])
    first, second = make.official(ballot.space), make.official(ballot.space)
    begin_write()
    request = actions.ask(ballot, first, Act.PUBLISH, "Le bureau a signé.")
    commit()
    with pytest.raises(NotAllowed):
        actions.confirm(request, ballot, first)
    actions.confirm(request, ballot, second)
    assert ballot.state is State.PUBLISHED


def test_the_database_refuses_that_one_person_confirms_their_own_request(
    make: Factories, db: Any
) -> None:
    ballot = sealed(make, [["o1"]])
    official = make.official(ballot.space)
    request = actions.ask(ballot, official, Act.PUBLISH, "Le bureau a signé.")
    request.confirmed_by_id = official.id
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_a_vote_is_closed_early_by_two_people_and_takes_no_more_ballots(make: Factories) -> None:
    ballot = make.ballot()
    first, second = make.official(ballot.space), make.official(ballot.space)
    begin_write()
    request = actions.ask(ballot, first, Act.CLOSE, "La salle est fermée.")
    actions.confirm(request, ballot, second)
    commit()
    with pytest.raises(NotOpen):
        make.vote(ballot, ["o1"])


def test_a_vote_that_is_over_can_be_neither_extended_nor_reopened(make: Factories) -> None:
    ballot = sealed(make, [["o1"]])
    later = ballot.closes_at + timedelta(days=3)
    with pytest.raises(NotAllowed):
        actions.ask(ballot, make.official(ballot.space), Act.EXTEND, "Trop peu de votes.", later)


def test_only_the_addresses_on_the_roll_may_vote_whatever_their_case(make: Factories) -> None:
    member = make.account(email="Claire.Roux@example.org")
    ballot = make.ballot(electorate=Electorate.LISTED, emails=["claire.roux@EXAMPLE.org"])
    make.vote(ballot, ["o1"], member)
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], make.account())
    assert queries.roll_size(ballot) == 1


def test_a_ballot_of_the_team_is_for_those_who_hold_a_role_in_its_space(make: Factories) -> None:
    space = make.space()
    official, moderator, stranger = make.official(space), make.moderator(space), make.account()
    agent = make.account()
    begin_write()
    for role in (Role.AGENT, Role.MODERATOR):
        give_role(space, agent, role, by=official)
    commit()
    elsewhere = make.official(make.space())
    ballot = make.ballot(space, electorate=Electorate.TEAM)
    assert queries.roll_size(ballot) == 4, "the three, and who drafted; two roles are one vote"
    for member in (official, moderator, agent):
        make.vote(ballot, ["o1"], member)
    for other in (stranger, elsewhere):
        with pytest.raises(NotAllowed, match="officials|agents"):
            make.vote(ballot, ["o2"], other)
    assert queries.voters_of(ballot) == 3


def test_the_roll_of_the_team_follows_the_roles_and_counts_whoever_has_voted(
    make: Factories, db: Any
) -> None:
    space = make.space()
    official, leaves, left = make.official(space), make.moderator(space), make.moderator(space)
    ballot = make.ballot(space, electorate=Electorate.TEAM)
    make.vote(ballot, ["o1"], leaves)
    begin_write()
    for account in (leaves, left):
        take_role(space, account, Role.MODERATOR, by=official)
    commit()
    assert queries.roll_size(ballot) == 3, "the ballot of one who left since is in the box"
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], left)
    waiting = make.moderator(space)
    waiting.confirmed_at, waiting.must_confirm = None, True
    db.commit()
    assert queries.roll_size(ballot) == 3, "without a confirmed address nobody votes"
    assert not queries.is_on_roll(ballot, waiting)


def test_a_line_of_the_roll_serves_once_even_under_a_second_account(
    make: Factories, db: Any
) -> None:
    ballot = make.ballot(electorate=Electorate.LISTED, emails=["claire@example.org"])
    first = make.account(email="claire@example.org")
    make.vote(ballot, ["o1"], first)
    first.credential.email = "autre@example.org"
    db.commit()
    with pytest.raises((Conflict, NotAllowed)):
        make.vote(ballot, ["o2"], make.account(email="claire@example.org"))
    assert queries.voters_of(ballot) == len(queries.papers_of(ballot)) == 1


def test_a_blank_basket_is_cast_and_counted_as_blank(make: Factories) -> None:
    ballot = sealed(make, [[], ["o1"]], rule="budget-greedy", budget=100, costs=[60, 50, 40])
    assert ballot.result["counts"]["blancs"] == 1
    assert ballot.result["selected"] == ["o1"], "nobody chose the others"


def test_a_tie_waits_for_the_public_draw_and_the_draw_is_entered_once(make: Factories) -> None:
    ballot = sealed(make, [["o1"], ["o2"]])
    assert ballot.result["tie"] == ["o1", "o2"]
    clerk = make.official(ballot.space)
    begin_write()
    actions.enter_draw(ballot, clerk, "4 2 6 1")
    commit()
    assert ballot.result["tie"] is None
    assert len(ballot.result["elected"]) == 1
    with pytest.raises(Conflict):
        actions.enter_draw(ballot, clerk, "4 2 6 2")
    assert faults() == []


def test_without_quorum_nothing_is_decided(make: Factories) -> None:
    share = {"quorum_top": 1, "quorum_bottom": 1, "quorum_base": "inscrits"}
    ballot = sealed(make, [["o1"]], **share)
    assert ballot.result["standing"]["decision"] == "no decision"


def test_the_published_file_gives_the_result_again(make: Factories) -> None:
    ballot = sealed(make, [["o1"], ["o2"], ["o1"], []] * 3)
    contents = [paper.content for paper in queries.papers_of(ballot)]
    seal = vars(queries.seal_of(ballot))
    file = file_of(definition_of(ballot), contents, ballot.result, seal)
    assert file == file_of(definition_of(ballot), contents[::-1], ballot.result, seal)
    assert list(recount.faults(file)) == []
    assert any("line 2" in fault for fault in recount.faults(file.replace('["o1"]', '["o3"]')))


def test_ballots_of_fewer_than_ten_people_are_not_shared(make: Factories) -> None:
    ballot = sealed(make, [["o1"]])
    ballot.state = State.PUBLISHED
    assert not rules.may_share_ballots(ballot)


def test_nobody_signs_without_casting(make: Factories, db: Any) -> None:
    ballot = make.ballot()
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], make.account(confirmed=False, must_confirm=True))
    assert db.scalar(select(func.count()).select_from(Emargement)) == 0
