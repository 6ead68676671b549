"""The database: SQLite by default, PostgreSQL by one setting, the same rules on both.

A unit of work either reads or writes. On SQLite one that writes begins with an immediate lock,
because a transaction that reads first and then writes fails at once when another writer came
between (`SQLITE_BUSY_SNAPSHOT`), whatever the timeout. `begin_write()` starts one, `commit()`
ends it and delivers the events it queued.
"""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    event,
    inspect,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from civic import events
from civic.errors import Missing

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 20_000  # how long a writer waits for another before the person is told
_writing: ContextVar[bool] = ContextVar("writing", default=True)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on every database. Naive values are refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} does not name its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of Palabre."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Instant()}
    )


db = SQLAlchemy(model_class=Base)
Row = TypeVar("Row", bound=Base)


def begin_write() -> None:
    """Start a unit of work that writes. Whatever was read before is read again when needed."""
    if db.session.registry.has():
        db.session.rollback()
    _writing.set(True)


def begin_read() -> None:
    """Start a unit of work that only reads."""
    _writing.set(False)


def commit(landing: str | None = None) -> None:
    """Make everything done since the last commit permanent, then tell those who listen.

    Parameters
    ----------
    landing : str, optional
        The address that shows the result: a repeated post of the same form is sent there.
    """
    session = db.session()
    form_key = session.info.pop("form_key", None)
    if form_key is not None:
        form_key.landing = landing or form_key.landing
    session.commit()
    _writing.set(False)
    events.deliver(session)


def get_or_missing(model: type[Any], key: object, **within: object) -> Any:
    """Load one row by its primary key.

    Parameters
    ----------
    within : object
        Columns that must hold these values: whose the row is, where the address says so.

    Raises
    ------
    Missing
        When there is none, or it is another's.
    """
    found = db.session.get(model, key)
    if found is None or any(getattr(found, name) != value for name, value in within.items()):
        raise Missing()
    return found


def locked(row: Row, share: bool = False) -> Row:
    """The same row as it stands now, held until the end of this unit of work.

    Many may hold a share at once; who holds it whole waits for them and keeps others out. SQLite's
    writers stand in line anyhow.
    """
    db.session.flush()
    return db.session.get_one(
        type(row), inspect(row).identity, populate_existing=True,
        with_for_update={"read": share, "of": type(row)},
    )  # fmt: skip


def insert_if_absent(table: Table | type[Base], values: dict[str, Any]) -> bool:
    """Insert one row unless a unique key already holds; whether it was inserted.

    The constraint decides, in one statement, so that no race can slip between a look and a write.
    """
    target = table if isinstance(table, Table) else table.__table__
    dialect = db.session.connection().dialect.name
    maker = postgresql.insert if dialect == "postgresql" else sqlite.insert
    insert = maker(target).values(values).on_conflict_do_nothing()  # type: ignore[arg-type]
    return db.session.execute(insert.returning(literal_column("1"))).first() is not None


def is_busy(error: BaseException) -> bool:
    """Whether the database refused because others were writing."""
    return isinstance(error, OperationalError) and any(
        word in str(error.orig) for word in ("locked", "lock timeout", "deadlock")
    )


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA secure_delete = ON")  # what is erased leaves the file too
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
