"""Comment, reply, state, change and take back."""

from __future__ import annotations

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions import actions as contributions
from civic.contributions.models import Contribution, State
from civic.contributions.queries import followers_of
from civic.db import db
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from deliberations import rules
from deliberations.models import Comment, Statement


def comment(
    root: Contribution, author: Account, body: str, reply_to: Comment | None = None
) -> Comment:
    """Say something under a contribution, or answer somebody who did.

    The author of the comment that is answered, and those who follow the contribution, are told;
    from now on the author of this one follows it too.
    """
    rules.may_comment(author, root, now()).require()
    if reply_to is not None:
        rules.may_reply(reply_to, root).require()
    row = contributions.write(
        Comment, root.space, author, body=body, root=root,
        reply_to_id=reply_to.id if reply_to else None,
    )  # fmt: skip
    contributions.publish(row)
    contributions.follow(root, author.id)
    _tell(root, row, author, reply_to)
    return row


def _tell(root: Contribution, row: Comment, author: Account, reply_to: Comment | None) -> None:
    answered = {reply_to.author_id} if reply_to else set()
    notify(answered, "deliberations.replied", about=row, by=author)
    notify(
        set(followers_of(root)) - answered, "deliberations.commented", about=row, by=author,
        root=root.id,
    )  # fmt: skip


def change_comment(row: Comment, by: Account, body: str, version: int) -> None:
    """Change a comment; the earlier version is kept."""
    rules.may_change_comment(by, row).require()
    contributions.revise(row, by, "", body, version)


def take_back_comment(row: Comment, by: Account) -> None:
    """Take a comment back; what answers it stays."""
    rules.may_change_comment(by, row).require()
    contributions.take_back(row, by)


def publish_statement(space: Space, author: Account, text: str) -> Statement:
    """Add a statement for everyone to vote on."""
    rules.may_state(author, space, now()).require()
    row = contributions.write(Statement, space, author, body=text)
    contributions.publish(row)
    return row


def take_back_statement(row: Statement, by: Account) -> None:
    """Take a statement back that nobody else has voted on."""
    db.session.refresh(row, with_for_update=True)
    rules.may_take_back(by, row).require()
    if row.state is not State.VISIBLE:
        raise Conflict(_("This statement is not public."))
    contributions.take_back(row, by)


def mark_meta(row: Statement, by: Account, wanted: bool) -> None:
    """Say that a statement is about the person who votes, or that it is an opinion after all."""
    rules.may_mark_meta(roles_of(by, row.space)).require()
    if row.is_meta is not wanted:
        row.is_meta = wanted
        audit.record(by, "statement.meta_marked", about=row, wanted=wanted)
