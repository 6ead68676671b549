"""The page on which an official writes what a theme says."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.spaces.queries import roles_of
from civic.web.responses import go, page, say
from synthesis import actions, rules, sources
from synthesis.citing import FIELDS
from synthesis.figures import line_of
from synthesis.forms import SummaryForm
from synthesis.models import Theme
from synthesis.views import bp
from synthesis.workshop.turns import load_theme, official
from synthesis.writing.actions import summarise
from synthesis.writing.shown import figures_of, shown

OFFERED = 12  # contributions offered to be cited


@bp.get("/workshop/<id:number>/themes/<id:theme_id>/summary")
@official
def ask_summary(slug: str, number: int, theme_id: int) -> Response:
    """The form, with the contributions that may be cited."""
    theme = load_theme(slug, number, theme_id)
    rules.may_write(roles_of(current_user, theme.synthesis.space), theme.synthesis).require()
    return _writing(theme, _form_of(theme))


def _form_of(theme: Theme) -> SummaryForm:
    form = SummaryForm(formdata=None, obj=theme.summary)
    for field in (form.body, form.dissent):
        field.data = sources.without_gone(field.data or "")
    return form


def _writing(theme: Theme, form: SummaryForm, status: int = 200, **more: Any) -> Response:
    synthesis, line = theme.synthesis, line_of(theme)
    form.turn.raw_data, form.turn.data = None, synthesis.turn
    return page(
        "synthesis/workshop/summary.html",
        status,
        space=synthesis.space,
        synthesis=synthesis,
        theme=theme,
        form=form,
        line=line,
        quotes=sources.quotes_of(synthesis, theme).get(theme.id, []),
        offered=db.session.scalars(sources.discussed_inside(theme).limit(OFFERED)).all(),
        figures={name: figures_of(line)[name] for name in FIELDS},
        **more,
    )


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/summary")
@official
def summary(slug: str, number: int, theme_id: int) -> Response:
    """Save it, or put a citation where the official asked for one."""
    theme = load_theme(slug, number, theme_id)
    form = SummaryForm()
    if cite := request.form.get("cite", ""):
        return _with_citation(theme, form, cite)
    if not form.validate():
        return _writing(theme, form, 422)
    try:
        summarise(
            theme, current_user, form.body.data or "", form.dissent.data or "",
            form.is_unanimous.data, form.seen,
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        form[error.field].errors = str(error).split("\n")
        return _writing(theme, form, 422)
    except actions.Stale as error:
        db.session.rollback()
        form.body.errors = [str(error)]
        return _writing(theme, form, 409, theirs=shown([line_of(theme)])[theme.id])
    commit()
    say(_("What this theme says is saved."))
    return go(theme.synthesis.workshop_url)


def _with_citation(theme: Theme, form: SummaryForm, cite: str) -> Response:
    """The form again with `[123]` at the end of a text: nothing is saved yet."""
    name, _colon, number = cite.partition(":")
    if name in ("body", "dissent") and number.isascii() and number.isdigit():
        form[name].data = f"{(form[name].data or '').rstrip()} [{number}]".lstrip()
    return _writing(theme, form)
