"""Who may write, change, withdraw and answer a proposal, and when."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from civic.accounts.models import Account, Visitor
from civic.contributions.models import State
from civic.contributions.rules import may_edit
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Act, Role, Space
from proposals.models import Proposal, Stage
from votes.rules import may_act

ANSWERS = (Stage.EVALUATING, Stage.ACCEPTED, Stage.REJECTED)


def may_propose(viewer: Account | Visitor, space: Space, now: datetime) -> Verdict:
    """Anyone who may take part, while the calendar permits proposals."""
    return may_act(viewer, space, Act.PROPOSE, now)


def may_change(
    viewer: Account | Visitor, proposal: Proposal, is_asked: bool = False
) -> Verdict:  # fmt: skip
    """An author may change a proposal until somebody has supported or answered it.

    Parameters
    ----------
    is_asked : bool
        Whether a moderator asked for a change: then it can change in spite of supports, and those
        who gave them are told.
    """
    if proposal.state is State.VISIBLE and not is_asked:
        if proposal.stage is not Stage.NOT_ANSWERED:
            return no(_("The town has taken this proposal up, so its text can no longer change."))
        if proposal.support_count:
            return no(_("People support this text as it is, so it can no longer change."))
    return may_edit(viewer, proposal)


def may_withdraw(viewer: Account | Visitor, proposal: Proposal) -> Verdict:
    """An author may withdraw a visible proposal that the town has not decided on."""
    if viewer.id != proposal.author_id:
        return no(_("Only the author can withdraw this proposal."))
    if not proposal.is_visible:
        return no(_("This proposal is not public."))
    if proposal.stage not in (Stage.NOT_ANSWERED, Stage.EVALUATING):
        return no(_("This proposal has its answer and can no longer be withdrawn."))
    return YES


def may_answer(roles: Set[Role]) -> Verdict:
    """Officials of the space answer."""
    if Role.OFFICIAL in roles:
        return YES
    return no(_("Only the officials of this space answer proposals."))
