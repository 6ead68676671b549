"""Take a case or give it back, undo a decision, note a request by an authority."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Conflict, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.queries import load_space
from civic.web.requests import row_number
from civic.web.responses import go, respond, say
from moderation import actions, queries
from moderation.deciding.views import case_page, claim_parts, fitted
from moderation.doors import moderators
from moderation.forms import DecisionForm, RequestForm
from moderation.models import Sender
from moderation.views import bp


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>/claim")
@moderators
def claim(slug: str, case_id: int) -> Response:
    """Take a case, keep it, or give it back (`wanted=0`)."""
    case = queries.load_case(load_space(slug), case_id)
    if request.form.get("wanted") == "0":
        actions.leave(case, current_user)
    else:
        actions.claim(case, current_user)
    commit()
    return respond(
        "moderation/_claim.html", otherwise=case.url, case=case, may=True, space=case.space,
        parts=lambda: claim_parts(case),
    )  # fmt: skip


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>/undo")
@moderators
def undo(slug: str, case_id: int) -> Response:
    """Take my last decision back: everything stands as before it."""
    case = queries.load_case(load_space(slug), case_id)
    turn = row_number(request.form.get("turn", ""))
    try:
        actions.undo(case, current_user, -1 if turn is None else turn)
    except (Conflict, NotAllowed) as error:
        db.session.rollback()
        status = 409 if isinstance(error, Conflict) else 422
        return case_page(case, fitted(case, DecisionForm(formdata=None)), status, str(error))
    commit()
    say(_("Your decision is taken back; whoever was told of it is told so. The case is yours."))
    return go(case.url)


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>/requests")
@moderators
def note_request(slug: str, case_id: int) -> Response:
    """Write down what an authority or the town asked for."""
    case = queries.load_case(load_space(slug), case_id)
    form = RequestForm()
    if not form.validate():
        return case_page(case, fitted(case, DecisionForm(formdata=None)), 422, asking=form)
    actions.note_request(
        case, current_user, Sender(form.sender.data), form.name.data, form.asked.data
    )
    commit()
    say(_("The request is written down, and counted in the figures of this space."))
    return go(case.url)
