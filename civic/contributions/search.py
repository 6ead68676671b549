"""Full-text search behind one function: FTS5 on SQLite, `tsvector` on PostgreSQL.

Both index the same column of words, folded and stemmed in Python (`civic.text.search_words`), so
that they answer alike. Migration 0001 makes the index of each engine.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement, literal

from civic.db import db
from civic.text import search_words

LONGEST_QUERY = 12  # words that a query is cut to


class _Matches(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "matches"


def matches(query: str) -> ColumnElement[bool] | None:
    """A condition on `contribution`: it holds every word of the query, in any form.

    Returns
    -------
    ColumnElement or None
        None when the query holds no word.
    """
    words = search_words(query).split()[:LONGEST_QUERY]
    return _Matches(literal(" ".join(words))) if words else None


@compiles(_Matches, "sqlite")
def _sqlite(element: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    # The words are letters and digits alone: none can be an operator once quoted.
    query = compiler.process(element.clauses, **kw)
    quoted = f"'\"' || replace({query}, ' ', '\" \"') || '\"'"
    found = f"SELECT rowid FROM contribution_search WHERE contribution_search MATCH {quoted}"  # noqa: S608
    return f"contribution.id IN ({found})"


@compiles(_Matches, "postgresql")
def _postgresql(element: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    query = compiler.process(element.clauses, **kw)
    return f"to_tsvector('simple', contribution.search_words) @@ plainto_tsquery('simple', {query})"


def drop_erased_words() -> None:
    """Rewrite the index so that the words of erased texts leave its pages too.

    FTS5 marks words as deleted and drops them when it next merges its segments; PostgreSQL's index
    is emptied by VACUUM, with the rows themselves.
    """
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(
            text("INSERT INTO contribution_search(contribution_search) VALUES ('optimize')")
        )
