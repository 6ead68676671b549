"""Sign up, sign in, sign out, confirm, reset."""

from __future__ import annotations

import secrets

from sqlalchemy import update

from civic import audit
from civic.accounts import passwords
from civic.accounts.models import Account, Credential, MailToken, Origin, Purpose, SignIn
from civic.accounts.queries import hash_of, live_mail_token
from civic.accounts.rules import (
    LINK_LASTS,
    SIGN_IN_LASTS,
    SIGN_IN_LASTS_PRIVILEGED,
    password_fault,
)
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict, Invalid
from civic.i18n import gettext as _
from civic.outbox.actions import post
from civic.settings import active
from civic.text import plain


def create_account(
    name: str, email: str, password: str, language: str = "fr", confirmed: bool = False
) -> Account:
    """Make an account with its credential.

    Raises
    ------
    Invalid
        When the password is too weak.
    Conflict
        When the address has an account; callers that face the public must not tell.
    """
    email = email.strip().casefold()
    fault = password_fault(password, name, email.partition("@")[0])
    if fault:
        raise Invalid("password", fault)
    account = Account(
        name=plain(name),
        language=language,
        created_at=now(),
        confirmed_at=now() if confirmed else None,
        must_confirm=active().sends_mail,
    )
    db.session.add(account)
    db.session.flush()
    hashed = passwords.hash_password(password)
    row = {"account_id": account.id, "email": email, "password_hash": hashed, "changed_at": now()}
    if not insert_if_absent(Credential, row):
        raise Conflict(_("This address already has an account."))
    return account


def register(name: str, email: str, password: str, language: str) -> Account | None:
    """Sign a citizen up and send the confirming link.

    Returns
    -------
    Account or None
        None when the address has an account already: its owner is told by mail, and the page
        answers the same words in both cases.
    """
    try:
        with db.session.begin_nested():
            account = create_account(name, email, password, language)
    except Conflict:
        post(email, "accounts/mails/already.txt", language)
        return None
    ask_to_confirm(account)
    audit.record(account, "account.created", about=account)
    return account


def import_account(name: str) -> Account:
    """Make a pseudonymous author who can never sign in."""
    account = Account(name=plain(name)[:60], origin=Origin.IMPORTED, created_at=now())
    db.session.add(account)
    return account


def ask_to_confirm(account: Account) -> None:
    """Send the link that confirms the address."""
    token = _new_mail_token(account, Purpose.CONFIRM)
    _mail(account, "confirm", token=token)


def _mail(account: Account, letter: str, **context: str) -> None:
    template = f"accounts/mails/{letter}.txt"
    post(account.email, template, account.language, name=account.name, **context)


def _new_mail_token(account: Account, purpose: Purpose) -> str:
    token = secrets.token_urlsafe(32)
    db.session.execute(
        update(MailToken)
        .where(MailToken.account_id == account.id, MailToken.purpose == purpose)
        .where(MailToken.used_at.is_(None))
        .values(used_at=now())
    )
    db.session.add(
        MailToken(
            token_hash=hash_of(token),
            account_id=account.id,
            purpose=purpose,
            expires_at=now() + LINK_LASTS[purpose],
        )
    )
    db.session.flush()
    db.session.refresh(account)
    return token


def confirm(token: str) -> Account:
    """Use up a confirming link.

    Raises
    ------
    Conflict
        When it was used, replaced or is out of time.
    """
    found = _use(token, Purpose.CONFIRM)
    found.account.confirmed_at = found.account.confirmed_at or now()
    audit.record(found.account, "account.confirmed", about=found.account)
    return found.account


def _use(token: str, purpose: Purpose) -> MailToken:
    found = live_mail_token(token, purpose)
    if found is None:
        raise Conflict(_("This link has been used or is out of date. Ask for a new one."))
    used = db.session.execute(
        update(MailToken)
        .where(MailToken.token_hash == found.token_hash, MailToken.used_at.is_(None))
        .values(used_at=now())
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("This link has just been used."))
    return found


def ask_for_reset(credential: Credential | None, email: str, language: str) -> None:
    """Send the link that sets a new password; an unknown address gets a mail that says so."""
    if credential is None:
        post(email, "accounts/mails/unknown.txt", language)
        return
    account = credential.account
    token = _new_mail_token(account, Purpose.RESET)
    _mail(account, "reset", token=token)


def reset_password(token: str, password: str) -> Account:
    """Set a new password with a mailed link; every device is signed out."""
    found = live_mail_token(token, Purpose.RESET)
    if found is not None:
        _require_good(password, found.account)
    account = _use(token, Purpose.RESET).account
    account.confirmed_at = account.confirmed_at or now()
    set_password(account, password)
    return account


def _require_good(password: str, account: Account) -> None:
    fault = password_fault(password, account.name, account.email.partition("@")[0])
    if fault:
        raise Invalid("password", fault)


def set_password(account: Account, password: str, keep: str = "") -> None:
    """Change the password and end every sign-in but the one whose token is `keep`."""
    _require_good(password, account)
    assert account.credential is not None
    account.credential.password_hash = passwords.hash_password(password)
    account.credential.changed_at = now()
    end_sign_ins(account, keep=keep)
    audit.record(account, "account.password_changed", about=account)
    _mail(account, "changed")


def open_sign_in(account: Account, device: str, privileged: bool = False) -> str:
    """Start a session on one device; the token goes into its cookie and is stored hashed."""
    token = secrets.token_urlsafe(32)
    lasts = SIGN_IN_LASTS_PRIVILEGED if privileged else SIGN_IN_LASTS
    db.session.add(
        SignIn(
            token_hash=hash_of(token),
            account_id=account.id,
            device=plain(device)[:120],
            created_at=now(),
            expires_at=now() + lasts,
        )
    )
    db.session.flush()
    account.sign_in_token = token
    return token


def end_sign_in(token: str) -> None:
    """Make one device's cookie worthless."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.token_hash == hash_of(token), SignIn.ended_at.is_(None))
        .values(ended_at=now())
    )


def end_sign_ins(account: Account, keep: str = "") -> None:
    """Sign every device out, but the one whose token is `keep`."""
    statement = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    if keep:
        statement = statement.where(SignIn.token_hash != hash_of(keep))
    db.session.execute(statement.values(ended_at=now()))


def rename(account: Account, name: str, language: str) -> None:
    """Change how a person is shown, and the language they read."""
    account.name = plain(name)
    account.language = language
    db.session.flush()
