"""What one person did across everything, for their own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution, visible
from civic.db import db
from civic.spaces.models import Space
from votes.ballots.models import Ballot, Emargement
from votes.models import Stance, Support

SHOWN = 50


def supports_of(account: Account) -> Sequence[Contribution]:
    """The public texts that a person supports, the last one first."""
    statement = (
        select(Contribution)
        .join(Support, Support.contribution_id == Contribution.id)
        .where(Support.account_id == account.id, visible())
        .order_by(Support.at.desc(), Contribution.id.desc())
        .options(joinedload(Contribution.space))
    )
    return db.session.scalars(statement.limit(SHOWN)).all()


def stances_by_space(account: Account) -> list[tuple[Space, int]]:
    """On how many statements of each space a person has answered."""
    counted = (
        select(Contribution.space_id, func.count().label("answers"))
        .join(Stance, Stance.contribution_id == Contribution.id)
        .where(Stance.account_id == account.id, visible())
        .group_by(Contribution.space_id)
        .subquery()
    )
    joined = select(Space, counted.c.answers).join(counted, counted.c.space_id == Space.id)
    return [(space, count) for space, count in db.session.execute(joined.order_by(Space.id))]


def ballots_signed_by(account: Account) -> list[tuple[Ballot, date]]:
    """The ballots in which a person voted, and the day; what they voted nobody knows."""
    statement = (
        select(Ballot, Emargement.day)
        .join(Emargement, Emargement.ballot_id == Ballot.id)
        .where(Emargement.account_id == account.id)
        .order_by(Emargement.day.desc(), Ballot.id.desc())
        .options(joinedload(Ballot.space))
    )
    return [(ballot, day) for ballot, day in db.session.execute(statement.limit(SHOWN)).unique()]
