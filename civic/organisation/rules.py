"""Who may name and who may step down."""

from __future__ import annotations

from civic.accounts.models import Account
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _


def may_name(by: Account, account: Account | None) -> Verdict:
    """An administrator names somebody else, whose address is confirmed."""
    if account is None or account.deleted_at is not None:
        return no(_("Nobody has an account with this address: they sign up first."))
    if account.id == by.id:
        return no(_("Nobody gives a right to themselves."))
    if not account.is_confirmed:
        return no(_("This person has not confirmed their address yet."))
    return YES


def may_take_away(still_runs: bool, is_last: bool) -> Verdict:
    """By somebody who has not just lost the right; and there is always one administrator."""
    if not still_runs:
        return no(_("Somebody has just taken this right from you."))
    if is_last:
        return no(_("This is the last administrator: name another one first."))
    return YES
