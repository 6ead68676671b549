"""Nothing typed is lost: a post that could not be taken is kept, and comes back in a form.

When a session has ended, a token is missing or the database is busy, the fields that were typed
are stored under an unguessable address for a day and shown again, ready to be sent.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.clock import now
from civic.db import Base, begin_write, commit, db
from civic.errors import Missing
from civic.web.doors import open_to_all
from civic.web.once import FIELD
from civic.web.responses import page
from civic.web.traps import RENDERED, TRAP

KEPT = timedelta(days=1)
LARGEST = 200_000  # characters kept of one form
PRIVATE = ("password", "token", FIELD, RENDERED, TRAP)

bp = Blueprint("kept", __name__)


class KeptForm(Base):
    """What somebody typed and could not send: field names with their values, in order."""

    __tablename__ = "kept_form"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    path: Mapped[str] = mapped_column(String(300))
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


def typed_fields() -> list[list[str]]:
    """The fields of this request that hold a person's words; never a password or a token."""
    pairs = ([k, v] for k, v in request.form.items(multi=True))
    return [p for p in pairs if not any(word in p[0] for word in PRIVATE)]


def keep() -> str | None:
    """Store this request's typed fields; the address that gives them back, if there are any."""
    fields = typed_fields()
    if not any(value.strip() for _, value in fields) or sum(len(v) for _, v in fields) > LARGEST:
        return None
    begin_write()
    kept = KeptForm(
        token=secrets.token_urlsafe(24), path=request.full_path[:300], fields=fields, at=now()
    )
    db.session.add(kept)
    commit()
    return url_for("kept.show", token=kept.token)


@bp.get("/kept/<token:token>")
@open_to_all
def show(token: str) -> Response:
    """The kept form, ready to be sent again."""
    kept: Any = db.session.get(KeptForm, token)
    if kept is None or kept.at < now() - KEPT:
        raise Missing()
    return page("errors/kept.html", kept=kept)
