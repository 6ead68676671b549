"""Mails about notices: gathered, as often as one wants, stopped by a link that needs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic import clock
from civic.notifications.jobs import mail_notices
from civic.notifications.mailing import frequencies_of, token_of
from civic.notifications.models import Frequency
from civic.notifications.rules import due_until
from civic.outbox.jobs import as_message
from civic.outbox.models import Mail
from tests.factories import Factories

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def sending(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that sends mails; nobody carries them here."""
    monkeypatch.setattr("civic.outbox.actions.jobs.enqueue", lambda *_a, **_k: None)
    mailing = replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", mailing)


def news_of(db: Any, email: str) -> list[Mail]:
    found = select(Mail).where(Mail.to == email, Mail.unsubscribe != "").order_by(Mail.id)
    return list(db.scalars(found))


@pytest.mark.parametrize(
    ("frequency", "until"),
    [(Frequency.AT_ONCE, MONDAY), (Frequency.NEVER, None),
     (Frequency.DAILY, MONDAY.replace(hour=7)), (Frequency.WEEKLY, MONDAY.replace(hour=7))],
)  # fmt: skip
def test_each_frequency_has_its_hour(frequency: Frequency, until: datetime | None) -> None:
    assert due_until(frequency, MONDAY) == until
    early = MONDAY.replace(hour=6)
    if frequency is Frequency.DAILY:
        assert due_until(frequency, early) == MONDAY.replace(hour=7) - timedelta(days=1)
    if frequency is Frequency.WEEKLY:
        assert due_until(frequency, early) == MONDAY.replace(hour=7) - timedelta(days=7)


def test_one_mail_gathers_the_news_of_a_day_once(make: Factories, db: Any, sending: None) -> None:
    author = make.account()
    proposal = make.proposal(author=author, title="Un banc")
    for _n in range(3):
        make.comment(proposal)
    with clock.at(clock.now() + timedelta(days=1)):
        assert mail_notices() >= 1
        assert mail_notices() == 0, "once"
    (mail,) = news_of(db, author.email)
    assert "3 avis sur" in mail.body
    assert "Un banc" in mail.body
    assert f"/unsubscribe/{token_of(author)}" in mail.body


def test_a_hidden_text_is_in_no_mail_and_what_was_read_is_not_told_again(
    make: Factories, db: Any, sending: None, signed_in: Any
) -> None:
    author, reader = make.account(), make.account()
    secret = make.proposal(author=author, title="Titre zinzolin")
    make.comment(secret)
    make.hidden(secret)
    make.comment(make.proposal(author=reader))
    signed_in(reader).submit("/account/notices")
    with clock.at(clock.now() + timedelta(days=1)):
        mail_notices()
    assert not news_of(db, reader.email)
    assert all("zinzolin" not in mail.body for mail in news_of(db, author.email))


def test_whoever_wants_none_gets_none(
    make: Factories, db: Any, sending: None, signed_in: Any
) -> None:
    author = make.account()
    browser = signed_in(author)
    page = "/account/notices/mails"
    assert browser.get(page).status_code == 200
    form = {"texts": "never", "synthesis": "weekly", "moderation": "at_once"}
    assert browser.submit(page, form).status_code == 303
    assert browser.submit(page, form | {"texts": "hourly"}).status_code == 422
    chosen = browser.get(page).page.soup.find_all("option", selected=True)
    assert [option["value"] for option in chosen] == ["never", "weekly", "at_once"]
    make.comment(make.proposal(author=author))
    with clock.at(clock.now() + timedelta(days=8)):
        mail_notices()
    assert not news_of(db, author.email)


def test_the_link_of_a_mail_stops_them_without_signing_in_and_only_by_its_button(
    make: Factories, db: Any, sending: None, client: Any, app: Flask
) -> None:
    author = make.account()
    make.comment(make.proposal(author=author))
    with clock.at(clock.now() + timedelta(days=1)):
        mail_notices()
    (mail,) = news_of(db, author.email)
    message = as_message(mail, app.config["SETTINGS"])
    assert message["List-Unsubscribe"].endswith(f"{mail.unsubscribe}>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for _visit in range(2):
        assert client.get(mail.unsubscribe).status_code == 200
        assert client.head(mail.unsubscribe).status_code == 200
    assert Frequency.NEVER not in frequencies_of(author).values(), "a scanner changes nothing"
    for _press in range(2):
        one_click = client.post(mail.unsubscribe, data={"List-Unsubscribe": "One-Click"})
        assert one_click.status_code == 200
    db.expire_all()
    assert set(frequencies_of(author).values()) == {Frequency.NEVER}
    forged = mail.unsubscribe[:-4] + "0000"
    assert client.post(forged).status_code == 404
    assert client.get("/unsubscribe/" + "x" * 40).status_code == 404


def test_the_account_page_tells_what_i_voted(signed_in: Any, make: Factories) -> None:
    account, proposal = make.account(), make.proposal(title="Une fontaine")
    statement, ballot = make.statement(proposal.space), make.ballot(question="Où planter ?")
    browser = signed_in(account)
    browser.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"})
    stance = f"/spaces/{statement.space.slug}/statements/{statement.id}/stance"
    browser.submit(stance, {"stance": "agree"})
    make.vote(ballot, ["o1"], account)
    page = browser.get("/account").page.text
    assert "Une fontaine" in page
    assert "1 réponse sur les affirmations" in page
    assert "Où planter ?" in page
