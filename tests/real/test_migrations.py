"""The migrations lead to the schema of the models, and back to nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, inspect

from app import create_app
from civic.db import db
from civic.settings import ROOT
from tests.conftest import ENGINES, migrate, new_postgresql_database, settings_for

OUTSIDE = {"alembic_version"}


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Connection]]:
    """An application on a database with nothing in it."""
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    if request.param == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"migrated_{worker}_{abs(hash(request.node.name)) % 100_000}"
        address = new_postgresql_database(request.getfixturevalue("postgresql"), name)
    app = create_app(settings_for(tmp_path, address))
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        yield app, connection
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    names = inspect(connection).get_table_names()
    return {name for name in names if not name.startswith(("sqlite_", "search_"))} - OUTSIDE


def _has_a_model(_thing: Any, name: str | None, kind: str, *_more: Any) -> bool:
    """The search index of each database stands in a migration alone."""
    if kind == "index":
        return name != "ix_contribution_words"
    return kind != "table" or name in db.metadata.tables


def test_a_new_town_gets_the_tables_that_the_application_expects(
    empty: tuple[Flask, Connection],
) -> None:
    app, connection = empty
    migrate(app, connection)
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_object": _has_a_model}
    )
    assert compare_metadata(context, db.metadata) == []
    assert set(db.metadata.tables) <= tables(connection)


def test_every_migration_can_be_taken_back(empty: tuple[Flask, Connection]) -> None:
    app, connection = empty
    migrate(app, connection)
    migrate(app, connection, "base")
    assert tables(connection) == set()
    migrate(app, connection)
    assert set(db.metadata.tables) <= tables(connection)


def test_migrations_follow_each_other_in_one_line() -> None:
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{n:04}" for n in range(1, len(files) + 1)]
    for before, file in zip([None, *numbers], files, strict=False):
        wanted = f'down_revision = "{before}"' if before else "down_revision = None"
        assert wanted in file.read_text(encoding="utf-8"), file.name
