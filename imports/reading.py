"""What the readers of all sources share: choosing columns, dates, people, kept cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from civic.i18n import gettext as _
from imports.content import Consultation, Entry, key_of
from imports.dates import UnknownDateError, instant_of
from imports.tables import Row, Table

NOBODY = "unknown"  # the person of a text whose source names none


def first_column(table: Table, names: Iterable[str]) -> str | None:
    """The first of these columns that the table has; capitals do not matter."""
    lowered = {column.lower(): column for column in table.columns}
    return next((lowered[name] for name in names if name in lowered), None)


def translated(row: Row, table: Table, name: str, language: str) -> str:
    """A cell that may be one column per language: `title`, else `title/fr`, else any `title/xx`."""
    plain = row.get(name)
    own = row.get(f"{name}/{language}")
    others = (
        row.get(c)
        for c in table.columns
        if c.startswith(f"{name}/") and c.count("/") == 1 and row.get(c)
    )
    return own or plain or next(others, "")


def language_of(row: Row, table: Table, name: str, language: str) -> str:
    """The language of that cell, when the name of its column says it."""
    if row.get(f"{name}/{language}") or row.get(name):
        return language
    for column in table.columns:
        if column.startswith(f"{name}/") and column.count("/") == 1 and row.get(column):
            return column.rpartition("/")[2][:2].lower()
    return language


def date_in(entry: Entry, consultation: Consultation, cell: str, zone: ZoneInfo) -> None:
    """Give an entry its date; a cell that is no date stops the import."""
    if not cell:
        return
    try:
        entry.at = instant_of(cell, zone)
    except UnknownDateError:
        consultation.problems.append(entry.remark(_("“%(text)s” is not a date.", text=cell[:40])))


def person_in(consultation: Consultation, number: str, name: str) -> str:
    """The key of an author, known from now on; a text without one has the unknown author."""
    key = key_of("person", number or name or NOBODY)
    shown = name or (_("Participant %(number)s", number=number) if number else "")
    if key not in consultation.people:
        consultation.people[key] = shown or _("Unknown author")
    return key


def kept_cells(row: Row, used: Collection[str]) -> dict[str, str]:
    """Cells of a row that Palabre has no place for, as the source gives them."""
    return {name: cell for name, cell in row.cells.items() if name not in used and cell.strip()}


def host_of(address: str) -> str:
    """The site of an address; empty when it is none."""
    return urlsplit(address).hostname or ""
