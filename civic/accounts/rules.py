"""Who may take part, and what a password must be."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.models import Account, SignIn, Visitor
from civic.errors import YES, Verdict, no, unknown_person
from civic.i18n import full_datetime, gettext as _

SIGN_IN_LASTS = timedelta(days=30)
SIGN_IN_IDLE = timedelta(days=7)
SIGN_IN_LASTS_PRIVILEGED = timedelta(hours=12)
SIGN_IN_IDLE_PRIVILEGED = timedelta(minutes=30)
SEEN_EVERY = 1 / 30  # of the idle limit: how exactly the last request is remembered
FRESH_FOR = timedelta(minutes=10)
CEREMONY_LASTS = timedelta(minutes=10)
LINK_LASTS = {
    "confirm": timedelta(days=3),
    "reset": timedelta(hours=1),
    "enter": timedelta(minutes=15),
    "move": timedelta(days=1),
}


def idle_limit(sign_in: SignIn) -> timedelta:
    """How long a device may stay silent before it is signed out."""
    return SIGN_IN_IDLE_PRIVILEGED if sign_in.is_privileged else SIGN_IN_IDLE


def still_holds(sign_in: SignIn, now: datetime) -> bool:
    """Whether a sign-in opens anything: not ended, within both limits, its account not locked."""
    if sign_in.ended_at is not None or sign_in.account.locked_at is not None:
        return False
    seen = sign_in.seen_at or sign_in.created_at
    return now < sign_in.expires_at and now < seen + idle_limit(sign_in)


def is_fresh(sign_in: SignIn | None, now: datetime) -> bool:
    """Whether the person has just proved to be there."""
    if sign_in is None or sign_in.fresh_at is None:
        return False
    return now <= sign_in.fresh_at + FRESH_FOR


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
