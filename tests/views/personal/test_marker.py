"""A marker in every personal field; the account is deleted; the marker is looked for everywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Enum, String, Text, select

from civic import clock, jobs
from civic.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from civic.accounts.models import Account, Ceremony, MailToken, Purpose
from civic.accounts.providers.models import Identity
from civic.assisted.models import AssistedAct, Consent, Entered
from civic.contributions.models import Contribution, State
from civic.db import begin_write, commit, db as database
from civic.errors import NotAllowed
from civic.outbox.actions import post
from civic.personal.actions import forget_old
from civic.personal.queries import person_of
from civic.personal.registry import HOLDINGS, Fate, Holding
from civic.pictures.models import Picture
from civic.spaces.actions import give_role, invite
from civic.spaces.models import Role
from civic.verification.models import LetterCode, Means, ResidentLine, Verification
from imports.models import ImportedRow
from moderation.models import Measure, Reason, Sanction
from tests.conftest import CheckedClient, new_client
from tests.factories import Factories
from votes.ballots.models import Electorate

MARK = "zxmarqueurzx"
NAME = f"Zéphyrine {MARK}nom"
EMAIL = f"{MARK}mail@example.org"
ADDRESS = f"{MARK}mail@"
# What the person wrote in public, and what was said of acts: kept, and said so before confirming.
PUBLIC = f"{MARK}public"
CODES = 20  # characters of a column that holds a code, not words


def everything(db: Any) -> dict[str, str]:
    """Every table of the database, as text, the search index included."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        wanted = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    found = [row[0] for row in connection.exec_driver_sql(wanted)]
    return {
        name: "\n".join(
            " ".join(
                cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
                for cell in row
            )
            for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')
        )
        for name in found
    }


def texts_of(holding: Holding) -> list[str]:
    """The columns of a holding in which somebody's words or names can stand; codes are short."""
    return [
        name
        for name in holding.columns
        if isinstance(holding.table.c[name].type, (String, Text, JSON))
        and not isinstance(holding.table.c[name].type, Enum)
        and not holding.table.c[name].foreign_keys
        and (getattr(holding.table.c[name].type, "length", None) or 1_000) > CODES
    ]


def live(make: Factories, signed_in: Any, app: Flask) -> tuple[Account, CheckedClient, Any]:
    """Somebody who has done everything that leaves data about them."""
    space = make.space()
    account = make.account(name=NAME, email=EMAIL)
    browser = new_client(app)
    browser.environ_base["HTTP_USER_AGENT"] = f"{MARK}appareil"
    browser.sign_in(account)
    forms = f"/spaces/{space.slug}/proposals"
    # public texts, one changed; a draft; one taken back
    text = {"title": f"Un banc {PUBLIC}", "body": f"Des bancs {PUBLIC}"}
    made = browser.submit(f"{forms}/new", text)
    browser.submit(made.location.replace("/check", "/publication"))
    browser.submit(f"{forms}/new", {"title": f"{MARK}brouillon", "body": f"{MARK}brouillon"})
    taken = browser.submit(f"{forms}/new", {"title": f"{MARK}repris", "body": f"{MARK}repris"})
    browser.submit(taken.location.replace("/check", "/discarding"))
    other = make.proposal(space)
    browser.submit(f"/contributions/{other.id}/support", {"wanted": "1"})
    browser.submit(f"/contributions/{other.id}/comments", {"body": f"Oui {PUBLIC}"})
    statement = make.statement(space)
    stance = f"/spaces/{space.slug}/statements/{statement.id}/stance"
    browser.submit(stance, {"stance": "agree"})
    # a report with words, and one sent without signing in
    report = f"/contributions/{other.id}/report"
    browser.submit(report, {"reason": "insult", "words": f"{MARK}signale"})
    fields = {"reason": "privacy", "words": f"{MARK}avis", "name": NAME, "email": EMAIL}
    new_client(app).submit(report, fields | {"good_faith": "y"})
    # a form that could not be sent: the session's token is missing
    browser.post(f"/contributions/{other.id}/comments", data={"body": f"Écrivez à {EMAIL}"})
    # links by mail, an invitation, roles
    browser.submit("/reset", {"email": EMAIL})
    begin_write()
    administrator = make._administrator()
    invite(administrator, space, EMAIL, Role.MODERATOR)
    give_role(space, account, Role.OFFICIAL, by=administrator)
    commit()
    return account, browser, space


def more(make: Factories, account: Account, space: Any, browser: CheckedClient) -> None:
    """What other people and jobs wrote about them."""
    own = database.session.scalars(
        select(Contribution).where(
            Contribution.author_id == account.id, Contribution.kind == "comment"
        )
    ).one()
    make.hidden(own)
    browser.submit(f"/contributions/{own.id}/decision", {"plea": f"{MARK}plaidoyer"})
    draft = database.session.scalars(
        select(Contribution).where(
            Contribution.author_id == account.id, Contribution.state == State.DRAFT
        )
    ).one()
    ballot = make.ballot(electorate=Electorate.LISTED, emails=[EMAIL, "autre@example.org"])
    make.vote(ballot, ["o1"], account)
    begin_write()
    now = clock.now()
    database.session.add_all([
        Sanction(space_id=space.id, account_id=account.id, measure=Measure.WARNING,
                 reason=Reason.INSULT, words=f"{MARK}mesure", by_id=account.id, at=now),
        Picture(contribution_id=draft.id, key="p" * 32, alternative=f"{MARK}image",
                media="image/png", ending="png", size=1, width=1, height=1, at=now),
        Identity(account_id=account.id, issuer="https://ailleurs", subject=f"{MARK}sujet",
                 provider="ailleurs", created_at=now),
        Passkey(account_id=account.id, key_id="k", handle="h", public_key=b"k",
                name=f"{MARK}cle", created_at=now),
        Authenticator(account_id=account.id, sealed_secret="s", created_at=now),
        RecoveryCode(code_hash="r" * 64, account_id=account.id),
        Ceremony(token_hash="c" * 64, kind="passkey", account_id=account.id, expires_at=now),
        MailToken(token_hash="m" * 64, account_id=account.id, purpose=Purpose.MOVE,
                  expires_at=now, address=f"{MARK}mail2@example.org"),
        Verification(space_id=space.id, account_id=account.id, means=Means.AGENT, at=now,
                     district=f"{MARK}quartier"),
        ResidentLine(space_id=space.id, digest="d" * 64, added_at=now, used_by_id=account.id),
        LetterCode(space_id=space.id, batch="lot 1", digest="e" * 64, made_at=now,
                   expires_at=now, used_by_id=account.id, used_at=now),
        Consent(space_id=space.id, reference="P-1", account_id=account.id, by_id=account.id,
                signed_on=now.date(), at=now),
        AssistedAct(contribution_id=own.id, what=Entered.TEXT, account_id=account.id,
                    reference="P-1", by_id=account.id, at=now),
        ImportedRow(space_id=space.id, source="s", key="person:1", account_id=account.id,
                    details={"courriel": EMAIL, "nom": NAME}, at=now),
        jobs.Job(name="civic.outbox.jobs:deliver", arguments={}, queued_at=now, state="failed",
                 ended_at=now, error=f"550 <{EMAIL}> is unknown"),
    ])  # fmt: skip
    post(EMAIL, "accounts/mails/changed.txt", "fr", name=NAME)
    commit()


def delete(browser: CheckedClient) -> Any:
    return browser.submit("/account/deletion", {"sure": "y"})


def test_nothing_that_names_a_deleted_person_is_left_anywhere(
    app: Flask, make: Factories, signed_in: Any, db: Any
) -> None:
    account, browser, space = live(make, signed_in, app)
    more(make, account, space, browser)
    files = app.config["SETTINGS"].var_dir / "downloads"
    of_others = set(files.glob("*"))
    assert browser.submit("/account/data").status_code == 303
    assert set(files.glob("*.zip")) - of_others

    person = person_of(account)
    planted = everything(db)
    for holding in HOLDINGS:
        if texts_of(holding) and holding.table.name != "former_address":
            assert db.scalar(holding.count_of(person)), (holding.table.name, str(holding.what))
    for field in ("nom", "mail", "appareil", "brouillon", "repris", "signale", "avis",
                  "plaidoyer", "quartier", "public", "mesure", "sujet", "cle",
                  "mail2"):  # fmt: skip
        assert any(f"{MARK}{field}" in text for text in planted.values()), field

    asked = browser.get("/account/deletion").page
    for holding in HOLDINGS:
        if holding.fate is Fate.KEEP and db.scalar(holding.count_of(person)):
            assert str(holding.because), holding.table.name
    assert "compte supprimé" in asked.text
    left = delete(browser)
    assert left.status_code == 303, left.text
    assert browser.get("/account").status_code == 401
    assert set(files.glob("*")) == of_others

    marked = {
        name: [line for line in text.splitlines() if MARK in line]
        for name, text in everything(db).items()
        if MARK in text
    }
    kept = {"contribution", "revision"} | {name for name in marked if "_search" in name}
    assert set(marked) <= kept, {k: v for k, v in marked.items() if k not in kept}
    for lines in marked.values():
        for line in lines:
            assert PUBLIC in line, line
            assert not any(f"{MARK}{w}" in line for w in ("nom", "mail", "brouillon", "repris"))
    for column in database.metadata.tables["account"].c:
        if column.name == "name":
            assert db.scalar(select(column).where(Account.id == person.id)) == ""


def test_the_pages_show_a_deleted_account_and_never_the_name(
    app: Flask, make: Factories, signed_in: Any, db: Any
) -> None:
    account, browser, space = live(make, signed_in, app)
    more(make, account, space, browser)
    proposal = db.scalars(
        select(Contribution).where(
            Contribution.author_id == account.id,
            Contribution.kind == "proposal", Contribution.state == State.VISIBLE,
        )
    ).one()  # fmt: skip
    address = f"/spaces/{space.slug}/proposals"
    before = browser.get(f"{address}/{proposal.id}")
    assert NAME in before.text
    assert delete(browser).status_code == 303
    administrator = signed_in(make.administrator())
    people = [new_client(app), signed_in(make.account()), signed_in(make.moderator(space)),
              signed_in(make.official(space)), administrator]  # fmt: skip
    paths = [address, f"{address}/{proposal.id}", f"{address}/{proposal.id}/history",
             f"/spaces/{space.slug}", f"/spaces/{space.slug}/statements", "/search?q=banc",
             f"/spaces/{space.slug}/moderation", f"/spaces/{space.slug}/moderation/figures",
             f"/admin/spaces/{space.slug}/team", "/admin/audit", "/admin/mails", "/admin/jobs",
             f"/contributions/{proposal.id}"]  # fmt: skip
    for person in people:
        for path in paths:
            answer = person.get(path, follow_redirects=True)
            assert answer.status_code < 500, path
            for word in (f"{MARK}nom", f"{MARK}mail"):
                assert word not in answer.text, (path, word)
    shown = new_client(app).get(f"{address}/{proposal.id}").page.text
    assert "Compte supprimé" in shown
    assert PUBLIC in shown


def test_whoever_voted_and_comes_back_with_the_same_address_does_not_vote_twice(
    make: Factories, signed_in: Any, app: Flask, db: Any
) -> None:
    ballot = make.ballot(electorate=Electorate.CONFIRMED)
    account = make.account(email="revenante@example.org")
    make.vote(ballot, ["o1"], account)
    assert delete(signed_in(account)).status_code == 303
    again = make.account(email="revenante@example.org")
    with app.test_request_context():
        address = ballot.url
    assert signed_in(again).get(address).status_code == 200
    assert signed_in(again).submit(address, {"choice": "o1", "step": "cast"}).status_code == 403
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], again)
    make.vote(ballot, ["o1"], make.account())
    report = forget_old(ballot.closes_at + timedelta(days=1))
    assert report.counts["former addresses"] == 1
