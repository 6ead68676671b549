"""Who may sanction whom, for how long, and who reads it again."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Role
from moderation.models import Measure, Sanction
from moderation.rules import CONTEST_WITHIN, may_moderate

BY_MODERATORS = (Measure.WARNING, Measure.LIMITED, Measure.SUSPENDED)
LONGEST = {Measure.LIMITED: 365, Measure.SUSPENDED: 365}  # days
LONGEST_BY_MODERATOR = {Measure.LIMITED: 30, Measure.SUSPENDED: 7}
UNFOUNDED_WITHIN = timedelta(days=90)
UNFOUNDED_BEFORE_WARNING = 3  # reports that nobody could have meant
UNFOUNDED_AFTER_WARNING = 3
REPORTS_LIMITED_FOR = timedelta(days=30)


def may_sanction(
    by: Account | Visitor, roles: Set[Role], account: Account, roles_of_account: Set[Role],
    has_written: bool,
) -> Verdict:  # fmt: skip
    """Moderators of a space, about somebody who wrote in it and is not of its team."""
    if not may_moderate(by, roles):
        return may_moderate(by, roles)
    if by.id == account.id:
        return no(_("Nobody decides about themselves."))
    if account.is_administrator or roles_of_account:
        return no(_("This person is of the team: an administrator takes their role back first."))
    if not has_written:
        return no(_("This person has written nothing in this space."))
    return YES


def may_last(by: Account, measure: Measure, days: int) -> Verdict:
    """A moderator limits for a month and suspends for a week at most; administrators for a year."""
    if measure is Measure.WARNING:
        return YES
    if days < 1:
        return no(_("Say for how many days."))
    if days > LONGEST[measure]:
        return no(_("No measure lasts more than a year."))
    longest = LONGEST_BY_MODERATOR[measure]
    if days > longest and not by.is_administrator:
        return no(
            _("For more than %(days)s days, ask an administrator: two people look.", days=longest)
        )
    return YES


def may_contest(viewer: Account | Visitor, sanction: Sanction, now: datetime) -> Verdict:
    """The person concerned, once, within six months."""
    if viewer.id != sanction.account_id:
        return no(_("Only the person concerned can contest this."))
    if sanction.contested_at is not None:
        return no(_("You have contested this already."))
    if now > sanction.at + CONTEST_WITHIN:
        return no(_("A measure can be contested for six months."))
    return YES


def may_answer(by: Account | Visitor, roles: Set[Role], sanction: Sanction) -> Verdict:
    """Another moderator of the space, or an administrator, reads it again."""
    if not may_moderate(by, roles):
        return may_moderate(by, roles)
    if by.id == sanction.by_id:
        return no(_("You took this decision: another moderator reads it again."))
    if by.id == sanction.account_id:
        return no(_("Nobody decides about themselves."))
    if not sanction.is_contested:
        return no(_("Nobody contests this measure."))
    return YES
