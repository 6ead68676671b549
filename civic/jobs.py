"""Jobs: work that nobody waits for. huey carries them; one row each says how they fare.

`enqueue` writes the row in the transaction of the act that asks for it, so that neither can be
lost without the other; after the commit the row's number is handed to huey. The worker marks the
row, runs the function named by its dotted path (which keeps scikit-learn out of the web processes)
and marks the end. A job that dies is put back once by the sweep, then shown to the administrator.
Every job must give the same result when it runs twice.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import huey as huey_library
import structlog
from flask import Flask, current_app, g
from huey import Huey, crontab
from sqlalchemy import JSON, Float, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from civic.clock import now
from civic.db import Base, begin_write, commit, db
from civic.events import Event

log = structlog.get_logger()
TRIES = 2  # the first run and one more
SILENCE = timedelta(minutes=10)  # a running job that said nothing for so long has died
KEPT = timedelta(days=30)  # how long the row of a finished job is kept
STATES = ("waiting", "running", "done", "failed")

job_enqueued = Event("job.enqueued")


class Job(Base):
    """One piece of work and how it fares. `progress` runs from 0 to 1."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "queued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    note: Mapped[str] = mapped_column(String(200), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    queued_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed")


def enqueue(name: str, **arguments: Any) -> Job:
    """Ask for a job, in the present transaction.

    Parameters
    ----------
    name : str
        `package.jobs:function`; the function takes the arguments and the keyword `job`.
    **arguments
        JSON values, identifiers rather than rows.
    """
    job = Job(name=name, arguments=arguments, queued_at=now(), heard_at=now())
    db.session.add(job)
    db.session.flush()
    job_enqueued.send(db.session(), job_id=job.id)
    return job


def resolve(name: str) -> Callable[..., None]:
    """The function behind a job's name; only functions of a `jobs` module can be named."""
    module, _, function = name.partition(":")
    if not module.endswith(".jobs"):
        raise ValueError(f"{name!r} does not name a job.")
    return getattr(importlib.import_module(module), function)


def run(job_id: int) -> None:
    """Run one job in the worker, whatever becomes of it."""
    begin_write()
    job = _claim(job_id)
    if job is None:
        return
    name, arguments = job.name, job.arguments
    try:
        resolve(name)(job=job_id, **arguments)
    except Exception as error:
        db.session.rollback()
        log.exception("job.failed", job=job_id, name=name)
        _end(job_id, error)
    else:
        _end(job_id, None)


def _claim(job_id: int) -> Job | None:
    claimed = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "waiting")
        .values(state="running", tries=Job.tries + 1, heard_at=now(), error="")
    )
    commit()
    return db.session.get(Job, job_id) if claimed.rowcount else None  # type: ignore[attr-defined]


def _end(job_id: int, error: Exception | None) -> None:
    begin_write()
    job = db.session.get_one(Job, job_id)
    job.error = f"{type(error).__name__}: {error}" if error else ""
    if error and job.tries < TRIES:
        job.state, job.heard_at = "waiting", now()
        job_enqueued.send(db.session(), job_id=job.id)
    else:
        job.state, job.ended_at = ("failed" if error else "done"), now()
        job.progress = job.progress if error else 1.0
    commit()


def tell_progress(job_id: int, share: float, note: str = "") -> None:
    """Say how far a running job is; shows at once to those who watch."""
    begin_write()
    values = {"progress": min(max(share, 0.0), 1.0), "note": note[:200], "heard_at": now()}
    db.session.execute(update(Job).where(Job.id == job_id).values(**values))
    commit()
    begin_write()


def sweep() -> int:
    """Put back what a dead worker left and hand over what never reached the queue.

    Returns
    -------
    int
        How many jobs were handed to the queue again.
    """
    begin_write()
    silent = now() - SILENCE
    dead = or_(Job.state == "running", Job.state == "waiting")
    jobs = db.session.scalars(select(Job).where(dead, Job.heard_at < silent)).all()
    for job in jobs:
        _give_up_or_put_back(job)
    db.session.execute(
        Job.__table__.delete().where(Job.state == "done", Job.ended_at < now() - KEPT)  # type: ignore[attr-defined]
    )
    commit()
    return len(jobs)


def _give_up_or_put_back(job: Job) -> None:
    if job.state == "running" and job.tries >= TRIES:
        job.state, job.ended_at = "failed", now()
        job.error = job.error or "The worker stopped while it ran."
        return
    put_back(job)


def put_back(job: Job) -> None:
    """Let a job run again."""
    job.state, job.heard_at, job.ended_at = "waiting", now(), None
    job_enqueued.send(db.session(), job_id=job.id)


# --- huey -------------------------------------------------------------------------------------


def make_queue(address: str) -> Huey:
    """The queue behind an address: sqlite:///file, postgresql://…, redis://…"""
    kind = urlsplit(address).scheme
    if kind == "sqlite":
        return huey_library.SqliteHuey(
            "palabre", filename=address.removeprefix("sqlite:///"), results=False
        )
    if kind == "postgresql":
        return huey_library.PostgresHuey("palabre", dsn=address, results=False)
    return huey_library.RedisHuey("palabre", url=address, results=False)


PERIODIC: list[tuple[str, Callable[[], Any], dict[str, str]]] = [
    ("sweep", sweep, {"minute": "*"}),
]


def periodic(name: str, **when: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function that one worker runs regularly; `when` as in a crontab."""

    def keep(function: Callable[[], Any]) -> Callable[[], Any]:
        PERIODIC.append((name, function, when))
        return function

    return keep


def init_app(app: Flask) -> None:
    """Connect the queue when it is first used, after the fork of the web processes."""
    app.extensions["palabre.queue"] = None
    app.extensions["palabre.inline_jobs"] = app.config.get("INLINE_JOBS", False)


def queue() -> Huey:
    """The queue of this process, with the one task that runs a job by its number."""
    found = current_app.extensions["palabre.queue"]
    if found is None:
        found = _connect(current_app._get_current_object())  # type: ignore[attr-defined]
        current_app.extensions["palabre.queue"] = found
    return found


def _connect(app: Flask) -> Huey:
    settings = app.config["SETTINGS"]
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    connected = make_queue(settings.queue)

    def in_app(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> None:
            with app.app_context():
                function(*arguments)

        return call

    app.extensions["palabre.run"] = connected.task(name="run")(in_app(run))
    for name, function, when in PERIODIC:
        connected.periodic_task(crontab(**when), name=name)(in_app(function))
    return connected


@job_enqueued.receive
def hand_over(job_id: int) -> None:
    """Give a committed job to the queue; in tests and samples, run it here and now."""
    if current_app.extensions["palabre.inline_jobs"]:
        _run_inline(job_id)
        return
    queue()
    current_app.extensions["palabre.run"](job_id)


def _run_inline(job_id: int) -> None:
    kept = {name: g.get(name) for name in ("language",)}
    run(job_id)
    for name, value in kept.items():
        if value is not None:
            setattr(g, name, value)


def failed_jobs() -> list[Job]:
    """Jobs that an administrator should look at, newest first."""
    statement = select(Job).where(Job.state == "failed").order_by(Job.id.desc()).limit(100)
    return list(db.session.scalars(statement))
