"""The queue, the cases, the decisions, and the authors who contest them."""

from __future__ import annotations

from flask import Response, url_for
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.contributions.queries import revisions_of
from civic.db import commit, db
from civic.errors import Conflict, Missing, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import signed_in
from civic.web.responses import go, page, say
from moderation import actions, queries, rules
from moderation.doors import moderates, moderators
from moderation.forms import DecisionForm, PleaForm
from moderation.models import Case, CaseState, Outcome
from moderation.queue.views import next_place
from moderation.views import bp, load_reportable
from moderation.words import RULES, STATES


@bp.post("/contributions/<id:contribution_id>/case")
@signed_in
def open_case(contribution_id: int) -> Response:
    """A moderator looks at a text that nobody reported."""
    contribution = load_reportable(contribution_id)
    if not moderates(contribution.space) or contribution.state in (State.DRAFT, State.REMOVED):
        raise Missing()
    case = actions.open_case(contribution)
    commit()
    return go(case.url)


@bp.get("/spaces/<slug:slug>/moderation/<id:case_id>")
@moderators
def case(slug: str, case_id: int) -> Response:
    """One case: the text in its place, its reports, what was decided before."""
    found = queries.load_case(load_space(slug), case_id)
    form = DecisionForm(formdata=None).for_text(found.contribution)
    return _case_page(found, form)


def _case_page(case: Case, form: DecisionForm, status: int = 200, trouble: str = "") -> Response:
    """The case as it is now; the form says which state of it the moderator has read."""
    contribution = case.contribution
    for field, value in ((form.turn, case.turn), (form.version, contribution.version)):
        field.raw_data, field.data = None, value
    answered = {case, *queries.waiting_on(contribution)}
    is_outdated = contribution.version != case.version
    return page(
        "moderation/case.html",
        status,
        space=case.space,
        case=case,
        item=contribution,
        around=queries.around(contribution),
        reported_text=_text_of(case) if is_outdated else None,
        is_outdated=is_outdated,
        is_over=is_outdated and case.state is CaseState.DECIDED,
        reports=queries.reports_on(answered),
        decisions=queries.decisions_on(contribution),
        form=form,
        trouble=trouble,
        states=STATES,
        may=rules.may_decide(
            current_user, roles_of(current_user, case.space), contribution,
            queries.reporters_of(answered), queries.first_readers(answered),
        ),
        rules=RULES,
    )  # fmt: skip


def _text_of(case: Case) -> str:
    versions = db.session.scalars(revisions_of(case.contribution))
    return next((v.body for v in versions if v.number == case.version), "")


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>")
@moderators
def decide(slug: str, case_id: int) -> Response:
    """Keep, hide, confirm or restore."""
    found = queries.load_case(load_space(slug), case_id)
    form = DecisionForm().for_text(found.contribution)
    if not form.validate():
        return _case_page(found, form, 422, _stale(found, form))
    outcome = Outcome(form.outcome.data)
    try:
        actions.decide(
            found, current_user, outcome, form.turn.data or 0, form.given_reason,
            form.words.data or "", form.version.data,
        )  # fmt: skip
    except (Conflict, NotAllowed) as error:
        return _refused(found, form, error)
    commit()
    say(_decided(outcome))
    return go(next_place(found))


def _stale(case: Case, form: DecisionForm) -> str:
    """Why what was chosen is no longer offered, when a colleague was quicker."""
    if form.turn.data == case.turn:
        return ""
    return _("Another moderator decided on this case while you were reading it.")


def _refused(case: Case, form: DecisionForm, error: Exception) -> Response:
    """Show the case as it is now, with what was typed."""
    db.session.refresh(case)
    form.for_text(case.contribution)
    return _case_page(case, form, 409 if isinstance(error, Conflict) else 422, str(error))


def _decided(outcome: Outcome) -> str:
    return {
        Outcome.KEEP: _("The text stays. Those who reported it are told."),
        Outcome.HIDE: _("The text is hidden, and its author is told why."),
        Outcome.CONFIRM: _("The text stays hidden, and its author has your answer."),
        Outcome.RESTORE: _("The text is public again, and its author is told."),
    }[outcome]


# --- Contesting -------------------------------------------------------------------------------


def _own_text(contribution_id: int) -> Contribution:
    contribution = load_reportable(contribution_id)
    if contribution.author_id != current_user.id or not queries.decisions_on(contribution):
        raise Missing()
    return contribution


@bp.get("/contributions/<id:contribution_id>/decision")
@signed_in
def decision(contribution_id: int) -> Response:
    """What was decided on a text of mine, why, and how to contest it."""
    return _decision_page(_own_text(contribution_id), PleaForm(formdata=None))


def _decision_page(contribution: Contribution, form: PleaForm, status: int = 200) -> Response:
    last = queries.standing([contribution.id]).get(contribution.id)
    return page(
        "moderation/decision.html",
        status,
        item=contribution,
        space=contribution.space,
        decisions=queries.decisions_on(contribution),
        form=form,
        may=rules.may_contest(current_user, contribution, last, now()),
    )


@bp.post("/contributions/<id:contribution_id>/decision")
@signed_in
def contest(contribution_id: int) -> Response:
    """Contest a decision."""
    contribution = _own_text(contribution_id)
    form = PleaForm()
    if not form.validate():
        return _decision_page(contribution, form, 422)
    actions.contest(contribution, current_user, form.plea.data)
    commit()
    say(_("Somebody else will read it again and answer you."))
    return go(url_for("moderation.decision", contribution_id=contribution_id))
