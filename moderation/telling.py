"""Tell people: moderators what waits, authors why, those who reported what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from civic.contributions.models import Contribution, State
from civic.db import db
from civic.notifications.actions import notify
from civic.outbox.actions import post
from moderation import queries
from moderation.deciding.statement import statement_of
from moderation.models import Case, Decision, Outcome, VisitorReport


def moderators(case: Case) -> None:
    """Something waits for those who can decide on it."""
    notify(
        queries.readers_for(case), "moderation.reported", about=case.contribution,
        slug=case.space.slug, case=case.id,
    )  # fmt: skip


def receipt(report: VisitorReport, contribution: Contribution, token: str) -> None:
    """Somebody without an account gets the number of their notice, and where to follow it."""
    post(
        report.email, "moderation/mails/received.txt", report.language, report=report,
        contribution_id=contribution.id, token=token,
    )  # fmt: skip


def changed(case: Case) -> None:
    """An author changed a text as moderators had asked."""
    notify(
        queries.readers_for(case), "moderation.changed", about=case.contribution,
        slug=case.space.slug, case=case.id,
    )  # fmt: skip


def taken_back(cases: Sequence[Case]) -> None:
    """Whoever reported a text that its author then took back has nothing to wait for."""
    space = cases[-1].space
    notify(queries.reporters_of(cases), "moderation.taken_back", space=space.title)
    for report in queries.visitors_of(cases):
        post(
            report.email, "moderation/mails/taken_back.txt", report.language, report=report,
        )  # fmt: skip


def outcome(contribution: Contribution, cases: Sequence[Case], decision: Decision) -> None:
    """Everyone concerned learns what was decided; an author whose text just stays is left alone."""
    _reporters(contribution, cases, decision)
    was_waiting = decision.effect is not None and decision.effect.state_before is State.PENDING
    if decision.outcome is not Outcome.KEEP or was_waiting:
        _author(contribution, cases, decision)
    if decision.outcome is Outcome.HIDE:
        _thread(contribution, decision)
    elif decision.outcome is Outcome.MERGE and decision.effect is not None:
        into = db.session.get_one(Contribution, decision.effect.details["into"])
        notify([into.author_id], "moderation.joined", about=into, duplicate=contribution.id)


def _reporters(contribution: Contribution, cases: Sequence[Case], decision: Decision) -> None:
    notify(
        queries.reporters_of(cases), "moderation.settled", about=contribution,
        by=decision.by, outcome=decision.outcome.value,
    )  # fmt: skip
    for report in queries.visitors_of(cases):
        post(
            report.email, "moderation/mails/answered.txt", report.language, report=report,
            decision=decision, contribution_id=contribution.id,
        )  # fmt: skip


def _thread(contribution: Contribution, decision: Decision) -> None:
    """Those whose comments went with a hidden text learn that nothing is held against them."""
    gone = queries.concealed_by(decision) - {contribution.id}
    authors = select(Contribution.author_id).where(Contribution.id.in_(gone))
    notify(
        set(db.session.scalars(authors)) - {contribution.author_id}, "moderation.went_with_it",
        about=contribution,
    )  # fmt: skip


def undone(contribution: Contribution, cases: Sequence[Case], decision: Decision) -> None:
    """What everyone had been told does not hold any more."""
    notify(
        queries.reporters_of(cases), "moderation.undone", about=contribution, by=decision.by,
        is_mine=False,
    )  # fmt: skip
    author = queries.author_of(contribution)
    if decision.outcome is Outcome.KEEP:
        return
    notify([author.id], "moderation.undone", about=contribution, is_mine=True)
    if author.email:
        post(
            author.email, "moderation/mails/undone.txt", author.language, name=author.name,
            label=contribution.label, space=cases[-1].space.title,
            contribution_id=contribution.id,
        )  # fmt: skip


def _author(contribution: Contribution, cases: Sequence[Case], decision: Decision) -> None:
    author = queries.author_of(contribution)
    notify(
        [author.id], "moderation.decided", about=contribution,
        outcome=decision.outcome.value, reason=decision.reason.value if decision.reason else "",
    )  # fmt: skip
    if author.email:
        post(
            author.email, "moderation/mails/decided.txt", author.language, name=author.name,
            label=contribution.label, decision=decision, space=cases[-1].space.title,
            contribution_id=contribution.id,
            statement=statement_of(decision, contribution, bool(queries.reports_on(cases))),
        )  # fmt: skip
