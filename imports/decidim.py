"""Decidim exports: proposals, the comments of any component, and the debates behind them.

Old and new column names are understood (Decidim 0.20 to 0.31): `supports` or `votes`, categories
or taxonomies, `title` or `title/fr`. Totals of votes are kept in the record, since an export
never says who voted.
"""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from civic.i18n import gettext as _, ngettext
from imports.content import Answer, Consultation, Entry, Kind, key_of
from imports.dates import UnknownDateError, instant_of
from imports.reading import date_in, host_of, kept_cells, language_of, person_in, translated
from imports.tables import Row, Table, read_table, unescaped

ANSWERED = ("evaluating", "accepted", "rejected")
COMMENT_TYPE = "Decidim::Comments::Comment"
ROOT = re.compile(r"/(?P<sort>[a-z_]+)/(?P<number>\d+)/?(?:[?#].*)?$")
SORTS = {"proposals": "proposal", "debates": "debate", "meetings": "meeting", "posts": "post",
         "results": "result", "projects": "project"}  # fmt: skip
SUPPORTS = ("votes", "supports", "proposal_votes_count")  # columns of totals, by age of the export


def read_decidim(
    proposals: Path | None, comments: Path | None, debates: Path | None, zone: ZoneInfo,
    language: str, encoding: str | None = None,
) -> Consultation:  # fmt: skip
    """Read the files of one Decidim component or process.

    Parameters
    ----------
    proposals, comments, debates : Path, optional
        CSV exports; at least one.
    zone : ZoneInfo
        Of dates that name none.
    language : str
        Preferred when a text stands in several.

    Raises
    ------
    Refused
        When a file cannot be read or lacks a column that it must have.
    """
    found = Consultation(source="")
    for path, reader in ((debates, _debates), (proposals, _proposals), (comments, _comments)):
        if path is not None:
            table = read_table(path, encoding)
            _understood(found, table)
            reader(found, table, zone, language)
    if comments is not None:
        _stand_ins(found, language)
    found.source = f"decidim:{_site(found)}".rstrip(":")
    _tell_supports(found)
    return found


def _understood(found: Consultation, table: Table) -> None:
    found.files.append(table.file)
    found.guesses.append(
        ngettext(
            "%(file)s: %(num)s row, %(encoding)s, separator “%(separator)s”.",
            "%(file)s: %(num)s rows, %(encoding)s, separator “%(separator)s”.",
            len(table.rows),
            file=table.name,
            encoding=table.encoding,
            separator=table.separator,
        )
    )


def _proposals(found: Consultation, table: Table, zone: ZoneInfo, language: str) -> None:
    table.require("id")
    for row in table.rows:
        entry = _entry(table, row, "proposal", Kind.PROPOSAL, language)
        entry.author = person_in(found, row.get("author/id"), row.get("author/name"))
        date_in(entry, found, row.get("published_at") or row.get("created_at"), zone)
        if row.get("withdrawn").lower() == "true" or row.get("state") == "withdrawn":
            entry.withdrawn_at = entry.at
        entry.answer = _answer(row, table, zone, language)
        found.entries.append(entry)


def _debates(found: Consultation, table: Table, zone: ZoneInfo, language: str) -> None:
    table.require("id")
    for row in table.rows:
        entry = _entry(table, row, "debate", Kind.PROPOSAL, language)
        parts = [translated(row, table, name, language) for name in ("description", "instructions")]
        entry.body = "\n\n".join(unescaped(part) for part in parts if part)
        entry.author = person_in(found, row.get("author/id"), row.get("author/name"))
        date_in(entry, found, row.get("created_at") or row.get("start_time"), zone)
        found.entries.append(entry)


def _entry(table: Table, row: Row, sort: str, kind: Kind, language: str) -> Entry:
    title = unescaped(translated(row, table, "title", language))
    body = unescaped(translated(row, table, "body", language))
    used = {c for c in table.columns if c.partition("/")[0] in ("title", "body") and row.get(c)
            in (title, body)} | {"id", "created_at", "author/id", "author/name"}  # fmt: skip
    return Entry(
        table.name, row.line, key_of(sort, row.get("id")), kind, title, body,
        language=language_of(row, table, "body", language), details=kept_cells(row, used),
    )  # fmt: skip


def _answer(row: Row, table: Table, zone: ZoneInfo, language: str) -> Answer | None:
    stage = row.get("state")
    if stage not in ANSWERED:
        return None
    try:
        at = instant_of(row.get("answered_at"), zone) if row.get("answered_at") else None
    except UnknownDateError:
        at = None
    return Answer(stage, unescaped(translated(row, table, "answer", language)), at)


def _comments(found: Consultation, table: Table, zone: ZoneInfo, language: str) -> None:
    table.require("id", "body", "commentable_id", "commentable_type", "root_commentable_url")
    for row in table.rows:
        entry = _entry(table, row, "comment", Kind.COMMENT, row.get("locale") or language)
        entry.author = person_in(found, row.get("author/id"), row.get("author/name"))
        date_in(entry, found, row.get("created_at"), zone)
        if row.get("commentable_type") == COMMENT_TYPE:
            entry.parent = key_of("comment", row.get("commentable_id"))
        entry.thread = _root(row)
        found.entries.append(entry)


def _root(row: Row) -> str:
    """The key of what a thread hangs under: from its address, else from the type it names."""
    place = ROOT.search(row.get("root_commentable_url"))
    if place:
        return key_of(SORTS.get(place["sort"], place["sort"]), place["number"])
    sort = row.get("commentable_type").rpartition("::")[2].lower()
    return "" if sort in ("", "comment") else key_of(sort, row.get("commentable_id"))


def _stand_ins(found: Consultation, language: str) -> None:
    """What is commented and stands in none of the files becomes a proposal that says so."""
    here = {entry.key for entry in found.entries}
    threads: dict[str, list[Entry]] = {}
    for entry in found.entries:
        if entry.kind is Kind.COMMENT and entry.thread and entry.thread not in here:
            threads.setdefault(entry.thread, []).append(entry)
    for key, comments in threads.items():
        found.entries.append(_stand_in(found, key, comments, language))
    if threads:
        found.notes.append(
            ngettext(
                "%(num)s debate or page is commented and not in the files: a proposal with its "
                "address stands for it. Its export can be given with --debates.",
                "%(num)s debates or pages are commented and not in the files: a proposal with "
                "its address stands for each. Their export can be given with --debates.",
                len(threads),
            )
        )


def _stand_in(found: Consultation, key: str, comments: list[Entry], language: str) -> Entry:
    sort, _slash, number = key.partition("/")
    titles = {"debate": _("Debate n° %(number)s", number=number)}
    title = titles.get(sort, _("Page n° %(number)s of the former site", number=number))
    address = str(comments[0].details.get("root_commentable_url", ""))
    dates = [entry.at for entry in comments if entry.at is not None]
    return Entry(
        comments[0].file, comments[0].line, key, Kind.PROPOSAL, title,
        _("Opened on the former site: %(address)s", address=address) if address else title,
        author=person_in(found, "", ""), at=min(dates, default=None), language=language,
        details={"stands_in": "true"},
    )  # fmt: skip


def _site(found: Consultation) -> str:
    names = ("url", "root_commentable_url", "author/url")
    for entry in found.entries:
        for name in names:
            if host := host_of(str(entry.details.get(name, ""))):
                return host
    return ""


def _tell_supports(found: Consultation) -> None:
    total = sum(_whole(entry.details.get(n)) for entry in found.entries for n in SUPPORTS)
    if total:
        found.notes.append(
            ngettext(
                "%(num)s support was counted over there. The export does not say whose: the total "
                "is kept in the import record and not added to the votes.",
                "%(num)s supports were counted over there. The export does not say whose: the "
                "totals are kept in the import record and not added to the votes.",
                total,
            )
        )


def _whole(cell: object) -> int:
    return int(cell) if isinstance(cell, str) and cell.isdecimal() else 0
