"""What every view of the workshop begins with: its door, its rows, and forms that come too late."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from civic.db import db
from civic.spaces.doors import role
from civic.spaces.models import Role
from civic.spaces.queries import load_space
from civic.web.responses import page, wants_fragment
from synthesis import actions, queries, sources
from synthesis.models import Synthesis, Theme

official = role(Role.OFFICIAL)


def load(slug: str, number: int) -> Synthesis:
    """A version of this space."""
    return queries.load(load_space(slug), number)


def load_theme(slug: str, number: int, theme_id: int) -> Theme:
    """A living theme of a version of this space."""
    return sources.load_theme(load(slug, number), theme_id)


def told_when_stale(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a form that has not seen the latest change with what changed, and with itself."""

    @wraps(view)
    def guard(slug: str, number: int, **route: Any) -> Any:
        try:
            return view(slug=slug, number=number, **route)
        except actions.Stale as error:
            db.session.rollback()
            return _stale(load(slug, number), str(error))

    return guard


def _stale(synthesis: Synthesis, message: str) -> Response:
    left_out = ("csrf_token", "turn", "_once")
    response = page(
        "synthesis/workshop/_stale.html" if wants_fragment() else "synthesis/workshop/stale.html",
        409,
        space=synthesis.space,
        synthesis=synthesis,
        message=message,
        fields=[(k, v) for k, v in request.form.items(multi=True) if k not in left_out],
        changes=db.session.scalars(sources.changes_of(synthesis).limit(5)).all(),
    )
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#messages", "innerHTML"
    return response
