"""The second factor: set up, given, lost, and what stays closed without it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select, update

from civic import clock
from civic.accounts.factors.models import Authenticator, RecoveryCode
from civic.accounts.models import SignIn
from civic.audit import AuditEntry
from civic.db import begin_write, commit
from civic.outbox.models import Mail
from civic.web.doors import FRESH
from tests.conftest import new_client
from tests.factories import PASSWORD, Factories
from votes.ballots.queries import waiting_requests

SETTING_UP = "/account/second-factor/codes"


def enter(browser: Any, account: Any, **more: Any) -> Any:
    """Sign in by password as a person does, with nothing arranged by the tests."""
    return browser.submit("/sign-in", {"email": account.email, "password": PASSWORD, **more})


def set_up(browser: Any) -> tuple[str, list[str]]:
    """Set the telephone up; its secret and the recovery codes."""
    browser.submit(SETTING_UP)
    secret = browser.get(SETTING_UP).page.soup.find("code", class_="secret").text
    done = browser.submit(f"{SETTING_UP}/confirmation", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200, done.text
    codes = [code.text for code in done.page.soup.select(".recovery code")]
    return secret, codes


def next_code(secret: str, steps: int = 1) -> str:
    """The code of a later half minute: each serves once."""
    later = clock.now() + timedelta(seconds=30 * steps)
    return pyotp.TOTP(secret).at(later)


def test_a_role_is_closed_until_a_second_factor_is_set_up(client: Any, make: Factories) -> None:
    space = make.space()
    moderator = make.moderator(space)
    queue = f"/spaces/{space.slug}/moderation"
    led = enter(client, moderator)
    assert led.location == "/account/second-factor"
    closed = client.get(queue)
    assert closed.status_code == 404
    assert "/account/second-factor" in closed.page.links()
    before = client.get_cookie("palabre", domain="127.0.0.1").value
    _secret, codes = set_up(client)
    assert len(set(codes)) == 10
    assert client.get(queue).status_code == 200
    thief = new_client(client.application)
    thief.set_cookie("palabre", before, domain="127.0.0.1")
    assert thief.get("/account").status_code == 401, "the cookie changed with what it opens"


@pytest.mark.parametrize("path", ["/admin/spaces", "/admin/jobs", "/admin/mails", "/admin/audit"])
def test_administration_is_closed_without_a_second_factor(
    client: Any, make: Factories, path: str
) -> None:
    administrator = make.administrator()
    enter(client, administrator)
    assert client.get(path).status_code == 404
    made = client.submit("/admin/spaces/new", {"title": "Prise", "slug": "prise"})
    assert made.status_code == 404


def test_an_official_without_a_second_factor_answers_nothing(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    enter(client, make.official(proposal.space))
    answer = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}/answer"
    assert client.get(answer).status_code == 404
    assert client.submit(answer, {"body": "Oui.", "stage": "accepted"}).status_code == 404


def test_citizens_are_asked_for_nothing_more(client: Any, make: Factories) -> None:
    assert enter(client, make.account()).location == "/"
    assert "second facteur" not in client.get("/").page.text


def test_signing_in_then_asks_for_a_code_that_serves_once(
    client: Any, make: Factories, app: Any
) -> None:
    account = make.account()
    enter(client, account)
    secret, _codes = set_up(client)
    phone, other = new_client(app), new_client(app)
    assert enter(phone, account, next="/account/notices").location == "/sign-in/second"
    assert phone.get("/account").status_code == 401, "half a sign-in opens nothing"
    assert phone.submit("/sign-in/second", {"code": "000000"}).status_code == 422
    code = next_code(secret)
    assert phone.submit("/sign-in/second", {"code": code}).location == "/account/notices"
    assert phone.get("/account").status_code == 200
    enter(other, account)
    assert other.submit("/sign-in/second", {"code": code}).status_code == 422, "used already"
    assert other.get("/account").status_code == 401


def test_a_recovery_code_serves_once_and_its_owner_is_told(
    client: Any, make: Factories, app: Any, db: Any
) -> None:
    account = make.account()
    enter(client, account)
    _secret, codes = set_up(client)
    stored = db.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(codes) & set(stored), "only hashes are stored"
    for times, status in ((1, 303), (2, 422)):
        browser = new_client(app)
        enter(browser, account)
        typed = codes[0].upper().replace("-", " ")
        assert browser.submit("/sign-in/second", {"code": typed}).status_code == status, times
    letters = db.scalars(select(Mail.body).where(Mail.to == account.email)).all()
    assert any("code de secours" in body for body in letters)


def test_recovery_codes_are_shown_once_and_new_ones_replace_them(
    client: Any, make: Factories, app: Any
) -> None:
    account = make.account()
    enter(client, account)
    _secret, codes = set_up(client)
    assert codes[0] not in client.get("/account/second-factor").text
    answer = client.submit("/account/second-factor/recovery")
    assert answer.headers["Cache-Control"] == "private, no-store"
    fresh = [code.text for code in answer.page.soup.select(".recovery code")]
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    browser = new_client(app)
    enter(browser, account)
    assert browser.submit("/sign-in/second", {"code": codes[1]}).status_code == 422
    assert browser.submit("/sign-in/second", {"code": fresh[1]}).status_code == 303


def test_the_shared_secret_is_encrypted_and_its_picture_is_not_stored(
    client: Any, make: Factories, db: Any
) -> None:
    enter(client, make.account())
    client.submit(SETTING_UP)
    secret = client.get(SETTING_UP).page.soup.find("code", class_="secret").text
    picture = client.get("/account/second-factor/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert secret not in db.scalars(select(Authenticator.sealed_secret)).one()
    client.submit(f"{SETTING_UP}/confirmation", {"code": pyotp.TOTP(secret).now()})
    assert client.get("/account/second-factor/qr.svg").status_code == 404
    assert secret not in client.get("/account/second-factor").text


def test_a_sign_in_that_waits_dies_with_time_and_with_the_password(
    client: Any, make: Factories, app: Any
) -> None:
    account = make.account()
    enter(client, account)
    secret, _codes = set_up(client)
    late, stale = new_client(app), new_client(app)
    enter(late, account)
    enter(stale, account)
    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = late.submit("/sign-in/second", {"code": next_code(secret, 0)})
        assert answer.location == "/sign-in"
    form = {"current_password": PASSWORD, "password": "une tout autre phrase longue"}
    assert client.submit("/account/password", form).status_code == 303
    assert stale.submit("/sign-in/second", {"code": next_code(secret)}).location == "/sign-in"
    assert stale.get("/account").status_code == 401


def test_a_new_password_does_not_take_the_second_factor_away(
    client: Any, make: Factories, app: Any, db: Any
) -> None:
    account = make.account()
    enter(client, account)
    set_up(client)
    visitor = new_client(app)
    visitor.submit("/reset", {"email": account.email})
    body = db.scalars(select(Mail.body).where(Mail.to == account.email).order_by(Mail.id)).all()[-1]
    link = re.search(r"(/reset/\S+)", body)
    assert link
    other = "une tout autre phrase longue"
    assert visitor.submit(link[1], {"password": other}).status_code == 303
    led = visitor.submit("/sign-in", {"email": account.email, "password": other})
    assert led.location == "/sign-in/second"


def test_factors_are_changed_only_by_somebody_who_has_just_proved_to_be_there(
    client: Any, make: Factories
) -> None:
    account = make.account()
    enter(client, account)
    secret, _codes = set_up(client)
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused = client.submit(f"{SETTING_UP}/removal")
        assert refused.status_code == 403
        check = next(link for link in refused.page.links() if link.startswith("/account/check"))
        assert client.get(check).status_code == 200
        assert client.submit("/account/check", {"code": "111111"}).status_code == 422
        given = client.submit("/account/check", {"code": next_code(secret, 0)})
        assert given.status_code == 303
        assert client.submit(f"{SETTING_UP}/removal").status_code == 303
    assert enter(client, account).location == "/"


def test_without_a_second_factor_the_check_asks_for_the_password(
    client: Any, make: Factories
) -> None:
    enter(client, make.account())
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert client.get("/account/address").status_code == 403
        wrong = {"password": "pas du tout cela", "next": "/account/address"}
        assert client.submit("/account/check", wrong).status_code == 422
        right = {"password": PASSWORD, "next": "/account/address"}
        assert client.submit("/account/check", right).location == "/account/address"
        assert client.get("/account/address").status_code == 200
        outside = right | {"next": "https://evil.example/"}
        assert client.submit("/account/check", outside).location == "/account"


FRESH_ROUTES = {
    "spaces.invite", "spaces.remove", "organisation.name", "organisation.remove", "desk.act",
    "personal.ask", "personal.take", "personal.delete", "verification.bring_list",
    "verification.print_letters", "accounts.send_move", "factors.begin_codes",
    "factors.remove_codes", "factors.new_recovery_codes", "factors.add_passkey",
    "factors.remove_passkey", "providers.ask_join", "providers.part",
}  # fmt: skip


def test_what_matters_asks_for_a_fresh_check(app: Any) -> None:
    """Personal data, roles, factors and addresses; closing a ballot early is tested below."""
    asking = {name for name, view in app.view_functions.items() if hasattr(view, FRESH)}
    assert asking >= FRESH_ROUTES


def test_a_ballot_is_closed_early_only_after_a_fresh_check(client: Any, make: Factories) -> None:
    ballot = make.ballot()
    official = make.official(ballot.space)
    enter(client, official)
    set_up(client)
    url = f"/spaces/{ballot.space.slug}/ballots/{ballot.id}/requests"
    close = {"act": "close", "because": "Tout le monde a voté."}
    longer = {
        "act": "extend", "because": "Une panne hier soir.", "closes_at": "2031-01-01T10:00"
    }  # fmt: skip
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused = client.submit(url, close)
        assert refused.status_code == 403
        assert any(at.startswith("/account/check") for at in refused.page.links())
        assert client.submit(url, longer).status_code == 303, "only closing matters so much"
    assert client.submit(url, close).status_code != 403


def test_every_envelope_is_closed_early_only_after_a_fresh_check(
    client: Any, make: Factories, signed_in: Any
) -> None:
    budget = make.budget()
    enter(client, make.official(budget.space))
    set_up(client)
    desk = f"/spaces/{budget.space.slug}/budgets/{budget.id}"
    close = {"act": "close", "because": "Tout le monde a voté."}
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused = client.submit(f"{desk}/requests", close)
        assert refused.status_code == 403
        assert any(at.startswith("/account/check") for at in refused.page.links())
        assert not any(waiting_requests(ballot) for ballot in budget.ballots)
        other = signed_in(make.official(budget.space))
        assert other.submit(f"{desk}/requests", close).status_code == 303
        assert client.submit(f"{desk}/confirmation", close).status_code == 403
        assert all(waiting_requests(ballot) for ballot in budget.ballots)
    assert client.submit(f"{desk}/confirmation", close).status_code == 303
    assert not any(waiting_requests(ballot) for ballot in budget.ballots)


def test_what_was_typed_before_the_check_is_kept(client: Any, make: Factories) -> None:
    enter(client, make.account())
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused = client.submit("/account/address", {"email": "nouvelle@example.org"})
        assert refused.status_code == 403
        check = next(link for link in refused.page.links() if link.startswith("/account/check"))
        asked = client.get(check).page.value_of("next")
        back = client.submit("/account/check", {"password": PASSWORD, "next": asked})
        kept = client.get(back.location)
        assert kept.page.value_of("email") == "nouvelle@example.org"


def test_everything_lost_an_administrator_can_take_the_factors_away(
    client: Any, make: Factories, app: Any, db: Any, signed_in: Any
) -> None:
    account = make.account()
    enter(client, account)
    set_up(client)
    desk = signed_in(make.administrator())
    unknown = desk.submit("/admin/accounts", {"email": "personne@example.org"})
    assert unknown.status_code == 422
    found = desk.submit("/admin/accounts", {"email": account.email}).location
    assert desk.get(found).status_code == 200
    assert desk.submit(found, {"act": "factors", "because": ""}).status_code == 422
    because = "Venu au guichet avec sa carte d’identité."
    assert desk.submit(found, {"act": "factors", "because": because}).status_code == 303
    assert client.get("/account").status_code == 401
    assert enter(new_client(app), account).location == "/"
    written = {entry.act: entry.reason for entry in db.scalars(select(AuditEntry))}
    assert written["second_factor.reset"] == because
    assert "second_factor.added" in written


def test_a_locked_account_is_signed_out_and_stays_out_until_it_is_unlocked(
    client: Any, make: Factories, app: Any, signed_in: Any
) -> None:
    account = make.account()
    enter(client, account)
    assert client.get("/account").status_code == 200
    desk = signed_in(make.administrator())
    found = f"/admin/accounts/{account.id}"
    because = "Compte volé, plainte du 3 mars."
    assert desk.submit(found, {"act": "lock", "because": because}).status_code == 303
    assert client.get("/account").status_code == 401
    assert enter(new_client(app), account).status_code == 403
    assert desk.submit(found, {"act": "unlock", "because": because}).status_code == 303
    assert enter(new_client(app), account).status_code == 303


def test_an_administrator_needs_a_fresh_check_and_acts_on_others_alone(
    client: Any, make: Factories, signed_in: Any
) -> None:
    me, account = make.administrator(), make.account()
    desk = signed_in(me)
    form = {"act": "lock", "because": "Une raison assez longue."}
    assert desk.submit(f"/admin/accounts/{me.id}", form).status_code == 403
    begin_write()
    client.application.extensions["sqlalchemy"].session.execute(
        update(SignIn).where(SignIn.account_id == me.id).values(fresh_at=clock.now())
    )
    commit()
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused = desk.submit(f"/admin/accounts/{account.id}", form)
        assert refused.status_code == 403
        assert any(at.startswith("/account/check") for at in refused.page.links())
    assert account.locked_at is None


# --- How long a sign-in holds -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [("citizen", timedelta(days=7), timedelta(days=30)),
     ("moderator", timedelta(minutes=30), timedelta(hours=12))],
)  # fmt: skip
def test_a_sign_in_ends_when_idle_and_at_its_term(
    client: Any, make: Factories, app: Any, role: str, idle: timedelta, absolute: timedelta
) -> None:
    account = make.moderator(make.space()) if role == "moderator" else make.account()
    began = clock.now()
    enter(client, account)
    second = timedelta(seconds=30)
    with clock.at(began + idle - second):
        assert client.get("/account").status_code == 200
    with clock.at(began + idle + second):
        assert client.get("/account").status_code == 200, "it was in use a minute ago"
    busy = began + idle + second
    while busy < began + absolute - second:
        busy = min(busy + idle * 0.9, began + absolute - second)
        with clock.at(busy):
            assert client.get("/account").status_code == 200
    with clock.at(began + absolute + second):
        assert client.get("/account").status_code == 401
    silent = new_client(app)
    enter(silent, account)
    with clock.at(clock.now() + idle + second):
        assert silent.get("/account").status_code == 401


def test_a_role_given_meanwhile_shortens_the_sign_in_and_opens_nothing_by_itself(
    client: Any, make: Factories, db: Any
) -> None:
    from civic.spaces.actions import give_role  # noqa: PLC0415
    from civic.spaces.models import Role  # noqa: PLC0415

    space, account = make.space(), make.account()
    enter(client, account)
    begin_write()
    give_role(space, account, Role.MODERATOR, by=None)
    commit()
    assert client.get(f"/spaces/{space.slug}/moderation").status_code == 404
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get("/account").status_code == 401
    latest = db.scalars(select(SignIn.expires_at).where(SignIn.account_id == account.id)).one()
    assert latest <= clock.now() + timedelta(hours=12)


def test_one_device_is_signed_out_from_another(client: Any, make: Factories, app: Any) -> None:
    account, stranger = make.account(), make.account()
    phone, elsewhere = new_client(app), new_client(app)
    for browser in (client, phone):
        enter(browser, account)
    enter(elsewhere, stranger)
    shown = client.get("/account").page.soup.select("form[action^='/account/devices/']")
    assert len(shown) == 1
    assert elsewhere.submit(shown[0]["action"]).status_code == 404, "it is not theirs"
    assert phone.get("/account").status_code == 200
    assert client.submit(shown[0]["action"]).status_code == 303
    assert phone.get("/account").status_code == 401
    assert client.get("/account").status_code == 200


def test_signing_in_gives_another_cookie_than_before(client: Any, make: Factories) -> None:
    client.token()
    planted = client.get_cookie("palabre", domain="127.0.0.1").value
    enter(client, make.account())
    assert client.get_cookie("palabre", domain="127.0.0.1").value != planted
    thief = new_client(client.application)
    thief.set_cookie("palabre", planted, domain="127.0.0.1")
    assert thief.get("/account").status_code == 401


def test_over_https_the_cookie_is_bound_to_this_host(
    make: Factories, app: Any, monkeypatch: Any
) -> None:
    for name, value in {
        "SESSION_COOKIE_NAME": "__Host-palabre",
        "SESSION_COOKIE_SECURE": True,
    }.items():
        monkeypatch.setitem(app.config, name, value)
    answer = new_client(app).get("/sign-in", base_url="https://127.0.0.1:8000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-palabre=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie


def test_the_session_that_was_idle_keeps_nothing_alive(make: Factories, db: Any, app: Any) -> None:
    """An old row without a last use counts from its beginning."""
    account = make.account()
    browser = new_client(app)
    enter(browser, account)
    begin_write()
    db.execute(update(SignIn).values(seen_at=None))
    commit()
    with clock.at(clock.now() + timedelta(days=8)):
        assert browser.get("/account").status_code == 401
