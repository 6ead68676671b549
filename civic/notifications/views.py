"""A person's notices."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.models import Account
from civic.db import commit
from civic.i18n import gettext as _
from civic.notifications import actions, forms, mailing, queries
from civic.notifications.models import Frequency
from civic.notifications.rules import KINDS
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.paging import page_of
from civic.web.responses import go, page, rendered, say

bp = Blueprint("notifications", __name__)


@slots.fills("accounts.mine")
def my_mails(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: how often mails come."""
    return {accounts[0].id: rendered("notifications/_mine.html")}


@bp.get("/account/notices")
@signed_in
def index() -> Response:
    """What I should know."""
    return page("notifications/index.html", found=page_of(queries.notices_of(current_user)))


@bp.post("/account/notices")
@signed_in
def mark_read() -> Response:
    """I have read them."""
    actions.mark_read(current_user)
    commit()
    say(_("All notices are marked as read."))
    return go(url_for("notifications.index"))


@bp.get("/account/notices/mails")
@signed_in
def ask_choices() -> Response:
    """How often I want mails of each kind."""
    wanted = mailing.frequencies_of(current_user)
    form = forms.ChoicesForm(formdata=None, data={k: f.value for k, f in wanted.items()})
    return page("notifications/choices.html", form=form)


@bp.post("/account/notices/mails")
@signed_in
def choose() -> Response:
    """Keep my choices."""
    form = forms.ChoicesForm()
    if not form.validate():
        return page("notifications/choices.html", form=form, status=422)
    mailing.choose(current_user, {kind: Frequency(form[kind].data) for kind in KINDS})
    commit()
    say(_("Saved."))
    return go(url_for("notifications.ask_choices"))


@bp.get("/unsubscribe/<token:token>")
@open_to_all
def ask_unsubscribe(token: str) -> Response:
    """What a mail's link leads to; opening it changes nothing, and nobody need sign in."""
    mailing.account_of(token)
    return page("notifications/unsubscribe.html", done=False)


@bp.post("/unsubscribe/<token:token>")
@open_to_all
def unsubscribe(token: str) -> Response:
    """Stop the mails. The link is the proof, so mail programs may post it alone (RFC 8058)."""
    account = mailing.account_of(token)
    mailing.choose(account, dict.fromkeys(KINDS, Frequency.NEVER))
    commit()
    return page("notifications/unsubscribe.html", done=True)
