"""A plain CSV file of contributions: one text a row, columns named or guessed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from civic.contributions.models import EVENT_MAX
from civic.i18n import gettext as _, ngettext
from imports.content import Consultation, Entry, Kind, Refused, Remark, key_of
from imports.reading import date_in, first_column, kept_cells, person_in
from imports.tables import Row, Table, read_table, unescaped

USUAL = {
    "id": ("id", "identifiant", "reference", "référence", "numero", "numéro"),
    "title": ("title", "titre", "title/fr", "name", "objet"),
    "body": ("body", "text", "texte", "body/fr", "contenu", "contribution", "description",
             "body_raw", "proposal"),
    "author": ("author", "auteur", "author/name", "author_name", "pseudonyme"),
    "date": ("date", "created_at", "published_at", "datetime", "horodatage"),
    "language": ("language", "locale", "langue"),
    "event": ("event", "evenement", "événement", "atelier", "rencontre", "réunion"),
    "people": ("people", "speaks_for", "personnes", "nb_personnes", "nombre_de_personnes"),
    "answers": ("answers", "parent", "reply_to", "repond_a", "in_reply_to"),
}  # fmt: skip
MOST_PEOPLE = 1_000_000


def read_plain(
    path: Path, mapping: Mapping[str, str], kind: Kind, zone: ZoneInfo, language: str,
    encoding: str | None = None,
) -> Consultation:  # fmt: skip
    """Read a CSV file of contributions.

    Parameters
    ----------
    mapping : mapping of str to str
        Our name → column of the file; names that are missing are guessed. Ours: id, title, body,
        author, date, language, event, people, answers.
    kind : Kind
        What a row becomes; a row that answers another becomes a comment.

    Raises
    ------
    Refused
        When a column is missing, or nothing holds the texts.
    """
    table = read_table(path, encoding)
    columns = _columns(table, mapping)
    found = Consultation(source=f"file:{path.stem}", files=[table.file])
    named = ", ".join(f"{ours} ← {theirs}" for ours, theirs in columns.items())
    found.guesses.append(
        ngettext(
            "%(file)s: %(num)s row, %(encoding)s, columns %(columns)s.",
            "%(file)s: %(num)s rows, %(encoding)s, columns %(columns)s.",
            len(table.rows), file=table.name, encoding=table.encoding, columns=named,
        )
    )  # fmt: skip
    for row in table.rows:
        found.entries.append(_entry(found, table, row, columns, kind, zone, language))
    return found


def _columns(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(mapping) - set(USUAL))
    if unknown:
        names = ", ".join(USUAL)
        message = _("“%(name)s” cannot be mapped. These can: %(names)s.", name=unknown[0],
                    names=names)  # fmt: skip
        raise Refused(Remark("", 0, message))
    table.require(*mapping.values())
    guessed = {ours: first_column(table, names) for ours, names in USUAL.items()}
    columns = {ours: name for ours, name in guessed.items() if name} | dict(mapping)
    if "body" not in columns and "title" not in columns:
        message = _("no column holds the texts. Name it with --map body=COLUMN. The columns are: "
                    "%(columns)s.", columns=", ".join(table.columns))  # fmt: skip
        raise Refused(Remark(table.name, 1, message))
    return columns


def _entry(
    found: Consultation, table: Table, row: Row, columns: Mapping[str, str], kind: Kind,
    zone: ZoneInfo, language: str,
) -> Entry:  # fmt: skip
    cells = {ours: row.get(columns.get(ours)) for ours in USUAL}
    number = cells["id"] or str(row.line)
    entry = Entry(
        table.name, row.line, key_of("text", number), Kind.COMMENT if cells["answers"] else kind,
        unescaped(cells["title"]), unescaped(cells["body"]),
        language=(cells["language"] or language)[:2].lower(),
        details=kept_cells(row, set(columns.values())),
    )  # fmt: skip
    if cells["answers"]:
        entry.parent = entry.thread = key_of("text", cells["answers"])
    entry.event = cells["event"][:EVENT_MAX]
    entry.author = person_in(found, "", cells["author"] or entry.event)
    _speaks_for(entry, found, cells["people"])
    date_in(entry, found, cells["date"], zone)
    return entry


def _speaks_for(entry: Entry, found: Consultation, cell: str) -> None:
    """For how many people a text speaks; a cell that is no number of people stops the import."""
    if not cell:
        return
    number = int(cell) if cell.isascii() and cell.isdigit() else 0
    if not 1 <= number <= MOST_PEOPLE:
        message = _("“%(text)s” is not a number of people.", text=cell[:40])
        found.problems.append(entry.remark(message))
        return
    entry.speaks_for = number
