"""What follows when a proposal that waited for a moderator is public."""

from __future__ import annotations

from civic.db import begin_write, commit, db
from moderation.events import text_let_out
from proposals.actions import proposal_published
from proposals.models import Proposal


@text_let_out.receive
def announce_late(contribution_id: int) -> None:
    """Say that it is public to whoever waits for new proposals."""
    begin_write()
    row = db.session.get(Proposal, contribution_id)
    if row is not None and row.is_visible:
        proposal_published.send(db.session(), proposal_id=row.id)
        commit()
