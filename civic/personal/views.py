"""My data, my leaving, and what the site says of both to everyone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, session, url_for
from flask_login import current_user, logout_user
from markupsafe import Markup

from civic import audit, jobs
from civic.accounts.models import Account
from civic.db import commit
from civic.errors import Missing
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.personal import actions, queries
from civic.personal.forms import DeletionForm
from civic.personal.registry import HOLDINGS, RULES, Fate, Ground, Holding
from civic.personal.rules import may_delete
from civic.settings import active
from civic.web import slots
from civic.web.doors import administrator, fresh, open_to_all, signed_in
from civic.web.layout import Link, in_footer, link
from civic.web.limits import limited
from civic.web.responses import as_file, go, page, rendered, say

bp = Blueprint("personal", __name__)

GROUNDS = {
    Ground.MISSION: _l("a task of public interest (article 6.1.e of the GDPR)"),
    Ground.CONSENT: _l("your consent (article 6.1.a of the GDPR)"),
    Ground.DUTY: _l("a legal duty (article 6.1.c of the GDPR)"),
}
FATES = {
    Fate.DELETE: _l("deleted"),
    Fate.BLANK: _l("emptied"),
    Fate.KEEP: _l("kept"),
}


@in_footer
def _privacy_link() -> Link:
    return link(_("Personal data"), url_for("personal.privacy"))


@in_footer
def _cookies_link() -> Link:
    return link(_("Cookies"), url_for("personal.cookies"))


@slots.fills("accounts.mine")
def my_data(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: my data, and leaving."""
    return {accounts[0].id: rendered("personal/_mine.html")}


# --- For everyone -----------------------------------------------------------------------------


@bp.get("/privacy")
@open_to_all
def privacy() -> Response:
    """What is held about people, why, how long, and what becomes of it: from the registry."""
    return page(
        "personal/privacy.html",
        holdings=_told_once(HOLDINGS),
        grounds=GROUNDS,
        fates=FATES,
        contact=active().privacy_contact,
    )


def _told_once(holdings: Sequence[Holding]) -> list[Holding]:
    """Each thing once, though several tables hold a part of it."""
    return list({str(holding.what): holding for holding in reversed(holdings)}.values())[::-1]


@bp.get("/cookies")
@open_to_all
def cookies() -> Response:
    """That there are only the necessary ones, and which."""
    return page("personal/cookies.html", session_cookie=session_cookie_name())


def session_cookie_name() -> str:
    """The name of the session's cookie on this instance."""
    return "__Host-palabre" if active().secure_cookies else "palabre"


# --- My data ----------------------------------------------------------------------------------


@bp.get("/account/data")
@signed_in
def show() -> Response:
    """What the site holds about me, and the file to take with me."""
    return page(
        "personal/show.html",
        about=list(queries.holdings_about(queries.person_of(current_user))),
        downloads=queries.downloads_of(current_user),
    )


@bp.post("/account/data")
@signed_in
@fresh
@limited("export")
def ask() -> Response:
    """Have the file made."""
    actions.ask_for_download(current_user)
    commit()
    say(_("Your file is being made. You will find it here, and a mail will tell you."))
    return go(url_for("personal.show"))


@bp.get("/account/data/<token:key>")
@signed_in
def download(key: str) -> Response:
    """The page that a mail leads to; opening it uses nothing up."""
    return page("personal/download.html", download=queries.download_for(current_user, key))


@bp.post("/account/data/<token:key>")
@signed_in
@fresh
def take(key: str) -> Response:
    """The file itself, once."""
    row = queries.download_for(current_user, key)
    actions.take(row)
    path = queries.file_of(row.key)
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # taken a moment ago, or removed by the retention
        raise Missing() from None
    commit()
    path.unlink(missing_ok=True)
    response = make_response(content)
    response.mimetype = "application/zip"
    response.headers["Cache-Control"] = "private, no-store"
    return as_file(response, "palabre.zip")


# --- Leaving ----------------------------------------------------------------------------------


@bp.get("/account/deletion")
@signed_in
@fresh
def ask_deletion() -> Response:
    """What goes and what stays, before anything happens."""
    return _deletion_page(DeletionForm(formdata=None))


def _deletion_page(form: DeletionForm, status: int = 200) -> Response:
    about: dict[Fate, list[tuple[Holding, int]]] = {fate: [] for fate in Fate}
    for holding, count in queries.holdings_about(queries.person_of(current_user)):
        about[holding.fate].append((holding, count))
    return page(
        "personal/deletion.html",
        status=status,
        form=form,
        about=about,
        may=may_delete(current_user, actions.is_last_administrator(current_user)),
    )


@bp.post("/account/deletion")
@signed_in
@fresh
def delete() -> Response:
    """Delete my account; nothing brings it back."""
    form = DeletionForm()
    if not form.validate():
        return _deletion_page(form, 422)
    actions.delete_account(current_user)
    logout_user()
    session.clear()
    commit()
    response = go(url_for("personal.deleted"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/account-deleted")
@open_to_all
def deleted() -> Response:
    """What was done."""
    return page("personal/deleted.html")


# --- Administration ---------------------------------------------------------------------------


@bp.get("/admin/retention")
@administrator
def retention() -> Response:
    """The rules of retention, and what they did each night."""
    return page("personal/retention.html", rules=RULES, reports=queries.reports())


@bp.post("/admin/retention")
@administrator
def retain() -> Response:
    """Apply the rules now."""
    jobs.enqueue("civic.personal.jobs:retain_now")
    audit.record(current_user, "retention.asked")
    commit()
    say(_("The rules are being applied: the report appears below in a moment."))
    return go(url_for("personal.retention"))
