"""The whole database as a test compares it: each column of each table, whatever the row order."""

from __future__ import annotations

from sqlalchemy import select

from civic.db import Base, db

Columns = dict[tuple[str, str], list[str]]


def snapshot() -> Columns:
    """For each column the sorted values."""
    found: Columns = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table)).mappings().all()
        for column in table.columns:
            found[table.name, column.name] = sorted(repr(row[column.name]) for row in rows)
    return found


def differences(before: Columns, after: Columns) -> list[str]:
    """The columns that are not the same."""
    return [f"{t}.{c}" for (t, c), values in before.items() if after[t, c] != values]
