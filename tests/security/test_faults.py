"""Faults F26 to F48 of the test plan that no other file holds: each test names its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text

from app import create_app
from civic import clock
from civic.db import db as database
from civic.spaces.actions import PhasePlan
from civic.text import to_html
from proposals.models import Proposal
from tests.conftest import new_client
from tests.factories import EVERYTHING, PASSWORD, Factories
from tests.security import world as town
from tests.security.permissions import Person, crowd, routes
from votes.ballots import queries as queries_of_ballots

HTMX = {"HX-Request": "true"}
WRONG_CLOCKS = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2199 23:59:59 GMT")
LONG = "Un long texte écrit avec soin, « avec des guillemets » et des accents.\n\n" * 30


def test_f26_no_public_page_holds_an_address_or_a_private_number(
    app: Flask, make: Factories
) -> None:
    world = town.build(make)
    visitor = crowd(app, world, new_client)["visitor"]
    emails = [world.account(role).email for role in world.people]
    for method, rule in routes(app):
        if method == "GET" and rule.endpoint != "spaces.invitation":  # a letter to one person
            page = visitor.ask("GET", world.address(app, rule)).get_data()
            assert not [email for email in emails if email.encode() in page], rule.rule


def test_f26_a_reader_who_asks_without_end_is_slowed_down(client: Any) -> None:
    statuses = [client.get(f"/search?q=mot{n}").status_code for n in range(70)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    last = client.get("/search?q=encore")
    assert int(last.headers["Retry-After"]) > 0
    assert last.page.soup.html["lang"] == "fr"


@pytest.mark.parametrize(
    "written",
    [
        '<a hx-get="/sign-out" hx-trigger="load">x</a>',
        '<b data-hx-post="/x" hx-on:click>x</b>',
        '<form action="/sign-out" method="post"><button formaction="/x">x</button></form>',
        '<meta http-equiv="refresh" content="0;url=//evil.example">', '<div id="main">x</div>',
        '<div hx-swap-oob="true" id="status">x</div>', '<input name="csrf_token" form="f">',
        "[x](javascript:alert(1))",
        '<a class="button" style="position:fixed" href="//evil.example">x</a>',
    ],
)  # fmt: skip
def test_f28_no_attribute_of_a_citizen_reaches_the_page(
    client: Any, make: Factories, written: str
) -> None:
    html = BeautifulSoup(to_html(written), "html.parser")
    assert not html.find_all(["form", "meta", "input", "button", "div", "b"])
    assert not [tag for tag in html.find_all(True) if set(tag.attrs) - {"href", "rel"}]
    proposal = make.proposal(body=f"Une proposition assez longue. {written}")
    page = client.get(f"/spaces/{proposal.space.slug}/proposals/{proposal.id}").page
    zone = page.soup.find(class_="prose")
    assert zone.has_attr("hx-disable")
    for tag in zone.find_all(True):
        assert set(tag.attrs) <= {"href", "rel"}, tag


@pytest.mark.parametrize("token", ["", "x" * 60, "other"])
def test_f29_htmx_without_a_good_token_gets_the_text_back_in_place(
    signed_in: Any, make: Factories, token: str
) -> None:
    proposal = make.proposal()
    browser, other = signed_in(make.account()), signed_in(make.account())
    token = other.token() if token == "other" else token
    answer = browser.post(
        f"/contributions/{proposal.id}/comments", headers=HTMX,
        data={"csrf_token": token, "body": LONG},
    )  # fmt: skip
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#messages"
    assert not answer.page.is_whole
    kept = next(link for link in answer.page.links() if link.startswith("/kept/"))
    shown = browser.get(kept).page
    assert shown.value_of("body").strip() == LONG.strip()
    assert (
        browser.submit(f"/contributions/{proposal.id}/comments", {"body": LONG}).status_code == 303
    )


def test_f29_a_post_from_another_site_is_refused_by_its_cookie_alone(
    signed_in: Any, make: Factories
) -> None:
    account = make.account()
    browser = signed_in(account)
    lines = browser.get("/account").request.environ.get("HTTP_COOKIE", "")
    assert "palabre=" in lines
    answer = browser.post("/account", data={"name": "Mallory", "language": "fr"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/account", "GET", 401), ("/nowhere", "GET", 404), ("/search", "POST", 405),
        ("/sign-in", "POST", 400), ("/broken-on-purpose", "GET", 500),
    ],
)  # fmt: skip
def test_f31_each_error_reaches_htmx_as_a_message_in_its_place(
    app: Flask, db: Any, path: str, method: str, status: int
) -> None:
    made = create_app(app.config["SETTINGS"])
    made.add_url_rule("/broken-on-purpose", view_func=lambda: 1 / 0)
    answer = new_client(made).open(path, method=method, headers=HTMX)
    assert answer.status_code == status
    assert answer.headers["HX-Retarget"] == "#messages"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert not answer.page.is_whole
    assert answer.page.soup.find(attrs={"data-focus": True}) is not None


def test_f34_a_session_that_ends_in_a_long_form_gives_the_text_back_after_signing_in(
    app: Flask, make: Factories, db: Any
) -> None:
    always = PhasePlan("Contribuer", clock.now() - timedelta(days=1), None, EVERYTHING)
    account, space = make.account(), make.space(phases=[always])
    browser = new_client(app)
    assert (
        browser.submit("/sign-in", {"email": account.email, "password": PASSWORD}).status_code
        == 303
    )
    url = f"/spaces/{space.slug}/proposals/new"
    form = {"csrf_token": browser.token()}
    with clock.at(clock.now() + timedelta(days=60)):
        fields = {**form, "title": "Des bancs à l’ombre", "body": LONG}
        ended = browser.post(url, data=fields)
        assert ended.status_code == 401
        address = next(link for link in ended.page.links() if "next=" in link)
        assert browser.get(address).status_code == 200
        back = parse_qs(urlsplit(address).query)["next"][0]
        assert back.startswith("/kept/")
        came = browser.submit(
            "/sign-in", {"email": account.email, "password": PASSWORD, "next": back}
        )
        assert came.headers["Location"] == back
        kept = browser.get(back).page
        assert kept.value_of("body").strip() == LONG.strip()
    assert db.query(Proposal).filter_by(space_id=space.id).count() == 0


def test_f36_an_error_after_a_write_leaves_nothing_and_the_next_requests_are_fine(
    app: Flask, make: Factories, db: Any
) -> None:
    account = make.account()
    account_id, name = account.id, account.name
    made = create_app(app.config["SETTINGS"])

    def poisoned() -> str:
        renamed = text("UPDATE account SET name = 'X' WHERE id = :i")
        database.session.execute(renamed, {"i": account_id})
        raise RuntimeError

    def refused() -> str:
        database.session.execute(text("INSERT INTO account (id) VALUES (:i)"), {"i": account_id})
        return ""

    made.add_url_rule("/poisoned", view_func=poisoned)
    made.add_url_rule("/refused", view_func=refused)
    client = new_client(made)
    for path in ("/poisoned", "/refused"):
        assert client.get(path).status_code == 500
        for _n in range(20):
            assert client.get("/").status_code == 200
    assert db.scalar(text("SELECT name FROM account WHERE id = :i"), {"i": account_id}) == name


def test_f46_the_clock_of_the_visitor_says_nothing(signed_in: Any, make: Factories) -> None:
    """Neither a page, nor the end of a sign-in, nor the close of a ballot hangs on it."""
    ballot = make.ballot(closes_at=clock.now() + timedelta(hours=1))
    browser, url = signed_in(make.account()), f"/spaces/{ballot.space.slug}/ballots/{ballot.id}"
    paper = {"choice": "o1", "sure": "1"}
    for date in WRONG_CLOCKS:
        headers = {"Date": date, "If-Modified-Since": date}
        assert browser.get("/account", headers=headers).status_code == 200
        assert browser.get("/", headers=headers).status_code == 200
    assert browser.submit(url, paper, headers={"Date": WRONG_CLOCKS[1]}).status_code == 200
    late = signed_in(make.account())
    with clock.at(ballot.closes_at + timedelta(seconds=1)):
        told = late.submit(url, paper, headers={"Date": WRONG_CLOCKS[0]})
        assert told.status_code == 409
    assert queries_of_ballots.voters_of(ballot) == 1


def test_f46_a_restored_device_brings_no_ended_sign_in_back(
    signed_in: Any, make: Factories, app: Flask
) -> None:
    """The cookie of a copy is as good as its row here: what has ended stays ended."""
    account = make.account()
    browser = signed_in(account)
    copy = Person(app, browser)
    assert copy.ask("GET", "/account", None, Date=WRONG_CLOCKS[0]).status_code == 200
    browser.submit("/sign-out")
    for date in WRONG_CLOCKS:
        assert copy.ask("GET", "/account", None, Date=date).status_code == 401
