"""What a source holds, in one form whatever the source: entries, people, stances."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from civic.errors import CivicError
from civic.i18n import gettext as _, ngettext
from imports.models import KEY_MAX

SHOWN = 12  # remarks of one kind that are written out; the others are counted


class Kind(enum.StrEnum):
    """What an entry becomes."""

    PROPOSAL = "proposal"
    COMMENT = "comment"
    STATEMENT = "statement"


@dataclass(frozen=True)
class Remark:
    """One sentence about a line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.message}" if self.file else self.message
        place = _("%(file)s, line %(line)s", file=self.file, line=self.line)
        return f"{place}: {self.message}"


class Refused(CivicError):
    """The files cannot be imported; every reason is told, by line."""

    def __init__(self, *remarks: Remark) -> None:
        self.remarks = remarks
        super().__init__("\n".join(listed(remarks)))


def listed(remarks: tuple[Remark, ...] | list[Remark]) -> list[str]:
    """The first remarks as sentences, and how many more there are."""
    lines = [str(remark) for remark in remarks[:SHOWN]]
    rest = len(remarks) - len(lines)
    if rest > 0:
        lines.append(ngettext("… and %(num)s more.", "… and %(num)s more.", rest))
    return lines


@dataclass
class Answer:
    """What the town of origin answered to a proposal."""

    stage: str  # evaluating, accepted or rejected
    body: str
    at: datetime | None


@dataclass
class Entry:
    """One text to bring in. `parent` is the entry it answers, `thread` the one it hangs under."""

    file: str
    line: int
    key: str
    kind: Kind
    title: str = ""
    body: str = ""
    author: str = ""
    at: datetime | None = None
    parent: str = ""
    thread: str = ""
    language: str = ""
    is_public: bool = True
    withdrawn_at: datetime | None = None
    answer: Answer | None = None
    event: str = ""  # where it was said, when not on a site
    speaks_for: int = 1
    details: dict[str, Any] = field(default_factory=dict)

    def remark(self, message: str) -> Remark:
        """Say something about this entry's line."""
        return Remark(self.file, self.line, message)

    @property
    def digest(self) -> str:
        """What the source says of it now: a later import can tell that it changed there."""
        said = [self.kind.value, self.title, self.body, self.author, str(self.at), self.parent]
        return digest_of(*said)


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: the audit log keeps its name, size and digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Cast:
    """The last word of a person on a statement: +1 agree, -1 disagree, 0 pass."""

    person: str
    statement: str
    value: int
    at: datetime


@dataclass
class Consultation:
    """Everything that a source holds, ready to be brought in."""

    source: str
    files: list[SourceFile] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)  # key → pseudonym
    stances: list[Cast] = field(default_factory=list)
    description: str = ""
    guesses: list[str] = field(default_factory=list)  # how the files were understood
    notes: list[str] = field(default_factory=list)  # what the reader of a summary must know
    remarks: list[Remark] = field(default_factory=list)  # told; they do not stop the import
    problems: list[Remark] = field(default_factory=list)  # they do

    def require_sound(self) -> None:
        """Go on if nothing stands against the import.

        Raises
        ------
        Refused
            With every problem found.
        """
        if self.problems:
            raise Refused(*self.problems)


def digest_of(*parts: str) -> str:
    """SHA-256 of some texts, kept apart by a separator that no text holds."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def key_of(sort: str, number: str) -> str:
    """`comment/515`; a number too long for its column is replaced by its digest."""
    key = f"{sort}/{number}"
    return key if len(key) <= KEY_MAX else f"{sort}/{digest_of(number)}"
