"""The buttons: support, withdraw."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution
from civic.contributions.queries import load
from civic.contributions.rules import may_read
from civic.db import commit
from civic.errors import Missing
from civic.i18n import gettext as _
from civic.spaces.queries import load_space
from civic.web.doors import signed_in
from civic.web.limits import limited
from civic.web.responses import respond, say
from moderation.signals.views import note_origin
from votes import actions, rules

bp = Blueprint("votes", __name__)


def _load(contribution_id: int) -> Contribution:
    found = load(Contribution, contribution_id)
    load_space(found.space.slug)
    if not may_read(current_user, found, is_moderator=False):
        raise Missing()
    return found


@bp.post("/contributions/<id:contribution_id>/support")
@signed_in
@limited("vote")
def support(contribution_id: int) -> Response:
    """Support a contribution (`wanted=1`) or withdraw the support (`wanted=0`).

    The button says which: a stale form sent twice changes nothing.
    """
    contribution = _load(contribution_id)
    wanted = request.form.get("wanted") != "0"
    act = actions.support if wanted else actions.withdraw_support
    changed = act(contribution, by=current_user)
    note_origin(contribution.space)
    commit()
    say(_message(wanted, changed))
    return _answer(contribution, mine=wanted)


def _message(wanted: bool, changed: bool) -> str:
    if wanted:
        return _("Your support is counted.") if changed else _("Your support was already counted.")
    return _("Your support is withdrawn.") if changed else _("You were not supporting this text.")


def _answer(contribution: Contribution, mine: bool) -> Response:
    return respond(
        fragment="votes/_support.html",
        otherwise=contribution.url,
        item=contribution,
        mine=mine,
        may_support=rules.may_support(current_user, contribution, now()),
    )
