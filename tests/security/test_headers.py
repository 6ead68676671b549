"""What every answer carries, on every route, errors and redirects included; hosts and proxies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask, request

from app import create_app
from civic import clock
from civic.outbox.models import Mail
from civic.pictures import views as pictures
from tests.conftest import CheckedClient
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import Person, Undone, crowd, routes
from tests.security.posts import POSTS, filled
from tests.security.world import World

SITE = "https://participer.ville.example"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
    "font-src": "'self'", "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
    "frame-ancestors": "'none'",
}  # fmt: skip
OUTSIDE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "///evil.example", "https:evil.example", "javascript:alert(1)", "/%09/evil.example",
    "\t//evil.example",
    "/\t/evil.example", "/\r\nLocation: https://evil.example", " //evil.example",
    "https://participer.ville.example@evil.example/", "http://participer.ville.example.evil.example/",
    "data:text/html,x", "evil.example", "?next=//evil.example", "/\x00/evil.example",
    "/\\/evil.example",
]  # fmt: skip


class SecureClient(CheckedClient):
    """A browser that reaches the town over HTTPS."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request to the town's real address."""
        kwargs.setdefault("base_url", SITE)
        headers = dict(kwargs.pop("headers", None) or {})
        return super().open(*args, headers={"Referer": f"{SITE}/", **headers}, **kwargs)


def secure_client(app: Flask) -> SecureClient:
    app.test_client_class = SecureClient
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def secure(app: Flask, db: Any) -> Flask:
    """The application as a town serves it, on the test's database."""
    made = create_app(served(app))
    made.add_url_rule("/broken-on-purpose", view_func=lambda: 1 / 0)
    return made


def served(app: Flask, **given: Any) -> Any:
    settings = {"base_url": SITE, "secure_cookies": True, "trusted_hosts": (), **given}
    return replace(app.config["SETTINGS"], **settings)


@pytest.fixture
def world(make: Factories) -> World:
    return town.build(make)


@pytest.fixture
def people(secure: Flask, world: World) -> Iterator[dict[str, Person]]:
    return crowd(secure, world, secure_client)  # type: ignore[return-value]


def faults_of(answer: Any) -> list[str]:
    """What an answer lacks."""
    headers = answer.headers
    found = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    parts = [part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";")]
    policy = {name: value for name, _blank, value in parts}
    if policy != POLICY and headers["Content-Security-Policy"] != pictures.POLICY:
        found.append("Content-Security-Policy")
    if "Access-Control-Allow-Origin" in headers:
        found.append("CORS")
    if (
        headers.get("Content-Type", "").startswith("text/")
        and "charset=utf-8" not in (headers["Content-Type"])
    ):
        found.append("charset")
    if (
        not headers.get("Content-Type", "").startswith(SHOWN)
        and answer.request.path not in DRAWN_BY_US
        and answer.status_code == 200
        and (answer.data and "attachment" not in headers.get("Content-Disposition", ""))
    ):
        found.append("a file that is not an attachment")
    return found + _cookie_faults(answer) + _cache_faults(answer)


FOR_ALL = {"/.well-known/security.txt": ("public, max-age=86400",)}
SHOWN = ("text/html", "text/plain", "application/json")  # JSON runs nothing: it is never guessed
DRAWN_BY_US = ("/account/second-factor/qr.svg",)


def _cookie_faults(answer: Any) -> list[str]:
    found = []
    for line in answer.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(line).items():
            if cookie["max-age"] == "0":
                continue  # it is taken away
            good = cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
            if not good or cookie["domain"] or cookie["path"] != "/":
                found.append(f"cookie {line}")
            if name != "language" and not name.startswith("__Host-"):
                found.append(f"cookie {name}")
    return found


def _cache_faults(answer: Any) -> list[str]:
    control = answer.headers.get("Cache-Control", "")
    if control in FOR_ALL.get(answer.request.path, ()):
        return []
    if control == "private, no-store":
        return []
    if answer.request.headers.get("Cookie") or answer.headers.get("Set-Cookie"):
        return [f"a personal page with Cache-Control: {control}"]
    return [] if control == "public, no-cache" else [f"Cache-Control: {control}"]


def test_every_route_carries_every_header_for_everyone(
    secure: Flask, world: World, people: dict[str, Person], request: pytest.FixtureRequest
) -> None:
    step = 5 if "postgresql" in request.node.name else 1
    faults, seen = [], set()
    for method, rule in list(routes(secure))[::step]:
        if rule.endpoint.startswith("<lambda>"):
            continue
        url = world.address(secure, rule)
        for role in ("visitor", "owner", "official", "administrator"):
            with Undone():
                fields = filled(POSTS[rule.endpoint], world) if rule.endpoint in POSTS else {}
                answer = people[role].ask(method, url, fields)
                seen.add(answer.status_code)
                faults += [f"{method} {url} ({role}): {fault}" for fault in faults_of(answer)]
                location = answer.headers.get("Location")
                if location and urlsplit(location).netloc not in ("", urlsplit(SITE).netloc):
                    faults.append(f"{method} {url} leads to {location}")
    assert not faults, "\n".join(faults)
    assert {200, 303, 401, 404} <= seen


def test_pages_for_all_may_be_kept_and_set_no_cookie(secure: Flask, world: World) -> None:
    visitor = secure_client(secure)
    for path in ("/", f"/spaces/{world.more['here']}", f"/spaces/{world.more['here']}/proposals"):
        answer = visitor.get(path)
        assert answer.headers["Cache-Control"] == "public, no-cache", path
        assert not answer.headers.getlist("Set-Cookie")
        assert {"Cookie", "HX-Request"} <= {v.strip() for v in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404), ("POST", "/search", 405), ("PUT", "/", 405), ("TRACE", "/", 405),
        ("POST", "/sign-in", 400), ("GET", "/broken-on-purpose", 500), ("GET", "/account", 401),
        ("OPTIONS", "/", 200), ("HEAD", "/", 200),
    ],
)  # fmt: skip
def test_errors_carry_the_headers_too(secure: Flask, method: str, path: str, status: int) -> None:
    answer = secure_client(secure).open(path, method=method)
    assert answer.status_code == status
    assert not [f for f in faults_of(answer) if not f.startswith("a file")]


def test_a_body_that_is_too_large_gets_the_headers_and_static_files_do(secure: Flask) -> None:
    large = secure_client(secure).post("/sign-in", data={"email": "x" * 3_000_000})
    assert large.status_code == 413
    assert not faults_of(large)
    with secure_client(secure).get("/static/icons/favicon.svg") as answer:
        assert answer.status_code == 200
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert secure_client(secure).get("/static/").status_code == 404
    for path in ("/static/..%2fapp.py", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert secure_client(secure).get(path).status_code == 404, path


def test_a_server_without_https_promises_none(app: Flask, client: Any) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


# --- Signing out, coming in -------------------------------------------------------------------


def test_signing_out_empties_the_browser(secure: Flask, make: Factories) -> None:
    browser = secure_client(secure).sign_in(make.account())
    answer = browser.submit("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/account").status_code == 401


def test_the_forms_work_over_https_and_without_a_referrer_they_lose_no_text(
    secure: Flask, make: Factories
) -> None:
    browser = secure_client(secure).sign_in(make.account())
    space = make.space()
    text = {"title": "Des bancs à l’ombre", "body": "Des bancs à l’ombre, sur la place."}
    refused = browser.post(
        f"/spaces/{space.slug}/proposals/new",
        data={"csrf_token": browser.token(), **text}, headers={"Referer": "https://evil.example/"},
    )  # fmt: skip
    assert refused.status_code == 400
    kept = next(link for link in refused.page.links() if link.startswith("/kept/"))
    assert text["body"] in browser.get(kept).text
    assert browser.submit(f"/spaces/{space.slug}/proposals/new", text).status_code == 303


@pytest.mark.parametrize("outside", OUTSIDE)
def test_no_parameter_leads_out_of_the_site(secure: Flask, make: Factories, outside: str) -> None:
    account = make.account()
    browser = secure_client(secure)
    form = browser.get(f"/sign-in?next={quote(outside)}").page.form("/sign-in")
    form |= {"email": account.email, "password": "une phrase de quatre mots"}
    for given in ({}, {"next": outside}):
        answer = secure_client(secure)
        token = answer.token()
        came = answer.post("/sign-in", data={**form, "csrf_token": token, **given})
        location = came.headers.get("Location", "/")
        assert urlsplit(location).netloc in ("", "participer.ville.example"), location
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location


# --- Hosts and proxies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "participer.ville.example.evil.example", "evil.example:443", "127.0.0.2", "",
     "participer.ville.example@evil.example", "participer.ville.example\n.evil", "x" * 300],
)  # fmt: skip
def test_a_forged_host_is_refused(secure: Flask, host: str) -> None:
    try:
        answer = secure_client(secure).get("/reset", headers={"Host": host})
    except ValueError:
        return  # the test client itself refuses to send a line break
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_hosts_of_the_settings_and_the_loopback_are_answered(secure: Flask) -> None:
    for host in ("participer.ville.example", "participer.ville.example:443", "localhost"):
        assert secure_client(secure).get("/", headers={"Host": host}).status_code == 200


def test_no_header_moves_the_links_of_mails(secure: Flask, make: Factories, db: Any) -> None:
    account = make.account()
    browser = secure_client(secure)
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Host": "localhost"}
    forged |= {
        "X-Forwarded-Server": "evil.example",
        "X-Original-URL": "/x",
        "Forwarded": "host=evil",
    }
    token = browser.get("/reset", headers=forged).page.value_of("csrf_token")
    data = {"csrf_token": token, "email": account.email}
    forged["Referer"] = "https://localhost/"
    browser.post("/reset", data=data, headers=forged)
    mail = db.query(Mail).order_by(Mail.id.desc()).first()
    assert f"{SITE}/reset/" in mail.body
    assert "evil" not in mail.body


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "203.0.113.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "1.1.1.1", "203.0.113.9"),  # fewer than declared: nothing of it is believed
        (1, "", "203.0.113.9"),
    ],
)
def test_as_many_proxies_are_believed_as_are_declared(
    app: Flask, db: Any, proxies: int, forwarded: str, expected: str
) -> None:
    made = create_app(served(app, trusted_proxies=proxies))
    seen: list[str | None] = []
    made.before_request(lambda: seen.append(request.remote_addr))
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Host": "evil.example"}
    environ = {"REMOTE_ADDR": "203.0.113.9"}
    answer = secure_client(made).get("/", headers=headers, environ_overrides=environ)
    if answer.status_code == 200:
        assert seen == [expected]
    if proxies == 1:
        assert answer.status_code == 400, "a proxy that forwards a forged host"


def test_a_forwarding_header_without_a_declared_proxy_is_told_once(
    app: Flask, db: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    made = create_app(served(app))
    for _n in range(3):
        secure_client(made).get("/search?q=banc", headers={"X-Forwarded-For": "1.1.1.1"})
    out = capsys.readouterr()
    assert (out.out + out.err).count("PALABRE_TRUSTED_PROXIES") == 1


# --- Telling us of a fault --------------------------------------------------------------------


def test_security_txt_says_whom_to_write_to_and_until_when(secure: Flask) -> None:
    text = secure_client(secure).get("/.well-known/security.txt").text
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    assert lines["Contact"] == "mailto:palabre@localhost"
    assert lines["Canonical"] == f"{SITE}/.well-known/security.txt"
    left = datetime.fromisoformat(lines["Expires"]) - clock.now()
    assert timedelta(days=120) < left < timedelta(days=365)


def test_the_contact_of_the_settings_is_named(app: Flask, db: Any) -> None:
    made = create_app(served(app, security_contact="https://ville.example/securite"))
    assert "Contact: https://ville.example/securite" in (
        secure_client(made).get("/.well-known/security.txt").text
    )
