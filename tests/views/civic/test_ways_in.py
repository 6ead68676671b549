"""Links by mail, new addresses and answers that tell nothing about who has an account."""

from __future__ import annotations

import re
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic import clock
from civic.accounts import passwords
from civic.accounts.models import Account, Credential, MailToken
from civic.accounts.queries import hash_of
from civic.outbox.models import Mail
from civic.web import limits
from tests.conftest import new_client
from tests.factories import PASSWORD, Factories

OTHER = "une tout autre phrase longue"


def last_mail(db: Any, to: str) -> Mail:
    return db.scalars(select(Mail).where(Mail.to == to).order_by(Mail.id)).all()[-1]


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://[^/\s]+(/(?:enter|reset|confirm|new-address)/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def enter(browser: Any, account: Any, password: str = PASSWORD) -> Any:
    return browser.submit("/sign-in", {"email": account.email, "password": password})


# --- Links ------------------------------------------------------------------------------------


def test_a_link_signs_in_once_on_another_device_and_back_to_the_page(
    client: Any, make: Factories, db: Any, app: Flask
) -> None:
    account = make.account()
    asked = {"email": account.email.upper(), "next": "/account/notices"}
    assert client.submit("/sign-in/link", asked).status_code == 200
    link = link_in(last_mail(db, account.email))
    assert hash_of(link.rsplit("/", 1)[1]) in db.scalars(select(MailToken.token_hash)).all()
    scanner, telephone = new_client(app), new_client(app)
    for _time in range(3):
        assert scanner.get(link).status_code == scanner.head(link).status_code == 200
    assert scanner.get("/account").status_code == 401
    assert telephone.submit(link).location == "/account/notices"
    assert telephone.get("/account").status_code == 200
    assert new_client(app).submit(link).status_code == 409


def test_a_link_dies_after_fifteen_minutes_by_a_newer_one_and_by_a_new_password(
    client: Any, make: Factories, db: Any, app: Flask
) -> None:
    account = make.account()
    links = []
    for _time in range(2):
        client.submit("/sign-in/link", {"email": account.email})
        links.append(link_in(last_mail(db, account.email)))
    assert client.submit(links[0]).status_code == 409, "a newer one replaced it"
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert client.submit(links[1]).status_code == 409
        assert client.get("/account").status_code == 401
    browser = new_client(app)
    enter(browser, account)
    form = {"current_password": PASSWORD, "password": OTHER}
    assert browser.submit("/account/password", form).status_code == 303
    assert client.submit(links[1]).status_code == 409
    assert client.get("/account").status_code == 401


def test_a_link_to_another_site_is_not_followed(client: Any, make: Factories, db: Any) -> None:
    account = make.account()
    asked = {"email": account.email, "next": "https://evil.example/"}
    client.submit("/sign-in/link", asked)
    assert client.submit(link_in(last_mail(db, account.email))).location == "/"


def test_a_reset_link_is_worth_nothing_twice_late_replaced_or_elsewhere(
    client: Any, make: Factories, db: Any, app: Flask
) -> None:
    """F24."""
    account, other = make.account(), make.account()
    links = []
    for _time in range(2):
        client.submit("/reset", {"email": account.email})
        links.append(link_in(last_mail(db, account.email)))
    assert client.submit(links[0], {"password": OTHER}).status_code == 409
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert client.submit(links[1], {"password": OTHER}).status_code == 409
    wrong_kind = links[1].replace("/reset/", "/enter/")
    assert client.submit(wrong_kind).status_code == 409
    assert client.submit(links[1], {"password": OTHER}).status_code == 303
    assert client.submit(links[1], {"password": PASSWORD}).status_code == 409
    assert "vient d’être changé" in last_mail(db, account.email).body
    assert enter(new_client(app), other).status_code == 303, "nobody else's password moved"


# --- A new address ----------------------------------------------------------------------------


def test_a_new_address_is_told_to_both_and_taken_by_the_button_alone(
    client: Any, make: Factories, db: Any, app: Flask
) -> None:
    account = make.account()
    old = account.email
    enter(client, account)
    assert client.submit("/account/address", {"email": "nouvelle@example.org"}).status_code == 200
    assert "autre adresse" in last_mail(db, old).body
    link = link_in(last_mail(db, "nouvelle@example.org"))
    stranger = new_client(app)
    stranger.get(link)
    stranger.head(link)
    db.expire_all()
    assert account.email == old
    assert stranger.submit(link).status_code == 303, "not in the same browser"
    db.expire_all()
    assert account.email == "nouvelle@example.org"
    assert "utilise désormais une autre adresse" in last_mail(db, old).body
    assert stranger.submit(link).status_code == 409
    gone = {"email": old, "password": PASSWORD}
    assert new_client(app).submit("/sign-in", gone).status_code == 422
    assert enter(new_client(app), account).status_code == 303


def test_an_address_that_is_taken_gets_the_same_answer_and_a_mail(
    client: Any, make: Factories, db: Any
) -> None:
    account, owner = make.account(), make.account()
    enter(client, account)
    free = client.submit("/account/address", {"email": "libre@example.org"})
    taken = client.submit("/account/address", {"email": owner.email})
    assert free.status_code == taken.status_code == 200
    told = [re.sub(r"[a-z0-9]+@example.org", "", answer.page.text) for answer in (free, taken)]
    assert told[0] == told[1]
    assert "a déjà un" in last_mail(db, owner.email).body
    db.expire_all()
    assert owner.email != account.email


def test_an_address_taken_in_the_meantime_stays_its_owners(
    client: Any, make: Factories, db: Any
) -> None:
    account = make.account()
    enter(client, account)
    client.submit("/account/address", {"email": "convoitee@example.org"})
    link = link_in(last_mail(db, "convoitee@example.org"))
    owner = make.account(email="convoitee@example.org")
    assert client.submit(link).status_code == 409
    db.expire_all()
    assert owner.email == "convoitee@example.org"
    assert account.email != owner.email


# --- Answers that tell nothing ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-up", "/reset", "/sign-in/link", "/sign-in"])
def test_known_and_unknown_addresses_get_the_same_answer(
    make: Factories, db: Any, app: Flask, monkeypatch: Any, path: str
) -> None:
    """F22: same status, same words, same length, and one mail each."""
    mailing = replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", mailing)
    known = make.account(email="connue1@example.org").email
    answers, mails = [], []
    for email in (known, "inconnu@example.org"):
        form = {"name": "Ondine", "email": email, "password": OTHER}
        answer = new_client(app).submit(path, form)
        changing = rf"{email}|name=\"csrf_token\" value=\"[^\"]+\"|name=\"_once\" value=\"[^\"]+\""
        answers.append((answer.status_code, answer.location, re.sub(changing, "", answer.text)))
        mails.append(len(db.scalars(select(Mail).where(Mail.to == email)).all()))
    assert answers[0] == answers[1]
    assert mails[0] == mails[1] == (0 if path == "/sign-in" else 1)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/reset"])
def test_known_and_unknown_addresses_take_as_long(
    make: Factories, app: Flask, monkeypatch: Any, path: str
) -> None:
    """F23: with passwords as costly as in production, an unknown address is not answered sooner.

    The first quartile is compared: it is the measure that other work on the machine moves least.
    """
    costly = replace(
        app.config["SETTINGS"], argon2_memory=19_456, argon2_rounds=2,
        smtp_url="smtp://127.0.0.1:9",
    )  # fmt: skip
    monkeypatch.setitem(app.config, "SETTINGS", costly)
    known = make.account(email="connue2@example.org").email
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    browser = new_client(app)
    for turn in range(25):
        for whose, times in spent.items():
            limits.storage().reset()
            email = known if whose == "known" else f"inconnue{turn}@example.org"
            form = {"name": "Ondine", "email": email, "password": OTHER}
            form["csrf_token"] = browser.token()
            start = time.perf_counter()
            assert browser.post(path, data=form).status_code in (200, 422)
            times.append(time.perf_counter() - start)
    one, other = (statistics.quantiles(times, n=4)[0] for times in spent.values())
    assert 0.6 < one / other < 1.7, (path, one, other)


# --- Passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["court", "x" * 129, "motdepasse123", "M0tDeP@sse!!2026", "azertyuiop123", "123456789012",
     "abcdefghijkl", "soleilsoleil", "Essai2026!!essai", "aaaaaaaaaaaa", "qsdfghjklm12",
     "Bonjour-Marseille13", "passwordpassword", "jetaime123456", "été2026été2026!"],
)  # fmt: skip
def test_what_people_try_first_is_refused(app: Flask, password: str) -> None:
    with app.app_context():
        assert passwords.fault_of(password)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, OTHER, "cheval agrafe pile correct", "Tr0ub4dor&3-et-plus", "une 🌳 dans la cour",
     "x7Kq-92mZ-pLw4", "soleil vert des montagnes", " espaces   gardées ici "],
)  # fmt: skip
def test_long_and_uncommon_is_enough(app: Flask, password: str) -> None:
    with app.app_context():
        assert not passwords.fault_of(password), password


def test_a_password_with_ones_own_name_is_refused(client: Any, db: Any) -> None:
    form = {"name": "Ondine", "email": "marguerite@example.org"}
    for password in ("ondine habite ici même", "vive marguerite la belle"):
        answer = client.submit("/sign-up", form | {"password": password})
        assert answer.status_code == 422
        assert password not in answer.text
    assert not db.scalars(select(Account).where(Account.name == "Ondine")).all()


def test_a_password_is_kept_with_argon2id_and_renewed_when_its_costs_change(
    client: Any, make: Factories, db: Any, app: Flask, monkeypatch: Any
) -> None:
    account = make.account()
    stored = select(Credential.password_hash).where(Credential.account_id == account.id)
    before = db.scalars(stored).one()
    assert before.startswith("$argon2id$")
    dearer = replace(app.config["SETTINGS"], argon2_memory=16)
    monkeypatch.setitem(app.config, "SETTINGS", dearer)
    assert enter(client, account).status_code == 303
    after = db.scalars(stored).one()
    assert "m=16" in after
    assert after != before
    assert enter(new_client(app), account).status_code == 303


def test_no_password_opens_an_account_that_has_none(client: Any, make: Factories, db: Any) -> None:
    account = make.account()
    account.credential.password_hash = ""
    db.commit()
    for password in ("no account has this password", " ", "x"):
        assert enter(client, account, password).status_code == 422


# --- A session that ends under a text ---------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_long_text_survives_the_end_of_the_session(
    client: Any, make: Factories, htmx: bool
) -> None:
    """F34, bug log 12: after signing in the text is there, and is sent once."""
    proposal, account = make.proposal(), make.account()
    enter(client, account)
    token = client.token()
    text = "Un texte « long » écrit avec soin.\r\n" * 100
    url = f"/contributions/{proposal.id}/comments"
    headers = {"HX-Request": "true"} if htmx else {}
    with clock.at(clock.now() + timedelta(days=8)):
        answer = client.post(url, data={"csrf_token": token, "body": text}, headers=headers)
        assert answer.status_code == 401
        on = next(at for at in answer.page.links() if at.startswith("/sign-in?next="))
        wanted = client.get(on).page.value_of("next")
        form = {"email": account.email, "password": PASSWORD, "next": wanted}
        kept = client.get(client.submit("/sign-in", form).location)
        returned = kept.page.value_of("body")
        assert returned.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()
        sent = client.submit(url, {"body": returned[:900]})
        assert sent.status_code == 303
    assert proposal.comment_count == 1


def test_the_age_of_a_page_never_eats_a_text(client: Any, make: Factories) -> None:
    """Bug log 12: the token of a form opened six days ago still serves."""
    proposal = make.proposal()
    enter(client, make.account())
    token = client.token()
    with clock.at(clock.now() + timedelta(days=6)):
        url = f"/contributions/{proposal.id}/comments"
        sent = client.post(url, data={"csrf_token": token, "body": "Écrit en six jours."})
        assert sent.status_code == 303


def test_signing_out_empties_what_the_browser_keeps(client: Any, make: Factories) -> None:
    enter(client, make.account())
    answer = client.submit("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
