"""Join what a provider says to an account."""

from __future__ import annotations

from sqlalchemy import select

from civic import audit
from civic.accounts.models import Account, Credential
from civic.accounts.providers.models import Identity
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.text import plain


def identity_of(issuer: str, subject: str) -> Identity | None:
    """The identity of a person at an issuer, if it was seen before."""
    return db.session.scalar(
        select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    )


def identities_of(account: Account) -> list[Identity]:
    """The providers through which a person signs in."""
    statement = select(Identity).where(Identity.account_id == account.id).order_by(Identity.id)
    return list(db.session.scalars(statement))


def join(account: Account, issuer: str, subject: str, provider: str) -> None:
    """Let a provider's word open this account from now on.

    Raises
    ------
    Conflict
        When it opens another account.
    """
    row = {
        "account_id": account.id, "issuer": issuer, "subject": subject, "provider": provider,
        "created_at": now(),
    }  # fmt: skip
    if not insert_if_absent(Identity, row):
        known = identity_of(issuer, subject)
        if known is None or known.account_id != account.id:
            raise Conflict(_("This identity opens another account already."))
        return
    audit.record(account, "identity.joined", about=account, provider=provider)


def welcome(
    name: str, language: str, issuer: str, subject: str, provider: str, email: str
) -> Account:
    """Make the account of somebody whom a provider has recognised.

    The address is taken only if the provider has checked it and nobody has it: an account is never
    found by its address.
    """
    account = Account(
        name=plain(name), language=language, created_at=now(), confirmed_at=now(),
        must_confirm=False,
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    join(account, issuer, subject, provider)
    if email:
        row = {"account_id": account.id, "email": email.strip().casefold()}
        insert_if_absent(Credential, row | {"password_hash": "", "changed_at": now()})
        db.session.refresh(account)
    audit.record(account, "account.created", about=account, provider=provider)
    return account


def part(identity: Identity, account: Account, has_another_way: bool) -> None:
    """Take a provider away.

    Raises
    ------
    Conflict
        When nothing else would open the account.
    """
    if not has_another_way and len(identities_of(account)) < 2:
        raise Conflict(_("Add an e-mail address or a passkey first: this is your only way in."))
    db.session.delete(identity)
    audit.record(account, "identity.parted", about=account, provider=identity.provider)


def note_use(identity: Identity) -> None:
    """Remember that it has just served."""
    identity.used_at = now()
