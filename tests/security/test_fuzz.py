"""Strange requests to every route: whatever is sent, no fault of ours is the answer."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.routing import Rule

from tests.conftest import new_client
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import Person, Undone, crowd, routes
from tests.security.posts import POSTS, filled
from tests.security.world import World

BOUNDED = 5_000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 80
STRANGE = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202egnol", "\u0300" * 60,
    "é" * 5_000, "🙂" * 500, "%00", "%", "_", "\\", "' OR 1=1 --", '"; DROP TABLE account; --',
    "{{7*7}}", "${7*7}", "\r\n\r\nX: y", "9" * 40, "9" * 5_000, "-1", "0", "01", "1e9", "NaN",
    "inf", "true", "null", "[]", "1.5", "１２", "٣", "../../etc/passwd", "C:\\x",
    "2026-13-45T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "2026-03-29T02:30",
    "<svg/onload=alert(1)>", "javascript:alert(1)", "a" * 70_000, "\ufeff", "\uffff",
    "\U0010ffff", "\U000e0041", "=1+1", "\t", "\n" * 300, "2147483648", "9223372036854775807",
    "9223372036854775808", "999999999999999999", "|", "| 5", "a|b|c", "1/0", "²",
]  # fmt: skip
NAMES = [
    "q", "page", "order", "stage", "seed", "show", "next", "lang", "act", "since", "until",
    "who", "reason", "again", "wanted", "back", "target", "choice", "contribution", "turn",
    "_once", "csrf_token", "cite", "kind", "sure", "per_page", "sort", "o1", "credential",
]  # fmt: skip
METHODS = ["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
WAYS = ["form", "form", "form", "json", "multipart", "nonsense"]

words = st.one_of(st.sampled_from(STRANGE), st.text(max_size=40))


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def address(rule: Rule, given: Any, world: World, app: Flask) -> str:
    """An address of this route: real parts, or some of them strange."""
    if given.draw(st.booleans()):
        path = world.address(app, rule)
    else:
        path = "".join(
            quote(as_bytes(given.draw(words)), safe="") if is_variable else part
            for is_variable, part in rule._trace
        ).replace("|", "", 1)
    asked = given.draw(st.dictionaries(st.sampled_from(NAMES), words, max_size=3))
    query = "&".join(f"{name}={quote(as_bytes(value), safe='')}" for name, value in asked.items())
    return f"{path}?{query}" if query else path


def body(rule: Rule, given: Any, world: World, token: str) -> dict[str, Any]:
    """A form with one or several strange fields, sent in one of several ways."""
    own = filled(POSTS[rule.endpoint], world) if rule.endpoint in POSTS else {}
    names = st.sampled_from([*own, *NAMES])
    fields = own | given.draw(st.dictionaries(names, words, max_size=4))
    fields["csrf_token"] = token
    way = given.draw(st.sampled_from(WAYS))
    if way == "json":
        return {"data": json.dumps(fields), "content_type": "application/json"}
    if way == "nonsense":
        return {"data": b"\xff\xfe\x00=%%%&&;" * 9, "content_type": given.draw(st.sampled_from(
            ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "x/\x00"]
        ))}  # fmt: skip
    data = {name: as_bytes(value) for name, value in fields.items()}
    return {"data": data} | ({"content_type": "multipart/form-data"} if way == "multipart" else {})


def test_no_request_is_answered_by_a_fault_of_ours(app: Flask, make: Factories) -> None:
    world = town.build(make)
    people = crowd(app, world, new_client)
    every = list({rule.endpoint: rule for _method, rule in routes(app)}.values())

    @settings(max_examples=BOUNDED, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def strange_request(given: Any) -> None:
        rule = given.draw(st.sampled_from(every))
        method = given.draw(st.sampled_from(METHODS))
        own = POSTS[rule.endpoint].by if rule.endpoint in POSTS else "official"
        person: Person = people[given.draw(st.sampled_from([own, own, "visitor", "administrator"]))]
        url = address(rule, given, world, app)
        sent = body(rule, given, world, person.token) if method in ("POST", "PUT", "PATCH") else {}
        with Undone():
            answer = person.send(
                method, url, HX_Request=given.draw(st.sampled_from(["", "true"])), **sent
            )
        assert answer.status_code < 500 or answer.status_code == 501, (method, url, sent)

    strange_request()


def test_every_field_of_every_form_takes_every_strange_text(
    app: Flask, make: Factories, request: pytest.FixtureRequest
) -> None:
    """Not by chance: each strange text once in each form, in all its fields at a time."""
    world = town.build(make)
    people = crowd(app, world, new_client)
    step = 4 if "postgresql" in request.node.name else 6
    turn, faults = 0, []
    for method, rule in routes(app):
        post = POSTS.get(rule.endpoint)
        if method == "GET" or post is None or not post.fields:
            continue
        for number, text in enumerate(STRANGE):
            if number not in ALWAYS and (number + turn) % step:
                continue
            own = filled(post, world)
            fields = {k: as_bytes(text) if k != "turn" else v for k, v in own.items()}
            fields["csrf_token"] = people[post.by].token
            with Undone():
                answer = people[post.by].send(method, world.address(app, rule), data=fields)
            if answer.status_code >= 500:
                faults.append((rule.endpoint, text[:30]))
        turn += 1
    assert not faults, faults


ALWAYS = {
    STRANGE.index(text)
    for text in ("a\x00b", "\ud800", "2147483648", "9223372036854775808", "9" * 5_000)
}


def test_search_and_sort_are_bounded(app: Flask, make: Factories) -> None:
    world = town.build(make)
    visitor = crowd(app, world, new_client)["administrator"]
    here = f"/spaces/{world.more['here']}"
    lists = [f"{here}/proposals", "/search", "/admin/audit", f"{here}/statements"]
    for path in [*lists, f"{here}/moderation"]:
        for name in ("page", "order", "q", "stage", "per_page", "sort", "show", "reason"):
            for value in ("-1", "1000000000", "9" * 5_000, "unknown", "%", "(((", "';-- UNION"):
                with Undone():
                    answer = visitor.send("GET", f"{path}?{name}={quote(value)}")
                assert answer.status_code in (200, 404), (path, name, value)
                told = answer.get_data(as_text=True).lower()
                assert not [
                    w for w in ("sqlalchemy", "sqlite3", "psycopg", "traceback") if w in told
                ]
