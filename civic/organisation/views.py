"""The page of those who run the instance."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.accounts.queries import account_by_id
from civic.db import commit, db
from civic.errors import NotAllowed
from civic.i18n import gettext as _
from civic.organisation import actions, queries
from civic.organisation.forms import NamingForm
from civic.web.doors import administrator, fresh
from civic.web.responses import go, page, say

bp = Blueprint("organisation", __name__, url_prefix="/admin/administrators")


@bp.get("")
@administrator
def index() -> Response:
    """Who runs the instance, and when they last came."""
    return _page(NamingForm(formdata=None))


def _page(form: NamingForm, status: int = 200) -> Response:
    people = queries.administrators()
    return page(
        "organisation/administrators.html",
        status=status,
        form=form,
        people=people,
        last_uses=queries.last_uses([person.id for person in people]),
    )


@bp.post("")
@administrator
@fresh
def name() -> Response:
    """Let somebody else run the instance too."""
    form = NamingForm()
    if not form.validate():
        return _page(form, 422)
    try:
        account = actions.name_administrator(current_user, form.email.data)
    except NotAllowed as error:
        db.session.rollback()
        form.email.errors = [str(error)]
        return _page(form, 422)
    commit()
    say(_("%(name)s is an administrator.", name=account.name))
    return go(url_for("organisation.index"))


@bp.post("/<id:account_id>/removal")
@administrator
@fresh
def remove(account_id: int) -> Response:
    """Take the right away."""
    account = account_by_id(account_id)
    own = account.id == current_user.id
    actions.take_administration(current_user, account)
    commit()
    say(_("The right is taken away."))
    return go(url_for("spaces.home") if own else url_for("organisation.index"))
