"""Statements: what comes next for a person, and what may be added."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from civic.contributions.actions import set_state
from civic.contributions.models import State
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, NotOpen
from civic.spaces.models import Act
from deliberations import actions, queries, rules
from tests.factories import Factories
from votes.actions import mark_important, take_stance, withdraw_stance
from votes.models import Choice, Stance
from votes.queries import important_counts
from votes.routing import next_statement_probabilities


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


@pytest.mark.parametrize("state", [s for s in State if s is not State.VISIBLE])
def test_a_statement_that_is_not_public_is_never_asked_nor_voted_on(
    make: Factories, db: Any, state: State
) -> None:
    space, person = make.space(), make.account()
    item = make.statement(space)
    begin_write()
    set_state(item, state)
    commit()
    assert queries.candidates(person, space) == []
    assert queries.next_statement(person, space, 0) is None
    assert queries.to_answer_again(person, space, item.id) is None
    with pytest.raises(NotAllowed):
        take_stance(item, person, Choice.AGREE)
    assert db.scalar(select(func.count()).select_from(Stance)) == 0


def test_a_hidden_statement_is_in_no_list_of_answers(make: Factories, db: Any) -> None:
    space, person = make.space(), make.account()
    kept, hidden = make.statement(space), make.statement(space)
    for item in (kept, hidden):
        begin_write()
        take_stance(item, person, Choice.AGREE, important=True)
        commit()
    make.hidden(hidden)
    assert db.scalars(queries.answered_by(person, space)).unique().all() == [kept]
    assert db.scalars(queries.answered_by(person, space, important=True)).unique().all() == [kept]


def test_what_is_served_follows_the_published_chances(make: Factories, db: Any) -> None:
    space = make.space()
    listed = [make.statement(space) for _n in range(4)]
    figures = [(30, 30, 0), (0, 0, 0), (1, 0, 60), (20, 5, 5)]
    for item, (agree, disagree, passed) in zip(listed, figures, strict=True):
        item.agree_count, item.disagree_count, item.pass_count = agree, disagree, passed
    db.commit()
    people: list[Any] = [SimpleNamespace(id=10_000 + n) for n in range(1_500)]
    chances = next_statement_probabilities(queries.candidates(people[0], space), answered=0)
    served = Counter(queries.next_statement(person, space, 0).id for person in people)  # type: ignore[union-attr]
    for name, chance in chances.items():
        # Four standard errors: one false alarm in 15,000; the draws are the same on every run.
        margin = 4 * (chance * (1 - chance) / len(people)) ** 0.5
        assert served[int(name)] / len(people) == pytest.approx(chance, abs=margin)
    assert len({round(chance, 3) for chance in chances.values()}) == 4


def test_the_statements_of_the_team_come_first(make: Factories) -> None:
    space, person = make.space(), make.account()
    for _n in range(6):
        make.statement(space)
    seed = make.statement(space, author=make.official(space))
    people: list[Any] = [SimpleNamespace(id=10_000 + n) for n in range(20)]
    assert {queries.next_statement(one, space, 0) for one in people} == {seed}
    begin_write()
    take_stance(seed, person, Choice.AGREE)
    commit()
    assert queries.next_statement(person, space, 1) is not None


def test_a_question_about_the_person_waits_and_is_not_read_by_opinion_groups(
    make: Factories,
) -> None:
    space, person = make.space(), make.account()
    others = [make.statement(space) for _n in range(5)]
    about = make.statement(space, "J’habite dans le quartier du centre.")
    begin_write()
    actions.mark_meta(about, make.official(space), True)
    commit()
    assert queries.about_the_person(space) == {about.id}
    people: list[Any] = [SimpleNamespace(id=10_000 + n) for n in range(30)]
    assert about not in {queries.next_statement(one, space, 0) for one in people}
    assert queries.next_statement(person, space, 5) in {*others, about}
    with pytest.raises(NotAllowed):
        actions.mark_meta(about, person, False)


def test_what_matters_is_marked_and_unmarked_and_goes_with_the_answer(make: Factories) -> None:
    item, person = make.statement(), make.account()
    with pytest.raises(Conflict):
        mark_important(item, person, True)
    begin_write()
    assert take_stance(item, person, Choice.AGREE, important=True)
    assert not take_stance(item, person, Choice.AGREE)
    assert take_stance(item, person, Choice.DISAGREE), "the mark stays when the answer changes"
    assert important_counts([item.id]) == {item.id: 1}
    assert mark_important(item, person, False)
    assert not mark_important(item, person, False)
    assert take_stance(item, person, Choice.DISAGREE, important=True)
    assert withdraw_stance(item, person)
    commit()
    assert important_counts([item.id]) == {}
    assert (item.agree_count, item.disagree_count) == (0, 0)


def test_a_pause_comes_after_each_ten_but_not_right_before_the_end() -> None:
    assert [n for n in range(40) if rules.is_a_pause(n, 40 - n)] == [10, 20, 30]
    assert not rules.is_a_pause(10, 2)
    assert not rules.is_a_pause(0, 40)
    assert [rules.before_pause(n, 25 - n) for n in (0, 9, 10, 19, 20)] == [10, 1, 10, 1, 0]
