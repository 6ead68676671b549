"""Who may comment, state and change it, when, and why not."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution
from civic.contributions.rules import may_edit
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Act, Role, Space
from civic.spaces.rules import is_open_for
from deliberations.models import Comment, Statement
from votes.rules import may_act

COMMENT_MAX = 3_000  # code points
STATEMENT_MAX = 200
STATEMENT_MIN = 10
BATCH = 10  # statements between two pauses
TOO_FEW_TO_PAUSE = 2  # with no more than so many left, the end is the pause


def may_comment(viewer: Account | Visitor, root: Contribution, now: datetime) -> Verdict:
    """Anyone who may take part, under a text that everyone reads, while comments are open."""
    if not root.is_visible:
        return no(_("This text is not public: it takes no comments."))
    return may_act(viewer, root.space, Act.COMMENT, now)


def may_reply(to: Comment, root: Contribution) -> Verdict:
    """A reply answers a public comment of the same thread."""
    if to.root_id != root.id or not to.is_visible:
        return no(_("The comment that you answer is not public any more."))
    return YES


def may_change_comment(viewer: Account | Visitor, comment: Comment) -> Verdict:
    """An author changes a comment of theirs; the earlier version is kept."""
    return may_edit(viewer, comment)


def may_state(viewer: Account | Visitor, space: Space, now: datetime) -> Verdict:
    """Anyone who may take part, while statements are collected."""
    return may_act(viewer, space, Act.STATE, now)


def may_take_back(viewer: Account | Visitor, statement: Statement) -> Verdict:
    """An author takes a statement back until somebody else has voted on it."""
    if statement.vote_count > 1:
        return no(_("Others have voted on this statement, so it stays."))
    return may_edit(viewer, statement)


def is_a_pause(answered: int, left: int) -> bool:
    """Whether a person who has voted on so many statements has come to a pause."""
    return answered > 0 and answered % BATCH == 0 and left > TOO_FEW_TO_PAUSE


def before_pause(answered: int, left: int) -> int:
    """How many statements come before the next pause; 0 when the end comes first."""
    coming = BATCH - answered % BATCH
    return coming if left - coming > TOO_FEW_TO_PAUSE else 0


def may_mark_meta(roles: Set[Role]) -> Verdict:
    """Moderators and officials of a space say which statements are about the person."""
    if roles & {Role.MODERATOR, Role.OFFICIAL}:
        return YES
    return no(_("The team of this space does this."))


def may_export(space: Space, roles: Set[Role], now: datetime) -> Verdict:
    """Figures are for everyone once the vote is over, so that they sway nobody before."""
    if Role.OFFICIAL in roles or not is_open_for(space, Act.VOTE, now):
        return YES
    return no(_("The figures are published when the vote on statements is over."))
