"""Statements: read them all, vote on one after the other, add one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.contributions.queries import count_of
from civic.contributions.views import load_readable
from civic.db import commit
from civic.errors import Missing
from civic.i18n import gettext as _, ngettext
from civic.spaces.models import Act, Space
from civic.spaces.queries import load_space
from civic.spaces.rules import is_open_for, open_until
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.once import once
from civic.web.paging import page_of
from civic.web.responses import go, page, rendered, respond, say, view
from deliberations import actions, queries, rules
from deliberations.forms import StatementForm
from deliberations.models import Statement
from votes import actions as votes
from votes.models import Choice
from votes.queries import stances_of
from votes.rules import may_act, may_take_stance

bp = Blueprint("statements", __name__, url_prefix="/spaces/<slug:slug>/statements")
WORDS = {Choice.AGREE: "agree", Choice.DISAGREE: "disagree", Choice.PASS: "pass"}
CHOICES = {word: choice for choice, word in WORDS.items()}


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: vote on statements, or read what was voted."""
    return {space.id: _space_panel(space) for space in spaces}


def _space_panel(space: Space) -> Markup:
    total = count_of(space, Statement)
    calendar = is_open_for(space, Act.VOTE, now())
    if not total and not is_open_for(space, Act.STATE, now()):
        return Markup("")
    links = [{"label": _("Read the statements"), "url": _address("index", space)}]
    if calendar and total:
        links.insert(0, {"label": _("Vote"), "url": _address("vote", space)})
    return rendered(
        "spaces/_act.html",
        title=_("Statements"),
        text=ngettext(
            "%(num)s sentence to agree or disagree with.",
            "%(num)s sentences to agree or disagree with.",
            total,
        ),
        verdict=calendar and may_act(current_user, space, Act.VOTE, now()),
        until=open_until(space, Act.VOTE, now()),
        links=links,
    )


def _address(name: str, space: Space) -> str:
    return url_for(f"statements.{name}", slug=space.slug)


@bp.get("")
@open_to_all
def index(slug: str) -> Response:
    """Every statement; its votes once one has voted on it, or once the vote is over."""
    space = load_space(slug)
    found = page_of(queries.statements_in(space), total=count_of(space, Statement))
    mine = stances_of(current_user, [item.id for item in found.items])
    calendar = is_open_for(space, Act.VOTE, now())
    return view(
        "deliberations/statements.html",
        "deliberations/_statements.html",
        space=space,
        found=found,
        mine={key: WORDS[Choice(value)] for key, value in mine.items()},
        may_vote={item.id: may_take_stance(current_user, item, now()) for item in found.items},
        is_over=not calendar,
        may_state=rules.may_state(current_user, space, now()),
        calendar_state=is_open_for(space, Act.STATE, now()),
        answered=queries.answered_count(current_user, space),
    )


@bp.get("/vote")
@open_to_all
def vote(slug: str) -> Response:
    """The statement that comes next."""
    return _vote_page(load_space(slug))


def _vote_page(space: Space) -> Response:
    return view("deliberations/vote.html", "deliberations/_vote.html", **_vote_parts(space))


def _vote_parts(space: Space) -> dict[str, Any]:
    may = may_act(current_user, space, Act.VOTE, now())
    answered = queries.answered_count(current_user, space)
    is_known = current_user.id is not None
    own = queries.own_statement_count(current_user, space) if is_known else 0
    return {
        "space": space,
        "may": may,
        "answered": answered,
        "total": max(count_of(space, Statement) - own, answered),
        "item": queries.next_statement(current_user, space, answered) if may else None,
        "last": queries.last_answered(current_user, space) if answered else None,
        "may_state": rules.may_state(current_user, space, now()),
    }


@bp.post("/<id:statement_id>/stance")
@signed_in
def take_stance(slug: str, statement_id: int) -> Response:
    """Agree, disagree or pass; the last word counts. `back=list` stays on the list."""
    item = load_readable(Statement, slug, statement_id)
    choice = CHOICES.get(request.form.get("stance", ""))
    if choice is None:
        raise Missing()
    votes.take_stance(item, current_user, choice)
    commit()
    if request.form.get("back") == "list":
        return _on_the_list(item, choice)
    return respond(
        "deliberations/_vote.html", otherwise=_address("vote", item.space),
        parts=lambda: _vote_parts(item.space),
    )  # fmt: skip


def _on_the_list(item: Statement, choice: Choice) -> Response:
    say(_("Your vote is counted."))
    return respond(
        "deliberations/_statement.html",
        otherwise=f"{_address('index', item.space)}#statement-{item.id}",
        item=item,
        stance_of_mine=WORDS[choice],
        may=may_take_stance(current_user, item, now()),
        is_over=False,
        space=item.space,
    )


@bp.get("/new")
@open_to_all
def new(slug: str) -> Response:
    """The form to add a statement."""
    return _form_page(load_space(slug), StatementForm(formdata=None))


def _form_page(
    space: Space, form: StatementForm, status: int = 200, near: Sequence[Statement] = ()
) -> Response:
    return page(
        "deliberations/new_statement.html",
        status,
        space=space,
        form=form,
        near=near,
        may=rules.may_state(current_user, space, now()),
    )


@bp.post("/new")
@signed_in
@once
def create(slug: str) -> Response:
    """Add a statement; when others say nearly the same, show them first."""
    space = load_space(slug)
    form = StatementForm()
    if not form.validate():
        return _form_page(space, form, 422)
    near = queries.alike(space, form.text.data) if request.form.get("sure") != "1" else []
    if near:
        rules.may_state(current_user, space, now()).require()
        return _form_page(space, form, 200, near)
    item = actions.publish_statement(space, current_user, form.text.data)
    commit(landing=item.url)
    say(_("Your statement is public: others can vote on it."))
    return go(_address("vote", space))


@bp.post("/<id:statement_id>/removal")
@signed_in
def take_back(slug: str, statement_id: int) -> Response:
    """Take a statement of mine back."""
    item = load_readable(Statement, slug, statement_id)
    actions.take_back_statement(item, current_user)
    commit()
    say(_("Your statement is taken back."))
    return go(_address("index", item.space))
