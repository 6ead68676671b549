"""Accounts as people live them: coming in, losing a password, leaving for good."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from civic.accounts.models import Account, Credential
from civic.outbox.models import Mail
from tests.conftest import new_client
from tests.factories import PASSWORD, Factories

OTHER = "une autre phrase de quatre mots"
NEWCOMER = {"name": "Ondine", "email": "ondine@example.org", "password": PASSWORD}


def letters(db: Any, to: str) -> list[Mail]:
    return list(db.scalars(select(Mail).where(Mail.to == to).order_by(Mail.id)))


def link_in(mail: Mail, path: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/{path}/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def test_a_newcomer_signs_up_confirms_and_takes_part(client: Any, make: Factories, db: Any) -> None:
    proposal = make.proposal()
    assert client.submit("/sign-up", NEWCOMER).status_code in (200, 303)
    support = f"/contributions/{proposal.id}/support"
    client.submit("/sign-in", NEWCOMER)
    url = link_in(letters(db, NEWCOMER["email"])[0], "confirm")
    assert client.get(url).status_code == 200
    db.expire_all()
    assert db.scalars(select(Account).where(Account.name == "Ondine")).one().confirmed_at is None
    assert client.submit(url).status_code == 303
    assert client.submit(support, {"wanted": "1"}).status_code == 303
    assert client.submit(url).status_code in (303, 409, 410, 404, 422), "a link serves once"


def test_an_address_that_must_be_confirmed_is_before_taking_part(
    signed_in: Any, make: Factories
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account(confirmed=False, must_confirm=True))
    support = browser.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"})
    assert support.status_code == 403
    assert proposal.support_count == 0


def test_a_link_that_a_mail_scanner_opens_confirms_nothing(client: Any, db: Any) -> None:
    client.submit("/sign-up", NEWCOMER)
    url = link_in(letters(db, NEWCOMER["email"])[0], "confirm")
    for _visit in range(3):
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200
    db.expire_all()
    assert db.scalars(select(Account).where(Account.name == "Ondine")).one().confirmed_at is None


def test_signing_up_twice_does_not_tell_that_an_account_exists(
    client: Any, make: Factories, db: Any, app: Any, monkeypatch: Any
) -> None:
    mailing = replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", mailing)
    account = make.account(email="lea@example.org")
    free = client.submit("/sign-up", NEWCOMER)
    taken = new_client(client.application).submit("/sign-up", NEWCOMER | {"email": account.email})
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    told = [re.sub(r"[a-z]+@example.org", "", answer.page.text) for answer in (free, taken)]
    assert told[0] == told[1]
    assert len(letters(db, account.email)) == 1
    assert db.scalars(select(Credential).where(Credential.email == account.email)).one()


def test_a_wrong_password_and_an_unknown_address_are_told_the_same_way(
    client: Any, make: Factories
) -> None:
    account = make.account()
    wrong = client.submit("/sign-in", {"email": account.email, "password": OTHER})
    unknown = client.submit("/sign-in", {"email": "personne@example.org", "password": OTHER})
    assert wrong.status_code == unknown.status_code == 422
    told = [r.page.soup.find(id="error-summary").get_text() for r in (wrong, unknown)]
    assert told[0] == told[1]
    assert wrong.page.value_of("email") == account.email
    assert not wrong.page.value_of("password")


def test_signing_in_leads_back_and_never_to_another_site(client: Any, make: Factories) -> None:
    space, account = make.space(), make.account()
    wanted = f"/spaces/{space.slug}/proposals/new"
    for given, led in ((wanted, wanted), ("https://evil.example/", None), ("//evil.example", None),
                       ("/\\evil.example", None)):  # fmt: skip
        browser = new_client(client.application)
        form = {"email": account.email, "password": PASSWORD, "next": given}
        answer = browser.submit("/sign-in", form)
        assert answer.status_code == 303
        if led:
            assert answer.location == led
        else:
            assert "evil" not in answer.location


def test_a_cookie_replayed_after_signing_out_opens_nothing(
    client: Any, make: Factories, signed_in: Any
) -> None:
    browser = signed_in(make.account())
    stolen = browser.get_cookie("palabre", domain="127.0.0.1").value
    assert browser.get("/account").status_code == 200
    assert browser.submit("/sign-out").status_code == 303
    thief = new_client(client.application)
    thief.set_cookie("palabre", stolen, domain="127.0.0.1")
    assert thief.get("/account").status_code == 401


def test_signing_out_and_confirming_are_never_done_by_a_get(
    signed_in: Any, make: Factories
) -> None:
    browser = signed_in(make.account())
    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/account").status_code == 200


def test_a_lost_password_is_replaced_and_other_devices_are_signed_out(
    client: Any, make: Factories, signed_in: Any, db: Any
) -> None:
    account = make.account()
    laptop = signed_in(account)
    asked = client.submit("/reset", {"email": account.email})
    unknown = client.submit("/reset", {"email": "personne@example.org"})
    assert (asked.status_code, asked.location) == (unknown.status_code, unknown.location)
    url = link_in(letters(db, account.email)[-1], "reset")
    short = client.submit(url, {"password": "court"})
    assert short.status_code == 422
    assert client.submit(url, {"password": OTHER}).status_code == 303
    assert laptop.get("/account").status_code == 401
    old = client.submit("/sign-in", {"email": account.email, "password": PASSWORD})
    assert old.status_code == 422
    new = client.submit("/sign-in", {"email": account.email, "password": OTHER})
    assert new.status_code == 303
    again = client.submit(url, {"password": PASSWORD})
    assert again.status_code != 303 or "reset" in again.location


def test_a_changed_password_needs_the_present_one(signed_in: Any, make: Factories) -> None:
    account = make.account()
    browser, other = signed_in(account), signed_in(account)
    refused = browser.submit("/account/password", {"current_password": "non", "password": OTHER})
    assert refused.status_code == 422
    form = {"current_password": PASSWORD, "password": OTHER}
    assert browser.submit("/account/password", form).status_code == 303
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 401


def test_a_name_that_turns_the_line_around_is_refused_and_kept(
    signed_in: Any, make: Factories
) -> None:
    account = make.account()
    browser = signed_in(account)
    for name in ("Ali\u202ettiam", "", "x" * 61):
        answer = browser.submit("/account", {"name": name, "language": "fr"})
        assert answer.status_code == 422
    renamed = browser.submit("/account", {"name": "Zoé d’Été", "language": "en"})
    assert renamed.status_code == 303
    assert browser.get("/account").page.value_of("name") == "Zoé d’Été"


def test_every_act_needs_the_token_of_the_page(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/comments"
    answer = browser.post(url, data={"body": "Un long texte à garder."})
    assert answer.status_code in (400, 403, 422)
    kept = next(link for link in answer.page.links() if link.startswith("/kept/"))
    assert "Un long texte à garder." in browser.get(kept).text, "what was typed is not lost"
    assert proposal.comment_count == 0
