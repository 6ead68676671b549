"""The only clock. Everything is aware UTC; the zone of the town is for display alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def fixed_instant() -> datetime | None:
    """The instant that `at` has set, if any."""
    return _fixed.get()


@contextmanager
def at(instant: datetime) -> Iterator[datetime]:
    """Act as of another instant: an import keeps the dates of what it brings in."""
    if instant.tzinfo is None:
        raise ValueError("An instant must name its zone.")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _fixed.reset(token)
