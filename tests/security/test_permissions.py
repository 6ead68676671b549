"""The permission table against the running application, by real requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.conftest import new_client
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import (
    ROLES,
    Person,
    crowd,
    missing,
    observed,
    routes,
    table,
    written,
)
from tests.security.world import World

SAMPLE = 7  # on PostgreSQL one route out of so many: the door does not depend on the database


@pytest.fixture
def world(make: Factories) -> World:
    return town.build(make)


@pytest.fixture
def people(app: Flask, world: World) -> Iterator[dict[str, Person]]:
    return crowd(app, world, new_client)  # type: ignore[return-value]


def test_every_route_has_its_line(app: Flask, world: World, people: dict[str, Person]) -> None:
    lines = [observed(app, world, people, method, rule) for method, rule in missing(app)]
    assert not lines, f"\n\nread, then add to tests/security/permissions.csv:\n{written(lines)}"


def test_no_line_is_left_of_a_route_that_is_gone(app: Flask) -> None:
    known = {(method, rule.endpoint) for method, rule in routes(app)}
    assert not [key for key in table() if key not in known]


def test_each_person_gets_the_answer_that_the_table_says(
    app: Flask, world: World, people: dict[str, Person], request: pytest.FixtureRequest
) -> None:
    known = table()
    step = SAMPLE if "postgresql" in request.node.name else 1
    faults = []
    for method, rule in list(routes(app))[::step]:
        line = known.get((method, rule.endpoint))
        if line is None:
            continue  # the test above says so
        seen = observed(app, world, people, method, rule)
        faults += [
            f"{method} {rule.endpoint}: {role} gets “{seen[role]}”, the table says “{line[role]}”"
            for role in ROLES
            if seen[role] != line[role]
        ]
    assert not faults, "\n".join(faults)


def test_every_route_lets_somebody_in(app: Flask) -> None:
    """A line on which nobody enters proves nothing."""
    closed = [key for key, line in table().items() if "yes" not in [line[r] for r in ROLES]]
    assert not [
        key
        for key in closed
        if key[1] not in DEMONSTRATION_ALONE | NEEDS_A_DEVICE | NEEDS_A_PROVIDER
    ], closed


DEMONSTRATION_ALONE = {"accounts.demonstration", "accounts.enter_demonstration"}
NEEDS_A_PROVIDER = {f"providers.{name}" for name in ("leave", "back", "greet", "ask_join")}
NEEDS_A_DEVICE = {"factors.add_passkey", "factors.ask", "factors.confirm_codes"}  # or a code


def test_what_stands_in_another_space_is_missing_in_the_very_same_words(
    app: Flask, world: World, people: dict[str, Person]
) -> None:
    faults, compared = [], 0
    for method, rule in routes(app):
        foreign = {k: v for k, v in world.more["foreign"].items() if k in rule.arguments}
        if "slug" not in rule.arguments or not foreign:
            continue
        if "number" in rule.arguments and "theme_id" not in rule.arguments:
            continue
        there = world.address(app, rule, **foreign)
        nowhere = world.address(app, rule, **dict.fromkeys(foreign, 987_654_321))
        for role in ("visitor", "owner", "moderator", "official", "administrator"):
            with_row = people[role].ask(method, there, {"reason": "insult"})
            without = people[role].ask(method, nowhere, {"reason": "insult"})
            compared += 1
            same = with_row.status_code == without.status_code
            body = _plain(with_row, there) == _plain(without, nowhere)
            if not same or not body or with_row.status_code not in (401, 404):
                faults.append(f"{method} {there} as {role}: {with_row.status_code}")
    assert compared > 100
    assert not faults, "\n".join(faults)


def _plain(answer: Any, url: str) -> str:
    """The page without the address that was asked for, and without what changes each time."""
    text = answer.get_data(as_text=True)
    for part in {url, quote(url, safe="")}:
        text = text.replace(part, "")
    text = re.sub(r"(%2F|/)kept(%2F|/)[\w-]+", "", text)
    return re.sub(r'name="(csrf_token|_once)" value="[^"]+"', "", text)


def test_somebody_elses_draft_is_missing_in_the_very_same_words(
    app: Flask, world: World, people: dict[str, Person]
) -> None:
    faults = []
    for method, rule in routes(app):
        names = {"proposal_id", "contribution_id", "root_id"} & set(rule.arguments)
        if not names or rule.endpoint.startswith("synthesis."):
            continue
        there = world.address(app, rule, **dict.fromkeys(names, world.more["draft"]))
        nowhere = world.address(app, rule, **dict.fromkeys(names, 987_654_321))
        for role in set(ROLES) - {"owner"}:
            with_row, without = (people[role].ask(method, url) for url in (there, nowhere))
            if town.SECRET_DRAFT in with_row.get_data(as_text=True):
                faults.append(f"{method} {there} shows the draft to {role}")
            if with_row.status_code != without.status_code:
                faults.append(f"{method} {there}: {with_row.status_code} ≠ {without.status_code}")
            elif _plain(with_row, there) != _plain(without, nowhere):
                faults.append(f"{method} {there}: another page than for what does not exist")
    assert not faults, "\n".join(faults)


def test_a_space_in_preparation_is_missing_for_those_who_are_not_of_its_team(
    app: Flask, world: World, people: dict[str, Person], make: Factories
) -> None:
    hidden = make.space(published=False)
    for method, rule in routes(app):
        if "slug" in rule.arguments:
            url = world.address(app, rule, slug=hidden.slug)
            for role in ("visitor", "citizen", "moderator", "official"):
                answer = people[role].ask(method, url)
                assert answer.status_code in (401, 404), (method, url, role, answer.status_code)
