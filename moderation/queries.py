"""Find cases, reports and decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.contributions.models import Contribution, State, visible
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Membership, Role, Space
from civic.spaces.queries import all_spaces, spaces_of
from moderation.models import Case, CaseState, Decision, Outcome, Reason, Report, VisitorReport

DAY = timedelta(days=1)
AROUND = 2  # texts of the thread shown on each side of the one that is judged


# --- Cases ------------------------------------------------------------------------------------


def is_waiting() -> ColumnElement[bool]:
    """Somebody has to decide. Needs a join with the contribution.

    What its author took back, or stands in a thread that nobody reads, waits for nobody.
    """
    open_one = and_(
        Case.state == CaseState.OPEN,
        Contribution.state.not_in((State.REMOVED, State.DRAFT)),
        Contribution.shaded.is_(False),
    )
    contested = and_(Case.state == CaseState.CONTESTED, Contribution.state == State.HIDDEN)
    return or_(open_one, contested)


def queue(space: Space, waiting: bool, reason: Reason | None = None) -> Select[Case]:
    """Cases of a space: the urgent, then the most reported, then the oldest first."""
    statement = (
        select(Case)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.space_id == space.id,
            is_waiting() if waiting else Case.state == CaseState.DECIDED,
        )
        .options(joinedload(Case.contribution).joinedload(Contribution.author))
    )
    if reason is not None:
        statement = statement.where(Case.id.in_(_with_reason(reason)))
    if not waiting:
        return statement.order_by(Case.decided_at.desc(), Case.id.desc())
    return statement.order_by(
        Case.urgency.desc(), Case.report_count.desc(), Case.opened_at, Case.id
    )


def _with_reason(reason: Reason) -> Select[int]:
    found = union_all(
        select(Report.case_id).where(Report.reason == reason),
        select(VisitorReport.case_id).where(VisitorReport.reason == reason),
    ).subquery()
    return select(found.c.case_id)


def waiting_by_space(spaces: Sequence[Space]) -> dict[int, tuple[int, datetime]]:
    """How many cases wait in each space, and since when the oldest does."""
    statement = (
        select(Case.space_id, func.count(), func.min(Case.opened_at))
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.space_id.in_([space.id for space in spaces]), is_waiting())
        .group_by(Case.space_id)
    )
    return {key: (size, since) for key, size, since in db.session.execute(statement)}


def spaces_to_moderate(account: Account) -> Sequence[Space]:
    """The spaces whose queue a person may open."""
    found = all_spaces() if account.is_administrator else spaces_of(account, Role.MODERATOR)
    return db.session.scalars(found).all()


def load_case(space: Space, case_id: int) -> Case:
    """One case of a space.

    Raises
    ------
    Missing
        When there is none, or it belongs to another space.
    """
    found = db.session.get(Case, case_id)
    if found is None or found.space_id != space.id:
        raise Missing()
    return found


def case_of(contribution: Contribution) -> Case | None:
    """The case of a text as it stands now."""
    return db.session.scalar(
        select(Case).where(
            Case.contribution_id == contribution.id, Case.version == contribution.version
        )
    )


def waiting_on(contribution: Contribution) -> Sequence[Case]:
    """Every case on a text that is not decided, whatever the version: one decision answers all."""
    return db.session.scalars(
        select(Case)
        .where(Case.contribution_id == contribution.id, Case.state != CaseState.DECIDED)
        .order_by(Case.version)
    ).all()


def around(contribution: Contribution) -> list[Contribution]:
    """The public texts just before and after one in its thread, in order."""
    if contribution.root_id is None or contribution.published_at is None:
        return []
    here = and_(
        Contribution.root_id == contribution.root_id,
        visible(),
        Contribution.id != contribution.id,
    )
    at = contribution.published_at
    near = select(Contribution).where(here).options(joinedload(Contribution.author)).limit(AROUND)
    before = near.where(Contribution.published_at < at).order_by(Contribution.published_at.desc())
    after = near.where(Contribution.published_at >= at).order_by(Contribution.published_at)
    return [*reversed(db.session.scalars(before).all()), *db.session.scalars(after)]


# --- Reports ----------------------------------------------------------------------------------


def reports_on(cases: Collection[Case]) -> list[Report | VisitorReport]:
    """The reports of these cases, oldest first."""
    ids = [case.id for case in cases]
    found: list[Report | VisitorReport] = []
    for kind in (Report, VisitorReport):
        found += db.session.scalars(
            select(kind).where(kind.case_id.in_(ids)).options(joinedload(kind.case))
        )
    return sorted(found, key=lambda report: (report.at, report.id))


def reporters_of(cases: Collection[Case]) -> set[int]:
    """The accounts that reported in these cases."""
    ids = [case.id for case in cases]
    return set(db.session.scalars(select(Report.reporter_id).where(Report.case_id.in_(ids))))


def visitors_of(cases: Collection[Case]) -> Sequence[VisitorReport]:
    """The notices of people without an account in these cases."""
    ids = [case.id for case in cases]
    return db.session.scalars(
        select(VisitorReport).where(VisitorReport.case_id.in_(ids)).order_by(VisitorReport.id)
    ).all()


def reasons_by_case(cases: Iterable[Case]) -> dict[int, list[tuple[Reason, int]]]:
    """How often each reason was given, by case, the commonest first."""
    ids = [case.id for case in cases]
    every = union_all(
        select(Report.case_id, Report.reason).where(Report.case_id.in_(ids)),
        select(VisitorReport.case_id, VisitorReport.reason).where(VisitorReport.case_id.in_(ids)),
    ).subquery()
    rows = db.session.execute(
        select(every.c.case_id, every.c.reason, func.count()).group_by(
            every.c.case_id, every.c.reason
        )
    )
    found: dict[int, list[tuple[Reason, int]]] = {case_id: [] for case_id in ids}
    for case_id, reason, size in rows:
        found[case_id].append((reason, size))
    return {key: sorted(some, key=lambda pair: (-pair[1], pair[0])) for key, some in found.items()}


def report_by(account_id: int, contribution: Contribution) -> Report | None:
    """What a person reported about a text as it stands now."""
    return db.session.scalar(
        select(Report)
        .join(Case, Case.id == Report.case_id)
        .where(
            Case.contribution_id == contribution.id,
            Case.version == contribution.version,
            Report.reporter_id == account_id,
        )
    )


def own_report(account_id: int, report_id: int) -> Report:
    """A report of one's own.

    Raises
    ------
    Missing
        When there is none, or somebody else made it.
    """
    found = db.session.get(Report, report_id)
    if found is None or found.reporter_id != account_id:
        raise Missing()
    return found


def visitor_report(token: str) -> VisitorReport:
    """The notice behind the link that its author got.

    Raises
    ------
    Missing
        When there is none.
    """
    found = db.session.scalar(
        select(VisitorReport).where(VisitorReport.token_hash == hash_of(token))
    )
    if found is None:
        raise Missing()
    return found


def reports_lately(account_id: int) -> int:
    """How many texts a person reported within a day."""
    counted = select(func.count()).where(Report.reporter_id == account_id, Report.at > now() - DAY)
    return db.session.scalar(counted) or 0


def visitor_reports_lately(origin: str = "", email: str = "") -> int:
    """How many notices came within a day from one origin, or name one address."""
    same = VisitorReport.origin == origin if origin else VisitorReport.email == email
    counted = select(func.count()).where(same, VisitorReport.at > now() - DAY)
    return db.session.scalar(counted) or 0


# --- Decisions --------------------------------------------------------------------------------


def decisions_on(contribution: Contribution) -> Sequence[Decision]:
    """Every decision on a text, whatever its version, newest first."""
    statement = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.contribution_id == contribution.id)
        .order_by(Decision.at.desc(), Decision.id.desc())
        .options(joinedload(Decision.by), joinedload(Decision.case), joinedload(Decision.plea))
    )
    return db.session.scalars(statement).all()


def last_decision(case: Case) -> Decision | None:
    """The newest decision on a case."""
    statement = select(Decision).where(Decision.case_id == case.id)
    return db.session.scalar(statement.order_by(Decision.number.desc()).limit(1))


def standing(ids: Iterable[int]) -> dict[int, Decision]:
    """For those of these texts that are hidden, the decision that hid them."""
    statement = (
        select(Case.contribution_id, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.contribution_id.in_(list(ids)),
            Contribution.state == State.HIDDEN,
            Decision.outcome == Outcome.HIDE,
        )
        .order_by(Decision.at, Decision.id)
        .options(joinedload(Decision.plea), joinedload(Decision.case))
    )
    return dict(db.session.execute(statement).all())


def first_readers(cases: Collection[Case]) -> set[int]:
    """Who took the decisions that are contested among these cases."""
    contested = [case for case in cases if case.state is CaseState.CONTESTED]
    found = standing(case.contribution_id for case in contested)
    return {decision.by_id for decision in found.values()}


def moderators_of(space: Space) -> set[int]:
    """The account ids of a space's moderators."""
    statement = select(Membership.account_id).where(
        Membership.space_id == space.id, Membership.role == Role.MODERATOR
    )
    return set(db.session.scalars(statement))


def readers_for(case: Case, besides: Collection[int] = ()) -> set[int]:
    """Who can decide on a case: its moderators, or the administrators where none is free."""
    not_these = {case.contribution.author_id, *besides}
    free = moderators_of(case.space) - not_these
    if free:
        return free
    administrators = select(Account.id).where(Account.is_administrator.is_(True))
    return set(db.session.scalars(administrators)) - not_these


def author_of(contribution: Contribution) -> Account:
    """Who wrote a text."""
    return db.session.get_one(Account, contribution.author_id)


# --- Figures ----------------------------------------------------------------------------------


def figures(space: Space) -> list[Row[Outcome, Reason | None, int]]:
    """Decisions taken in a space, counted by outcome and reason."""
    statement = (
        select(Decision.outcome, Decision.reason, func.count())
        .join(Case, Case.id == Decision.case_id)
        .where(Case.space_id == space.id)
        .group_by(Decision.outcome, Decision.reason)
        .order_by(Decision.outcome, Decision.reason)
    )
    return list(db.session.execute(statement).all())


def delays(space: Space) -> list[timedelta]:
    """How long each reported case of a space waited for its first decision, shortest first."""
    first = (
        select(Decision.case_id, func.min(Decision.at).label("at"))
        .group_by(Decision.case_id)
        .subquery()
    )
    by_visitors = select(VisitorReport.case_id)
    rows = db.session.execute(
        select(Case.opened_at, first.c.at)
        .join(first, first.c.case_id == Case.id)
        .where(
            Case.space_id == space.id, or_(Case.report_count > 0, Case.id.in_(by_visitors))
        )
    )  # fmt: skip
    return sorted(decided - opened for opened, decided in rows)
