"""Note what was noticed, set a text aside for a day, and let it come back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.actions import set_state
from civic.contributions.models import Contribution, State
from civic.db import db
from civic.notifications.actions import notify
from moderation import actions, telling as moderation_telling
from moderation.spam import queries, telling
from moderation.spam.models import Hold, Model, Score
from moderation.spam.noticing import Signal
from moderation.spam.rules import HELD


def keep_score(
    contribution: Contribution, signals: list[Signal], suspicion: float,
    model: Model | None = None, probability: float | None = None,
) -> Score:  # fmt: skip
    """Write down what was noticed about the present version of a text."""
    score = db.session.get(Score, contribution.id) or Score(contribution_id=contribution.id)
    score.version, score.at = contribution.version, now()
    score.model_id = model.id if model else None
    score.probability, score.suspicion = probability, suspicion
    score.signals = [[signal.name, signal.value] for signal in signals]
    db.session.add(score)
    db.session.flush()
    return score


def hold(contribution: Contribution, score: Score) -> Hold | None:
    """Set a public text aside until a person has read it, a day at most; its author is told.

    Returns
    -------
    Hold or None
        None when it was set aside before: nobody waits twice for a machine.
    """
    known = db.session.get(Hold, contribution.id)
    if contribution.state is not State.VISIBLE or known is not None:
        return None
    row = Hold(contribution_id=contribution.id, at=now(), until=now() + HELD)
    db.session.add(row)
    set_state(contribution, State.PENDING)
    case = actions.open_case(contribution)
    audit.record(
        None, "spam.held", about=contribution, case=case.id, probability=score.probability,
        signals=[name for name, _value in score.signals],
    )  # fmt: skip
    moderation_telling.moderators(case)
    telling.held(contribution, row)
    return row


def tell_of_drift(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The filter became much less right in a night: administrators look at what it learnt from."""
    known = {"before": before["precision"], "now": after["precision"]}
    audit.record(None, "spam.drifted", **known)
    administrators = select(Account.id).where(Account.is_administrator.is_(True))
    notify(db.session.scalars(administrators), "moderation.drifted", **known)


def end_holds() -> int:
    """Let texts come back that nobody decided on within the day; how many holds ended."""
    ended = queries.held_too_long()
    for row in ended:
        contribution = db.session.get_one(Contribution, row.contribution_id, with_for_update=True)
        row.ended_at, row.ended_by = now(), "person"
        if contribution.state is State.PENDING:
            row.ended_by = "time"
            set_state(contribution, State.VISIBLE)
            audit.record(None, "spam.released", about=contribution)
    return len(ended)
