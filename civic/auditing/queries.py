"""Find entries, and name what they are about when it is still there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from civic.accounts.models import Account
from civic.audit import AuditEntry
from civic.db import Base, db

LABELS = ("title", "question", "name", "body", "slug")


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; empty fields ask for everything."""

    act: str = ""
    who: str = ""  # part of a name
    since: date | None = None
    until: date | None = None  # this day included


@dataclass(frozen=True)
class Subject:
    """What an entry is about: its words and its page; both empty when it is gone."""

    label: str = ""
    url: str = ""


def entries(wanted: Filter, zone: ZoneInfo) -> Select[AuditEntry]:
    """The entries, newest first."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.act:
        statement = statement.where(AuditEntry.act == wanted.act)
    if wanted.who:
        people = select(Account.id).where(Account.name.icontains(wanted.who, autoescape=True))
        statement = statement.where(AuditEntry.actor_id.in_(people))
    if wanted.since:
        statement = statement.where(AuditEntry.at >= _midnight(wanted.since, zone))
    if wanted.until:
        after = wanted.until + timedelta(days=1)
        statement = statement.where(AuditEntry.at < _midnight(after, zone))
    return statement


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def acts() -> Sequence[str]:
    """The kinds of act that were recorded."""
    return db.session.scalars(select(AuditEntry.act).distinct().order_by(AuditEntry.act)).all()


def names_of(found: Iterable[AuditEntry]) -> Mapping[int, str]:
    """The names of those who acted, by account."""
    ids = {entry.actor_id for entry in found if entry.actor_id}
    named = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(named)}


def subjects_of(found: Iterable[AuditEntry]) -> Mapping[str, Subject]:
    """What the entries are about, by `table:id`; what is gone is left out."""
    wanted: dict[str, set[int]] = {}
    for entry in found:
        table, _colon, number = entry.about.partition(":")
        if number.isdigit():
            wanted.setdefault(table, set()).add(int(number))
    models = _models()
    return {
        f"{table}:{row.id}": _subject(row)
        for table, ids in wanted.items()
        if table in models
        for row in db.session.scalars(
            select(models[table]).where(models[table].id.in_(ids))
        ).unique()
    }


def _models() -> dict[str, Any]:
    """Each table's first model: of a kind and its shared table, the shared one."""
    found: dict[str, Any] = {}
    for mapper in Base.registry.mappers:
        if mapper.inherits is None and "id" in mapper.columns:
            found.setdefault(str(mapper.local_table), mapper.class_)
    return found


def _subject(row: Any) -> Subject:
    words = next((str(value) for name in LABELS if (value := getattr(row, name, None))), "")
    return Subject(words, str(getattr(row, "url", "") or ""))


def size_and_head() -> tuple[int, str]:
    """How many entries there are, and the digest of the last: to be noted elsewhere."""
    size = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    head = db.session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))
    return size, head or ""
