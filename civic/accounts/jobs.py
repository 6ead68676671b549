"""What is cleared away at night."""

from __future__ import annotations

from civic import jobs
from civic.accounts.actions import forget_ceremonies
from civic.db import begin_write, commit


def forget() -> None:
    """Drop what was begun at sign-in and never ended."""
    begin_write()
    forget_ceremonies()
    commit()


jobs.periodic("forget ceremonies", minute="57", hour="3")(forget)
