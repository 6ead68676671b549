"""Read acts and what is known of those who did them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import db
from civic.spaces.models import Space
from moderation.models import Case, Report
from moderation.signals import computing
from moderation.signals.computing import Act, Signal
from moderation.signals.models import ActOrigin, Choice, Step, Venue

LOOKED_AT = timedelta(days=8)  # a day, and the week to compare it with
NAMES = ("burst", "young", "single", "origin", "twins", "raid")

ActsOf = Callable[[Space, datetime], Sequence[Act]]
CountsOf = Callable[[Collection[int]], dict[int, int]]
_acts: list[ActsOf] = []
_counts: list[CountsOf] = []


def gives_acts(source: ActsOf) -> ActsOf:
    """Register a function that reads the votes of a space since an instant."""
    _acts.append(source)
    return source


def gives_counts(source: CountsOf) -> CountsOf:
    """Register a function that counts what each account did on the whole site."""
    _counts.append(source)
    return source


def signals_of(space: Space, now: datetime) -> list[Signal]:
    """Every signal of a space, raised or not."""
    since = now - LOOKED_AT
    acts = sorted((act for source in _acts for act in source(space, since)), key=lambda a: a.at)
    voters = {act.account for act in acts}
    return [
        computing.burst(acts),
        computing.young(acts, _born(voters)),
        computing.single(acts, _done(voters)),
        computing.origin(_marks(space, voters, since)),
        computing.twins(acts),
        computing.raid(_reports(space, since)),
    ]


def _born(accounts: Collection[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Account.id, Account.created_at).where(Account.id.in_(list(accounts)))
    )
    return dict(rows.all())


def _done(accounts: Collection[int]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for source in _counts:
        total.update(source(accounts))
    texts = (
        select(Contribution.author_id, func.count())
        .where(Contribution.author_id.in_(list(accounts)))
        .group_by(Contribution.author_id)
    )
    total.update(dict(db.session.execute(texts).all()))
    return dict(total)


def _marks(space: Space, voters: Collection[int], since: datetime) -> dict[int, set[str]]:
    rows = db.session.execute(
        select(ActOrigin.account_id, ActOrigin.mark).where(
            ActOrigin.space_id == space.id, ActOrigin.day >= since.date()
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for account, mark in rows:
        if account in voters:
            found[account].add(mark)
    return found


def _reports(space: Space, since: datetime) -> list[Act]:
    rows = db.session.execute(
        select(Report.reporter_id, Case.contribution_id, Report.at)
        .join(Case, Case.id == Report.case_id)
        .where(Case.space_id == space.id, Report.at > since)
        .order_by(Report.at)
    )
    return [Act(account, target, 0, at) for account, target, at in rows]


def venues_of(space: Space) -> Sequence[Venue]:
    """The places announced for a space, newest first."""
    return db.session.scalars(
        select(Venue).where(Venue.space_id == space.id).order_by(Venue.id.desc())
    ).all()


def steps_in(space: Space) -> Sequence[Step]:
    """What was decided about signals, newest first."""
    return db.session.scalars(
        select(Step)
        .where(Step.space_id == space.id)
        .order_by(Step.id.desc())
        .options(joinedload(Step.by))
    ).all()


def notes_for(spaces: Sequence[Space]) -> Sequence[Step]:
    """The notes that everyone reads on the pages of these spaces."""
    return db.session.scalars(
        select(Step).where(
            Step.space_id.in_([space.id for space in spaces]), Step.choice == Choice.NOTE,
            Step.ended_at.is_(None),
        )
    ).all()  # fmt: skip


def people_of(signal: Signal, at_most: int = 100) -> Sequence[Account]:
    """The accounts that a signal is about, the youngest first."""
    statement = select(Account).where(Account.id.in_(signal.accounts[:1000]))
    return db.session.scalars(statement.order_by(Account.created_at.desc()).limit(at_most)).all()
