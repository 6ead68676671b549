"""The town's lists as people have them: CSV, read line by line, with what is wrong in each line.

A list of inhabitants has a column of e-mail addresses, or one of postal codes and one of dates of
birth; a list of letters has a name and an address to write to. Nothing here is stored.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from email_validator import EmailNotValidError, validate_email

from civic.i18n import gettext as _
from civic.text import fold, gate
from civic.verification.rules import bracket_of

COLUMNS = {
    "email": ("email", "e-mail", "courriel", "adresse electronique", "mail"),
    "postcode": ("postcode", "postal code", "code postal", "cp"),
    "birth": ("birth", "date of birth", "date de naissance", "naissance", "ne le"),
    "district": ("district", "quartier"),
    "name": ("name", "nom", "destinataire"),
    "street": ("street", "address", "adresse", "rue", "voie"),
    "city": ("city", "town", "ville", "commune"),
}
LINES_MAX = 50_000
LETTERS_MAX = 2_000
PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One inhabitant: what is hashed, and the bracket and district kept beside the hash."""

    means: str  # "address" or "birth"
    value: str
    age_bracket: str = ""
    district: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter to print; neither name nor address is stored."""

    name: str
    street: str
    postcode: str
    city: str
    age_bracket: str = ""
    district: str = ""


@dataclass
class Read:
    """What a file holds: its lines, and what is wrong with the others."""

    lines: list[Line] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    repeated: int = 0


def birth_value(postcode: str, born: date) -> str:
    """What a postal code and a date of birth are hashed as."""
    return f"{''.join(postcode.split()).upper()}|{born.isoformat()}"


def a_date(written: str) -> date | None:
    """A date as 1980-03-28 or 28/03/1980; None when it is none."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written.strip())
    parts = found.groups() if found else None
    if parts is None:
        found = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", written.strip())
        parts = found.groups()[::-1] if found else None
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None


def read_residents(text: str, today: date) -> Read:
    """Read a list of inhabitants."""
    found = Read()
    seen: set[str] = set()
    for number, cells in _rows(text, found, LINES_MAX):
        line = _resident(cells, today)
        if isinstance(line, str):
            found.problems.append((number, line))
        elif line.means == "address" and line.value in seen:
            found.repeated += 1
        else:
            seen.add(line.value)
            found.lines.append(line)
    return found


def _resident(cells: Mapping[str, str], today: date) -> Line | str:
    born = a_date(cells.get("birth", ""))
    if cells.get("birth") and (born is None or not 1900 <= born.year <= today.year):
        return _("“%(text)s” is not a date of birth.", text=cells["birth"][:40])
    bracket = bracket_of(born, today) if born else ""
    district = cells.get("district", "")[:60]
    if cells.get("email"):
        try:
            address = validate_email(cells["email"], check_deliverability=False).normalized
        except EmailNotValidError:
            return _("“%(text)s” is not an e-mail address.", text=cells["email"][:40])
        return Line("address", address.casefold(), bracket, district)
    if cells.get("postcode") and born:
        return Line("birth", birth_value(cells["postcode"], born), bracket, district)
    return _("There is neither an e-mail address, nor a postal code with a date of birth.")


def read_letters(text: str, today: date) -> Read:
    """Read a list of letters to print."""
    found = Read()
    for number, cells in _rows(text, found, LETTERS_MAX):
        missing = [name for name in ("name", "street", "postcode", "city") if not cells.get(name)]
        born = a_date(cells.get("birth", ""))
        if missing:
            found.problems.append((number, _("The address is not whole.")))
        elif cells.get("birth") and born is None:
            text_of = cells["birth"][:40]
            found.problems.append((number, _("“%(text)s” is not a date of birth.", text=text_of)))
        else:
            given = {name: cells[name][:120] for name in ("name", "street", "postcode", "city")}
            bracket = bracket_of(born, today) if born else ""
            found.letters.append(
                Letter(**given, age_bracket=bracket, district=cells.get("district", "")[:60])
            )
    return found


def _rows(text: str, found: Read, most: int) -> Iterator[tuple[int, dict[str, str]]]:
    text = gate(text).lstrip("\n")
    reader = csv.reader(io.StringIO(text), delimiter=_separator(text))
    header = [_column(cell) for cell in next(reader, [])]
    if not any(header):
        found.problems.append((1, _("The first line must name the columns.")))
        return
    for count, cells in enumerate(reader):
        if count >= most:
            found.problems.append((reader.line_num, _("The list stops here: too many lines.")))
            return
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if any(named.values()):
            yield reader.line_num, named


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    count: Callable[[str], int] = first.count
    return max(";,\t", key=count)


def _column(cell: str) -> str:
    words = " ".join(fold(cell).replace("_", " ").split())
    return next((name for name, known in COLUMNS.items() if words in known), "")


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, else Windows-1252, which spreadsheets write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
