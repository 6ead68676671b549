"""All about one person in one ZIP: a page to read, and the same as data."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import render_template

from civic.accounts.models import Account
from civic.db import db
from civic.i18n import full_datetime, lazy_gettext as _l, using
from civic.personal.queries import holdings_about, person_of
from civic.personal.registry import NAMERS, Holding
from civic.settings import active

WORDS = {
    "name": _l("Name or pseudonym"),
    "email": _l("E-mail address"),
    "language": _l("Language"),
    "created_at": _l("Written"),
    "published_at": _l("Published"),
    "title": _l("Title"),
    "body": _l("Text"),
    "at": _l("When"),
    "day": _l("Day"),
    "space_id": _l("Consultation"),
    "contribution_id": _l("Text concerned"),
    "ballot_id": _l("Ballot"),
    "subject": _l("Subject"),
    "state": _l("State"),
    "role": _l("Role"),
    "device": _l("Device"),
    "reason": _l("Reason"),
    "value": _l("Stance (1 agree, 0 pass, -1 disagree)"),
    "district": _l("District"),
    "age_bracket": _l("Age bracket"),
}


@dataclass(frozen=True)
class Part:
    """One holding as it is shown: its table by the words of its columns."""

    title: str
    why: str
    name: str
    columns: list[str]
    rows: list[list[str]]


def build(account: Account) -> bytes:
    """The ZIP of one person: `index.html`, and one JSON file for each table."""
    person = person_of(account)
    data: dict[str, list[dict[str, Any]]] = {}
    parts = []
    with using(account.language):
        for holding, _count in holdings_about(person):
            rows = [dict(row) for row in db.session.execute(holding.rows_of(person)).mappings()]
            data.setdefault(holding.table.name, []).extend(rows)
            parts.append(_part(holding, rows))
        page = render_template(
            "personal/archive.html", account=account, parts=parts, town=active().town_name
        )
    return _zip(page, data)


def _part(holding: Holding, rows: list[dict[str, Any]]) -> Part:
    columns = [name for name in holding.columns if name not in holding.secret]
    named = {name: _names(name, rows) for name in columns if name in NAMERS}
    shown = [[_shown(row[name], named.get(name, {})) for name in columns] for row in rows]
    words = [str(WORDS.get(name, name.replace("_", " "))) for name in columns]
    return Part(str(holding.what), str(holding.why), holding.table.name, words, shown)


def _names(column: str, rows: list[dict[str, Any]]) -> Mapping[int, str]:
    return NAMERS[column]({row[column] for row in rows if row[column] is not None})


def _shown(value: Any, named: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return full_datetime(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int) and value in named:
        return f"{named[value]} ({value})"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _zip(page: str, data: dict[str, list[dict[str, Any]]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        for name, rows in data.items():
            text = json.dumps(rows, ensure_ascii=False, indent=2, default=_plain)
            archive.writestr(f"data/{name}.json", text)
    return written.getvalue()
