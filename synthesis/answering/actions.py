"""Give a theme's answer to its proposals, and take it back."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select

from civic import audit, jobs
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.settings import active
from civic.spaces.queries import roles_of
from proposals import actions as proposals
from proposals.models import OfficialAnswer, Proposal, Stage
from synthesis import rules
from synthesis.actions import take_turn
from synthesis.answering.queries import waiting
from synthesis.models import AnswerBatch, BatchAnswer, Decision, Theme

GIVE = "synthesis.answering.jobs:give"
TAKE_BACK = "synthesis.answering.jobs:take_back"
STAGES = {
    Decision.EVALUATING: Stage.EVALUATING,
    Decision.ACCEPTED: Stage.ACCEPTED,
    Decision.PARTIAL: Stage.ACCEPTED,  # its text begins with "accepted in part"
    Decision.REJECTED: Stage.REJECTED,
}


def wording(theme: Theme) -> str:
    """The answer as each proposal will show it."""
    in_part = _("Accepted in part.")
    parts = [f"**{in_part}**"] if theme.decision is Decision.PARTIAL else []
    parts.append(theme.answer)
    address = f"{active().base_url}{theme.url}"
    parts.append(
        _("This answer is given to all the proposals of the theme “%(name)s”: %(address)s",
          name=theme.name, address=address)
    )  # fmt: skip
    return "\n\n".join(parts)


def ask_all(theme: Theme, by: Account, turn: int, left_out: Collection[int] = ()) -> AnswerBatch:
    """Give a theme's answer to every proposal of it that has none; a job does it.

    Parameters
    ----------
    turn : int
        That of the synthesis when the preview was shown.
    left_out : collection of int
        Proposals that will be answered one by one.

    Raises
    ------
    Invalid
        When nothing is left to answer.
    NotAllowed, Stale
    """
    rules.may_answer_all(roles_of(by, theme.synthesis.space), theme).require()
    take_turn(theme.synthesis, turn)
    numbers = db.session.scalars(waiting(theme).with_only_columns(Proposal.id))
    chosen = [number for number in numbers if number not in left_out]
    if not chosen:
        raise Invalid("left_out", _("No proposal of this theme is left to answer."))
    batch = AnswerBatch(
        theme_id=theme.id, decision=theme.decision, body=wording(theme), by_id=by.id, at=now()
    )
    db.session.add(batch)
    db.session.flush()
    rows = [{"batch_id": batch.id, "proposal_id": number} for number in chosen]
    db.session.execute(insert(BatchAnswer), rows)
    batch.job_id = jobs.enqueue(GIVE, batch_id=batch.id).id
    audit.record(by, "theme.answer_given", about=theme, proposals=len(chosen), batch=batch.id)
    return batch


def give_one(batch: AnswerBatch, row: BatchAnswer) -> None:
    """Answer one proposal of a batch, unless it was answered or withdrawn meanwhile."""
    proposal = db.session.get_one(Proposal, row.proposal_id)
    if proposal.answer is not None or proposal.stage is Stage.WITHDRAWN or not proposal.is_visible:
        return
    stage = STAGES[batch.decision]
    answer = proposals.answer(proposal, batch.by, stage, batch.body, is_published=True)
    row.answered_at = answer.at


def ask_back(batch: AnswerBatch, by: Account) -> None:
    """Take back what a batch gave; a job does it."""
    space = batch.theme.synthesis.space
    rules.may_take_back(roles_of(by, space), batch, now()).require()
    batch.undone_at, batch.undone_by_id = now(), by.id
    batch.job_id = jobs.enqueue(TAKE_BACK, batch_id=batch.id).id
    audit.record(by, "theme.answer_taken_back", about=batch.theme, batch=batch.id)
    db.session.flush()


def take_one_back(row: BatchAnswer, by: Account) -> None:
    """Take back one answer of a batch, unless it was corrected since."""
    answer = db.session.scalar(
        select(OfficialAnswer).where(
            OfficialAnswer.proposal_id == row.proposal_id, OfficialAnswer.at == row.answered_at
        )
    )
    if answer is not None:
        proposals.take_back_answer(answer.proposal, by)
