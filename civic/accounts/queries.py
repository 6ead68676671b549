"""Look people up."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account, Ceremony, Credential, MailToken, Purpose, SignIn
from civic.accounts.rules import still_holds
from civic.clock import now
from civic.db import db, get_or_missing
from civic.outbox.models import Mail


def hash_of(token: str) -> str:
    """What is stored of a random token: SHA-256, since 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def credential_of(email: str) -> Credential | None:
    """The credential behind an address, whatever its case."""
    statement = select(Credential).where(Credential.email == email.strip().casefold())
    return db.session.scalar(statement.options(joinedload(Credential.account)))


def account_of_token(token: str) -> Account | None:
    """The account that a cookie's token opens, if its sign-in still holds."""
    statement = (
        select(SignIn)
        .where(SignIn.token_hash == hash_of(token))
        .options(joinedload(SignIn.account, innerjoin=True))
    )
    found = db.session.scalar(statement)
    if found is None or not still_holds(found, now()):
        return None
    found.account.sign_in_token = token
    found.account.sign_in = found
    return found.account


def live_sign_ins(account: Account) -> list[SignIn]:
    """The devices on which this person is signed in, newest first."""
    statement = (
        select(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .where(SignIn.expires_at > now())
        .order_by(SignIn.created_at.desc())
    )
    return [found for found in db.session.scalars(statement) if still_holds(found, now())]


def ceremony_of(kind: str, token: str | None) -> Ceremony | None:
    """What this browser has begun and not ended, if it is in time."""
    found = db.session.get(Ceremony, hash_of(token)) if token else None
    if found is None or found.kind != kind or found.expires_at <= now():
        return None
    return found


def live_mail_token(token: str, purpose: Purpose) -> MailToken | None:
    """The link, if it is for this purpose, unused and in time."""
    found = db.session.get(MailToken, hash_of(token))
    if found is None or found.purpose is not purpose or found.used_at is not None:
        return None
    return found if found.expires_at > now() else None


def account_by_id(account_id: int) -> Account:
    """One account.

    Raises
    ------
    Missing
        When there is none.
    """
    found: Account = get_or_missing(Account, account_id)
    return found


DEMONSTRATION_KEYS = ("citoyenne", "citoyen", "moderatrice", "elue", "elu", "administratrice")


def demonstration_people() -> list[Account]:
    """The invented people that anyone may sign in as, in demonstration mode."""
    emails = [f"{key}@example.org" for key in DEMONSTRATION_KEYS]
    statement = select(Account).join(Credential).where(Credential.email.in_(emails))
    people = db.session.scalars(statement.options(joinedload(Account.credential))).all()
    return sorted(people, key=lambda account: emails.index(account.email))


def latest_mails(count: int = 10) -> list[Mail]:
    """The last mails written."""
    return list(db.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(count)))
