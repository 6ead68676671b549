"""The public pages of a synthesis: what it says, what it rests on, and its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.db import db
from civic.i18n import gettext as _, language, ngettext
from civic.spaces.models import Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.views import TeamLink, for_the_team
from civic.web import slots
from civic.web.doors import open_to_all
from civic.web.paging import page_of
from civic.web.responses import as_file, page, rendered, view
from proposals.forms import STAGES
from proposals.models import Proposal
from proposals.queries import answers_to
from synthesis import export, queries, sources
from synthesis.bundle import make as make_bundle
from synthesis.figures import line_of, public_figures
from synthesis.follow_up import steps_of
from synthesis.forms import DECISIONS
from synthesis.models import Synthesis
from synthesis.opinion_groups import opinions_of
from synthesis.words import init_words
from synthesis.writing.shown import shown
from votes.budgets.queries import projects_about

bp = Blueprint("synthesis", __name__, url_prefix="/spaces/<slug:slug>/synthesis")
bp.record_once(lambda state: init_words(state.app))


# --- Panels on the pages below ----------------------------------------------------------------


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: read the synthesis, once there is one."""
    published = queries.published_in(spaces)
    return {space.id: _panel(space, published.get(space.id)) for space in spaces}


def _panel(space: Space, synthesis: Synthesis | None) -> Markup:
    if synthesis is None:
        return Markup("")
    received = synthesis.figures["received"]
    return rendered(
        "spaces/_act.html",
        title=_("Synthesis"),
        text=ngettext(
            "What was made of %(num)s contribution, and what the town answers.",
            "What was made of %(num)s contributions, and what the town answers.",
            received,
        ),
        verdict=True,
        until=None,
        links=[
            {
                "label": _("Read the synthesis"),
                "url": url_for("synthesis.show", slug=space.slug),
            }
        ],
    )


@slots.fills("proposal.page")
def proposal_panel(proposals: Sequence[Proposal]) -> dict[int, Markup]:
    """On a proposal's page: what became of it, the published synthesis included."""
    ids = [proposal.id for proposal in proposals]
    places, answers = queries.published_places(ids), answers_to(ids)
    projects = projects_about(ids)
    return {
        proposal.id: rendered(
            "synthesis/_follow_up.html",
            proposal=proposal,
            steps=steps_of(
                proposal,
                answers.get(proposal.id),
                places.get(proposal.id),
                STAGES,
                projects.get(proposal.id, ()),
            ),  # fmt: skip
        )
        for proposal in proposals
        if proposal.is_visible
    }


@for_the_team
def _workshop_link(space: Space) -> TeamLink | None:
    if Role.OFFICIAL not in roles_of(current_user, space):
        return None
    return _("Synthesis: compute, correct, publish"), url_for("synthesis.workshop", slug=space.slug)


# --- Pages ------------------------------------------------------------------------------------


@bp.get("")
@open_to_all
def show(slug: str) -> Response:
    """The latest published version."""
    space = load_space(slug)
    return show_version(space, queries.load_public(space))


@bp.get("/<id:number>")
@open_to_all
def version(slug: str, number: int) -> Response:
    """One published version; the earlier ones stay readable."""
    space = load_space(slug)
    return show_version(space, queries.load_public(space, number))


def show_version(space: Space, synthesis: Synthesis, is_preview: bool = False) -> Response:
    """The page of a version, as everyone reads it or will."""
    return page(
        "synthesis/show.html",
        space=space,
        synthesis=synthesis,
        is_preview=is_preview,
        **parts_of(synthesis),
        versions=db.session.scalars(queries.public_versions(space)).all(),
    )


def parts_of(synthesis: Synthesis) -> dict[str, Any]:
    """What a page about a whole version needs."""
    counted, lines = public_figures(synthesis)
    return {
        "coverage": counted,
        "lines": lines,
        "quotes": sources.quotes_of(synthesis),
        "opinions": opinions_of(synthesis),
        "changes": sources.change_counts(synthesis),
        "readers": sources.readers_of(synthesis),
        "decisions": DECISIONS,
        "texts": shown(lines),
    }


@bp.get("/<id:number>/themes/<id:theme_id>")
@open_to_all
def theme(slug: str, number: int, theme_id: int) -> Response:
    """Every contribution behind a theme's figure, nearest first."""
    space = load_space(slug)
    synthesis = queries.load_public(space, number)
    found = sources.load_theme(synthesis, theme_id)
    line = line_of(found)
    return view(
        "synthesis/theme.html",
        "synthesis/_contributions.html",
        space=space,
        synthesis=synthesis,
        theme=found,
        line=line,
        quotes=sources.quotes_of(synthesis, found).get(found.id, []),
        found=page_of(sources.inside(found), total=line.size),
        decisions=DECISIONS,
        texts=shown([line]),
    )


@bp.get("/<id:number>/others")
@open_to_all
def others(slug: str, number: int) -> Response:
    """What is in no theme, each with the reason."""
    space = load_space(slug)
    synthesis = queries.load_public(space, number)
    counted, _lines = public_figures(synthesis)
    return view(
        "synthesis/others.html",
        "synthesis/_contributions.html",
        space=space,
        synthesis=synthesis,
        coverage=counted,
        found=page_of(sources.outside(synthesis), total=counted.alone + counted.set_aside),
    )


# --- Data -------------------------------------------------------------------------------------


@bp.get("/<id:number>/data.csv")
@open_to_all
def table(slug: str, number: int) -> Response:
    """Every placement as a table."""
    synthesis = queries.load_public(load_space(slug), number)
    text = "".join(export.table(synthesis, language()))
    response = current_app.response_class(text, mimetype="text/csv")
    return _as_file(response, synthesis, "csv")


@bp.get("/<id:number>/data.json")
@open_to_all
def data(slug: str, number: int) -> Response:
    """Everything that is published of a version, for programs."""
    synthesis = queries.load_public(load_space(slug), number)
    response = jsonify(export.document(synthesis))
    return _as_file(response, synthesis, "json")


@bp.get("/<id:number>/bundle.zip")
@open_to_all
def bundle(slug: str, number: int) -> Response:
    """The data with every text, to be verified without this site."""
    synthesis = queries.load_public(load_space(slug), number)
    response = current_app.response_class(make_bundle(synthesis), mimetype="application/zip")
    return _as_file(response, synthesis, "zip")


def _as_file(response: Response, synthesis: Synthesis, ending: str) -> Response:
    name = f"synthese-{synthesis.space.slug}-{synthesis.number}.{ending}"
    return as_file(response, name)
