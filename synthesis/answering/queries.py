"""Which proposals of a theme await an answer, and what was given to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.contributions.models import visible
from civic.db import db
from civic.errors import Missing
from proposals.models import OfficialAnswer, Proposal, Stage
from synthesis.models import AnswerBatch, BatchAnswer, Placement, Theme


def _inside(theme: Theme) -> Select[Proposal]:
    return (
        select(Proposal)
        .join(Placement, Placement.contribution_id == Proposal.id)
        .outerjoin(OfficialAnswer, OfficialAnswer.proposal_id == Proposal.id)
        .where(
            Placement.synthesis_id == theme.synthesis_id, Placement.theme_id == theme.id, visible()
        )
        .order_by(Proposal.support_count.desc(), Proposal.id)
    )


def waiting(theme: Theme) -> Select[Proposal]:
    """The visible proposals of a theme that nobody has answered, most supported first."""
    return _inside(theme).where(
        OfficialAnswer.proposal_id.is_(None), Proposal.stage != Stage.WITHDRAWN
    )


def waiting_count(theme: Theme) -> int:
    """How many they are."""
    numbers = waiting(theme).with_only_columns(Proposal.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(numbers)) or 0


def passed_over(theme: Theme) -> Select[Proposal]:
    """Those that keep the answer, or the draft of one, that they have; and the withdrawn ones."""
    return (
        _inside(theme)
        .where(OfficialAnswer.proposal_id.is_not(None) | (Proposal.stage == Stage.WITHDRAWN))
        .options(joinedload(Proposal.answer))
    )


def load_batch(theme: Theme, batch_id: int) -> AnswerBatch:
    """A batch of this theme.

    Raises
    ------
    Missing
        When there is none.
    """
    found = db.session.get(AnswerBatch, batch_id)
    if found is None or found.theme_id != theme.id:
        raise Missing()
    return found


@dataclass(frozen=True)
class BatchLine:
    """A batch with its figures: proposals chosen, and those that were answered by it."""

    batch: AnswerBatch
    chosen: int
    answered: int


def batches_of(theme: Theme) -> Sequence[BatchLine]:
    """What was given to the proposals of a theme, newest first."""
    statement = (
        select(AnswerBatch, func.count(), func.count(BatchAnswer.answered_at))
        .join(BatchAnswer, BatchAnswer.batch_id == AnswerBatch.id)
        .where(AnswerBatch.theme_id == theme.id)
        .group_by(AnswerBatch.id)
        .order_by(AnswerBatch.id.desc())
        .options(joinedload(AnswerBatch.by))
    )
    return [BatchLine(*row) for row in db.session.execute(statement)]
