"""Write, publish, change, withdraw and answer proposals."""

from __future__ import annotations

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.contributions import actions as contributions
from civic.contributions.models import State
from civic.contributions.queries import followers_of
from civic.db import db
from civic.errors import Conflict
from civic.events import Event
from civic.i18n import gettext as _
from civic.notifications.actions import notify, unsay
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain, to_html
from moderation import actions as moderation
from proposals.models import OfficialAnswer, Proposal, Stage
from proposals.rules import ANSWERS, may_answer, may_change, may_propose, may_withdraw
from votes.queries import supporters_of

proposal_published = Event("proposal.published")
"""A proposal is public. Carries `proposal_id`."""


def draft(space: Space, by: Account, title: str, body: str) -> Proposal:
    """Start a proposal that only its author sees."""
    may_propose(by, space, now()).require()
    return contributions.write(Proposal, space, by, title=title, body=body)


def change(proposal: Proposal, by: Account, title: str, body: str, version: int) -> None:
    """Change the text; earlier versions stay readable once it is public."""
    is_asked = moderation.is_asked_to_change(proposal)
    may_change(by, proposal, is_asked).require()
    before = proposal.version
    contributions.revise(proposal, by, title, body, version)
    moderation.note_change(proposal)
    if is_asked and proposal.version != before:
        _tell_supporters(proposal, by)


def note_picture(proposal: Proposal, by: Account) -> None:
    """Its author changes the picture: those who support the text hear of it as of the text."""
    if moderation.is_asked_to_change(proposal):
        _tell_supporters(proposal, by)


def _tell_supporters(proposal: Proposal, by: Account) -> None:
    notify(supporters_of(proposal), "proposals.changed", about=proposal, by=by)


def publish(proposal: Proposal, by: Account) -> None:
    """Show a draft to everyone, or to a moderator first where the space has it so."""
    may_propose(by, proposal.space, now()).require()
    may_change(by, proposal).require()
    if proposal.state is not State.DRAFT:
        raise Conflict(_("This proposal is public already."))
    if moderation.let_out(proposal):
        proposal_published.send(db.session(), proposal_id=proposal.id)


def discard(proposal: Proposal, by: Account) -> None:
    """Throw a draft away."""
    may_change(by, proposal).require()
    if proposal.state is not State.DRAFT:
        raise Conflict(_("This proposal is public: it can be withdrawn, not thrown away."))
    contributions.take_back(proposal, by)


def withdraw(proposal: Proposal, by: Account, because: str) -> None:
    """Take a proposal out of the running; its text and history stay public."""
    may_withdraw(by, proposal).require()
    proposal.stage, proposal.is_settled = Stage.WITHDRAWN, True
    proposal.withdrawn_because = plain(because)
    audit.record(by, "proposal.withdrawn", about=proposal, because=proposal.withdrawn_because)
    notify(followers_of(proposal), "proposals.withdrawn", about=proposal, by=by)


def answer(
    proposal: Proposal, by: Account, stage: Stage, body: str, is_published: bool
) -> OfficialAnswer:
    """Write the town's answer. Once published it can be corrected, not taken back.

    Those who follow the proposal are told when it is published, and again when the stage changes.
    """
    may_answer(roles_of(by, proposal.space)).require()
    if stage not in ANSWERS:
        raise ValueError(f"{stage} is not an answer.")
    row = proposal.answer or OfficialAnswer(proposal=proposal, is_published=False)
    before = proposal.stage
    row.stage, row.body, row.body_html = stage, plain(body), to_html(body)
    row.by_id, row.at = by.id, now()
    row.is_published = row.is_published or is_published
    db.session.add(row)
    if row.is_published:
        _apply(proposal, row, by, before)
    db.session.flush()
    return row


def take_back_answer(proposal: Proposal, by: Account) -> None:
    """Take back an answer that was given in error: the proposal awaits one again.

    Those who had not yet read that it was answered are told nothing; the others are told.
    """
    may_answer(roles_of(by, proposal.space)).require()
    row = proposal.answer
    if row is None:
        return
    if proposal.stage is not Stage.WITHDRAWN:
        proposal.stage, proposal.is_settled = Stage.NOT_ANSWERED, False
    db.session.delete(row)
    db.session.flush()
    db.session.refresh(proposal, ["answer"])
    audit.record(by, "proposal.answer_taken_back", about=proposal)
    notify(
        unsay("proposals.answered", proposal), "proposals.answer_taken_back", about=proposal, by=by
    )


def _apply(proposal: Proposal, row: OfficialAnswer, by: Account, before: Stage) -> None:
    if proposal.stage is not Stage.WITHDRAWN:
        proposal.stage = row.stage
        proposal.is_settled = row.stage is not Stage.EVALUATING
    audit.record(by, "proposal.answered", about=proposal, stage=row.stage.value)
    if before is not proposal.stage:
        notify(followers_of(proposal), "proposals.answered", about=proposal, by=by)
