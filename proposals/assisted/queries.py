"""What agents entered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.assisted.models import AssistedAct, Entered
from civic.contributions.models import Contribution
from civic.db import db
from civic.spaces.models import Space


def entered_in(space: Space) -> Select[AssistedAct]:
    """Everything that agents entered in a space, newest first."""
    return (
        select(AssistedAct)
        .join(Contribution, Contribution.id == AssistedAct.contribution_id)
        .where(Contribution.space_id == space.id)
        .order_by(AssistedAct.id.desc())
        .options(joinedload(AssistedAct.contribution), joinedload(AssistedAct.by))
    )


def supports_entered(ids: Iterable[int]) -> dict[int, int]:
    """How many supports of each of these texts agents entered."""
    statement = (
        select(AssistedAct.contribution_id, func.count())
        .where(AssistedAct.contribution_id.in_(list(ids)), AssistedAct.what == Entered.SUPPORT)
        .group_by(AssistedAct.contribution_id)
    )
    return dict(db.session.execute(statement).all())


def counts_in(space: Space) -> dict[str, int]:
    """How many texts, supports and stances agents entered in a space."""
    statement = (
        select(AssistedAct.what, func.count())
        .join(Contribution, Contribution.id == AssistedAct.contribution_id)
        .where(Contribution.space_id == space.id)
        .group_by(AssistedAct.what)
    )
    return {what.value: count for what, count in db.session.execute(statement)}
