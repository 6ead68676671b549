"""The least that this stack can do: the same rows, a bare Flask, no rules, words or navigation.

What Palabre adds is measured against it. Run as a gunicorn application: the database's address is
in `CEILING_DATABASE`.
"""

from __future__ import annotations

import os

from flask import Flask, Response, redirect, render_template_string, request, session
from sqlalchemy import create_engine, event, text

ROWS = """<!doctype html><title>List</title><h1>{{ rows | length }}</h1>
{% for row in rows %}<article><h2><a href="/detail/{{ row.id }}">{{ row.title }}</a></h2>
<p>{{ row.body[:220] }}</p><p>{{ row.name }}, {{ row.published_at }}, {{ row.comment_count }}</p>
<form method="post" action="/support/{{ row.id }}"><input type="hidden" name="csrf_token"
value="{{ token }}"><button>{{ row.support_count }}</button></form></article>{% endfor %}"""
DETAIL = """<!doctype html><title>{{ row.title }}</title><h1>{{ row.title }}</h1>
<div>{{ row.body_html | safe }}</div>{% for c in comments %}<article><h3>{{ c.name }},
{{ c.published_at }}</h3><div>{{ c.body_html | safe }}</div></article>{% endfor %}"""
LIST_SQL = text("""
    SELECT c.id, c.title, c.body, c.published_at, c.comment_count, c.support_count, a.name
    FROM contribution c JOIN account a ON a.id = c.author_id
    WHERE c.space_id = 1 AND c.kind = 'proposal' AND c.state = 'visible'
    ORDER BY c.published_at DESC, c.id DESC LIMIT 20""")
ONE_SQL = text("SELECT title, body_html FROM contribution WHERE id = :id")
THREAD_SQL = text("""
    SELECT c.body_html, c.published_at, a.name FROM contribution c JOIN account a
    ON a.id = c.author_id WHERE c.root_id = :id ORDER BY c.published_at""")


def create_app() -> Flask:
    """The bare application."""
    app = Flask(__name__)
    app.secret_key = "for the benchmark alone"
    engine = create_engine(os.environ["CEILING_DATABASE"], pool_size=4)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))

    @app.get("/list")
    def show_list() -> str:
        with engine.connect() as connection:
            rows = connection.execute(LIST_SQL).all()
        return render_template_string(ROWS, rows=rows, token="x" * 90)

    @app.get("/detail/<int:row_id>")
    def show_detail(row_id: int) -> str:
        with engine.connect() as connection:
            row = connection.execute(ONE_SQL, {"id": row_id}).one()
            comments = connection.execute(THREAD_SQL, {"id": row_id}).all()
        return render_template_string(DETAIL, row=row, comments=comments)

    @app.get("/enter/<int:account_id>")
    def enter(account_id: int) -> str:
        session["account"], session["token"] = account_id, "token"
        return "in"

    @app.post("/support/<int:row_id>")
    def support(row_id: int) -> Response:
        assert request.form["csrf_token"] == session["token"]
        given = {"id": row_id, "account": session["account"]}
        with engine.begin() as connection:
            connection.execute(text("SELECT name FROM account WHERE id = :account"), given).one()
            new = connection.execute(
                text("""INSERT INTO support (contribution_id, account_id, at)
                VALUES (:id, :account, '2026-01-01') ON CONFLICT DO NOTHING RETURNING 1"""),
                given,
            ).first()
            if new:
                connection.execute(
                    text("""UPDATE contribution SET support_count = support_count + 1
                    WHERE id = :id"""),
                    given,
                )
        return redirect(f"/detail/{row_id}", 303)  # type: ignore[return-value]

    @app.post("/stance/<int:row_id>")
    def stance(row_id: int) -> Response:
        assert request.form["csrf_token"] == session["token"]
        given = {"id": row_id, "account": session["account"]}
        with engine.begin() as connection:
            connection.execute(text("SELECT name FROM account WHERE id = :account"), given).one()
            new = connection.execute(
                text("""INSERT INTO stance (contribution_id, account_id, value, at)
                VALUES (:id, :account, 1, '2026-01-01') ON CONFLICT DO NOTHING RETURNING 1"""),
                given,
            ).first()
            if new:
                connection.execute(
                    text("UPDATE contribution SET agree_count = agree_count + 1 WHERE id = :id"),
                    given,
                )
        return redirect("/list", 303)  # type: ignore[return-value]

    return app


def _pragmas(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    for line in ("journal_mode = WAL", "busy_timeout = 20000", "synchronous = FULL"):
        connection.execute(f"PRAGMA {line}")  # type: ignore[attr-defined]
