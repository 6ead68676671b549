"""Whether somebody must be verified, may try, and may verify others."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta
from typing import Any

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Act, Role, Space

TRIES_A_DAY = 5
CODE_LASTS = timedelta(days=60)
BRACKETS = {"0-15": 0, "16-17": 16, "18-25": 18, "26-39": 26, "40-59": 40, "60+": 60}


def bracket_of(birth: date, today: date) -> str:
    """The age bracket of somebody born on a day: all that is kept of it."""
    had_birthday = (today.month, today.day) >= (birth.month, birth.day)
    age = today.year - birth.year - (0 if had_birthday else 1)
    return [name for name, youngest in BRACKETS.items() if age >= youngest][-1]


def may_as_resident(viewer: Account | Visitor, space: Space, act: Act) -> Verdict:
    """Where a space asks it of this act, only people who were verified there."""
    requirement: Any = getattr(space, "requirement", None)
    if requirement is None or act not in requirement.acts:
        return YES
    if any(known.space_id == space.id for known in getattr(viewer, "verifications", ())):
        return YES
    return no(_("This consultation is for inhabitants: have it checked first, on its page."))


def may_try(failed_today: int, is_verified: bool) -> Verdict:
    """Nobody tries codes until one fits."""
    if is_verified:
        return no(_("You are verified here already."))
    if failed_today >= TRIES_A_DAY:
        return no(_("Too many attempts today. Try again tomorrow, or come to the town hall."))
    return YES


def may_verify(by: Account, account: Account | None, roles: Set[Role]) -> Verdict:
    """Agents and officials of the space verify other people, in person."""
    if not roles & {Role.AGENT, Role.OFFICIAL}:
        return no(_("Agents and officials of the space do this."))
    if account is None or account.deleted_at is not None:
        return no(_("Nobody has an account with this address."))
    if account.id == by.id:
        return no(_("Nobody verifies themselves: ask a colleague."))
    return YES
