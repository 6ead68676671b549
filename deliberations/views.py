"""Statements: read them all, vote on one after the other, add one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.contributions.queries import count_of
from civic.contributions.views import load_readable
from civic.db import commit, db
from civic.errors import Missing
from civic.i18n import gettext as _, language, ngettext
from civic.settings import active
from civic.spaces.doors import role
from civic.spaces.models import Act, Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.rules import is_open_for, open_until
from civic.spreadsheets import sheet
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.limits import limited
from civic.web.once import once
from civic.web.paging import page_of
from civic.web.requests import row_number
from civic.web.responses import as_file, go, page, rendered, respond, say, view
from civic.web.traps import watched
from deliberations import actions, queries, rules
from deliberations.forms import StatementForm
from deliberations.models import Statement
from moderation.signals.views import note_origin
from votes import actions as votes
from votes.models import Choice
from votes.queries import important_counts, important_to, stances_of
from votes.rules import may_act, may_take_stance

bp = Blueprint("statements", __name__, url_prefix="/spaces/<slug:slug>/statements")
COLUMNS = ("statement", "url", "text", "published_at", "about_the_person", "agree", "disagree",
           "pass", "important")  # fmt: skip
WORDS = {Choice.AGREE: "agree", Choice.DISAGREE: "disagree", Choice.PASS: "pass"}
CHOICES = {word: choice for choice, word in WORDS.items()}
KINDS = (*CHOICES, "important")  # what one's own answers can be filtered by


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
    return view(
        "deliberations/statements.html",
        "deliberations/_statements.html",
        found=found,
        may_state=rules.may_state(current_user, space, now()),
        calendar_state=is_open_for(space, Act.STATE, now()),
        answered=queries.answered_count(current_user, space),
        may_export=rules.may_export(space, roles_of(current_user, space), now()),
        waiting=queries.waiting_statements(current_user, space),
        **_listed(space, found.items),
    )


def _listed(space: Space, items: Sequence[Statement]) -> dict[str, Any]:
    """What the lines of these statements show."""
    ids = [item.id for item in items]
    stances = stances_of(current_user, ids)
    return {
        "space": space,
        "mine": {key: WORDS[Choice(value)] for key, value in stances.items()},
        "matters": important_to(current_user, ids),
        "important": important_counts(ids),
        "may_vote": {item.id: may_take_stance(current_user, item, now()) for item in items},
        "may_mark": rules.may_mark_meta(roles_of(current_user, space)),
        "is_over": not is_open_for(space, Act.VOTE, now()),
    }


@bp.get("/mine")
@signed_in
def mine(slug: str) -> Response:
    """My answers, the last one first; each can be changed while the vote is open."""
    space = load_space(slug)
    wanted = request.args.get("answer", "")
    statement = queries.answered_by(
        current_user, space, CHOICES.get(wanted), important=wanted == "important"
    )
    found = page_of(statement)
    return view(
        "deliberations/mine.html",
        "deliberations/_statements.html",
        found=found,
        kinds=_kinds_of_answers(space, wanted),
        back=f"mine-{wanted}" if wanted in KINDS else "mine",
        **_listed(space, found.items),
    )


def _kinds_of_answers(space: Space, wanted: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"), "agree": _("Agree"), "disagree": _("Disagree"), "pass": _("Pass"),
        "important": _("Important to me"),
    }  # fmt: skip
    return [
        {"label": label, "current": wanted == kind,
         "url": url_for("statements.mine", slug=space.slug, answer=kind or None)}
        for kind, label in labels.items()
    ]  # fmt: skip


@bp.get("/export.csv")
@open_to_all
def export(slug: str) -> Response:
    """Every public statement with its figures."""
    space = load_space(slug)
    rules.may_export(space, roles_of(current_user, space), now()).require()
    items = db.session.scalars(queries.statements_in(space)).unique().all()
    important = important_counts([item.id for item in items])
    rows = [
        (item.id, f"{active().base_url}{item.place}", item.body, item.published_at.isoformat(),
         int(item.is_meta), item.agree_count, item.disagree_count, item.pass_count,
         important.get(item.id, 0))
        for item in items
        if item.published_at is not None
    ]  # fmt: skip
    text = sheet(COLUMNS, rows, language())
    response = current_app.response_class(text, mimetype="text/csv")
    return as_file(response, f"statements-{space.slug}.csv")


@bp.get("/vote")
@open_to_all
def vote(slug: str) -> Response:
    """The statement that comes next, or the pause after each batch.

    `again` names a statement whose answer was just taken back; `more` is the number of answers at
    which the person chose to go on.
    """
    space = load_space(slug)
    again, more = request.args.get("again", ""), request.args.get("more", "")
    parts = _vote_parts(space, _number(again), _number(more))
    return view("deliberations/vote.html", "deliberations/_vote.html", **parts)


def _number(written: str) -> int:
    return row_number(written) or 0


def _vote_parts(space: Space, again: int = 0, more: int = 0) -> dict[str, Any]:
    may = may_act(current_user, space, Act.VOTE, now())
    answered = queries.answered_count(current_user, space)
    is_known = current_user.id is not None
    own = queries.own_statement_count(current_user, space) if is_known else 0
    total = max(count_of(space, Statement) - own, answered)
    item = queries.to_answer_again(current_user, space, again) if may and again else None
    pauses = item is None and more != answered and rules.is_a_pause(answered, total - answered)
    if may and item is None and not pauses:
        item = queries.next_statement(current_user, space, answered)
    return {
        "space": space,
        "may": may,
        "answered": answered,
        "total": total,
        "before_pause": rules.before_pause(answered, total - answered),
        "pauses": bool(may) and pauses,
        "batch": min(rules.BATCH, total - answered),
        "item": item,
        "last": queries.last_answered(current_user, space) if answered else None,
        "may_state": rules.may_state(current_user, space, now()),
    }


@bp.post("/<id:statement_id>/stance")
@signed_in
@limited("vote")
def take_stance(slug: str, statement_id: int) -> Response:
    """Agree, disagree or pass; the last word counts. `back` stays on a list."""
    item = load_readable(Statement, slug, statement_id)
    choice = CHOICES.get(request.form.get("stance", ""))
    if choice is None:
        raise Missing()
    votes.take_stance(item, current_user, choice, request.form.get("important") == "1")
    note_origin(item.space)
    commit()
    if request.form.get("back"):
        say(_("Your vote is counted."))
        return _on_the_list(item)
    return respond(
        "deliberations/_vote.html", otherwise=_address("vote", item.space),
        parts=lambda: _vote_parts(item.space),
    )  # fmt: skip


def _on_the_list(item: Statement) -> Response:
    back = request.form.get("back", "list")
    return respond(
        "deliberations/_statement.html",
        otherwise=f"{_list_of(back, item.space)}#statement-{item.id}",
        parts=lambda: _listed(item.space, [item]),
        item=item,
        back=back,
    )


def _list_of(back: str, space: Space) -> str:
    """The list that an answer was changed in: all statements, or mine with the filter in force."""
    name, _dash, kind = back.partition("-")
    if name != "mine":
        return _address("index", space)
    return url_for("statements.mine", slug=space.slug, answer=kind if kind in KINDS else None)


@bp.post("/<id:statement_id>/importance")
@signed_in
@limited("vote")
def importance(slug: str, statement_id: int) -> Response:
    """Say of a statement that I voted on that it matters to me (`wanted=1`), or no longer (0)."""
    item = load_readable(Statement, slug, statement_id)
    wanted = request.form.get("wanted") != "0"
    votes.mark_important(item, current_user, wanted)
    commit()
    say(_("Marked as important to you.") if wanted else _("No longer marked as important."))
    return _on_the_list(item)


@bp.post("/<id:statement_id>/undoing")
@signed_in
@limited("vote")
def undo(slug: str, statement_id: int) -> Response:
    """Take my answer back and ask the same statement again."""
    item = load_readable(Statement, slug, statement_id)
    votes.withdraw_stance(item, current_user)
    commit()
    say(_("Your answer is taken back: here is the sentence again."))
    return respond(
        "deliberations/_vote.html",
        otherwise=url_for("statements.vote", slug=slug, again=item.id),
        parts=lambda: _vote_parts(item.space, again=item.id),
    )


@bp.post("/<id:statement_id>/meta")
@role(Role.MODERATOR, Role.OFFICIAL)
def mark_meta(slug: str, statement_id: int) -> Response:
    """Say that a statement is about the person who votes (`wanted=1`), or is not (`wanted=0`)."""
    item = load_readable(Statement, slug, statement_id)
    actions.mark_meta(item, current_user, request.form.get("wanted") == "1")
    commit()
    say(_("Saved."))
    return _on_the_list(item)


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
@watched
@once
@limited("comment")
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
    if not item.is_visible:
        say(_("A moderator reads your text before everyone does. You will be told."))
        return go(_address("index", space))
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
