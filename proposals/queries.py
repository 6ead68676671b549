"""Lists of proposals."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, UnaryExpression, and_, case, false, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State, visible
from civic.contributions.queries import visible_in
from civic.contributions.search import matches
from civic.db import db
from civic.errors import Verdict
from civic.spaces.models import Space
from moderation.actions import is_asked_to_change
from proposals import rules
from proposals.models import OfficialAnswer, Proposal, Stage


class Order(enum.StrEnum):
    """How a list is sorted."""

    RECENT = "recent"
    SUPPORTED = "supported"
    DISCUSSED = "discussed"
    RANDOM = "random"


BY: dict[Order, tuple[UnaryExpression[Any], ...]] = {
    Order.RECENT: (Contribution.published_at.desc(), Contribution.id.desc()),
    Order.SUPPORTED: (Contribution.support_count.desc(), Contribution.id.desc()),
    Order.DISCUSSED: (Contribution.comment_count.desc(), Contribution.id.desc()),
}


def proposals_in(
    space: Space, order: Order = Order.RECENT, seed: int = 0, query: str = "",
    stage: Stage | None = None,
) -> Select[Proposal]:  # fmt: skip
    """Proposals that any visitor of the space may read.

    Parameters
    ----------
    seed : int
        For `Order.RANDOM`: where the shuffled ring of proposals is entered, 0 to 2**31 - 1. One
        seed gives one order, so that page 2 goes on where page 1 ended.
    query : str
        Words that must all occur, in any form.
    """
    statement = visible_in(Proposal, space)
    if query:
        condition = matches(query)
        statement = statement.where(condition if condition is not None else false())
    if stage is not None:
        statement = statement.where(Proposal.stage == stage)
    if order is Order.RANDOM:
        before = case((Contribution.shuffle_key < seed, 1), else_=0)
        return statement.order_by(before, Contribution.shuffle_key, Contribution.id)
    return statement.order_by(*BY[order])


def may_change(viewer: Account | Visitor, proposal: Proposal) -> Verdict:
    """Whether a person may change a proposal now, also because a moderator asked for it."""
    is_asked = viewer.id == proposal.author_id and is_asked_to_change(proposal)
    return rules.may_change(viewer, proposal, is_asked)


def drafts_of(account: Account, space: Space) -> Select[Proposal]:
    """Drafts that a person has not published yet."""
    return (
        select(Proposal)
        .where(
            Contribution.author_id == account.id,
            Contribution.space_id == space.id,
            Contribution.kind == "proposal",
            Contribution.state == State.DRAFT,
        )
        .order_by(Contribution.created_at.desc())
    )


def waiting_for_answer(space: Space) -> Select[Proposal]:
    """Visible proposals without a published answer, the most supported first."""
    return (
        select(Proposal)
        .where(
            and_(Contribution.space_id == space.id, visible()),
            Proposal.stage.in_((Stage.NOT_ANSWERED, Stage.EVALUATING)),
        )
        .order_by(Contribution.support_count.desc(), Contribution.id)
        .options(joinedload(Contribution.author))
    )


def answers_to(ids: Sequence[int]) -> dict[int, OfficialAnswer]:
    """The town's answers to these proposals, drafts included, in one query."""
    found = db.session.scalars(select(OfficialAnswer).where(OfficialAnswer.proposal_id.in_(ids)))
    return {answer.proposal_id: answer for answer in found}
