"""What each screen of the workshop needs, gathered once for the page and for its fragment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy import Select

from civic.db import db
from civic.jobs import Job
from civic.spaces.queries import roles_of
from civic.web.paging import Page, page_of
from synthesis import rules, sources
from synthesis.figures import coverage, line_of, theme_lines
from synthesis.forms import DECISIONS, AsideForm, NameForm, PartsForm, PlaceForm
from synthesis.models import Synthesis, Theme


@dataclass(frozen=True)
class ListPage(Page):
    """A page of a list whose links lead to the list, also in the answer to a form."""

    address: Callable[[int], str] = str

    def url(self, number: int) -> str:
        """The address of another page."""
        return self.address(number)


def _listed(statement: Select[Any], total: int | None, endpoint: str, **route: Any) -> ListPage:
    found = page_of(statement, total=total)
    return ListPage(
        found.items, found.number, found.total, found.per_page,
        address=lambda number: url_for(endpoint, page=number, **route),
    )  # fmt: skip


def around(synthesis: Synthesis) -> dict[str, Any]:
    """What every screen about one version shows: its state, and the change to undo."""
    roles = roles_of(current_user, synthesis.space)
    return {
        "space": synthesis.space,
        "synthesis": synthesis,
        "may_arrange": rules.may_arrange(roles, synthesis),
        "may_write": rules.may_write(roles, synthesis),
        "last_change": sources.last_change(synthesis),
    }


def board(synthesis: Synthesis) -> dict[str, Any]:
    """The review screen: themes by size, what was said, how far the reading is."""
    lines = theme_lines(synthesis)
    return around(synthesis) | {
        "lines": lines,
        "read": sum(1 for line in lines if line.theme.reviewed_at),
        "coverage": coverage(synthesis),
        "quotes": sources.quotes_of(synthesis),
        "decisions": DECISIONS,
        "written": sources.written_in(synthesis),
    }


def inside_parts(theme: Theme, only_doubtful: bool = False) -> dict[str, Any]:
    """The screen of one theme."""
    synthesis = theme.synthesis
    line = line_of(theme)
    route = {"slug": synthesis.space.slug, "number": synthesis.number, "theme_id": theme.id}
    if only_doubtful:
        route["show"] = "doubtful"
        statement, total = sources.doubtful_inside(theme), line.doubtful
    else:
        statement, total = sources.inside(theme), line.size
    return around(synthesis) | {
        "theme": theme,
        "line": line,
        "only_doubtful": only_doubtful,
        "found": _listed(statement, total, "synthesis.inside", **route),
        "quotes": sources.quotes_of(synthesis, theme).get(theme.id, []),
        "themes": db.session.scalars(sources.living_themes(synthesis)).all(),
        "name_form": NameForm(formdata=None, name=theme.name),
        "parts_form": PartsForm(formdata=None),
        "cut_job": cut_job(theme),
        "chosen": [],
        "decisions": DECISIONS,
    } | _choosing()  # fmt: skip


def _choosing() -> dict[str, Any]:
    place_form = PlaceForm(formdata=None)
    place_form.target.choices = []
    return {"place_form": place_form, "aside_form": AsideForm(formdata=None)}


def cut_job(theme: Theme) -> Job | None:
    """The job that looks for a cut of this theme, if one does."""
    number = theme.cut.get("job") if theme.cut.get("state") == "asked" else None
    return db.session.get(Job, number) if number else None


def outside_parts(synthesis: Synthesis) -> dict[str, Any]:
    """The screen of what is in no theme."""
    counted = coverage(synthesis)
    route = {"slug": synthesis.space.slug, "number": synthesis.number}
    total = counted.alone + counted.set_aside
    return around(synthesis) | {
        "coverage": counted,
        "found": _listed(sources.outside(synthesis), total, "synthesis.outside", **route),
        "themes": db.session.scalars(sources.living_themes(synthesis)).all(),
        "chosen": [],
    } | _choosing()  # fmt: skip
