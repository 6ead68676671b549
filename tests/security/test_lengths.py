"""How long each text may be, from one table: the last character counts, the next is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from wtforms import StringField
from wtforms.fields.core import UnboundField

from civic.text import BODY_MAX, NAME_MAX, TITLE_MAX
from civic.web.forms import Form
from deliberations.rules import COMMENT_MAX, STATEMENT_MAX
from tests.conftest import new_client
from tests.factories import Factories
from tests.security import world as town
from tests.security.permissions import Person, Undone, crowd, routes
from tests.security.posts import POSTS, filled
from tests.security.world import World

WORDS_MAX = 2_000  # what moderators, and people to moderators, write
MOST: dict[str, dict[str, int]] = {
    "accounts.register": {"name": NAME_MAX},
    "accounts.edit": {"name": NAME_MAX},
    "desk.act": {"because": 300},
    "factors.add_passkey": {"name": 60},
    "factors.rename_passkey": {"name": 60},
    "spaces.save": {
        "title": TITLE_MAX, "summary": 300, "description": BODY_MAX, "phases-0-title": 100,
        "phases-0-description": 2_000,
    },
    "verification.verify": {"district": 60},
    "proposals.enter_paper": {
        "reference": 40, "name": NAME_MAX, "title": TITLE_MAX, "text": BODY_MAX
    },
    "proposals.create": {"title": TITLE_MAX, "body": BODY_MAX},
    "proposals.save": {"title": TITLE_MAX, "body": BODY_MAX},
    "proposals.withdraw": {"because": 1_000},
    "proposals.answer": {"body": BODY_MAX},
    "proposals.join_picture": {"alternative": 250},
    "comments.create": {"body": COMMENT_MAX},
    "comments.reply": {"body": COMMENT_MAX},
    "comments.save": {"body": COMMENT_MAX},
    "statements.create": {"text": STATEMENT_MAX},
    "moderation.report": {"words": WORDS_MAX},
    "moderation.decide": {"words": WORDS_MAX, "passages": WORDS_MAX},
    "moderation.contest": {"plea": WORDS_MAX},
    "moderation.contest_report": {"plea": WORDS_MAX},
    "moderation.contest_notice": {"plea": WORDS_MAX},
    "moderation.note_request": {"name": 150, "asked": WORDS_MAX},
    "moderation.sanction": {"words": WORDS_MAX},
    "moderation.answer_measure": {"answer": WORDS_MAX},
    "moderation.contest_measure": {"plea": WORDS_MAX},
    "moderation.note": {"body": WORDS_MAX},
    "moderation.decide_batch": {"words": WORDS_MAX},
    "moderation.publish_charter": {
        "intro": 5_000, "changes": 1_000, "rule_hate": 300, "kept_hate": 2_000,
        "hidden_hate": 2_000, "reply_hate": 2_000, "article_hate": 150,
    },
    "moderation.take_step": {"words": WORDS_MAX},
    "moderation.announce": {"name": 100},
    "votes.ask_removal": {"words": WORDS_MAX},
    "votes.answer_removal": {"answer": WORDS_MAX},
    "ballots.create": {"question": TITLE_MAX, "description": BODY_MAX},
    "ballots.save": {"question": TITLE_MAX, "description": BODY_MAX},
    "ballots.ask": {"because": 300},
    "ballots.declare_batch": {"reference": 60},
    "ballots.withdraw_batch": {"because": 300},
    "ballots.draw": {"draw": 200},
    "budgets.create": {"title": 100, "description": BODY_MAX, "town_name": 60},
    "budgets.save": {"title": 100, "description": BODY_MAX},
    "budgets.ask": {"because": 300},
    "budgets.create_project": {"name": TITLE_MAX, "description": BODY_MAX},
    "budgets.save_project": {"name": TITLE_MAX, "description": BODY_MAX},
    "budgets.study": {"reason": BODY_MAX},
    "budgets.tell_works": {"words": BODY_MAX},
    "synthesis.rename": {"name": 120},
    "synthesis.place": {"new_name": 120},
    "synthesis.set_aside": {"because": 300},
    "synthesis.write_introduction": {"title": TITLE_MAX, "intro": BODY_MAX},
    "synthesis.answer": {"answer": BODY_MAX},
    "synthesis.summary": {"body": BODY_MAX, "dissent": BODY_MAX},
}  # fmt: skip


OF_A_FORM: dict[str, dict[str, int]] = {  # not any text will do: a code, a list, an address
    "verification.by_letter": {"code": 40},
    "verification.by_birth": {"postcode": 12},
    "spaces.create": {"slug": 60},
    "moderation.announce": {"network": 50},
    "moderation.decide": {"other_text": 300},
    "ballots.receipt": {"receipt": 60},
    "ballots.create": {
        "grades": 500, "emails": 200_000, "districts": 2_000, "quorum": 20, "threshold": 20
    },
    "budgets.create": {"districts": 6_000},
    "budgets.save": {"town_name": 60},
    "budgets.create_project": {"proposals": 300},
}  # fmt: skip
FILLED_BY_THE_PAGE = {("batch", 40)}
TOO_LONG = "Trop long de 1 caractère. La limite est de "


def words_of(length: int, ending: str = "é") -> str:
    """So many characters, of which some take two bytes and some four."""
    words = "Été à l’ombre 🌳 du préau, puis " * (length // 30 + 1)
    return words[: length - len(ending)] + ending


def ending_of(endpoint: str, world: World) -> str:
    """What the text must end with: each paragraph of a summary cites a contribution."""
    return filled(POSTS[endpoint], world)["body"] if endpoint == "synthesis.summary" else "é"


@pytest.fixture
def world(make: Factories, request: pytest.FixtureRequest) -> World:
    if "postgresql" in request.node.name:
        pytest.skip("how long a text may be does not depend on the database")
    return town.build(make)


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Person]:
    return crowd(app, world, new_client)  # type: ignore[return-value]


def cases(app: Flask, table: dict[str, dict[str, int]]) -> Iterator[tuple[Any, str, int]]:
    """Each field of a table, with the route to which its form is posted."""
    rules = {rule.endpoint: rule for method, rule in routes(app) if method == "POST"}
    for endpoint, fields in table.items():
        for name, most in fields.items():
            yield rules[endpoint], name, most


def answered(app: Flask, world: World, people: dict[str, Person], rule: Any, **given: str) -> Any:
    """What a form answers when one field holds this text; nothing of it stays."""
    post = POSTS[rule.endpoint]
    with Undone():
        return people[post.by].ask("POST", world.address(app, rule), filled(post, world) | given)


def too_long_and_kept(answer: Any, text: str, most: int) -> bool:
    """Whether the page says by how many the text is too long, and holds all of it."""
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    fields = [tag.get("value") or tag.get_text() for tag in page.select("input, textarea")]
    said = page.get_text().replace("\u202f", "").replace("\xa0", "")
    kept = any(field.strip() == text for field in fields)
    return answer.status_code == 422 and f"{TOO_LONG}{most}" in said and kept


def test_the_last_character_counts_and_the_next_is_refused_and_kept(
    app: Flask, world: World, people: dict[str, Person]
) -> None:
    faults = []
    for rule, name, most in cases(app, MOST):
        ending = ending_of(rule.endpoint, world)
        usual = answered(app, world, people, rule)
        taken = answered(app, world, people, rule, **{name: words_of(most, ending)})
        if taken.status_code != usual.status_code or "Trop long" in taken.get_data(as_text=True):
            faults.append(f"{rule.endpoint} {name}: {most} characters: {taken.status_code}")
        longer = words_of(most + 1, ending)
        refused = answered(app, world, people, rule, **{name: longer})
        if not too_long_and_kept(refused, longer, most):
            faults.append(f"{rule.endpoint} {name}: {most + 1} characters: {refused.status_code}")
    assert not faults, "\n".join(faults)


def test_what_has_a_form_of_its_own_is_refused_at_the_same_length(
    app: Flask, world: World, people: dict[str, Person]
) -> None:
    faults = []
    for rule, name, most in cases(app, OF_A_FORM):
        for length in (most, most + 1):
            text = words_of(length)
            answer = answered(app, world, people, rule, **{name: text})
            told = "Trop long" in answer.get_data(as_text=True)
            if told != (length > most) or (told and not too_long_and_kept(answer, text, most)):
                faults.append(f"{rule.endpoint} {name}: {length}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_the_table_holds_every_limit_of_every_form(app: Flask) -> None:
    """A limit that a form sets and the table does not know would go untried."""
    known = {
        (name.rpartition("-")[2], most)
        for table in (MOST, OF_A_FORM) for fields in table.values() for name, most in fields.items()
    }  # fmt: skip
    untold = {
        (name, limit)
        for form in forms_of(Form)
        for name, field in vars(form).items()
        for limit in limits_of(field)
        if (name_in_table(name), limit) not in known | FILLED_BY_THE_PAGE
    }
    assert not untold
    assert len(known) > 40


def forms_of(kind: type) -> Iterator[type]:
    """Every form of the product."""
    for form in kind.__subclasses__():
        yield form
        yield from forms_of(form)


def limits_of(field: Any) -> list[int]:
    """The longest that an unbound field takes, where it says so."""
    if not (isinstance(field, UnboundField) and issubclass(field.field_class, StringField)):
        return []
    given = field.kwargs.get("validators", field.args[1] if len(field.args) > 1 else [])
    flags = [getattr(check, "field_flags", {}) for check in given]
    return [flag["maxlength_hint"] for flag in flags if "maxlength_hint" in flag]


def name_in_table(name: str) -> str:
    """The charter has the same five fields for each rule: one rule stands for all."""
    return re.sub(r"^(rule|kept|hidden|reply|article)_.+$", r"\1_hate", name)
