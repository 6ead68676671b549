"""Who may support and who may take a stance, when, and why not."""

from __future__ import annotations

from datetime import datetime

from civic.accounts.models import Account, Visitor
from civic.accounts.rules import may_take_part, may_write
from civic.contributions.models import Contribution
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _, ngettext
from civic.spaces.models import Act, Space
from civic.spaces.rules import is_open_for
from civic.verification.rules import may_as_resident

WRITING = (Act.PROPOSE, Act.COMMENT, Act.STATE)


def may_act(viewer: Account | Visitor, space: Space, act: Act, now: datetime) -> Verdict:
    """The calendar first, since it concerns everyone; then the person."""
    calendar = is_open_for(space, act, now)
    if not calendar:
        return calendar
    known = may_take_part(viewer) and may_as_resident(viewer, space, act)
    return may_write(viewer, now) if known and act in WRITING else known


def takes_votes(contribution: Contribution) -> Verdict:
    """Only what everyone can read, and is not settled, takes supports and stances."""
    if not contribution.is_visible:
        return no(_("This text is not public: it takes no votes."))
    if contribution.is_settled:
        return no(_("This is settled: it takes no more votes."))
    return YES


def may_support(viewer: Account | Visitor, item: Contribution, now: datetime) -> Verdict:
    """Anyone who may take part, while the calendar permits supports and the text takes them."""
    if not item.takes_supports:
        return no(_("This kind of text takes no supports."))
    return takes_votes(item) and may_act(viewer, item.space, Act.SUPPORT, now)


def may_take_stance(viewer: Account | Visitor, item: Contribution, now: datetime) -> Verdict:
    """Anyone who may take part, while the calendar permits it and the text takes stances."""
    if not item.takes_stances:
        return no(_("This kind of text takes no votes."))
    return takes_votes(item) and may_act(viewer, item.space, Act.VOTE, now)


def has_supports_left(given: int, limit: int) -> Verdict:
    """A space may limit how many proposals one person supports; 0 is no limit."""
    if not limit or given < limit:
        return YES
    return no(
        ngettext(
            "You have given your %(num)s support in this space. Withdraw it to give it here.",
            "You have given your %(num)s supports in this space. Withdraw one to give it here.",
            limit,
        )
    )
