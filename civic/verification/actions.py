"""Ask, bring in lists, print codes, verify."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, update

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.spaces.models import Act, Space
from civic.spaces.queries import roles_of
from civic.verification import queries
from civic.verification.lists import Letter, Line
from civic.verification.models import (
    Attempt,
    LetterCode,
    Means,
    Requirement,
    ResidentLine,
    Verification,
)
from civic.verification.rules import CODE_LASTS, may_try, may_verify

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which are misread
CODE_LENGTH = 12


def require_residents(
    space: Space, by: Account, acts: Iterable[Act], by_list: bool, by_letter: bool, by_agent: bool
) -> Requirement:
    """Say for which acts a space wants verified people, and how they become so."""
    row = queries.requirement_of(space) or Requirement(space_id=space.id)
    row.acts = frozenset(acts)
    row.by_list, row.by_letter, row.by_agent = by_list, by_letter, by_agent
    db.session.add(row)
    db.session.flush()
    db.session.expire(space)
    audit.record(by, "verification.required", about=space, acts=sorted(row.acts))
    return row


def missing_lines(space: Space, lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """The lines of a list that the space has not yet, with their hashes: a list serves twice
    without doubling, and two people with one hash stay two."""
    hashed = [(queries.digest_of(space, line.means, line.value), line) for line in lines]
    known = queries.known_lines(space, {digest for digest, _line in hashed})
    seen: Counter[str] = Counter()
    fresh = []
    for digest, line in hashed:
        seen[digest] += 1
        if seen[digest] > known[digest]:
            fresh.append((digest, line))
    return fresh


def bring_list(space: Space, by: Account, lines: Sequence[Line]) -> int:
    """Keep the hashes of a list; how many lines were new."""
    fresh = missing_lines(space, lines)
    rows = [
        {"space_id": space.id, "digest": digest, "age_bracket": line.age_bracket,
         "district": line.district, "added_at": now(), "used_by_id": None}
        for digest, line in fresh
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(ResidentLine), rows)
    audit.record(by, "verification.list", about=space, lines=len(lines), fresh=len(rows))
    return len(rows)


def clear_list(space: Space, by: Account) -> None:
    """Forget the lines that have verified nobody."""
    unused = (ResidentLine.space_id == space.id, ResidentLine.used_by_id.is_(None))
    db.session.execute(delete(ResidentLine).where(*unused))
    audit.record(by, "verification.list_cleared", about=space)


def make_codes(space: Space, by: Account, letters: Sequence[Letter], batch: str) -> list[str]:
    """A code for each letter, in their order; the codes are returned once and stored hashed."""
    codes = [_code() for _letter in letters]
    db.session.add_all(
        LetterCode(
            space_id=space.id, batch=batch, digest=queries.code_digest(space, code),
            age_bracket=letter.age_bracket, district=letter.district, made_at=now(),
            expires_at=now() + CODE_LASTS,
        )
        for code, letter in zip(codes, letters, strict=True)
    )  # fmt: skip
    audit.record(by, "verification.letters", about=space, batch=batch, letters=len(letters))
    db.session.flush()
    return codes


def _code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def cancel_codes(space: Space, by: Account, batch: str) -> None:
    """Make the codes of a batch that nobody used worthless: the letters were lost."""
    unused = (
        LetterCode.space_id == space.id, LetterCode.batch == batch, LetterCode.used_at.is_(None),
    )  # fmt: skip
    db.session.execute(delete(LetterCode).where(*unused))
    audit.record(by, "verification.letters_cancelled", about=space, batch=batch)


# --- Being verified ---------------------------------------------------------------------------


def try_list(space: Space, account: Account, means: Means, value: str) -> bool:
    """Be verified by a line of the town's list; a failure is counted.

    Raises
    ------
    NotAllowed
        When the person is verified already, or has failed too often today.
    """
    _require_try(space, account)
    line = queries.free_line(space, queries.digest_of(space, means, value))
    if line is None or not _use(ResidentLine, line.id, {"used_by_id": account.id}):
        return _failed(space, account)
    _verify(space, account, means, line.age_bracket, line.district)
    return True


def try_code(space: Space, account: Account, code: str) -> bool:
    """Be verified by the code of a letter; a failure is counted."""
    _require_try(space, account)
    found = queries.free_code(space, queries.code_digest(space, code))
    taken = {"used_by_id": account.id, "used_at": now()}
    if found is None or not _use(LetterCode, found.id, taken):
        return _failed(space, account)
    _verify(space, account, Means.LETTER, found.age_bracket, found.district)
    return True


def verify_in_person(
    space: Space, by: Account, account: Account | None, age_bracket: str, district: str
) -> None:
    """An agent has seen the person and their papers; nothing of the papers is kept."""
    may_verify(by, account, roles_of(by, space)).require()
    assert account is not None
    if queries.verification_of(space, account) is not None:
        raise Conflict(_("This person is verified here already."))
    _verify(space, account, Means.AGENT, age_bracket, district, by)


def _require_try(space: Space, account: Account) -> None:
    verified = queries.verification_of(space, account) is not None
    may_try(queries.failed_today(space, account), verified).require()


def _use(table: type[ResidentLine | LetterCode], row_id: int, values: dict[str, object]) -> bool:
    unused = (table.id == row_id, table.used_by_id.is_(None))
    done = db.session.execute(update(table).where(*unused).values(values))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _failed(space: Space, account: Account) -> bool:
    db.session.add(Attempt(space_id=space.id, account_id=account.id, at=now()))
    db.session.flush()
    return False


def _verify(
    space: Space, account: Account, means: Means, age_bracket: str, district: str,
    by: Account | None = None,
) -> None:  # fmt: skip
    row = {
        "space_id": space.id, "account_id": account.id, "means": means, "at": now(),
        "age_bracket": age_bracket, "district": district, "by_id": by.id if by else None,
    }  # fmt: skip
    if not insert_if_absent(Verification, row):
        raise Conflict(_("This person is verified here already."))
    audit.record(by or account, "verification.done", about=space, means=means.value,
                 account=account.id)  # fmt: skip
    db.session.expire(account, ["verifications"])
