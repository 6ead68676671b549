"""Tell people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, update

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db
from civic.notifications.models import Notice


def notify(
    account_ids: Iterable[int], verb: str, about: Contribution | None = None,
    by: Account | None = None, **details: Any,
) -> None:  # fmt: skip
    """Put one notice before each of these people, but not before the one who acted.

    Parameters
    ----------
    verb : str
        `package.act`; `templates/package/notices/act.html` words it.
    **details
        JSON values that the wording needs; never a text that a moderator could hide.
    """
    actor = by.id if by else None
    db.session.add_all(
        Notice(
            account_id=account_id,
            verb=verb,
            about_id=about.id if about else None,
            by_id=actor,
            details=details,
            at=now(),
        )
        for account_id in sorted(set(account_ids) - {actor})
    )
    db.session.flush()


def unsay(verb: str, about: Contribution) -> set[int]:
    """Take back the notices of something that was undone; the people who had read theirs."""
    said = (Notice.verb == verb, Notice.about_id == about.id)
    db.session.execute(delete(Notice).where(*said, Notice.read_at.is_(None)))
    return set(db.session.scalars(select(Notice.account_id).where(*said)))


def mark_read(account: Account) -> None:
    """Everything has been seen."""
    db.session.execute(
        update(Notice)
        .where(Notice.account_id == account.id, Notice.read_at.is_(None))
        .values(read_at=now())
    )
