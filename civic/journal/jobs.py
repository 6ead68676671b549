"""Once a day the head of the audit log is published."""

from __future__ import annotations

from civic import jobs
from civic.db import begin_write, commit
from civic.journal import actions


def publish_head() -> None:
    """Asked for every hour, so that a worker that slept at midnight publishes when it wakes."""
    begin_write()
    actions.publish_head()
    commit()


jobs.periodic("publish head", minute="7")(publish_head)
