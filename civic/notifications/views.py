"""A person's notices."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.db import commit
from civic.i18n import gettext as _
from civic.notifications import actions, queries
from civic.web.doors import signed_in
from civic.web.paging import page_of
from civic.web.responses import go, page, say

bp = Blueprint("notifications", __name__)


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
