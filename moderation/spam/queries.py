"""Read texts to score, decisions to learn from, and what is known of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import undefer

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.db import db
from moderation.models import Case, CaseState, Decision, Outcome, Reason
from moderation.spam.models import Hold, Model, Score, TrustGrant
from moderation.spam.rules import LABELS_PER_DAY, Record

RECENT = timedelta(days=30)
COMPARED = 2_000  # recent texts in which copies are looked for
AT_ONCE = 200  # texts scored in one job
LEARNT = 5_000  # the latest decisions of each sort


def scores_of(ids: Iterable[int]) -> dict[int, Score]:
    """What the filter noticed about these texts."""
    found = db.session.scalars(select(Score).where(Score.contribution_id.in_(list(ids))))
    return {score.contribution_id: score for score in found}


def unscored() -> Sequence[Contribution]:
    """Recent public texts that the filter has not read in their present version."""
    read = exists().where(
        Score.contribution_id == Contribution.id, Score.version == Contribution.version
    )
    return db.session.scalars(
        select(Contribution)
        .where(
            Contribution.state.in_((State.VISIBLE, State.PENDING)),
            or_(Contribution.published_at.is_(None), Contribution.published_at > now() - RECENT),
            Contribution.created_at > now() - RECENT, ~read,
        )
        .order_by(Contribution.id)
        .limit(AT_ONCE)
    ).all()  # fmt: skip


def recent_texts() -> dict[int, str]:
    """The texts of the last month, among which copies are looked for."""
    rows = db.session.execute(
        select(Contribution.id, Contribution.title, Contribution.body)
        .where(Contribution.created_at > now() - RECENT, Contribution.state != State.DRAFT)
        .order_by(Contribution.id.desc())
        .limit(COMPARED)
    )
    return {key: f"{title}\n{body}" for key, title, body in rows}


def is_first_of(contribution: Contribution) -> bool:
    """Whether its author had published nothing before."""
    earlier = exists().where(
        Contribution.author_id == contribution.author_id, Contribution.id < contribution.id,
        Contribution.published_at.is_not(None),
    )  # fmt: skip
    return not db.session.scalar(select(earlier))


def latest_model() -> Model | None:
    """The model in use."""
    return db.session.scalar(
        select(Model).order_by(Model.id.desc()).limit(1).options(undefer(Model.weights))
    )


@dataclass(frozen=True)
class Label:
    """What a person decided about one text."""

    text: str
    is_spam: bool
    at: datetime


def labels() -> list[Label]:
    """The last decision on each text that was hidden as spam or kept, oldest first.

    Of one moderator's decisions of one day at most `LABELS_PER_DAY` count, so that nobody teaches
    the filter alone.
    """
    rows = db.session.execute(
        select(Contribution.title, Contribution.body, Decision.outcome, Decision.by_id, Decision.at)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Decision.number == Case.turn, Case.state == CaseState.DECIDED,
            or_(
                (Decision.outcome == Outcome.HIDE) & (Decision.reason == Reason.SPAM),
                Decision.outcome == Outcome.KEEP,
            ),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(2 * LEARNT)
    ).all()  # fmt: skip
    taken: dict[tuple[int, str], int] = defaultdict(int)
    found = []
    for title, body, outcome, by_id, at in reversed(rows):
        taken[by_id, f"{at:%Y-%m-%d}"] += 1
        if taken[by_id, f"{at:%Y-%m-%d}"] <= LABELS_PER_DAY:
            found.append(Label(f"{title}\n{body}".strip(), outcome is Outcome.HIDE, at))
    return found


def held_too_long() -> Sequence[Hold]:
    """Holds that ended, by a decision or by the hour, locked so that each ends once."""
    return db.session.scalars(
        select(Hold)
        .join(Contribution, Contribution.id == Hold.contribution_id)
        .where(
            Hold.ended_at.is_(None),
            or_(Hold.until <= now(), Contribution.state != State.PENDING),
        )
        .order_by(Hold.contribution_id)
        .with_for_update(of=Hold)
    ).all()


def record_of(account: Account) -> Record:
    """What is known of a person."""
    accepted = db.session.scalar(
        select(func.count()).where(
            Contribution.author_id == account.id, Contribution.state == State.VISIBLE
        )
    )
    return Record(
        is_confirmed=account.confirmed_at is not None or account.is_confirmed,
        age=now() - account.created_at,
        accepted=accepted or 0,
        hidden_lately=_hidden_since(account, timedelta(days=30)),
        hidden=_hidden_since(account, timedelta(days=90)),
        is_granted=db.session.get(TrustGrant, account.id) is not None,
    )


def _hidden_since(account: Account, span: timedelta) -> int:
    statement = (
        select(func.count(Contribution.id.distinct()))
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Contribution.author_id == account.id, Contribution.state == State.HIDDEN,
            Decision.outcome == Outcome.HIDE, Decision.at > now() - span,
        )
    )  # fmt: skip
    return db.session.scalar(statement) or 0
