"""Draft, open, vote, seal and publish."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent, locked
from civic.errors import Conflict, NotAllowed
from civic.events import Event
from civic.i18n import gettext as _
from civic.journal.actions import statement
from civic.journal.signing import sign
from civic.settings import active
from civic.spaces.models import Space
from civic.text import plain, to_html
from votes.ballots import conditions, queries, rules, sealing
from votes.ballots.batches import queries as batches
from votes.ballots.casting import Content
from votes.ballots.describing import definition_of, published_definition, told_by_seal
from votes.ballots.export import result_of
from votes.ballots.models import (
    Act,
    Ballot,
    BallotOption,
    BallotRequest,
    BallotSeal,
    BoxPaper,
    Electorate,
    Emargement,
    Residents,
    RollEntry,
    State,
)
from votes.recount import SEAL

ballot_opened = Event("ballot.opened")
"""A ballot takes votes. Carries `ballot_id`."""
ballot_published = Event("ballot.published")
"""The result of a ballot is public. Carries `ballot_id`."""


@dataclass(frozen=True)
class OptionPlan:
    """One option as drafted."""

    name: str
    cost: int | None = None
    contribution_id: int | None = None


def draft(
    space: Space, by: Account, question: str, rule: str, options: Iterable[OptionPlan],
    emails: Iterable[str] = (), **given: Any,
) -> Ballot:  # fmt: skip
    """Start a ballot that only the officials of the space see."""
    ballot = Ballot(space=space, drafted_by_id=by.id, state=State.DRAFT)
    redraft(ballot, by, question, rule, options, emails, **given)
    audit.record(by, "ballot.drafted", about=ballot)
    return ballot


def redraft(
    ballot: Ballot, by: Account, question: str, rule: str, options: Iterable[OptionPlan],
    emails: Iterable[str] = (), age_brackets: Iterable[str] = (), districts: Iterable[str] = (),
    **given: Any,
) -> None:  # fmt: skip
    """Write a draft anew: fields, options and roll."""
    if ballot.id is not None:
        ballot = locked(ballot)
        rules.may_change_draft(ballot).require()
        ballot.options.clear()
        db.session.execute(delete(RollEntry).where(RollEntry.ballot_id == ballot.id))
        db.session.flush()
        audit.record(by, "ballot.redrafted", about=ballot)
    ballot.question, ballot.rule = plain(question), rule
    for field, value in given.items():
        setattr(ballot, field, value)
    ballot.description_html = to_html(ballot.description or "")
    ballot.residents = _residents(ballot, list(age_brackets), list(districts))
    ballot.options = [
        BallotOption(position=n, key=f"o{n}", name=plain(option.name), cost=option.cost,
                     contribution_id=option.contribution_id)
        for n, option in enumerate(options, start=1)
    ]  # fmt: skip
    db.session.add(ballot)
    db.session.flush()
    addresses = sorted({_line_of_roll(email) for email in emails})
    db.session.add_all(RollEntry(ballot_id=ballot.id, email=email) for email in addresses)
    db.session.flush()


def _residents(ballot: Ballot, brackets: list[str], districts: list[str]) -> Residents | None:
    if ballot.electorate is not Electorate.VERIFIED or not (brackets or districts):
        return None
    row = ballot.residents or Residents()
    row.age_brackets, row.districts = brackets, districts
    return row


def _line_of_roll(written: str) -> str:
    """An address in small letters, or the name of somebody who has none and votes on paper."""
    return written.strip().lower() if "@" in written else plain(written).strip()


def open_ballot(ballot: Ballot, by: Account) -> None:
    """Freeze everything, publish the digest of the definition, and take votes from `opens_at`."""
    ballot = locked(ballot)
    rules.may_change_draft(ballot).require()
    found = list(rules.obstacles(ballot, queries.roll_size(ballot), now()))
    if found:
        raise NotAllowed(" ".join(found))
    ballot.secret = secrets.token_hex(32) if ballot.allows_change else ""
    ballot.definition_digest = sealing.digest(published_definition(ballot))
    ballot.state = State.OPEN
    audit.record(by, "ballot.opened", about=ballot, digest=ballot.definition_digest)
    ballot_opened.send(db.session(), ballot_id=ballot.id)


def cast(ballot: Ballot, by: Account, content: Content) -> str:
    """Put one ballot into the box: émargement and paper in one transaction.

    Returns
    -------
    str
        The receipt, which is stored nowhere.
    """
    ballot = locked(ballot, share=True)
    rules.may_vote(by, ballot, queries.is_on_roll(ballot, by), voted=False, now=now()).require()
    if batches.voted_on_paper(ballot, by):
        raise Conflict(_("The roll says that you have voted on paper."))
    conditions.admit(ballot, by)
    receipt = sealing.new_receipt()
    paper = {
        "content": sealing.canonical(content),
        "receipt": sealing.receipt_digest(receipt),
        "voter_key": sealing.voter_key(ballot.secret, by.id) if ballot.allows_change else None,
    }
    if insert_if_absent(Emargement, _signature(ballot, by)):
        own = {"id": sealing.new_paper_id(), "ballot_id": ballot.id}
        db.session.execute(insert(BoxPaper).values(**own, **paper))
    else:
        _replace(ballot, paper)
    return receipt


def _signature(ballot: Ballot, by: Account) -> dict[str, Any]:
    return {
        "ballot_id": ballot.id,
        "account_id": by.id,
        "roll_entry_id": queries.roll_entry_of(ballot, by),
        "day": now().astimezone(active().zone).date(),
    }


def _replace(ballot: Ballot, paper: dict[str, Any]) -> None:
    if not ballot.allows_change:
        raise Conflict(_("You have voted. This vote does not let ballots be changed."))
    changed = db.session.execute(
        update(BoxPaper)
        .where(BoxPaper.ballot_id == ballot.id, BoxPaper.voter_key == paper["voter_key"])
        .values(**paper)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("Somebody has voted with this line of the roll already."))


def take_out(ballot: Ballot, by: Account) -> None:
    """Take one's ballot out of an open box, where ballots may be changed: as if it had never been
    cast."""
    ballot = locked(ballot, share=True)
    rules.calendar(ballot, now()).require()
    if not ballot.allows_change:
        raise Conflict(_("You have voted. This vote does not let ballots be changed."))
    key = sealing.voter_key(ballot.secret, by.id)
    papers = db.session.execute(
        delete(BoxPaper).where(BoxPaper.ballot_id == ballot.id, BoxPaper.voter_key == key)
    )
    names = db.session.execute(
        delete(Emargement).where(Emargement.ballot_id == ballot.id, Emargement.account_id == by.id)
    )
    if (papers.rowcount, names.rowcount) != (1, 1):  # type: ignore[attr-defined]
        raise Conflict(_("There is no ballot of yours to take out."))


# --- Two people -------------------------------------------------------------------------------


def ask(
    ballot: Ballot, by: Account, act: Act, because: str, closes_at: datetime | None = None
) -> BallotRequest:
    """Ask for an act that needs two people."""
    ballot = locked(ballot)
    rules.may_ask(ballot, act, now()).require()
    if act is Act.EXTEND and (closes_at is None or closes_at <= ballot.closes_at):
        raise NotAllowed(_("The new closing must come after the present one."))
    if any(waiting.act is act for waiting in queries.waiting_requests(ballot)):
        raise Conflict(_("This has been asked for already: another person can confirm it."))
    request = BallotRequest(
        ballot_id=ballot.id, act=act, because=plain(because), asked_by_id=by.id, asked_at=now(),
        closes_at=closes_at if act is Act.EXTEND else None,
    )  # fmt: skip
    db.session.add(request)
    audit.record(by, f"ballot.{act}_asked", about=ballot, because=request.because)
    return request


def confirm(request: BallotRequest, ballot: Ballot, by: Account) -> None:
    """Do what another person asked for. Who may confirm is the caller's to check first."""
    ballot = locked(ballot)
    db.session.refresh(request)
    if request.confirmed_at is not None:
        raise Conflict(_("This has been confirmed already."))
    if request.asked_by_id == by.id:
        raise NotAllowed(_("You asked for this yourself: another person must confirm it."))
    rules.may_ask(ballot, request.act, now()).require()
    request.confirmed_by_id, request.confirmed_at = by.id, now()
    ACTS[request.act](ballot, request)
    audit.record(
        by, f"ballot.{request.act}_confirmed", about=ballot, because=request.because,
        asked_by=request.asked_by_id, closes_at=ballot.closes_at.isoformat(),
    )  # fmt: skip


def _close(ballot: Ballot, _request: BallotRequest) -> None:
    instant = now()
    if instant <= ballot.opens_at:
        raise NotAllowed(_("Voting has not begun: it cannot be closed yet."))
    ballot.closes_at = instant


def _extend(ballot: Ballot, request: BallotRequest) -> None:
    assert request.closes_at is not None
    ballot.closes_at = max(ballot.closes_at, request.closes_at)


def _publish(ballot: Ballot, _request: BallotRequest) -> None:
    ballot.state, ballot.published_at = State.PUBLISHED, now()
    ballot_published.send(db.session(), ballot_id=ballot.id)


ACTS = {Act.CLOSE: _close, Act.EXTEND: _extend, Act.PUBLISH: _publish}


# --- Sealing ----------------------------------------------------------------------------------


def seal(ballot: Ballot, by: Account) -> None:
    """After the close: compare box and émargements, cut every link, take the root, count."""
    ballot = locked(ballot)
    rules.may_seal(ballot, now()).require()
    if batches.unfinished(ballot):
        raise Conflict(_("Some batches of paper ballots are neither in the box nor withdrawn."))
    papers = [(p.id, p.content, p.receipt) for p in queries.papers_of(ballot)]
    if len(papers) != queries.voters_of(ballot):
        raise Conflict(_("The box and the émargements do not agree: this cannot be published."))
    _rewrite(ballot, papers)
    ballot.secret, ballot.cast_count = "", len(papers)
    ballot.roll_size = queries.roll_size(ballot)
    ballot.merkle_root = sealing.merkle_root([sealing.leaf(*paper) for paper in papers])
    ballot.state, ballot.sealed_at = State.SEALED, now()
    contents = [content for _id, content, _receipt in papers]
    ballot.result = result_of(definition_of(ballot), contents)
    entry = audit.record(
        by, "ballot.sealed", about=ballot, root=ballot.merkle_root, cast=len(papers)
    )
    told = told_by_seal(ballot, contents) | {"log": {"entry": entry.id, "digest": entry.digest}}
    signed = sign(statement(SEAL, told))
    db.session.add(BallotSeal(ballot_id=ballot.id, **vars(signed)))
    db.session.flush()


def _rewrite(ballot: Ballot, papers: list[tuple[str, str, str]]) -> None:
    """Lay the papers down again in the order of their random numbers, without voters' keys."""
    db.session.execute(delete(BoxPaper).where(BoxPaper.ballot_id == ballot.id))
    rows = [
        {"id": paper_id, "ballot_id": ballot.id, "content": content, "receipt": receipt,
         "voter_key": None}
        for paper_id, content, receipt in papers
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(BoxPaper), rows)
    db.session.expire_all()


def enter_draw(ballot: Ballot, by: Account, draw: str) -> None:
    """Settle a tie by what was drawn in public, once."""
    ballot = locked(ballot)
    if ballot.state is not State.SEALED or ballot.draw or not (ballot.result or {}).get("tie"):
        raise Conflict(_("There is no tie for a lot to settle."))
    ballot.draw = plain(draw).strip()
    contents = [paper.content for paper in queries.papers_of(ballot)]
    ballot.result = result_of(definition_of(ballot), contents)
    audit.record(by, "ballot.lot_drawn", about=ballot, draw=ballot.draw)
