"""Contributions from a CSV file: columns by name, any common separator and encoding."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from synthesis.themes.text import Document

TEXT = ("text", "body", "body/fr", "texte", "contenu", "content", "contribution", "comment-body")
TITLE = ("title", "title/fr", "titre", "name")
ID = ("id", "identifiant", "comment-id", "reference")
LANGUAGE = ("language", "locale", "langue")
AUTHOR = ("author", "author/id", "auteur", "author-id")
SPEAKS_FOR = ("speaks_for", "people", "personnes")
LONGEST_FIELD = 10_000_000
PIECE = 1 << 20  # characters read at a time


class UnreadableError(Exception):
    """A file that is not contributions; the message says where and why."""


def read_file(
    path: Path, text: str | None = None, title: str | None = None, key: str | None = None
) -> list[Document]:
    """Read a CSV file of contributions.

    Parameters
    ----------
    path : Path
        UTF-8 (with or without mark) or Windows-1252; comma, semicolon or tab.
    text, title, key : str, optional
        Names of columns; usual names are recognised when not given. A file without ids is
        numbered by line.

    Raises
    ------
    UnreadableError
        When the file cannot be opened, has no such column, or gives one id twice.
    """
    documents = list(documents_in(path, text, title, key))
    _no_id_twice(documents, path)
    return documents


def documents_in(
    path: Path, text: str | None = None, title: str | None = None, key: str | None = None
) -> Iterator[Document]:
    """The same one after the other, without holding the file in memory; ids may come twice.

    Raises
    ------
    UnreadableError
        At the first document, or at the line that cannot be read.
    """
    with _opened(path) as file:
        head = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=max(",;\t", key=head.count))
        try:
            columns = list(rows.fieldnames or [])
            body = _column(columns, text, TEXT, path)
            heading = _column(columns, title, TITLE, path)
            if columns and body is None and heading is None:
                known = ", ".join(columns)
                raise UnreadableError(
                    f"{path}: no column of texts; name it with --text. It has: {known}"
                )
            number = _column(columns, key, ID, path)
            extra = [
                _column(columns, None, names, path) for names in (LANGUAGE, AUTHOR, SPEAKS_FOR)
            ]
            for n, row in enumerate(rows, 2):
                yield _document(row, n, body, heading, number, extra)
        except csv.Error as error:
            raise UnreadableError(f"{path}: {error}") from error


def _opened(path: Path) -> TextIO:
    """A file opened in the encoding that it is written in."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(PIECE):
                pass
    except UnicodeDecodeError:
        return path.open(encoding="cp1252", errors="replace", newline="")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    return path.open(encoding="utf-8-sig", newline="")


def _column(
    columns: Sequence[str], asked: str | None, usual: Sequence[str], path: Path
) -> str | None:
    if asked is not None:
        if asked not in columns:
            known = ", ".join(columns)
            raise UnreadableError(f"{path}: no column “{asked}”. It has: {known}")
        return asked
    lowered = {column.strip().lower(): column for column in columns if column}
    return next((lowered[name] for name in usual if name in lowered), None)


def _document(
    row: dict[str, str], line: int, body: str | None, heading: str | None, number: str | None,
    extra: Sequence[str | None],
) -> Document:  # fmt: skip
    language, author, people = (row.get(column or "") or None for column in extra)
    return Document(
        id=(row.get(number or "") or "").strip() or str(line),
        text=row.get(body or "") or "",
        title=row.get(heading or "") or "",
        language=language,
        author=author,
        speaks_for=int(people) if people and people.isdecimal() and int(people) > 0 else 1,
    )


def _no_id_twice(documents: Sequence[Document], path: Path) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise UnreadableError(f"{path}: two contributions have the id “{document.id}”.")
        seen.add(document.id)
