"""Pages about the whole instance."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app
from markupsafe import Markup

from civic.accounts.models import Account
from civic.web import slots
from civic.web.doors import open_to_all
from civic.web.responses import page, rendered
from town.queries import ballots_signed_by, stances_by_space, supports_of
from town.rights import PEOPLE, rights

bp = Blueprint("town", __name__)


@bp.get("/who-can-do-what")
@open_to_all
def show_rights() -> Response:
    """Each right, and the roles that have it."""
    return page("town/rights.html", rights=rights(current_app), people=PEOPLE)


@slots.fills("accounts.mine")
def my_votes(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: what I support, where I answered, and in which ballots I voted."""
    account = accounts[0]
    supports, answers = supports_of(account), stances_by_space(account)
    signed = ballots_signed_by(account)
    panel = rendered("town/_my_votes.html", supports=supports, answers=answers, signed=signed)
    return {account.id: panel}
