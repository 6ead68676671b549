"""Moderators and citizens who act at the same instant, each with a connection of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from civic.accounts.models import Account
from civic.checking import faults
from civic.contributions.models import Contribution, SpaceCount
from civic.db import begin_write, commit, db
from civic.errors import Conflict, NotAllowed
from moderation import actions
from moderation.models import Case, Decision, Outcome, Reason, Report
from tests.conftest import ENGINES, migrate, new_postgresql_database, settings_for
from tests.factories import Factories


@pytest.fixture(params=ENGINES)
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose transactions are real."""
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    if request.param == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"moderation_{worker}_{abs(hash(request.node.name)) % 100_000}"
        address = new_postgresql_database(request.getfixturevalue("postgresql"), name)
    app = create_app(settings_for(tmp_path, address))
    with app.app_context():
        with db.engine.connect() as connection:
            migrate(app, connection)
            connection.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, acts: list[Callable[[], None]]) -> list[str]:
    """Do all of this at the same instant; what each met: `done` or the name of its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], None]) -> str:
        with app.app_context():
            start.wait(timeout=20)
            begin_write()
            try:
                act()
                commit()
            except (Conflict, NotAllowed) as error:
                db.session.rollback()
                return type(error).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def size_of(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_moderators_who_decide_at_the_same_instant_one_decides(instance: Flask) -> None:
    make = Factories()
    space = make.space()
    case = make.report(make.proposal(space))
    people = [make.moderator(space).id for _n in range(4)]
    case_id, text_id = case.id, case.contribution_id
    db.session.remove()

    def hide(person: int) -> None:
        actions.decide(
            db.session.get_one(Case, case_id), db.session.get_one(Account, person), Outcome.HIDE,
            0, Reason.INSULT, "« idiot » vise une personne.",
        )  # fmt: skip

    met = at_once(instance, [lambda p=p: hide(p) for p in people])  # type: ignore[misc]
    assert met == ["Conflict"] * 3 + ["done"]
    assert size_of(Decision) == 1
    assert db.session.get_one(Contribution, text_id).state == "hidden"
    assert db.session.scalar(select(func.sum(SpaceCount.visible))) == 0
    assert not list(faults())


def test_one_person_who_reports_many_times_at_once_counts_once(instance: Flask) -> None:
    make = Factories()
    text_id, person = make.proposal().id, make.account().id
    db.session.remove()

    def report() -> None:
        actions.report(
            db.session.get_one(Contribution, text_id), db.session.get_one(Account, person),
            Reason.SPAM,
        )  # fmt: skip

    assert at_once(instance, [report] * 6) == ["done"] * 6
    assert size_of(Report) == size_of(Case) == 1
    assert db.session.scalars(select(Case)).one().report_count == 1
    assert not list(faults())
