"""The pages of a budget that everyone may open: envelopes, projects, voting, works, recount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.rules import may_take_part
from civic.clock import now
from civic.db import commit, db
from civic.errors import YES, Missing, Verdict, closed, no
from civic.i18n import full_datetime, gettext as _, language, ngettext
from civic.spaces.models import Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spreadsheets import sheet
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.responses import as_file, go, page, rendered, say
from votes.ballots.kinds import LABELS
from votes.ballots.models import Ballot, State as BallotState
from votes.budgets import actions, queries, rules, telling
from votes.budgets.bundle import bundle_of
from votes.budgets.forms import OUTCOMES, STAGES, STUDIES
from votes.budgets.models import Budget, Envelope, Project, Stage, State, WorksStep
from votes.budgets.rules import ORDER

bp = Blueprint("budgets", __name__, url_prefix="/spaces/<slug:slug>/budgets")
BY_OUTCOME = {"funded": 0, "tied": 1, "missed": 2, "": 3}  # the order on the page
COLUMNS = ("project", "url", "envelope", "amount", "name", "study", "reason", "cost", "outcome",
           "stage", "since", "proposals")  # fmt: skip


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: read about its budgets, vote, or follow the works."""
    found: dict[int, list[Budget]] = {space.id: [] for space in spaces}
    for budget in db.session.scalars(queries.budgets_in(spaces)).all():
        found[budget.space_id].append(budget)
    return {
        space.id: Markup("").join(_panel(budget) for budget in found[space.id]) for space in spaces
    }


def _panel(budget: Budget) -> Markup:
    is_open = bool(calendar(budget))
    links = [{"label": _("See the envelopes and projects"), "url": budget.url}]
    if is_open:
        links.insert(0, {"label": _("Vote on the budget"), "url": f"{budget.url}/vote"})
    elif any(ballot.state is BallotState.PUBLISHED for ballot in budget.ballots):
        links.append({"label": _("Follow the works"), "url": f"{budget.url}/works"})
    amount = sum(envelope.amount for envelope in budget.envelopes)
    return rendered(
        "spaces/_act.html",
        title=budget.title,
        text=ngettext(
            "%(sum)s in %(num)s envelope.", "%(sum)s in %(num)s envelopes.",
            len(budget.envelopes), sum=telling.euros(amount),
        ),
        verdict=is_open or no(_phase(budget)),
        until=budget.last_close if is_open else None,
        links=links,
    )  # fmt: skip


def _phase(budget: Budget) -> str:
    if budget.state is not State.VOTE:
        return _("Projects are gathered and studied.")
    if all(ballot.state is BallotState.PUBLISHED for ballot in budget.ballots):
        return _("The results are published.")
    return calendar(budget).reason


def calendar(budget: Budget) -> Verdict:
    """Whether any envelope takes votes now; the calendar may have been extended."""
    if budget.state is not State.VOTE:
        return no(_("Voting has not been opened."))
    if budget.is_open(now()):
        return YES
    if now() < budget.opens_at:
        return closed(_("Voting opens on %(when)s.", when=full_datetime(budget.opens_at)))
    return closed(_("Voting closed on %(when)s.", when=full_datetime(budget.last_close)))


@slots.fills("ballot.page")
def ballot_panel(ballots: Sequence[Ballot]) -> dict[int, Markup]:
    """On the ballot of an envelope: of which budget it is, and what its projects are."""
    return {
        ballot_id: rendered(
            "budgets/_of_ballot.html",
            envelope=envelope,
            budget=envelope.budget,
            projects=queries.offered_in(envelope),
            districts_rule=districts_rule(envelope.budget),
        )
        for ballot_id, envelope in queries.envelopes_of(ballots).items()
    }


def districts_rule(budget: Budget) -> str:
    """In which envelopes a person votes, in a sentence."""
    town = _("Everyone votes for the whole town.") if budget.town else ""
    if not budget.districts:
        return town
    if budget.by_residence:
        own = _("In the districts, verified inhabitants vote where they live.")
    elif budget.districts_each:
        own = ngettext(
            "Each person also chooses %(num)s district to vote in.",
            "Each person also chooses %(num)s districts to vote in.", budget.districts_each,
        )  # fmt: skip
    else:
        own = _("Everyone may vote in every district.")
    return f"{town} {own}".strip()


# --- Reading -----------------------------------------------------------------------------------


def is_official(space: Space) -> bool:
    """Whether the reader runs the budgets of this space."""
    return Role.OFFICIAL in roles_of(current_user, space)


def load(slug: str, budget_id: int) -> Budget:
    """A budget that the reader may see."""
    space = load_space(slug)
    team = bool(roles_of(current_user, space) & {Role.OFFICIAL, Role.AGENT})
    return queries.load_budget(space, budget_id, drafts=team)


def around(budget: Budget) -> dict[str, Any]:
    """What every page of a budget needs."""
    roles = roles_of(current_user, budget.space)
    return {
        "space": budget.space, "budget": budget, "now": now(), "labels": LABELS,
        "studies": STUDIES, "stages": STAGES, "outcomes": OUTCOMES,
        "is_official": Role.OFFICIAL in roles, "may_study": rules.may_study(roles),
        "is_open": calendar(budget), "districts_rule": districts_rule(budget),
    }  # fmt: skip


@bp.get("")
@open_to_all
def index(slug: str) -> Response:
    """Every budget of the space, the latest first."""
    space = load_space(slug)
    mine = is_official(space)
    found = db.session.scalars(queries.budgets_in([space], drafts=mine)).all()
    return page("budgets/index.html", space=space, is_official=mine, budgets=found, now=now())


@bp.get("/<id:budget_id>")
@open_to_all
def show(slug: str, budget_id: int) -> Response:
    """The envelopes with their projects, the vote, and why each was funded or not."""
    budget = load(slug, budget_id)
    projects = sorted(queries.projects_of(budget), key=lambda each: BY_OUTCOME[each.outcome])
    return page(
        "budgets/show.html",
        **around(budget),
        projects={
            envelope.id: [p for p in projects if p.envelope_id == envelope.id]
            for envelope in budget.envelopes
        },
        why=why(budget),
        spent={e.id: telling.spent(e.ballot.result) for e in _published(budget)},
        has_results=bool(_published(budget)),
    )


def _published(budget: Budget) -> list[Any]:
    return [
        envelope for envelope in budget.envelopes
        if envelope.ballot is not None and envelope.ballot.state is BallotState.PUBLISHED
    ]  # fmt: skip


def why(budget: Budget) -> dict[tuple[int, str], str]:
    """Why each project was funded or not, by envelope and key."""
    return {
        (envelope.id, key): sentence
        for envelope in _published(budget)
        for key, sentence in telling.reasons(envelope.ballot).items()
    }


@bp.get("/<id:budget_id>/projects/<id:project_id>")
@open_to_all
def project(slug: str, budget_id: int, project_id: int) -> Response:
    """One project: what it is, where it comes from, its study, its result, its works."""
    budget = load(slug, budget_id)
    found = queries.load_project(budget, project_id)
    sources = queries.sources_of([found]).get(found.id, [])
    return page(
        "budgets/project.html",
        **around(budget),
        project=found,
        sources=sources,
        not_public=len(queries.source_ids(found)) - len(sources),
        why=why(budget).get((found.envelope_id, found.option_key), ""),
        timeline=timeline(found),
        may_change=rules.may_change(budget),
        may_follow=rules.may_follow_works(found),
    )


def timeline(found: Project) -> list[tuple[Stage, WorksStep | None, str]]:
    """The stages of the works in order: the news that began each, and past, present or to come."""
    if not found.steps:
        return []
    last = {step.stage: step for step in found.steps}
    present = found.steps[-1].stage
    shown = [*ORDER, Stage.ABANDONED] if present is Stage.ABANDONED else list(ORDER)
    return [(stage, last.get(stage), _place(stage, present, stage in last)) for stage in shown]


def _place(stage: Stage, present: Stage, is_known: bool) -> str:
    if stage is present:
        return "present"
    if present is Stage.ABANDONED:
        return "past" if is_known else "never"
    return "past" if ORDER.index(stage) < ORDER.index(present) else "to come"


@bp.get("/<id:budget_id>/works")
@open_to_all
def works(slug: str, budget_id: int) -> Response:
    """What becomes of every funded project."""
    budget = load(slug, budget_id)
    funded = [found for found in queries.projects_of(budget) if found.outcome == "funded"]
    return page("budgets/works.html", **around(budget), projects=funded, counts=_stages(funded))


def _stages(funded: Sequence[Project]) -> Mapping[Stage, int]:
    at = [found.stage for found in funded]
    return {stage: at.count(stage) for stage in Stage if stage in at}


# --- Voting ------------------------------------------------------------------------------------


@bp.get("/<id:budget_id>/vote")
@open_to_all
def vote(slug: str, budget_id: int) -> Response:
    """In which envelopes I vote, and what is still to be done."""
    return _vote_page(load(slug, budget_id))


def _vote_page(budget: Budget, refused: str = "", status: int = 200) -> Response:
    chosen = queries.districts_of(current_user, budget)
    residence = queries.residence_of(current_user, budget)
    may_in = {
        envelope.id: rules.may_vote_in(envelope, current_user, chosen, residence)
        for envelope in budget.envelopes
    }
    mine = [e for e in budget.envelopes if e.is_town or e.id in chosen]
    voted = queries.voted_in(current_user, budget)
    offered = [e for e in budget.districts if may_in[e.id] and e.id not in chosen]
    reasons = [may_in[e.id].reason for e in budget.districts if not may_in[e.id]]
    return page(
        "budgets/vote.html",
        status,
        **around(budget),
        mine=mine,
        offered=offered,
        closed_districts=reasons[0] if reasons and not offered and not chosen else "",
        voted=voted,
        chosen=chosen,
        may_leave={e.id: rules.may_leave(e, e.id in voted) for e in budget.districts},
        counts={e.id: len(queries.offered_in(e)) for e in mine},
        may=calendar(budget) and may_take_part(current_user),
        refused=refused,
        errors=bool(refused),
    )


@bp.post("/<id:budget_id>/district")
@signed_in
def choose(slug: str, budget_id: int) -> Response:
    """Choose a district to vote in, or leave it (`leave=1`); leaving a vote behind asks first."""
    budget = load(slug, budget_id)
    envelope = _district(budget)
    if envelope is None:
        return _vote_page(budget, _("Choose one of the districts."), 422)
    if request.form.get("leave") == "1":
        return _leave(envelope)
    actions.choose_district(envelope, current_user)
    commit()
    say(_("You vote in %(name)s.", name=envelope.name))
    return go(f"{budget.url}/vote")


def _district(budget: Budget) -> Envelope | None:
    wanted = request.form.get("envelope", "")
    return next((e for e in budget.districts if str(e.id) == wanted), None)


def _leave(envelope: Envelope) -> Response:
    budget = envelope.budget
    has_voted = envelope.id in queries.voted_in(current_user, budget)
    if has_voted and request.form.get("sure") != "1":
        rules.may_choose(envelope, current_user, now()).require()
        rules.may_leave(envelope, has_voted).require()
        return page("budgets/leave.html", **around(budget), envelope=envelope)
    actions.leave_district(envelope, current_user)
    commit()
    say(_("You no longer vote in %(name)s.", name=envelope.name))
    return go(f"{budget.url}/vote")


# --- Data --------------------------------------------------------------------------------------


@bp.get("/<id:budget_id>/recount.zip")
@open_to_all
def recount(slug: str, budget_id: int) -> Response:
    """The anonymous ballots of every envelope, with rules and results, to be counted again."""
    budget = load(slug, budget_id)
    if not _published(budget):
        raise Missing()
    response = current_app.response_class(bundle_of(budget), mimetype="application/zip")
    return as_file(response, f"budget-{budget.space.slug}-{budget.id}.zip")


@bp.get("/<id:budget_id>/projects.csv")
@open_to_all
def table(slug: str, budget_id: int) -> Response:
    """Every project with its study, result and works, as a table."""
    budget = load(slug, budget_id)
    projects = queries.projects_of(budget)
    sources = queries.sources_of(projects)
    text = sheet(COLUMNS, [_row(each, sources.get(each.id, [])) for each in projects], language())
    response = current_app.response_class(text, mimetype="text/csv")
    return as_file(response, f"budget-{budget.space.slug}-{budget.id}.csv")


def _row(found: Project, sources: Sequence[Any]) -> tuple[object, ...]:
    return (
        found.id, url_for("budgets.project", slug=found.budget.space.slug,
                          budget_id=found.budget_id, project_id=found.id, _external=True),
        found.envelope.name, found.envelope.amount, found.name, found.study.value, found.reason,
        found.cost or "", found.outcome, found.stage.value if found.stage else "",
        found.steps[-1].since.isoformat() if found.steps else "",
        " ".join(str(source.id) for source in sources),
    )  # fmt: skip
