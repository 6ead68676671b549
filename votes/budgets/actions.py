"""Prepare, announce, study, open, choose a district, and run the envelopes' ballots together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from civic import audit
from civic.accounts.models import Account, Visitor
from civic.clock import now
from civic.db import db, insert_if_absent, locked
from civic.errors import Conflict, Invalid, NotAllowed, Verdict
from civic.events import Event
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.models import Space
from civic.text import plain, to_html
from votes.ballots import actions as ballots, queries as ballot_queries, rules as ballot_rules
from votes.ballots.conditions import CONDITIONS
from votes.ballots.models import Act, Ballot
from votes.budgets import queries, rules
from votes.budgets.describing import mark
from votes.budgets.models import (
    Budget,
    DistrictChoice,
    Envelope,
    Project,
    ProjectSource,
    State,
    Study,
)

budget_opened = Event("budget.opened")
"""The vote of a budget is opened. Carries `budget_id`."""


@dataclass(frozen=True)
class EnvelopePlan:
    """One envelope as drafted, in euros."""

    name: str
    amount: int
    is_town: bool = False


def draft(
    space: Space, by: Account, title: str, rule: str, envelopes: Sequence[EnvelopePlan],
    **given: Any,
) -> Budget:  # fmt: skip
    """Start a budget that only the officials of the space see."""
    budget = Budget(space=space, drafted_by_id=by.id, state=State.DRAFT)
    _write(budget, title, rule, given)
    db.session.add(budget)
    db.session.flush()
    _set_envelopes(budget, envelopes)
    audit.record(by, "budget.drafted", about=budget)
    return budget


def redraft(
    budget: Budget, by: Account, title: str, rule: str, envelopes: Sequence[EnvelopePlan],
    **given: Any,
) -> None:  # fmt: skip
    """Change what is not frozen yet; an envelope that has projects keeps its name."""
    budget = locked(budget)
    rules.may_change(budget).require()
    _write(budget, title, rule, given)
    _set_envelopes(budget, envelopes)
    if budget.state is not State.DRAFT:
        audit.record(by, "budget.changed", about=budget)


def _write(budget: Budget, title: str, rule: str, given: dict[str, Any]) -> None:
    budget.title, budget.rule = plain(title), rule
    for field, value in given.items():
        setattr(budget, field, value)
    budget.description = plain(budget.description or "")
    budget.description_html = to_html(budget.description)


def _set_envelopes(budget: Budget, plans: Sequence[EnvelopePlan]) -> None:
    known = {envelope.name.casefold(): envelope for envelope in budget.envelopes}
    kept = {plain(plan.name).casefold() for plan in plans}
    in_use = {project.envelope_id for project in queries.projects_of(budget)}
    for name, envelope in known.items():
        if name not in kept and envelope.id in in_use:
            raise Invalid("envelopes", _(
                "“%(name)s” has projects: move them to another envelope before.",
                name=envelope.name))  # fmt: skip
    shift = 1_000 + len(known)  # positions are unique: make room before they are given anew
    for number, envelope in enumerate(list(budget.envelopes)):
        if envelope.name.casefold() not in kept:
            budget.envelopes.remove(envelope)
        else:
            envelope.position = shift + number
    db.session.flush()
    for position, plan in enumerate(plans, start=1):
        envelope = known.get(plain(plan.name).casefold()) or Envelope()
        envelope.name, envelope.amount = plain(plan.name), plan.amount
        envelope.is_town, envelope.position = plan.is_town, position
        if envelope not in budget.envelopes:
            budget.envelopes.append(envelope)
    db.session.flush()
    db.session.refresh(budget, ["envelopes"])


def announce(budget: Budget, by: Account) -> None:
    """Show the budget to everyone: its envelopes, its projects, and how their study goes."""
    budget = locked(budget)
    rules.may_announce(budget).require()
    budget.state = State.STUDY
    audit.record(by, "budget.announced", about=budget)


# --- Projects ----------------------------------------------------------------------------------


def add_project(
    budget: Budget, by: Account, envelope: Envelope, name: str, description: str,
    proposals: Collection[int] = (),
) -> Project:  # fmt: skip
    """Make a project, from proposals of the space or of the town's own."""
    budget = locked(budget)
    rules.may_change(budget).require()
    project = Project(budget_id=budget.id, created_at=now(), study=Study.WAITING)
    _describe(project, envelope, name, description)
    db.session.add(project)
    db.session.flush()
    _set_sources(project, proposals)
    audit.record(by, "project.added", about=project, proposals=sorted(proposals))
    return project


def change_project(
    project: Project, by: Account, envelope: Envelope, name: str, description: str,
    proposals: Collection[int] = (),
) -> None:  # fmt: skip
    """Change a project; where its envelope changes, a study that no longer fits is asked anew."""
    rules.may_change(locked(project.budget)).require()
    _describe(project, envelope, name, description)
    if project.is_offered and not rules.may_be_feasible(envelope, project.cost):
        project.study = Study.WAITING
    db.session.flush()
    _set_sources(project, proposals)
    audit.record(by, "project.changed", about=project, proposals=sorted(proposals))


def _describe(project: Project, envelope: Envelope, name: str, description: str) -> None:
    project.envelope_id, project.name = envelope.id, plain(name)
    project.description = plain(description)
    project.description_html = to_html(project.description)


def _set_sources(project: Project, wanted: Collection[int]) -> None:
    before, wanted = set(queries.source_ids(project)), set(wanted)
    new = wanted - before
    unknown = new - queries.usable(project.budget, new)
    if unknown:
        numbers = ", ".join(map(str, sorted(unknown)))
        raise Invalid("proposals", _(
            "There is no public proposal with this number here: %(numbers)s", numbers=numbers
        ))  # fmt: skip
    gone = sorted(before - wanted)
    db.session.execute(
        delete(ProjectSource).where(
            ProjectSource.project_id == project.id, ProjectSource.contribution_id.in_(gone)
        )
    )
    for number in sorted(new):
        row = {"project_id": project.id, "contribution_id": number, "budget_id": project.budget_id}
        if not insert_if_absent(ProjectSource, row):
            raise Invalid("proposals", _(
                "Proposal %(number)s is in another project of this budget.", number=number
            ))  # fmt: skip


def remove_project(project: Project, by: Account) -> None:
    """Take a project out that was made by mistake, before anybody studied it."""
    rules.may_change(locked(project.budget)).require()
    if project.study is not Study.WAITING or project.studied_at is not None:
        raise NotAllowed(_("This project was studied: what the study said stays public."))
    audit.record(by, "project.removed", about=project, name=project.name)
    db.session.execute(delete(ProjectSource).where(ProjectSource.project_id == project.id))
    db.session.delete(project)
    db.session.flush()


def study(project: Project, by: Account, found: Study, cost: int | None, reason: str) -> None:
    """Write down whether a project can be done and what it costs; authors are told."""
    budget = locked(project.budget)
    rules.may_change(budget).require()
    if found is Study.FEASIBLE:
        verdict = rules.may_be_feasible(project.envelope, cost)
        if not verdict:
            raise Invalid("cost", verdict.reason)
    if found is Study.INFEASIBLE and not reason.strip():
        raise Invalid("reason", _("Say why it cannot be done: its authors and everyone read this."))
    before = project.study
    project.study, project.cost = found, cost or None
    project.reason = plain(reason)
    project.reason_html = to_html(project.reason)
    project.studied_by_id, project.studied_at = by.id, now()
    db.session.flush()
    audit.record(by, "project.studied", about=project, found=found.value, cost=project.cost,
                 because=project.reason)  # fmt: skip
    if budget.state is State.STUDY and found is not before and found is not Study.WAITING:
        _tell(project, by, "votes.studied", found=found.value)


def _tell(project: Project, by: Account, verb: str, **details: Any) -> None:
    tell_interested(project, by, verb, authors_only=True, **details)


def tell_interested(
    project: Project, by: Account, verb: str, authors_only: bool = False, **details: Any
) -> None:
    """One notice to each person behind a project, however many of its proposals they care for."""
    told: set[int] = set()
    sources = queries.sources_of([project]).get(project.id, [])
    interested = queries.interested_in([source.id for source in sources])
    for source in sources:
        people = {source.author_id} if authors_only else interested[source.id]
        notify(people - told, verb, about=source, by=by, budget=project.budget_id,
               project=project.id, **details)  # fmt: skip
        told |= people


# --- The vote ----------------------------------------------------------------------------------


def open_vote(budget: Budget, by: Account) -> None:
    """Freeze everything; each envelope gets its ballot, with its feasible projects alone."""
    budget = locked(budget)
    rules.may_change(budget).require()
    found = list(rules.obstacles(budget, queries.projects_of(budget), roll_of(budget), now()))
    if found:
        raise NotAllowed(" ".join(found))
    for envelope in budget.envelopes:
        envelope.ballot = _ballot_of(envelope, by)
        ballots.open_ballot(envelope.ballot, by)
    db.session.flush()
    budget.definition_digest, budget.state = mark(budget), State.VOTE
    audit.record(by, "budget.opened", about=budget, digest=budget.definition_digest)
    budget_opened.send(db.session(), budget_id=budget.id)
    db.session.flush()


def roll_of(budget: Budget) -> int:
    """How many may vote, as things stand."""
    return ballot_queries.roll_size(Ballot(electorate=budget.electorate, space_id=budget.space_id))


def _ballot_of(envelope: Envelope, by: Account) -> Ballot:
    budget, projects = envelope.budget, queries.offered_in(envelope)
    for number, project in enumerate(projects, start=1):
        project.option_key = f"o{number}"
    plans = [ballots.OptionPlan(project.name, project.cost) for project in projects]
    return ballots.draft(
        budget.space, by, f"{budget.title} – {envelope.name}", budget.rule, plans,
        description=budget.description, budget=envelope.amount, least=1, most=0,
        allows_blank=True, allows_change=budget.allows_change, hides_turnout=budget.hides_turnout,
        shares_ballots=budget.shares_ballots, electorate=budget.electorate,
        opens_at=budget.opens_at, closes_at=budget.closes_at,
    )  # fmt: skip


def _hold(account_id: int) -> None:
    """One act of a person at a time, so that two ballots at one instant cannot pass a limit.

    SQLite's writers stand in line anyhow.
    """
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def choose_district(envelope: Envelope, by: Account) -> bool:
    """Say in which district one votes; False when this was said before."""
    rules.may_choose(envelope, by, now()).require()
    return _take_place(envelope, by)


def _take_place(envelope: Envelope, by: Account) -> bool:
    _hold(by.id)
    budget = envelope.budget
    chosen = queries.districts_of(by, budget)
    rules.may_vote_in(envelope, by, chosen, queries.residence_of(by, budget)).require()
    if envelope.id in chosen:
        return False
    row = {"budget_id": budget.id, "account_id": by.id, "envelope_id": envelope.id}
    places = budget.districts_each or len(budget.districts)
    if not any(insert_if_absent(DistrictChoice, row | {"place": n + 1}) for n in range(places)):
        raise Conflict(_("You have just chosen another district."))
    return True


def leave_district(envelope: Envelope, by: Account) -> None:
    """Choose a district no longer; a ballot cast there is taken out of the box, where allowed."""
    rules.may_choose(envelope, by, now()).require()
    assert envelope.ballot is not None
    ballot = locked(envelope.ballot, share=True)
    _hold(by.id)
    has_voted = ballot_queries.has_voted(ballot, by)
    rules.may_leave(envelope, has_voted).require()
    if has_voted:
        ballots.take_out(ballot, by)
    db.session.execute(
        delete(DistrictChoice).where(
            DistrictChoice.envelope_id == envelope.id, DistrictChoice.account_id == by.id
        )
    )


class DistrictRule:
    """The condition under which a district's ballot is cast: the budget's rule of districts."""

    def verdict(self, ballot: Ballot, viewer: Account | Visitor) -> Verdict:
        """Whether this person votes in this envelope."""
        envelope = queries.envelopes_of([ballot]).get(ballot.id)
        if envelope is None:
            return Verdict(True)
        budget = envelope.budget
        chosen = queries.districts_of(viewer, budget)
        return rules.may_vote_in(envelope, viewer, chosen, queries.residence_of(viewer, budget))

    def admit(self, ballot: Ballot, by: Account) -> None:
        """Take the place that the ballot needs, in its transaction."""
        envelope = queries.envelopes_of([ballot]).get(ballot.id)
        if envelope is not None and not envelope.is_town:
            _take_place(envelope, by)


CONDITIONS.append(DistrictRule())


# --- All envelopes at once ---------------------------------------------------------------------


def seal(budget: Budget, by: Account) -> int:
    """Seal and count every envelope whose vote is over; how many."""
    ready = [ballot for ballot in budget.ballots if ballot_rules.may_seal(ballot, now())]
    for ballot in ready:
        ballots.seal(ballot, by)
    return len(ready)


def ask(
    budget: Budget, by: Account, act: Act, because: str, closes_at: datetime | None = None
) -> int:
    """Ask for an act that takes two people, for every envelope that it concerns; how many."""
    concerned = [
        ballot for ballot in budget.ballots
        if ballot_rules.may_ask(ballot, act, now()) and not _waits(ballot, act)
    ]  # fmt: skip
    for ballot in concerned:
        ballots.ask(ballot, by, act, because, closes_at)
    return len(concerned)


def _waits(ballot: Ballot, act: Act) -> bool:
    return any(request.act is act for request in ballot_queries.waiting_requests(ballot))


def confirm(budget: Budget, by: Account, act: Act) -> int:
    """Confirm what somebody else asked for, for every envelope; how many."""
    done = 0
    for ballot in budget.ballots:
        for request in ballot_queries.waiting_requests(ballot):
            if request.act is act and request.asked_by_id != by.id:
                ballots.confirm(request, ballot, by)
                done += 1
    return done
