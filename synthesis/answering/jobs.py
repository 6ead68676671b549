"""Answer the proposals of a batch, or take its answers back, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from civic.accounts.models import Account
from civic.clock import now
from civic.db import begin_write, commit, db
from civic.jobs import tell_progress
from synthesis.answering import actions
from synthesis.models import AnswerBatch, BatchAnswer

AT_ONCE = 50  # proposals of one transaction: nobody waits long for the database


def give(job: int, batch_id: int) -> None:
    """Answer every proposal of a batch that is not answered yet."""
    begin_write()
    _each(job, batch_id, is_answered=False, act=actions.give_one)
    begin_write()
    db.session.get_one(AnswerBatch, batch_id).done_at = now()
    commit()


def take_back(job: int, batch_id: int) -> None:
    """Take back every answer of a batch that still stands as the batch gave it."""

    def act(batch: AnswerBatch, row: BatchAnswer) -> None:
        actions.take_one_back(row, db.session.get_one(Account, batch.undone_by_id))

    begin_write()
    _each(job, batch_id, is_answered=True, act=act)


def _each(
    job: int, batch_id: int, is_answered: bool, act: Callable[[AnswerBatch, BatchAnswer], None]
) -> None:
    answered = BatchAnswer.answered_at.is_not(None)
    statement = (
        select(BatchAnswer.proposal_id)
        .where(BatchAnswer.batch_id == batch_id, answered if is_answered else ~answered)
        .order_by(BatchAnswer.proposal_id)
    )
    numbers = db.session.scalars(statement).all()
    commit()
    for start in range(0, len(numbers), AT_ONCE):
        _some(batch_id, numbers[start : start + AT_ONCE], act)
        tell_progress(job, min((start + AT_ONCE) / len(numbers), 1.0))


def _some(
    batch_id: int, numbers: Sequence[int], act: Callable[[AnswerBatch, BatchAnswer], None]
) -> None:
    begin_write()
    batch = db.session.get_one(AnswerBatch, batch_id)
    for number in numbers:
        act(batch, db.session.get_one(BatchAnswer, (batch_id, number)))
    commit()
