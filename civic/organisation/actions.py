"""Name an administrator, or take the right away."""

from __future__ import annotations

from civic import audit
from civic.accounts.actions import end_sign_ins, shorten_sign_ins
from civic.accounts.models import Account
from civic.accounts.queries import credential_of
from civic.db import db
from civic.organisation import queries
from civic.organisation.rules import may_name, may_take_away


def name_administrator(by: Account, email: str) -> Account:
    """Let somebody else run the instance too.

    Raises
    ------
    NotAllowed
        When nobody has this address, it is not confirmed, or it is one's own.
    """
    known = credential_of(email)
    account = known.account if known else None
    may_name(by, account).require()
    assert account is not None
    account.is_administrator = True
    shorten_sign_ins(account)
    audit.record(by, "administrator.named", about=account)
    return account


def take_administration(by: Account, account: Account) -> None:
    """Take the right away at once; the last administrator keeps it.

    Two who remove each other at the same instant stand in line: the second is refused.

    Raises
    ------
    NotAllowed
        When nobody else would run the instance.
    """
    running = {person.id for person in queries.administrators(hold=True)}
    if account.id not in running:
        return
    may_take_away(by.id in running, is_last=running <= {account.id}).require()
    account.is_administrator = False
    end_sign_ins(account)
    audit.record(by, "administrator.removed", about=account)
    db.session.flush()
