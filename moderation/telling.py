"""Tell people: moderators what waits, authors why, those who reported what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from civic.contributions.models import Contribution
from civic.notifications.actions import notify
from civic.outbox.actions import post
from moderation import queries
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


def outcome(contribution: Contribution, cases: Sequence[Case], decision: Decision) -> None:
    """Everyone concerned learns what was decided; an author whose text just stays is left alone."""
    notify(
        queries.reporters_of(cases), "moderation.settled", about=contribution,
        by=decision.by, outcome=decision.outcome.value,
    )  # fmt: skip
    for report in queries.visitors_of(cases):
        post(
            report.email, "moderation/mails/answered.txt", report.language, report=report,
            decision=decision, contribution_id=contribution.id,
        )  # fmt: skip
    if decision.outcome is not Outcome.KEEP:
        _author(contribution, cases, decision)


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
            contribution_id=contribution.id, was_reported=bool(queries.reports_on(cases)),
        )  # fmt: skip
