"""Pages to report a text, to decide on it and to contest the decision."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.contributions.queries import load, revisions_of
from civic.contributions.rules import may_read
from civic.db import commit, db
from civic.errors import Conflict, Missing, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.doors import role
from civic.spaces.models import Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.views import for_the_team
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.paging import page_of
from civic.web.responses import go, page, rendered, say
from moderation import actions, queries, rules
from moderation.forms import DecisionForm, PleaForm, ReportForm
from moderation.models import Case, Outcome, Reason
from moderation.words import OUTCOMES, REASONS, RULES, STATES

bp = Blueprint("moderation", __name__)
SMALL = 5  # a figure under it is not told


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"moderation_reasons": REASONS, "moderation_outcomes": OUTCOMES}


@bp.app_template_global()
def report_link(contribution: Contribution) -> Markup:
    """A link to report a text; for its moderators, a button to look at it."""
    if not contribution.is_visible and not _moderates(contribution.space):
        return Markup("")
    return rendered(
        "moderation/_report_link.html",
        item=contribution,
        may_report=rules.may_report(current_user, contribution)
        or (current_user.id is None and contribution.is_visible),
        moderates=_moderates(contribution.space) and current_user.id != contribution.author_id,
    )


def _moderates(space: Space) -> bool:
    return bool(rules.may_moderate(roles_of(current_user, space)))


@for_the_team
def _queue_link(space: Space) -> tuple[str, str] | None:
    if not _moderates(space):
        return None
    return _("Moderation"), url_for("moderation.queue", slug=space.slug)


@slots.fills("comment.placeholder")
def placeholders(items: Sequence[Contribution]) -> dict[int, Markup]:
    """What stands where a text was hidden."""
    reasons = queries.standing_reasons([item.id for item in items])
    return {
        row_id: rendered("moderation/_placeholder.html", reason=REASONS[reason])
        for row_id, reason in reasons.items()
    }


# --- Reporting --------------------------------------------------------------------------------


def _load(contribution_id: int) -> Contribution:
    found = load(Contribution, contribution_id)
    load_space(found.space.slug)
    if not may_read(current_user, found, is_moderator=_moderates(found.space)):
        raise Missing()
    return found


@bp.get("/contributions/<id:contribution_id>/report")
@signed_in
def ask_report(contribution_id: int) -> Response:
    """The form to report a text."""
    return _report_page(_load(contribution_id), ReportForm())


def _report_page(contribution: Contribution, form: ReportForm, status: int = 200) -> Response:
    return page(
        "moderation/report.html",
        status,
        item=contribution,
        space=contribution.space,
        form=form,
        rules=RULES,
        may=rules.may_report(current_user, contribution),
        already=queries.has_reported(current_user.id, contribution),
    )


@bp.post("/contributions/<id:contribution_id>/report")
@signed_in
def report(contribution_id: int) -> Response:
    """Report a text."""
    contribution = _load(contribution_id)
    form = ReportForm()
    if not form.validate():
        return _report_page(contribution, form, 422)
    new = actions.report(
        contribution, current_user, Reason(form.reason.data), form.words.data or ""
    )
    commit()
    say(
        _("Thank you. A moderator will read this text, and you will be told what was decided.")
        if new
        else _("You have reported this text already.")
    )
    return go(contribution.url)


@bp.post("/contributions/<id:contribution_id>/case")
@signed_in
def open_case(contribution_id: int) -> Response:
    """A moderator looks at a text that nobody reported."""
    contribution = _load(contribution_id)
    if not _moderates(contribution.space):
        raise Missing()
    case = actions.open_case(contribution)
    commit()
    return go(case.url)


# --- Deciding ---------------------------------------------------------------------------------


@bp.get("/spaces/<slug:slug>/moderation")
@role(Role.MODERATOR)
def queue(slug: str) -> Response:
    """What waits for a decision, the urgent first; or what was decided."""
    space = load_space(slug)
    waiting = request.args.get("show") != "decided"
    asked = request.args.get("reason", "")
    reason = Reason(asked) if asked in {r.value for r in Reason} else None
    found = page_of(queries.queue(space, waiting, reason))
    return page(
        "moderation/queue.html",
        space=space,
        found=found,
        waiting=waiting,
        reason=reason,
        reasons=queries.reasons_by_case(found.items),
        states=STATES,
        now=now(),
    )


@bp.get("/spaces/<slug:slug>/moderation/<id:case_id>")
@role(Role.MODERATOR)
def case(slug: str, case_id: int) -> Response:
    """One case: the text in its place, its reports, what was decided before."""
    found = queries.load_case(load_space(slug), case_id)
    form = DecisionForm(formdata=None).for_text(found.contribution)
    form.turn.data = found.turn
    return _case_page(found, form)


def _case_page(found: Case, form: DecisionForm, status: int = 200, trouble: str = "") -> Response:
    contribution = found.contribution
    reports = queries.reports_of(found)
    deciders = queries.deciders_of(found)
    roles = roles_of(current_user, found.space)
    versions = db.session.scalars(revisions_of(contribution)).all()
    return page(
        "moderation/case.html",
        status,
        space=found.space,
        case=found,
        item=contribution,
        reported_text=next((v for v in versions if v.number == found.version), None),
        is_outdated=contribution.version != found.version,
        reports=reports,
        decisions=queries.decisions_on(contribution),
        form=form,
        trouble=trouble,
        states=STATES,
        may=rules.may_decide(
            current_user, roles, found, {r.reporter_id for r in reports}, deciders
        ),
        rules=RULES,
    )


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>")
@role(Role.MODERATOR)
def decide(slug: str, case_id: int) -> Response:
    """Keep, hide or restore."""
    found = queries.load_case(load_space(slug), case_id)
    form = DecisionForm().for_text(found.contribution)
    if not form.validate():
        return _case_page(found, form, 422)
    outcome = Outcome(form.outcome.data)
    try:
        actions.decide(
            found,
            current_user,
            outcome,
            form.turn.data or 0,
            form.given_reason,
            form.words.data or "",
        )
    except Conflict as error:
        return _refused(found, form, str(error), 409)
    except NotAllowed as error:
        return _refused(found, form, str(error), 422)
    commit()
    say(_decided(outcome))
    return go(url_for("moderation.queue", slug=slug))


def _refused(found: Case, form: DecisionForm, trouble: str, status: int) -> Response:
    """Show the case as it is now, with what was typed."""
    db.session.refresh(found)
    form.for_text(found.contribution)
    form.turn.raw_data, form.turn.data = None, found.turn
    return _case_page(found, form, status, trouble)


def _decided(outcome: Outcome) -> str:
    if outcome is Outcome.HIDE:
        return _("The text is hidden, and its author is told why.")
    if outcome is Outcome.RESTORE:
        return _("The text is public again, and its author is told.")
    return _("The text stays. Those who reported it are told.")


# --- Contesting -------------------------------------------------------------------------------


def _own_case(contribution_id: int) -> Case:
    contribution = _load(contribution_id)
    found = queries.case_of(contribution)
    if found is None or contribution.author_id != current_user.id:
        raise Missing()
    return found


@bp.get("/contributions/<id:contribution_id>/decision")
@signed_in
def decision(contribution_id: int) -> Response:
    """What was decided on a text of mine, why, and how to contest it."""
    return _decision_page(_own_case(contribution_id), PleaForm(formdata=None))


def _decision_page(found: Case, form: PleaForm, status: int = 200) -> Response:
    contribution = found.contribution
    is_hidden = contribution.state is State.HIDDEN
    return page(
        "moderation/decision.html",
        status,
        case=found,
        item=contribution,
        space=found.space,
        decisions=queries.decisions_on(contribution),
        rules=RULES,
        form=form,
        may=rules.may_contest(current_user, found, is_hidden, now()),
    )


@bp.post("/contributions/<id:contribution_id>/decision")
@signed_in
def contest(contribution_id: int) -> Response:
    """Contest a decision."""
    found = _own_case(contribution_id)
    form = PleaForm()
    if not form.validate():
        return _decision_page(found, form, 422)
    actions.contest(found, current_user, form.plea.data)
    commit()
    say(_("Another moderator will read it again and answer you."))
    return go(url_for("moderation.decision", contribution_id=contribution_id))


# --- In the open ------------------------------------------------------------------------------


@bp.get("/spaces/<slug:slug>/moderation/figures")
@open_to_all
def figures(slug: str) -> Response:
    """How this space is moderated: rules, decisions and delays, for everyone."""
    space = load_space(slug)
    delays = [delay.total_seconds() / 3600 for delay in queries.delays(space)]
    return page(
        "moderation/figures.html",
        space=space,
        rows=queries.figures(space),
        rules=RULES,
        small=SMALL,
        waiting=queries.waiting_count(space),
        median=statistics.median(delays) if len(delays) >= SMALL else None,
    )
