"""The administrator's pages of the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import Response, current_app, request
from flask_login import current_user

from civic import audit
from civic.administration import bp
from civic.audit import AuditEntry
from civic.auditing import queries
from civic.auditing.queries import Filter, Subject
from civic.auditing.sentences import label, sentence
from civic.db import commit, db
from civic.i18n import gettext as _, language
from civic.settings import active
from civic.spreadsheets import sheet
from civic.web.doors import administrator
from civic.web.paging import page_of
from civic.web.responses import as_file, page, view

PER_PAGE = 50
COLUMNS = ("number", "at", "actor", "name", "act", "sentence", "about", "reason", "details",
           "previous", "digest")  # fmt: skip


@bp.get("/audit")
@administrator
def show_audit() -> Response:
    """Every consequential act, filtered."""
    wanted = _wanted(request.args)
    found = page_of(queries.entries(wanted, active().zone), per_page=PER_PAGE)
    names = queries.names_of(found.items)
    return view(
        "admin/audit.html",
        "admin/_audit.html",
        found=found,
        wanted=wanted,
        acts={act: label(act) for act in queries.acts()},
        told={entry.id: sentence(entry.act, _who(entry, names)) for entry in found.items},
        subjects=queries.subjects_of(found.items),
        gone=Subject(),
        query={k: v for k, v in request.args.items() if k in ("act", "who", "since", "until")},
    )


def _wanted(given: Mapping[str, str]) -> Filter:
    """The filter that an address or a form carries."""
    return Filter(
        act=given.get("act", "")[:60],
        who=given.get("who", "").strip()[:60],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _day(raw: str) -> date | None:
    """A day of the filter; what is no day asks for nothing."""
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _who(entry: AuditEntry, names: Any) -> str:
    if entry.actor_id is None:
        return _("The system")
    return names.get(entry.actor_id) or _("A deleted account (%(id)s)", id=entry.actor_id)


@bp.get("/audit/chain")
@administrator
def show_chain() -> Response:
    """Whether each entry follows from the one before it, and the mark of the last."""
    size, head = queries.size_and_head()
    return page("admin/audit_chain.html", fault=audit.first_fault(), size=size, head=head)


@bp.post("/audit/export")
@administrator
def export_audit() -> Response:
    """The entries that the filter asks for, as CSV or JSON; the export is an act of its own."""
    kind = "csv" if request.form.get("kind") != "json" else "json"
    rows = list(_rows(_wanted(request.form)))
    audit.record(current_user, "audit.exported", kind=kind, entries=len(rows))
    commit()
    text, mimetype = (
        (sheet(COLUMNS, rows, language()), "text/csv")
        if kind == "csv"
        else (_as_json(rows), "application/json")
    )
    return as_file(current_app.response_class(text, mimetype=mimetype), f"audit.{kind}")


def _rows(wanted: Filter) -> Iterator[tuple[Any, ...]]:
    found = db.session.scalars(queries.entries(wanted, active().zone)).all()
    names = queries.names_of(found)
    for entry in found:
        yield (
            entry.id, entry.at.isoformat(), entry.actor_id or "",
            names.get(entry.actor_id or 0, ""), entry.act,
            sentence(entry.act, _who(entry, names)), entry.about, entry.reason,
            json.dumps(entry.details, ensure_ascii=False, sort_keys=True), entry.previous,
            entry.digest,
        )  # fmt: skip


def _as_json(rows: list[tuple[Any, ...]]) -> str:
    told = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    for row in told:
        row["details"] = json.loads(row["details"])
    return json.dumps({"format": "palabre-audit-1", "entries": told}, ensure_ascii=False, indent=1)
