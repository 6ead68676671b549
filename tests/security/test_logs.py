"""What the log says, and what it never holds."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import insert

from app import create_app
from civic import logs
from civic.accounts.models import Credential
from civic.clock import now
from civic.db import db as database
from tests.conftest import new_client, settings_for
from tests.factories import PASSWORD, Factories
from tests.real.conftest import prepared
from tests.real.server import Browser, Server, environment, free_port
from tests.security import world as town
from tests.security.permissions import Undone, crowd, routes
from tests.security.posts import NEW_PASSWORD, POSTS, filled

TOKEN = "Zq3-k9_LmN7pXv2RtY8wBcD4fGhJ5sAe"


def lines(text: str) -> list[dict[str, Any]]:
    """Each line of a log, which is JSON on its own."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Log through an application, then read what was written."""
    create_app(settings_for(tmp_path, ""))
    capsys.readouterr()
    return lambda: capsys.readouterr().err


HOSTILE = ["a\nb", "a\r\nb", "\x1b[31mrouge\x1b[0m", "\x00", "\u2028", "\u202e", "\ud800", "é" * 3]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_writes_a_line_of_its_own(said: Any, text: str) -> None:
    structlog.get_logger().warning("event", name=text, other={"x": text})
    written = said()
    assert written.count("\n") == 1
    assert written.isascii()
    assert not [c for c in written[:-1] if ord(c) < 32]
    assert lines(written)[0]["name"] == text


def test_each_line_has_its_hour_in_utc_and_its_level(said: Any) -> None:
    structlog.get_logger().warning("event")
    line = lines(said())[0]
    assert line["at"].endswith(("Z", "+00:00"))
    assert line["level"] == "warning"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "une phrase"), ("csrf_token", "x"), ("Cookie", "palabre=abc"), ("email", "a"),
        ("path", f"/reset/{TOKEN}"), ("error", "Key (email)=(odile@example.org) exists"),
        ("error", f"x\nDETAIL:  Failing row contains (7, {TOKEN}, une phrase).\ny"),
        ("error", "[parameters: ('une phrase', 'odile@example.org')]"),
        ("url", "postgresql://palabre:motdepasse@base/ville"),
    ],
)  # fmt: skip
def test_secrets_are_left_out_by_their_name_and_by_their_look(
    said: Any, name: str, value: str
) -> None:
    structlog.get_logger().error("event", **{name: value})
    written = said()
    for secret in ("une phrase", TOKEN, "odile", "palabre=abc", "motdepasse"):
        assert secret not in written
    assert logs.LEFT_OUT in written


def test_names_of_programs_stay_readable() -> None:
    kept = "File civic/web/errors.py in test_each_person_gets_the_answer_that_the_table_says"
    assert logs.clean(kept) == kept


def test_lines_of_libraries_take_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    handlers = logging.getLogger().handlers[:]
    try:
        logs.take_over()
        logging.getLogger("library").error("asked for /reset/%s\nby odile@example.org", TOKEN)
        line = lines(capsys.readouterr().err)[0]
    finally:
        logging.getLogger().handlers[:] = handlers
    assert TOKEN not in line["event"]
    assert "odile" not in line["event"]


def test_a_value_that_the_database_refuses_is_not_in_the_log(
    app: Flask, make: Factories, capsys: pytest.CaptureFixture[str]
) -> None:
    account = make.account()
    made = create_app(app.config["SETTINGS"])

    def doubled() -> str:
        row = {"account_id": account.id, "email": account.email, "password_hash": TOKEN}
        database.session.execute(insert(Credential).values(row | {"changed_at": now()}))
        return ""

    made.add_url_rule("/doubled", view_func=doubled)
    capsys.readouterr()
    assert new_client(made).get("/doubled").status_code == 500
    written = capsys.readouterr().err
    assert "request.failed" in written
    assert "IntegrityError" in written
    assert TOKEN not in written
    assert account.email not in written


def test_every_request_has_a_number_and_a_line_that_names_its_route(
    client: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    answer = client.get(f"/reset/{TOKEN}?x=une+phrase")
    line = lines(capsys.readouterr().err)[-1]
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["route"], line["status"]) == ("/reset/<token:token>", 200)
    assert answer.headers["X-Request-Id"] != client.get("/").headers["X-Request-Id"]


def test_a_run_over_every_route_leaves_no_secret_and_no_words_in_the_log(
    app: Flask, make: Factories, capsys: pytest.CaptureFixture[str]
) -> None:
    world = town.build(make)
    people = crowd(app, world, new_client)
    for method, rule in routes(app):
        url = world.address(app, rule)
        fields = filled(POSTS[rule.endpoint], world) if rule.endpoint in POSTS else {}
        for role in ("visitor", POSTS[rule.endpoint].by if rule.endpoint in POSTS else "owner"):
            with Undone():
                people[role].ask(method, url, fields)
    written = capsys.readouterr().err
    assert len(lines(written)) > 200
    secrets = {PASSWORD, NEW_PASSWORD, town.FREE, town.FREE.encode("ascii", "replace").decode()}
    secrets |= {json.dumps(town.FREE)[1:-1], town.SECRET_DRAFT, town.TOKEN, "@example.org"}
    secrets |= {str(own["token"]) for own in world.otherwise.values() if "token" in own}
    for person in people.values():
        secrets |= {person.token, person.cookie.partition("=")[2]}
    assert not [secret for secret in secrets if secret and secret in written]


@pytest.mark.slow
def test_the_log_of_a_real_server_is_one_json_line_an_event(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    prepared(tmp_path, address)
    with Server(environment(tmp_path, free_port(), address)) as server:
        browser = Browser(server.port)
        fields = {"email": "inconnue@example.org", "password": "le mot de passe tapé"}
        browser.post("/sign-in", fields | {"csrf_token": browser.token()})
        browser.get(f"/confirm/{TOKEN}")
        browser.get("/search?q=mots+de+quelqu%27un%0A%1B[31m")
    text = server.log.read_text()
    assert lines(text)
    for secret in ("mot de passe", TOKEN, "inconnue", "quelqu", "\x1b"):
        assert secret not in text
