"""Stances that were given elsewhere enter in bulk; every counter equals the rows."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import func, select

from civic.checking import faults
from civic.clock import now
from civic.contributions import actions as contributions
from civic.db import begin_write, commit
from deliberations.models import Statement
from votes.actions import record_imported_stances, take_stance
from votes.models import Choice, Stance


def statements(make: Any, space: Any, count: int) -> list[Statement]:
    author = make.account()
    begin_write()
    made = []
    for number in range(count):
        made.append(contributions.write(Statement, space, author, body=f"Phrase {number}."))
        contributions.publish(made[-1])
    commit()
    return made


def test_after_many_stances_each_counter_equals_its_rows(make: Any, db: Any) -> None:
    space = make.space()
    items = statements(make, space, 4)
    people = [make.account() for _ in range(6)]
    chance = random.Random(3)
    rows = [
        (person.id, item.id, chance.choice((-1, 0, 1)), now())
        for person in people
        for item in items
        if chance.random() < 0.7
    ]
    begin_write()
    assert record_imported_stances(rows, space) == len(rows)
    commit()
    for item in items:
        for choice, kept in (
            (Choice.AGREE, item.agree_count),
            (Choice.DISAGREE, item.disagree_count),
            (Choice.PASS, item.pass_count),
        ):
            real = db.scalar(
                select(func.count()).where(
                    Stance.contribution_id == item.id, Stance.value == choice
                )
            )
            assert kept == real
    assert not list(faults())


def test_a_stance_given_here_is_not_overwritten_by_an_imported_one(make: Any, db: Any) -> None:
    space = make.space()
    (item,) = statements(make, space, 1)
    person = make.account()
    begin_write()
    take_stance(item, person, Choice.AGREE)
    assert record_imported_stances([(person.id, item.id, -1, now())], space) == 0
    commit()
    assert (item.agree_count, item.disagree_count) == (1, 0)


def test_stances_on_texts_of_another_space_are_refused(make: Any) -> None:
    (item,) = statements(make, make.space(), 1)
    with pytest.raises(ValueError, match="do not stand in"):
        record_imported_stances([(make.account().id, item.id, 1, now())], make.space())
