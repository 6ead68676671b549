"""Find what waits, since when, what resembles it, and what moderators noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.db import db
from civic.errors import Missing
from civic.settings import active
from civic.spaces.models import Space
from moderation.models import (
    Case,
    CaseState,
    Decision,
    Outcome,
    Plea,
    Reason,
    Report,
    VisitorReport,
)
from moderation.queries import is_waiting
from moderation.queue.levels import Clock, Level, clock_of
from moderation.queue.models import Batch, BatchItem, Note, Preference
from moderation.spam.models import Score

PAST = 500  # decided cases among which similar ones are looked for
ALIKE = 0.25  # cosine of weighed words from which a past case is shown
SUSPECT = 0.5  # suspicion from which a text counts as sent by the filter


@dataclass(frozen=True)
class Wanted:
    """Which cases a list holds."""

    spaces: Sequence[Space]
    state: str = "waiting"  # waiting, contested, pending, decided
    reason: Reason | None = None
    kind: str = ""
    source: str = ""  # citizens, visitors, filter, team
    older_than: int = 0  # days
    order: str = "priority"  # priority, oldest, suspect


def cases(wanted: Wanted) -> Select[Case]:
    """The cases of some spaces, filtered and in order."""
    statement = (
        select(Case)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Score, Score.contribution_id == Contribution.id)
        .where(Case.space_id.in_([space.id for space in wanted.spaces]))
        .options(
            joinedload(Case.contribution).joinedload(Contribution.author), joinedload(Case.space)
        )
    )
    statement = _in_state(statement, wanted.state)
    if wanted.reason is not None:
        statement = statement.where(or_(*(_reported(k, wanted.reason) for k in _REPORTS)))
    if wanted.kind:
        statement = statement.where(Contribution.kind == wanted.kind)
    if wanted.older_than:
        statement = statement.where(Case.opened_at <= now() - timedelta(days=wanted.older_than))
    return _in_order(_from(statement, wanted.source), wanted)


_REPORTS = (Report, VisitorReport)


def _reported(kind: type[Report] | type[VisitorReport], reason: Reason):
    return Case.id.in_(select(kind.case_id).where(kind.reason == reason))


def _in_state(statement: Select[Case], state: str) -> Select[Case]:
    if state == "decided":
        return statement.where(Case.state == CaseState.DECIDED)
    statement = statement.where(is_waiting())
    if state == "contested":
        return statement.where(Case.state == CaseState.CONTESTED)
    if state == "pending":
        return statement.where(Contribution.state == State.PENDING)
    return statement


def _from(statement: Select[Case], source: str) -> Select[Case]:
    by_visitors = Case.id.in_(select(VisitorReport.case_id))
    if source == "citizens":
        return statement.where(Case.report_count > 0)
    if source == "visitors":
        return statement.where(by_visitors)
    if source == "filter":
        return statement.where(Score.suspicion >= SUSPECT)
    if source == "team":
        return statement.where(Case.report_count == 0, ~by_visitors)
    return statement


def _in_order(statement: Select[Case], wanted: Wanted) -> Select[Case]:
    if wanted.state == "decided":
        return statement.order_by(Case.decided_at.desc(), Case.id.desc())
    if wanted.order == "oldest":
        return statement.order_by(Case.opened_at, Case.id)
    suspicion = func.coalesce(Score.suspicion, 0.0)
    if wanted.order == "suspect":
        return statement.order_by(suspicion.desc(), Case.opened_at, Case.id)
    return statement.order_by(
        Case.urgency.desc(), Case.report_count.desc(), suspicion.desc(), Case.opened_at, Case.id
    )


def neighbours(case: Case) -> tuple[int, int, int | None, int | None]:
    """The place of a case among those that wait in its space, how many they are, and the ids of
    the ones before and after; a case that does not wait stands before the first."""
    ids = list(
        db.session.scalars(
            cases(Wanted([case.space])).with_only_columns(Case.id, maintain_column_froms=True)
        )
    )
    if case.id not in ids:
        return 0, len(ids), None, ids[0] if ids else None
    place = ids.index(case.id)
    before = ids[place - 1] if place else None
    after = ids[place + 1] if place + 1 < len(ids) else None
    return place + 1, len(ids), before, after


# --- Clocks -----------------------------------------------------------------------------------


def clocks(some: Sequence[Case]) -> dict[int, Clock]:
    """Where each waiting case stands in time; a decided one has no clock."""
    waiting = [case for case in some if case.state in (CaseState.OPEN, CaseState.CONTESTED)]
    since, instant, zone = waiting_since(waiting), now(), active().zone
    return {case.id: clock_of(level_of(case), since[case.id], instant, zone) for case in waiting}


def level_of(case: Case) -> Level:
    """How soon a case should be decided."""
    if case.state is CaseState.CONTESTED:
        return Level.SECOND
    if case.urgency:
        return Level.URGENT
    return Level.WAITING if case.contribution.state is State.PENDING else Level.ORDINARY


def waiting_since(some: Collection[Case]) -> dict[int, datetime]:
    """Since when each case waits: it was opened, reported again after a decision, or contested."""
    again = [case.id for case in some if case.decided_at is not None]
    asked: dict[int, datetime] = {}
    if again:
        for kind in _REPORTS:
            asked |= _earliest(
                select(kind.case_id, func.min(kind.at))
                .join(Case, Case.id == kind.case_id)
                .where(kind.case_id.in_(again), kind.at > Case.decided_at)
                .group_by(kind.case_id)
            )
        asked |= _earliest(
            select(Decision.case_id, func.max(Plea.at))
            .join(Decision, Decision.id == Plea.decision_id)
            .join(Case, Case.id == Decision.case_id)
            .where(Decision.case_id.in_(again), Case.state == CaseState.CONTESTED)
            .group_by(Decision.case_id)
        )
    return {case.id: asked.get(case.id, case.decided_at or case.opened_at) for case in some}


def _earliest(statement: Select[int, datetime]) -> dict[int, datetime]:
    return dict(db.session.execute(statement).all())


def waiting_cases(spaces: Sequence[Space]) -> Sequence[Case]:
    """Every case that waits in these spaces."""
    return db.session.scalars(cases(Wanted(spaces))).all()


# --- What was decided before -------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """A decided case whose text resembles one; `alike` runs from 0 to 1."""

    case: Case
    decision: Decision
    alike: float


def similar_past(case: Case, at_most: int = 3) -> list[Past]:
    """Decided cases of the town whose texts say much the same, the nearest first.

    Words are weighed by their rarity among the last decided cases; two cases that were decided in
    opposite ways are both shown.
    """
    rows = db.session.execute(
        select(Case.id, Contribution.search_words)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.state == CaseState.DECIDED, Contribution.id != case.contribution_id)
        .order_by(Case.decided_at.desc())
        .limit(PAST)
    ).all()
    near = nearest(case.contribution.search_words, dict(rows.__iter__()), at_most)
    return _with_decisions(near)


def nearest(words: str, others: dict[int, str], at_most: int) -> list[tuple[int, float]]:
    """Which of some texts share most of their rare words with one: cosine, `ALIKE` at least."""
    mine = set(words.split())
    theirs = {key: set(text.split()) for key, text in others.items()}
    holders: dict[str, int] = defaultdict(int)
    for held in theirs.values():
        for word in held:
            holders[word] += 1
    weight = {w: log(1 + (1 + len(theirs)) / (1 + holders[w])) ** 2 for w in mine | set(holders)}
    own = sum(weight[word] for word in mine)
    found = []
    for key, held in theirs.items():
        shared = sum(weight[word] for word in mine & held)
        size = (own * sum(weight[word] for word in held)) ** 0.5
        if size and shared / size >= ALIKE:
            found.append((key, shared / size))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:at_most]


def _with_decisions(near: Sequence[tuple[int, float]]) -> list[Past]:
    ids = [key for key, _alike in near]
    statement = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.case_id.in_(ids), Decision.number == Case.turn)
        .options(joinedload(Decision.case).joinedload(Case.contribution))
    )
    last = {decision.case_id: decision for decision in db.session.scalars(statement)}
    return [Past(last[key].case, last[key], alike) for key, alike in near if key in last]


# --- Notes, batches, preferences ----------------------------------------------------------------


def notes_on(case: Case) -> Sequence[Note]:
    """What moderators noted about a text, whatever its version, oldest first."""
    return db.session.scalars(
        select(Note)
        .join(Case, Case.id == Note.case_id)
        .where(Case.contribution_id == case.contribution_id)
        .order_by(Note.at, Note.id)
        .options(joinedload(Note.by))
    ).all()


def load_batch(account: Account, batch_id: int) -> Batch:
    """A batch of one's own.

    Raises
    ------
    Missing
    """
    found = db.session.get(Batch, batch_id)
    if found is None or found.by_id != account.id:
        raise Missing()
    return found


def decisions_in(batch: Batch) -> Sequence[Decision]:
    """What a batch decided."""
    return db.session.scalars(
        select(Decision)
        .join(BatchItem, BatchItem.decision_id == Decision.id)
        .where(BatchItem.batch_id == batch.id)
        .order_by(Decision.id)
        .options(
            joinedload(Decision.case).joinedload(Case.contribution),
            joinedload(Decision.case).joinedload(Case.space),
        )
    ).all()


def chosen(spaces: Sequence[Space], ids: Collection[int]) -> Sequence[Case]:
    """These cases, of those that somebody may decide, in the order of the queue."""
    statement = cases(Wanted(spaces)).where(Case.id.in_(list(ids)))
    return db.session.scalars(statement).all()


def preference_of(account: Account) -> Preference:
    """How somebody works; with keys, and back to the list, until they say otherwise."""
    found = db.session.get(Preference, account.id)
    return found or Preference(account_id=account.id, has_keys=True, goes_on=False)


def past_of(author: Account) -> list[tuple[Outcome, int]]:
    """How moderators decided on a person's texts, by outcome."""
    rows = db.session.execute(
        select(Decision.outcome, func.count())
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Contribution.author_id == author.id)
        .group_by(Decision.outcome)
    )
    return [(outcome, size) for outcome, size in rows]
