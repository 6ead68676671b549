"""Find ballots, rolls, émargements and papers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from civic.accounts.models import Account, Credential, Origin, Visitor
from civic.db import db, get_or_missing
from civic.errors import Missing
from civic.journal.signing import Signed
from civic.personal.queries import former_accounts
from civic.spaces.models import Membership, Space
from civic.spaces.queries import roles_of
from civic.verification.models import Verification
from votes.ballots.batches.models import Batch
from votes.ballots.models import (
    Ballot,
    BallotRequest,
    BallotSeal,
    BoxPaper,
    Electorate,
    Emargement,
    RollEntry,
    State,
)


def load_ballot(space: Space, ballot_id: int, drafts: bool = False) -> Ballot:
    """A ballot of this space; drafts only for its officials.

    Raises
    ------
    Missing
        When there is none for this visitor.
    """
    found: Ballot = get_or_missing(Ballot, ballot_id, space_id=space.id)
    if found.state is State.DRAFT and not drafts:
        raise Missing()
    return found


def ballots_in(spaces: Sequence[Space], drafts: bool = False) -> Select[Ballot]:
    """The ballots of these spaces, the latest first."""
    statement = select(Ballot).where(Ballot.space_id.in_([space.id for space in spaces]))
    if not drafts:
        statement = statement.where(Ballot.state != State.DRAFT)
    return statement.order_by(Ballot.closes_at.desc(), Ballot.id.desc())


def roll_entry_of(ballot: Ballot, account: Account | Visitor) -> int | None:
    """The line of the roll that bears this person's address."""
    if account.id is None or ballot.electorate is not Electorate.LISTED:
        return None
    return db.session.scalar(
        select(RollEntry.id)
        .join(Credential, func.lower(Credential.email) == RollEntry.email)
        .where(RollEntry.ballot_id == ballot.id, Credential.account_id == account.id)
    )


def is_on_roll(ballot: Ballot, account: Account | Visitor) -> bool:
    """Whether this person may vote, as far as the roll goes."""
    if ballot.electorate is Electorate.CONFIRMED:
        return account.is_confirmed and not _came_back(ballot, account)
    if ballot.electorate is Electorate.VERIFIED:
        mine = exists().where(*_is_resident(ballot), Verification.account_id == account.id)
        return bool(db.session.scalar(select(mine))) and not _came_back(ballot, account)
    if ballot.electorate is Electorate.TEAM:
        in_team = account.is_confirmed and bool(roles_of(account, ballot.space))
        return in_team and not _came_back(ballot, account)
    return roll_entry_of(ballot, account) is not None


def _came_back(ballot: Ballot, account: Account | Visitor) -> bool:
    """Whether this address voted here under an account that has been deleted since."""
    if not isinstance(account, Account):
        return False
    signed = exists().where(
        Emargement.ballot_id == ballot.id, Emargement.account_id.in_(former_accounts(account))
    )
    return bool(db.session.scalar(select(signed)))


def _is_resident(ballot: Ballot) -> list[ColumnElement[bool]]:
    """The verified inhabitants of the space whom this ballot is for."""
    conditions: list[ColumnElement[bool]] = [Verification.space_id == ballot.space_id]
    if ballot.residents and ballot.residents.age_brackets:
        conditions.append(Verification.age_bracket.in_(ballot.residents.age_brackets))
    if ballot.residents and ballot.residents.districts:
        wanted = [name.casefold() for name in ballot.residents.districts]
        conditions.append(func.lower(Verification.district).in_(wanted))
    return conditions


def has_voted(ballot: Ballot, account: Account | Visitor) -> bool:
    """Whether an émargement bears this person's name."""
    if account.id is None:
        return False
    mine = exists().where(Emargement.ballot_id == ballot.id, Emargement.account_id == account.id)
    return bool(db.session.scalar(select(mine)))


def roll_size(ballot: Ballot) -> int:
    """How many may vote (inscrits)."""
    if ballot.electorate is Electorate.LISTED:
        listed = select(func.count()).where(RollEntry.ballot_id == ballot.id)
        return db.session.scalar(listed) or 0
    # Whoever votes on paper here has no line: the papers declared stand for so many more people.
    confirmed = or_(Account.confirmed_at.is_not(None), Account.must_confirm.is_(False))
    voted = exists().where(Emargement.ballot_id == ballot.id, Emargement.account_id == Account.id)
    here = or_(Account.deleted_at.is_(None), voted)
    people = select(func.count()).where(Account.origin == Origin.PERSON, confirmed, here)
    if ballot.electorate is Electorate.VERIFIED:
        verified = exists().where(*_is_resident(ballot), Verification.account_id == Account.id)
        people = select(func.count()).where(Account.origin == Origin.PERSON, or_(verified, voted))
    if ballot.electorate is Electorate.TEAM:
        has_role = exists().where(
            Membership.space_id == ballot.space_id, Membership.account_id == Account.id
        )
        serving = and_(has_role, confirmed, Account.deleted_at.is_(None))
        people = select(func.count()).where(Account.origin == Origin.PERSON, or_(serving, voted))
    return (db.session.scalar(people) or 0) + paper_count(ballot)


def roll_of(ballot: Ballot) -> int:
    """The roll as it was written down at the sealing, or as it stands now."""
    return roll_size(ballot) if ballot.roll_size is None else ballot.roll_size


def voters_of(ballot: Ballot) -> int:
    """How many have voted (votants): émargements, and papers that are in the box."""
    signed = db.session.scalar(select(func.count()).where(Emargement.ballot_id == ballot.id)) or 0
    return signed + paper_count(ballot)


def paper_count(ballot: Ballot) -> int:
    """How many of the ballots in the box were cast on paper."""
    admitted = select(func.sum(Batch.size)).where(
        Batch.ballot_id == ballot.id, Batch.admitted_at.is_not(None)
    )
    return db.session.scalar(admitted) or 0


def papers_of(ballot: Ballot) -> Sequence[BoxPaper]:
    """The box, in the order of its random numbers."""
    statement = select(BoxPaper).where(BoxPaper.ballot_id == ballot.id).order_by(BoxPaper.id)
    return db.session.scalars(statement).all()


def seal_of(ballot: Ballot) -> Signed | None:
    """What was signed when the box was sealed."""
    kept = db.session.get(BallotSeal, ballot.id)
    return Signed(kept.statement, kept.public_key, kept.signature) if kept else None


def holds_receipt(ballot: Ballot, digest: str) -> bool:
    """Whether the box holds the ballot of this receipt."""
    mine = exists().where(BoxPaper.ballot_id == ballot.id, BoxPaper.receipt == digest)
    return bool(db.session.scalar(select(mine)))


def waiting_requests(ballot: Ballot) -> Sequence[BallotRequest]:
    """What waits for a second person."""
    return db.session.scalars(
        select(BallotRequest)
        .where(BallotRequest.ballot_id == ballot.id, BallotRequest.confirmed_at.is_(None))
        .order_by(BallotRequest.id)
    ).all()
