"""The officials' pages for writing and publishing: introduction, answers, the two last steps."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_login import current_user

from civic.db import commit, db
from civic.errors import NotAllowed
from civic.i18n import gettext as _
from civic.spaces.queries import roles_of
from civic.web.once import once
from civic.web.responses import go, page, say
from synthesis import actions, queries, rules, sources
from synthesis.figures import coverage, line_of, unread_count
from synthesis.forms import DECISIONS, AnswerForm, IntroForm, PublicationForm, Turn
from synthesis.models import Decision, Synthesis, Theme
from synthesis.views import bp
from synthesis.workshop.turns import load, load_theme, official, told_when_stale


def _writing(
    synthesis: Synthesis, which: str, form: Turn, status: int = 200, **more: Any
) -> Response:
    """A page with something to write; its form carries the present turn."""
    form.turn.raw_data, form.turn.data = None, synthesis.turn
    template = f"synthesis/workshop/{which}.html"
    return page(
        template, status, space=synthesis.space, synthesis=synthesis, form=form, **more
    )  # fmt: skip


@bp.get("/workshop/<id:number>/introduction")
@official
def introduction(slug: str, number: int) -> Response:
    """The form of the title and the introduction."""
    synthesis = load(slug, number)
    rules.may_write(roles_of(current_user, synthesis.space), synthesis).require()
    return _writing(synthesis, "introduction", IntroForm(obj=synthesis))


@bp.post("/workshop/<id:number>/introduction")
@official
def write_introduction(slug: str, number: int) -> Response:
    """Save the title and the introduction."""
    synthesis = load(slug, number)
    form = IntroForm()
    if not form.validate():
        return _writing(synthesis, "introduction", form, 422)
    try:
        actions.write_intro(synthesis, current_user, form.title.data, form.intro.data, form.seen)
    except actions.Stale as error:
        db.session.rollback()
        form.intro.errors = [str(error)]
        return _writing(synthesis, "introduction", form, 409, theirs=synthesis)
    commit()
    say(_("Saved."))
    return go(synthesis.workshop_url)


@bp.get("/workshop/<id:number>/themes/<id:theme_id>/answer")
@official
def ask_answer(slug: str, number: int, theme_id: int) -> Response:
    """The form of the town's answer to a theme."""
    theme = load_theme(slug, number, theme_id)
    rules.may_write(roles_of(current_user, theme.synthesis.space), theme.synthesis).require()
    form = AnswerForm(obj=theme)
    form.decision.data = theme.decision.value
    return _answering(theme, form)


def _answering(theme: Theme, form: AnswerForm, status: int = 200, **more: Any) -> Response:
    quotes = sources.quotes_of(theme.synthesis, theme).get(theme.id, [])
    more |= {"theme": theme, "line": line_of(theme), "quotes": quotes, "decisions": DECISIONS}
    return _writing(theme.synthesis, "answer", form, status, **more)


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/answer")
@official
def answer(slug: str, number: int, theme_id: int) -> Response:
    """Save the town's answer to a theme."""
    theme = load_theme(slug, number, theme_id)
    form = AnswerForm()
    if not form.validate():
        return _answering(theme, form, 422)
    decision = Decision(form.decision.data)
    try:
        actions.answer(theme, current_user, decision, form.answer.data or "", form.seen)
    except actions.Stale as error:
        db.session.rollback()
        form.answer.errors = [str(error)]
        return _answering(theme, form, 409, theirs=theme)
    commit()
    say(_("The answer is saved."))
    return go(theme.synthesis.workshop_url)


@bp.get("/workshop/<id:number>/publication")
@official
def ask_publication(slug: str, number: int) -> Response:
    """What publishing does, and what is still missing."""
    return _publication(load(slug, number), PublicationForm())


def _publication(synthesis: Synthesis, form: PublicationForm, status: int = 200) -> Response:
    unread = unread_count(synthesis)
    roles = roles_of(current_user, synthesis.space)
    officials = queries.officials_of(synthesis.space)
    more = {
        "unread": unread,
        "coverage": coverage(synthesis),
        "to_tell": len(sources.authors_to_tell(synthesis)),
        "submission": synthesis.awaits_publication,
        "may_submit": rules.may_submit(roles, synthesis, unread, accepts_unread=True),
        "may_publish": rules.may_publish(current_user, roles, synthesis),
        "colleagues": len(officials - {current_user.id}),
    }
    return _writing(synthesis, "publication", form, status, **more)


@bp.post("/workshop/<id:number>/submission")
@official
@once
@told_when_stale
def submit(slug: str, number: int) -> Response:
    """Ask a colleague to read the version and publish it."""
    form = PublicationForm()
    try:
        actions.submit(load(slug, number), current_user, form.seen, form.accepts_unread.data)
    except NotAllowed as error:
        db.session.rollback()
        form.accepts_unread.errors = [str(error)]
        return _publication(load(slug, number), form, 422)
    address = url_for("synthesis.ask_publication", slug=slug, number=number)
    commit(landing=address)
    say(_("Submitted. The other officials of this space are told."))
    return go(address)


@bp.post("/workshop/<id:number>/publication")
@official
@once
@told_when_stale
def publish(slug: str, number: int) -> Response:
    """Show the version that a colleague submitted to everyone."""
    synthesis = load(slug, number)
    actions.publish(synthesis, current_user, Turn().seen)
    commit(landing=synthesis.url)
    say(_("The synthesis is published, and the authors are told."))
    return go(synthesis.url)
