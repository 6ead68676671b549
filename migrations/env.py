"""How Alembic reaches the database of the running application."""

from __future__ import annotations

from alembic import context
from flask import current_app

from civic.db import Base, db

FTS_TABLES = ("contribution_search",)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the search index's own tables out of comparisons: they have no model."""
    return kind != "table" or not (name or "").startswith(FTS_TABLES)


def include_object(_item: object, name: str | None, kind: str, *_more: object) -> bool:
    """Leave PostgreSQL's search index out of comparisons: it stands in a migration alone."""
    return not (kind == "index" and name == "ix_contribution_words")


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain types they are stored in."""
    plain = {"Instant": "sa.DateTime(timezone=True)", "Acts": "sa.String(length=80)"}
    return plain.get(type(item).__name__, False) if kind == "type" else False


def run() -> None:
    """Run the migrations on the application's engine, or on a connection handed in by a test."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with current_app.app_context(), db.engine.connect() as connection:
        migrate(connection)


def migrate(connection: object) -> None:
    """Run on this connection, in one transaction where the database can."""
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=include_name,
        include_object=include_object,
        render_item=render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
