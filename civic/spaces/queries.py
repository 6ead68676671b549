"""Find spaces, roles and invitations."""

from __future__ import annotations

from flask import g
from flask_login import current_user
from sqlalchemy import Select, exists, select

from civic.accounts.models import Account, Visitor
from civic.accounts.queries import hash_of
from civic.accounts.sessions import has_a_role
from civic.clock import now
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Invitation, Membership, Role, Space
from civic.spaces.rules import may_see


def published_spaces() -> Select[Space]:
    """The spaces that everyone may see, newest first."""
    return (
        select(Space)
        .where(Space.published_at.is_not(None))
        .order_by(Space.published_at.desc(), Space.id.desc())
    )


def all_spaces() -> Select[Space]:
    """Every space, for the administrator."""
    return select(Space).order_by(Space.id.desc())


def load_space(slug: str) -> Space:
    """The space behind a slug, if this visitor may see it; read once per request.

    Raises
    ------
    Missing
        When there is none, or it is in preparation and the visitor is not of its team.
    """
    known: dict[str, Space] = g.setdefault("spaces", {})
    space = known.get(slug)
    if space is None or space not in db.session:
        space = db.session.scalar(select(Space).where(Space.slug == slug))
        if space is None:
            raise Missing()
        known[slug] = space
    if not space.is_published and not may_see(
        current_user, space, bool(roles_of(current_user, space))
    ):
        raise Missing()
    return space


def roles_of(account: Account | Visitor, space: Space) -> frozenset[Role]:
    """The roles of a person in a space that are open in this sign-in; read once per request."""
    if account.id is None or account.roles_sleep:
        return frozenset()
    known: dict[tuple[int, int], frozenset[Role]] = g.setdefault("roles", {})
    key = (account.id, space.id)
    if key not in known:
        statement = select(Membership.role).where(
            Membership.account_id == account.id, Membership.space_id == space.id
        )
        known[key] = frozenset(db.session.scalars(statement))
    return known[key]


def forget_roles() -> None:
    """Read the roles again: somebody's have changed."""
    g.pop("roles", None)


def spaces_of(account: Account, role: Role) -> Select[Space]:
    """The spaces in which a person holds a role."""
    return (
        select(Space)
        .join(Membership)
        .where(Membership.account_id == account.id, Membership.role == role)
        .order_by(Space.id.desc())
    )


def team_of(space: Space) -> Select[Membership]:
    """Who holds which role in a space."""
    return (
        select(Membership)
        .where(Membership.space_id == space.id)
        .order_by(Membership.role, Membership.since)
    )


def open_invitations(space: Space) -> Select[Invitation]:
    """Invitations sent for a space and not yet answered, withdrawn or out of date."""
    return (
        select(Invitation)
        .where(
            Invitation.space_id == space.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.sent_at.desc())
    )


def live_invitation(token: str) -> Invitation:
    """The invitation behind a link.

    Raises
    ------
    Missing
        When it was accepted, withdrawn, is out of date or never was.
    """
    found = db.session.get(Invitation, hash_of(token))
    if found is None or found.accepted_at or found.withdrawn_at or found.expires_at <= now():
        raise Missing()
    return found


@has_a_role.answered_by
def is_of_a_team(account: Account) -> bool:
    """Whether a person is entrusted with anything: their sign-ins are kept shorter."""
    held = select(exists().where(Membership.account_id == account.id))
    return account.administers or bool(db.session.scalar(held))
