"""Tell how the works of a funded project go. News is added, never changed."""

from __future__ import annotations

from datetime import date

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent, locked
from civic.errors import Invalid
from civic.settings import active
from civic.text import plain, to_html
from votes.budgets import rules
from votes.budgets.actions import tell_interested
from votes.budgets.models import Project, Stage, WorksStep, WorksTold


def today() -> date:
    """The present day in the town's zone."""
    return now().astimezone(active().zone).date()


def tell(
    project: Project, by: Account, stage: Stage, since: date, delivery: date | None, words: str
) -> WorksStep:
    """Add a piece of news; authors and supporters are told once for each stage."""
    locked(project.budget)  # two officials who write at once do so one after the other
    db.session.refresh(project, ["steps"])
    rules.may_follow_works(project).require()
    verdict = rules.may_step(project.stage, stage, since, delivery, words, today())
    if not verdict:
        raise Invalid("words", verdict.reason)
    step = WorksStep(
        project_id=project.id, stage=stage, since=since, delivery=delivery, words=plain(words),
        by_id=by.id, at=now(),
    )  # fmt: skip
    step.words_html = to_html(step.words)
    db.session.add(step)
    db.session.flush()
    audit.record(by, "project.works_told", about=project, because=step.words, stage=stage.value,
                 since=since.isoformat())  # fmt: skip
    if insert_if_absent(WorksTold, {"project_id": project.id, "stage": stage}):
        tell_interested(project, by, "votes.works", stage=stage.value)
    db.session.expire(project, ["steps"])
    return step
