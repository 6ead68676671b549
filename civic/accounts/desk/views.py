"""The administrator's page about one account, found by the address that the person gives.

There is no list of people to look through, and nothing of what they wrote or voted is shown.
"""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic import audit
from civic.accounts import actions, queries
from civic.accounts.desk.forms import ActForm, FindForm
from civic.accounts.factors import actions as factors
from civic.accounts.factors.queries import factors_of
from civic.accounts.models import Account
from civic.db import commit
from civic.errors import Missing, NotAllowed
from civic.i18n import gettext as _
from civic.web.doors import administrator, fresh
from civic.web.responses import go, page, say

bp = Blueprint("desk", __name__, url_prefix="/admin/accounts")


@bp.get("")
@administrator
def index() -> Response:
    """The form to find one person."""
    return page("accounts/desk/index.html", form=FindForm())


@bp.post("")
@administrator
def find() -> Response:
    """Find the account behind an address; the address is posted, so that no log holds it."""
    form = FindForm()
    if form.validate():
        known = queries.credential_of(form.email.data)
        if known is not None:
            audit.record(current_user, "account.looked_up", about=known.account)
            commit()
            return go(url_for("desk.show", account_id=known.account_id))
        form.email.errors = [_("No account has this address.")]
    return page("accounts/desk/index.html", 422, form=form)


def _load(account_id: int) -> Account:
    account = queries.account_by_id(account_id)
    if account.credential is None:
        raise Missing()
    return account


@bp.get("/<id:account_id>")
@administrator
def show(account_id: int) -> Response:
    """How a person signs in, and what can be done for them."""
    account = _load(account_id)
    return _show(account, ActForm())


def _show(account: Account, form: ActForm, status: int = 200) -> Response:
    return page(
        "accounts/desk/show.html", status, account=account, form=form.offering(_acts_for(account)),
        factors=factors_of(account), devices=len(queries.live_sign_ins(account)),
    )  # fmt: skip


def _acts_for(account: Account) -> list[str]:
    return ["devices", "factors", "unlock" if account.locked_at else "lock"]


@bp.post("/<id:account_id>")
@administrator
@fresh
def act(account_id: int) -> Response:
    """Do it, with the reason."""
    account = _load(account_id)
    form = ActForm().offering(_acts_for(account))
    if not form.validate():
        return _show(account, form, 422)
    if account.id == current_user.id:
        raise NotAllowed(_("Another administrator must do this for you."))
    _do(form.act.data, account, form.because.data)
    commit()
    say(_("Done, and written in the audit log."))
    return go(url_for("desk.show", account_id=account.id))


def _do(wanted: str, account: Account, because: str) -> None:
    if wanted == "lock":
        actions.lock(account, current_user, because)
    elif wanted == "unlock":
        actions.unlock(account, current_user, because)
    elif wanted == "factors":
        factors.remove_all(account, current_user, because)
    else:
        actions.end_sign_ins(account)
        audit.record(current_user, "account.signed_out", about=account, because=because)
