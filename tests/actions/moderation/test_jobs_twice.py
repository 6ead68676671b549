"""F10: the worker dies in the middle, or two run at once; each effect of moderation happens once.

Real transactions, and a process that is really killed, on both databases.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from civic import clock, jobs
from civic.audit import AuditEntry
from civic.checking import faults
from civic.db import begin_write, commit, db
from civic.jobs import Job
from civic.notifications.models import Notice
from civic.spaces.models import Space
from moderation.queue import actions as queue, queries as queue_queries
from moderation.spam import actions, queries
from moderation.spam.models import Hold, Score
from moderation.spam.schedule import SCORE
from tests.actions.moderation.test_races import at_once, instance  # noqa: F401
from tests.factories import Factories

DYING = """
import os, signal, sys
from pathlib import Path
from app import create_app
from civic import jobs
from moderation.spam import jobs as spam
from tests.conftest import settings_for

app, read = create_app(settings_for(Path(sys.argv[1]), sys.argv[2])), spam._read

def read_one_and_die(contribution, reader):
    if getattr(read_one_and_die, "has_read", False):
        os.kill(os.getpid(), signal.SIGKILL)
    read_one_and_die.has_read = True
    read(contribution, reader)

spam._read = read_one_and_die
with app.app_context():
    jobs.run(int(sys.argv[3]))
"""


def size_of(*where: Any) -> int:
    return db.session.scalar(select(func.count()).where(*where)) or 0


def later(act: Callable[[], Any], **span: int) -> Callable[[], None]:
    """The same act, done after a while; an instant is known to its own thread alone."""

    def do() -> None:
        with clock.at(clock.now() + timedelta(**span)):
            act()

    return do


def waiting_job() -> int:
    """A job that nothing has started yet."""
    begin_write()
    row = Job(name=SCORE, arguments={}, queued_at=clock.now(), heard_at=clock.now())
    db.session.add(row)
    commit()
    return row.id


def test_f10_a_worker_that_is_killed_in_a_batch_leaves_nothing_half_done(
    instance: Flask,  # noqa: F811
) -> None:
    make = Factories()
    for n in range(3):
        make.proposal(title=f"Texte {n}")
    job, settings = waiting_job(), instance.config["SETTINGS"]
    db.session.remove()
    ended = subprocess.run(
        [sys.executable, "-c", DYING, str(settings.var_dir), settings.database_url, str(job)],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert db.session.get_one(Job, job).state == "running"
    assert size_of(Score.contribution_id > 0) == 0, "the whole batch or none of it"
    with clock.at(clock.now() + jobs.SILENCE + timedelta(seconds=1)):
        assert jobs.sweep() == 1
    db.session.expire_all()
    assert db.session.get_one(Job, job).state == "done"
    assert size_of(Score.contribution_id > 0) == 3
    assert not list(faults())


def test_f10_two_workers_that_score_at_once_read_each_text_once(
    instance: Flask,  # noqa: F811
) -> None:
    make = Factories()
    for n in range(5):
        make.proposal(title=f"Texte {n}")
    first, second = waiting_job(), waiting_job()
    db.session.remove()
    at_once(instance, [lambda: jobs.run(first), lambda: jobs.run(second), lambda: jobs.run(first)])
    assert size_of(Score.contribution_id > 0) == 5
    assert {row.state for row in db.session.scalars(select(Job))} == {"done"}


def test_f10_two_workers_that_end_holds_end_each_once(
    instance: Flask,  # noqa: F811
) -> None:
    make = Factories()
    texts = [make.proposal(title=f"Texte {n}") for n in range(4)]
    begin_write()
    for text in texts:
        assert actions.hold(text, actions.keep_score(text, [], 0.99))
    commit()
    db.session.remove()
    assert at_once(instance, [later(actions.end_holds, hours=25)] * 3) == ["done"] * 3
    assert size_of(AuditEntry.act == "spam.released") == 4
    assert set(db.session.scalars(select(Hold.ended_by))) == {"time"}
    assert not queries.held_too_long()
    assert not list(faults())


def test_f10_two_workers_that_look_for_late_cases_tell_once(
    instance: Flask,  # noqa: F811
) -> None:
    make = Factories()
    space = make.space()
    moderator = make.moderator(space).id
    make.report(make.proposal(space))
    space_id = space.id
    db.session.remove()

    def tell() -> None:
        here = db.session.get_one(Space, space_id)
        queue.tell_of_delays(queue_queries.waiting_cases([here]))

    assert at_once(instance, [later(tell, days=10)] * 3) == ["done"] * 3
    assert size_of(Notice.account_id == moderator, Notice.verb == "moderation.late") == 1
