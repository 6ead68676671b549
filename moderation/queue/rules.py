"""What can be decided together, and undone together."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.models import Account
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from moderation.models import Case, CaseState, Outcome
from moderation.queue.models import Batch
from moderation.rules import outcomes_for

BATCH_MAX = 50
NOTE_MAX = 2_000
UNDO_WITHIN = timedelta(hours=24)
IN_BATCHES = (Outcome.KEEP, Outcome.HIDE)


def in_a_batch(case: Case, outcome: Outcome, may_decide: Verdict) -> Verdict:
    """Whether a case can be decided with others.

    Parameters
    ----------
    may_decide : Verdict
        Whether this moderator may decide on it at all.
    """
    if not may_decide:
        return may_decide
    if case.contribution.version != case.version:
        return no(_("Its author has changed this text: read the new version on its own."))
    if case.state is CaseState.CONTESTED or outcome not in outcomes_for(case.contribution):
        return no(_("A second reading is made one by one."))
    return YES


def may_undo_batch(by: Account, batch: Batch, now: datetime) -> Verdict:
    """Whoever decided, once, within a day."""
    if batch.by_id != by.id:
        return no(_("Only whoever decided can undo it."))
    if batch.undone_at is not None:
        return no(_("This batch is undone already."))
    if now > batch.at + UNDO_WITHIN:
        return no(_("A batch can be undone for a day."))
    return YES
