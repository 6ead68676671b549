"""Write the files that people asked for, remove them, and forget what is old."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from civic import jobs
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.search import drop_erased_words
from civic.db import BUSY_TIMEOUT_MS, begin_write, commit, db
from civic.outbox.actions import post
from civic.personal import actions, archive
from civic.personal.models import Download
from civic.personal.queries import file_of
from civic.settings import active

PATIENCE_MS = 500  # how long the log is waited for; the night tries again


def write_download(key: str, job: int) -> None:
    """Write one person's file, and tell them by mail where it is."""
    begin_write()
    row = db.session.get(Download, key)
    if row is None or row.expires_at <= now():
        return
    account = db.session.get_one(Account, row.account_id)
    content = archive.build(account)
    _write(file_of(key), content)
    row.ready_at, row.size = now(), len(content)
    if account.email:
        post(account.email, "personal/mails/ready.txt", account.language, key=key,
             name=account.name)  # fmt: skip
    commit()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)


def remove_files(keys: Sequence[str], job: int) -> None:
    """Remove the files of an account that was deleted, and what SQLite still holds of its rows."""
    for key in keys:
        file_of(key).unlink(missing_ok=True)
    begin_write()
    drop_erased_words()
    commit()
    _empty_write_ahead_log()


def _empty_write_ahead_log() -> None:
    """On SQLite, erased pages lie in the write-ahead log until it is emptied into the file."""
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.close()


def retain() -> None:
    """Every night: forget what is too old, remove files that nobody took, and report."""
    begin_write()
    report = actions.forget_old(now())
    report.counts = report.counts | {"files": _remove_stale_files()}
    commit()
    _empty_write_ahead_log()


def retain_now(job: int) -> None:
    """The same, because an administrator asks."""
    retain()


def _remove_stale_files() -> int:
    folder = active().var_dir / "downloads"
    live = select(Download.key).where(Download.taken_at.is_(None), Download.expires_at > now())
    wanted = {file_of(key).name for key in db.session.scalars(live)}
    stale = [file for file in folder.glob("*") if file.name not in wanted]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)


jobs.periodic("retain", minute="37", hour="3")(retain)
