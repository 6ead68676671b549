"""Administrators who remove each other, or leave, at the same instant: one always remains."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from civic.accounts.models import Account
from civic.db import db
from civic.organisation.actions import take_administration
from civic.personal.actions import delete_account
from tests.actions.moderation.test_races import at_once, instance  # noqa: F401
from tests.factories import Factories


def administrators() -> int:
    """How many there are now."""
    db.session.rollback()
    running = select(func.count()).where(Account.is_administrator, Account.deleted_at.is_(None))
    return db.session.scalar(running) or 0


def person(account_id: int) -> Account:
    return db.session.get_one(Account, account_id)


def test_two_who_remove_each_other_at_once_leave_one(instance: Flask) -> None:  # noqa: F811
    make = Factories()
    first, second = make.administrator().id, make.administrator().id
    db.session.remove()
    at_once(
        instance,
        [
            lambda: take_administration(person(first), person(second)),
            lambda: take_administration(person(second), person(first)),
        ],
    )
    assert administrators() == 1


def test_of_all_administrators_who_leave_at_once_one_stays(instance: Flask) -> None:  # noqa: F811
    make = Factories()
    people = [make.administrator().id for _n in range(3)]
    db.session.remove()
    met = at_once(instance, [lambda p=p: delete_account(person(p)) for p in people])  # type: ignore[misc]
    assert met == ["NotAllowed", "done", "done"]
    assert administrators() == 1
