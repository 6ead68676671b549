"""What moderation adds to other pages, and what everyone may read about it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from flask import Blueprint, Response, get_template_attribute, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.contributions.models import Contribution
from civic.contributions.queries import load
from civic.contributions.rules import may_read
from civic.errors import Missing
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import load_space
from civic.spaces.views import for_the_team
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.layout import Link, in_footer, link
from civic.web.responses import page
from moderation import queries, rules
from moderation.deciding import mergers
from moderation.doors import moderates
from moderation.models import Decision, Merger
from moderation.words import MEANS, MEASURES, OUTCOMES, REASONS, RULES

bp = Blueprint("moderation", __name__)
SMALL = 5  # a figure under it is not told
PARTS = "moderation/parts.html"


def load_reportable(contribution_id: int) -> Contribution:
    """A text that whoever asks may read.

    Raises
    ------
    Missing
    """
    found = load(Contribution, contribution_id)
    space = load_space(found.space.slug)
    if not may_read(current_user, found, is_moderator=moderates(space)):
        raise Missing()
    return found


# --- On the pages of others -------------------------------------------------------------------


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {
        "moderation_reasons": REASONS,
        "moderation_outcomes": OUTCOMES,
        "moderation_measures": MEASURES,
        "moderation_means": MEANS,
    }


@bp.app_template_global()
def report_link(contribution: Contribution) -> Markup:
    """A quiet link under a text: to report it; for its moderators, to look at it.

    Nothing where the reader is the author or the text is not public. Costs no query and no
    rendering of a whole template: a thread asks for hundreds.
    """
    if current_user.id == contribution.author_id:
        return Markup("")
    kind = "moderate" if moderates(contribution.space) else "report"
    if kind == "report" and not contribution.is_visible:
        return Markup("")
    return get_template_attribute(PARTS, f"{kind}_link")(contribution)


@slots.fills("comment.placeholder")
def placeholders(items: Sequence[Contribution]) -> dict[int, Markup]:
    """What stands where a text was hidden: under which rule, and where those concerned read why."""
    found = queries.standing([item.id for item in items])
    show = get_template_attribute(PARTS, "hidden_line")
    return {
        item.id: show(REASONS[reason], _decision_url(item, found[item.id]))
        for item in items
        if item.id in found and (reason := found[item.id].reason) is not None
    }


@slots.fills("proposal.page")
def mergers_panel(items: Sequence[Contribution]) -> dict[int, Markup]:
    """On the page of a text: the one that it was merged into, or those that joined it."""
    ids = [item.id for item in items]
    into, others = mergers.of_texts(ids), mergers.merged_into(ids)
    show = get_template_attribute(PARTS, "merged_panel")
    return {
        key: show(into.get(key), _public(others.get(key, ())))
        for key in ids
        if key in into or key in others
    }


def _public(found: Sequence[Merger]) -> list[Merger]:
    return [merger for merger in found if merger.duplicate.is_visible]


def _decision_url(item: Contribution, decision: Decision) -> str | None:
    if current_user.id == item.author_id:
        return url_for("moderation.decision", contribution_id=item.id)
    return decision.case.url if moderates(item.space) else None


@for_the_team
def _queue_link(space: Space) -> tuple[str, str] | None:
    if not moderates(space):
        return None
    return _("Moderation"), url_for("moderation.queue", slug=space.slug)


@in_footer
def _rules_link() -> Link:
    return link(_("Rules of the debate"), url_for("moderation.charter"))


# --- In the open ------------------------------------------------------------------------------


@bp.get("/moderation")
@signed_in
def index() -> Response:
    """The queues that I may open, with what waits in each."""
    spaces = queries.spaces_to_moderate(current_user)
    if not spaces:
        raise Missing()
    return page("moderation/index.html", spaces=spaces, waiting=queries.waiting_by_space(spaces))


@bp.get("/moderation/how")
@open_to_all
def process() -> Response:
    """How moderation works, what can be decided, and how to contest: for everyone."""
    return page(
        "moderation/process.html",
        rules=RULES,
        measures=MEASURES,
        means=MEANS,
        newcomer_texts=rules.NEWCOMER_TEXTS,
    )


@bp.get("/spaces/<slug:slug>/moderation/figures")
@open_to_all
def figures(slug: str) -> Response:
    """How this space is moderated: decisions and delays, for everyone."""
    space = load_space(slug)
    delays = [delay.total_seconds() / 3600 for delay in queries.delays(space)]
    waiting = queries.waiting_by_space([space])
    return page(
        "moderation/figures.html",
        space=space,
        rows=queries.figures(space),
        small=SMALL,
        waiting=waiting[space.id][0] if waiting else 0,
        appeals=queries.appeal_figures(space),
        requests=queries.request_count(space),
        panels=slots.panels("moderation.figures", [space])[space.id],
        median=statistics.median(delays) if len(delays) >= SMALL else None,
        slow=statistics.quantiles(delays, n=10)[-1] if len(delays) >= 2 * SMALL else None,
    )
