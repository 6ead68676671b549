"""Forms and links: no token no act, no field beyond the form, no reading that writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from civic import clock
from tests.conftest import new_client
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import ROLES, Person, Undone, crowd, routes
from tests.security.posts import POSTS, filled
from tests.security.tables import differences, snapshot
from tests.security.world import World

EXTRA = {
    "id": "1", "role": "administrator", "roles": "administrator", "author_id": "1", "by_id": "1",
    "account_id": "1", "space_id": "1", "is_admin": "1", "is_administrator": "1", "admin": "true",
    "status": "accepted", "state": "visible", "stage": "accepted", "is_published": "y",
    "published_at": "2020-01-01T00:00", "created_at": "2020-01-01T00:00", "confirmed_at": "2020",
    "votes_count": "9999", "support_count": "9999", "agree_count": "9999", "comment_count": "9999",
    "report_count": "0", "is_settled": "1", "shaded": "", "body_html": "<script>alert(1)</script>",
    "must_confirm": "", "password_hash": "x", "token_hash": "x", "urgency": "9", "turn_": "9",
    "locked_at": "", "trust": "9", "origin": "imported", "kind": "proposal", "weight": "100",
}  # fmt: skip
READS_AND_NOTES = ("rate_limit", "sign_in", "limit")  # when a device was last seen; counters


@pytest.fixture
def world(make: Factories) -> World:
    return town.build(make)


@pytest.fixture
def people(app: Flask, world: World) -> Iterator[dict[str, Person]]:
    return crowd(app, world, new_client)  # type: ignore[return-value]


def only_sqlite(request: pytest.FixtureRequest) -> None:
    if "postgresql" in request.node.name:
        pytest.skip("what a form may set does not depend on the database")


BY_LINK = {"notifications.unsubscribe"}  # a mail program posts it alone: RFC 8058


def test_without_its_token_no_form_changes_anything(
    app: Flask, world: World, people: dict[str, Person], request: pytest.FixtureRequest
) -> None:
    only_sqlite(request)
    faults, other = [], people["neighbour" if "neighbour" in people else "citizen"].token
    before = snapshot()
    for method, rule in routes(app):
        if rule.endpoint not in POSTS or method == "GET" or rule.endpoint in BY_LINK:
            continue
        post = POSTS[rule.endpoint]
        url = world.address(app, rule)
        for token in ("", "x" * 40, other if post.by != "citizen" else "y"):
            fields = {k: v for k, v in filled(post, world).items() if len(v) < 20}
            answer = people[post.by].ask(method, url, fields | {"csrf_token": token})
            if answer.status_code != 400:
                faults.append(f"{url} with token {token[:5]!r}: {answer.status_code}")
    changed = [
        c for c in differences(before, snapshot()) if not c.startswith(("kept_form", "rate"))
    ]
    assert not faults, "\n".join(faults)
    assert not changed


def test_without_its_token_a_text_is_given_back(world: World, people: dict[str, Person]) -> None:
    text = "Un long texte, écrit avec soin.\n\n« Et des guillemets ! »" * 20
    url = f"/spaces/{world.more['here']}/proposals/new"
    answer = people["citizen"].ask("POST", url, {"title": "T", "body": text, "csrf_token": ""})
    assert answer.status_code == 400
    kept = answer.get_data(as_text=True).partition("/kept/")[2][:32]
    shown = people["citizen"].ask("GET", f"/kept/{kept}").get_data(as_text=True)
    assert "« Et des guillemets ! »" in shown
    assert shown.count("écrit avec soin") >= 20


COMPRESSED = ("download", "size")  # of a file that holds instants: it may differ by a few bytes


def test_no_field_beyond_the_form_changes_anything(
    app: Flask, world: World, people: dict[str, Person], request: pytest.FixtureRequest
) -> None:
    only_sqlite(request)
    faults = []
    for method, rule in routes(app):
        if rule.endpoint not in POSTS or method == "GET":
            continue
        post = POSTS[rule.endpoint]
        own = filled(post, world)
        extra = {k: v for k, v in EXTRA.items() if k not in own}
        url = world.address(app, rule)
        once, again, more = (_after(people[post.by], url, own | added) for added in ({}, {}, extra))
        steady = [
            k for k in once if once[k] == again[k] and k[0] != "kept_form" and k != COMPRESSED
        ]
        faults += [f"{rule.endpoint}: {key}" for key in steady if more[key] != once[key]]
    assert not faults, "\n".join(faults)


def _after(person: Person, url: str, fields: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    with clock.at(NOW), Undone():
        person.ask("POST", url, fields)
        return snapshot()


NOW = clock.now()


def test_reading_never_writes_on_any_route_for_anybody(
    app: Flask, world: World, people: dict[str, Person], queries: list[str]
) -> None:
    faults = []
    for method, rule in routes(app):
        if method != "GET":
            continue
        url = world.address(app, rule)
        for role in ROLES:
            for verb in ("GET", "HEAD"):
                queries.clear()
                people[role].ask(verb, url, None, Sec_Purpose="prefetch")
                faults += [f"{verb} {url} ({role}): {q[:80]}" for q in queries if _writes(q)]
    assert not faults, "\n".join(sorted(set(faults)))


def _writes(statement: str) -> bool:
    words = statement.split()
    if words[0].upper() not in ("INSERT", "UPDATE", "DELETE"):
        return False
    return not any(word.startswith(READS_AND_NOTES) for word in words[:4])


def test_a_parameter_given_twice_is_read_once(world: World, people: dict[str, Person]) -> None:
    twice = f"/spaces/{world.more['here']}/proposals?order=recent&order=supported"
    for path in ("/search?q=banc&q=arbre", "/?lang=en&lang=fr", twice):
        assert people["visitor"].ask("GET", path).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 10_000_000},
        {f"f{n}": "x" for n in range(10_000)},
    ],
)
def test_huge_forms_are_refused_quickly(
    world: World, people: dict[str, Person], body: dict[str, str]
) -> None:
    url = f"/spaces/{world.more['here']}/proposals/new"
    assert people["citizen"].ask("POST", url, body).status_code in (400, 413, 422)


def test_thousands_of_parameters_and_a_huge_header_are_answered(people: dict[str, Person]) -> None:
    query = "&".join(f"a{n}={n}" for n in range(5_000))
    assert people["visitor"].ask("GET", f"/search?q=x&{query}").status_code == 200
    assert people["visitor"].ask("GET", "/", None, X_Long="x" * 1_000_000).status_code < 500


def test_a_form_of_very_many_parts_is_refused(app: Flask, people: dict[str, Person]) -> None:
    edge = "xYz"
    part = f'--{edge}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body = (part * 5_000 + f"--{edge}--\r\n").encode()
    answer = new_client(app).post(
        "/sign-in", data=body, content_type=f"multipart/form-data; boundary={edge}"
    )
    assert answer.status_code == 413
