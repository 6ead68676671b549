"""Pages of a list: numbered, bounded, with a total that need not be counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from civic.db import db
from civic.errors import Missing
from civic.web.requests import row_number

PER_PAGE = 20
DEEPEST = 10_000  # the last page that may be asked for


@dataclass(frozen=True)
class Page:
    """One page of a list; `number` starts at 1."""

    items: list[Any]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        kept: dict[str, Any] = {
            k: v for k, v in request.args.items(multi=False) if k not in ("page", "lang")
        }
        return url_for(
            request.endpoint or "", **(request.view_args or {}), **(kept | {"page": number})
        )


def page_number() -> int:
    """The page asked for.

    Raises
    ------
    Missing
        When it is not a number from 1 to `DEEPEST`.
    """
    number = row_number(request.args.get("page", "1"))
    if number is None or not 1 <= number <= DEEPEST:
        raise Missing()
    return number


def page_of(statement: Select[Any], total: int | None = None, per_page: int = PER_PAGE) -> Page:
    """The page of a list that this request asks for.

    Parameters
    ----------
    statement : Select
        An ordered select of one entity.
    total : int, optional
        The number of rows, where a counter knows it; counted otherwise.
    """
    number = page_number()
    if total is None:
        counted = statement.order_by(None).options().subquery()
        total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    if number > 1 and (number - 1) * per_page >= total:
        raise Missing()
    rows = db.session.scalars(statement.limit(per_page).offset((number - 1) * per_page))
    return Page(list(rows.unique()), number, total, per_page)
