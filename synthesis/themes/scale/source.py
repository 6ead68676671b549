"""Where the texts are when they do not fit in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.text import Document


class Source(Protocol):
    """Texts under numbers. A copy of it must work in another process."""

    def numbers(self) -> NDArray[np.int64]:
        """Every number, ascending."""
        ...

    def fetch(self, numbers: Sequence[int]) -> list[Document]:
        """The texts under these numbers, in their order."""
        ...


class Shelf:
    """Texts in an SQLite file, put there one after the other.

    Parameters
    ----------
    path : Path
        The file; made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, documents: Iterable[Document]) -> None:
        """Add texts after those that are there."""
        with self._open() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS document (number INTEGER PRIMARY KEY, id TEXT UNIQUE,"
                " title TEXT, text TEXT, language TEXT, author TEXT, speaks_for INTEGER)"
            )
            connection.executemany(
                "INSERT INTO document (id, title, text, language, author, speaks_for)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (d.id, d.title, d.text, d.language, d.author, d.speaks_for)
                    for d in documents
                ),
            )  # fmt: skip
        connection.close()

    def numbers(self) -> NDArray[np.int64]:
        """Every number, ascending."""
        connection = self._open()
        rows = connection.execute("SELECT number FROM document ORDER BY number")
        found = np.fromiter((row[0] for row in rows), np.int64)
        connection.close()
        return found

    def fetch(self, numbers: Sequence[int]) -> list[Document]:
        """The texts under these numbers, in their order."""
        connection = self._open()
        rows = connection.execute(
            "SELECT number, id, text, title, language, author, speaks_for FROM document"
            " WHERE number IN (SELECT value FROM json_each(?))",
            [json.dumps([int(number) for number in numbers])],
        )
        found = {row[0]: Document(*row[1:]) for row in rows}
        connection.close()
        return [found[int(number)] for number in numbers]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)
