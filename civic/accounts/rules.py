"""Who may take part, and what a password must be."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict, no, unknown_person
from civic.i18n import full_datetime, gettext as _

SIGN_IN_LASTS = timedelta(days=30)
SIGN_IN_LASTS_PRIVILEGED = timedelta(hours=12)
LINK_LASTS = {"confirm": timedelta(days=3), "reset": timedelta(hours=1)}
PASSWORD_MIN, PASSWORD_MAX = 12, 128


def may_take_part(viewer: Account | Visitor) -> Verdict:
    """Anyone signed in whose address is confirmed, or need not be, may take part."""
    if not viewer.is_authenticated:
        return unknown_person(_("Sign in to take part."))
    if not viewer.is_confirmed:
        return no(_("Confirm your e-mail address first: open the link that we sent you."))
    return YES


def may_write(viewer: Account | Visitor, now: datetime) -> Verdict:
    """A person whom the moderators suspended writes nothing until a date; they still vote."""
    until = viewer.suspended_until
    if until is None or until <= now:
        return YES
    when = full_datetime(until)
    return no(
        _(
            "The moderators suspended your writing until %(when)s. You can still read, vote and"
            " contest: see your account.",
            when=when,
        )
    )


def password_fault(password: str, *about: str) -> str:
    """What is wrong with a password, or nothing. Length and obvious words only, no composition.

    Follows OWASP ASVS 5.0, section 6.2: at least 12 characters, pasting and any character allowed,
    no expiry.
    """
    if len(password) < PASSWORD_MIN:
        return _("Choose a password of at least %(count)s characters.", count=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return _("Choose a password of at most %(count)s characters.", count=PASSWORD_MAX)
    lowered = password.casefold()
    if any(len(word) > 3 and word.casefold() in lowered for word in about):
        return _("Choose a password without your name or your address in it.")
    if len(set(lowered)) < 5 or lowered in COMMON:
        return _("This password is too easy to guess. A sentence of four words is better.")
    return ""


COMMON = frozenset(
    [
        *("123456789012", "1234567890123", "000000000000", "111111111111", "abcdefghijkl"),
        *("motdepasse12", "motdepasse123", "motdepasse1234", "password1234", "passwordpassword"),
        *("azertyuiop12", "azertyuiop123", "qwertyuiop12", "qwertyuiop123", "abcdefghijklm"),
        *("administrateur", "administrator1", "bonjourbonjour", "jetaimejetaime"),
        *("iloveyouiloveyou", "letmeinletmein", "changeme1234", "changemechangeme"),
    ]
)
