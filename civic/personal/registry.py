"""Where personal data lives: what each column is for, how long it stays, what erasure does to it.

Each package says so of its own tables, in its file `personal.py`. Download, erasure, the privacy
page and the retention job read nothing else. A test fails when a column that holds personal data,
by its name or by a foreign key to an account, is neither held here nor excused with a reason.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    String,
    Table,
    Update,
    cast,
    delete,
    func,
    select,
    update,
)

from civic.db import Base
from civic.i18n import lazy_gettext as _l


class Fate(enum.StrEnum):
    """What erasure does to a row."""

    DELETE = "delete"  # the row goes
    BLANK = "blank"  # the columns are emptied
    KEEP = "keep"  # it stays, for a reason that is told


class Ground(enum.StrEnum):
    """Why the law lets a town hold this (GDPR, article 6)."""

    MISSION = "mission"  # 6(1)(e): consulting inhabitants is a task of public interest
    CONSENT = "consent"  # 6(1)(a): the person asked for it
    DUTY = "duty"  # 6(1)(c): a law obliges the town


@dataclass(frozen=True)
class Person:
    """Whose data is meant."""

    id: int
    email: str
    name: str


Whose = Callable[[Person], ColumnElement[bool]]


@dataclass(frozen=True)
class Holding:
    """Columns of one table that say something about one person.

    Parameters
    ----------
    table : Table
        Where they are.
    columns : tuple of str
        The columns, the one that leads to the person included.
    what, why, kept : LazyString
        What it is, what it is for and how long it stays, for the privacy page.
    whose : callable
        From a person to the condition of their rows.
    because : LazyString, optional
        Why the rows stay after erasure; needed when they do.
    blank : mapping
        What stands in each emptied column.
    secret : tuple of str
        Columns that are never handed out: hashes of passwords and tokens.
    """

    table: Table
    columns: tuple[str, ...]
    what: LazyString
    why: LazyString
    ground: Ground
    kept: LazyString
    fate: Fate
    whose: Whose
    because: LazyString | None = None
    blank: Mapping[str, Any] = field(default_factory=dict)
    secret: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = {*self.columns, *self.blank} - set(self.table.c.keys())
        if unknown:
            raise ValueError(f"{self.table.name} has no column {', '.join(sorted(unknown))}.")
        if (self.fate is Fate.KEEP) != (self.because is not None):
            raise ValueError(f"{self.table.name}: what is kept, and only that, needs a reason.")
        if (self.fate is Fate.BLANK) != bool(self.blank):
            raise ValueError(f"{self.table.name}: say what stands in the emptied columns.")

    def rows_of(self, person: Person) -> Select[Any]:
        """What is told to the person: every column but the secret ones."""
        shown = [self.table.c[name] for name in self.columns if name not in self.secret]
        return select(*shown).where(self.whose(person))

    def count_of(self, person: Person) -> Select[int]:
        """How many rows there are about the person."""
        return select(func.count()).select_from(self.table).where(self.whose(person))

    def erasing(self, person: Person) -> Delete | Update | None:
        """The statement that erases; none for what is kept."""
        if self.fate is Fate.DELETE:
            return delete(self.table).where(self.whose(person))
        if self.fate is Fate.BLANK:
            return update(self.table).where(self.whose(person)).values(dict(self.blank))
        return None


@dataclass(frozen=True)
class Excuse:
    """Columns that look personal and are not, with the reason."""

    table: Table
    columns: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class Rule:
    """How long something stays; the retention job applies it every night."""

    name: str
    words: LazyString
    statement: Callable[[datetime], Delete | Update]


HOLDINGS: list[Holding] = []
EXCUSES: list[Excuse] = []
RULES: list[Rule] = []
NAMERS: dict[str, Callable[[Iterable[int]], Mapping[int, str]]] = {}
ADDRESS_NEEDED: list[Callable[[Person], datetime | None]] = []


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


def holds(model: type[Base], columns: Sequence[str], **said: Any) -> None:
    """Register columns of a table that hold personal data; see `Holding`."""
    HOLDINGS.append(Holding(table_of(model), tuple(columns), **said))


def acted(model: type[Base], *columns: str, what: LazyString) -> None:
    """Register columns that say who acted for the town: they stay, as “deleted account”."""
    for column in columns:
        holds(
            model,
            [column],
            what=what,
            why=_l("To know who acted for the town"),
            ground=Ground.MISSION,
            kept=_l("As long as the consultation"),
            fate=Fate.KEEP,
            because=_l("An act for the town stays explainable; it is signed “deleted account”"),
            whose=by(model, column),
        )


def excuses(model: type[Base], *columns: str, because: str) -> None:
    """Say of columns that look personal that they are not, and why."""
    EXCUSES.append(Excuse(table_of(model), columns, because))


def retains(name: str, words: LazyString) -> Callable[..., Any]:
    """Register a function from an instant to the statement that forgets what is too old then."""

    def keep(statement: Callable[[datetime], Delete | Update]) -> Any:
        RULES.append(Rule(name, words, statement))
        return statement

    return keep


def names(column: str) -> Callable[..., Any]:
    """Register a function that names the rows which a column points to, for downloads."""

    def keep(namer: Callable[[Iterable[int]], Mapping[int, str]]) -> Any:
        NAMERS[column] = namer
        return namer

    return keep


def needs_address(until: Callable[[Person], datetime | None]) -> Callable[..., Any]:
    """Register a function that says until when a deleted address must be recognised."""
    ADDRESS_NEEDED.append(until)
    return until


# --- Whose rows -------------------------------------------------------------------------------


def by(model: type[Base], column: str) -> Whose:
    """The rows whose column is the person's account."""
    target = table_of(model).c[column]
    return lambda person: target == person.id


def at_address(model: type[Base], column: str) -> Whose:
    """The rows whose column is the person's address."""
    target = table_of(model).c[column]
    return lambda person: (func.lower(target) == person.email) & (target != "")


def through(model: type[Base], column: str, parents: Callable[[Person], Select[int]]) -> Whose:
    """The rows whose parent belongs to the person."""
    target = table_of(model).c[column]
    return lambda person: target.in_(parents(person))


def mentions_address(model: type[Base], column: str) -> Whose:
    """The rows in which the person's address is written."""
    target = cast(table_of(model).c[column], String)

    def condition(person: Person) -> ColumnElement[bool]:
        written = json.dumps(person.email)[1:-1]
        return func.lower(target).contains(written, autoescape=True) & (person.email != "")

    return condition


# --- What looks personal ----------------------------------------------------------------------

TELLING = {"name", "email", "mail", "address", "phone", "birth", "ip", "device", "origin",
           "postcode"}  # fmt: skip


def looks_personal(table: Table) -> Iterator[str]:
    """The columns of a table that point to an account, or whose name says that they might."""
    for column in table.c:
        points = any(key.column.table.name == "account" for key in column.foreign_keys)
        if points or column.name == "to" or TELLING & set(column.name.split("_")):
            yield column.name


def unregistered(tables: Iterable[Table]) -> list[str]:
    """`table.column` of everything that looks personal and that nobody has spoken for."""
    known = {(h.table.name, c) for h in HOLDINGS for c in h.columns}
    known |= {(e.table.name, c) for e in EXCUSES for c in e.columns}
    return [
        f"{table.name}.{column}"
        for table in tables
        for column in looks_personal(table)
        if (table.name, column) not in known
    ]
