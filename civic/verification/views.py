"""Being verified, and the desk of those who verify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.queries import credential_of
from civic.clock import now
from civic.db import commit, db
from civic.errors import Conflict, Missing, NotAllowed
from civic.i18n import gettext as _, lazy_gettext as _l, ngettext
from civic.settings import active
from civic.spaces.doors import role
from civic.spaces.forms import ACTS
from civic.spaces.models import Act, Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.views import TeamLink, for_the_team
from civic.verification import actions, forms, queries, rules
from civic.verification.letters import pdf_of
from civic.verification.lists import (
    PROBLEMS_SHOWN,
    Read,
    birth_value,
    decoded,
    read_letters,
    read_residents,
)
from civic.verification.models import Means
from civic.web import slots
from civic.web.doors import fresh, signed_in
from civic.web.responses import as_file, go, page, rendered, say

bp = Blueprint("verification", __name__, url_prefix="/spaces/<slug:slug>/verification")

MEANS = {
    Means.ADDRESS: _l("your e-mail address on the town’s list"),
    Means.BIRTH: _l("your postal code and date of birth on the town’s list"),
    Means.LETTER: _l("the code of a letter"),
    Means.AGENT: _l("in person, by an agent"),
}


@for_the_team
def _desk_link(space: Space) -> TeamLink | None:
    if not roles_of(current_user, space) & {Role.AGENT, Role.OFFICIAL}:
        return None
    return _("Verify inhabitants"), url_for("verification.desk", slug=space.slug)


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: that it asks for verified people, and whether I am one."""
    return {space.id: _panel(space) for space in spaces}


def _panel(space: Space) -> Markup:
    required = queries.requirement_of(space)
    if required is None or not required.acts:
        return Markup("")
    mine = queries.verification_of(space, current_user) if current_user.is_authenticated else None
    return rendered("verification/_panel.html", space=space, required=required, mine=mine,
                    acts=ACTS)  # fmt: skip


# --- Being verified ---------------------------------------------------------------------------


@bp.get("")
@signed_in
def show(slug: str) -> Response:
    """Whether I am verified here, what is kept of it, and the ways to become so."""
    return _page(load_space(slug))


def _page(space: Space, status: int = 200, **given: Any) -> Response:
    required = queries.requirement_of(space)
    if required is None:
        raise Missing()
    mine = queries.verification_of(space, current_user)
    failed = queries.failed_today(space, current_user)
    return page(
        "verification/show.html",
        status=status,
        space=space,
        required=required,
        mine=mine,
        means=MEANS,
        acts=ACTS,
        may=rules.may_try(failed, mine is not None),
        left=rules.TRIES_A_DAY - failed,
        birth=given.get("birth") or forms.BirthForm(formdata=None),
        code=given.get("code") or forms.CodeForm(formdata=None),
        refused=given.get("refused", ""),
    )


@bp.post("/address")
@signed_in
def by_address(slug: str) -> Response:
    """Look for my confirmed address in the town's list."""
    space = load_space(slug)
    if not (current_user.is_confirmed and current_user.email):
        raise NotAllowed(_("Confirm your e-mail address first: open the link that we sent you."))
    _require(space, "by_list")
    fits = actions.try_list(space, current_user, Means.ADDRESS, current_user.email)
    return _answered(space, fits, _("Your address is not on the town’s list."))


@bp.post("/birth")
@signed_in
def by_birth(slug: str) -> Response:
    """Look for a postal code and a date of birth in the town's list."""
    space, form = load_space(slug), forms.BirthForm()
    _require(space, "by_list")
    if not form.validate():
        return _page(space, 422, birth=form)
    value = birth_value(form.postcode.data, form.born)
    fits = actions.try_list(space, current_user, Means.BIRTH, value)
    return _answered(space, fits, _("No free line of the town’s list fits."), birth=form)


@bp.post("/letter")
@signed_in
def by_letter(slug: str) -> Response:
    """Use the code of a letter."""
    space, form = load_space(slug), forms.CodeForm()
    _require(space, "by_letter")
    if not form.validate():
        return _page(space, 422, code=form)
    fits = actions.try_code(space, current_user, form.code.data)
    return _answered(space, fits, _("This code is not one of ours, was used, or is out of date."),
                     code=form)  # fmt: skip


def _require(space: Space, means: str) -> None:
    required = queries.requirement_of(space)
    if required is None or not getattr(required, means):
        raise Missing()


def _answered(space: Space, fits: bool, refused: str, **given: Any) -> Response:
    commit()  # a failed attempt counts
    if not fits:
        return _page(space, 422, refused=refused, **given)
    say(_("You are verified. You can take part."))
    return go(url_for("verification.show", slug=space.slug))


# --- Those who verify -------------------------------------------------------------------------

agents = role(Role.AGENT, Role.OFFICIAL)
officials = role(Role.OFFICIAL)


@bp.get("/desk")
@agents
def desk(slug: str) -> Response:
    """Verify somebody who stands before me; for officials, what is asked and the lists."""
    return _desk(load_space(slug))


def _desk(space: Space, status: int = 200, **given: Any) -> Response:
    required = queries.requirement_of(space)
    return page(
        "verification/desk.html",
        status=status,
        space=space,
        is_official=Role.OFFICIAL in roles_of(current_user, space),
        person=given.get("person") or forms.InPersonForm(formdata=None),
        requirement=given.get("requirement")
        or forms.RequirementForm(
            formdata=None, obj=required, data=None if required is None else
            {"acts": [act.value for act in required.acts]},
        ),
        figures=queries.figures(space),
        batches=queries.batches(space),
    )  # fmt: skip


@bp.post("/desk")
@agents
def verify(slug: str) -> Response:
    """Record that I have seen this person."""
    space, form = load_space(slug), forms.InPersonForm()
    if not form.validate():
        return _desk(space, 422, person=form)
    known = credential_of(form.email.data)
    try:
        actions.verify_in_person(
            space, current_user, known.account if known else None, form.age_bracket.data or "",
            form.district.data or "",
        )  # fmt: skip
    except (NotAllowed, Conflict) as error:
        db.session.rollback()
        form.email.errors = [str(error)]
        return _desk(load_space(slug), 422, person=form)
    commit()
    say(_("This person is verified."))
    return go(url_for("verification.desk", slug=slug))


@bp.post("/requirement")
@officials
def require(slug: str) -> Response:
    """Say what is asked, and by which means."""
    space, form = load_space(slug), forms.RequirementForm()
    if not form.validate():
        return _desk(space, 422, requirement=form)
    actions.require_residents(
        space, current_user, [Act(act) for act in form.acts.data or ()], form.by_list.data,
        form.by_letter.data, form.by_agent.data,
    )  # fmt: skip
    commit()
    say(_("Saved."))
    return go(url_for("verification.desk", slug=slug))


@bp.get("/list")
@officials
def ask_list(slug: str) -> Response:
    """The form for a list of inhabitants."""
    return _list_page(load_space(slug), "list", forms.ListForm(formdata=None))


@bp.get("/letters")
@officials
def ask_letters(slug: str) -> Response:
    """The form for a list of letters."""
    return _list_page(load_space(slug), "letters", forms.ListForm(formdata=None))


def _list_page(
    space: Space, what: str, form: forms.ListForm, read: Read | None = None, status: int = 200,
    fresh_lines: int = 0,
) -> Response:  # fmt: skip
    return page(
        "verification/list.html",
        status=status,
        space=space,
        what=what,
        form=form,
        read=read,
        fresh_lines=fresh_lines,
        shown=PROBLEMS_SHOWN,
    )


def _given(form: forms.ListForm) -> str:
    file = form.file.data
    content = file.read() if file else b""
    return decoded(content) if content else form.text.data or ""


def _today() -> Any:
    return now().astimezone(active().zone).date()


@bp.post("/list/check")
@officials
def check_list(slug: str) -> Response:
    """Read a list and say what it would do; nothing is kept."""
    space, form = load_space(slug), forms.ListForm()
    form.text.data = _given(form)
    read = read_residents(form.text.data, _today())
    new = len(actions.missing_lines(space, read.lines))
    return _list_page(space, "list", form, read, 200 if read.lines else 422, new)


@bp.post("/list")
@officials
@fresh
def bring_list(slug: str) -> Response:
    """Keep the hashes of a list that was checked."""
    space, form = load_space(slug), forms.ListForm()
    read = read_residents(_given(form), _today())
    if not read.lines:
        return _list_page(space, "list", form, read, 422)
    count = actions.bring_list(space, current_user, read.lines)
    commit()
    say(ngettext("%(num)s line was added.", "%(num)s lines were added.", count))
    return go(url_for("verification.desk", slug=slug))


@bp.post("/list/removal")
@officials
@fresh
def clear_list(slug: str) -> Response:
    """Forget the lines that have verified nobody."""
    actions.clear_list(load_space(slug), current_user)
    commit()
    say(_("The lines that verified nobody are forgotten."))
    return go(url_for("verification.desk", slug=slug))


@bp.post("/letters/check")
@officials
def check_letters(slug: str) -> Response:
    """Read a list of letters; nothing is kept or printed."""
    space, form = load_space(slug), forms.ListForm()
    form.text.data = _given(form)
    read = read_letters(form.text.data, _today())
    return _list_page(space, "letters", form, read, 200 if read.letters else 422)


@bp.post("/letters")
@officials
@fresh
def print_letters(slug: str) -> Response:
    """The letters as one PDF; their codes are kept hashed, their addresses are not."""
    space, form = load_space(slug), forms.ListForm()
    read = read_letters(_given(form), _today())
    if not read.letters:
        return _list_page(space, "letters", form, read, 422)
    batch = _batch_name(now())
    codes = actions.make_codes(space, current_user, read.letters, batch)
    address = active().base_url.rstrip("/") + url_for("verification.show", slug=slug)
    until: Any = now() + rules.CODE_LASTS - timedelta(days=1)
    content = pdf_of(read.letters, codes, space, active().town_name, address, until)
    commit()
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "private, no-store"
    return as_file(response, f"lettres-{slug}.pdf")


def _batch_name(instant: datetime) -> str:
    return instant.astimezone(active().zone).strftime("%Y-%m-%d %H:%M:%S.%f")[:-4]


@bp.post("/letters/removal")
@officials
def cancel_codes(slug: str) -> Response:
    """Make the codes of a batch that nobody used worthless."""
    form = forms.BatchForm()
    actions.cancel_codes(load_space(slug), current_user, form.batch.data or "")
    commit()
    say(_("The codes of these letters that nobody used are worth nothing any more."))
    return go(url_for("verification.desk", slug=slug))
