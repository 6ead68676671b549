"""Read supports and stances, always for many contributions at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, visible
from civic.db import db
from civic.spaces.models import Space
from votes.models import Stance, Support


def supported_by(account: Account | Visitor, ids: Iterable[int]) -> frozenset[int]:
    """Which of these contributions a person supports."""
    wanted = list(ids)
    if account.id is None or not wanted:
        return frozenset()
    statement = select(Support.contribution_id).where(
        Support.account_id == account.id, Support.contribution_id.in_(wanted)
    )
    return frozenset(db.session.scalars(statement))


def stances_of(account: Account | Visitor, ids: Iterable[int]) -> dict[int, int]:
    """A person's stances on these contributions, by contribution."""
    wanted = list(ids)
    if account.id is None or not wanted:
        return {}
    statement = select(Stance.contribution_id, Stance.value).where(
        Stance.account_id == account.id, Stance.contribution_id.in_(wanted)
    )
    return dict(db.session.execute(statement).all())


def supporters_of(contribution: Contribution) -> list[int]:
    """The account ids of those who support a contribution."""
    statement = select(Support.account_id).where(Support.contribution_id == contribution.id)
    return list(db.session.scalars(statement.order_by(Support.account_id)))


def important_to(account: Account | Visitor, ids: Iterable[int]) -> frozenset[int]:
    """Which of these contributions a person marked as important."""
    wanted = list(ids)
    if account.id is None or not wanted:
        return frozenset()
    statement = select(Stance.contribution_id).where(
        Stance.account_id == account.id, Stance.contribution_id.in_(wanted), Stance.is_important
    )
    return frozenset(db.session.scalars(statement))


def important_counts(ids: Iterable[int]) -> dict[int, int]:
    """How many people marked each of these contributions as important."""
    statement = (
        select(Stance.contribution_id, func.count())
        .where(Stance.contribution_id.in_(list(ids)), Stance.is_important)
        .group_by(Stance.contribution_id)
    )
    return dict(db.session.execute(statement).all())


def supports_given(account: Account, space: Space) -> int:
    """How many visible contributions of a space a person supports."""
    statement = (
        select(func.count())
        .select_from(Support)
        .join(Contribution, Contribution.id == Support.contribution_id)
        .where(Support.account_id == account.id, Contribution.space_id == space.id, visible())
    )
    return db.session.scalar(statement) or 0


def stances_in(space: Space) -> Select[int, int, int]:
    """Every stance on the visible contributions of a space: account, contribution, value."""
    return (
        select(Stance.account_id, Stance.contribution_id, Stance.value)
        .join(Contribution, Contribution.id == Stance.contribution_id)
        .where(Contribution.space_id == space.id, visible())
        .order_by(Stance.account_id, Stance.contribution_id)
    )
