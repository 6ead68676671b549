"""Pages about the whole instance."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from civic.web.doors import open_to_all
from civic.web.responses import page
from town.rights import PEOPLE, rights

bp = Blueprint("town", __name__)


@bp.get("/who-can-do-what")
@open_to_all
def show_rights() -> Response:
    """Each right, and the roles that have it."""
    return page("town/rights.html", rights=rights(current_app), people=PEOPLE)
