"""Report a text, with or without an account, and follow what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, request, url_for
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import commit
from civic.i18n import gettext as _, language
from civic.web.doors import open_to_all, signed_in
from civic.web.once import once
from civic.web.responses import go, page, respond, say, view
from civic.web.traps import watched
from moderation import actions, queries, rules
from moderation.forms import PleaForm, ReportForm, VisitorReportForm
from moderation.models import Case, Reason, Report, VisitorReport
from moderation.origin import origin_mark
from moderation.views import bp, load_reportable
from moderation.words import RULES


@bp.get("/contributions/<id:contribution_id>/report")
@open_to_all
def ask_report(contribution_id: int) -> Response:
    """The form to report a text."""
    contribution = load_reportable(contribution_id)
    return _report_page(contribution, _form_for(blank=True))


def _form_for(blank: bool = False) -> ReportForm | VisitorReportForm:
    kind = ReportForm if current_user.is_authenticated else VisitorReportForm
    return kind(formdata=None) if blank else kind()


def _report_page(
    contribution: Contribution, form: ReportForm | VisitorReportForm, status: int = 200
) -> Response:
    known = current_user.is_authenticated
    return view(
        "moderation/report.html",
        "moderation/_report_form.html",
        status,
        item=contribution,
        space=contribution.space,
        form=form,
        rules=RULES,
        may=rules.may_report(current_user, contribution)
        if known
        else rules.may_be_reported(contribution),
        already=queries.report_by(current_user.id, contribution) if known else None,
    )


@bp.post("/contributions/<id:contribution_id>/report")
@open_to_all
@watched
@once
def report(contribution_id: int) -> Response:
    """Report a text."""
    contribution = load_reportable(contribution_id)
    form = _form_for()
    if not form.validate():
        return _report_page(contribution, form, 422)
    if isinstance(form, VisitorReportForm):
        return _from_visitor(contribution, form)
    found = actions.report(
        contribution, current_user, Reason(form.reason.data), form.words.data or ""
    )
    if found is None:
        say(_("You have reported this text already."), "info")
    found = found or queries.report_by(current_user.id, contribution)
    assert found is not None
    landing = url_for("moderation.receipt", report_id=found.id)
    commit(landing=landing)
    return _received(found, landing)


def _from_visitor(contribution: Contribution, form: VisitorReportForm) -> Response:
    mark = origin_mark(request.remote_addr, current_app.config["SECRET_KEY"], now())
    token = actions.report_as_visitor(
        contribution, form.name.data, form.email.data, Reason(form.reason.data),
        form.words.data, language(), mark,
    )  # fmt: skip
    landing = url_for("moderation.visitor_receipt", token=token)
    commit(landing=landing)
    return _received(queries.visitor_report(token), landing)


def _received(found: Report | VisitorReport, landing: str) -> Response:
    return respond("moderation/_receipt.html", otherwise=landing, landing=landing, **_parts(found))


def _parts(
    found: Report | VisitorReport, form: PleaForm | None = None, contest_url: str = ""
) -> dict[str, Any]:
    case: Case = found.case
    return {
        "report": found,
        "case": case,
        "item": case.contribution,
        "decision": queries.last_decision(case),
        "form": form or PleaForm(formdata=None),
        "contest_url": contest_url,
        "may_contest": rules.may_be_reported(case.contribution)
        and rules.may_contest_as_reporter(queries.answer_to(found), now()),
    }


@bp.get("/account/reports/<id:report_id>")
@signed_in
def receipt(report_id: int) -> Response:
    """A report of mine: its number, and what was decided."""
    return _receipt_page(queries.own_report(current_user.id, report_id))


def _receipt_page(found: Report, form: PleaForm | None = None, status: int = 200) -> Response:
    url = url_for("moderation.contest_report", report_id=found.id)
    return page("moderation/receipt.html", status, **_parts(found, form, url))


@bp.post("/account/reports/<id:report_id>")
@signed_in
def contest_report(report_id: int) -> Response:
    """Ask that somebody else read a text again that I reported and that was kept."""
    found = queries.own_report(current_user.id, report_id)
    form = PleaForm()
    if not form.validate():
        return _receipt_page(found, form, 422)
    actions.contest_as_reporter(found, form.plea.data)
    commit()
    say(_("Somebody else will read it again. You will be told what was decided."))
    return go(url_for("moderation.receipt", report_id=report_id))


@bp.get("/reports/<token:token>")
@open_to_all
def visitor_receipt(token: str) -> Response:
    """A notice given without an account: its number, and what was decided."""
    g.personal = True  # whoever holds the link, and no cache
    return _visitor_page(token)


def _visitor_page(token: str, form: PleaForm | None = None, status: int = 200) -> Response:
    url = url_for("moderation.contest_notice", token=token)
    parts = _parts(queries.visitor_report(token), form, url)
    return page("moderation/receipt.html", status, **parts)


@bp.post("/reports/<token:token>")
@open_to_all
def contest_notice(token: str) -> Response:
    """The same for a notice given without an account, by whoever holds its link."""
    g.personal = True
    found = queries.visitor_report(token)
    form = PleaForm()
    if not form.validate():
        return _visitor_page(token, form, 422)
    actions.contest_as_reporter(found, form.plea.data)
    commit()
    say(_("Somebody else will read it again. You will be told what was decided."))
    return go(url_for("moderation.visitor_receipt", token=token))
