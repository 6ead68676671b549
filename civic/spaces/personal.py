"""What spaces hold about their teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, select

from civic.db import db
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, at_address, by, holds, names, retains
from civic.spaces.models import Invitation, Membership, Space

INVITATIONS_KEPT = timedelta(days=90)

holds(
    Membership,
    ["space_id", "account_id", "role", "since"],
    what=_l("Your roles"),
    why=_l("To let you do what you are entrusted with"),
    ground=Ground.MISSION,
    kept=_l("Until the role is taken back"),
    fate=Fate.DELETE,
    whose=by(Membership, "account_id"),
)
holds(
    Invitation,
    ["space_id", "email", "role", "sent_at", "expires_at", "accepted_at"],
    what=_l("Invitations to a role, sent to your address"),
    why=_l("To let you accept them"),
    ground=Ground.MISSION,
    kept=_l("90 days after they ran out"),
    fate=Fate.DELETE,
    whose=at_address(Invitation, "email"),
)
holds(
    Invitation,
    ["by_id"],
    what=_l("Invitations that you sent"),
    why=_l("To know who entrusted whom"),
    ground=Ground.MISSION,
    kept=_l("90 days after they ran out"),
    fate=Fate.KEEP,
    because=_l("They were sent to somebody else"),
    whose=by(Invitation, "by_id"),
)


@retains("invitations", _l("Invitations that ran out 90 days ago"))
def old_invitations(now: datetime) -> Delete:
    """Offers that nobody can take up any more."""
    return delete(Invitation).where(Invitation.expires_at < now - INVITATIONS_KEPT)


@names("space_id")
def titles(ids: Iterable[int]) -> Mapping[int, str]:
    """The titles of spaces."""
    wanted = select(Space.id, Space.title).where(Space.id.in_(list(ids)))
    return dict(db.session.execute(wanted).all())
