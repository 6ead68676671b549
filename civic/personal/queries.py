"""Read what the registry points to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import Select, select

from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.errors import Missing
from civic.personal.models import Download, FormerAddress, RetentionReport
from civic.personal.registry import HOLDINGS, Holding, Person
from civic.settings import active


def person_of(account: Account) -> Person:
    """The account as the registry takes it."""
    return Person(account.id, account.email.casefold(), account.own_name)


def holdings_about(person: Person) -> Iterator[tuple[Holding, int]]:
    """Each holding that has rows about this person, with how many."""
    for holding in HOLDINGS:
        count = db.session.scalar(holding.count_of(person)) or 0
        if count:
            yield holding, count


def keyed(*parts: str) -> str:
    """A mark that leads back to nothing without the key of this instance (HMAC-SHA-256)."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def mark_of(email: str) -> str:
    """The mark of an address."""
    return keyed("former address", email.strip().casefold())


def former_accounts(account: Account) -> Select[int]:
    """The deleted accounts that had this person's address, while a vote needs to know them."""
    return select(FormerAddress.account_id).where(
        FormerAddress.digest == mark_of(account.email), FormerAddress.until >= now()
    )


def downloads_of(account: Account) -> list[Download]:
    """The files of a person that can still be taken or are being made, newest first."""
    statement = select(Download).where(
        Download.account_id == account.id,
        Download.taken_at.is_(None),
        Download.expires_at > now(),
    )
    return list(db.session.scalars(statement.order_by(Download.asked_at.desc())))


def download_for(account: Account, key: str) -> Download:
    """One file, for its owner alone.

    Raises
    ------
    Missing
        When it is somebody else's, was taken, ran out or never was: the answer is the same.
    """
    found = db.session.get(Download, key)
    if (
        found is None
        or found.account_id != account.id
        or found.taken_at is not None
        or found.expires_at <= now()
    ):
        raise Missing()
    return found


def file_of(key: str) -> Path:
    """Where the file of a download lies."""
    return active().var_dir / "downloads" / f"{key}.zip"


def reports() -> list[RetentionReport]:
    """What the retention job did, newest first."""
    statement = select(RetentionReport).order_by(RetentionReport.id.desc()).limit(30)
    return list(db.session.scalars(statement))
