"""When the filter works. The work itself is in `jobs`, which the web processes never load."""

from __future__ import annotations

from sqlalchemy import select

from civic import jobs
from civic.db import begin_write, commit, db
from moderation.spam import actions, queries

SCORE = "moderation.spam.jobs:score_new_texts"
LEARN = "moderation.spam.jobs:learn_from_decisions"


def ask(name: str) -> None:
    """Ask for a job that is not under way already."""
    same = (jobs.Job.name == name, jobs.Job.state.in_(("waiting", "running")))
    if db.session.scalar(select(jobs.Job.id).where(*same).limit(1)) is None:
        jobs.enqueue(name)


def ask_for_scores() -> None:
    """Every minute: are there texts that the filter has not read?"""
    begin_write()
    if queries.unscored():
        ask(SCORE)
    commit()


def ask_to_learn() -> None:
    """Each night."""
    begin_write()
    ask(LEARN)
    commit()


def end_spam_holds() -> None:
    """Texts that waited for a day come back."""
    begin_write()
    actions.end_holds()
    commit()


jobs.periodic("score new texts", minute="*")(ask_for_scores)
jobs.periodic("learn what is spam", minute="40", hour="2")(ask_to_learn)
jobs.periodic("end spam holds", minute="*/5")(end_spam_holds)
