"""Report, claim a case, decide, undo, contest. Only decisions limit a text or bring it back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from civic import audit
from civic.accounts.models import Account
from civic.accounts.queries import hash_of
from civic.clock import now
from civic.contributions import actions as contributions
from civic.contributions.models import Contribution, State
from civic.db import db, insert_if_absent
from civic.errors import Conflict, NotAllowed, TooMany
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.models import Role
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation import queries, rules, telling
from moderation.deciding import effects
from moderation.deciding.effects import Target
from moderation.models import (
    RESTRICTING,
    URGENT,
    Capacity,
    Case,
    CaseState,
    Claim,
    Decision,
    Effect,
    Measure,
    Outcome,
    Plea,
    Reason,
    Report,
    Request,
    Sender,
    VisitorReport,
)
from moderation.sanctions.actions import judge_reporters
from moderation.sanctions.queries import in_force

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
    is_new = insert_if_absent(Case, row)
    found = queries.case_of(contribution)
    assert found is not None
    if is_new:
        audit.record(None, "moderation.opened", about=contribution, case=found.id)
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
    if queries.reports_lately(by.id) >= _reports_per_day(by):
        raise TooMany(_("You have reported many texts today. Please go on tomorrow."), A_DAY)
    case = open_case(contribution)
    before = {found.reason for found in queries.reports_on([case])}
    row = {
        "case_id": case.id,
        "reporter_id": by.id,
        "reason": reason,
        "words": plain(words)[:WORDS_MAX],
        "capacity": _capacity(by, contribution),
        "at": now(),
    }
    if not insert_if_absent(Report, row):
        return None
    case.report_count = Case.report_count + 1
    contribution.report_count = Contribution.report_count + 1
    if row["capacity"] is Capacity.OFFICIAL:
        audit.record(
            by, "moderation.asked_by_official", about=contribution, case=case.id, reason=reason.code
        )
    _wake(case, reason, before)
    return queries.report_by(by.id, contribution)


def _reports_per_day(by: Account) -> int:
    limit = in_force(by.id, Measure.REPORT_LIMIT)
    return rules.LIMITED_REPORTS_PER_DAY if limit else rules.REPORTS_PER_DAY


def _capacity(by: Account, contribution: Contribution) -> Capacity:
    """An official reports like anyone; that they are one is written down and counted."""
    is_official = Role.OFFICIAL in roles_of(by, contribution.space)
    return Capacity.OFFICIAL if is_official else Capacity.CITIZEN


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
        audit.record(None, "moderation.reopened", about=case.contribution, case=case.id)
    db.session.flush()
    if is_new or is_reopened:
        telling.moderators(case)


# --- Before a text is public ------------------------------------------------------------------


def let_out(row: Contribution) -> bool:
    """Publish a draft, or hold it for a moderator where the rules ask for it.

    Returns
    -------
    bool
        Whether it is public.

    Raises
    ------
    TooMany
        When the moderators limited its author, who has written enough for today.
    """
    author = queries.author_of(row)
    is_limited = author.limited_until is not None and author.limited_until > now()
    if is_limited and queries.written_lately(author.id, row.id) >= rules.LIMITED_TEXTS_PER_DAY:
        raise TooMany(_("The moderators limited how much you write in a day."), A_DAY)
    is_of_the_team = bool(roles_of(author, row.space)) or author.is_administrator
    if not rules.must_wait(
        row.space.premoderation, queries.accepted_count(author.id), is_of_the_team, is_limited
    ):
        contributions.publish(row)
        return True
    contributions.set_state(row, State.PENDING)
    contributions.follow(row, row.author_id)
    case = open_case(row)
    telling.moderators(case)
    return False


def note_change(row: Contribution) -> None:
    """Its author changed a text: one that moderators asked to change comes back to them."""
    asked = queries.standing_asks([row.id]).get(row.id)
    if asked is None or asked.case.version == row.version or asked.effect is None:
        return
    asked.effect.details = {**asked.effect.details, "answered_by_version": row.version}
    case = open_case(row)
    audit.record(None, "moderation.changed_as_asked", about=row, case=case.id)
    telling.changed(case)


def note_taken_back(row: Contribution) -> None:
    """Its author took a text back: what waits is closed, and those who reported it know."""
    closed = queries.waiting_on(row)
    if not closed:
        return
    for case in closed:
        case.state = CaseState.CLOSED
    queries.drop_claims(closed)
    db.session.flush()
    audit.record(
        None, "moderation.taken_back", about=row, cases=[case.id for case in closed],
        reports=len(queries.reports_on(closed)),
    )  # fmt: skip
    telling.taken_back(closed)


def is_asked_to_change(row: Contribution) -> bool:
    """Whether moderators asked its author to change a text, and wait for it."""
    return row.id in queries.standing_asks([row.id])


# --- Claiming ---------------------------------------------------------------------------------


def claim(case: Case, by: Account) -> Claim:
    """Say that one is reading a case; whoever read it before loses it.

    Raises
    ------
    NotAllowed
        When this person may not decide on it.
    """
    contribution = case.contribution
    waiting = {case, *queries.waiting_on(contribution)}
    rules.may_decide(
        by, roles_of(by, case.space), contribution, queries.reporters_of(waiting),
        queries.first_readers(waiting),
    ).require()  # fmt: skip
    found = queries.claim_on(case)
    until = now() + rules.CLAIM_LASTS
    if found is None:
        insert_if_absent(Claim, {"case_id": case.id, "by_id": by.id, "until": until})
        found = queries.claim_on(case)
        assert found is not None
    found.by_id, found.until = by.id, until
    db.session.flush()
    db.session.refresh(found)
    return found


def leave(case: Case, by: Account) -> None:
    """Give a case back that one has not decided."""
    db.session.execute(delete(Claim).where(Claim.case_id == case.id, Claim.by_id == by.id))


# --- Deciding ---------------------------------------------------------------------------------


def decide(
    case: Case, by: Account, outcome: Outcome, turn: int,
    reason: Reason | None = None, words: str = "", version: int | None = None,
    target: Target | None = None, is_unfounded: bool = False,
) -> Decision:  # fmt: skip
    """Decide on a text as it stands, with the reason; every open case on it is answered.

    Parameters
    ----------
    turn : int
        How many decisions on the case the moderator has before their eyes.
    version : int, optional
        The version of the text that the moderator has read; by default the one of the case.
    target : Target, optional
        The words to mask, the place to move to, or the text to join.
    is_unfounded : bool
        Of a text that is kept: nobody could have meant these reports.

    Raises
    ------
    NotAllowed
        When this person may not decide on it, does not say why, or the target does not fit.
    Conflict
        When somebody decided in the meantime or reads it now, or the text changed.
    """
    contribution = case.contribution
    _lock(contribution)
    waiting = queries.waiting_on(contribution)
    contested = queries.contested_among(waiting)
    rules.may_decide(
        by, roles_of(by, case.space), contribution,
        queries.reporters_of([case, *waiting]), {decision.by_id for decision in contested},
    ).require()  # fmt: skip
    before = contested[-1] if contested else None
    rules.says_enough(outcome, reason, words, before is not None).require()
    _require_as_read(case, turn, version or case.version)
    _require_free(case, by)
    if outcome not in rules.outcomes_for(contribution, before.outcome if before else None):
        raise Conflict(_("This text is no longer in the state that you saw."))
    target = target or Target()
    effects.may_apply(outcome, contribution, target).require()
    if outcome is Outcome.MOVE:
        _require_a_place_of_theirs(by, target)
    present = case if case.version == contribution.version else open_case(contribution)
    answered = [*(found for found in waiting if found is not present), present]
    verdict = _Verdict(outcome, reason, plain(words)[:WORDS_MAX], is_unfounded)
    return _settle(contribution, answered, by, verdict, target, before)


@dataclass(frozen=True)
class _Verdict:
    """What a moderator decides, in one value."""

    outcome: Outcome
    reason: Reason | None = None
    words: str = ""
    is_unfounded: bool = False


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


def _require_free(case: Case, by: Account) -> None:
    free = rules.is_free(queries.claim_on(case), by, now())
    if not free:
        raise Conflict(free.reason)


def _require_a_place_of_theirs(by: Account, target: Target) -> None:
    """Nobody moves a text to where they do not moderate."""
    space = target.space or (target.root.space if target.root else None)
    if space is not None and not rules.may_moderate(by, roles_of(by, space)):
        raise NotAllowed(_("You do not moderate there: ask an administrator to move it."))


def _settle(
    contribution: Contribution, cases: Sequence[Case], by: Account, verdict: _Verdict,
    target: Target, contested: Decision | None,
) -> Decision:  # fmt: skip
    """Write the same decision on each case, the last of them being that of the present version."""
    state, standings = contribution.state, [case.state for case in cases]
    decisions = [_write_down(case, by, verdict) for case in cases]
    main = decisions[-1]
    _keep_effects(decisions, standings, state)
    main_effect = db.session.get_one(Effect, main.id)
    main_effect.details = _carry_out(main, contribution, target, contested)
    db.session.flush()
    _record(by, main, cases, contribution, main_effect)
    queries.drop_claims(cases)
    telling.outcome(contribution, cases, main)
    if verdict.is_unfounded:
        judge_reporters(queries.reporters_of(cases), main)
    return main


def _write_down(case: Case, by: Account, verdict: _Verdict) -> Decision:
    last = db.session.scalar(select(func.max(Decision.number)).where(Decision.case_id == case.id))
    decision = Decision(
        case_id=case.id, number=(last or 0) + 1, outcome=verdict.outcome,
        reason=verdict.reason if verdict.outcome in RESTRICTING else None, words=verdict.words,
        is_unfounded=verdict.is_unfounded and verdict.outcome is Outcome.KEEP, by_id=by.id,
        at=now(),
    )  # fmt: skip
    db.session.add(decision)
    case.state, case.decided_at, case.turn = CaseState.DECIDED, decision.at, decision.number
    db.session.flush()
    return decision


def _keep_effects(
    decisions: Sequence[Decision], standings: Sequence[CaseState], state: State
) -> None:
    main = decisions[-1]
    for decision, standing in zip(decisions, standings, strict=True):
        db.session.add(
            Effect(
                decision_id=decision.id, main_id=None if decision is main else main.id,
                state_before=state, case_before=standing, details={},
            )
        )  # fmt: skip
    db.session.flush()


def _carry_out(
    main: Decision, contribution: Contribution, target: Target, contested: Decision | None
) -> dict[str, Any]:
    """Change the text as decided; what the reversal will need."""
    if main.outcome is Outcome.CONFIRM:
        return {}
    if main.outcome is Outcome.RESTORE:
        return _reverse_standing(main, contribution, contested, State.VISIBLE)
    details = effects.apply(main, contribution, target)
    if main.outcome is Outcome.MASK and contribution.is_visible:
        details |= _end_hiding(main, contribution)
    return details


def _reverse_standing(
    main: Decision, contribution: Contribution, contested: Decision | None, back_to: State
) -> dict[str, Any]:
    standing = contested or next(iter(queries.restrictions_on(contribution)), None)
    if standing is None:
        raise Conflict(_("This text is no longer in the state that you saw."))
    effect = db.session.get_one(Effect, standing.id)
    effects.reverse(standing, effect, contribution, back_to)
    effect.reversed_by_id = main.id
    return {"reverses": standing.id}


def _end_hiding(main: Decision, contribution: Contribution) -> dict[str, Any]:
    """A hidden text that comes back with words masked is hidden no more."""
    ended = [d for d in queries.restrictions_on(contribution) if d.outcome is Outcome.HIDE]
    for decision in ended:
        db.session.get_one(Effect, decision.id).reversed_by_id = main.id
    return {"reverses": ended[0].id} if ended else {}


def _record(
    by: Account, main: Decision, cases: Sequence[Case], contribution: Contribution, effect: Effect
) -> None:
    kept = {k: v for k, v in effect.details.items() if k not in ("passages", "memo")}
    audit.record(
        by, f"moderation.{main.outcome.value}", about=contribution, because=main.words,
        cases=[case.id for case in cases], reason=main.reason.code if main.reason else None,
        state=contribution.state.value, **kept,
    )  # fmt: skip


# --- Undoing ----------------------------------------------------------------------------------


def undo(case: Case, by: Account, turn: int) -> Decision:
    """Take one's own last decision back within a day: everything stands as before it.

    Raises
    ------
    NotAllowed
        When it is not theirs, too old, or contested.
    Conflict
        When somebody decided or the author changed something since.
    """
    contribution = case.contribution
    _lock(contribution)
    db.session.refresh(case, ["turn"])
    if case.turn != turn:
        raise Conflict(_("Another moderator decided on this case while you were reading it."))
    last = queries.last_main_decision(case)
    rules.may_undo(by, last, now()).require()
    assert last is not None
    rules.may_moderate(by, roles_of(by, case.space)).require()
    if queries.decisions_on(contribution)[0].at > last.at:
        raise Conflict(_("Another decision was taken on this text since."))
    return _take_back(contribution, last, by)


def _take_back(contribution: Contribution, last: Decision, by: Account) -> Decision:
    effect = db.session.get_one(Effect, last.id)
    _reverse_for_undo(contribution, last, effect)
    group = queries.repeated(last)
    undone = []
    for decision in group:
        case, standing = decision.case, db.session.get_one(Effect, decision.id)
        made = _write_down(case, by, _Verdict(Outcome.UNDO))
        undone.append(made)
        case.state = standing.case_before
        standing.reversed_by_id = made.id
    _keep_effects(undone, [CaseState.DECIDED] * len(undone), contribution.state)
    main = undone[-1]
    cases = [decision.case for decision in group]
    standings = {str(case.id): case.state.value for case in cases}
    for decision in undone:
        db.session.get_one(Effect, decision.id).details = {
            "reverses": last.id, "standings": standings,
        }  # fmt: skip
    _record(by, main, cases, contribution, db.session.get_one(Effect, main.id))
    db.session.flush()
    for case in cases:
        insert_if_absent(
            Claim, {"case_id": case.id, "by_id": by.id, "until": now() + rules.CLAIM_LASTS}
        )
    telling.undone(contribution, cases, last)
    return main


def _reverse_for_undo(contribution: Contribution, last: Decision, effect: Effect) -> None:
    if contribution.state is State.REMOVED:
        return
    reversed_id = effect.details.get("reverses")
    effects.reverse(last, effect, contribution, effect.state_before)
    if reversed_id is None:
        return
    before = db.session.get_one(Decision, reversed_id)
    kept = db.session.get_one(Effect, reversed_id)
    if last.outcome is Outcome.RESTORE and before.outcome in RESTRICTING:
        effects.repeat(before, kept, contribution)
    kept.reversed_by_id = None


# --- Contesting -------------------------------------------------------------------------------


def contest(contribution: Contribution, by: Account, plea: str) -> None:
    """An author asks that somebody else read the decision that limits their text again.

    Raises
    ------
    NotAllowed
    """
    _lock(contribution)
    last = queries.to_contest(contribution)
    rules.may_contest(by, contribution, last, now()).require()
    assert last is not None
    _plead(last, plea, by_id=by.id)
    audit.record(by, "moderation.contested", about=contribution, case=last.case_id)


def contest_as_reporter(report: Report | VisitorReport, plea: str) -> None:
    """Whoever reported a text that was kept asks that somebody else read it again.

    Raises
    ------
    NotAllowed
    """
    contribution = report.case.contribution
    _lock(contribution)
    last = queries.answer_to(report)
    rules.may_be_reported(contribution).require()
    rules.may_contest_as_reporter(last, now()).require()
    assert last is not None
    if isinstance(report, Report):
        _plead(last, plea, by_id=report.reporter_id)
    else:
        _plead(last, plea, visitor_id=report.id)
    by = db.session.get(Account, report.reporter_id) if isinstance(report, Report) else None
    audit.record(by, "moderation.contested", about=contribution, case=last.case_id)


def _plead(last: Decision, plea: str, **whose: int) -> None:
    row = {"decision_id": last.id, "words": plain(plea)[:WORDS_MAX], "at": now(), **whose}
    if not insert_if_absent(Plea, row):
        raise Conflict(_("You have contested this decision already."))
    last.case.state = CaseState.CONTESTED
    db.session.flush()
    notify(
        queries.readers_for(last.case, besides=[last.by_id]), "moderation.contested",
        about=last.case.contribution, slug=last.case.space.slug, case=last.case_id,
    )  # fmt: skip
    db.session.expire(last, ["plea"])


# --- Requests from outside --------------------------------------------------------------------


def note_request(case: Case, by: Account, sender: Sender, name: str, words: str) -> Request:
    """Write down that an authority or the town asked for a text to be looked at."""
    rules.may_moderate(by, roles_of(by, case.space)).require()
    made = Request(
        case_id=case.id, sender=sender, name=plain(name)[:150], words=plain(words)[:WORDS_MAX],
        by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(made)
    audit.record(
        by, "moderation.requested", about=case.contribution, case=case.id, sender=sender.value
    )
    return made
