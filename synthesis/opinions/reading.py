"""Reading votes from files: the folder of a Polis export, or a table person, statement, vote."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from synthesis.opinions.matrix import Vote

PERSON = ("person", "participant", "voter-id", "voter", "personne", "votant")
STATEMENT = ("statement", "comment-id", "statement-id", "comment", "énoncé", "enonce")
VOTE = ("vote", "value", "stance", "avis")
WORDS = {
    **dict.fromkeys(("1", "+1", "1.0", "agree", "d'accord", "oui"), 1),
    **dict.fromkeys(("-1", "-1.0", "disagree", "pas d'accord", "non"), -1),
    **dict.fromkeys(("0", "0.0", "pass", "passe", "je passe", "sans avis"), 0),
}
NOT_STATEMENTS = {
    "participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree",
}  # fmt: skip


class UnreadableError(ValueError):
    """The file is not what it should be; the message says where and what to do."""


@dataclass
class Conversation:
    """Votes with what the export says about their statements.

    `reference_groups` and `reference_consensus` are results of the exporting system, kept for
    comparison only.
    """

    votes: list[Vote]
    statements: list[str]
    removed: set[str] = field(default_factory=set)
    meta: set[str] = field(default_factory=set)
    seeds: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    reference_groups: dict[str, str] = field(default_factory=dict)
    reference_consensus: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read(path: Path) -> Conversation:
    """Read a Polis export folder, or a CSV file with person, statement and vote."""
    if not path.exists():
        raise UnreadableError(f"There is no file or folder {path}.")
    return read_export(path) if path.is_dir() else read_table(path)


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with their line numbers; comma, semicolon or tab, with or without BOM."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            delimiter = max(",;\t", key=header.count)
            reader = csv.DictReader(file, delimiter=delimiter)
            for row in reader:
                yield reader.line_num, {k: v or "" for k, v in row.items() if isinstance(k, str)}
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path.name} is not UTF-8 text; save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise UnreadableError(f"{path.name} is not a readable CSV file: {error}.") from error


def read_table(path: Path) -> Conversation:
    """Read person, statement, vote; the last line of a person on a statement counts."""
    last: dict[tuple[str, str], int] = {}
    columns: tuple[str, str, str] | None = None
    for line, row in rows_of(path):
        columns = columns or _columns(path, list(row))
        person, statement, said = (row[name].strip() for name in columns)
        if not person or not statement:
            raise UnreadableError(
                f"{path.name}, line {line}: the person or the statement is missing."
            )
        if said:
            last[person, statement] = _value(path, line, said)
    votes = [Vote(person, statement, value) for (person, statement), value in last.items()]
    return Conversation(votes, sorted({vote.statement for vote in votes}))


def _columns(path: Path, header: list[str]) -> tuple[str, str, str]:
    """Find the three columns by name, whatever their case and order."""
    plain = {name.strip().lower(): name for name in header}
    found = [
        next((plain[n] for n in names if n in plain), None) for names in (PERSON, STATEMENT, VOTE)
    ]
    person, statement, vote = found
    if person is None or statement is None or vote is None:
        raise UnreadableError(
            f"{path.name} needs columns person, statement and vote; it has: {', '.join(header)}."
        )
    return person, statement, vote


def _value(path: Path, line: int, said: str) -> int:
    try:
        return WORDS[said.lower().replace("’", "'")]
    except KeyError:
        raise UnreadableError(
            f"{path.name}, line {line}: the vote is {said!r}; "
            "it must be 1 (agree), -1 (disagree) or 0 (pass)."
        ) from None


def read_export(folder: Path) -> Conversation:
    """Read a Polis export: the vote matrix, or the vote events, and the statements."""
    matrix, events = folder / "participants-votes.csv", folder / "votes.csv"
    if matrix.exists():
        found = _from_matrix(matrix)
    elif events.exists():
        found = _from_events(events)
    else:
        raise UnreadableError(f"{folder} holds neither participants-votes.csv nor votes.csv.")
    comments = folder / "comments.csv"
    if comments.exists():
        _add_statements(found, comments)
    else:
        found.warnings.append("comments.csv is missing: no texts, and no statement is set aside.")
    return found


def _from_matrix(path: Path) -> Conversation:
    votes: list[Vote] = []
    groups: dict[str, str] = {}
    statements: list[str] = []
    for line, row in rows_of(path):
        if "participant" not in row:
            raise UnreadableError(f"{path.name} has no column named participant.")
        statements = statements or [name for name in row if name not in NOT_STATEMENTS]
        person = row["participant"]
        if row.get("group-id"):
            groups[person] = row["group-id"]
        votes += [
            Vote(person, name, _value(path, line, row[name])) for name in statements if row[name]
        ]
    return Conversation(votes, statements, reference_groups=groups)


def _from_events(path: Path) -> Conversation:
    """Events are stored by statement, not by time, so they are sorted first."""
    events = []
    for line, row in rows_of(path):
        person, statement, vote = _columns(path, list(row))
        time = row.get("timestamp", "")
        if not time.isdigit():
            raise UnreadableError(f"{path.name}, line {line}: the timestamp is not a number.")
        events.append((int(time), row[person], row[statement], _value(path, line, row[vote])))
    events.sort(key=lambda event: event[0])
    last = {(person, statement): value for _, person, statement, value in events}
    votes = [Vote(person, statement, value) for (person, statement), value in last.items()]
    return Conversation(votes, sorted({vote.statement for vote in votes}))


def _add_statements(found: Conversation, path: Path) -> None:
    agreed: dict[str, int] = {}
    for line, row in rows_of(path):
        name = row.get("comment-id", "")
        if not name:
            raise UnreadableError(f"{path.name}, line {line}: the statement has no comment-id.")
        found.texts[name] = row.get("comment-body", "")
        agreed[name] = int(row.get("agrees") or 0)
        _mark(found, name, row)
    found.statements += [name for name in found.texts if name not in set(found.statements)]
    _turn_if_inverted(found, agreed)


def _mark(found: Conversation, name: str, row: dict[str, str]) -> None:
    if row.get("is-meta", "").lower() == "true":
        found.meta.add(name)
    if row.get("is-seed", "").lower() == "true":
        found.seeds.add(name)
    if row.get("moderated") == "-1" or name in found.meta:
        found.removed.add(name)
    if row.get("group-informed-consensus"):
        found.reference_consensus[name] = float(row["group-informed-consensus"])


def _turn_if_inverted(found: Conversation, agreed: dict[str, int]) -> None:
    """Polis stores agreement as -1; some exports forgot to turn the sign. The counts tell."""
    ups: dict[str, int] = {}
    downs: dict[str, int] = {}
    for vote in found.votes:
        side = ups if vote.value > 0 else downs
        side[vote.statement] = side.get(vote.statement, 0) + abs(vote.value)
    as_is = sum(abs(ups.get(name, 0) - count) for name, count in agreed.items())
    turned = sum(abs(downs.get(name, 0) - count) for name, count in agreed.items())
    if turned < as_is:
        found.votes = [Vote(vote.person, vote.statement, -vote.value) for vote in found.votes]
        found.warnings.append(
            "Agree and disagree were exchanged in this export; they are put right."
        )
