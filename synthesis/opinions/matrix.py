"""Who voted what: the votes of a conversation as sorted arrays.

Only cast votes are stored. A person or a statement without a vote has no row or column, so
adding one changes nothing. Rows and columns are sorted by id, so the order in which votes
arrive changes nothing either.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AGREE, DISAGREE, PASS = 1, -1, 0


@dataclass(frozen=True)
class Vote:
    """What one person said to one statement: +1 agree, -1 disagree, 0 pass."""

    person: str
    statement: str
    value: int


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Last votes, one cell each, sorted by person and then by statement.

    Attributes
    ----------
    persons, statements : tuple of str
        Ids of rows and columns. Everyone here voted; every statement here was voted on.
    rows, cols : ndarray of shape (n_votes,)
        Row and column of each vote.
    values : ndarray of shape (n_votes,), int8
        +1 agree, -1 disagree, 0 pass.
    removed : ndarray of shape (n_statements,), bool
        Statements that count for nothing but the shrinkage of positions (see `projection`).
    """

    persons: tuple[str, ...]
    statements: tuple[str, ...]
    rows: NDArray[np.int32]
    cols: NDArray[np.int32]
    values: NDArray[np.int8]
    removed: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of persons and of statements."""
        return len(self.persons), len(self.statements)

    def votes_by_person(self) -> NDArray[np.int64]:
        """Count the votes of each person, on removed statements too."""
        return np.bincount(self.rows, minlength=len(self.persons))

    def kept(self) -> NDArray[np.bool_]:
        """Tell which votes are on statements that were not removed."""
        return ~self.removed[self.cols]


def natural_key(identifier: str) -> tuple[tuple[int, int, str], ...]:
    """Sort "2" before "10", and numbers before words."""
    parts = re.findall(r"[0-9]+|[^0-9]+", identifier)
    return tuple(
        (0, int(part), part) if part[0] in "0123456789" else (1, 0, part) for part in parts
    )


def from_votes(
    votes: Iterable[Vote],
    *,
    statements: Collection[str] | None = None,
    removed: Collection[str] = (),
) -> VoteMatrix:
    """Arrange votes; the last vote of a person on a statement counts.

    When `statements` is given, a vote on anything else (hidden, withdrawn) is left out
    entirely, unless the statement is named in `removed`.
    """
    allowed = None if statements is None else {*statements, *removed}
    last: dict[tuple[str, str], int] = {}
    for vote in votes:
        if allowed is None or vote.statement in allowed:
            last[vote.person, vote.statement] = _checked(vote)
    persons = sorted({person for person, _ in last}, key=natural_key)
    columns = sorted({statement for _, statement in last}, key=natural_key)
    row_of = {person: row for row, person in enumerate(persons)}
    col_of = {statement: col for col, statement in enumerate(columns)}
    return from_arrays(
        np.fromiter((row_of[person] for person, _ in last), np.int32, len(last)),
        np.fromiter((col_of[statement] for _, statement in last), np.int32, len(last)),
        np.fromiter(last.values(), np.int8, len(last)),
        persons=persons,
        statements=columns,
        removed=removed,
    )


def _checked(vote: Vote) -> int:
    if vote.value not in (AGREE, PASS, DISAGREE):
        raise ValueError(
            f"The vote of {vote.person} on {vote.statement} is {vote.value!r}; "
            "it must be 1 (agree), -1 (disagree) or 0 (pass)."
        )
    return int(vote.value)


def from_arrays(
    rows: NDArray[np.integer],
    cols: NDArray[np.integer],
    values: NDArray[np.integer],
    *,
    persons: Sequence[str],
    statements: Sequence[str],
    removed: Collection[str] = (),
) -> VoteMatrix:
    """Build the matrix from three integer columns, as a database hands them over.

    Parameters
    ----------
    rows, cols : ndarray of shape (n_votes,)
        Index of each vote into `persons` and `statements`.
    values : ndarray of shape (n_votes,)
        +1 agree, -1 disagree, 0 pass.
    persons, statements : sequence of str
        Ids; those without a vote get no row or column.
    removed : collection of str
        Ids of removed statements.
    """
    row_names, rows = _sorted_and_used(persons, rows)
    col_names, cols = _sorted_and_used(statements, cols)
    order = _last_of_each(rows.astype(np.int64) * max(len(col_names), 1) + cols)
    gone = set(removed)
    return VoteMatrix(
        row_names,
        col_names,
        rows[order],
        cols[order],
        values[order].astype(np.int8),
        np.fromiter((name in gone for name in col_names), bool, len(col_names)),
    )


def _sorted_and_used(
    names: Sequence[str], index: NDArray[np.integer]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Put names in their natural order, drop unused ones, and renumber the index."""
    used = np.bincount(index, minlength=len(names)) > 0
    kept = sorted((name, old) for old, name in enumerate(names) if used[old])
    kept.sort(key=lambda pair: natural_key(pair[0]))
    renumbered = np.zeros(len(names), np.int32)
    renumbered[[old for _, old in kept]] = np.arange(len(kept), dtype=np.int32)
    return tuple(name for name, _ in kept), renumbered[index]


def _last_of_each(cells: NDArray[np.int64]) -> NDArray[np.intp]:
    """Order cells, and keep the last occurrence of each."""
    if len(cells) < 2 or bool(np.all(cells[1:] > cells[:-1])):
        return np.arange(len(cells))
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    return order[np.append(ordered[1:] != ordered[:-1], True)]
