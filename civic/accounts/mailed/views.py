"""What is done with a link sent by mail: confirm, sign in, take a new address, reset.

Opening a link changes nothing, since mail scanners open them; a button on its page does, on
whatever device it is pressed. No answer tells whether an address has an account: the mail does.
"""

from __future__ import annotations

from flask import Response, request, url_for
from flask_login import current_user

from civic.accounts import actions, forms, queries
from civic.accounts.factors.entering import come_in
from civic.accounts.models import Purpose
from civic.accounts.views import bp
from civic.db import commit
from civic.errors import Invalid
from civic.i18n import gettext as _, language
from civic.web import limits
from civic.web.doors import fresh, open_to_all, signed_in
from civic.web.responses import go, is_internal, page, say


@bp.get("/confirm/<token:token>")
@open_to_all
def confirm(token: str) -> Response:
    """Opening the link changes nothing: a mail scanner may do so. The button confirms."""
    live = queries.live_mail_token(token, Purpose.CONFIRM) is not None
    return page("accounts/confirm.html", token=token, live=live)


@bp.post("/confirm/<token:token>")
@open_to_all
def confirmed(token: str) -> Response:
    """Confirm the address."""
    actions.confirm(token)
    commit()
    say(_("Your address is confirmed. You can take part."))
    return go(url_for("accounts.sign_in"))


@bp.post("/account/confirmation")
@signed_in
def confirm_again() -> Response:
    """Send the confirming link again."""
    limits.count("mail")
    if not current_user.is_confirmed:
        actions.ask_to_confirm(current_user)
        commit()
    say(_("If your address still needs it, a new link is on its way."))
    return go(url_for("accounts.show"))


@bp.get("/reset")
@open_to_all
def ask_reset() -> Response:
    """The form to ask for a new password."""
    return page("accounts/ask_reset.html", form=forms.AskResetForm())


@bp.post("/reset")
@open_to_all
def send_reset() -> Response:
    """Send the link; the answer never tells whether the address has an account."""
    form = forms.AskResetForm()
    if not form.validate():
        return page("accounts/ask_reset.html", form=form, status=422)
    limits.count("mail", who=form.email.data)
    actions.ask_for_reset(queries.credential_of(form.email.data), form.email.data, language())
    commit()
    return page("accounts/reset_sent.html", email=form.email.data)


@bp.get("/reset/<token:token>")
@open_to_all
def reset(token: str) -> Response:
    """The form for a new password."""
    live = queries.live_mail_token(token, Purpose.RESET) is not None
    return page("accounts/reset.html", form=forms.NewPasswordForm(), token=token, live=live)


@bp.post("/reset/<token:token>")
@open_to_all
def set_new_password(token: str) -> Response:
    """Set the new password; every device is signed out."""
    form = forms.NewPasswordForm()
    if not form.validate():
        return page("accounts/reset.html", form=form, token=token, live=True, status=422)
    try:
        actions.reset_password(token, form.password.data)
    except Invalid as error:
        form.password.errors = [str(error)]
        return page("accounts/reset.html", form=form, token=token, live=True, status=422)
    commit()
    say(_("Your password is changed. Sign in with the new one."))
    return go(url_for("accounts.sign_in"))


@bp.get("/sign-in/link")
@open_to_all
def ask_link() -> Response:
    """The form to ask for a link that signs in."""
    form = forms.AskLinkForm(next=request.args.get("next"))
    return page("accounts/ask_link.html", form=form)


@bp.post("/sign-in/link")
@open_to_all
def send_link() -> Response:
    """Send the link; the answer never tells whether the address has an account."""
    form = forms.AskLinkForm()
    if not form.validate():
        return page("accounts/ask_link.html", form=form, status=422)
    limits.count("mail", who=form.email.data)
    way_on = form.next.data if is_internal(form.next.data) else ""
    known = queries.credential_of(form.email.data)
    actions.send_link(known, form.email.data, language(), way_on)
    commit()
    return page("accounts/link_sent.html", email=form.email.data)


@bp.get("/enter/<token:token>")
@open_to_all
def link(token: str) -> Response:
    """Opening the link changes nothing. The button signs in."""
    live = queries.live_mail_token(token, Purpose.ENTER) is not None
    return page("accounts/enter.html", token=token, live=live)


@bp.post("/enter/<token:token>")
@open_to_all
def enter_by_link(token: str) -> Response:
    """Sign in on this device."""
    limits.count("sign-in")
    account, way_on = actions.use_link(token)
    landing = come_in(account, way_on if is_internal(way_on) else url_for("spaces.home"))
    commit()
    return go(landing)


@bp.get("/account/address")
@signed_in
@fresh
def ask_move() -> Response:
    """The form for a new e-mail address."""
    return page("accounts/move.html", form=forms.AskMoveForm())


@bp.post("/account/address")
@signed_in
@fresh
def send_move() -> Response:
    """Write to both addresses; nothing changes until the new one confirms."""
    form = forms.AskMoveForm()
    if not form.validate():
        return page("accounts/move.html", form=form, status=422)
    limits.count("mail")
    actions.ask_to_move(current_user, form.email.data)
    commit()
    return page("accounts/move_sent.html", email=form.email.data)


@bp.get("/new-address/<token:token>")
@open_to_all
def move(token: str) -> Response:
    """Opening the link changes nothing. The button takes the new address."""
    found = queries.live_mail_token(token, Purpose.MOVE)
    return page("accounts/move_confirm.html", token=token, found=found)


@bp.post("/new-address/<token:token>")
@open_to_all
def moved(token: str) -> Response:
    """Take the new address."""
    actions.move(token)
    commit()
    say(_("Your new address is confirmed."))
    return go(url_for("accounts.show" if current_user.is_authenticated else "accounts.sign_in"))
