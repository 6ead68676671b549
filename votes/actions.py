"""Support, withdraw, agree, disagree, pass.

The primary key decides who was first; counters change by an SQL expression in the same
transaction, and only when a row did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.spaces.models import Space
from votes.carrying import may_still_withdraw
from votes.models import Choice, Stance, Support
from votes.queries import supported_by, supports_given
from votes.rules import has_supports_left, may_support, may_take_stance

COUNTERS = {
    Choice.AGREE: Contribution.agree_count,
    Choice.DISAGREE: Contribution.disagree_count,
    Choice.PASS: Contribution.pass_count,
}

BULK = 500  # rows or ids in one statement


def support(contribution: Contribution, by: Account) -> bool:
    """Support a contribution; False when this person supported it already.

    Raises
    ------
    NotAllowed, NotOpen, SignInNeeded
        With the reason, when it may not be supported.
    """
    may_support(by, contribution, now()).require()
    if contribution.space.supports_per_person:
        _require_one_left(contribution, by)
    row = {"contribution_id": contribution.id, "account_id": by.id, "at": now()}
    if not insert_if_absent(Support, row):
        return False
    _add(contribution, support_count=1)
    return True


def _require_one_left(contribution: Contribution, by: Account) -> None:
    # Two supports of one person at the same instant must not pass a limit together. On SQLite
    # writers already stand in line; FOR UPDATE does it on PostgreSQL and is left out by SQLite.
    db.session.execute(select(Account.id).where(Account.id == by.id).with_for_update())
    if not supported_by(by, [contribution.id]):
        space = contribution.space
        has_supports_left(supports_given(by, space), space.supports_per_person).require()


def withdraw_support(contribution: Contribution, by: Account) -> bool:
    """Withdraw a support; False when there was none.

    A support that a merger carried here can be withdrawn for a while, whatever the calendar says.
    """
    if not may_still_withdraw(by, contribution, now()):
        may_support(by, contribution, now()).require()
    removed = db.session.execute(
        delete(Support).where(
            Support.contribution_id == contribution.id, Support.account_id == by.id
        )
    )
    if not removed.rowcount:  # type: ignore[attr-defined]
        return False
    _add(contribution, support_count=-1)
    return True


def take_stance(
    contribution: Contribution, by: Account, choice: Choice, important: bool = False
) -> bool:
    """Say what one thinks of a contribution; the last word counts. False when nothing changed.

    Parameters
    ----------
    important : bool
        Mark it as important as well; without it an earlier mark stays.
    """
    may_take_stance(by, contribution, now()).require()
    row = {
        "contribution_id": contribution.id, "account_id": by.id, "value": choice, "at": now(),
        "is_important": important,
    }  # fmt: skip
    if insert_if_absent(Stance, row):
        _add(contribution, **{COUNTERS[choice].key: 1})
        return True
    changed = _change_stance(contribution, by, choice)
    return (important and mark_important(contribution, by, True)) or changed


def _change_stance(contribution: Contribution, by: Account, choice: Choice) -> bool:
    mine = (Stance.contribution_id == contribution.id, Stance.account_id == by.id)
    before = Choice(db.session.scalars(select(Stance.value).where(*mine).with_for_update()).one())
    if before is choice:
        return False
    db.session.execute(update(Stance).where(*mine).values(value=choice, at=now()))
    _add(contribution, **{COUNTERS[before].key: -1, COUNTERS[choice].key: 1})
    return True


def mark_important(contribution: Contribution, by: Account, wanted: bool) -> bool:
    """Say of a statement one has voted on that it matters, or no longer; False if it was so."""
    may_take_stance(by, contribution, now()).require()
    mine = (Stance.contribution_id == contribution.id, Stance.account_id == by.id)
    before = db.session.scalar(select(Stance.is_important).where(*mine).with_for_update())
    if before is None:
        raise Conflict(_("Vote on this statement first."))
    if before is wanted:
        return False
    db.session.execute(update(Stance).where(*mine).values(is_important=wanted))
    return True


def withdraw_stance(contribution: Contribution, by: Account) -> bool:
    """Take a stance back as if it had never been given; False when there was none."""
    may_take_stance(by, contribution, now()).require()
    mine = (Stance.contribution_id == contribution.id, Stance.account_id == by.id)
    before = db.session.scalar(select(Stance.value).where(*mine).with_for_update())
    if before is None:
        return False
    db.session.execute(delete(Stance).where(*mine))
    _add(contribution, **{COUNTERS[Choice(before)].key: -1})
    return True


def _add(contribution: Contribution, **changes: int) -> None:
    values = {name: getattr(Contribution, name) + change for name, change in changes.items()}
    db.session.execute(
        update(Contribution)
        .where(Contribution.id == contribution.id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(contribution, list(changes))


def record_imported_stances(rows: Sequence[tuple[int, int, int, datetime]], space: Space) -> int:
    """Enter many stances that were given elsewhere; the calendar of the space does not apply.

    Parameters
    ----------
    rows : sequence of (account id, contribution id, value, instant)
        A stance that is here already stays as it is.

    Returns
    -------
    int
        How many stances were new. The counters are then counted again from the rows, in SQL.

    Raises
    ------
    ValueError
        When a contribution does not stand in the space: its counters would not be counted.
    """
    ids = sorted({contribution_id for _account, contribution_id, _value, _at in rows})
    _require_all_in(space, ids)
    before = _count_stances(ids)
    names = ("account_id", "contribution_id", "value", "at")
    maker = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    if rows:
        statement = maker.insert(Stance).on_conflict_do_nothing()
        db.session.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
    _recount_stances(ids)
    return _count_stances(ids) - before


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BULK] for start in range(0, len(ids), BULK))


def _require_all_in(space: Space, ids: Sequence[int]) -> None:
    for some in _batches(ids):
        here = select(func.count()).where(
            Contribution.id.in_(some), Contribution.space_id == space.id
        )
        if db.session.scalar(here) != len(some):
            raise ValueError(f"Some of these contributions do not stand in {space.slug}.")


def _count_stances(ids: Sequence[int]) -> int:
    counts = (
        db.session.scalar(select(func.count()).where(Stance.contribution_id.in_(some)))
        for some in _batches(ids)
    )
    return sum(count or 0 for count in counts)


def _recount_stances(ids: Sequence[int]) -> None:
    counted = {
        column.key: select(func.count())
        .where(Stance.contribution_id == Contribution.id, Stance.value == choice)
        .scalar_subquery()
        for choice, column in COUNTERS.items()
    }
    for some in _batches(ids):
        db.session.execute(
            update(Contribution)
            .where(Contribution.id.in_(some))
            .values(counted)
            .execution_options(synchronize_session=False)
        )
    known = set(ids)
    for row in db.session.identity_map.values():
        if isinstance(row, Contribution) and row.id in known:
            db.session.expire(row, [column.key for column in COUNTERS.values()])
