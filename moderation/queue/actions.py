"""Decide on several cases at once and undo it, note, and tell when a case is nearly late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict, NotAllowed
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation import actions, queries, rules
from moderation.models import Case, Outcome, Reason
from moderation.queue import queries as queue
from moderation.queue.models import Alarm, Batch, BatchItem, Note, Preference
from moderation.queue.rules import NOTE_MAX, in_a_batch, may_undo_batch

Skipped = Mapping[int, str]


def note(case: Case, by: Account, words: str) -> Note:
    """Write something down for the other moderators."""
    rules.may_moderate(by, roles_of(by, case.space)).require()
    row = Note(case_id=case.id, by_id=by.id, body=plain(words)[:NOTE_MAX], at=now())
    db.session.add(row)
    audit.record(by, "moderation.noted", about=case)
    return row


def prefer(by: Account, has_keys: bool, goes_on: bool) -> None:
    """Work with keys or without; go on to the next case after a decision or back to the list."""
    values = {"account_id": by.id, "has_keys": has_keys, "goes_on": goes_on}
    if not insert_if_absent(Preference, values):
        found = db.session.get_one(Preference, by.id)
        found.has_keys, found.goes_on = has_keys, goes_on


# --- Batches ----------------------------------------------------------------------------------


def skipped_in(cases: Sequence[Case], by: Account, outcome: Outcome) -> dict[int, str]:
    """Those of some cases that a batch would leave alone, each with the reason."""
    found = {}
    for case in cases:
        may = rules.may_decide(
            by, roles_of(by, case.space), case.contribution,
            queries.reporters_of([case]), queries.first_readers([case]),
        ) and rules.is_free(queries.claim_on(case), by, now())  # fmt: skip
        verdict = in_a_batch(case, outcome, may)
        if not verdict:
            found[case.id] = verdict.reason
    return found


def decide_batch(
    cases: Sequence[Case], seen: Mapping[int, tuple[int, int]], by: Account, outcome: Outcome,
    reason: Reason | None, words: str,
) -> tuple[Batch | None, Skipped]:  # fmt: skip
    """The same decision on several cases; what cannot be decided is left alone and told.

    Parameters
    ----------
    seen : mapping of int to (turn, version)
        For each case, how many decisions and which version of the text were on the check page.

    Raises
    ------
    NotAllowed
        When the decision does not say why.
    """
    rules.says_enough(outcome, reason, words).require()
    skipped = skipped_in(cases, by, outcome)
    batch = Batch(by_id=by.id, outcome=outcome, reason=reason, words=plain(words), at=now())
    db.session.add(batch)
    db.session.flush()
    decided = []
    for case in cases:
        if case.id in skipped:
            continue
        trouble = _one(batch, case, *seen[case.id])
        if trouble:
            skipped[case.id] = trouble
        else:
            decided.append(case.id)
    if not decided:
        db.session.delete(batch)
        return None, skipped
    audit.record(by, "moderation.batch", about=batch, because=batch.words, cases=decided)
    return batch, skipped


def _one(batch: Batch, case: Case, turn: int, version: int) -> str:
    """Decide on one case; why not, when it cannot be."""

    def decide() -> None:
        made = actions.decide(
            case, batch.by, batch.outcome, turn, batch.reason, batch.words, version
        )
        db.session.add(BatchItem(batch_id=batch.id, decision_id=made.id))

    return _tried(decide)


def _tried(act: Callable[[], None]) -> str:
    """Do something as a whole or not at all; the reason, when it is refused."""
    try:
        with db.session.begin_nested():
            act()
    except (Conflict, NotAllowed) as error:
        return str(error)
    return ""


def undo_batch(batch: Batch, by: Account) -> Skipped:
    """Take every decision of a batch back; those that somebody has touched since stay.

    Raises
    ------
    NotAllowed
    """
    may_undo_batch(by, batch, now()).require()
    skipped = {}
    for decision in queue.decisions_in(batch):
        case, number = decision.case, decision.number

        def undo(case: Case = case, number: int = number) -> None:
            if case.turn != number:
                raise Conflict(_("Somebody decided on this case since."))
            actions.undo(case, by, case.turn)

        trouble = _tried(undo)
        if trouble:
            skipped[case.id] = trouble
    batch.undone_at = now()
    audit.record(by, "moderation.batch_undone", about=batch, left=sorted(skipped))
    return skipped


# --- Nearly late ------------------------------------------------------------------------------


def tell_of_delays(cases: Sequence[Case]) -> int:
    """Tell who can decide, and the administrators, which cases are nearly late; each once.

    Returns
    -------
    int
        How many cases were told about.
    """
    clocks = queue.clocks(cases)
    late = [case for case in cases if clocks[case.id].is_near or clocks[case.id].is_late]
    told = 0
    for case in late:
        values = {"case_id": case.id, "turn": case.turn, "at": now()}
        if insert_if_absent(Alarm, values):
            administrators = select(Account.id).where(Account.is_administrator.is_(True))
            people = queries.readers_for(case) | set(db.session.scalars(administrators))
            notify(
                people - {case.contribution.author_id}, "moderation.late",
                about=case.contribution, slug=case.space.slug, case=case.id,
            )  # fmt: skip
            told += 1
    return told
