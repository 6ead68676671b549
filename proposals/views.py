"""The pages of proposals."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.contributions.models import Gathered, State
from civic.contributions.queries import count_of, counts_of, revisions_of
from civic.contributions.similar import similar_to
from civic.contributions.views import load_readable
from civic.db import commit, db
from civic.errors import Conflict, Missing
from civic.i18n import gettext as _, ngettext
from civic.spaces.doors import role
from civic.spaces.models import Act, Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.spaces.rules import is_open_for, open_until
from civic.web import slots
from civic.web.doors import open_to_all, signed_in
from civic.web.limits import limited
from civic.web.once import once
from civic.web.paging import page_of
from civic.web.requests import row_number
from civic.web.responses import go, page, rendered, say, view
from civic.web.traps import watched
from deliberations.threads.panel import thread_panel
from moderation.queries import was_moved_from
from proposals import actions, queries, rules
from proposals.forms import STAGES, AnswerForm, ProposalForm, WithdrawalForm
from proposals.models import Proposal, Stage
from proposals.queries import Order
from votes.queries import supported_by
from votes.rules import may_support

bp = Blueprint("proposals", __name__, url_prefix="/spaces/<slug:slug>/proposals")


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: read the proposals, write one."""
    return {space.id: _space_panel(space) for space in spaces}


def _space_panel(space: Space) -> Markup:
    verdict = rules.may_propose(current_user, space, now())
    calendar = is_open_for(space, Act.PROPOSE, now())
    total = count_of(space, Proposal)
    links = [{"label": _("Read the proposals"), "url": _address("index", space)}]
    if calendar:
        links.insert(0, {"label": _("Write a proposal"), "url": _address("new", space)})
    elif not total:
        return Markup("")
    return rendered(
        "spaces/_act.html",
        title=_("Proposals"),
        text=ngettext("%(num)s proposal to read.", "%(num)s proposals to read.", total),
        verdict=calendar and verdict,
        until=open_until(space, Act.PROPOSE, now()),
        links=links,
    )


def _address(view: str, space: Space) -> str:
    return url_for(f"proposals.{view}", slug=space.slug)


@slots.fills("space.card")
def card_line(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's card: how many proposals it has."""
    counts = counts_of(spaces, Proposal)
    return {
        space.id: Markup("{}").format(
            ngettext("%(num)s proposal", "%(num)s proposals", counts.get(space.id, 0))
        )
        for space in spaces
        if counts.get(space.id)
    }


def load(slug: str, proposal_id: int) -> Proposal:
    """A proposal of this space that the visitor may read."""
    found: Proposal = load_readable(Proposal, slug, proposal_id)
    return found


@bp.get("")
@open_to_all
def index(slug: str) -> Response:
    """The list: sorted, searched, filtered, page by page."""
    space = load_space(slug)
    order, seed, query, stage = _choices()
    statement = queries.proposals_in(space, order, seed, query, stage)
    is_whole = not query and stage is None
    found = page_of(statement, total=count_of(space, Proposal) if is_whole else None)
    return view(
        "proposals/index.html",
        "proposals/_list.html",
        space=space,
        found=found,
        order=order,
        orders=_order_links(space, query, stage),
        query=query,
        stage=stage,
        stages=STAGES,
        may_propose=rules.may_propose(current_user, space, now()),
        **_support_panel(found.items),
    )


def _choices() -> tuple[Order, int, str, Stage | None]:
    order = request.args.get("order", Order.RECENT)
    stage = request.args.get("stage", "")
    seed = request.args.get("seed", "0")
    if order not in set(Order) or (stage and stage not in set(Stage)):
        raise Missing()
    if row_number(seed) is None:
        raise Missing()
    query = request.args.get("q", "").strip()[:200]
    return Order(order), int(seed), query, Stage(stage) if stage else None


def _order_links(space: Space, query: str, stage: Stage | None) -> list[dict[str, Any]]:
    labels = {
        Order.RECENT: _("Most recent"),
        Order.SUPPORTED: _("Most supported"),
        Order.DISCUSSED: _("Most discussed"),
        Order.RANDOM: _("At random"),
    }
    kept: dict[str, Any] = {k: v for k, v in {"q": query, "stage": stage}.items() if v}
    current = request.args.get("order", Order.RECENT)
    return [
        {
            "label": label,
            "url": url_for("proposals.index", slug=space.slug, order=order.value, **kept)
            if order is not Order.RANDOM
            else url_for(
                "proposals.index", slug=space.slug, order=order.value, seed=_own_seed(), **kept
            ),
            "current": order == current,
        }
        for order, label in labels.items()
    ]


def _own_seed() -> int:
    given = request.args.get("seed", "")
    number = row_number(given)
    return secrets.randbelow(2**31) if number is None else number


def _support_panel(items: list[Proposal]) -> dict[str, Any]:
    return {
        "mine": supported_by(current_user, [item.id for item in items]),
        "may_support": {item.id: may_support(current_user, item, now()) for item in items},
    }


@bp.get("/<id:proposal_id>")
@open_to_all
def show(slug: str, proposal_id: int) -> Response:
    """One proposal with its answer and its thread; its new address when it was moved."""
    try:
        return show_page(load(slug, proposal_id))
    except Missing:
        found = db.session.get(Proposal, proposal_id)
        if found is None or not was_moved_from(found, load_space(slug)):
            raise
        return go(load(found.space.slug, proposal_id).url)


def show_page(proposal: Proposal, status: int = 200, **more: Any) -> Response:
    """The page of a proposal, with a refused form in it if there is one."""
    if proposal.state is State.DRAFT:
        return go(url_for("proposals.check", slug=proposal.space.slug, proposal_id=proposal.id))
    return page(
        "proposals/show.html",
        status=status,
        space=proposal.space,
        proposal=proposal,
        stages=STAGES,
        may_change=queries.may_change(current_user, proposal),
        may_withdraw=rules.may_withdraw(current_user, proposal),
        may_answer=rules.may_answer(roles_of(current_user, proposal.space)),
        gathered=db.session.get(Gathered, proposal.id),
        under_text=slots.panels("proposal.text", [proposal])[proposal.id],
        panels=slots.panels("proposal.page", [proposal])[proposal.id],
        **thread_panel(proposal),
        **_support_panel([proposal]),
        **more,
    )


@bp.get("/<id:proposal_id>/history")
@open_to_all
def history(slug: str, proposal_id: int) -> Response:
    """Every version of the text."""
    proposal = load(slug, proposal_id)
    return page(
        "proposals/history.html",
        space=proposal.space,
        proposal=proposal,
        revisions=db.session.scalars(revisions_of(proposal)).all(),
    )


# --- Writing ----------------------------------------------------------------------------------


@bp.get("/new")
@signed_in
def new(slug: str) -> Response:
    """The form for a new proposal."""
    space = load_space(slug)
    rules.may_propose(current_user, space, now()).require()
    drafts = db.session.scalars(queries.drafts_of(current_user, space)).all()
    return page("proposals/edit.html", space=space, form=ProposalForm(), proposal=None,
                drafts=drafts)  # fmt: skip


@bp.post("/new")
@signed_in
@watched
@once
@limited("comment")
def create(slug: str) -> Response:
    """Save a draft and go on to the check page."""
    space = load_space(slug)
    form = ProposalForm()
    rules.may_propose(current_user, space, now()).require()
    if not form.validate():
        db.session.rollback()
        return page("proposals/edit.html", space=space, form=form, proposal=None, status=422)
    proposal = actions.draft(space, current_user, form.title.data, form.body.data)
    address = url_for("proposals.check", slug=slug, proposal_id=proposal.id)
    commit(landing=address)
    return go(address)


@bp.get("/<id:proposal_id>/edit")
@signed_in
def edit(slug: str, proposal_id: int) -> Response:
    """The form of a draft, or of a proposal that may still change."""
    proposal = load(slug, proposal_id)
    queries.may_change(current_user, proposal).require()
    form = ProposalForm(obj=proposal)
    return page("proposals/edit.html", space=proposal.space, form=form, proposal=proposal)


@bp.post("/<id:proposal_id>/edit")
@signed_in
def save(slug: str, proposal_id: int) -> Response:
    """Save the change."""
    proposal = load(slug, proposal_id)
    form = ProposalForm()
    if not form.validate():
        return page("proposals/edit.html", space=proposal.space, form=form, proposal=proposal,
                    status=422)  # fmt: skip
    try:
        actions.change(
            proposal, current_user, form.title.data, form.body.data, form.version.data or 0
        )
    except Conflict as error:
        form.body.errors = [str(error)]
        form.version.raw_data, form.version.data = None, proposal.version
        return page("proposals/edit.html", space=proposal.space, form=form, proposal=proposal,
                    theirs=proposal, status=409)  # fmt: skip
    commit()
    say(_("Saved."))
    return go(proposal.url)


@bp.get("/<id:proposal_id>/check")
@signed_in
def check(slug: str, proposal_id: int) -> Response:
    """Read it once more before everyone does."""
    proposal = load(slug, proposal_id)
    if proposal.state is not State.DRAFT:
        return go(proposal.url)
    return page(
        "proposals/check.html",
        space=proposal.space,
        proposal=proposal,
        under_text=slots.panels("proposal.text", [proposal])[proposal.id],
        may_publish=rules.may_propose(current_user, proposal.space, now()),
        similar=similar_to(
            Proposal, proposal.space, f"{proposal.title} {proposal.body}", leave_out=proposal.id
        ),
    )


@bp.post("/<id:proposal_id>/publication")
@signed_in
@once
def publish(slug: str, proposal_id: int) -> Response:
    """Show it to everyone."""
    proposal = load(slug, proposal_id)
    actions.publish(proposal, by=current_user)
    commit(landing=proposal.url)
    say(
        _("Your proposal is published. You will be told of comments and of the town’s answer.")
        if proposal.is_visible
        else _("A moderator reads your proposal before everyone does. You will be told.")
    )
    return go(proposal.url)


@bp.post("/<id:proposal_id>/discarding")
@signed_in
def discard(slug: str, proposal_id: int) -> Response:
    """Throw a draft away."""
    proposal = load(slug, proposal_id)
    actions.discard(proposal, by=current_user)
    commit()
    say(_("The draft is thrown away."))
    return go(url_for("proposals.index", slug=slug))


@bp.get("/<id:proposal_id>/withdrawal")
@signed_in
def ask_withdrawal(slug: str, proposal_id: int) -> Response:
    """Ask for the reason first."""
    proposal = load(slug, proposal_id)
    rules.may_withdraw(current_user, proposal).require()
    return page("proposals/withdraw.html", space=proposal.space, proposal=proposal,
                form=WithdrawalForm())  # fmt: skip


@bp.post("/<id:proposal_id>/withdrawal")
@signed_in
def withdraw(slug: str, proposal_id: int) -> Response:
    """Take a proposal out of the running."""
    proposal = load(slug, proposal_id)
    form = WithdrawalForm()
    if not form.validate():
        return page("proposals/withdraw.html", space=proposal.space, proposal=proposal, form=form,
                    status=422)  # fmt: skip
    actions.withdraw(proposal, by=current_user, because=form.because.data)
    commit()
    say(_("Your proposal is withdrawn. Its text stays readable."))
    return go(proposal.url)


# --- Answering --------------------------------------------------------------------------------


@bp.get("/<id:proposal_id>/answer")
@role(Role.OFFICIAL)
def ask_answer(slug: str, proposal_id: int) -> Response:
    """The form of the town's answer."""
    proposal = load(slug, proposal_id)
    form = AnswerForm(obj=proposal.answer)
    if proposal.answer:
        form.stage.data = proposal.answer.stage.value
    return page("proposals/answer.html", space=proposal.space, proposal=proposal, form=form)


@bp.post("/<id:proposal_id>/answer")
@role(Role.OFFICIAL)
def answer(slug: str, proposal_id: int) -> Response:
    """Save or publish the town's answer."""
    proposal = load(slug, proposal_id)
    form = AnswerForm()
    if not form.validate():
        return page("proposals/answer.html", space=proposal.space, proposal=proposal, form=form,
                    status=422)  # fmt: skip
    given = actions.answer(
        proposal, current_user, Stage(form.stage.data), form.body.data, form.is_published.data
    )
    commit()
    say(_("The answer is published.") if given.is_published else _("Draft saved."))
    return go(proposal.url)
