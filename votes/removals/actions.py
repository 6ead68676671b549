"""Ask for a removal of votes, answer, and give them back. Ballots are secret: none is touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, func, select, update

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain
from votes.models import RemovalState, RemovedVote, Stance, Support, SuspectedAccount, VoteRemoval
from votes.removals import queries, rules

WORDS_MAX = 2_000
BATCH = 500


def ask(space: Space, by: Account, account_ids: Collection[int], words: str) -> VoteRemoval:
    """Ask that the votes of these accounts in a space be removed; nothing changes yet.

    Raises
    ------
    NotAllowed
    """
    rules.may_ask(by, roles_of(by, space), account_ids).require()
    made = VoteRemoval(
        space_id=space.id, words=plain(words)[:WORDS_MAX], asked_by_id=by.id, asked_at=now()
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        SuspectedAccount(removal_id=made.id, account_id=key) for key in sorted(set(account_ids))
    )
    db.session.flush()
    made.vote_count = queries.count_votes(account_ids, space)
    audit.record(
        by, "votes.removal_asked", about=made, because=made.words, accounts=sorted(account_ids),
        space=space.id,
    )  # fmt: skip
    return made


def answer(removal: VoteRemoval, by: Account, is_agreed: bool, words: str) -> None:
    """A second person removes the votes or refuses; those concerned are told.

    Raises
    ------
    NotAllowed
    """
    db.session.refresh(removal, ["state", "answered_by_id"], with_for_update=True)
    rules.may_answer(by, roles_of(by, removal.space), removal).require()
    removal.answered_by_id, removal.answered_at = by.id, now()
    removal.answer = plain(words)[:WORDS_MAX]
    removal.state = RemovalState.DONE if is_agreed else RemovalState.REFUSED
    people = [line.account_id for line in removal.accounts]
    if is_agreed:
        removal.vote_count = _remove(removal, people)
        notify(
            people, "votes.removed", slug=removal.space.slug, space=removal.space.title,
            because=removal.words,
        )  # fmt: skip
    audit.record(
        by, "votes.removal_answered", about=removal, because=removal.answer,
        state=removal.state.value, votes=removal.vote_count,
    )  # fmt: skip
    db.session.flush()


def _remove(removal: VoteRemoval, people: Collection[int]) -> int:
    supports = db.session.scalars(queries.supports_by(people, removal.space)).all()
    stances = db.session.scalars(queries.stances_by(people, removal.space)).all()
    for support in supports:
        _keep(removal, support, "support")
    for stance in stances:
        _keep(removal, stance, "stance", stance.value, stance.is_important)
    touched = {s.contribution_id for s in supports} | {s.contribution_id for s in stances}
    for some in _batches(touched):
        _delete(Support, some, people)
        _delete(Stance, some, people)
    for vote in (*supports, *stances):
        db.session.expunge(vote)
    recount(touched)
    return len(supports) + len(stances)


def _delete(
    kind: type[Support] | type[Stance], ids: Collection[int], people: Collection[int]
) -> None:
    db.session.execute(
        delete(kind)
        .where(kind.contribution_id.in_(ids), kind.account_id.in_(list(people)))
        .execution_options(synchronize_session=False)
    )


def _keep(
    removal: VoteRemoval, vote: Support | Stance, kind: str, value: int | None = None,
    is_important: bool = False,
) -> None:  # fmt: skip
    db.session.add(
        RemovedVote(
            removal_id=removal.id, contribution_id=vote.contribution_id,
            account_id=vote.account_id, kind=kind, value=value, is_important=is_important,
            at=vote.at,
        )
    )  # fmt: skip
    db.session.flush()


def give_back(removal: VoteRemoval, by: Account, words: str) -> None:
    """Bring removed votes back as they were; what people voted anew since stays.

    Raises
    ------
    NotAllowed
    """
    db.session.refresh(removal, ["state", "answered_by_id"], with_for_update=True)
    rules.may_give_back(by, removal).require()
    kept = db.session.scalars(
        select(RemovedVote).where(RemovedVote.removal_id == removal.id).order_by(RemovedVote.id)
    ).all()
    for vote in kept:
        _restore(vote)
    recount({vote.contribution_id for vote in kept})
    removal.state = RemovalState.REVERSED
    audit.record(by, "votes.given_back", about=removal, because=plain(words), votes=len(kept))
    people = [line.account_id for line in removal.accounts]
    notify(people, "votes.removal_reversed", slug=removal.space.slug, space=removal.space.title)


def _restore(vote: RemovedVote) -> None:
    row = {"contribution_id": vote.contribution_id, "account_id": vote.account_id, "at": vote.at}
    if vote.kind == "support":
        insert_if_absent(Support, row)
    else:
        row |= {"value": vote.value, "is_important": vote.is_important}
        insert_if_absent(Stance, row)


def recount(ids: Iterable[int]) -> None:
    """Count supports and stances of these contributions again, from the rows."""
    known = set(ids)
    columns = {"support_count": _size(Support)}
    for name, value in (("agree_count", 1), ("disagree_count", -1), ("pass_count", 0)):
        columns[name] = _size(Stance, value)
    for some in _batches(known):
        db.session.execute(
            update(Contribution)
            .where(Contribution.id.in_(some))
            .values(columns)
            .execution_options(synchronize_session=False)
        )
    for row in db.session.identity_map.values():
        if isinstance(row, Contribution) and row.id in known:
            db.session.expire(row, list(columns))


def _size(kind: type[Support] | type[Stance], value: int | None = None) -> object:
    counted = select(func.count()).where(kind.contribution_id == Contribution.id)
    if value is not None:
        counted = counted.where(Stance.value == value)
    return counted.correlate(Contribution).scalar_subquery()


def _batches(ids: Iterable[int]) -> list[list[int]]:
    ordered = sorted(ids)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def require_known(account_ids: Collection[int]) -> None:
    """Refuse numbers that are nobody's.

    Raises
    ------
    Conflict
    """
    unknown = sorted(set(account_ids) - queries.known_accounts(account_ids))
    if unknown:
        told = ", ".join(str(key) for key in unknown[:10])
        raise Conflict(_("No account has these numbers: %(numbers)s.", numbers=told))
