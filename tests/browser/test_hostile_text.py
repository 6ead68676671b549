"""Hostile text in every free field of every form, then every page that shows it, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app import create_app
from civic.db import db as database
from tests.conftest import migrate, new_client, settings_for
from tests.factories import Factories
from tests.real.server import Server, environment, free_port
from tests.security import world as town
from tests.security.permissions import Person, crowd, outcome, routes
from tests.security.posts import POSTS, filled
from tests.security.world import FREE, World

HOSTILE = [  # at most 60 characters: the length of a name
    """"><img src=x onerror=alert(1)><script>alert(2)</script>'""",
    "</title></textarea><svg/onload=alert(3)>[x](javascript:a())",
    "<a hx-get=/sign-out hx-trigger=load data-hx-post=/x>y</a>",
]
ASKED = ("q", "who", "act", "since", "next", "stage", "order", "show", "reason", "lang", "again")
BY_NAME = ["administrator", "official", "moderator", "owner", "citizen", "visitor"]
FIRST = ("proposals.save", "proposals.join_picture")  # before others support the text
LAST = ("proposals.withdraw", "personal.delete", "proposals.discard")


@pytest.fixture(scope="module")
def filled_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, list[Any]]]:
    """A town for each hostile text, with that text in every free field, on a real database."""
    folder = tmp_path_factory.mktemp("hostile")
    address = f"sqlite:///{folder / 'palabre.db'}"
    app = create_app(settings_for(folder, address))
    with app.app_context():
        engine = database.engine
        with engine.connect() as connection:
            migrate(app, connection)
            connection.commit()
        worlds = [_filled(app, text) for text in HOSTILE]
        database.session.remove()
    yield folder, address, worlds
    engine.dispose()


def _filled(app: Flask, text: str) -> tuple[World, dict[str, Person], str]:
    """One world: its people, and the text in every form that takes words."""
    world = town.build(Factories())
    people = crowd(app, world, new_client)
    refused = []
    for method, rule in sorted(routes(app), key=_when):
        post = POSTS.get(rule.endpoint)
        if method == "GET" or post is None or FREE not in str(post.fields):
            continue
        database.session.remove()
        answer = people[post.by].ask(method, world.address(app, rule), filled(post, world, text))
        _require_escaped(answer, rule.endpoint)
        if outcome(answer) not in ("yes", "told why") or answer.status_code == 422:
            refused.append(f"{rule.endpoint}: {answer.status_code}")
    refused = [line for line in refused if line.split(":")[0] not in MAY_REFUSE]
    assert not refused, "\n".join(refused)
    return world, people, text


def _when(route: tuple[str, Any]) -> int:
    return (route[1].endpoint in LAST) - (route[1].endpoint in FIRST)


# Taken with plain words in tests/security; here an earlier form has made the act impossible, or
# the text is no address, no CSV cell or no citation. The refusal shows the text all the same.
MAY_REFUSE = {
    "factors.add_passkey", "moderation.contest_notice", "proposals.withdraw", "synthesis.summary",
    "verification.print_letters", "verification.check_letters", "verification.bring_list",
    "verification.check_list",
}  # fmt: skip


def _pages(
    app: Flask, world: World, people: dict[str, Person], text: str, with_query: bool
) -> list[tuple[str, str]]:
    """Address and reader of every page in which something of the text stands."""
    found = []
    asked = "&".join(f"{name}={quote(text)}" for name in ASKED)
    for method, rule in routes(app):
        if method != "GET":
            continue
        url = world.address(app, rule)
        for address in (url, f"{url}?{asked}")[: 1 + with_query]:
            for role in BY_NAME:
                answer = people[role].ask("GET", address)
                if answer.status_code != 200:
                    continue
                _require_escaped(answer, address)
                html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
                if any(sign in html for sign in SIGNS):
                    found.append((address, role))
                break
    return found


def _require_escaped(answer: Any, where: str) -> None:
    """No page holds the text as it is: a quick look, before the browser's."""
    if answer.mimetype == "text/html":
        html = answer.get_data(as_text=True)
        assert not [sign for sign in AS_IT_IS if sign in html], where


AS_IT_IS = ("<img src=x", "<script>alert", "<svg/onload", "<a hx-get", "</title></textarea>")
SIGNS = ("onerror=alert", "onload=alert", "hx-trigger=load")


def test_hostile_text_runs_nowhere_loads_nothing_and_sends_nothing(
    filled_town: tuple[Path, str, list[Any]], browser: Browser
) -> None:
    folder, address, worlds = filled_town
    app = create_app(settings_for(folder, address))
    with app.app_context():
        pages = [
            (people, _pages(app, world, people, text, with_query=text == HOSTILE[0]))
            for world, people, text in worlds
        ]
        database.session.remove()
    env = environment(folder, free_port(), address)
    faults: list[str] = []
    with Server(env) as server:
        own = f"http://127.0.0.1:{server.port}"
        for people, found in pages:
            assert len(found) > 20
            for role in BY_NAME:
                mine = [url for url, reader in found if reader == role]
                faults += _visited(browser, own, people[role], mine)
    assert not faults, "\n".join(faults)


def _visited(browser: Browser, own: str, person: Person, urls: list[str]) -> list[str]:
    faults: list[str] = []
    context = browser.new_context(base_url=own)
    cookies = [pair.partition("=")[::2] for pair in person.cookie.split("; ") if pair]
    context.add_cookies([{"name": k, "value": v, "url": own} for k, v in cookies])
    page = context.new_page()
    here = ""

    def note(kind: str, words: str) -> None:
        faults.append(f"{here}: {kind}: {words[:200]}")

    def dialog(shown: Any) -> None:
        note("dialog", shown.message)
        shown.dismiss()

    page.on("dialog", dialog)
    page.on("pageerror", lambda error: note("script", str(error)))
    page.on("console", lambda line: note("console", line.text) if line.type == "error" else None)
    page.on("request", lambda asked: _watch(asked, own, note))
    for here in urls:
        page.goto(here, wait_until="load")
    context.close()
    return faults


LOADED = ("/static/", "/files/", "/account/second-factor/qr.svg")


def _watch(asked: Any, own: str, note: Any) -> None:
    path = asked.url.removeprefix(own)
    if asked.resource_type == "document":
        return
    if not path.startswith(LOADED):
        note("request", asked.url)
