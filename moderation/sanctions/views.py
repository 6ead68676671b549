"""A person's record in a space, measures against accounts, and how they are contested."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.models import Account
from civic.clock import now
from civic.db import commit, db
from civic.errors import Missing, NotAllowed
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import load_space, roles_of
from civic.web import slots
from civic.web.doors import signed_in
from civic.web.once import once
from civic.web.responses import go, page, rendered, say
from moderation.doors import moderators
from moderation.forms import AnswerForm, MeasureForm, PleaForm
from moderation.models import Measure, Reason, Sanction
from moderation.sanctions import actions, queries, rules
from moderation.views import bp
from moderation.words import MEANS, MEASURES


@bp.get("/spaces/<slug:slug>/moderation/people/<id:account_id>")
@moderators
def person(slug: str, account_id: int) -> Response:
    """What was decided about somebody in this space: no votes, no address."""
    space = load_space(slug)
    account = queries.author_in(account_id, space)
    return _person_page(space, account, MeasureForm(formdata=None))


def _person_page(
    space: Space, account: Account, form: MeasureForm, status: int = 200, checking: bool = False
) -> Response:
    return page(
        "moderation/person.html",
        status,
        space=space,
        account=account,
        decisions=queries.decisions_about(account.id, space),
        sanctions=queries.sanctions_on(account.id),
        form=form,
        checking=checking,
        measures=MEASURES,
        means=MEANS,
        now=now(),
        may=rules.may_sanction(
            current_user, roles_of(current_user, space), account, roles_of(account, space), True
        ),
    )


@bp.post("/spaces/<slug:slug>/moderation/people/<id:account_id>")
@moderators
@once
def sanction(slug: str, account_id: int) -> Response:
    """Check a measure, then (`sure=1`) take it."""
    space = load_space(slug)
    account = queries.author_in(account_id, space)
    form = MeasureForm()
    if not form.validate():
        return _person_page(space, account, form, 422)
    measure, days = Measure(form.measure.data), form.days.data or 0
    fits = rules.may_last(current_user, measure, days)
    if not fits:
        form.days.errors = [fits.reason]
        return _person_page(space, account, form, 422)
    if request.form.get("sure") != "1":
        return _person_page(space, account, form, checking=True)
    try:
        made = actions.impose(
            account, space, current_user, measure, Reason(form.reason.data), form.words.data, days
        )
    except NotAllowed as error:
        db.session.rollback()
        form.measure.errors = [str(error)]
        return _person_page(space, account, form, 422)
    landing = url_for("moderation.measure", slug=slug, sanction_id=made.id)
    commit(landing=landing)
    say(_("The measure is taken, and the person is told why and how to contest it."))
    return go(landing)


# --- Reading again ----------------------------------------------------------------------------


def _load_in(slug: str, sanction_id: int) -> Sanction:
    found = queries.load_sanction(sanction_id)
    if found.space_id != load_space(slug).id:
        raise Missing()
    return found


@bp.get("/spaces/<slug:slug>/moderation/measures/<id:sanction_id>")
@moderators
def measure(slug: str, sanction_id: int) -> Response:
    """One measure, for the moderators; another of them answers when it is contested."""
    return _measure_page(_load_in(slug, sanction_id), AnswerForm(formdata=None))


def _measure_page(found: Sanction, form: AnswerForm, status: int = 200) -> Response:
    return page(
        "moderation/measure.html",
        status,
        space=found.space,
        sanction=found,
        form=form,
        measures=MEASURES,
        means=MEANS,
        now=now(),
        may=rules.may_answer(current_user, roles_of(current_user, found.space), found),
    )


@bp.post("/spaces/<slug:slug>/moderation/measures/<id:sanction_id>")
@moderators
def answer_measure(slug: str, sanction_id: int) -> Response:
    """Answer somebody who contests a measure."""
    found = _load_in(slug, sanction_id)
    form = AnswerForm()
    if not form.validate():
        return _measure_page(found, form, 422)
    actions.answer(found, current_user, form.lifted.data == "yes", form.answer.data)
    commit()
    say(_("The person has your answer."))
    return go(url_for("moderation.measure", slug=slug, sanction_id=sanction_id))


# --- The person concerned ---------------------------------------------------------------------


def _mine(sanction_id: int) -> Sanction:
    found = queries.load_sanction(sanction_id)
    if found.account_id != current_user.id:
        raise Missing()
    return found


@bp.get("/account/measures/<id:sanction_id>")
@signed_in
def my_measure(sanction_id: int) -> Response:
    """A measure about my account: why, until when, and how to contest it."""
    return _my_page(_mine(sanction_id), PleaForm(formdata=None))


def _my_page(found: Sanction, form: PleaForm, status: int = 200) -> Response:
    return page(
        "moderation/my_measure.html",
        status,
        sanction=found,
        form=form,
        measures=MEASURES,
        means=MEANS,
        now=now(),
        may=rules.may_contest(current_user, found, now()),
    )


@bp.post("/account/measures/<id:sanction_id>")
@signed_in
def contest_measure(sanction_id: int) -> Response:
    """Contest a measure."""
    found = _mine(sanction_id)
    form = PleaForm()
    if not form.validate():
        return _my_page(found, form, 422)
    actions.contest(found, current_user, form.plea.data)
    commit()
    say(_("Somebody else will look at it again and answer you."))
    return go(url_for("moderation.my_measure", sanction_id=sanction_id))


@slots.fills("accounts.mine")
def my_measures(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: the measures about me, if there are any."""
    account = accounts[0]
    found = queries.sanctions_on(account.id)
    if not found:
        return {}
    return {
        account.id: rendered(
            "moderation/_my_measures.html", sanctions=found, measures=MEASURES, now=now()
        )
    }
