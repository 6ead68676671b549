"""Find sanctions, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Space
from moderation.models import Case, Decision, Effect, Measure, Report, Sanction
from moderation.sanctions.rules import UNFOUNDED_WITHIN


def sanctions_on(account_id: int) -> Sequence[Sanction]:
    """Every measure against a person, newest first."""
    statement = select(Sanction).where(Sanction.account_id == account_id)
    return db.session.scalars(statement.order_by(Sanction.at.desc(), Sanction.id.desc())).all()


def in_force(account_id: int, measure: Measure) -> Sanction | None:
    """The measure of a kind that limits a person now, the one that lasts longest."""
    statement = (
        select(Sanction)
        .where(
            Sanction.account_id == account_id, Sanction.measure == measure,
            Sanction.lifted_at.is_(None), Sanction.until > now(),
        )
        .order_by(Sanction.until.desc())
        .limit(1)
    )  # fmt: skip
    return db.session.scalar(statement)


def load_sanction(sanction_id: int) -> Sanction:
    """One measure.

    Raises
    ------
    Missing
    """
    found = db.session.get(Sanction, sanction_id)
    if found is None:
        raise Missing()
    return found


def contested_in(space: Space) -> Sequence[Sanction]:
    """Measures of a space that wait for a second reader, oldest first."""
    statement = (
        select(Sanction)
        .where(
            Sanction.space_id == space.id, Sanction.contested_at.is_not(None),
            Sanction.answered_at.is_(None),
        )
        .order_by(Sanction.contested_at)
        .options(joinedload(Sanction.account))
    )  # fmt: skip
    return db.session.scalars(statement).all()


def has_written_in(account_id: int, space: Space) -> bool:
    """Whether a person sent any text in a space."""
    statement = select(Contribution.id).where(
        Contribution.author_id == account_id, Contribution.space_id == space.id,
        Contribution.state != State.DRAFT,
    )  # fmt: skip
    return db.session.scalar(statement.limit(1)) is not None


def author_in(account_id: int, space: Space) -> Account:
    """Somebody who wrote in a space.

    Raises
    ------
    Missing
        When there is nobody, or they wrote nothing here.
    """
    found = db.session.get(Account, account_id)
    if found is None or not has_written_in(account_id, space):
        raise Missing()
    return found


def decisions_about(account_id: int, space: Space) -> Sequence[Decision]:
    """What was decided on the texts of a person in a space, newest first."""
    statement = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(
            Contribution.author_id == account_id, Case.space_id == space.id,
            Effect.main_id.is_(None),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(50)
        .options(joinedload(Decision.case).joinedload(Case.contribution), joinedload(Decision.plea))
    )  # fmt: skip
    return db.session.scalars(statement).all()


def unfounded_reports(account_id: int, since: datetime | None = None) -> int:
    """How many reports of a person were, lately, ones that nobody could have meant."""
    start = max(now() - UNFOUNDED_WITHIN, since) if since else now() - UNFOUNDED_WITHIN
    statement = (
        select(func.count(Report.id.distinct()))
        .join(Decision, Decision.case_id == Report.case_id)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(
            Report.reporter_id == account_id, Decision.is_unfounded.is_(True),
            Effect.reversed_by_id.is_(None), Report.at <= Decision.at, Decision.at > start,
        )
    )  # fmt: skip
    return db.session.scalar(statement) or 0


def last_report_warning(account_id: int) -> Sanction | None:
    """The newest warning that a person got for their reports, unless it was lifted."""
    statement = (
        select(Sanction)
        .where(
            Sanction.account_id == account_id, Sanction.measure == Measure.REPORT_WARNING,
            Sanction.lifted_at.is_(None),
        )
        .order_by(Sanction.at.desc())
        .limit(1)
    )  # fmt: skip
    return db.session.scalar(statement)


def ends_of(account_ids: Iterable[int], measure: Measure) -> dict[int, datetime]:
    """Until when a measure limits each of these people, for those whom it limits at all."""
    statement = (
        select(Sanction.account_id, func.max(Sanction.until))
        .where(
            Sanction.account_id.in_(list(account_ids)), Sanction.measure == measure,
            Sanction.lifted_at.is_(None), Sanction.until.is_not(None),
        )
        .group_by(Sanction.account_id)
    )  # fmt: skip
    return {key: until for key, until in db.session.execute(statement) if until is not None}
