"""Report, open a case, decide, contest. Only decisions hide a text or bring it back."""

from __future__ import annotations

from sqlalchemy import func, select, update

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.actions import set_state
from civic.contributions.models import Contribution, State
from civic.db import db, insert_if_absent
from civic.errors import Conflict, TooMany
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.outbox.actions import post
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation import queries, rules
from moderation.models import URGENT, Case, CaseState, Decision, Outcome, Reason, Report

WORDS_MAX = 2_000


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
        "plea": "",
    }
    insert_if_absent(Case, row)
    found = queries.case_of(contribution)
    assert found is not None
    return found


def report(contribution: Contribution, by: Account, reason: Reason, words: str = "") -> bool:
    """Point at a text; False when this person has pointed at this version already.

    Raises
    ------
    NotAllowed, SignInNeeded, TooMany
    """
    rules.may_report(by, contribution).require()
    if queries.reports_lately(by.id) >= rules.REPORTS_PER_HOUR:
        raise TooMany(
            _("You have reported many texts in one hour. Please wait a little."), retry_after=3_600
        )
    case = open_case(contribution)
    row = {
        "case_id": case.id,
        "reporter_id": by.id,
        "reason": reason,
        "words": plain(words)[:WORDS_MAX],
        "at": now(),
    }
    if not insert_if_absent(Report, row):
        return False
    _add_report(case, contribution, urgent=reason in URGENT)
    return True


def _add_report(case: Case, contribution: Contribution, urgent: bool) -> None:
    case.report_count = Case.report_count + 1
    case.urgency = max(case.urgency, int(urgent))
    is_first = not case.turn and case.state is CaseState.OPEN
    contribution.report_count = Contribution.report_count + 1
    db.session.flush()
    if is_first and db.session.scalar(select(Case.report_count).where(Case.id == case.id)) == 1:
        notify(
            queries.moderators_of(case.space), "moderation.reported", about=contribution,
            slug=case.space.slug, case=case.id,
        )  # fmt: skip


def decide(
    case: Case, by: Account, outcome: Outcome, turn: int,
    reason: Reason | None = None, words: str = "",
) -> Decision:  # fmt: skip
    """Keep, hide or restore one version of a text, with its reason.

    Parameters
    ----------
    turn : int
        How many acts on the case the moderator has before their eyes.

    Raises
    ------
    NotAllowed
        When this person may not decide on it, or does not say why.
    Conflict
        When somebody decided in the meantime, or the text changed.
    """
    contribution = case.contribution
    reporters = {found.reporter_id for found in queries.reports_of(case)}
    roles = roles_of(by, case.space)
    rules.may_decide(by, roles, case, reporters, queries.deciders_of(case)).require()
    rules.says_enough(outcome, reason, words).require()
    _require_as_seen(case, contribution)
    _take_turn(case, turn)
    if outcome not in rules.outcomes_for(contribution):
        raise Conflict(_("This text is no longer in the state that you saw."))
    decision = _write_down(case, by, outcome, reason, plain(words)[:WORDS_MAX])
    _carry_out(contribution, outcome)
    _tell(case, decision, reporters)
    return decision


def _require_as_seen(case: Case, contribution: Contribution) -> None:
    db.session.refresh(contribution, ["state", "version"], with_for_update=True)
    if contribution.version != case.version:
        raise Conflict(_("Its author has changed this text. Read the new version first."))
    if contribution.state is State.REMOVED:
        raise Conflict(_("Its author has taken this text back: there is nothing to decide."))


def _take_turn(case: Case, turn: int) -> None:
    passed = db.session.execute(
        update(Case)
        .where(Case.id == case.id, Case.turn == turn)
        .values(turn=Case.turn + 1)
        .execution_options(synchronize_session=False)
    )
    if not passed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("Another moderator decided on this case while you were reading it."))


def _write_down(
    case: Case, by: Account, outcome: Outcome, reason: Reason | None, words: str
) -> Decision:
    last = db.session.scalar(select(func.max(Decision.number)).where(Decision.case_id == case.id))
    decision = Decision(
        case_id=case.id, number=(last or 0) + 1, outcome=outcome,
        reason=reason if outcome is Outcome.HIDE else None, words=words, by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(decision)
    case.state, case.decided_at = CaseState.DECIDED, now()
    audit.record(
        by, f"moderation.{outcome.value}", about=case.contribution, because=words,
        case=case.id, reason=reason.value if reason else None,
    )  # fmt: skip
    db.session.flush()
    db.session.refresh(case, ["turn"])
    return decision


def _carry_out(contribution: Contribution, outcome: Outcome) -> None:
    if outcome is Outcome.HIDE:
        set_state(contribution, State.HIDDEN)
    elif outcome is Outcome.RESTORE:
        set_state(contribution, State.VISIBLE)


def _tell(case: Case, decision: Decision, reporters: set[int]) -> None:
    contribution, outcome = case.contribution, decision.outcome
    notify(
        reporters, "moderation.settled", about=contribution, by=decision.by,
        outcome=outcome.value,
    )  # fmt: skip
    if outcome is Outcome.KEEP and not case.pleaded_at:
        return
    author = queries.author_of(contribution)
    notify(
        [author.id], "moderation.decided", about=contribution,
        outcome=outcome.value, reason=decision.reason.value if decision.reason else "",
        words=decision.words, decision=decision.id,
    )  # fmt: skip
    if author.email:
        post(
            author.email, "moderation/mails/decided.txt", author.language, name=author.name,
            label=contribution.label, decision=decision, space=case.space.title,
            contribution_id=contribution.id,
        )  # fmt: skip


def contest(case: Case, by: Account, plea: str) -> None:
    """An author asks that another moderator read the decision again."""
    is_hidden = case.contribution.state is State.HIDDEN
    rules.may_contest(by, case, is_hidden, now()).require()
    case.plea, case.pleaded_at, case.state = plain(plea), now(), CaseState.CONTESTED
    audit.record(by, "moderation.contested", about=case.contribution, case=case.id)
    others = set(queries.moderators_of(case.space)) - queries.deciders_of(case)
    notify(
        others, "moderation.contested", about=case.contribution,
        slug=case.space.slug, case=case.id,
    )  # fmt: skip
    db.session.flush()
