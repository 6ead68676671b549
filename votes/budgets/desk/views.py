"""The team's pages of a budget: envelopes, projects, studies, and the acts on all ballots."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import commit, db
from civic.errors import Invalid, Missing
from civic.i18n import gettext as _, ngettext
from civic.spaces.doors import role
from civic.spaces.models import Role
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import signed_in
from civic.web.forms import CivicForm
from civic.web.once import once
from civic.web.paging import page_of
from civic.web.responses import go, page, say
from votes.ballots import queries as ballots, rules as ballot_rules
from votes.ballots.forms import ACTS, RequestForm
from votes.ballots.models import Act
from votes.ballots.views import require_fresh_for
from votes.budgets import actions, queries, rules
from votes.budgets.forms import BudgetForm, ProjectForm, StudyForm
from votes.budgets.models import Budget, Envelope, Project, Study
from votes.budgets.views import around, bp, load

official = role(Role.OFFICIAL)
studying = role(Role.OFFICIAL, Role.AGENT)


def refused(form: CivicForm, error: Invalid) -> None:
    """Put what an action could not take beside its field."""
    field = form[error.field] if error.field in form else next(iter(form))
    field.errors = [*field.errors, str(error)]


@bp.get("/new")
@official
def new(slug: str) -> Response:
    """The form of a new budget."""
    return _drafting(slug, BudgetForm(formdata=None))


def _drafting(
    slug: str, form: BudgetForm, status: int = 200, budget: Budget | None = None
) -> Response:
    return page("budgets/edit.html", status, space=load_space(slug), form=form, budget=budget)


@bp.post("/new")
@official
@once
def create(slug: str) -> Response:
    """Make the draft."""
    space, form = load_space(slug), BudgetForm()
    if not form.validate():
        db.session.rollback()
        return _drafting(slug, form, 422)
    budget = actions.draft(
        space, current_user, form.title.data, form.rule.data, form.envelopes(), **form.given()
    )
    address = f"{budget.url}/desk"
    commit(landing=address)
    say(_("The draft is saved: only the officials of this space see it."))
    return go(address)


@bp.get("/<id:budget_id>/edit")
@official
def edit(slug: str, budget_id: int) -> Response:
    """The form of a budget whose vote is not open."""
    budget = load(slug, budget_id)
    rules.may_change(budget).require()
    return _drafting(slug, BudgetForm.of(budget), budget=budget)


@bp.post("/<id:budget_id>/edit")
@official
def save(slug: str, budget_id: int) -> Response:
    """Write it anew."""
    budget, form = load(slug, budget_id), BudgetForm()
    rules.may_change(budget).require()
    if not form.validate():
        return _drafting(slug, form, 422, budget)
    try:
        actions.redraft(
            budget, current_user, form.title.data, form.rule.data, form.envelopes(), **form.given()
        )
    except Invalid as error:
        db.session.rollback()
        form.districts.errors = [str(error)]
        return _drafting(slug, form, 422, budget)
    commit()
    say(_("Saved."))
    return go(f"{budget.url}/desk")


@bp.get("/<id:budget_id>/desk")
@signed_in
def desk(slug: str, budget_id: int) -> Response:
    """Where the budget stands, what is missing, and what may be done next."""
    return _desk(_run(slug, budget_id))


def _run(slug: str, budget_id: int) -> Budget:
    """A budget for those who run it: officials, agents who study, administrators to confirm."""
    space = load_space(slug)
    team = roles_of(current_user, space) & {Role.OFFICIAL, Role.AGENT}
    if not team and not current_user.is_administrator:
        raise Missing()
    return queries.load_budget(space, budget_id, drafts=True)


def _desk(budget: Budget, form: RequestForm | None = None, status: int = 200) -> Response:
    projects, roll = queries.projects_of(budget), actions.roll_of(budget)
    is_frozen = not rules.may_change(budget)
    return page(
        "budgets/desk.html",
        status,
        **around(budget),
        projects=projects,
        roll=roll,
        obstacles=[] if is_frozen else list(rules.obstacles(budget, projects, roll, now())),
        is_frozen=is_frozen,
        may_announce=rules.may_announce(budget),
        to_seal=[b for b in budget.ballots if ballot_rules.may_seal(b, now())],
        turnout={b.id: ballots.voters_of(b) for b in budget.ballots},
        waiting=_waiting(budget),
        acts=ACTS,
        form=form or RequestForm(formdata=None),
    )


def _waiting(budget: Budget) -> dict[Act, int]:
    """How many requests of each kind wait that this reader may confirm."""
    roles = roles_of(current_user, budget.space)
    found: dict[Act, int] = {}
    for ballot in budget.ballots:
        for asked in ballots.waiting_requests(ballot):
            if ballot_rules.may_confirm(current_user, asked, roles):
                found[asked.act] = found.get(asked.act, 0) + 1
    return found


@bp.post("/<id:budget_id>/announcement")
@official
def announce(slug: str, budget_id: int) -> Response:
    """Show the budget to everyone."""
    budget = load(slug, budget_id)
    actions.announce(budget, current_user)
    commit()
    say(_("The budget is public: everyone sees the envelopes, the projects and their study."))
    return go(f"{budget.url}/desk")


@bp.post("/<id:budget_id>/opening")
@official
def open_it(slug: str, budget_id: int) -> Response:
    """Freeze everything and take votes from the opening on."""
    budget = load(slug, budget_id)
    actions.open_vote(budget, current_user)
    commit()
    say(_("Everything is frozen. Votes are taken from the opening on."))
    return go(f"{budget.url}/desk")


@bp.post("/<id:budget_id>/sealing")
@official
def seal(slug: str, budget_id: int) -> Response:
    """Close the boxes for good and count them."""
    budget = load(slug, budget_id)
    done = actions.seal(budget, current_user)
    commit()
    say(
        ngettext(
            "%(num)s envelope is sealed and counted. Publishing takes two people.",
            "%(num)s envelopes are sealed and counted. Publishing takes two people.", done,
        )
    )  # fmt: skip
    return go(f"{budget.url}/desk")


@bp.post("/<id:budget_id>/requests")
@official
def ask(slug: str, budget_id: int) -> Response:
    """Ask for an act that another person must confirm, for every envelope that it concerns."""
    budget, form = load(slug, budget_id), RequestForm()
    if not form.validate():
        return _desk(budget, form, 422)
    act = Act(form.act.data)
    require_fresh_for(act)
    if not actions.ask(budget, current_user, act, form.because.data, form.closes_at.data):
        form.act.errors = [_("No envelope stands where this can be asked, or it was asked.")]
        db.session.rollback()
        return _desk(budget, form, 422)
    commit()
    say(_("Asked for. Another official or an administrator must confirm it."))
    return go(f"{budget.url}/desk")


@bp.post("/<id:budget_id>/confirmation")
@signed_in
def confirm(slug: str, budget_id: int) -> Response:
    """Do for every envelope what somebody else asked for."""
    budget = _run(slug, budget_id)
    wanted = request.form.get("act", "")
    if wanted not in {act.value for act in _waiting(budget)}:
        raise Missing()
    require_fresh_for(Act(wanted))
    actions.confirm(budget, current_user, Act(wanted))
    commit()
    say(_("Confirmed, and done."))
    return go(f"{budget.url}/desk")


# --- Projects ----------------------------------------------------------------------------------


@bp.get("/<id:budget_id>/proposals")
@official
def proposals(slug: str, budget_id: int) -> Response:
    """The proposals of the space that no project comes from yet, the most supported first."""
    budget = load(slug, budget_id)
    rules.may_change(budget).require()
    found = page_of(queries.candidates(budget))
    return page("budgets/proposals.html", **around(budget), found=found)


@bp.get("/<id:budget_id>/projects/new")
@official
def new_project(slug: str, budget_id: int) -> Response:
    """The form of a project, filled with a proposal if `proposal` names one."""
    budget = load(slug, budget_id)
    rules.may_change(budget).require()
    form = ProjectForm.within(budget.envelopes, formdata=None)
    written = request.args.get("proposal", "")
    if written.isascii() and written.isdigit() and len(written) < 10:
        source = db.session.get(Contribution, int(written))
        if source is not None and queries.usable(budget, [source.id]):
            form.name.data, form.proposals.data = source.title[:150], str(source.id)
    return _project_form(budget, form)


def _project_form(
    budget: Budget, form: ProjectForm, status: int = 200, project: Project | None = None
) -> Response:
    return page("budgets/edit_project.html", status, **around(budget), form=form, project=project)


@bp.post("/<id:budget_id>/projects/new")
@official
@once
def create_project(slug: str, budget_id: int) -> Response:
    """Make the project."""
    budget = load(slug, budget_id)
    form = ProjectForm.within(budget.envelopes)
    if not form.validate():
        db.session.rollback()
        return _project_form(budget, form, 422)
    try:
        made = actions.add_project(
            budget, current_user, _envelope(budget, form), form.name.data,
            form.description.data or "", form.numbers(),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        refused(form, error)
        return _project_form(budget, form, 422)
    commit(landing=made.url)
    say(_("The project is made. Now it waits for its study."))
    return go(made.url)


def _envelope(budget: Budget, form: ProjectForm) -> Envelope:
    return next(envelope for envelope in budget.envelopes if envelope.id == form.envelope.data)


@bp.get("/<id:budget_id>/projects/<id:project_id>/edit")
@official
def edit_project(slug: str, budget_id: int, project_id: int) -> Response:
    """The form of a project."""
    budget = load(slug, budget_id)
    rules.may_change(budget).require()
    found = queries.load_project(budget, project_id)
    form = ProjectForm.within(budget.envelopes, formdata=None, obj=found)
    form.envelope.data = found.envelope_id
    form.proposals.data = ", ".join(map(str, queries.source_ids(found)))
    return _project_form(budget, form, project=found)


@bp.post("/<id:budget_id>/projects/<id:project_id>/edit")
@official
def save_project(slug: str, budget_id: int, project_id: int) -> Response:
    """Change a project."""
    budget = load(slug, budget_id)
    found, form = queries.load_project(budget, project_id), ProjectForm.within(budget.envelopes)
    if not form.validate():
        return _project_form(budget, form, 422, found)
    try:
        actions.change_project(
            found, current_user, _envelope(budget, form), form.name.data,
            form.description.data or "", form.numbers(),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        refused(form, error)
        return _project_form(budget, form, 422, found)
    commit()
    say(_("Saved."))
    return go(found.url)


@bp.post("/<id:budget_id>/projects/<id:project_id>/removal")
@official
def remove_project(slug: str, budget_id: int, project_id: int) -> Response:
    """Take a project out that was made by mistake."""
    budget = load(slug, budget_id)
    actions.remove_project(queries.load_project(budget, project_id), current_user)
    commit()
    say(_("The project is removed."))
    return go(url_for("budgets.desk", slug=slug, budget_id=budget_id))


@bp.get("/<id:budget_id>/projects/<id:project_id>/study")
@studying
def ask_study(slug: str, budget_id: int, project_id: int) -> Response:
    """The form of the study."""
    budget = load(slug, budget_id)
    rules.may_change(budget).require()
    found = queries.load_project(budget, project_id)
    return page("budgets/study.html", **around(budget), project=found, form=StudyForm.of(found))


@bp.post("/<id:budget_id>/projects/<id:project_id>/study")
@studying
def study(slug: str, budget_id: int, project_id: int) -> Response:
    """Write down what was found."""
    budget = load(slug, budget_id)
    found, form = queries.load_project(budget, project_id), StudyForm()
    if form.validate():
        try:
            actions.study(
                found, current_user, Study(form.found.data), form.cost.data, form.reason.data or ""
            )
        except Invalid as error:
            db.session.rollback()
            refused(form, error)
        else:
            commit()
            say(_("The study is public on the page of the project."))
            return go(found.url)
    return page("budgets/study.html", 422, **around(budget), project=found, form=form)
