"""Paper ballots on the organisers' side: batches, marks on the roll, typing, comparison, box."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from civic.clock import now
from civic.db import commit, db
from civic.errors import Conflict, Missing
from civic.i18n import gettext as _
from civic.web.doors import signed_in
from civic.web.once import once
from civic.web.responses import go, page, say
from votes.ballots import casting
from votes.ballots.batches import actions, queries, rules
from votes.ballots.batches.models import FIRST, SECOND, SETTLED, Batch
from votes.ballots.casting import BallotRefusedError, Content
from votes.ballots.export import NULL
from votes.ballots.forms import BatchForm, SizeForm, WithdrawalForm
from votes.ballots.models import Ballot, Electorate
from votes.ballots.views import around, bp, load_for_team, said

ROOT = "/<id:ballot_id>/batches"


@bp.get(ROOT)
@signed_in
def batches(slug: str, ballot_id: int) -> Response:
    """Every batch, and the form of a new one."""
    return _batches(load_for_team(slug, ballot_id), BatchForm(formdata=None))


def _batches(ballot: Ballot, form: BatchForm, status: int = 200) -> Response:
    return page(
        "ballots/batches/index.html", status, **around(ballot), form=form,
        batches=queries.batches_of(ballot), may_declare=rules.may_declare(ballot),
        has_names=ballot.electorate is Electorate.LISTED,
    )  # fmt: skip


@bp.post(ROOT)
@signed_in
@once
def declare_batch(slug: str, ballot_id: int) -> Response:
    """Announce the papers of one polling place."""
    ballot, form = load_for_team(slug, ballot_id), BatchForm()
    if not form.validate():
        db.session.rollback()
        return _batches(ballot, form, 422)
    made = actions.declare(ballot, current_user, form.reference.data, form.size.data or 0)
    commit(landing=made.url)
    say(_("The batch is declared."))
    return go(made.url)


def _load(slug: str, ballot_id: int, batch_id: int) -> Batch:
    return queries.load_batch(load_for_team(slug, ballot_id), batch_id)


@bp.get(f"{ROOT}/<id:batch_id>")
@signed_in
def batch(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Where a batch stands and what is next."""
    return _shown(_load(slug, ballot_id, batch_id))


def _shown(
    batch: Batch, status: int = 200, size: SizeForm | None = None, out: WithdrawalForm | None = None
) -> Response:
    ballot, mine = batch.ballot, batch.reading_of(current_user.id)
    marks, unsettled = queries.marks_of(batch), queries.unsettled(batch)
    words = request.args.get("q", "").strip()
    return page(
        "ballots/batches/show.html", status, **around(ballot), batch=batch, mine=mine,
        marks=marks, words=words, has_names=ballot.electorate is Electorate.LISTED,
        lines=queries.lines(ballot, words) if words else [],
        typed=len(queries.reading(batch, mine)) if mine else 0,
        differences=_differences(batch) if batch.is_read_twice else [],
        nulls=list(queries.final(batch).values()).count(NULL) if batch.is_read_twice else 0,
        may_mark=rules.may_mark(batch), may_change=rules.may_change(batch),
        may_withdraw=rules.may_withdraw(batch, current_user.id),
        may_take=rules.may_take(batch, current_user.id, now()),
        may_type=rules.may_type(batch, now()),
        may_admit=rules.may_admit(batch, current_user.id, len(unsettled), marks, now()),
        size_form=size or SizeForm(formdata=None, size=batch.size),
        withdrawal_form=out or WithdrawalForm(formdata=None),
    )  # fmt: skip


def _differences(batch: Batch) -> list[dict[str, Any]]:
    """Papers read in two ways: both readings in words, and what was settled."""
    settled = queries.reading(batch, SETTLED)
    return [
        {"number": number, "settled": settled.get(number),
         "readings": [{"content": c, "said": _in_words(batch.ballot, c)} for c in both],
         "final": _in_words(batch.ballot, settled[number]) if number in settled else None}
        for number, both in queries.differences(batch).items()
    ]  # fmt: skip


def _in_words(ballot: Ballot, content: str) -> list[tuple[str, str]]:
    if content == NULL:
        return [(_("Null ballot"), "")]
    return said(ballot, json.loads(content)) or [(_("A blank ballot"), "")]


@bp.post(f"{ROOT}/<id:batch_id>/size")
@signed_in
def resize_batch(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Correct the number of papers."""
    batch, form = _load(slug, ballot_id, batch_id), SizeForm()
    if not form.validate():
        return _shown(batch, 422, size=form)
    actions.recount_papers(batch, current_user, form.size.data or 0)
    commit()
    say(_("Saved."))
    return go(batch.url)


@bp.post(f"{ROOT}/<id:batch_id>/marks/<id:line_id>")
@signed_in
def mark_line(slug: str, ballot_id: int, batch_id: int, line_id: int) -> Response:
    """A line of the roll votes on paper."""
    batch = _load(slug, ballot_id, batch_id)
    line = queries.load_line(batch.ballot, line_id)
    actions.mark(batch, current_user, line)
    commit()
    say(_("Marked: %(line)s has voted on paper.", line=line.email))
    return go(batch.url)


@bp.post(f"{ROOT}/<id:batch_id>/marks/<id:line_id>/removal")
@signed_in
def unmark_line(slug: str, ballot_id: int, batch_id: int, line_id: int) -> Response:
    """Take a mark back."""
    batch = _load(slug, ballot_id, batch_id)
    actions.unmark(batch, current_user, queries.load_line(batch.ballot, line_id))
    commit()
    say(_("The mark is taken back."))
    return go(batch.url)


@bp.post(f"{ROOT}/<id:batch_id>/reading")
@signed_in
def take_reading(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Begin to type."""
    batch = _load(slug, ballot_id, batch_id)
    actions.take_reading(batch, current_user)
    commit()
    return go(_paper_url(batch, 1))


def _paper_url(batch: Batch, number: int) -> str:
    return f"{batch.url}/papers/{number}"


@bp.get(f"{ROOT}/<id:batch_id>/papers/<id:number>")
@signed_in
def paper(slug: str, ballot_id: int, batch_id: int, number: int) -> Response:
    """One paper to type: one's own reading, or the settlement of a difference."""
    return _typing(_load(slug, ballot_id, batch_id), number)


def _typing(
    batch: Batch, number: int, status: int = 200, given: Any = None, reasons: Any = ()
) -> Response:
    rules.may_type(batch, now()).require()
    reading = _reading_to_type(batch, number)
    typed = queries.reading(batch, reading)
    if given is None:
        given = _given(batch.ballot, typed.get(number))
    return page(
        "ballots/batches/paper.html", status, **around(batch.ballot), batch=batch, number=number,
        typed=typed, settles=reading == SETTLED, given=given, reasons=reasons,
        errors=bool(reasons), address=_paper_url(batch, number),
    )  # fmt: skip


def _reading_to_type(batch: Batch, number: int) -> int:
    """Which reading the reader of this page types; the other one is never shown to them."""
    mine = batch.reading_of(current_user.id)
    if not 1 <= number <= batch.size:
        raise Missing()
    if batch.is_read_twice and number in queries.differences(batch):
        return SETTLED
    if mine in (FIRST, SECOND) and not batch.has_finished(mine):
        return mine
    raise Missing()


def _given(ballot: Ballot, content: str | None) -> MultiDict[str, str]:
    if content is None:
        return MultiDict()
    if content == NULL:
        return MultiDict({"null": "1"})
    return MultiDict(casting.fields_of(ballot.sheet, json.loads(content)))


@bp.post(f"{ROOT}/<id:batch_id>/papers/<id:number>")
@signed_in
def type_paper(slug: str, ballot_id: int, batch_id: int, number: int) -> Response:
    """Keep what was typed, and go on to the next paper."""
    batch = _load(slug, ballot_id, batch_id)
    reading = _reading_to_type(batch, number)
    try:
        content = _read(batch.ballot)
    except BallotRefusedError as error:
        return _typing(batch, number, 422, request.form, error.reasons)
    if reading == SETTLED:
        actions.settle(batch, current_user, number, content)
        landing = batch.url
    else:
        actions.type_paper(batch, current_user, number, content)
        landing = _next(batch, reading, number)
    commit()
    return go(landing)


def _read(ballot: Ballot) -> Content | None:
    """What was typed; None for a null paper."""
    if request.form.get("null") != "1":
        return casting.read(ballot.sheet, request.form)
    filled = [k for k, v in request.form.items(multi=True) if v and k not in ("null", "csrf_token")]
    if filled:
        raise BallotRefusedError([_("A null paper holds no choices: keep one or the other.")])
    return None


def _next(batch: Batch, reading: int, number: int) -> str:
    """The next paper that is not typed yet, after this one or from the start; else the batch."""
    typed = queries.reading(batch, reading)
    left = [n for n in range(1, batch.size + 1) if n not in typed]
    later = [n for n in left if n > number]
    return _paper_url(batch, (later or left)[0]) if left else batch.url


@bp.post(f"{ROOT}/<id:batch_id>/reading/end")
@signed_in
def end_reading(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Every paper is typed."""
    batch = _load(slug, ballot_id, batch_id)
    actions.end_reading(batch, current_user)
    commit()
    say(_("Your reading is finished."))
    return go(batch.url)


@bp.post(f"{ROOT}/<id:batch_id>/settlements/<id:number>")
@signed_in
def settle_paper(slug: str, ballot_id: int, batch_id: int, number: int) -> Response:
    """One of the two readings is right."""
    batch = _load(slug, ballot_id, batch_id)
    both = queries.differences(batch).get(number)
    chosen = request.form.get("reading", "")
    if both is None or chosen not in ("1", "2"):
        raise Conflict(_("Choose one of the two readings."))
    content = both[int(chosen) - 1]
    settled = None if content == NULL else json.loads(content)
    actions.settle(batch, current_user, number, settled)
    commit()
    return go(url_for("ballots.batch", slug=slug, ballot_id=ballot_id, batch_id=batch_id))


@bp.post(f"{ROOT}/<id:batch_id>/admission")
@signed_in
def admit_batch(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Put the papers into the box."""
    batch = _load(slug, ballot_id, batch_id)
    actions.admit(batch, current_user)
    commit()
    say(_("The papers of this batch are in the box."))
    return go(batch.url)


@bp.post(f"{ROOT}/<id:batch_id>/withdrawal")
@signed_in
def withdraw_batch(slug: str, ballot_id: int, batch_id: int) -> Response:
    """Leave a batch out."""
    batch, form = _load(slug, ballot_id, batch_id), WithdrawalForm()
    if not form.validate():
        return _shown(batch, 422, out=form)
    actions.withdraw(batch, current_user, form.because.data)
    commit()
    say(_("The batch is withdrawn; the result page will say so."))
    return go(batch.url)
