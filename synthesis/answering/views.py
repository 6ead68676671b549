"""The page on which an official gives a theme's answer to its proposals, and takes it back."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user

from civic.clock import now
from civic.db import commit, db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.spaces.queries import roles_of
from civic.text import to_html
from civic.web.once import once
from civic.web.responses import go, page, say
from synthesis import rules
from synthesis.answering import actions, queries
from synthesis.forms import DECISIONS, Turn
from synthesis.models import Theme
from synthesis.views import bp
from synthesis.workshop.turns import load_theme, official, told_when_stale

LISTED = 500  # proposals shown in the preview; the others are answered too


@bp.get("/workshop/<id:number>/themes/<id:theme_id>/answers")
@official
def ask_answers(slug: str, number: int, theme_id: int) -> Response:
    """What each proposal will show, which ones, and what was given before."""
    return _preview(load_theme(slug, number, theme_id), Turn(formdata=None))


def _preview(theme: Theme, form: Turn, status: int = 200, message: str = "") -> Response:
    roles = roles_of(current_user, theme.synthesis.space)
    form.turn.raw_data, form.turn.data = None, theme.synthesis.turn
    return page(
        "synthesis/workshop/answers.html",
        status,
        space=theme.synthesis.space,
        synthesis=theme.synthesis,
        theme=theme,
        form=form,
        message=message,
        may_answer=rules.may_answer_all(roles, theme),
        body_html=to_html(actions.wording(theme)),
        waiting=db.session.scalars(queries.waiting(theme).limit(LISTED)).all(),
        waiting_count=queries.waiting_count(theme),
        passed_over=db.session.scalars(queries.passed_over(theme)).all(),
        batches=[
            (line, rules.may_take_back(roles, line.batch, now()))
            for line in queries.batches_of(theme)
        ],
        left_out=request.form.getlist("left_out", int),
        decisions=DECISIONS,
    )


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/answers")
@official
@once
@told_when_stale
def answers(slug: str, number: int, theme_id: int) -> Response:
    """Give the answer to every proposal that was not left out."""
    theme, form = load_theme(slug, number, theme_id), Turn()
    left_out = frozenset(request.form.getlist("left_out", int))
    try:
        actions.ask_all(theme, current_user, form.seen, left_out)
    except Invalid as error:
        db.session.rollback()
        return _preview(load_theme(slug, number, theme_id), form, 422, str(error))
    commit(landing=request.path)
    say(_("The answer is being given to these proposals. Whoever follows them is told."))
    return go(request.path)


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/answers/<id:batch_id>/undo")
@official
def undo_answers(slug: str, number: int, theme_id: int, batch_id: int) -> Response:
    """Take the answers of a batch back."""
    theme = load_theme(slug, number, theme_id)
    actions.ask_back(queries.load_batch(theme, batch_id), current_user)
    commit()
    say(_("These answers are being taken back. Those corrected since stay."))
    return go(request.path.rsplit("/", 2)[0])
