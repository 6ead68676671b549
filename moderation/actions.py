"""Report, open a case, decide, contest. Only decisions hide a text or bring it back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import func, select

from civic import audit
from civic.accounts.models import Account
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.contributions.actions import set_state
from civic.contributions.models import Contribution, State
from civic.db import db, insert_if_absent
from civic.errors import Conflict, TooMany
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation import queries, rules, telling
from moderation.models import (
    URGENT,
    Case,
    CaseState,
    Decision,
    Outcome,
    Plea,
    Reason,
    Report,
    VisitorReport,
)

WORDS_MAX = 2_000
A_DAY = 86_400


# --- Reporting --------------------------------------------------------------------------------


def open_case(contribution: Contribution) -> Case:
    """The case of a text as it stands, made if there is none."""
    row = {
        "space_id": contribution.space_id,
        "contribution_id": contribution.id,
        "version": contribution.version,
        "state": CaseState.OPEN,
        "urgency": 0,
        "report_count": 0,
        "turn": 0,
        "opened_at": now(),
    }
    insert_if_absent(Case, row)
    found = queries.case_of(contribution)
    assert found is not None
    return found


def report(
    contribution: Contribution, by: Account, reason: Reason, words: str = ""
) -> Report | None:
    """Point at a text; None when this person has pointed at this version already.

    Raises
    ------
    NotAllowed, SignInNeeded, TooMany
    """
    _lock(contribution)
    rules.may_report(by, contribution).require()
    if queries.reports_lately(by.id) >= rules.REPORTS_PER_DAY:
        raise TooMany(_("You have reported many texts today. Please go on tomorrow."), A_DAY)
    case = open_case(contribution)
    before = {found.reason for found in queries.reports_on([case])}
    row = {
        "case_id": case.id,
        "reporter_id": by.id,
        "reason": reason,
        "words": plain(words)[:WORDS_MAX],
        "at": now(),
    }
    if not insert_if_absent(Report, row):
        return None
    case.report_count = Case.report_count + 1
    contribution.report_count = Contribution.report_count + 1
    _wake(case, reason, before)
    return queries.report_by(by.id, contribution)


def report_as_visitor(
    contribution: Contribution, name: str, email: str, reason: Reason, words: str,
    language: str, origin: str,
) -> str:  # fmt: skip
    """Give notice of an illegal text without an account (DSA, article 16).

    Parameters
    ----------
    origin : str
        A mark of where the request came from.

    Returns
    -------
    str
        The token of the page that tells what becomes of it; a receipt by mail holds it too.

    Raises
    ------
    NotAllowed, TooMany
    """
    _lock(contribution)
    rules.may_be_reported(contribution).require()
    if queries.visitor_reports_lately(origin=origin) >= rules.VISITOR_REPORTS_PER_DAY:
        raise TooMany(_("Many reports came from this connection today. Sign in to go on."), A_DAY)
    case = open_case(contribution)
    before = {found.reason for found in queries.reports_on([case])}
    known = queries.visitor_reports_lately(email=email.casefold())
    token = secrets.token_urlsafe(32)
    row = VisitorReport(
        case_id=case.id, name=plain(name), email=email.casefold(), language=language,
        reason=reason, words=plain(words)[:WORDS_MAX], token_hash=hash_of(token), origin=origin,
        at=now(),
    )  # fmt: skip
    db.session.add(row)
    _wake(case, reason, before)
    if known < rules.RECEIPTS_PER_DAY:
        telling.receipt(row, contribution, token)
    return token


def _wake(case: Case, reason: Reason, before: set[Reason]) -> None:
    """Put a case before the moderators when something new is said about its text."""
    case.urgency = max(case.urgency, int(reason in URGENT))
    is_new = not before and case.state is CaseState.OPEN
    is_reopened = case.state is CaseState.DECIDED and reason not in before
    if is_reopened:
        case.state = CaseState.OPEN
    db.session.flush()
    if is_new or is_reopened:
        telling.moderators(case)


# --- Deciding ---------------------------------------------------------------------------------


def decide(
    case: Case, by: Account, outcome: Outcome, turn: int,
    reason: Reason | None = None, words: str = "", version: int | None = None,
) -> Decision:  # fmt: skip
    """Decide on a text as it stands, with the reason; every open case on it is answered.

    Parameters
    ----------
    turn : int
        How many decisions on the case the moderator has before their eyes.
    version : int, optional
        The version of the text that the moderator has read; by default the one of the case.

    Raises
    ------
    NotAllowed
        When this person may not decide on it, or does not say why.
    Conflict
        When somebody decided in the meantime, or the text changed.
    """
    contribution = case.contribution
    _lock(contribution)
    waiting = queries.waiting_on(contribution)
    rules.may_decide(
        by, roles_of(by, case.space), contribution,
        queries.reporters_of([case, *waiting]), queries.first_readers(waiting),
    ).require()  # fmt: skip
    rules.says_enough(outcome, reason, words).require()
    _require_as_read(case, turn, version or case.version)
    if outcome not in rules.outcomes_for(contribution):
        raise Conflict(_("This text is no longer in the state that you saw."))
    present = case if case.version == contribution.version else open_case(contribution)
    answered = [*(found for found in waiting if found is not present), present]
    return _settle(contribution, answered, by, outcome, reason, plain(words)[:WORDS_MAX])


def restore(case: Case, by: Account, turn: int, words: str = "") -> Decision:
    """Bring a hidden text back: one more decision, which leaves the earlier ones as they are."""
    return decide(case, by, Outcome.RESTORE, turn, words=words)


def _lock(contribution: Contribution) -> None:
    """Let decisions and reports on one text follow each other."""
    db.session.refresh(contribution, ["state", "version", "shaded"], with_for_update=True)


def _require_as_read(case: Case, turn: int, version: int) -> None:
    db.session.refresh(case, ["turn"])
    if case.turn != turn:
        raise Conflict(_("Another moderator decided on this case while you were reading it."))
    if case.contribution.version != version:
        raise Conflict(_("Its author has changed this text. Read the new version first."))


def _settle(
    contribution: Contribution, cases: Sequence[Case], by: Account, outcome: Outcome,
    reason: Reason | None, words: str,
) -> Decision:  # fmt: skip
    """Write the same decision on each case, the last of them being that of the present version."""
    why = reason if outcome is Outcome.HIDE else None
    decision = [_write_down(case, by, outcome, why, words) for case in cases][-1]
    audit.record(
        by, f"moderation.{outcome.value}", about=contribution, because=words,
        cases=[case.id for case in cases], reason=why.code if why else None,
    )  # fmt: skip
    if outcome is Outcome.HIDE:
        set_state(contribution, State.HIDDEN)
    elif outcome is Outcome.RESTORE:
        set_state(contribution, State.VISIBLE)
    telling.outcome(contribution, cases, decision)
    return decision


def _write_down(
    case: Case, by: Account, outcome: Outcome, reason: Reason | None, words: str
) -> Decision:
    last = db.session.scalar(select(func.max(Decision.number)).where(Decision.case_id == case.id))
    decision = Decision(
        case_id=case.id, number=(last or 0) + 1, outcome=outcome, reason=reason, words=words,
        by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(decision)
    case.state, case.decided_at, case.turn = CaseState.DECIDED, decision.at, decision.number
    db.session.flush()
    return decision


# --- Contesting -------------------------------------------------------------------------------


def contest(contribution: Contribution, by: Account, plea: str) -> None:
    """An author asks that somebody else read the decision again.

    Raises
    ------
    NotAllowed
    """
    last = queries.standing([contribution.id]).get(contribution.id)
    rules.may_contest(by, contribution, last, now()).require()
    assert last is not None
    row = {"decision_id": last.id, "words": plain(plea)[:WORDS_MAX], "at": now()}
    if not insert_if_absent(Plea, row):
        raise Conflict(_("You have contested this decision already."))
    last.case.state = CaseState.CONTESTED
    audit.record(by, "moderation.contested", about=contribution, case=last.case_id)
    notify(
        queries.readers_for(last.case, besides=[last.by_id]), "moderation.contested",
        about=contribution, slug=last.case.space.slug, case=last.case_id,
    )  # fmt: skip
    db.session.expire(last, ["plea"])
