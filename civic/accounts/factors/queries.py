"""What a person has set up."""

from __future__ import annotations

from sqlalchemy import func, select

from civic.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from civic.accounts.factors.rules import Factors
from civic.accounts.models import Account
from civic.db import db
from civic.errors import Missing


def authenticator_of(account: Account) -> Authenticator | None:
    """The telephone of a person, confirmed or about to be."""
    return db.session.get(Authenticator, account.id)


def passkeys_of(account: Account) -> list[Passkey]:
    """The passkeys of a person, oldest first."""
    return list(
        db.session.scalars(
            select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.id)
        )
    )


def passkey_of(account: Account, passkey_id: int) -> Passkey:
    """One passkey of this person.

    Raises
    ------
    Missing
        When it is somebody else's, or there is none.
    """
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.account_id != account.id:
        raise Missing()
    return found


def passkey_by_key(key_id: str) -> Passkey | None:
    """The passkey that a device names."""
    return db.session.scalar(select(Passkey).where(Passkey.key_id == key_id))


def factors_of(account: Account) -> Factors:
    """What a person has set up, in numbers."""
    phone = authenticator_of(account)
    keys = select(func.count()).select_from(Passkey).where(Passkey.account_id == account.id)
    codes = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    )
    return Factors(
        has_codes=phone is not None and phone.confirmed_at is not None,
        passkeys=db.session.scalar(keys) or 0,
        recovery_left=db.session.scalar(codes) or 0,
    )
