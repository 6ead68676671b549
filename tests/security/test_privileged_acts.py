"""Every act of somebody with a role leaves its entry in the audit log."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.audit import AuditEntry
from civic.auditing.sentences import SENTENCES
from civic.web.doors import DOOR
from moderation.models import Measure, Outcome
from tests.conftest import new_client
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import Undone, crowd, outcome, routes
from tests.security.posts import POSTS, filled
from tests.test_architecture import modules, tree_of

OPEN_DOORS = ("open to all", "signed in")
WRITES_ITS_OWN_RECORD = {
    # The synthesis keeps every change with who made it and what it replaced (synthesis_change).
    "synthesis.rename", "synthesis.lock", "synthesis.merge", "synthesis.place",
    "synthesis.place_one", "synthesis.put_back", "synthesis.decide_cut",
}  # fmt: skip
PREPARES_ONLY = {
    "synthesis.ask_cut": "asks the machine for a proposal that a person then decides on",
    "synthesis.mark_read": "says how far the reading is, with the reader's name, on the theme",
}

NEEDS_MORE = {
    "accounts.enter_demonstration": "the demonstration",
    "providers.ask_join": "a provider in the settings",
    "factors.add_passkey": "an authenticator: tests/browser has one",
    "factors.confirm_codes": "the code of the present half minute",
}


def test_every_posting_route_has_its_form(app: Flask) -> None:
    posting = {rule.endpoint for method, rule in routes(app) if method != "GET"}
    assert not posting - POSTS.keys(), "give them an entry in tests/security/posts.py"
    assert not POSTS.keys() - posting, "these routes are gone: take them out"


def test_each_form_of_the_table_is_taken(app: Flask, make: Factories) -> None:
    world = town.build(make)
    people = crowd(app, world, new_client)
    faults = []
    for method, rule in routes(app):
        if rule.endpoint not in POSTS or method == "GET":
            continue
        post = POSTS[rule.endpoint]
        with Undone():
            answer = people[post.by].ask(method, world.address(app, rule), filled(post, world))
        if outcome(answer) != "yes" and rule.endpoint not in NEEDS_MORE:
            faults.append(f"{rule.endpoint}: {answer.status_code}")
    assert not faults, faults


def test_every_privileged_act_is_written_down(app: Flask, make: Factories, db: Any) -> None:
    world = town.build(make)
    people = crowd(app, world, new_client)
    size = select(func.count()).select_from(AuditEntry)
    silent = []
    for method, rule in routes(app):
        door = getattr(app.view_functions[rule.endpoint], DOOR, "")
        post = POSTS.get(rule.endpoint)
        if method == "GET" or door in OPEN_DOORS or post is None or post.is_audited is False:
            continue
        with Undone():
            before = db.scalar(size)
            people[post.by].ask(method, world.address(app, rule), filled(post, world))
            db.remove()
            if db.scalar(size) <= before:
                silent.append(rule.endpoint)
    assert not set(silent) - WRITES_ITS_OWN_RECORD - PREPARES_ONLY.keys(), silent


def test_every_act_that_is_recorded_has_its_sentence() -> None:
    recorded = {
        node.args[1].value
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "record"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }
    recorded |= {f"moderation.{word.value}" for kind in (Outcome, Measure) for word in kind}
    assert len(recorded) > 20
    assert not recorded - SENTENCES.keys(), "add them to civic/auditing/sentences.py"


@pytest.mark.parametrize("endpoint", sorted(WRITES_ITS_OWN_RECORD))
def test_changes_of_a_synthesis_are_kept_with_who_made_them(
    app: Flask, make: Factories, db: Any, endpoint: str
) -> None:
    if "postgresql" in str(db.get_bind().dialect.name):
        pytest.skip("the record does not depend on the database")
    from synthesis.models import Change  # noqa: PLC0415

    world = town.build(make)
    person = crowd(app, world, new_client)["official"]
    rule = next(rule for method, rule in routes(app) if rule.endpoint == endpoint)
    before = db.scalar(select(func.count()).select_from(Change))
    person.ask("POST", world.address(app, rule), filled(POSTS[endpoint], world))
    assert db.scalar(select(func.count()).select_from(Change)) == before + 1
    last = db.scalars(select(Change).order_by(Change.at.desc(), Change.number.desc())).first()
    assert last.by_id == world.people["official"]
