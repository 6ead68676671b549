"""Read a person's notices."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import db
from civic.notifications.models import Notice


def notices_of(account: Account) -> Select[Notice]:
    """What a person should know, newest first."""
    return (
        select(Notice)
        .where(Notice.account_id == account.id)
        .order_by(Notice.id.desc())
        .options(joinedload(Notice.about).joinedload(Contribution.space), joinedload(Notice.by))
    )


def unread_count(account: Account) -> int:
    """How many of them are new."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Notice)
            .where(Notice.account_id == account.id, Notice.read_at.is_(None))
        )
        or 0
    )
