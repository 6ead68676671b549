"""Told in time: cases that are nearly late."""

from __future__ import annotations

from civic.db import begin_write, commit, db
from civic.jobs import periodic
from civic.spaces.queries import all_spaces
from moderation.queue import actions, queries


@periodic("tell of late cases", minute="*/10")
def tell_of_late_cases() -> None:
    """Look at everything that waits."""
    begin_write()
    spaces = db.session.scalars(all_spaces()).all()
    actions.tell_of_delays(queries.waiting_cases(spaces))
    commit()
