"""Find a contribution by its number, search them all, and list one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.models import Account
from civic.contributions import queries
from civic.contributions.models import Contribution
from civic.contributions.rules import may_read
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Role
from civic.spaces.queries import load_space, roles_of
from civic.web import slots
from civic.web.doors import open_to_all
from civic.web.limits import limited
from civic.web.paging import Page, page_of
from civic.web.responses import go, rendered, view

bp = Blueprint("contributions", __name__)


def load_readable(kind: type[Any], slug: str, contribution_id: int) -> Any:
    """One contribution of a space that this visitor may read.

    Raises
    ------
    Missing
        When there is none, or it is not theirs to read: the answer is the same.
    """
    space = load_space(slug)
    found = queries.load(kind, contribution_id, space)
    if not may_read(current_user, found, Role.MODERATOR in roles_of(current_user, space)):
        raise Missing()
    return found


@bp.get("/contributions/<id:contribution_id>")
@open_to_all
def find(contribution_id: int) -> Response:
    """Lead to the page on which a contribution stands."""
    found = queries.load(Contribution, contribution_id)
    load_readable(Contribution, found.space.slug, contribution_id)
    if found.place is None:
        raise Missing()
    return go(found.place)


@bp.get("/search")
@open_to_all
@limited("search")
def search() -> Response:
    """Search every public text of the town."""
    query = request.args.get("q", "").strip()[:200]
    statement = queries.search(query)
    found = page_of(statement) if statement is not None else Page([], 1, 0)
    return view(
        "contributions/search.html", "contributions/_results.html", query=query, found=found
    )


@slots.fills("accounts.mine")
def my_contributions(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: what I wrote."""
    account = accounts[0]
    mine = db.session.scalars(queries.written_by(account).limit(100)).all()
    return {account.id: rendered("contributions/_mine.html", mine=mine)}
