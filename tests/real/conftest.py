"""A real server on each database, with one space and a few people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app import create_app
from civic.db import db
from tests.conftest import ENGINES, migrate, new_postgresql_database, settings_for
from tests.factories import Factories
from tests.real.server import Server, environment, free_port


@dataclass
class Instance:
    """A running server and what stands in its database."""

    server: Server
    settings: Any
    slug: str
    proposals: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)

    def column(self, query: str, **values: Any) -> list[Any]:
        """The first column of a query, read beside the server."""
        engine = create_engine(self.settings.database)
        with engine.connect() as connection:
            found = list(connection.execute(text(query), values).scalars())
        engine.dispose()
        return found


@pytest.fixture(scope="module", params=ENGINES)
def instance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """One server per module and database."""
    folder = tmp_path_factory.mktemp("real")
    address = f"sqlite:///{folder / 'palabre.db'}"
    if request.param == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"real_{worker}_{abs(hash(request.module.__name__)) % 10_000}"
        address = new_postgresql_database(request.getfixturevalue("postgresql"), name)
    made = prepared(folder, address)
    env = environment(folder, free_port(), address)
    with Server(env) as server:
        made.server = server
        yield made


def prepared(folder: Path, address: str) -> Instance:
    """Fill an empty database through the real actions."""
    settings = settings_for(folder, address)
    app = create_app(settings)
    with app.app_context():
        with db.engine.connect() as connection:
            migrate(app, connection)
            connection.commit()
        make = Factories()
        space = make.space()
        made = Instance(server=None, settings=settings, slug=space.slug)  # type: ignore[arg-type]
        made.proposals = [make.proposal(space).id for _n in range(3)]
        made.emails = [make.account().email for _n in range(10)]
        db.session.remove()
        db.engine.dispose()
    return made
