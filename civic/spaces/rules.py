"""What the calendar and the roles permit."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict, closed, no
from civic.i18n import full_datetime, gettext as _
from civic.spaces.models import Act, Invitation, Phase, Space

INVITATION_LASTS = timedelta(days=14)
INVITATION_DAYS = (1, 7, 14, 30)


def current_phases(space: Space, now: datetime) -> list[Phase]:
    """The phases that run at that instant, in order."""
    return [phase for phase in space.phases if phase.is_open(now)]


def is_open_for(space: Space, act: Act, now: datetime) -> Verdict:
    """Whether the calendar permits an act now; if not, since when or from when."""
    permitting = [phase for phase in space.phases if act in phase.permits]
    if any(phase.is_open(now) for phase in permitting):
        return YES
    coming = [phase.starts_at for phase in permitting if phase.starts_at > now]
    if coming:
        return closed(_to_come(act, min(coming)))
    ended = [phase.ends_at for phase in permitting if phase.ends_at is not None]
    return closed(_over(act, max(ended)) if ended else _never(act))


def _to_come(act: Act, opens_at: datetime) -> str:
    when = full_datetime(opens_at)
    return {
        Act.PROPOSE: _("Proposals open on %(when)s.", when=when),
        Act.SUPPORT: _("Supports open on %(when)s.", when=when),
        Act.COMMENT: _("Comments open on %(when)s.", when=when),
        Act.STATE: _("Statements can be added from %(when)s.", when=when),
        Act.VOTE: _("The vote on statements opens on %(when)s.", when=when),
    }[act]


def _over(act: Act, ended_at: datetime) -> str:
    when = full_datetime(ended_at)
    return {
        Act.PROPOSE: _("Proposals have been closed since %(when)s.", when=when),
        Act.SUPPORT: _("Supports have been closed since %(when)s.", when=when),
        Act.COMMENT: _("Comments have been closed since %(when)s.", when=when),
        Act.STATE: _("Statements have been closed since %(when)s.", when=when),
        Act.VOTE: _("The vote has been closed since %(when)s.", when=when),
    }[act]


def _never(act: Act) -> str:
    return {
        Act.PROPOSE: _("This space does not collect proposals."),
        Act.SUPPORT: _("This space does not count supports."),
        Act.COMMENT: _("This space is not open to comments."),
        Act.STATE: _("This space does not collect statements."),
        Act.VOTE: _("This space has no vote on statements."),
    }[act]


def open_until(space: Space, act: Act, now: datetime) -> datetime | None:
    """When an act that is open now closes; None when no end is set."""
    ends = [phase.ends_at for phase in current_phases(space, now) if act in phase.permits]
    return None if not ends or None in ends else max(ends)  # type: ignore[type-var]


def may_see(viewer: Account | Visitor, space: Space, has_role: bool) -> bool:
    """A published space is for everyone; one in preparation for its team."""
    return space.is_published or has_role or viewer.is_administrator


def may_accept(by: Account, invitation: Invitation) -> Verdict:
    """Whoever was invited, by somebody else."""
    if by.email != invitation.email:
        return no(_("This invitation was sent to another address. Sign in with that one."))
    if by.id == invitation.by_id:
        return no(_("Nobody gives a role to themselves: ask another administrator."))
    return YES
