"""The organisers' pages: drafting, the check list, and the acts that need two people."""

from __future__ import annotations

from flask import Response
from flask_login import current_user
from sqlalchemy import select

from civic.clock import now
from civic.db import commit, db, get_or_missing
from civic.i18n import gettext as _
from civic.spaces.doors import role
from civic.spaces.models import Role
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import signed_in
from civic.web.once import once
from civic.web.responses import go, page, say
from votes.ballots import actions, queries, rules
from votes.ballots.forms import ACTS, DraftForm, DrawForm, RequestForm
from votes.ballots.models import Act, Ballot, BallotRequest, RollEntry, State
from votes.ballots.views import around, bp, load, load_for_team, require_fresh_for, told

official = role(Role.OFFICIAL)


@bp.get("/new")
@official
def new(slug: str) -> Response:
    """The form of a new ballot."""
    return _drafting(slug, DraftForm(formdata=None))


def _drafting(
    slug: str, form: DraftForm, status: int = 200, ballot: Ballot | None = None
) -> Response:
    return page("ballots/edit.html", status, space=load_space(slug), form=form, ballot=ballot)


@bp.post("/new")
@official
@once
def create(slug: str) -> Response:
    """Make the draft."""
    space, form = load_space(slug), DraftForm()
    if not form.validate():
        db.session.rollback()
        return _drafting(slug, form, 422)
    ballot = actions.draft(
        space, current_user, form.question.data, form.rule.data, form.plans(), form.addresses(),
        **form.given(),
    )  # fmt: skip
    address = f"{ballot.url}/desk"
    commit(landing=address)
    say(_("The draft is saved: only the officials of this space see it."))
    return go(address)


@bp.get("/<id:ballot_id>/edit")
@official
def edit(slug: str, ballot_id: int) -> Response:
    """The form of a draft."""
    ballot = load(slug, ballot_id)
    rules.may_change_draft(ballot).require()
    listed = select(RollEntry.email).where(RollEntry.ballot_id == ballot.id)
    emails = list(db.session.scalars(listed.order_by(RollEntry.email)))
    return _drafting(slug, DraftForm.of(ballot, emails), ballot=ballot)


@bp.post("/<id:ballot_id>/edit")
@official
def save(slug: str, ballot_id: int) -> Response:
    """Write the draft anew."""
    ballot, form = load(slug, ballot_id), DraftForm()
    rules.may_change_draft(ballot).require()
    if not form.validate():
        return _drafting(slug, form, 422, ballot)
    actions.redraft(
        ballot, current_user, form.question.data, form.rule.data, form.plans(), form.addresses(),
        **form.given(),
    )  # fmt: skip
    commit()
    say(_("Saved."))
    return go(f"{ballot.url}/desk")


@bp.get("/<id:ballot_id>/desk")
@signed_in
def desk(slug: str, ballot_id: int) -> Response:
    """Where the ballot stands, what is missing, and what may be done next."""
    return _desk(load_for_team(slug, ballot_id))


def _desk(
    ballot: Ballot, form: RequestForm | None = None, draw: DrawForm | None = None, status: int = 200
) -> Response:
    roll = queries.roll_of(ballot)
    is_draft = ballot.state is State.DRAFT
    waiting, roles = queries.waiting_requests(ballot), roles_of(current_user, ballot.space)
    return page(
        "ballots/desk.html",
        status,
        **around(ballot),
        obstacles=list(rules.obstacles(ballot, roll, now())) if is_draft else [],
        remarks=list(rules.remarks(ballot, roll)) if is_draft else [],
        roll=roll,
        turnout=queries.voters_of(ballot) if ballot.cast_count is None else ballot.cast_count,
        requests=waiting,
        may_confirm={one.id: rules.may_confirm(current_user, one, roles) for one in waiting},
        acts=ACTS,
        form=form or RequestForm(formdata=None),
        draw_form=draw or DrawForm(formdata=None),
        may_seal=rules.may_seal(ballot, now()),
        told=told(ballot) if ballot.result else None,
    )


@bp.post("/<id:ballot_id>/opening")
@official
def open_it(slug: str, ballot_id: int) -> Response:
    """Freeze everything and take votes from the opening on."""
    ballot = load(slug, ballot_id)
    actions.open_ballot(ballot, current_user)
    commit()
    say(_("Everything is frozen. Votes are taken from the opening on."))
    return go(f"{ballot.url}/desk")


@bp.post("/<id:ballot_id>/requests")
@official
def ask(slug: str, ballot_id: int) -> Response:
    """Ask for an act that another person must confirm."""
    ballot, form = load(slug, ballot_id), RequestForm()
    if not form.validate():
        return _desk(ballot, form, status=422)
    act = Act(form.act.data)
    require_fresh_for(act)
    actions.ask(ballot, current_user, act, form.because.data, form.closes_at.data)
    commit()
    say(_("Asked for. Another official or an administrator must confirm it."))
    return go(f"{ballot.url}/desk")


@bp.post("/<id:ballot_id>/requests/<id:request_id>/confirmation")
@signed_in
def confirm(slug: str, ballot_id: int, request_id: int) -> Response:
    """Do what somebody else asked for."""
    ballot = load_for_team(slug, ballot_id)
    waiting = get_or_missing(BallotRequest, request_id, ballot_id=ballot.id)
    rules.may_confirm(current_user, waiting, roles_of(current_user, ballot.space)).require()
    require_fresh_for(waiting.act)
    actions.confirm(waiting, ballot, current_user)
    commit()
    say(_("Confirmed, and done."))
    return go(f"{ballot.url}/desk")


@bp.post("/<id:ballot_id>/sealing")
@official
def seal(slug: str, ballot_id: int) -> Response:
    """Close the box for good and count."""
    ballot = load(slug, ballot_id)
    actions.seal(ballot, current_user)
    commit()
    say(_("The box is sealed and counted. Publishing takes two people."))
    return go(f"{ballot.url}/desk")


@bp.post("/<id:ballot_id>/draw")
@official
def draw(slug: str, ballot_id: int) -> Response:
    """Settle a tie by what was drawn in public."""
    ballot, form = load(slug, ballot_id), DrawForm()
    if not form.validate():
        return _desk(ballot, draw=form, status=422)
    actions.enter_draw(ballot, current_user, form.draw.data)
    commit()
    say(_("The draw is entered, and the result counted with it."))
    return go(f"{ballot.url}/desk")
