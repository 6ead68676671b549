"""Who may delete an account, and what a file of data lasts."""

from __future__ import annotations

from datetime import timedelta

from civic.accounts.models import Account
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _

DOWNLOAD_LASTS = timedelta(days=2)


def may_delete(account: Account, is_last_administrator: bool) -> Verdict:
    """Anyone may leave, but the last administrator names another first."""
    if account.is_administrator and is_last_administrator:
        return no(_("You are the last administrator: name another one first."))
    return YES
