"""Statements: what comes next for a person, and what may be added."""

from __future__ import annotations

import pytest

from civic.db import begin_write, commit
from civic.errors import NotAllowed, NotOpen
from civic.spaces.models import Act
from deliberations import actions, queries
from tests.factories import Factories
from votes.actions import take_stance
from votes.models import Choice


def test_a_person_is_asked_about_every_statement_once_and_never_about_their_own(
    make: Factories,
) -> None:
    space, person = make.space(), make.account()
    others = {make.statement(space).id for _n in range(6)}
    make.statement(space, author=person)
    asked = []
    for answered in range(6):
        item = queries.next_statement(person, space, answered)
        assert item is not None
        begin_write()
        take_stance(item, person, Choice.PASS)
        commit()
        asked.append(item.id)
    assert sorted(asked) == sorted(others)
    assert queries.next_statement(person, space, 6) is None


def test_the_same_statement_comes_until_it_is_answered(make: Factories) -> None:
    space, person = make.space(), make.account()
    for _n in range(8):
        make.statement(space)
    asked = {queries.next_statement(person, space, 0) for _n in range(5)}
    assert len(asked) == 1


def test_people_do_not_all_get_the_same_order(make: Factories) -> None:
    space = make.space()
    for _n in range(8):
        make.statement(space)
    people = [make.account() for _n in range(12)]
    first = {queries.next_statement(person, space, 0) for person in people}
    assert len(first) > 1


def test_a_statement_that_says_nearly_the_same_is_found(make: Factories) -> None:
    space = make.space()
    item = make.statement(space, "Les bus devraient passer plus souvent le soir.")
    make.statement(space, "La halle doit rester un marché.")
    assert queries.alike(space, "Les bus doivent passer plus souvent le soir") == [item]
    assert queries.alike(space, "Plantons des arbres sur la place.") == []


def test_statements_are_added_while_they_are_collected(make: Factories) -> None:
    space = make.space(permits=frozenset({Act.VOTE}))
    with pytest.raises(NotOpen):
        make.statement(space)


def test_a_statement_others_have_voted_on_stays(make: Factories) -> None:
    author, people = make.account(), [make.account(), make.account()]
    item = make.statement(author=author)
    begin_write()
    for person in people:
        take_stance(item, person, Choice.AGREE)
    commit()
    with pytest.raises(NotAllowed):
        actions.take_back_statement(item, author)
