"""Who asks for a removal of votes, who answers, and who gives them back."""

from __future__ import annotations

from collections.abc import Collection, Set

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Role
from moderation.rules import may_moderate
from votes.models import RemovalState, VoteRemoval

MOST_ACCOUNTS = 500  # in one request


def may_ask(by: Account | Visitor, roles: Set[Role], accounts: Collection[int]) -> Verdict:
    """A moderator of the space, about other people."""
    if not may_moderate(by, roles):
        return may_moderate(by, roles)
    if by.id in accounts:
        return no(_("Nobody decides about themselves."))
    return YES


def may_answer(by: Account | Visitor, roles: Set[Role], removal: VoteRemoval) -> Verdict:
    """Somebody else of the moderators, whose own votes are not concerned."""
    if not may_moderate(by, roles):
        return may_moderate(by, roles)
    if removal.state is not RemovalState.ASKED:
        return no(_("This request has been answered."))
    if by.id == removal.asked_by_id:
        return no(_("You asked for it: somebody else looks and answers."))
    if by.id in {line.account_id for line in removal.accounts}:
        return no(_("Nobody decides about themselves."))
    return YES


def may_give_back(by: Account | Visitor, removal: VoteRemoval) -> Verdict:
    """An administrator who did not decide gives removed votes back, when somebody contests."""
    if not by.is_administrator:
        return no(_("Only an administrator gives removed votes back."))
    if removal.state is not RemovalState.DONE:
        return no(_("These votes are not removed."))
    if by.id in (removal.asked_by_id, removal.answered_by_id):
        return no(_("You took this decision: somebody else looks at it again."))
    return YES
