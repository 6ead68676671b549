"""Supports of a contribution that is merged into another: each person counts once.

The rows go over, so that no count, list or limit sees them twice; `CarriedSupport` keeps what a
separation gives back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db, insert_if_absent
from civic.notifications.actions import notify
from moderation.deciding.mergers import carries
from moderation.models import Merger
from votes.models import CarriedSupport, Support

WITHDRAW_WITHIN = timedelta(days=14)  # after a merger, whatever the calendar says


def join(duplicate: Contribution, into: Contribution) -> None:
    """Carry the supports of a duplicate over, and tell each person."""
    mine = db.session.scalars(select(Support).where(Support.contribution_id == duplicate.id)).all()
    for support in mine:
        row = {"contribution_id": into.id, "account_id": support.account_id, "at": support.at}
        was_new = insert_if_absent(Support, row)
        db.session.add(
            CarriedSupport(
                contribution_id=duplicate.id, account_id=support.account_id, at=support.at,
                carried_at=now(), was_new=was_new,
            )
        )  # fmt: skip
    db.session.execute(delete(Support).where(Support.contribution_id == duplicate.id))
    _recount(duplicate, into)
    notify([s.account_id for s in mine], "votes.carried", about=into, duplicate=duplicate.id)


def part(duplicate: Contribution, into: Contribution) -> None:
    """Give a duplicate its supports back, but not those that people withdrew since."""
    carried = db.session.scalars(
        select(CarriedSupport).where(CarriedSupport.contribution_id == duplicate.id)
    ).all()
    there = set(
        db.session.scalars(select(Support.account_id).where(Support.contribution_id == into.id))
    )
    told = []
    for row in carried:
        if row.was_new and row.account_id not in there:
            continue
        back = {"contribution_id": duplicate.id, "account_id": row.account_id, "at": row.at}
        insert_if_absent(Support, back)
        told.append(row.account_id)
    gone = [row.account_id for row in carried if row.was_new]
    db.session.execute(
        delete(Support).where(Support.contribution_id == into.id, Support.account_id.in_(gone))
    )
    db.session.execute(delete(CarriedSupport).where(CarriedSupport.contribution_id == duplicate.id))
    _recount(duplicate, into)
    notify(told, "votes.given_back", about=duplicate, into=into.id)


def _recount(*rows: Contribution) -> None:
    for row in rows:
        counted = select(func.count()).select_from(Support).where(Support.contribution_id == row.id)
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == row.id)
            .values(support_count=counted.scalar_subquery())
            .execution_options(synchronize_session=False)
        )
        db.session.refresh(row, ["support_count"])


def may_still_withdraw(account: Account, into: Contribution, at: datetime) -> bool:
    """Whether a support of this person was carried here lately: they did not choose this text."""
    statement = (
        select(CarriedSupport.account_id)
        .join(Merger, Merger.duplicate_id == CarriedSupport.contribution_id)
        .where(
            Merger.into_id == into.id, CarriedSupport.account_id == account.id,
            CarriedSupport.carried_at > at - WITHDRAW_WITHIN,
        )
    )  # fmt: skip
    return db.session.scalar(statement) is not None


carries(join, part)
