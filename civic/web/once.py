"""One object per rendered form: a repeated post is sent to what the first one made.

Each rendered form carries a random key. The key is inserted in the transaction of the act, so two
parallel posts cannot both pass: the database makes the second wait, then refuses its key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import request
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from civic.clock import now
from civic.db import Base, db, insert_if_absent
from civic.i18n import gettext as _
from civic.web.responses import go, say

FIELD = "_once"
KEPT = timedelta(days=7)


class FormKey(Base):
    """A form that was posted, and the page that shows what became of it."""

    __tablename__ = "form_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    landing: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(index=True)


def new_key() -> str:
    """A key for one rendering of one form."""
    return secrets.token_urlsafe(18)


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the first post of a rendered form through; send its repetitions where it landed."""

    @wraps(view)
    def guard(*args: Any, **kwargs: Any) -> Any:
        key = request.form.get(FIELD, "")
        if request.method != "POST" or not key:
            return view(*args, **kwargs)
        if not insert_if_absent(FormKey, {"key": key[:64], "landing": "", "at": now()}):
            return _repeated(key[:64])
        db.session.info["form_key"] = db.session.get_one(FormKey, key[:64])
        return view(*args, **kwargs)

    return guard


def _repeated(key: str) -> Any:
    known = db.session.get(FormKey, key)
    say(_("Already received: nothing was recorded twice."), "info")
    return go(known.landing if known and known.landing else "/")
