"""The public pages of spaces, and the administrator's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.accounts import sessions
from civic.accounts.queries import account_by_id
from civic.clock import now
from civic.db import commit, db, get_or_missing
from civic.errors import Invalid, Missing
from civic.i18n import gettext as _
from civic.organisation.queries import last_uses
from civic.spaces import actions, queries, rules
from civic.spaces.forms import ACTS, ROLES, InvitationForm, SpaceForm
from civic.spaces.models import Invitation, Premoderation, Role, Space
from civic.web import slots
from civic.web.doors import administrator, fresh, open_to_all, signed_in
from civic.web.once import once
from civic.web.responses import go, page, say

bp = Blueprint("spaces", __name__)
bp.app_template_global()(rules.current_phases)

TeamLink = tuple[str, str]
TEAM_LINKS: list[Callable[[Space], TeamLink | None]] = []


def for_the_team(made: Callable[[Space], TeamLink | None]) -> Callable[[Space], TeamLink | None]:
    """Register a link shown to a space's team; None leaves it out for this person."""
    TEAM_LINKS.append(made)
    return made


@bp.app_template_global()
def team_links(space: Space) -> list[TeamLink]:
    """What this person may do for a space."""
    return [found for made in TEAM_LINKS if (found := made(space))]


@for_the_team
def _settings_link(space: Space) -> TeamLink | None:
    if not current_user.is_administrator:
        return None
    return _("Settings and team"), url_for("spaces.team", slug=space.slug)


@bp.get("/")
@open_to_all
def home() -> Response:
    """What the town asks at this moment."""
    spaces = list(db.session.scalars(queries.published_spaces()))
    return page(
        "spaces/home.html", spaces=spaces, now=now(), panels=slots.panels("space.card", spaces)
    )


@bp.get("/spaces/<slug:slug>")
@open_to_all
def show(slug: str) -> Response:
    """One space: what it is about, its calendar, what I can do now."""
    space = queries.load_space(slug)
    return page(
        "spaces/show.html",
        space=space,
        now=now(),
        roles=queries.roles_of(current_user, space),
        panels=slots.panels("space.page", [space])[space.id],
    )


# --- Administration ---------------------------------------------------------------------------


@bp.get("/admin/spaces")
@administrator
def index() -> Response:
    """Every space."""
    return page("spaces/index.html", spaces=db.session.scalars(queries.all_spaces()).all())


@bp.get("/admin/spaces/new")
@administrator
def new() -> Response:
    """The form for a new space."""
    return page("spaces/edit.html", form=SpaceForm.of(None), space=None, acts=ACTS)


@bp.post("/admin/spaces/new")
@administrator
@once
def create() -> Response:
    """Make a space."""
    form = SpaceForm()
    if not form.validate():
        return page("spaces/edit.html", form=form, space=None, acts=ACTS, status=422)
    try:
        space = actions.create_space(
            current_user, form.slug.data, form.title.data, form.summary.data or "",
            form.description.data or "", form.plans(), form.supports_per_person.data or 0,
            Premoderation(form.premoderation.data or "none"),
        )  # fmt: skip
    except Invalid as error:
        return _refused(form, None, error)
    commit(landing=url_for("spaces.team", slug=space.slug))
    say(_("The space is ready. It is public once you publish it."))
    return go(url_for("spaces.team", slug=space.slug))


def _refused(form: SpaceForm, space: Space | None, error: Invalid) -> Response:
    db.session.rollback()
    form[error.field].errors = [str(error)]
    return page("spaces/edit.html", form=form, space=space, acts=ACTS, status=422)


@bp.get("/admin/spaces/<slug:slug>")
@administrator
def edit(slug: str) -> Response:
    """The form of one space."""
    space = queries.load_space(slug)
    return page("spaces/edit.html", form=SpaceForm.of(space), space=space, acts=ACTS)


@bp.post("/admin/spaces/<slug:slug>")
@administrator
def save(slug: str) -> Response:
    """Change a space. Its address stays: links must not break."""
    space = queries.load_space(slug)
    form = SpaceForm()
    form.slug.data = space.slug
    if not form.validate():
        return page("spaces/edit.html", form=form, space=space, acts=ACTS, status=422)
    try:
        actions.edit_space(
            current_user, space, form.title.data, form.summary.data or "",
            form.description.data or "", form.plans(), form.supports_per_person.data or 0,
            Premoderation(form.premoderation.data or "none"),
        )  # fmt: skip
    except Invalid as error:
        return _refused(form, space, error)
    commit()
    say(_("Saved."))
    return go(url_for("spaces.edit", slug=slug))


@bp.post("/admin/spaces/<slug:slug>/publication")
@administrator
def publish(slug: str) -> Response:
    """Show the space to everyone."""
    space = queries.load_space(slug)
    actions.publish_space(current_user, space)
    commit()
    say(_("The space is public."))
    return go(space.url)


@bp.get("/admin/spaces/<slug:slug>/team")
@administrator
def team(slug: str) -> Response:
    """Who moderates and who answers, and the invitations."""
    return _team(queries.load_space(slug), InvitationForm())


def _team(space: Space, form: InvitationForm, status: int = 200) -> Response:
    team = db.session.scalars(queries.team_of(space)).all()
    return page(
        "spaces/team.html",
        status=status,
        space=space,
        form=form,
        roles=ROLES,
        team=team,
        last_uses=last_uses([member.account_id for member in team]),
        invitations=db.session.scalars(queries.open_invitations(space)).all(),
    )


@bp.post("/admin/spaces/<slug:slug>/team")
@administrator
@fresh
def invite(slug: str) -> Response:
    """Invite somebody to a role."""
    space = queries.load_space(slug)
    form = InvitationForm()
    if not form.validate():
        return _team(space, form, 422)
    try:
        actions.invite(
            current_user, space, form.email.data, Role(form.role.data),
            timedelta(days=form.days.data),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        form.email.errors = [str(error)]
        return _team(space, form, 422)
    commit()
    say(_("The invitation is on its way to %(email)s.", email=form.email.data))
    return go(url_for("spaces.team", slug=slug))


@bp.post("/admin/spaces/<slug:slug>/team/<role>/<id:account_id>/removal")
@administrator
@fresh
def remove(slug: str, role: str, account_id: int) -> Response:
    """Take a role back."""
    if role not in set(Role):
        raise Missing()
    space = queries.load_space(slug)
    actions.take_role(space, account_by_id(account_id), Role(role), current_user)
    commit()
    say(_("The role is taken back."))
    return go(url_for("spaces.team", slug=slug))


@bp.post("/admin/spaces/<slug:slug>/invitations/<token:token_hash>/removal")
@administrator
def withdraw_invitation(slug: str, token_hash: str) -> Response:
    """Take an invitation back."""
    space = queries.load_space(slug)
    invitation = get_or_missing(Invitation, token_hash)
    if invitation.space_id != space.id:
        raise Missing()
    actions.withdraw_invitation(invitation, current_user)
    commit()
    say(_("The invitation is withdrawn."))
    return go(url_for("spaces.team", slug=slug))


@bp.get("/invitations/<token:token>")
@open_to_all
def invitation(token: str) -> Response:
    """What the invitation is; opening it changes nothing."""
    return page("spaces/invitation.html", invitation=queries.live_invitation(token), token=token,
                roles=ROLES)  # fmt: skip


@bp.post("/invitations/<token:token>")
@signed_in
def accept(token: str) -> Response:
    """Accept the role."""
    found = queries.live_invitation(token)
    actions.accept(found, current_user)
    sessions.renew()
    commit()
    say(_("You are now part of the team of this space."))
    return go(found.space.url)
