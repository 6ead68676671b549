"""Find cases, reports and decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.contributions.models import Contribution, State, visible
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Membership, Role, Space
from civic.spaces.queries import all_spaces, spaces_of
from moderation.models import (
    RESTRICTING,
    Capacity,
    Case,
    CaseState,
    Claim,
    Concealed,
    Decision,
    Effect,
    Original,
    Outcome,
    Plea,
    Reason,
    Report,
    Request,
    Sender,
    VisitorReport,
)

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
    contested = and_(Case.state == CaseState.CONTESTED, Contribution.state != State.REMOVED)
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
        .where(
            Case.contribution_id == contribution.id,
            Case.state.in_((CaseState.OPEN, CaseState.CONTESTED)),
        )
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


def last_main_decision(case: Case) -> Decision | None:
    """The newest decision that answers a case, as it stands on the version that was read."""
    last = last_decision(case)
    if last is None or last.effect is None or last.effect.main_id is None:
        return last
    return db.session.get(Decision, last.effect.main_id)


def repeated(main: Decision) -> list[Decision]:
    """The decisions that repeat one for earlier versions, and itself at the end."""
    statement = (
        select(Decision)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(Effect.main_id == main.id)
        .order_by(Decision.id)
    )
    return [*db.session.scalars(statement), main]


def _standing() -> Select[Decision]:
    """Main decisions that nothing has reversed."""
    return (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(Effect.main_id.is_(None), Effect.reversed_by_id.is_(None))
    )


def standing(ids: Iterable[int]) -> dict[int, Decision]:
    """For those of these texts that are hidden, the decision that hid them."""
    statement = (
        _standing()
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.contribution_id.in_(list(ids)),
            Contribution.state == State.HIDDEN,
            Decision.outcome == Outcome.HIDE,
        )
        .order_by(Decision.at, Decision.id)
        .options(joinedload(Decision.plea), joinedload(Decision.case))
    )
    return {found.case.contribution_id: found for found in db.session.scalars(statement)}


def standing_asks(ids: Iterable[int]) -> dict[int, Decision]:
    """For those of these texts that moderators asked to change, the decision, while it waits."""
    statement = (
        _standing()
        .where(Case.contribution_id.in_(list(ids)), Decision.outcome == Outcome.ASK)
        .order_by(Decision.at, Decision.id)
        .options(joinedload(Decision.effect), joinedload(Decision.case))
    )
    return {
        found.case.contribution_id: found
        for found in db.session.scalars(statement)
        if found.effect is not None and "answered_by_version" not in found.effect.details
    }


def restrictions_on(contribution: Contribution) -> Sequence[Decision]:
    """What limits a text now, newest first."""
    statement = (
        _standing()
        .where(Case.contribution_id == contribution.id, Decision.outcome.in_(RESTRICTING))
        .order_by(Decision.at.desc(), Decision.id.desc())
        .options(joinedload(Decision.plea), joinedload(Decision.case))
    )
    return db.session.scalars(statement).all()


def to_contest(contribution: Contribution) -> Decision | None:
    """Of what limits a text now, the newest that its author has not contested, else the newest."""
    found = restrictions_on(contribution)
    return next((d for d in found if d.plea is None), found[0] if found else None)


def answer_to(report: Report | VisitorReport) -> Decision | None:
    """The decision that answers a report; None while it waits."""
    if report.case.state is CaseState.OPEN:
        return None
    last = last_main_decision(report.case)
    return last if last and last.at >= report.at else None


def contested_among(cases: Collection[Case]) -> list[Decision]:
    """The decisions that somebody contests among these cases, oldest first."""
    contested = [case.id for case in cases if case.state is CaseState.CONTESTED]
    statement = (
        select(Decision)
        .join(Plea, Plea.decision_id == Decision.id)
        .where(Decision.case_id.in_(contested))
        .order_by(Plea.at, Decision.id)
        .options(joinedload(Decision.plea))
    )
    newest = {decision.case_id: decision for decision in db.session.scalars(statement)}
    return list(newest.values())


def first_readers(cases: Collection[Case]) -> set[int]:
    """Who took the decisions that are contested among these cases."""
    return {decision.by_id for decision in contested_among(cases)}


def was_moved_from(contribution: Contribution, space: Space) -> bool:
    """Whether a decision took a text out of a space, so that its old address leads on."""
    moves = db.session.scalars(
        select(Effect)
        .join(Decision, Decision.id == Effect.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.contribution_id == contribution.id, Decision.outcome == Outcome.MOVE)
    )
    return any(effect.details.get("space") == space.id for effect in moves)


def concealed_by(decision: Decision) -> set[int]:
    """The ids of the texts that a decision took out of public view."""
    statement = select(Concealed.contribution_id).where(Concealed.decision_id == decision.id)
    return set(db.session.scalars(statement))


def originals_of(contribution: Contribution) -> Sequence[Original]:
    """What the masked versions of a text said: for its author and for those who decide."""
    statement = (
        select(Original)
        .join(Effect, Effect.decision_id == Original.decision_id)
        .join(Decision, Decision.id == Original.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.contribution_id == contribution.id, Effect.reversed_by_id.is_(None))
        .order_by(Original.number.desc())
    )
    return db.session.scalars(statement).all()


def claim_on(case: Case) -> Claim | None:
    """Who is reading a case, or read it last."""
    return db.session.get(Claim, case.id)


def drop_claims(cases: Collection[Case]) -> None:
    """These cases are decided: nobody is reading them."""
    db.session.execute(delete(Claim).where(Claim.case_id.in_([case.id for case in cases])))


def requests_on(cases: Collection[Case]) -> Sequence[Request]:
    """What authorities and the town asked about the text of these cases, oldest first."""
    statement = select(Request).where(Request.case_id.in_([case.id for case in cases]))
    return db.session.scalars(statement.order_by(Request.at, Request.id)).all()


def request_count(space: Space) -> dict[Sender, int]:
    """How often an authority, or the town and its officials, asked for something in a space."""
    noted = db.session.execute(
        select(Request.sender, func.count())
        .join(Case, Case.id == Request.case_id)
        .where(Case.space_id == space.id)
        .group_by(Request.sender)
    ).all()
    found = dict.fromkeys(Sender, 0) | dict(noted)
    by_officials = (
        select(func.count())
        .select_from(Report)
        .join(Case, Case.id == Report.case_id)
        .where(Case.space_id == space.id, Report.capacity == Capacity.OFFICIAL)
    )
    found[Sender.ORGANISER] += db.session.scalar(by_officials) or 0
    return found


def appeal_figures(space: Space) -> dict[str, int]:
    """Appeals in a space: `lodged`, and of those answered how many `upheld` the first decision,
    `reversed` it or `changed` it."""
    pleas = db.session.scalars(
        select(Decision)
        .join(Plea, Plea.decision_id == Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.space_id == space.id)
    ).all()
    counted = {"lodged": len(pleas), "upheld": 0, "reversed": 0, "changed": 0}
    for decision in pleas:
        answer = _answer_after(decision)
        if answer is not None:
            counted[_upshot(answer)] += 1
    return counted


def _answer_after(decision: Decision) -> Decision | None:
    """The decision that answers a contested one; what was undone is no answer."""
    statement = (
        select(Decision)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(
            Decision.case_id == decision.case_id, Decision.number > decision.number,
            Decision.outcome != Outcome.UNDO, Effect.reversed_by_id.is_(None),
        )
        .order_by(Decision.number)
        .limit(1)
    )  # fmt: skip
    return db.session.scalar(statement)


def _upshot(answer: Decision) -> str:
    known = {Outcome.CONFIRM: "upheld", Outcome.RESTORE: "reversed"}
    return known.get(answer.outcome, "changed")


# --- Authors ----------------------------------------------------------------------------------


def accepted_count(account_id: int) -> int:
    """How many texts of a person are public."""
    counted = select(func.count()).where(
        Contribution.author_id == account_id, Contribution.state == State.VISIBLE
    )
    return db.session.scalar(counted) or 0


def written_lately(account_id: int, besides: int) -> int:
    """How many texts a person sent within a day, drafts and the one in hand left out."""
    counted = select(func.count()).where(
        Contribution.author_id == account_id, Contribution.id != besides,
        Contribution.state != State.DRAFT, Contribution.created_at > now() - DAY,
    )  # fmt: skip
    return db.session.scalar(counted) or 0


def moderators_of(space: Space) -> set[int]:
    """The account ids of a space's moderators."""
    statement = select(Membership.account_id).where(
        Membership.space_id == space.id, Membership.role == Role.MODERATOR
    )
    return set(db.session.scalars(statement))


def readers_for(case: Case, besides: Collection[int] = ()) -> set[int]:
    """Who can decide on a case: its moderators, or the administrators where none is free."""
    return readers_of_space(case.space, {case.contribution.author_id, *besides})


def readers_of_space(space: Space, not_these: Collection[int]) -> set[int]:
    """The moderators of a space but these, or the administrators where nobody is left."""
    free = moderators_of(space) - set(not_these)
    if free:
        return free
    administrators = select(Account.id).where(Account.is_administrator.is_(True))
    return set(db.session.scalars(administrators)) - set(not_these)


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
