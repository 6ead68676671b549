"""Who may do what, as a table: one line for each route, one column for each kind of person.

    python -m tests.security.permissions

prints the lines that `permissions.csv` lacks, as the application answers now. Read them before
you paste them: the table says what should be, not what is.
"""

from __future__ import annotations

import contextvars
import csv
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.routing import Rule

from civic.db import db
from civic.web import limits
from tests.security.posts import POSTS, filled
from tests.security.world import ROLES, World

TABLE = Path(__file__).parent / "permissions.csv"
HEAD = ("method", "route", *ROLES)
SIGN_IN = "/sign-in"
Line = dict[str, str]


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every route that people can reach, with its method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static":
                yield method, rule


def table() -> dict[tuple[str, str], Line]:
    """What is written in the file."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(line["method"], line["route"]): line for line in csv.DictReader(file)}


def missing(app: Flask) -> list[tuple[str, Rule]]:
    """The routes that have no line."""
    known = table()
    return [(m, rule) for m, rule in routes(app) if (m, rule.endpoint) not in known]


def outcome(answer: Any) -> str:
    """What an answer means for the person.

    `yes`, `sign in`, `no` (not this person), `missing`, `told why` (not now, or not in this way).
    """
    status = answer.status_code
    if status == 401 or (300 <= status < 400 and _leads_to_sign_in(answer)):
        return "sign in"
    if status >= 500:
        return f"broken {status}"
    words = {400: "bad request", 403: "no", 404: "missing", 409: "told why", 422: "told why"}
    return words.get(status, "yes")


def _leads_to_sign_in(answer: Any) -> bool:
    location = str(answer.headers.get("Location", ""))
    return location.partition("?")[0].endswith(SIGN_IN) and answer.request.method == "GET"


class Undone:
    """A stretch of work of which nothing stays in the database, commits included."""

    def __enter__(self) -> None:
        db.session.remove()
        bind = db.session.get_bind()
        assert isinstance(bind, Connection)
        self.point = bind.begin_nested()

    def __exit__(self, *_: object) -> None:
        db.session.remove()
        db.session.expunge_all()
        self.point.rollback()
        limits.storage().reset()


class Person:
    """Somebody at their browser, whose cookie stays whatever the answers say."""

    def __init__(self, app: Flask, client: Any) -> None:
        self.app = app
        self.site = app.config["SETTINGS"].base_url
        self.token = client.token()
        jar = client._cookies or {}
        self.cookie = "; ".join(f"{c.decoded_key}={c.decoded_value}" for c in jar.values())

    def ask(
        self, method: str, url: str, fields: dict[str, Any] | None = None, **headers: str
    ) -> Any:
        """Send one request, as a browser without JavaScript does."""
        data = {"csrf_token": self.token, **(fields or {})} if method == "POST" else None
        return self.send(method, url, data=data, **headers)

    def send(
        self, method: str, url: str, data: Any = None, content_type: str | None = None,
        **headers: str,
    ) -> Any:  # fmt: skip
        """Send anything at all, with this person's cookie."""
        plain = FlaskClient(self.app, self.app.response_class, use_cookies=False)
        sent = {"Cookie": self.cookie, "Referer": f"{self.site}/"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items() if value}
        given = {"content_type": content_type} if content_type else {}

        def open_it() -> Any:
            return plain.open(
                url, method=method, data=data, headers=sent, base_url=self.site, **given
            )

        return contextvars.Context().run(open_it)  # nothing of the test's context leaks in


def crowd(app: Flask, world: World, new_client: Any) -> dict[str, Person]:
    """One browser for each column of the table."""
    found = {"visitor": Person(app, new_client(app))}
    for role in ROLES[1:]:
        found[role] = Person(app, new_client(app).sign_in(world.account(role)))
    return found


def observed(app: Flask, world: World, people: dict[str, Person], method: str, rule: Rule) -> Line:
    """What the application answers on one route, for each column."""
    url = world.address(app, rule)
    post = POSTS.get(rule.endpoint)
    line = {"method": method, "route": rule.endpoint}
    for role in ROLES:
        with Undone():
            fields = filled(post, world) if post and method == "POST" else {}
            line[role] = outcome(people[role].ask(method, url, fields))
    return line


def written(lines: list[Line]) -> str:
    """Lines as they stand in the file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEAD, lineterminator="\n")
    writer.writerows(lines)
    return text.getvalue()


def _print_missing() -> None:
    import pytest  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        asked = ["-q", "-p", "no:cacheprovider", "--basetemp", folder, "-k", "sqlite"]
        here = Path(__file__).parent / "test_permissions.py"
        sys.exit(pytest.main([*asked, f"{here}::test_every_route_has_its_line"]))


if __name__ == "__main__":
    _print_missing()
