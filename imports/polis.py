"""A Polis export folder: statements, and the last word of each participant on each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from civic.i18n import gettext as _, ngettext
from imports.content import Cast, Consultation, Entry, Kind, Refused, Remark, key_of
from imports.reading import kept_cells, person_in
from imports.tables import Table, read_table
from synthesis.opinions.reading import UnreadableError, read_export

REFUSED_THERE = "-1"  # `moderated` of a statement that its moderators refused


def read_polis(folder: Path, language: str) -> Consultation:
    """Read comments.csv with votes.csv or participants-votes.csv.

    Raises
    ------
    Refused
        When one of the files is missing or cannot be read.
    """
    table = read_table(folder / "comments.csv")
    table.require("comment-id", "comment-body")
    found = Consultation(source=f"polis:{folder.resolve().name}", files=[table.file])
    try:
        conversation = read_export(folder)
    except UnreadableError as error:
        raise Refused(Remark("", 0, str(error))) from error
    _statements(found, table, language)
    instants = _instants(found, folder)
    first = min(instants.values(), default=datetime.now(UTC))
    known = {entry.key for entry in found.entries}
    for vote in conversation.votes:
        statement = key_of("statement", vote.statement)
        if statement in known:
            person = person_in(found, vote.person, "")
            at = instants.get((vote.person, vote.statement), first)
            found.stances.append(Cast(person, statement, vote.value, at))
    _tell(found, conversation.warnings, len(conversation.votes))
    return found


def _statements(found: Consultation, table: Table, language: str) -> None:
    refused = 0
    for row in table.rows:
        entry = Entry(
            table.name, row.line, key_of("statement", row.get("comment-id")), Kind.STATEMENT,
            body=row.get("comment-body"), language=language,
            details=kept_cells(row, {"comment-id", "comment-body", "author-id"}),
        )  # fmt: skip
        entry.author = person_in(found, row.get("author-id"), "")
        entry.at = _instant(row.get("timestamp"))
        entry.is_public = row.get("moderated") != REFUSED_THERE
        refused += not entry.is_public
        found.entries.append(entry)
    if refused:
        found.notes.append(
            ngettext(
                "%(num)s statement was refused by the moderators over there: it waits for yours.",
                "%(num)s statements were refused by the moderators over there: they wait for "
                "yours.",
                refused,
            )
        )


def _instant(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else None


def _instants(found: Consultation, folder: Path) -> dict[tuple[str, str], datetime]:
    """When each participant last voted on each statement, where the export says so."""
    path = folder / "votes.csv"
    if not path.exists():
        return {}
    table = read_table(path)
    found.files.append(table.file)
    last: dict[tuple[str, str], datetime] = {}
    for row in table.rows:
        key = (row.get("voter-id"), row.get("comment-id"))
        at = _instant(row.get("timestamp"))
        if at is not None:
            last[key] = max(at, last.get(key, at))
    return last


def _tell(found: Consultation, warnings: list[str], votes: int) -> None:
    found.notes += warnings
    lost = votes - len(found.stances)
    if lost:
        found.notes.append(
            ngettext(
                "%(num)s vote is on a statement that the export does not hold: it is left out.",
                "%(num)s votes are on statements that the export does not hold: they are left out.",
                lost,
            )
        )
    found.guesses.append(
        ngettext("%(num)s vote.", "%(num)s votes.", len(found.stances))
        + " "
        + _("A person’s last vote on a statement counts.")
    )
