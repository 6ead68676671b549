"""Who may enter something for somebody else."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from civic.accounts.models import Account
from civic.assisted.models import Consent
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Role


def may_enter(roles: Set[Role]) -> Verdict:
    """Agents and officials of the space."""
    if roles & {Role.AGENT, Role.OFFICIAL}:
        return YES
    return no(_("Agents and officials of the space do this."))


def is_consent(consent: Consent | None, signed_on: date, by: Account, today: date) -> Verdict:
    """A paper was signed, not in the future, by somebody else than the agent."""
    if signed_on > today:
        return no(_("The consent was signed in the future: check the date."))
    if consent is not None and consent.account_id == by.id:
        return no(_("Nobody enters anything for themselves here: use your own account."))
    return YES
