"""What verification holds about people: the least that is needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, delete, exists, or_

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, acted, by, holds, retains
from civic.spaces.models import Phase
from civic.verification.models import Attempt, LetterCode, ResidentLine, Verification

LISTS_KEPT = timedelta(days=90)
ATTEMPTS_KEPT = timedelta(days=30)

holds(
    Verification,
    ["space_id", "account_id", "means", "age_bracket", "district", "at"],
    what=_l("That you were verified, by which means, your age bracket and district"),
    why=_l("So that only inhabitants take part where this was asked"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation, or until you delete your account"),
    fate=Fate.DELETE,
    whose=by(Verification, "account_id"),
)
acted(Verification, "by_id", what=_l("People whom you verified as an agent"))
holds(
    ResidentLine,
    ["space_id", "digest", "age_bracket", "district", "used_by_id"],
    what=_l("The line of the town’s list that verified you, as a keyed hash"),
    why=_l("So that one line verifies one person"),
    ground=Ground.MISSION,
    kept=_l("90 days after the end of the consultation"),
    fate=Fate.KEEP,
    because=_l("One line verifies one person; without the key of the site it leads to nobody"),
    whose=by(ResidentLine, "used_by_id"),
    secret=("digest",),
)
holds(
    LetterCode,
    ["space_id", "batch", "digest", "used_at", "used_by_id"],
    what=_l("The code of the letter that verified you, as a hash"),
    why=_l("So that one letter verifies one person"),
    ground=Ground.MISSION,
    kept=_l("90 days after the end of the consultation"),
    fate=Fate.KEEP,
    because=_l("One letter verifies one person; no address is kept with it"),
    whose=by(LetterCode, "used_by_id"),
    secret=("digest",),
)
holds(
    Attempt,
    ["space_id", "account_id", "at"],
    what=_l("Your attempts to be verified that failed"),
    why=_l("So that nobody tries codes until one fits"),
    ground=Ground.MISSION,
    kept=_l("30 days"),
    fate=Fate.DELETE,
    whose=by(Attempt, "account_id"),
)


def _is_over(space_id: ColumnElement[int], now: datetime) -> ColumnElement[bool]:
    limit = now - LISTS_KEPT
    going_on = exists().where(
        Phase.space_id == space_id, or_(Phase.ends_at.is_(None), Phase.ends_at > limit)
    )
    return ~going_on & exists().where(Phase.space_id == space_id)


@retains("resident lists", _l("Lists of inhabitants, 90 days after the end of the consultation"))
def old_lines(now: datetime) -> Delete:
    """Lines that verify nobody any more."""
    return delete(ResidentLine).where(_is_over(ResidentLine.space_id, now))  # type: ignore[arg-type]


@retains("letter codes", _l("Codes of letters, 90 days after the end of the consultation"))
def old_codes(now: datetime) -> Delete:
    """Codes that verify nobody any more."""
    return delete(LetterCode).where(_is_over(LetterCode.space_id, now))  # type: ignore[arg-type]


@retains("attempts", _l("Attempts to be verified, after 30 days"))
def old_attempts(now: datetime) -> Delete:
    """Attempts that close no way any more."""
    return delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT)
