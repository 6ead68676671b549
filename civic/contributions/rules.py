"""What an author may do with a text of theirs."""

from __future__ import annotations

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _


def may_read(viewer: Account | Visitor, contribution: Contribution, is_moderator: bool) -> bool:
    """Everyone reads what is visible; an author also reads their own; moderators all but drafts."""
    if contribution.is_visible:
        return True
    if viewer.id is not None and viewer.id == contribution.author_id:
        return True
    return is_moderator and contribution.state is not State.DRAFT


def may_edit(viewer: Account | Visitor, contribution: Contribution) -> Verdict:
    """An author may edit a draft or a visible text of theirs."""
    if viewer.id != contribution.author_id:
        return no(_("Only the author can change this text."))
    if contribution.state is State.HIDDEN:
        return no(_("This text is hidden by a moderator’s decision."))
    if contribution.state is State.REMOVED:
        return no(_("You took this text back."))
    return YES
