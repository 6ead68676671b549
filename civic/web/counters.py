"""Counters for the `limits` library in SQLite or PostgreSQL: one row for each time, exact windows.

They stand apart from the data: what is counted stays counted when the act itself is refused, and a
lost counter is no loss.
"""

from __future__ import annotations

from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError

from civic.clock import now

times = Table(
    "limit_time", MetaData(), Column("key", String(80), nullable=False),
    Column("at", Float(53), nullable=False), Column("until", Float(53), nullable=False),
    Index("ix_limit_time_key_at", "key", "at"), Index("ix_limit_time_until", "until"),
)  # fmt: skip


class SqlCounters(Storage, MovingWindowSupport):
    """Moving windows in a table of their own, made at first use."""

    STORAGE_SCHEME = None

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.engine = create_engine(address, pool_size=2, max_overflow=8)
        self.is_ready = False
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _hurry)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises."""
        return DatabaseError

    def _prepare(self) -> None:
        if self.is_ready:
            return
        with self.engine.begin() as connection:
            if not inspect(connection).has_table(times.name):
                _lock(connection, times.name)
                times.metadata.create_all(connection)
        self.is_ready = True

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Write one time down, unless `limit` stand in the last `expiry` seconds."""
        self._prepare()
        instant = now().timestamp()
        counted = select(func.count()).where(times.c.key == key, times.c.at > instant - expiry)
        row = select(literal(key), literal(instant), literal(instant + expiry)).where(
            counted.scalar_subquery() <= limit - amount
        )
        with self.engine.begin() as connection:
            _lock(connection, key)
            # First a statement that writes: SQLite then holds its one writer's lock from the start.
            connection.execute(
                delete(times).where(times.c.key == key, times.c.at <= instant - expiry)
            )
            insert = times.insert().from_select(["key", "at", "until"], row).returning(times.c.at)
            return connection.execute(insert).first() is not None

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The oldest time that still counts, and how many there are."""
        self._prepare()
        instant = now().timestamp()
        statement = select(func.min(times.c.at), func.count()).where(
            times.c.key == key, times.c.at > instant - expiry
        )
        with self.engine.begin() as connection:
            oldest, counted = connection.execute(statement).one()
        return (oldest if oldest is not None else instant, counted)

    def forget(self) -> None:
        """Drop the times that count no more."""
        self._prepare()
        with self.engine.begin() as connection:
            connection.execute(delete(times).where(times.c.until < now().timestamp()))

    def reset(self) -> int | None:
        """Forget every time."""
        self._prepare()
        with self.engine.begin() as connection:
            return connection.execute(delete(times)).rowcount

    def clear(self, key: str) -> None:
        """Forget the times of one key."""
        self._prepare()
        with self.engine.begin() as connection:
            connection.execute(delete(times).where(times.c.key == key))

    def check(self) -> bool:
        """Whether the counters can be reached."""
        try:
            self._prepare()
        except DatabaseError:
            return False
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Fixed windows are not offered: they let twice the limit through at their turn."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """See `incr`."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """See `incr`."""
        raise NotImplementedError


def _hurry(connection: Any, _entry: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")  # a counter lost in a power cut is no loss
    cursor.close()


def _lock(connection: Connection, key: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": key})
