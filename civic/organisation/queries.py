"""Who runs the instance, and when people were last here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from civic.accounts.models import Account, SignIn
from civic.db import db


def administrators(hold: bool = False) -> list[Account]:
    """The administrators, the first named first; `hold` keeps others from changing them."""
    statement = select(Account).where(Account.is_administrator, Account.deleted_at.is_(None))
    statement = statement.order_by(Account.id)
    if hold:
        # SQLite's writers stand in line anyhow; FOR UPDATE makes PostgreSQL's do the same.
        statement = statement.with_for_update(of=Account).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def last_uses(ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these people was last here, as far as their sign-ins tell."""
    last = func.max(func.coalesce(SignIn.seen_at, SignIn.created_at))
    statement = select(SignIn.account_id, last).where(SignIn.account_id.in_(list(ids)))
    return dict(db.session.execute(statement.group_by(SignIn.account_id)).all())
