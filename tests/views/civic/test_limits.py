"""Rate limits: n times pass, the next is refused with the time to wait, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from civic import clock
from civic.web import limits
from civic.web.counters import SqlCounters
from civic.web.limits import LIMITS
from tests.conftest import new_client, new_postgresql_database
from tests.factories import PASSWORD, Factories

WRONG = "une phrase qui n’est pas la bonne"


def is_refused(answer: Any) -> bool:
    """Whether it is the page of limits, in French, with the time to wait."""
    if answer.status_code != 429:
        return False
    assert int(answer.headers["Retry-After"]) >= 1
    assert "trop de fois" in answer.page.text
    assert "réessayer dans" in answer.page.text
    return True


def sign_in(browser: Any, number: int, email: str = "") -> Any:
    form = {"email": email or f"personne{number}@example.org", "password": WRONG}
    return browser.submit("/sign-in", form)


def sign_up(browser: Any, number: int, _email: str = "") -> Any:
    form = {"name": "Ondine", "email": f"ondine{number}@example.org", "password": PASSWORD}
    return browser.submit("/sign-up", form)


def reset(browser: Any, number: int, email: str = "") -> Any:
    return browser.submit("/reset", {"email": email or f"personne{number}@example.org"})


def link(browser: Any, number: int, email: str = "") -> Any:
    return browser.submit("/sign-in/link", {"email": email or f"personne{number}@example.org"})


BY_ADDRESS = {"sign-in": (sign_in, 25), "sign-up": (sign_up, 5), "mail": (reset, 20)}
BY_ACCOUNT = {"sign-in": (sign_in, 10), "mail": (link, 5)}


@pytest.mark.parametrize("name", BY_ADDRESS)
def test_so_many_from_one_address_and_not_one_more(app: Flask, db: Any, name: str) -> None:
    act, times = BY_ADDRESS[name]
    assert LIMITS[name].address == times
    for number in range(times):
        assert act(new_client(app), number).status_code != 429
    assert is_refused(act(new_client(app), times))
    with clock.at(clock.now() + timedelta(seconds=LIMITS[name].seconds + 1)):
        assert act(new_client(app), times).status_code != 429


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", BY_ACCOUNT)
def test_so_many_for_one_account_from_wherever_it_is_tried(
    app: Flask, make: Factories, name: str, known: bool
) -> None:
    act, times = BY_ACCOUNT[name]
    assert LIMITS[name].account == times
    email = make.account().email if known else "personne@example.org"
    for number in range(times):
        browser = elsewhere(app, f"192.0.2.{number + 1}")
        assert act(browser, number, email.upper() if number % 2 else email).status_code != 429
    assert is_refused(act(elsewhere(app, "192.0.2.200"), times, email))


def elsewhere(app: Flask, address: str) -> Any:
    """A browser at this address."""
    browser = new_client(app)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def vote(browser: Any, make: Factories) -> Callable[[int], Any]:
    wanted = f"/contributions/{make.proposal().id}/support"
    return lambda n: browser.submit(wanted, {"wanted": str(n % 2)})


def comment(browser: Any, make: Factories) -> Callable[[int], Any]:
    address = f"/contributions/{make.proposal().id}/comments"
    return lambda n: browser.submit(address, {"body": f"Remarque numéro {n} bien pesée."})


def propose(browser: Any, make: Factories) -> Callable[[int], Any]:
    address = f"/spaces/{make.space().slug}/proposals/new"
    return lambda n: browser.submit(
        address,
        {"title": f"Banc numéro {n}", "body": "Des bancs à l’ombre des tilleuls, devant l’école."},
    )


def mark(browser: Any, make: Factories) -> Callable[[int], Any]:
    item = make.statement()
    address = f"/spaces/{item.space.slug}/statements/{item.id}"
    acts, answer = ("stance", "importance", "undoing"), {"stance": "agree", "wanted": "1"}
    return lambda n: browser.submit(f"{address}/{acts[n % 3]}", answer)


def search(browser: Any, _make: Factories) -> Callable[[int], Any]:
    return lambda n: browser.get(f"/search?q=banc{n}")


@pytest.mark.parametrize(
    ("name", "acting", "times"),
    [
        ("vote", vote, 60),
        ("vote", mark, 60),
        ("comment", comment, 10),
        ("comment", propose, 10),
        ("search", search, 60),
    ],
)
def test_so_many_acts_of_one_person(
    make: Factories, signed_in: Any, name: str, acting: Any, times: int
) -> None:
    assert LIMITS[name].account == times
    act = acting(signed_in(make.account()), make)
    for number in range(times):
        assert act(number).status_code in (200, 303)
    refused = act(times)
    assert is_refused(refused)
    if name == "comment":
        kept = next(at for at in refused.page.links() if at.startswith("/kept/"))
        assert kept


def test_what_was_typed_comes_back_and_the_password_does_not(app: Flask, db: Any) -> None:
    browser = new_client(app)
    for number in range(10):
        sign_in(browser, number, "personne@example.org")
    refused = sign_in(browser, 10, "personne@example.org")
    kept = next(at for at in refused.page.links() if at.startswith("/kept/"))
    shown = browser.get(kept)
    assert shown.page.value_of("email") == "personne@example.org"
    assert WRONG not in shown.text


def test_the_right_password_opens_nothing_once_the_limit_is_reached(
    app: Flask, make: Factories
) -> None:
    account = make.account()
    for number in range(10):
        sign_in(new_client(app), number, account.email)
    right = new_client(app).submit("/sign-in", {"email": account.email, "password": PASSWORD})
    assert is_refused(right)


def test_invented_forwarding_headers_give_no_new_quota(app: Flask, db: Any) -> None:
    """F47, bug log 24: no proxy is declared, so what a client says of itself is not believed."""
    answers = []
    for number in range(26):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        browser = new_client(app)
        form = {"email": f"p{number}@example.org", "password": WRONG}
        answers.append(browser.submit("/sign-in", form, headers=headers).status_code)
    assert answers == [422] * 25 + [429]


def test_behind_one_proxy_its_word_counts_and_the_clients_own_does_not(
    app: Flask, db: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=1))
    answers = []
    for number in range(26):
        headers = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
        form = {"email": f"p{number}@example.org", "password": WRONG}
        answers.append(new_client(app).submit("/sign-in", form, headers=headers).status_code)
    assert answers[-1] == 429
    other = {"X-Forwarded-For": "203.0.113.10"}
    form = {"email": "autre@example.org", "password": WRONG}
    assert new_client(app).submit("/sign-in", form, headers=other).status_code == 422


def test_a_whole_ipv6_network_counts_as_one(app: Flask, db: Any) -> None:
    for number in range(25):
        browser = elsewhere(app, f"2001:db8:1:2::{number + 1:x}")
        assert sign_in(browser, number).status_code == 422
    assert is_refused(sign_in(elsewhere(app, "2001:db8:1:2:ffff::1"), 26))
    assert sign_in(elsewhere(app, "2001:db8:1:3::1"), 27).status_code == 422


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::/64"),
     ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64")],
)  # fmt: skip
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert limits.network_of(ip_address(address)) == network


def test_a_declared_hall_may_hold_many_people(app: Flask, db: Any, monkeypatch: Any) -> None:
    declared = replace(app.config["SETTINGS"], venues=("192.0.2.0/24",))
    monkeypatch.setitem(app.config, "SETTINGS", declared)
    for number in range(60):
        assert sign_in(elsewhere(app, "192.0.2.7"), number).status_code == 422
    answers = [sign_in(elsewhere(app, "198.51.100.7"), number).status_code for number in range(26)]
    assert answers[-1] == 429


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_process_sees_the_same_counts(
    kind: str, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{tmp_path / 'limits.db'}"
    if kind == "postgresql":
        made = new_postgresql_database(
            request.getfixturevalue("postgresql"), f"limits_{id(tmp_path)}"
        )
        address = made.replace("postgresql://", "postgresql+psycopg://", 1)
    workers = [SqlCounters(address), SqlCounters(address)]
    passed = [workers[n % 2].acquire_entry("clé", 5, 60) for n in range(8)]
    assert passed == [True] * 5 + [False] * 3
    assert workers[0].get_moving_window("clé", 5, 60)[1] == 5
    with clock.at(clock.now() + timedelta(seconds=61)):
        workers[0].forget()
        assert workers[1].acquire_entry("clé", 5, 60)
        assert workers[1].get_moving_window("clé", 5, 60)[1] == 1
    for worker in workers:
        worker.engine.dispose()


def test_the_counters_hold_no_address_and_no_name(app: Flask, db: Any) -> None:
    sign_in(elsewhere(app, "192.0.2.77"), 1, "secrete@example.org")
    with app.extensions["palabre_limits"].engine.connect() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM limit_time").scalars().all()
    assert keys
    assert not [key for key in keys if "192.0.2.77" in key or "secrete" in key]
