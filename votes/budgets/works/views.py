"""Officials tell how the works of a funded project go."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.spaces.doors import role
from civic.spaces.models import Role
from civic.web.once import once
from civic.web.responses import go, page, say
from votes.budgets import queries, rules
from votes.budgets.forms import WorksForm
from votes.budgets.models import Project, Stage
from votes.budgets.views import around, bp, load
from votes.budgets.works.actions import tell, today


@bp.get("/<id:budget_id>/projects/<id:project_id>/works")
@role(Role.OFFICIAL)
def ask_works(slug: str, budget_id: int, project_id: int) -> Response:
    """The form of a piece of news."""
    found = queries.load_project(load(slug, budget_id), project_id)
    rules.may_follow_works(found).require()
    form = WorksForm(formdata=None)
    form.since.data = today()
    if found.steps:
        form.stage.data = found.steps[-1].stage.value
        form.delivery.data = found.steps[-1].delivery
    return _page(found, form)


def _page(found: Project, form: WorksForm, status: int = 200) -> Response:
    return page("budgets/edit_works.html", status, **around(found.budget), project=found, form=form)


@bp.post("/<id:budget_id>/projects/<id:project_id>/works")
@role(Role.OFFICIAL)
@once
def tell_works(slug: str, budget_id: int, project_id: int) -> Response:
    """Add the news; authors and supporters are told once for each stage."""
    found, form = queries.load_project(load(slug, budget_id), project_id), WorksForm()
    rules.may_follow_works(found).require()
    if not form.validate():
        db.session.rollback()
        return _page(found, form, 422)
    assert form.since.data is not None  # the form asks for it
    try:
        tell(found, current_user, Stage(form.stage.data), form.since.data, form.delivery.data,
             form.words.data or "")  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        form.words.errors = [str(error)]
        return _page(found, form, 422)
    commit(landing=found.url)
    say(_("Published. Those who wrote or support its proposals are told once for each stage."))
    return go(found.url)
