"""Mail what people should know, as often as they want."""

from __future__ import annotations

from civic import jobs
from civic.db import begin_write, commit, db
from civic.notifications import mailing
from civic.settings import active


def mail_notices() -> int:
    """Write to each person with news that are due; how many mails were written.

    Nothing is written where no mail leaves: notices are read on the site.
    """
    if not active().sends_mail:
        return 0
    begin_write()
    people = list(db.session.scalars(mailing.people_with_news()))
    written = sum(mailing.write_to(person) for person in people)
    commit()
    return written


jobs.periodic("mail notices", minute="*/10")(mail_notices)
