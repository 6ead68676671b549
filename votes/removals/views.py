"""The page on which two people remove votes for fraud, and what everyone reads of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.db import commit, db
from civic.errors import Conflict, NotAllowed
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.spaces.models import Space
from civic.spaces.queries import load_space, roles_of
from civic.web import slots
from civic.web.once import once
from civic.web.responses import go, page, rendered, say
from moderation.doors import moderators
from votes.models import RemovalState, VoteRemoval
from votes.removals import actions, queries, rules
from votes.removals.forms import RemovalAnswerForm, RemovalForm
from votes.views import bp

STATES = {
    RemovalState.ASKED: _l("Waits for a second person"),
    RemovalState.DONE: _l("Removed"),
    RemovalState.REFUSED: _l("Refused"),
    RemovalState.REVERSED: _l("Given back"),
}


@bp.get("/spaces/<slug:slug>/moderation/votes")
@moderators
def removals(slug: str) -> Response:
    """Requests to remove votes, and the form for one more."""
    return _page(load_space(slug), RemovalForm(formdata=None), RemovalAnswerForm(formdata=None))


def _page(
    space: Space, form: RemovalForm, answering: RemovalAnswerForm, status: int = 200,
    trouble: str = "",
) -> Response:  # fmt: skip
    found = queries.removals_in(space)
    roles = roles_of(current_user, space)
    return page(
        "votes/removals/index.html",
        status,
        space=space,
        found=found,
        form=form,
        answering=answering,
        trouble=trouble,
        states=STATES,
        may_answer={one.id: rules.may_answer(current_user, roles, one) for one in found},
        may_give_back={one.id: rules.may_give_back(current_user, one) for one in found},
    )


@bp.post("/spaces/<slug:slug>/moderation/votes")
@moderators
@once
def ask_removal(slug: str) -> Response:
    """Ask for the removal of some votes."""
    space = load_space(slug)
    form = RemovalForm()
    if not form.validate():
        return _page(space, form, RemovalAnswerForm(formdata=None), 422)
    try:
        actions.require_known(form.numbers)
        actions.ask(space, current_user, form.numbers, form.words.data)
    except (Conflict, NotAllowed) as error:
        db.session.rollback()
        form.accounts.errors = [str(error)]
        return _page(space, form, RemovalAnswerForm(formdata=None), 422)
    landing = url_for("votes.removals", slug=slug)
    commit(landing=landing)
    say(_("Nothing is removed yet: a second person looks and answers."))
    return go(landing)


@bp.post("/spaces/<slug:slug>/moderation/votes/<id:removal_id>")
@moderators
def answer_removal(slug: str, removal_id: int) -> Response:
    """A second person agrees or refuses; later an administrator gives the votes back."""
    space = load_space(slug)
    removal = queries.load_removal(space, removal_id)
    form = RemovalAnswerForm()
    if not form.validate():
        return _page(space, RemovalForm(formdata=None), form, 422)
    try:
        _settle(removal, form)
    except NotAllowed as error:
        db.session.rollback()
        return _page(space, RemovalForm(formdata=None), form, 422, str(error))
    commit()
    say(_("Your answer is written down. Those concerned are told."))
    return go(url_for("votes.removals", slug=slug))


def _settle(removal: VoteRemoval, form: RemovalAnswerForm) -> None:
    if removal.state is RemovalState.DONE and form.agreed.data == "no":
        actions.give_back(removal, current_user, form.answer.data)
    else:
        actions.answer(removal, current_user, form.agreed.data == "yes", form.answer.data)


@slots.fills("moderation.figures")
def in_figures(spaces: Sequence[Space]) -> dict[int, Markup]:
    """Among the public figures of a space: the votes that were removed, and why."""
    found = queries.public_removals(spaces)
    return {
        space.id: rendered("votes/removals/_public.html", found=found[space.id], states=STATES)
        for space in spaces
    }
