"""Find requirements, lines, codes and verified people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.personal.queries import keyed
from civic.spaces.models import Space
from civic.verification.models import (
    Attempt,
    LetterCode,
    Means,
    Requirement,
    ResidentLine,
    Verification,
)

BULK = 500


def digest_of(space: Space, means: str, value: str) -> str:
    """The keyed hash of one thing in one space: the same value elsewhere gives another."""
    return keyed("resident", str(space.id), means, value)


def code_digest(space: Space, code: str) -> str:
    """The keyed hash of a letter's code; spaces, hyphens and case do not matter."""
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return digest_of(space, Means.LETTER, bare)


def requirement_of(space: Space) -> Requirement | None:
    """What a space asks."""
    return db.session.get(Requirement, space.id)


def verification_of(space: Space, account: Account) -> Verification | None:
    """That somebody was verified in a space, if they were."""
    return db.session.get(Verification, (space.id, account.id))


def failed_today(space: Space, account: Account) -> int:
    """How many attempts of a person failed here within a day."""
    recent = select(func.count()).where(
        Attempt.account_id == account.id,
        Attempt.space_id == space.id,
        Attempt.at > now() - timedelta(days=1),
    )
    return db.session.scalar(recent) or 0


def free_line(space: Space, digest: str) -> ResidentLine | None:
    """A line of the list with this hash that has verified nobody yet."""
    return db.session.scalar(
        select(ResidentLine)
        .where(
            ResidentLine.space_id == space.id,
            ResidentLine.digest == digest,
            ResidentLine.used_by_id.is_(None),
        )
        .order_by(ResidentLine.id)
        .limit(1)
    )


def free_code(space: Space, digest: str) -> LetterCode | None:
    """The code with this hash, if it was not used and holds."""
    return db.session.scalar(
        select(LetterCode).where(
            LetterCode.space_id == space.id,
            LetterCode.digest == digest,
            LetterCode.used_at.is_(None),
            LetterCode.expires_at > now(),
        )
    )


def known_lines(space: Space, digests: Iterable[str]) -> Counter[str]:
    """How many lines a space has for each of these hashes."""
    wanted, counted = list(digests), Counter[str]()
    for start in range(0, len(wanted), BULK):
        statement = (
            select(ResidentLine.digest, func.count())
            .where(
                ResidentLine.space_id == space.id,
                ResidentLine.digest.in_(wanted[start : start + BULK]),
            )
            .group_by(ResidentLine.digest)
        )
        counted.update(dict(db.session.execute(statement).all()))
    return counted


def figures(space: Space) -> dict[str, int]:
    """How many lines, codes and verified people a space has."""
    return {
        "lines": _count(ResidentLine.space_id == space.id),
        "used": _count(ResidentLine.space_id == space.id, ResidentLine.used_by_id.is_not(None)),
        "verified": _count(Verification.space_id == space.id),
    }


def _count(*conditions: object) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def batches(space: Space) -> list[tuple[str, int, int]]:
    """The letters that were printed: batch, how many, how many were used."""
    statement = (
        select(LetterCode.batch, func.count(), func.count(LetterCode.used_at))
        .where(LetterCode.space_id == space.id)
        .group_by(LetterCode.batch)
        .order_by(func.max(LetterCode.made_at).desc())
    )
    return [(batch, total, used) for batch, total, used in db.session.execute(statement)]
