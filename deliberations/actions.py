"""Comment, reply, state, change and take back."""

from __future__ import annotations

from typing import Any

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
from deliberations import queries, rules
from deliberations.models import Comment, Statement
from moderation import actions as moderation


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
    contributions.follow(root, author.id)
    if moderation.let_out(row):
        _tell(root, row, author, reply_to)
    return row


def _tell(root: Contribution, row: Comment, author: Account, reply_to: Comment | None) -> None:
    answered = {reply_to.author_id} if reply_to else set()
    notify(answered, "deliberations.replied", about=row, by=author)
    notify(
        set(followers_of(root)) - answered, "deliberations.commented", about=row, by=author,
        root=root.id,
    )  # fmt: skip


def tell_of(row: Comment) -> None:
    """A comment that waited for a moderator is public: those concerned hear of it now."""
    answered = db.session.get(Comment, row.reply_to_id) if row.reply_to_id else None
    if row.root is not None:
        _tell(row.root, row, row.author, answered)


def change_comment(row: Comment, by: Account, body: str, version: int) -> None:
    """Change a comment; the earlier version is kept."""
    rules.may_change_comment(by, row).require()
    contributions.revise(row, by, "", body, version)
    moderation.note_change(row)


def take_back_comment(row: Comment, by: Account) -> None:
    """Take a comment back; what answers it stays."""
    rules.may_change_comment(by, row).require()
    contributions.take_back(row, by)
    moderation.note_taken_back(row)


def publish_statement(space: Space, author: Account, text: str) -> Statement:
    """Add a statement for everyone to vote on."""
    rules.may_state(author, space, now()).require()
    row = contributions.write(Statement, space, author, body=text)
    moderation.let_out(row)
    return row


def take_back_statement(row: Statement, by: Account) -> None:
    """Take a statement back that nobody else has voted on."""
    counted = ["state", "agree_count", "disagree_count", "pass_count"]
    db.session.refresh(row, counted, with_for_update=True)
    rules.may_take_back(by, row).require()
    if row.state not in (State.VISIBLE, State.PENDING):
        raise Conflict(_("This statement is not public."))
    contributions.take_back(row, by)
    moderation.note_taken_back(row)


# --- Moving -----------------------------------------------------------------------------------


def _detach(row: Contribution) -> contributions.Detached:
    """A comment leaves a thread with everything that answers it."""
    assert isinstance(row, Comment)
    gone = contributions.Detached(queries.answers_to(row), {"reply_to": row.reply_to_id})
    row.reply_to_id = None
    return gone


def _attach(row: Contribution, memo: dict[str, Any]) -> None:
    assert isinstance(row, Comment)
    row.reply_to_id = memo.get("reply_to")
    db.session.flush()


contributions.moves_in_threads("comment", _detach, _attach)


def mark_meta(row: Statement, by: Account, wanted: bool) -> None:
    """Say that a statement is about the person who votes, or that it is an opinion after all."""
    rules.may_mark_meta(roles_of(by, row.space)).require()
    if row.is_meta is not wanted:
        row.is_meta = wanted
        audit.record(by, "statement.meta_marked", about=row, wanted=wanted)
