"""The officials' pages about whole versions: ask, wait, review, undo."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Missing
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import load_space, roles_of
from civic.web.once import once
from civic.web.responses import go, page, say, view
from synthesis import actions, queries, rules, sources
from synthesis.correcting import actions as corrections
from synthesis.forms import AskForm, Turn
from synthesis.views import bp, show_version
from synthesis.workshop.screens import around, board
from synthesis.workshop.turns import load, official, told_when_stale

CORRECTIONS_SHOWN = 200


@bp.get("/workshop")
@official
def workshop(slug: str) -> Response:
    """Every version, and the form that asks for a new one."""
    return _versions(load_space(slug), AskForm())


def _versions(space: Space, form: AskForm, status: int = 200) -> Response:
    running = queries.under_way(space)
    versions = db.session.scalars(queries.versions_of(space)).all()
    last = versions[0] if versions else None
    return page(
        "synthesis/workshop/index.html",
        status,
        space=space,
        form=form,
        versions=versions,
        last=last,
        job=queries.job_of(last) if last else None,
        has_failed=bool(last and queries.has_failed(last, queries.job_of(last))),
        running=running,
        may_ask=rules.may_ask(
            roles_of(current_user, space), running, queries.readable_count(space)
        ),
        readable=queries.readable_count(space, with_comments=False),
        comments=queries.readable_count(space) - queries.readable_count(space, with_comments=False),
    )


@bp.post("/workshop")
@official
@once
def ask(slug: str) -> Response:
    """Ask for a new version."""
    space = load_space(slug)
    form = AskForm()
    if not form.validate():
        db.session.rollback()
        return _versions(space, form, 422)
    synthesis = actions.ask(space, current_user, form.with_comments.data, form.number)
    address = synthesis.workshop_url
    commit(landing=address)
    say(_("The computation has been asked for. You can leave this page: it goes on without you."))
    return go(address)


@bp.get("/workshop/<id:number>/progress")
@official
def progress(slug: str, number: int) -> Response:
    """How far the computation is; the page asks again every two seconds."""
    synthesis = load(slug, number)
    job = queries.job_of(synthesis)
    if not synthesis.is_under_way or queries.has_failed(synthesis, job):
        return go(synthesis.workshop_url)
    return view(
        "synthesis/workshop/waiting.html",
        "synthesis/workshop/_progress.html",
        space=synthesis.space,
        synthesis=synthesis,
        job=job,
    )


# --- Review -----------------------------------------------------------------------------------


@bp.get("/workshop/<id:number>")
@official
def review(slug: str, number: int) -> Response:
    """The themes by size, what was said of them, and how far the reading is."""
    synthesis = load(slug, number)
    job = queries.job_of(synthesis)
    if queries.has_failed(synthesis, job):
        return page(
            "synthesis/workshop/failed.html",
            space=synthesis.space,
            synthesis=synthesis,
            job=job,
            last=queries.latest_done(synthesis.space),
        )
    if synthesis.is_under_way:
        return page(
            "synthesis/workshop/waiting.html", space=synthesis.space, synthesis=synthesis, job=job
        )
    return view(
        "synthesis/workshop/review.html", "synthesis/workshop/_board.html", **board(synthesis)
    )


@bp.get("/workshop/<id:number>/preview")
@official
def preview(slug: str, number: int) -> Response:
    """The public page as it would be."""
    synthesis = load(slug, number)
    if synthesis.computed_at is None:
        raise Missing()
    return show_version(synthesis.space, synthesis, is_preview=not synthesis.is_public)


@bp.get("/workshop/<id:number>/changes")
@official
def changes(slug: str, number: int) -> Response:
    """What officials changed, the last one first."""
    synthesis = load(slug, number)
    return page(
        "synthesis/workshop/changes.html",
        changes=db.session.scalars(sources.changes_of(synthesis).limit(CORRECTIONS_SHOWN)).all(),
        **around(synthesis),
    )


@bp.post("/workshop/<id:number>/undo/<id:change>")
@official
@told_when_stale
def undo(slug: str, number: int, change: int) -> Response:
    """Undo the last change."""
    synthesis = load(slug, number)
    corrections.undo(synthesis, current_user, change, Turn().seen)
    commit()
    say(_("Undone."))
    return go(synthesis.workshop_url)
