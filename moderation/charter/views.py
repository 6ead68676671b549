"""The rules in the open, version after version, and the page on which a town words them."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.spaces.queries import published_spaces
from civic.web.doors import administrator, open_to_all
from civic.web.responses import go, page, say
from moderation import rules
from moderation.charter import actions, queries
from moderation.charter.forms import CharterForm, form_for
from moderation.charter.models import Charter
from moderation.models import Reason
from moderation.views import bp
from moderation.words import REASONS, RULES


@bp.app_template_global()
def charter_rule(reason: Reason, default: Any) -> Any:
    """The sentence of a rule: the town's, or that of the software."""
    found = queries.rules_by_reason(queries.in_force()).get(reason)
    return found.rule if found and found.rule else default


@bp.app_template_global()
def charter_reply(reason: Reason) -> str:
    """What moderators start from when they tell an author about this rule."""
    return queries.reply_for(reason)


@bp.app_template_global()
def charter_number(instant: Any) -> int:
    """The version that was in force then."""
    return queries.number_at(instant)


@bp.get("/moderation/rules")
@open_to_all
def charter() -> Response:
    """What may not be said, who decides, and how to contest: for everyone."""
    return _shown(queries.in_force())


@bp.get("/moderation/rules/versions/<id:number>")
@open_to_all
def charter_version(number: int) -> Response:
    """A version of the rules, in force or not."""
    return _shown(queries.load_version(number))


def _shown(version: Charter | None) -> Response:
    versions = queries.versions()
    return page(
        "moderation/charter.html",
        version=version,
        versions=versions,
        is_present=version is None or version.number == versions[0].number,
        worded=queries.rules_by_reason(version),
        rules=RULES,
        days=rules.CONTEST_WITHIN,
        spaces=db.session.scalars(published_spaces()).all(),
    )


@bp.get("/admin/rules")
@administrator
def edit_charter() -> Response:
    """Word the next version."""
    return _editing(form_for(queries.in_force()))


def _editing(form: Any, status: int = 200) -> Response:
    return page(
        "moderation/charter_edit.html", status, form=form, reasons=REASONS, rules=RULES,
        number=queries.next_number(),
    )  # fmt: skip


@bp.post("/admin/rules")
@administrator
def publish_charter() -> Response:
    """Put it in force."""
    form = CharterForm(request.form)
    if not form.validate():
        return _editing(form, 422)
    try:
        made = actions.publish(
            current_user, form.intro.data or "", form.changes.data or "", form.rules(),
            form.seen.data or 0,
        )  # fmt: skip
    except Conflict as error:
        form.changes.errors = [str(error)]
        form.seen.raw_data, form.seen.data = None, queries.next_number() - 1
        return _editing(form, 409)
    commit()
    say(_("Version %(number)s is in force.", number=made.number))
    return go(url_for("moderation.charter"))
