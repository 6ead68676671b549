"""Make and change spaces; invite people."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from civic import audit
from civic.accounts.actions import end_sign_ins, shorten_sign_ins
from civic.accounts.models import Account, Credential
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict, Invalid
from civic.i18n import gettext as _, language
from civic.outbox.actions import post
from civic.spaces.models import (
    Act,
    Invitation,
    Membership,
    Phase,
    Premoderation,
    Role,
    Space,
)
from civic.spaces.queries import forget_roles
from civic.spaces.rules import INVITATION_LASTS, may_accept
from civic.text import plain, to_html


@dataclass(frozen=True)
class PhasePlan:
    """One phase as an administrator writes it."""

    title: str
    starts_at: datetime
    ends_at: datetime | None
    permits: frozenset[Act]
    description: str = ""


def create_space(
    by: Account, slug: str, title: str, summary: str = "", description: str = "",
    phases: Sequence[PhasePlan] = (), supports_per_person: int = 0,
    premoderation: Premoderation = Premoderation.NONE,
) -> Space:  # fmt: skip
    """Make a space, in preparation until it is published.

    Raises
    ------
    Invalid
        When its address is taken.
    """
    if db.session.scalar(select(Space.id).where(Space.slug == slug)):
        raise Invalid("slug", _("Another space has this address already."))
    space = Space(slug=slug, created_at=now())
    db.session.add(space)
    _write(space, title, summary, description, supports_per_person)
    space.premoderation = premoderation
    set_phases(space, phases)
    audit.record(by, "space.created", about=space, title=space.title)
    return space


def edit_space(
    by: Account, space: Space, title: str, summary: str, description: str,
    phases: Sequence[PhasePlan], supports_per_person: int = 0,
    premoderation: Premoderation = Premoderation.NONE,
) -> None:  # fmt: skip
    """Change a space; what changed in its calendar is written in the audit log."""
    before, read_first = _calendar(space), space.premoderation
    _write(space, title, summary, description, supports_per_person)
    space.premoderation = premoderation
    set_phases(space, phases)
    audit.record(
        by, "space.edited", about=space, before=before, after=_calendar(space),
        premoderation=[read_first.value, premoderation.value],
    )  # fmt: skip


def _write(space: Space, title: str, summary: str, description: str, supports: int) -> None:
    space.title, space.summary = plain(title), plain(summary)
    space.description = plain(description)
    space.description_html = to_html(description)
    space.supports_per_person = supports


def _calendar(space: Space) -> list[list[str]]:
    return [
        [p.title, p.starts_at.isoformat(), p.ends_at.isoformat() if p.ends_at else "", *p.permits]
        for p in space.phases
    ]


def set_phases(space: Space, plans: Sequence[PhasePlan]) -> None:
    """Replace the calendar of a space."""
    for plan in plans:
        if plan.ends_at is not None and plan.ends_at <= plan.starts_at:
            raise Invalid(
                "phases", _("The phase “%(title)s” ends before it starts.", title=plan.title)
            )
    space.phases.clear()
    db.session.flush()
    for position, plan in enumerate(plans):
        space.phases.append(
            Phase(
                position=position,
                title=plain(plan.title),
                description=plain(plan.description),
                description_html=to_html(plan.description),
                starts_at=plan.starts_at,
                ends_at=plan.ends_at,
                permits=plan.permits,
            )
        )
    db.session.flush()


def publish_space(by: Account, space: Space) -> None:
    """Show a space to everyone."""
    if not space.phases:
        raise Conflict(_("Give this space a calendar of at least one phase first."))
    space.published_at = space.published_at or now()
    audit.record(by, "space.published", about=space)


def give_role(space: Space, account: Account, role: Role, by: Account | None) -> None:
    """Entrust a person with a role; nothing changes if they hold it."""
    row = {"space_id": space.id, "account_id": account.id, "role": role, "since": now()}
    if insert_if_absent(Membership, row):
        audit.record(by, "role.given", about=space, role=role.value, account=account.id)
        shorten_sign_ins(account)
    forget_roles()


def take_role(space: Space, account: Account, role: Role, by: Account) -> None:
    """Take a role back, at once; the person's devices are signed out."""
    db.session.execute(
        delete(Membership).where(
            Membership.space_id == space.id,
            Membership.account_id == account.id,
            Membership.role == role,
        )
    )
    end_sign_ins(account)
    audit.record(by, "role.taken", about=space, role=role.value, account=account.id)
    forget_roles()


def invite(
    by: Account, space: Space, email: str, role: Role, lasts: timedelta = INVITATION_LASTS
) -> str:
    """Offer a role by mail; the token is in the mail and is stored hashed.

    Raises
    ------
    Invalid
        When somebody invites themselves.
    """
    if email.casefold() == by.email:
        raise Invalid("email", _("Nobody gives a role to themselves: ask another administrator."))
    token = secrets.token_urlsafe(32)
    db.session.add(
        Invitation(
            token_hash=hash_of(token),
            space_id=space.id,
            email=email.casefold(),
            role=role,
            by_id=by.id,
            sent_at=now(),
            expires_at=now() + lasts,
        )
    )
    audit.record(by, "role.offered", about=space, role=role.value)
    known = db.session.scalar(select(Credential).where(Credential.email == email.casefold()))
    tongue = known.account.language if known else language()
    post(
        email, "spaces/mails/invitation.txt", tongue, token=token, space=space, role=role.value,
        days=lasts.days,
    )  # fmt: skip
    return token


def accept(invitation: Invitation, by: Account) -> None:
    """Take up an offered role.

    Raises
    ------
    NotAllowed
        When the invitation was sent to another address, or by oneself.
    """
    may_accept(by, invitation).require()
    invitation.accepted_at = now()
    give_role(invitation.space, by, invitation.role, by=invitation.by)


def withdraw_invitation(invitation: Invitation, by: Account) -> None:
    """Take an offer back before it is accepted."""
    invitation.withdrawn_at = now()
    audit.record(by, "role.offer_withdrawn", about=invitation.space, role=invitation.role.value)
