"""The queue, the cases, the decisions, and the authors who contest them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, jsonify, request, url_for
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.contributions.queries import revisions_of
from civic.db import commit, db
from civic.errors import Conflict, Missing, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import signed_in
from civic.web.requests import row_number
from civic.web.responses import go, page, say
from moderation import actions, queries, rules
from moderation.charter.queries import reply_for
from moderation.deciding.effects import Target
from moderation.deciding.statement import Statement, statement_of
from moderation.doors import moderates, moderators
from moderation.forms import DecisionForm, PleaForm, RequestForm
from moderation.models import Case, CaseState, Decision, Outcome
from moderation.queue.views import next_place
from moderation.views import bp, load_reportable
from moderation.words import RULES, SENDERS, STATES


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
    return case_page(found, fitted(found, DecisionForm(formdata=None)))


def fitted(case: Case, form: DecisionForm) -> DecisionForm:
    """The form with what can be decided on this text, by this person."""
    waiting = queries.waiting_on(case.contribution)
    contested = queries.contested_among(waiting)
    spaces = [
        space
        for space in queries.spaces_to_moderate(current_user)
        if space.is_published and space.id != case.space_id
    ]
    before = contested[-1].outcome if contested else None
    return form.for_text(case.contribution, before, spaces)


def case_page(
    case: Case, form: DecisionForm, status: int = 200, trouble: str = "",
    asking: RequestForm | None = None,
) -> Response:  # fmt: skip
    """The case as it is now; the form says which state of it the moderator has read."""
    contribution = case.contribution
    for field, value in ((form.turn, case.turn), (form.version, contribution.version)):
        field.raw_data, field.data = None, value
    answered = {case, *queries.waiting_on(contribution)}
    is_outdated = contribution.version != case.version
    is_over = is_outdated and case.state is CaseState.DECIDED
    return page(
        "moderation/case.html",
        status,
        space=case.space,
        case=case,
        item=contribution,
        around=queries.around(contribution),
        reported_text=_text_of(case) if is_outdated else None,
        is_outdated=is_outdated,
        is_over=is_over,
        reports=queries.reports_on(answered),
        decisions=queries.decisions_on(contribution),
        originals=queries.originals_of(contribution),
        requests=queries.requests_on(answered),
        asking=asking or RequestForm(formdata=None),
        senders=SENDERS,
        form=form,
        trouble=trouble,
        states=STATES,
        may=rules.may_decide(
            current_user, roles_of(current_user, case.space), contribution,
            queries.reporters_of(answered), queries.first_readers(answered),
        ),
        may_undo=rules.may_undo(current_user, queries.last_main_decision(case), now()),
        rules=RULES,
        **claim_parts(case),
    )  # fmt: skip


def claim_parts(case: Case) -> dict[str, Any]:
    """Who reads a case at this moment, as its page shows it."""
    claim = queries.claim_on(case)
    is_live = claim is not None and claim.until > now()
    return {
        "claim": claim if is_live else None,
        "is_mine": is_live and claim is not None and claim.by_id == current_user.id,
    }


def _text_of(case: Case) -> str:
    versions = db.session.scalars(revisions_of(case.contribution))
    return next((v.body for v in versions if v.number == case.version), "")


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>")
@moderators
def decide(slug: str, case_id: int) -> Response:
    """Keep, hide, mask, move, merge, ask for a change; confirm or restore."""
    found = queries.load_case(load_space(slug), case_id)
    form = fitted(found, DecisionForm())
    if "fill" in request.form:
        return _filled(found, form)
    if not form.validate():
        return case_page(found, form, 422, _stale(found, form))
    outcome = Outcome(form.outcome.data)
    try:
        actions.decide(
            found, current_user, outcome, form.turn.data or 0, form.given_reason,
            form.words.data or "", form.version.data, _target(form, outcome),
            form.is_unfounded.data,
        )  # fmt: skip
    except (Conflict, NotAllowed) as error:
        return _refused(found, form, error)
    commit()
    say(_decided(outcome))
    return go(next_place(found))


def _filled(case: Case, form: DecisionForm) -> Response:
    """The form again, with the reply of the chosen rule after what was typed. Decides nothing."""
    reason = form.given_reason
    if reason is None:
        form.reason.errors = [_("Choose the rule that this text breaks.")]
        return case_page(case, form, 422)
    parts = ((form.words.data or "").strip(), reply_for(reason))
    form.words.data = "\n".join(filter(None, parts))
    return case_page(case, form)


def _target(form: DecisionForm, outcome: Outcome) -> Target:
    chosen, other = form.space.data or "", form.given_text
    text = db.session.get(Contribution, other) if other else None
    number = row_number(chosen)
    space = db.session.get(Space, number) if number else None
    return Target(
        passages=form.given_passages,
        space=space,
        root=text if outcome is Outcome.MOVE else None,
        into=text if outcome is Outcome.MERGE else None,
    )


def _stale(case: Case, form: DecisionForm) -> str:
    """Why what was chosen is no longer offered, when a colleague was quicker."""
    if form.turn.data == case.turn:
        return ""
    return _("Another moderator decided on this case while you were reading it.")


def _refused(case: Case, form: DecisionForm, error: Exception) -> Response:
    """Show the case as it is now, with what was typed."""
    db.session.rollback()
    db.session.refresh(case)
    fitted(case, form)
    return case_page(case, form, 409 if isinstance(error, Conflict) else 422, str(error))


def _decided(outcome: Outcome) -> str:
    return {
        Outcome.KEEP: _("The text stays. Those who reported it are told."),
        Outcome.HIDE: _("The text is hidden, and its author is told why."),
        Outcome.MASK: _("The words are masked, and the author is told why."),
        Outcome.MOVE: _("The text is in its new place, and its author is told why."),
        Outcome.MERGE: _("The texts are merged; authors and supporters are told."),
        Outcome.ASK: _("The author is asked to change the text; you hear of it when they do."),
        Outcome.CONFIRM: _("The decision stands, and whoever contested it has your answer."),
        Outcome.RESTORE: _("The decision is reversed, and the author is told."),
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
    last = queries.to_contest(contribution)
    decisions = _main_decisions(contribution)
    return page(
        "moderation/decision.html",
        status,
        item=contribution,
        space=contribution.space,
        decisions=decisions,
        statements=_statements(contribution, decisions),
        last=last,
        originals=queries.originals_of(contribution),
        form=form,
        may=rules.may_contest(current_user, contribution, last, now()),
    )


def _main_decisions(contribution: Contribution) -> list[Decision]:
    return [
        decision
        for decision in queries.decisions_on(contribution)
        if decision.effect is None or decision.effect.main_id is None
    ]


def _statements(
    contribution: Contribution, decisions: Sequence[Decision]
) -> dict[int, Statement]:  # fmt: skip
    was_reported = bool(queries.reports_on({decision.case for decision in decisions}))
    return {
        decision.id: statement_of(decision, contribution, was_reported) for decision in decisions
    }


@bp.get("/contributions/<id:contribution_id>/decision.json")
@signed_in
def statement(contribution_id: int) -> Response:
    """The statements of reasons on a text of mine, for machines."""
    contribution = _own_text(contribution_id)
    told = _statements(contribution, _main_decisions(contribution))
    g.personal = True
    return jsonify([one.as_json() for one in told.values()])


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
