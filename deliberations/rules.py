"""Who may comment, state and change it, when, and why not."""

from __future__ import annotations

from datetime import datetime

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution
from civic.contributions.rules import may_edit
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Act, Space
from deliberations.models import Comment, Statement
from votes.rules import may_act

COMMENT_MAX = 3_000  # code points
STATEMENT_MAX = 200
STATEMENT_MIN = 10


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
