"""My data in a file for me alone, once; leaving; what everyone reads about it; old things go."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic import clock
from civic.accounts.actions import ask_to_confirm
from civic.accounts.models import Account, Credential, MailToken, SignIn
from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions.models import Contribution
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed
from civic.outbox.models import Mail
from civic.personal import actions
from civic.personal.jobs import retain
from civic.personal.models import Download, RetentionReport
from civic.personal.queries import file_of
from civic.personal.registry import HOLDINGS, RULES
from tests.conftest import new_client
from tests.factories import PASSWORD, Factories

LEAVE = {"sure": "y"}


def ready(browser: Any, db: Any, account: Account) -> str:
    """Have a file made; its address."""
    assert browser.submit("/account/data").status_code == 303
    row = db.scalars(
        select(Download).where(Download.account_id == account.id).order_by(Download.asked_at.desc())
    ).first()
    assert row.ready_at
    return f"/account/data/{row.key}"


def test_my_file_holds_what_i_wrote_and_voted_as_a_page_and_as_data(
    signed_in: Any, make: Factories, db: Any
) -> None:
    account = make.account(name="Ondine « la Loire »")
    proposal, other = make.proposal(author=account, title="Un banc <b>ici</b>"), make.proposal()
    browser = signed_in(account)
    browser.submit(f"/contributions/{other.id}/support", {"wanted": "1"})
    address = ready(browser, db, account)
    answer = browser.submit(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    page = archive.read("index.html").decode()
    assert "Un banc &lt;b&gt;ici&lt;/b&gt;" in page
    assert "<b>ici" not in page
    assert not re.search(r'(src|href)="', page), "the page loads nothing"
    texts = json.loads(archive.read("data/contribution.json"))
    assert [row["id"] for row in texts] == [proposal.id]
    supports = json.loads(archive.read("data/support.json"))
    assert [row["contribution_id"] for row in supports] == [other.id]
    whole = "".join(archive.read(name).decode() for name in archive.namelist())
    credential = db.get(Credential, account.id)
    assert credential.password_hash not in whole
    for sign_in in db.scalars(select(SignIn).where(SignIn.account_id == account.id)):
        assert sign_in.token_hash not in whole


def test_a_file_is_taken_once_by_its_owner_signed_in_and_in_time(
    client: Any, signed_in: Any, make: Factories, db: Any
) -> None:
    account = make.account()
    browser = signed_in(account)
    address = ready(browser, db, account)
    letter = db.scalars(select(Mail).where(Mail.to == account.email)).all()[-1]
    assert address in letter.body
    assert client.get(address).status_code == 401
    assert client.submit(address).status_code == 401
    for stranger in (make.account(), make.administrator()):
        thief = signed_in(stranger)
        missing = thief.get("/account/data/" + "x" * 43)
        assert thief.get(address).status_code == missing.status_code == 404
        assert thief.get(address).page.heading == missing.page.heading
        assert thief.submit(address).status_code == 404
    assert browser.get(address).status_code == 200, "opening the page uses nothing up"
    assert browser.get(address).status_code == 200
    assert browser.submit(address).status_code == 200
    assert browser.submit(address).status_code == 404, "once"
    assert not file_of(address.rpartition("/")[2]).exists()
    late = ready(browser, db, account)
    with clock.at(clock.now() + timedelta(days=3)):
        assert browser.get(late).status_code == 404
        assert browser.submit(late).status_code == 404


def test_two_requests_at_once_take_one_file(signed_in: Any, make: Factories, db: Any) -> None:
    account = make.account()
    address = ready(signed_in(account), db, account)
    row = db.get(Download, address.rpartition("/")[2])
    begin_write()
    actions.take(row)
    with pytest.raises(Conflict):
        actions.take(row)


def test_a_new_file_replaces_the_one_before(signed_in: Any, make: Factories, db: Any) -> None:
    account = make.account()
    browser = signed_in(account)
    first = ready(browser, db, account)
    with clock.at(clock.now() + timedelta(seconds=2)):
        second = ready(browser, db, account)
        assert first != second
        assert browser.submit(first).status_code == 404
        assert browser.submit(second).status_code == 200


def test_leaving_needs_a_fresh_check_and_a_tick_and_says_what_stays(
    signed_in: Any, make: Factories, db: Any
) -> None:
    account = make.account()
    make.proposal(author=account)
    browser = signed_in(account)
    page = browser.get("/account/deletion").page
    assert "Ce que vous avez écrit en public" in page.text
    assert "Pour toujours" in page.text or "pour toujours" in page.text
    assert browser.submit("/account/deletion", {}).status_code == 422
    sign_in = db.scalars(select(SignIn).where(SignIn.account_id == account.id)).one()
    sign_in.fresh_at = clock.now() - timedelta(hours=1)
    db.commit()
    for path in ("/account/deletion", "/account/data"):
        assert "/account-deleted" not in (browser.submit(path, LEAVE).location or "")
    assert not db.scalar(select(func.count()).select_from(Download))
    db.expire_all()
    assert db.get(Account, account.id).deleted_at is None
    sign_in = db.scalars(select(SignIn).where(SignIn.account_id == account.id)).one()
    sign_in.fresh_at = clock.now()
    db.commit()
    assert browser.get("/account/deletion").status_code == 200
    gone = browser.submit("/account/deletion", LEAVE)
    assert gone.location == "/account-deleted"
    assert "storage" in gone.headers["Clear-Site-Data"]
    assert browser.get("/account-deleted").status_code == 200
    assert browser.get("/account/data").status_code == 401
    again = new_client(browser.application).submit(
        "/sign-in", {"email": "x@example.org", "password": PASSWORD}
    )
    assert again.status_code == 422


def test_leaving_ends_every_device_and_frees_the_address(
    signed_in: Any, make: Factories, db: Any
) -> None:
    account = make.account(email="libre@example.org")
    first, second = signed_in(account), signed_in(account)
    assert first.submit("/account/deletion", LEAVE).status_code == 303
    assert second.get("/account").status_code == 401
    assert make.account(email="libre@example.org").id != account.id
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "account.deleted")).one()
    assert entry.actor_id == account.id
    assert list(faults()) == []


def test_what_a_deleted_person_voted_is_still_counted(
    signed_in: Any, make: Factories, db: Any
) -> None:
    account, proposal = make.account(), make.proposal()
    browser = signed_in(account)
    browser.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"})
    browser.submit("/account/deletion", LEAVE)
    db.expire_all()
    assert db.get(Contribution, proposal.id).support_count == 1
    assert list(faults()) == []


def test_the_last_administrator_does_not_leave(signed_in: Any, make: Factories, db: Any) -> None:
    for other in db.scalars(select(Account).where(Account.is_administrator)):
        other.is_administrator = False
    administrator = make.administrator()
    browser = signed_in(administrator)
    assert "sure" not in browser.get("/account/deletion").page.form("/sign-out")
    refused = browser.submit("/account/deletion", LEAVE)
    assert refused.status_code == 403
    with pytest.raises(NotAllowed):
        actions.delete_account(administrator)
    make.administrator()
    assert browser.submit("/account/deletion", LEAVE).status_code == 303


def test_nothing_is_deleted_by_a_get_nor_without_the_token(
    signed_in: Any, make: Factories, db: Any
) -> None:
    account = make.account()
    browser = signed_in(account)
    browser.get("/account/deletion", query_string=LEAVE)
    browser.post("/account/deletion", data=LEAVE)
    db.expire_all()
    assert db.get(Account, account.id).deleted_at is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everyone_reads_what_is_held_in_both_languages(client: Any, language: str) -> None:
    page = client.get(f"/privacy?lang={language}").page
    for holding in HOLDINGS:
        with client.application.test_request_context(f"/?lang={language}"):
            words = str(holding.what)
        assert " ".join(words.split()) in page.text
    assert "CNIL" in page.text


def test_the_cookies_page_names_every_cookie_there_is(
    client: Any, signed_in: Any, make: Factories
) -> None:
    page = client.get("/cookies?lang=fr")
    browser = signed_in(make.account())
    seen = {cookie.key for cookie in (*client._cookies.values(), *browser._cookies.values())}
    seen |= {h.partition("=")[0] for h in page.headers.getlist("Set-Cookie")}
    assert seen
    assert seen <= {code.get_text() for code in page.page.soup.find_all("code")}


def oldest(db: Any, account: Account) -> Mail:
    """The first mail that this person got."""
    found = db.scalars(select(Mail).where(Mail.to == account.email).order_by(Mail.id)).first()
    assert found is not None
    return found


def test_what_is_too_old_goes_and_the_report_says_so(
    signed_in: Any, make: Factories, db: Any, app: Flask
) -> None:
    account = make.account(confirmed=False, must_confirm=True)
    begin_write()
    ask_to_confirm(account)
    commit()
    signed_in(account).submit("/sign-out")
    for mail in db.scalars(select(Mail)):
        mail.state, mail.sent_at = "sent", clock.now()
    db.commit()
    browser = signed_in(account)
    address = ready(browser, db, account)
    with clock.at(clock.now() + timedelta(days=6)):
        retain()
        assert oldest(db, account).body
        assert not file_of(address.rpartition("/")[2]).exists()
    with clock.at(clock.now() + timedelta(days=15)):
        retain()
        assert not db.scalar(select(func.count()).select_from(MailToken))
        assert not oldest(db, account).body
    with clock.at(clock.now() + timedelta(days=100)):
        retain()
        assert not db.scalar(select(func.count()).select_from(Mail))
        assert not db.scalars(select(SignIn).where(SignIn.ended_at.is_not(None))).all()
    report = db.scalars(select(RetentionReport).order_by(RetentionReport.id.desc())).first()
    assert set(report.counts) == {rule.name for rule in RULES} | {"files"}
    assert report.counts["sign-ins"] >= 1


def test_the_administrator_reads_the_report_and_runs_the_rules(
    signed_in: Any, make: Factories, db: Any
) -> None:
    browser = signed_in(make.administrator())
    assert browser.get("/admin/retention").status_code == 200
    assert browser.submit("/admin/retention").status_code == 303
    page = browser.get("/admin/retention").page
    assert len(page.soup.find_all("tr")) == len(RULES) + 2
    assert db.scalar(select(func.count()).select_from(RetentionReport)) == 1
    assert signed_in(make.account()).get("/admin/retention").status_code == 404
