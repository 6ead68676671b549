"""CSV files as people have them: any usual encoding and separator, read by the names of columns.

RFC 4180 with what spreadsheets add to it: a byte-order mark, `sep=;` on the first line, trailing
separators. What cannot be read without guessing at the data is refused, with the line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from civic.i18n import gettext as _
from civic.text import gate
from imports.content import Refused, Remark, SourceFile

SEPARATORS = ";,\t|"
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
CELL_MAX = 16 * 1024 * 1024  # the csv module's own limit (128 KiB) is below a long text
BINARY_SHARE = 0.01  # control characters in a text file are accidents, in a binary file many
BROKEN_SHARE = 0.1  # below this share of broken accents, the file is damaged UTF-8
MAGIC = {b"PK\x03\x04": "XLSX, ODS, ZIP", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "XLS, DOC"}


@dataclass(frozen=True)
class Row:
    """One record: the line on which it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]

    def get(self, column: str | None) -> str:
        """The cell under a column, without spaces around; empty when there is none."""
        return self.cells.get(column or "", "").strip()


@dataclass(frozen=True)
class Table:
    """A file that was read."""

    file: SourceFile
    columns: list[str]
    rows: list[Row]
    encoding: str
    separator: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.file.name

    def require(self, *columns: str) -> None:
        """Go on if the table has these columns.

        Raises
        ------
        Refused
            Naming those that are missing and those that are there.
        """
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise _refused(
                self.name,
                _(
                    "there is no column %(missing)s. The columns are: %(columns)s.",
                    missing=", ".join(missing),
                    columns=", ".join(self.columns),
                ),
            )


def read_table(path: Path, encoding: str | None = None) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    encoding : str, optional
        Found out when not given: UTF-8, else Windows-1252, else Latin-1.

    Raises
    ------
    Refused
        When it is not a text file, is empty, or a line does not fit its header.
    """
    data = _bytes_of(path)
    text, found = _decode(path.name, data, encoding)
    file = SourceFile(path.name, len(data), hashlib.sha256(data).hexdigest())
    text, skipped, named = _without_separator_line(text)
    separator = named or _separator_of(text)
    records = list(_records(path.name, text, separator, skipped))
    if not records:
        raise _refused(path.name, _("the file is empty."))
    columns = _columns(path.name, *records[0])
    rows = _rows(path.name, columns, records[1:])
    return Table(file, [name for name in columns if name], rows, found, separator)


def _refused(name: str, message: str, line: int = 0) -> Refused:
    return Refused(Remark(name, line, message))


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise _refused(path.name, _("this is a folder, not a file."))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refused(str(path), _("there is no such file.")) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refused(
            path.name, _("the file cannot be read: %(reason)s.", reason=reason)
        ) from None
    if not data.strip():
        raise _refused(path.name, _("the file is empty."))
    return data


# --- Encoding -----------------------------------------------------------------------------------


def _decode(name: str, data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding:
        return _decode_as(name, data, encoding)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decode_as(name, data, "utf-16")
    _require_text(name, data)
    try:
        return data.decode("utf-8-sig"), ENCODINGS["utf-8-sig"]
    except UnicodeDecodeError as error:
        _refuse_damaged(name, data, error.start)
    for old in ("cp1252", "latin-1"):
        try:
            return data.decode(old), ENCODINGS[old]
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 reads every byte")


def _decode_as(name: str, data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding.upper()
    except LookupError:
        message = _("“%(encoding)s” is not a known encoding.", encoding=encoding)
        raise _refused(name, message) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(name, _("this is not %(encoding)s text.", encoding=encoding), line) from None


def _require_text(name: str, data: bytes) -> None:
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    head = data[: 64 * 1024]
    controls = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 11, 12, 13, 26))
    if kind or controls > len(head) * BINARY_SHARE:
        message = _("this is not a text file. Save the spreadsheet as CSV (UTF-8) and try again.")
        raise _refused(name, f"{message} ({kind})" if kind else message)


def _refuse_damaged(name: str, data: bytes, first: int) -> None:
    """Latin-1 read as UTF-8 breaks at each accent; a damaged UTF-8 file breaks here and there."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    accents = sum(1 for character in text if character > "\x7f")
    if broken <= accents * BROKEN_SHARE:
        line = data.count(b"\n", 0, first) + 1
        message = _("a character is damaged: the file is UTF-8 elsewhere. Save it again as UTF-8,")
        raise _refused(name, f"{message} " + _("or name the encoding with --encoding."), line)


# --- Records ------------------------------------------------------------------------------------


def _without_separator_line(text: str) -> tuple[str, int, str]:
    found = re.match(r'"?sep=([;,|\t])"?\r?\n', text)
    return (text[found.end() :], 1, found[1]) if found else (text, 0, "")


def _separator_of(text: str) -> str:
    """The one that cuts the header into most names."""

    def names(separator: str) -> int:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        csv.field_size_limit(CELL_MAX)
        try:
            return len([cell for cell in next(reader, []) if cell.strip()])
        except csv.Error:
            return 0

    return max(SEPARATORS, key=names)


def _records(name: str, text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record that holds something, with the line on which it begins."""
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            message = _("a quotation mark is opened and not closed, or closed too early.")
            raise _refused(name, message, begins + skipped) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield begins + skipped, [gate(cell) for cell in cells]
        begins = reader.line_num + 1


def _columns(name: str, line: int, header: list[str]) -> list[str]:
    columns = [cell.strip() for cell in header]
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        message = _("two columns have the name %(name)s.", name=", ".join(twice))
        raise _refused(name, message, line)
    return columns


def _rows(name: str, columns: list[str], records: list[tuple[int, list[str]]]) -> list[Row]:
    rows, problems = [], []
    for line, cells in records:
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()  # separators at the end of a line, as some spreadsheets write them
        fault = _fault(columns, cells)
        if fault:
            problems.append(Remark(name, line, fault))
        else:
            rows.append(Row(line, {c: v for c, v in zip(columns, cells, strict=True) if c}))
    if problems:
        raise Refused(*problems)
    if not rows:
        raise _refused(name, _("there is a header, and no row below it."))
    return rows


def _fault(columns: list[str], cells: list[str]) -> str:
    if len(cells) != len(columns):
        return _(
            "%(cells)s cells, where the header has %(columns)s. Is a line break or a separator "
            "not between quotation marks?",
            cells=len(cells),
            columns=len(columns),
        )
    nameless = [n for n, column in enumerate(columns, 1) if not column and cells[n - 1].strip()]
    if nameless:
        return _("column %(number)s holds something and has no name.", number=nameless[0])
    return ""


def unescaped(cell: str) -> str:
    """A cell as it was written: exports put an apostrophe before what a spreadsheet would run."""
    return cell[1:] if re.match(r"'[=+\-@]", cell) else cell
