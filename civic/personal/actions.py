"""Hand out, erase and forget personal data, as the registry says."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update

from civic import audit, jobs
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.events import Event
from civic.i18n import gettext as _
from civic.organisation.queries import administrators
from civic.personal import queries
from civic.personal.models import Download, FormerAddress, RetentionReport
from civic.personal.registry import ADDRESS_NEEDED, HOLDINGS, RULES, Person
from civic.personal.rules import DOWNLOAD_LASTS, may_delete

account_deleted = Event("account.deleted")
"""An account is deleted. Carries `account_id`."""


def ask_for_download(account: Account) -> Download:
    """Have everything about a person written into one file; an earlier file is given up."""
    db.session.execute(
        update(Download)
        .where(Download.account_id == account.id, Download.taken_at.is_(None))
        .values(expires_at=now())
    )
    row = Download(
        key=secrets.token_urlsafe(32),
        account_id=account.id,
        asked_at=now(),
        expires_at=now() + DOWNLOAD_LASTS,
    )
    db.session.add(row)
    audit.record(account, "account.data_asked", about=account)
    jobs.enqueue("civic.personal.jobs:write_download", key=row.key)
    return row


def take(row: Download) -> None:
    """Use a file up.

    Raises
    ------
    Conflict
        When it is not ready, or another request has just taken it.
    """
    taken = db.session.execute(
        update(Download)
        .where(Download.key == row.key, Download.taken_at.is_(None), Download.ready_at.is_not(None))
        .values(taken_at=now())
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("This file is not ready, or has been taken already."))


def delete_account(account: Account) -> None:
    """Erase a person everywhere; what stays does not bear their name.

    Raises
    ------
    NotAllowed
        When they are the last administrator.
    """
    may_delete(account, is_last_administrator(account)).require()
    person = queries.person_of(account)
    audit.record(account, "account.deleted", about=account)
    _mark_address(person)
    jobs.enqueue("civic.personal.jobs:remove_files", keys=_keys_of(account))
    db.session.flush()
    for holding in HOLDINGS:
        statement = holding.erasing(person)
        if statement is not None:
            db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.execute(update(Account).where(Account.id == person.id).values(deleted_at=now()))
    db.session.expire_all()
    account_deleted.send(db.session(), account_id=person.id)


def is_last_administrator(account: Account) -> bool:
    """Whether nobody else runs the instance; holds the others still until the end of the act."""
    return {person.id for person in administrators(hold=True)} <= {account.id}


def _keys_of(account: Account) -> list[str]:
    return list(db.session.scalars(select(Download.key).where(Download.account_id == account.id)))


def _mark_address(person: Person) -> None:
    ends = [until for needed in ADDRESS_NEEDED if (until := needed(person)) is not None]
    if ends and person.email:
        row = {"digest": queries.mark_of(person.email), "account_id": person.id}
        insert_if_absent(FormerAddress, row | {"until": max(ends)})


def forget_old(instant: datetime) -> RetentionReport:
    """Apply every rule of retention, and write down what each did."""
    counts = {
        rule.name: db.session.execute(
            rule.statement(instant), execution_options={"synchronize_session": False}
        ).rowcount  # type: ignore[attr-defined]
        for rule in RULES
    }
    report = RetentionReport(at=instant, counts=counts)
    db.session.add(report)
    db.session.expire_all()
    db.session.flush()
    return report
