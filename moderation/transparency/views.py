"""The reports, for everyone, and the statistics that moderators work with."""

from __future__ import annotations

from flask import Response, make_response, url_for

from civic.clock import now
from civic.errors import Missing
from civic.settings import active
from civic.spaces.models import Space
from civic.spaces.queries import load_space
from civic.web.doors import open_to_all
from civic.web.responses import as_file, page
from moderation.doors import moderators
from moderation.queries import waiting_by_space
from moderation.queue.queries import clocks, waiting_cases
from moderation.spam.queries import latest_model
from moderation.spam.rules import may_hide, ranks
from moderation.transparency import queries
from moderation.transparency.lines import Line, as_csv, groups, lines_of
from moderation.transparency.queries import Period
from moderation.transparency.rules import SMALL, Quarter, quarters
from moderation.views import bp


def _period(space: Space, name: str) -> tuple[Quarter, Period]:
    quarter, zone = Quarter.named(name), active().zone
    if quarter is None or quarter not in _quarters(space):
        raise Missing()
    return quarter, Period(space, quarter.start(zone), quarter.next.start(zone))


def _quarters(space: Space) -> list[Quarter]:
    return quarters(queries.first_act(space), now(), active().zone)


@bp.get("/spaces/<slug:slug>/moderation/reports")
@open_to_all
def reports(slug: str) -> Response:
    """The quarters of a space, and what waits at this moment."""
    space = load_space(slug)
    waiting = waiting_by_space([space])
    return page(
        "moderation/transparency/index.html",
        space=space,
        quarters=_quarters(space),
        waiting=waiting[space.id][0] if waiting else 0,
    )


@bp.get("/spaces/<slug:slug>/moderation/reports/<slug:quarter>")
@open_to_all
def transparency(slug: str, quarter: str) -> Response:
    """One quarter."""
    space = load_space(slug)
    found, period = _period(space, quarter)
    lines = lines_of(queries.figures(period))
    return page(
        "moderation/transparency/show.html",
        space=space,
        quarter=found,
        is_over=period.end <= now(),
        groups=groups(),
        lines=lines,
        small=SMALL,
        csv_url=url_for("moderation.transparency_table", slug=slug, quarter=found.name),
    )


@bp.get("/spaces/<slug:slug>/moderation/reports/<slug:quarter>/table.csv")
@open_to_all
def transparency_table(slug: str, quarter: str) -> Response:
    """The same for programs."""
    space = load_space(slug)
    found, period = _period(space, quarter)
    lines: list[Line] = lines_of(queries.figures(period))
    response = make_response(as_csv(lines))
    response.mimetype = "text/csv"
    return as_file(response, f"moderation-{space.slug}-{found.name}.csv")


@bp.get("/spaces/<slug:slug>/moderation/statistics")
@moderators
def statistics(slug: str) -> Response:
    """What helps moderators to work: what waits, week by week, what is judged differently."""
    space, model = load_space(slug), latest_model()
    waiting = waiting_cases([space])
    standing = clocks(waiting).values()
    return page(
        "moderation/transparency/statistics.html",
        space=space,
        waiting=len(waiting),
        late=sum(clock.is_late for clock in standing),
        near=sum(clock.is_near for clock in standing),
        weeks=queries.by_week(space, now()),
        reversals=queries.reversed_by_reason(space),
        model=model,
        model_ranks=model is not None and ranks(model.shadow_since, now()),
        model_hides=model is not None and may_hide(model.figures, model.shadow_since, now()),
    )
