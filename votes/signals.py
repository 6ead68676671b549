"""What the signals about brigading read of votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select

from civic.contributions.models import Contribution
from civic.db import db
from civic.spaces.models import Space
from moderation.signals.computing import Act
from moderation.signals.queries import gives_acts, gives_counts
from votes.models import Stance, Support

MOST = 20_000  # votes of eight days that are looked at, the latest


@gives_acts
def recent_votes(space: Space, since: datetime) -> Sequence[Act]:
    """Supports and stances of a space since an instant."""
    return [*_read(Support, literal(1), space, since), *_read(Stance, Stance.value, space, since)]


def _read(kind: Any, value: Any, space: Space, since: datetime) -> list[Act]:
    rows = db.session.execute(
        select(kind.account_id, kind.contribution_id, value, kind.at)
        .join(Contribution, Contribution.id == kind.contribution_id)
        .where(Contribution.space_id == space.id, kind.at > since)
        .order_by(kind.at.desc())
        .limit(MOST)
    )
    return [Act(*row) for row in rows]


@gives_counts
def votes_given(accounts: Collection[int]) -> dict[int, int]:
    """How many votes each account has on the whole site."""
    total: Counter[int] = Counter()
    for kind in (Support, Stance):
        rows = db.session.execute(
            select(kind.account_id, func.count())
            .where(kind.account_id.in_(list(accounts)))
            .group_by(kind.account_id)
        )
        total.update(dict(rows.all()))
    return dict(total)
