"""Pages of the second factor: give it, set it up, take it away; and the fresh check."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Blueprint, Response, make_response, request, session, url_for
from flask_login import current_user

from civic.accounts import passwords, sessions
from civic.accounts.actions import prove_presence
from civic.accounts.factors import actions, forms, passkeys, queries
from civic.accounts.factors.entering import come_in, go_through, waiting
from civic.accounts.factors.models import Passkey
from civic.accounts.models import Ceremony
from civic.accounts.queries import ceremony_of
from civic.db import commit
from civic.errors import Invalid, Missing
from civic.i18n import gettext as _
from civic.settings import active
from civic.web import limits
from civic.web.doors import fresh, open_to_all, signed_in
from civic.web.responses import go, is_internal, page, say

bp = Blueprint("factors", __name__)
PASSKEY = "passkey"


# --- Signing in -------------------------------------------------------------------------------


@bp.get("/sign-in/second")
@open_to_all
def ask() -> Response:
    """Ask for the second factor of a sign-in that waits for it."""
    return _ask(forms.CodeForm())


def _ask(form: forms.CodeForm, status: int = 200) -> Response:
    ceremony = waiting()
    if ceremony is None:
        say(_("This sign-in has waited too long. Start again."), "info")
        return go(url_for("accounts.sign_in"))
    assert ceremony.account is not None
    factors = queries.factors_of(ceremony.account)
    return page("accounts/factors/ask.html", status, form=form, factors=factors)


@bp.post("/sign-in/second")
@open_to_all
def answer() -> Response:
    """Give the code, or a recovery code."""
    form, ceremony = forms.CodeForm(), waiting()
    if ceremony is None or not form.validate():
        return _ask(form, 422)
    account = ceremony.account
    assert account is not None
    limits.count("code", who=account.id)
    if not actions.code_is_right(account, form.code.data):
        form.code.errors = [_("This code is not right, or has been used.")]
        return _ask(form, 422)
    way_on = go_through(ceremony)
    commit()
    return go(way_on)


@bp.post("/sign-in/passkey/challenge")
@open_to_all
def challenge() -> Response:
    """What a device is asked, for a sign-in or a fresh check."""
    limits.count("challenge")
    token, options = passkeys.ask_for_use()
    commit()
    return _asked(token, options)


def _asked(token: str, options: str) -> Response:
    session[PASSKEY] = token
    response = make_response(options)
    response.mimetype = "application/json"
    return response


def _begun(kind: str) -> Ceremony | None:
    return ceremony_of(kind, session.pop(PASSKEY, None))


@bp.post("/sign-in/passkey")
@open_to_all
def enter() -> Response:
    """Come in with a passkey: it names its owner and stands for both factors."""
    form = forms.UseForm()
    limits.count("sign-in")
    ceremony = _begun(passkeys.USE)
    try:
        account = passkeys.account_of(ceremony, form.credential.data or "")
    except Invalid as error:
        commit()  # the challenge is spent
        say(str(error), "error")
        return go(url_for("accounts.sign_in", next=form.next.data or None))
    way_on = form.next.data if is_internal(form.next.data) else url_for("spaces.home")
    way_on = come_in(account, way_on, second_factor=True)
    commit()
    return go(way_on)


# --- The fresh check --------------------------------------------------------------------------


@bp.get("/account/check")
@signed_in
def check() -> Response:
    """Prove again to be there, before something that matters."""
    return _check(forms.CheckForm(next=request.args.get("next")))


def _way_of_checking() -> str:
    """`button` in the demonstration; `code`, `password` or `again` (sign in anew) elsewhere."""
    if active().demonstration:
        return "button"
    if queries.factors_of(current_user).has_codes:
        return "code"
    credential = current_user.credential
    return "password" if credential and credential.password_hash else "again"


def _check(form: forms.CheckForm, status: int = 200) -> Response:
    return page(
        "accounts/factors/check.html", status, form=form, way=_way_of_checking(),
        passkeys=queries.factors_of(current_user).passkeys,
    )  # fmt: skip


@bp.post("/account/check")
@signed_in
def checked() -> Response:
    """Take the password or the code."""
    way, form = _way_of_checking(), forms.CheckForm()
    if way == "button":
        return _present(form)
    if way == "again":
        return _check(form, 422)
    if not form.only(way).validate():
        return _check(forms.CheckForm(next=form.next.data), 422)
    limits.count("code", who=current_user.id)
    if not _proves(way, form):
        form[way].errors = [_("This is not right. Try again.")]
        return _check(form, 422)
    return _present(form)


def _proves(way: str, form: forms.CheckForm) -> bool:
    if way == "code":
        return actions.code_is_right(current_user, form.code.data)
    return passwords.fits(current_user.credential.password_hash, form.password.data)


def _present(form: Any) -> Response:
    prove_presence(current_user)
    commit()
    return go(form.next.data if is_internal(form.next.data) else url_for("accounts.show"))


@bp.post("/account/check/passkey")
@signed_in
def checked_by_passkey() -> Response:
    """Take a passkey of this person."""
    form = forms.UseForm()
    limits.count("code", who=current_user.id)
    try:
        account = passkeys.account_of(_begun(passkeys.USE), form.credential.data or "")
    except Invalid as error:
        commit()  # the challenge is spent
        say(str(error), "error")
        return go(url_for("factors.check", next=form.next.data or None))
    if account.id != current_user.id:
        raise Missing()
    if current_user.sign_in.second_factor_at is None:
        sessions.renew(second_factor=True)
    return _present(form)


# --- Setting up -------------------------------------------------------------------------------


@bp.get("/account/second-factor")
@signed_in
def show() -> Response:
    """What the person has set up, and what they may add."""
    return _show()


def _show(
    status: int = 200, renaming: Passkey | None = None, form: forms.PasskeyNameForm | None = None
) -> Response:  # fmt: skip
    return page(
        "accounts/factors/show.html",
        status,
        renaming=renaming,
        form=form,
        factors=queries.factors_of(current_user),
        passkeys=queries.passkeys_of(current_user),
        is_due=sessions.has_a_role.ask(current_user) and active().asks_second_factor,
    )


@bp.post("/account/second-factor/codes")
@signed_in
@fresh
def begin_codes() -> Response:
    """Draw a secret for the telephone."""
    actions.begin_codes(current_user)
    commit()
    return go(url_for("factors.codes"))


@bp.get("/account/second-factor/codes")
@signed_in
@fresh
def codes() -> Response:
    """The QR code, and the field for the first code."""
    return _codes(forms.CodeForm())


def _codes(form: forms.CodeForm, status: int = 200) -> Response:
    phone = queries.authenticator_of(current_user)
    if phone is None or phone.confirmed_at is not None:
        return go(url_for("factors.show"))
    return page(
        "accounts/factors/codes.html", status, form=form, secret=actions.shared_secret(phone)
    )


@bp.get("/account/second-factor/qr.svg")
@signed_in
@fresh
def qr_code() -> Response:
    """The secret as a picture for the telephone's camera; gone once it is confirmed."""
    phone = queries.authenticator_of(current_user)
    if phone is None or phone.confirmed_at is not None:
        raise Missing()
    picture = io.BytesIO()
    drawn = segno.make(actions.address_for_telephone(current_user, phone), error="m")
    drawn.save(picture, kind="svg", scale=5, border=4, light="white", nl=False)
    response = make_response(picture.getvalue())
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/account/second-factor/codes/confirmation")
@signed_in
@fresh
def confirm_codes() -> Response:
    """The first right code makes the telephone count; this browser has then given it."""
    form = forms.CodeForm()
    limits.count("code", who=current_user.id)
    if not form.validate():
        return _codes(form, 422)
    try:
        recovery = actions.confirm_codes(current_user, form.code.data)
    except Invalid as error:
        form.code.errors = [str(error)]
        return _codes(form, 422)
    return _set_up(recovery)


def _set_up(recovery: list[str]) -> Response:
    sessions.renew(second_factor=True)
    commit()
    if recovery:
        return page("accounts/factors/recovery.html", recovery=recovery)
    say(_("Saved."))
    return go(url_for("factors.show"))


@bp.post("/account/second-factor/codes/removal")
@signed_in
@fresh
def remove_codes() -> Response:
    """Take the telephone away."""
    actions.remove_codes(current_user)
    commit()
    say(_("The telephone is taken away."))
    return go(url_for("factors.show"))


@bp.post("/account/second-factor/recovery")
@signed_in
@fresh
def new_recovery_codes() -> Response:
    """New recovery codes, shown once."""
    if not queries.factors_of(current_user).any:
        raise Missing()
    recovery = actions.new_recovery_codes(current_user)
    commit()
    return page("accounts/factors/recovery.html", recovery=recovery)


@bp.get("/account/passkeys/new")
@signed_in
@fresh
def new_passkey() -> Response:
    """The page on which a device makes a passkey."""
    return page("accounts/factors/passkey.html", form=forms.PasskeyForm())


@bp.post("/account/passkeys/challenge")
@signed_in
@fresh
def challenge_for_new() -> Response:
    """What the device is asked."""
    token, options = passkeys.ask_for_new(current_user)
    commit()
    return _asked(token, options)


@bp.post("/account/passkeys")
@signed_in
@fresh
def add_passkey() -> Response:
    """Keep the passkey that the device has made."""
    form = forms.PasskeyForm()
    if not form.validate():
        return page("accounts/factors/passkey.html", 422, form=form)
    try:
        recovery = passkeys.add(
            _begun(passkeys.NEW), current_user, form.credential.data or "", form.name.data
        )
    except Invalid as error:
        form.name.errors = [str(error)]
        return page("accounts/factors/passkey.html", 422, form=form)
    return _set_up(recovery)


@bp.post("/account/passkeys/<id:passkey_id>")
@signed_in
def rename_passkey(passkey_id: int) -> Response:
    """Call it by another name."""
    passkey, form = queries.passkey_of(current_user, passkey_id), forms.PasskeyNameForm()
    if not form.validate():
        form.name.id = f"passkey-{passkey.id}"
        return _show(422, passkey, form)
    actions.rename_passkey(passkey, form.name.data)
    commit()
    say(_("Saved."))
    return go(url_for("factors.show"))


@bp.post("/account/passkeys/<id:passkey_id>/removal")
@signed_in
@fresh
def remove_passkey(passkey_id: int) -> Response:
    """Take it away."""
    actions.remove_passkey(queries.passkey_of(current_user, passkey_id), current_user)
    commit()
    say(_("The passkey is taken away."))
    return go(url_for("factors.show"))
