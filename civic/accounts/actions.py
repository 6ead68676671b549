"""Sign up, sign in, sign out, confirm, reset."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from civic import audit
from civic.accounts import passwords
from civic.accounts.models import (
    Account,
    Ceremony,
    Credential,
    MailToken,
    Origin,
    Purpose,
    SignIn,
)
from civic.accounts.queries import hash_of, live_mail_token
from civic.accounts.rules import (
    CEREMONY_LASTS,
    LINK_LASTS,
    SIGN_IN_LASTS,
    SIGN_IN_LASTS_PRIVILEGED,
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
    fault = passwords.fault_of(password, name, email.partition("@")[0])
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
    if not account.email:
        return  # whoever came through another provider may have given none
    template = f"accounts/mails/{letter}.txt"
    post(account.email, template, account.language, name=account.name, **context)


def _new_mail_token(account: Account, purpose: Purpose, address: str = "") -> str:
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
            address=address,
        )
    )
    db.session.flush()
    db.session.refresh(account)
    return token


def send_link(credential: Credential | None, email: str, language: str, way_on: str) -> None:
    """Send the link that signs in; an unknown address gets a mail that says so."""
    if credential is None:
        post(email, "accounts/mails/unknown.txt", language)
        return
    account = credential.account
    token = _new_mail_token(account, Purpose.ENTER, way_on[:254])
    _mail(account, "enter", token=token)


def use_link(token: str) -> tuple[Account, str]:
    """Use up a link that signs in: the person, and the page they came for.

    Whoever opens it reads the mails of that address, which is thereby confirmed.
    """
    found = _use(token, Purpose.ENTER)
    found.account.confirmed_at = found.account.confirmed_at or now()
    return found.account, found.address


def ask_to_move(account: Account, email: str) -> None:
    """Write to a new address, and tell the present one; nothing changes yet.

    A new address that has an account already is told so, by mail alone.
    """
    email = email.strip().casefold()
    token = _new_mail_token(account, Purpose.MOVE, email)
    if db.session.scalar(select(Credential.account_id).where(Credential.email == email)):
        post(email, "accounts/mails/already.txt", account.language)
    else:
        values = {"name": account.name, "token": token}
        post(email, "accounts/mails/move.txt", account.language, **values)
    if account.email:
        _mail(account, "moving")
    audit.record(account, "account.move_asked", about=account)


def move(token: str) -> Account:
    """Take the new address that a link confirms, and tell the one before.

    Raises
    ------
    Conflict
        When the link is spent, or the address has been taken since.
    """
    found = _use(token, Purpose.MOVE)
    account, before = found.account, found.account.email
    if before:
        _mail(account, "moved")
    if not _set_address(account, found.address):
        raise Conflict(_("This link has been used or is out of date. Ask for a new one."))
    account.confirmed_at = account.confirmed_at or now()
    audit.record(account, "account.moved", about=account)
    return account


def _set_address(account: Account, email: str) -> bool:
    """Whether the address was free."""
    if account.credential is None:
        row = {"account_id": account.id, "email": email, "password_hash": "", "changed_at": now()}
        return insert_if_absent(Credential, row)
    try:
        with db.session.begin_nested():
            account.credential.email = email
            db.session.flush()
    except IntegrityError:
        return False
    return True


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


def _spend_links(account: Account) -> None:
    """Links that open the account are worth nothing once its password has changed."""
    db.session.execute(
        update(MailToken)
        .where(MailToken.account_id == account.id, MailToken.used_at.is_(None))
        .where(MailToken.purpose != Purpose.CONFIRM)
        .values(used_at=now())
    )


def lock(account: Account, by: Account | None, because: str) -> None:
    """Close an account until further notice: every device is signed out, nothing is erased."""
    account.locked_at = account.locked_at or now()
    end_sign_ins(account)
    _spend_links(account)
    audit.record(by, "account.locked", about=account, because=because)


def unlock(account: Account, by: Account | None, because: str) -> None:
    """Open a locked account again."""
    account.locked_at = None
    audit.record(by, "account.unlocked", about=account, because=because)


def _require_good(password: str, account: Account) -> None:
    fault = passwords.fault_of(password, account.name, account.email.partition("@")[0])
    if fault:
        raise Invalid("password", fault)


def set_password(account: Account, password: str, keep: str = "") -> None:
    """Change the password; end every sign-in but the one whose token is `keep`, and every link."""
    _require_good(password, account)
    assert account.credential is not None
    account.credential.password_hash = passwords.hash_password(password)
    account.credential.changed_at = now()
    _spend_links(account)
    end_sign_ins(account, keep=keep)
    audit.record(account, "account.password_changed", about=account)
    _mail(account, "changed")


def hash_again(account: Account, password: str) -> None:
    """Keep the same password with today's costs."""
    assert account.credential is not None
    account.credential.password_hash = passwords.hash_password(password)


def open_sign_in(
    account: Account, device: str, privileged: bool = False, second_factor: bool = False,
    provider: str = "", id_token: str = "",
) -> str:  # fmt: skip
    """Start a session on one device; the token goes into its cookie and is stored hashed."""
    token = secrets.token_urlsafe(32)
    lasts = SIGN_IN_LASTS_PRIVILEGED if privileged else SIGN_IN_LASTS
    here = SignIn(
        token_hash=hash_of(token),
        account_id=account.id,
        device=plain(device)[:120],
        created_at=now(),
        expires_at=now() + lasts,
        seen_at=now(),
        fresh_at=now(),
        is_privileged=privileged,
        second_factor_at=now() if second_factor else None,
        provider=provider,
        id_token=id_token,
    )
    db.session.add(here)
    db.session.flush()
    account.sign_in_token, account.sign_in = token, here
    return token


def shorten_sign_ins(account: Account) -> None:
    """Hold this person's devices to the limits of those who are entrusted with something."""
    live = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    latest = now() + SIGN_IN_LASTS_PRIVILEGED
    db.session.execute(live.values(is_privileged=True))
    db.session.execute(live.where(SignIn.expires_at > latest).values(expires_at=latest))


def touch(token_hash: str) -> None:
    """Remember that this device was in use now."""
    db.session.execute(update(SignIn).where(SignIn.token_hash == token_hash).values(seen_at=now()))


def prove_presence(account: Account) -> None:
    """The person of this request has just shown to be there."""
    assert account.sign_in is not None
    account.sign_in.fresh_at = now()
    db.session.flush()


def begin_ceremony(kind: str, account: Account | None = None, **details: Any) -> str:
    """Write down what a browser begins; the token that it must bring back to end it."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Ceremony(
            token_hash=hash_of(token),
            kind=kind,
            account_id=account.id if account else None,
            details=details,
            expires_at=now() + CEREMONY_LASTS,
        )
    )
    db.session.flush()
    return token


def end_ceremony(ceremony: Ceremony) -> None:
    """End what was begun: its token is worth nothing any more.

    Raises
    ------
    Conflict
        When the same browser has just ended it in another window.
    """
    ended = db.session.execute(
        delete(Ceremony).where(Ceremony.token_hash == ceremony.token_hash),
        execution_options={"synchronize_session": False},
    )
    db.session.expunge(ceremony)
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("This has already been done. Start again."))


def end_sign_in(token: str) -> None:
    """Make one device's cookie worthless."""
    end_device(hash_of(token))


def end_device(token_hash: str) -> None:
    """Make the cookie of one device worthless, by what is stored of it."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash, SignIn.ended_at.is_(None))
        .values(ended_at=now(), id_token="")
    )


def end_sign_ins(account: Account, keep: str = "") -> None:
    """Sign every device out, but the one whose token is `keep`; nothing half-begun goes on."""
    db.session.execute(
        delete(Ceremony).where(Ceremony.account_id == account.id),
        execution_options={"synchronize_session": False},
    )
    statement = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    if keep:
        statement = statement.where(SignIn.token_hash != hash_of(keep))
    db.session.execute(statement.values(ended_at=now(), id_token=""))


def rename(account: Account, name: str, language: str) -> None:
    """Change how a person is shown, and the language they read."""
    account.name = plain(name)
    account.language = language
    db.session.flush()
