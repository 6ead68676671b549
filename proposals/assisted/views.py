"""The desk on which an agent enters what people bring on paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.db import commit, db
from civic.errors import CivicError, Conflict, Invalid, Missing, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.doors import role
from civic.spaces.models import Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.views import TeamLink, for_the_team
from civic.web import slots
from civic.web.once import once
from civic.web.paging import page_of
from civic.web.responses import go, page, rendered, say
from proposals.assisted import actions, queries
from proposals.assisted.forms import EntryForm
from proposals.assisted.rules import may_enter
from proposals.models import Proposal
from proposals.views import bp

agents = role(Role.AGENT, Role.OFFICIAL)


@for_the_team
def _desk_link(space: Space) -> TeamLink | None:
    if not may_enter(roles_of(current_user, space)):
        return None
    return _("Enter what people bring on paper"), url_for("proposals.paper_desk", slug=space.slug)


@slots.fills("proposal.page")
def entered_supports(proposals: Sequence[Proposal]) -> dict[int, Markup]:
    """On a proposal's page: how many of its supports agents entered."""
    counts = queries.supports_entered([proposal.id for proposal in proposals])
    return {key: rendered("assisted/_supports.html", count=count) for key, count in counts.items()}


@slots.fills("space.page")
def entered_here(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: what agents entered for people without a device."""
    counted = {space.id: queries.counts_in(space) for space in spaces}
    return {
        key: rendered("assisted/_counts.html", counts=counts)
        for key, counts in counted.items()
        if counts
    }


@bp.get("/on-paper")
@agents
def paper_desk(slug: str) -> Response:
    """The form, and what was entered before."""
    return _page(load_space(slug), EntryForm(formdata=None))


def _page(space: Space, form: EntryForm, status: int = 200) -> Response:
    return page(
        "assisted/desk.html",
        status=status,
        space=space,
        form=form,
        found=page_of(queries.entered_in(space)),
    )


@bp.post("/on-paper")
@agents
@once
def enter_paper(slug: str) -> Response:
    """Enter one thing for one person."""
    space, form = load_space(slug), EntryForm()
    if not form.validate():
        db.session.rollback()
        return _page(load_space(slug), form, 422)
    try:
        actions.enter(space, current_user, form.paper)
    except (Conflict, Invalid, Missing, NotAllowed) as error:
        db.session.rollback()
        _explain(form, error)
        return _page(load_space(slug), form, 422)
    landing = url_for("proposals.paper_desk", slug=slug)
    commit(landing=landing)
    say(_("It is entered, and marked as entered by an agent."))
    return go(landing)


def _explain(form: EntryForm, error: CivicError) -> None:
    if isinstance(error, Missing):
        form.about.errors = [_("There is no text with this number here.")]
    elif isinstance(error, Invalid) and error.field in form:
        form[error.field].errors = [str(error)]
    else:
        form.reference.errors = [str(error)]
