"""Set up, use and take away second factors."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, update

from civic import audit
from civic.accounts.actions import end_sign_ins
from civic.accounts.factors import queries
from civic.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from civic.accounts.factors.rules import (
    CODE_SECONDS,
    RECOVERY_CODES,
    STEPS_OF_GRACE,
    tidy_code,
)
from civic.accounts.factors.sealing import seal, unseal
from civic.accounts.models import Account
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.db import db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.outbox.actions import post
from civic.settings import active


def begin_codes(account: Account) -> None:
    """Draw a secret to be shared with a telephone; an earlier one that serves stays untouched."""
    phone = queries.authenticator_of(account)
    if phone is not None and phone.confirmed_at is not None:
        return
    if phone is None:
        phone = Authenticator(account_id=account.id, last_step=0)
        db.session.add(phone)
    phone.sealed_secret, phone.created_at = seal(pyotp.random_base32()), now()
    db.session.flush()


def shared_secret(phone: Authenticator) -> str:
    """The secret in letters, for somebody who types it."""
    return unseal(phone.sealed_secret)


def address_for_telephone(account: Account, phone: Authenticator) -> str:
    """What the QR code says: the town, the person and the secret."""
    return pyotp.TOTP(shared_secret(phone)).provisioning_uri(
        name=account.email or account.name, issuer_name=active().town_name
    )


def confirm_codes(account: Account, typed: str) -> list[str]:
    """Let a telephone count from now on, once it gives a right code.

    Returns
    -------
    list of str
        Recovery codes to show now and never again; empty when the person has some.

    Raises
    ------
    Invalid
        When the code is wrong.
    """
    phone = queries.authenticator_of(account)
    if phone is None or not _code_serves(phone, typed, unconfirmed=True):
        raise Invalid("code", _("This code is not right, or no longer. Type the one shown now."))
    phone.confirmed_at = phone.confirmed_at or now()
    tell_owner(account, "second_factor.added", kind="codes")
    return recovery_codes_if_none(account)


def code_is_right(account: Account, typed: str) -> bool:
    """Use up a code of the telephone, or a recovery code."""
    phone = queries.authenticator_of(account)
    if phone is not None and _code_serves(phone, typed):
        return True
    return _use_recovery_code(account, typed)


def _code_serves(phone: Authenticator, typed: str, unconfirmed: bool = False) -> bool:
    secret, code = shared_secret(phone), tidy_code(typed)
    if not secret or (phone.confirmed_at is None and not unconfirmed):
        return False
    step = _step_of(secret, code, now())
    if step is None:
        return False
    used = db.session.execute(
        update(Authenticator)
        .where(Authenticator.account_id == phone.account_id, Authenticator.last_step < step)
        .values(last_step=step)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _step_of(secret: str, code: str, instant: datetime) -> int | None:
    """Which half minute a code belongs to, if it is close to this instant."""
    present = int(instant.timestamp()) // CODE_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(present - STEPS_OF_GRACE, present + STEPS_OF_GRACE + 1):
        if hmac.compare_digest(totp.at(step * CODE_SECONDS).encode(), code.encode()):
            return step
    return None


def remove_codes(account: Account) -> None:
    """Take the telephone away; recovery codes go with the last factor."""
    db.session.execute(delete(Authenticator).where(Authenticator.account_id == account.id))
    _after_removal(account, "codes")


def remove_passkey(passkey: Passkey, account: Account) -> None:
    """Take a passkey away."""
    db.session.delete(passkey)
    db.session.flush()
    _after_removal(account, "passkey")


def rename_passkey(passkey: Passkey, name: str) -> None:
    """Call a passkey by another name."""
    passkey.name = name
    db.session.flush()


def remove_all(account: Account, by: Account | None, because: str = "") -> None:
    """Take every factor away: somebody lost them all and was recognised otherwise."""
    for kind in (Authenticator, Passkey, RecoveryCode):
        db.session.execute(delete(kind).where(kind.account_id == account.id))
    end_sign_ins(account)
    audit.record(by, "second_factor.reset", about=account, because=because)
    _mail(account, "none")


def _after_removal(account: Account, kind: str) -> None:
    if not queries.factors_of(account).any:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    tell_owner(account, "second_factor.removed", kind=kind)


def tell_owner(account: Account, act: str, kind: str) -> None:
    audit.record(account, act, about=account, kind=kind)
    _mail(account, act.partition(".")[2])


def _mail(account: Account, what: str) -> None:
    if account.email:
        template = "accounts/mails/second_factor.txt"
        post(account.email, template, account.language, name=account.name, what=what)


# --- Recovery codes ---------------------------------------------------------------------------


def recovery_codes_if_none(account: Account) -> list[str]:
    """Codes for a person who has none left; empty otherwise."""
    return [] if queries.factors_of(account).recovery_left else new_recovery_codes(account)


def new_recovery_codes(account: Account) -> list[str]:
    """Ten new codes of 80 random bits; the ones before are worth nothing."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    drawn = [_draw() for _n in range(RECOVERY_CODES)]
    rows = [RecoveryCode(code_hash=_hash(account, c), account_id=account.id) for c in drawn]
    db.session.add_all(rows)
    db.session.flush()
    audit.record(account, "recovery_codes.made", about=account)
    return drawn


def _draw() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _hash(account: Account, code: str) -> str:
    return hash_of(f"{account.id}:{tidy_code(code)}")


def _use_recovery_code(account: Account, typed: str) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _hash(account, typed), RecoveryCode.used_at.is_(None))
        .values(used_at=now())
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(account, "recovery_code.used", about=account)
    _mail(account, "recovered")
    return True
