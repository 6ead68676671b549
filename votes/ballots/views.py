"""The pages of a ballot that everyone may open: the list, the paper, the result, the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from civic.clock import now
from civic.db import commit, db
from civic.errors import Conflict, Missing, Verdict, no
from civic.i18n import gettext as _, ngettext
from civic.spaces.models import Role, Space
from civic.spaces.queries import load_space, roles_of
from civic.web import slots
from civic.web.doors import open_to_all, reads_first, require_fresh, signed_in
from civic.web.limits import limited
from civic.web.responses import as_file, page, rendered, wants_fragment
from votes import recount
from votes.ballots import actions, casting, conditions, queries, rules, sealing
from votes.ballots.batches import queries as batches
from votes.ballots.casting import BallotRefusedError, Content
from votes.ballots.download import download_of
from votes.ballots.export import box_of
from votes.ballots.forms import VOTERS, ReceiptForm
from votes.ballots.kinds import LABELS, Shape
from votes.ballots.models import Act, Ballot, State
from votes.ballots.results import Told, published

bp = Blueprint("ballots", __name__, url_prefix="/spaces/<slug:slug>/ballots")
NOT_ASKED_AGAIN = ("csrf_token", "sure", "_once")


@slots.fills("space.page")
def space_panel(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On a space's page: vote, or read the results."""
    return {space.id: _panel(space) for space in spaces}


def _panel(space: Space) -> Markup:
    found = db.session.scalars(queries.ballots_in([space])).all()
    if not found:
        return Markup("")
    is_open = [ballot for ballot in found if ballot.is_open(now())]
    address = url_for("ballots.index", slug=space.slug)
    links = [{"label": _("Vote: %(question)s", question=b.question), "url": b.url} for b in is_open]
    return rendered(
        "spaces/_act.html",
        title=_("Ballots"),
        text=ngettext("%(num)s ballot is open now.", "%(num)s ballots are open now.", len(is_open)),
        verdict=bool(is_open),
        until=None,
        links=[*links[:3], {"label": _("All ballots and results"), "url": address}],
    )


def is_official(space: Space) -> bool:
    """Whether the reader runs the ballots of this space."""
    return Role.OFFICIAL in roles_of(current_user, space)


@bp.get("")
@open_to_all
def index(slug: str) -> Response:
    """Every ballot of the space, the latest first."""
    space = load_space(slug)
    mine = is_official(space)
    return page(
        "ballots/index.html",
        space=space,
        is_official=mine,
        ballots=db.session.scalars(queries.ballots_in([space], drafts=mine)).all(),
        now=now(),
        labels=LABELS,
    )


def load(slug: str, ballot_id: int) -> Ballot:
    """A ballot that the reader may see."""
    space = load_space(slug)
    return queries.load_ballot(space, ballot_id, drafts=is_official(space))


def load_for_team(slug: str, ballot_id: int) -> Ballot:
    """A ballot for those who run it: officials of the space, and administrators to confirm."""
    space = load_space(slug)
    if not is_official(space) and not current_user.is_administrator:
        raise Missing()
    return queries.load_ballot(space, ballot_id, drafts=True)


def require_fresh_for(act: Act) -> None:
    """Who ends a vote early, or confirms it, proves who they are, of one ballot or of several."""
    if act is Act.CLOSE:
        require_fresh()


@bp.get("/<id:ballot_id>")
@open_to_all
def show(slug: str, ballot_id: int) -> Response:
    """The paper while votes are taken; then what became of it; then the result."""
    return shown(load(slug, ballot_id))


def shown(
    ballot: Ballot, status: int = 200, given: Any = None, reasons: Sequence[str] = ()
) -> Response:
    """The page of a ballot; what was chosen stays on a paper that is refused."""
    voted = queries.has_voted(ballot, current_user)
    hides = ballot.hides_turnout and ballot.state is State.OPEN
    return page(
        "ballots/show.html",
        status,
        **around(ballot),
        given=given or {},
        basket=_basket(ballot, given),
        **_arranged(ballot, given),
        reasons=reasons,
        errors=bool(reasons),
        voted=voted,
        may_vote=_may_vote(ballot, voted),
        turnout=None if hides or ballot.state is State.DRAFT else queries.voters_of(ballot),
        roll=queries.roll_of(ballot),
        told=told(ballot) if ballot.state is State.PUBLISHED else None,
        may_share=rules.may_share_ballots(ballot),
        withdrawn=[b for b in batches.batches_of(ballot) if b.withdrawn_at],
        receipt_form=ReceiptForm(formdata=None),
    )


def _may_vote(ballot: Ballot, voted: bool) -> Verdict:
    """Whether the reader may put a ballot into this box now."""
    on_roll = queries.is_on_roll(ballot, current_user)
    verdict = rules.may_vote(current_user, ballot, on_roll, voted, now())
    if verdict and batches.voted_on_paper(ballot, current_user):
        return no(_("The roll says that you have voted on paper."))
    return verdict and conditions.verdict(ballot, current_user)


def around(ballot: Ballot) -> dict[str, Any]:
    """What every page of a ballot needs."""
    return {
        "space": ballot.space, "ballot": ballot, "sheet": ballot.sheet, "now": now(),
        "labels": LABELS, "voters": VOTERS, "is_official": is_official(ballot.space),
        "panels": slots.panels("ballot.page", [ballot])[ballot.id],
    }  # fmt: skip


def told(ballot: Ballot) -> Told:
    """The result in words."""
    assert ballot.result is not None
    return Told(
        ballot.result,
        {option.key: option.name for option in ballot.options},
        {option.key: option.cost or 0 for option in ballot.options},
        queries.paper_count(ballot),
    )


@bp.post("/<id:ballot_id>")
@signed_in
@limited("vote")
def vote(slug: str, ballot_id: int) -> Response:
    """Check a filled-in paper; with `sure`, put it into the box and give the receipt."""
    ballot = load(slug, ballot_id)
    _may_vote(ballot, queries.has_voted(ballot, current_user)).require()
    try:
        content = casting.read(ballot.sheet, request.form)
    except BallotRefusedError as error:
        return shown(ballot, 422, request.form, error.reasons)
    if request.form.get("sure") != "1":
        return _to_check(ballot, content)
    try:
        receipt = actions.cast(ballot, current_user, content)
    except Conflict as error:
        db.session.rollback()
        return shown(ballot, 409, request.form, [str(error)])
    commit()
    return page("ballots/receipt.html", **around(ballot), receipt=receipt)


def _to_check(ballot: Ballot, content: Content) -> Response:
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in NOT_ASKED_AGAIN]
    return page(
        "ballots/check.html",
        **around(ballot),
        fields=fields,
        said=said(ballot, content),
        cost=casting.cost_of(ballot.sheet, content) if ballot.sheet.is_budget else None,
    )


def said(ballot: Ballot, content: Content) -> list[tuple[str, str]]:
    """The paper in words: each named option and what is said of it."""
    names = {option.key: option.name for option in ballot.options}
    if isinstance(content, dict):
        return [(names[key], str(value)) for key, value in content.items()]
    ranked = ballot.sheet.shape.value == "ranking"
    return [(names[key], str(n) if ranked else "") for n, key in enumerate(content, 1)]


@bp.post("/<id:ballot_id>/arranged")
@signed_in
@reads_first
def arrange(slug: str, ballot_id: int) -> Response:
    """The same paper with one option moved up or down, or with what is left of the points."""
    ballot, step = load(slug, ballot_id), request.form.get("move", "")
    given: Any = request.form
    if ballot.sheet.shape is Shape.RANKING:
        direction, _hyphen, key = step.partition("-")
        given = MultiDict(casting.moved(ballot.sheet, given, key, direction == "up"))
    elif ballot.sheet.shape is not Shape.POINTS:
        raise Missing()
    if not wants_fragment():
        return shown(ballot, 200, given)
    template = "_paper" if ballot.sheet.shape is Shape.RANKING else "_remainder"
    here = around(ballot) | _arranged(ballot, given)
    return page(f"ballots/{template}.html", given=given, reasons=(), **here)


def _arranged(ballot: Ballot, given: Any) -> dict[str, Any]:
    """Rankings are shown in the order of their places; papers by points with what is left."""
    sheet, fields = ballot.sheet, given or MultiDict()
    if sheet.shape is Shape.RANKING:
        order = casting.ranked(sheet, fields)
        places = {key: place for place, key in enumerate(order)}
        by_place = sorted(sheet.choices, key=lambda choice: places.get(choice.key, len(order)))
        return {"choices": by_place}
    if sheet.shape is Shape.POINTS and sheet.most_points:
        return {"remainder": casting.points_left(sheet, fields)}
    return {}


@bp.post("/<id:ballot_id>/basket")
@signed_in
@reads_first
def basket(slug: str, ballot_id: int) -> Response:
    """What the ticked projects cost and what is left of the sum; nothing is cast."""
    ballot = load(slug, ballot_id)
    if not ballot.sheet.is_budget:
        raise Missing()
    told = _basket(ballot, request.form)
    if wants_fragment():
        return page("ballots/_basket.html", basket=told, sheet=ballot.sheet)
    return shown(ballot, 200, request.form)


def _basket(ballot: Ballot, given: Any) -> dict[str, int] | None:
    """What a basket holds, costs and leaves; None on a paper that has none."""
    total = ballot.sheet.budget
    if total is None:
        return None
    ticked = given.getlist("tick") if given else []
    cost = casting.cost_of(ballot.sheet, ticked)
    return {"chosen": len(ticked), "cost": cost, "left": total - cost}


@bp.post("/<id:ballot_id>/receipt")
@open_to_all
def receipt(slug: str, ballot_id: int) -> Response:
    """Whether the box holds the ballot of a receipt. It tells nothing of what is on it."""
    ballot = load(slug, ballot_id)
    form = ReceiptForm()
    found = None
    if form.validate():
        digest = sealing.receipt_digest(form.receipt.data)
        found = queries.holds_receipt(ballot, digest)
    return page("ballots/looked.html", 200 if found is not None else 422, **around(ballot),
                form=form, found=found)  # fmt: skip


@bp.get("/<id:ballot_id>/ballots.jsonl")
@open_to_all
def download(slug: str, ballot_id: int) -> Response:
    """The anonymous ballots with the rule and the result, for anyone to count again."""
    ballot = load(slug, ballot_id)
    rules.may_share_ballots(ballot).require()
    return _as_file(download_of(ballot), ballot, "jsonl")


@bp.get("/<id:ballot_id>/box.json")
@open_to_all
def box(slug: str, ballot_id: int) -> Response:
    """The leaves of the sealed box with their receipts: whoever voted finds their own in it."""
    ballot = load(slug, ballot_id)
    rules.is_sealed(ballot).require()
    papers = queries.papers_of(ballot)
    leaves = [(sealing.leaf(p.id, p.content, p.receipt), p.receipt) for p in papers]
    return _as_file(box_of(leaves, ballot.merkle_root), ballot, "box.json")


@bp.get("/<id:ballot_id>/seal.json")
@open_to_all
def signed_seal(slug: str, ballot_id: int) -> Response:
    """What was signed at the sealing, with its signature and the public key."""
    ballot = load(slug, ballot_id)
    rules.is_sealed(ballot).require()
    signed = queries.seal_of(ballot)
    if signed is None:
        raise Missing()
    return _as_file(recount.written(vars(signed)), ballot, "seal.json")


@bp.get("/<id:ballot_id>/result.json")
@open_to_all
def result(slug: str, ballot_id: int) -> Response:
    """The counted result, for programs."""
    ballot = load(slug, ballot_id)
    rules.is_published(ballot).require()
    return _as_file(recount.written(published(ballot.result or {})), ballot, "json")


def _as_file(text: str, ballot: Ballot, ending: str) -> Response:
    response = current_app.response_class(text, mimetype="application/json")
    name = f"vote-{ballot.space.slug}-{ballot.id}.{ending}"
    return as_file(response, name)
