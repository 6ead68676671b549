"""What follows when a text that waited for a moderator is public."""

from __future__ import annotations

from civic.db import begin_write, commit, db
from deliberations.actions import tell_of
from deliberations.models import Comment
from moderation.events import text_let_out


@text_let_out.receive
def tell_late(contribution_id: int) -> None:
    """Tell those whom a comment concerns, which nobody did while it waited."""
    begin_write()
    row = db.session.get(Comment, contribution_id)
    if row is not None and row.is_visible:
        tell_of(row)
        commit()
