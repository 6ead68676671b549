"""Roles: given by somebody else, in time; seen with their last use; taken back; never the last."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic import clock
from civic.accounts.models import Account
from civic.audit import AuditEntry
from civic.db import begin_write, commit
from civic.errors import NotAllowed
from civic.organisation import actions
from civic.outbox.models import Mail
from civic.spaces.models import Membership, Role
from civic.web.doors import DOOR
from tests.factories import Factories
from town.rights import PEOPLE, RIGHTS, rights, untold

ADMINISTRATORS = "/admin/administrators"


def alone(db: Any, make: Factories) -> Account:
    """The only administrator there is."""
    for other in db.scalars(select(Account).where(Account.is_administrator)):
        other.is_administrator = False
    db.commit()
    return make.administrator()


def test_an_administrator_names_another_who_loses_the_right_at_once(
    signed_in: Any, make: Factories, db: Any
) -> None:
    first, other = make.administrator(), make.account()
    browser = signed_in(first)
    assert browser.submit(ADMINISTRATORS, {"email": other.email}).status_code == 303
    page = browser.get(ADMINISTRATORS).page
    assert other.name in page.text
    second = signed_in(other)
    assert second.get(ADMINISTRATORS).status_code == 200
    assert browser.submit(f"{ADMINISTRATORS}/{other.id}/removal").status_code == 303
    assert second.get(ADMINISTRATORS).status_code == 401, "signed out"
    db.expire_all()
    assert not db.get(Account, other.id).is_administrator
    acts = db.scalars(select(AuditEntry.act).where(AuditEntry.about == f"account:{other.id}")).all()
    assert "administrator.named" in acts
    assert "administrator.removed" in acts


def test_nobody_promotes_themselves(signed_in: Any, make: Factories, db: Any) -> None:
    administrator, space = make.administrator(), make.space()
    citizen, moderator = make.account(), make.moderator(space)
    for person in (citizen, moderator):
        browser = signed_in(person)
        assert browser.submit(ADMINISTRATORS, {"email": person.email}).status_code == 404
        browser.submit("/account", {"name": "Moi", "language": "fr", "is_administrator": "1"})
        db.expire_all()
        assert not db.get(Account, person.id).is_administrator
    browser = signed_in(administrator)
    own = browser.submit(ADMINISTRATORS, {"email": administrator.email})
    assert own.status_code == 422
    team = f"/admin/spaces/{space.slug}/team"
    form = {"email": administrator.email, "role": "official", "days": "7"}
    assert browser.submit(team, form).status_code == 422
    rows = select(Membership).where(Membership.account_id == administrator.id)
    assert not db.scalars(rows).all()


def test_an_invitation_that_came_back_to_its_sender_is_refused(
    signed_in: Any, make: Factories, db: Any
) -> None:
    administrator, space = make.administrator(), make.space()
    form = {"email": "ailleurs@example.org", "role": "moderator", "days": "7"}
    browser = signed_in(administrator)
    browser.submit(f"/admin/spaces/{space.slug}/team", form)
    letter = db.scalars(select(Mail).where(Mail.to == "ailleurs@example.org")).one()
    administrator.credential.email = "ailleurs@example.org"
    db.commit()
    link = re.search(r"/invitations/[\w-]+", letter.body)
    assert link
    assert browser.submit(link[0]).status_code == 403


@pytest.mark.parametrize(("days", "late"), [("1", 2), ("30", 31)])
def test_an_invitation_holds_as_long_as_was_said(
    signed_in: Any, make: Factories, db: Any, days: str, late: int
) -> None:
    guest, space = make.account(), make.space()
    team = f"/admin/spaces/{space.slug}/team"
    browser = signed_in(make.administrator())
    form = {"email": guest.email, "role": "agent", "days": days}
    assert browser.submit(team, form).status_code == 303
    assert browser.submit(team, form | {"days": "3000"}).status_code == 422
    letter = db.scalars(select(Mail).where(Mail.to == guest.email)).one()
    link = re.search(r"/invitations/[\w-]+", letter.body)
    assert link
    with clock.at(clock.now() + timedelta(days=late)):
        assert signed_in(guest).submit(link[0]).status_code == 404
    assert signed_in(guest).submit(link[0]).status_code == 303
    roles = db.scalars(select(Membership.role).where(Membership.account_id == guest.id)).all()
    assert roles == [Role.AGENT]
    assert guest.name in browser.get(team).page.text
    assert "dernière visite" in browser.get(team).page.text


def test_the_last_administrator_keeps_the_right(signed_in: Any, make: Factories, db: Any) -> None:
    last = alone(db, make)
    browser = signed_in(last)
    assert f"{last.id}/removal" not in browser.get(ADMINISTRATORS).text
    assert browser.submit(f"{ADMINISTRATORS}/{last.id}/removal").status_code == 403
    begin_write()
    with pytest.raises(NotAllowed):
        actions.take_administration(last, last)
    db.rollback()
    other = make.administrator()
    begin_write()
    actions.take_administration(other, last)
    commit()
    begin_write()
    with pytest.raises(NotAllowed):
        actions.take_administration(last, other)
    db.rollback()
    db.expire_all()
    assert db.get(Account, other.id).is_administrator


def test_somebody_unknown_or_unconfirmed_is_not_named(signed_in: Any, make: Factories) -> None:
    browser = signed_in(make.administrator())
    waiting = make.account(confirmed=False, must_confirm=True)
    for email in ("personne@example.org", waiting.email, "pas une adresse"):
        answer = browser.submit(ADMINISTRATORS, {"email": email})
        assert answer.status_code == 422
        assert answer.page.value_of("email") == email


def test_the_table_of_rights_is_what_the_doors_say(client: Any, app: Flask) -> None:
    posting = {
        rule.endpoint: rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and hasattr(app.view_functions[rule.endpoint], DOOR)
    }
    assert not untold(app, posting), "give these words in town/rights.py"
    for endpoints in RIGHTS.values():
        doors = {getattr(app.view_functions[endpoint], DOOR) for endpoint in endpoints}
        assert len(doors) == 1, endpoints
    with app.test_request_context():
        table = {right.words: right.who for right in rights(app)}
    assert frozenset(PEOPLE) in table.values()
    assert frozenset({"administrator"}) in table.values()
    assert frozenset({"official"}) in table.values()
    page = client.get("/who-can-do-what").page
    assert len(page.soup.find_all("tr")) == len(table) + 1
